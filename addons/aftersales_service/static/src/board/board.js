import { useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { deserializeDateTime, formatDateTime } from "@web/core/l10n/dates";
import { escape } from "@web/core/utils/strings";
import { _t } from "@web/core/l10n/translation";
import { TimelineView } from "@web_timeline/views/timeline/timeline_view.esm";
import { TimelineModel } from "@web_timeline/views/timeline/timeline_model.esm";
import { TimelineRenderer } from "@web_timeline/views/timeline/timeline_renderer.esm";
import { TimelineController } from "@web_timeline/views/timeline/timeline_controller.esm";

const { DateTime } = luxon;

const TIME = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const MONTH = { year: "numeric", month: "long" };
const DAY = { month: "long", day: "numeric", weekday: "short" };
/** What the axis says at each scale; the chart library knows a few languages only. */
const AXIS = {
    minorLabels: {
        minute: TIME,
        hour: TIME,
        weekday: { weekday: "short", day: "numeric" },
        day: { day: "numeric" },
        week: { month: "numeric", day: "numeric" },
        month: { month: "short" },
        year: { year: "numeric" },
    },
    majorLabels: {
        minute: DAY,
        hour: DAY,
        weekday: MONTH,
        day: MONTH,
        week: MONTH,
        month: { year: "numeric" },
    },
};

/** What is dragged stops at half hours, at every scale. */
const HALF_HOUR = 30 * 60 * 1000;

function toHalfHour(date) {
    return new Date(Math.round(date.valueOf() / HALF_HOUR) * HALF_HOUR);
}

/** Formatter of the axis in the user's language. */
function axisLabels(formats) {
    return (date, scale) =>
        formats[scale]
            ? DateTime.fromMillis(date.valueOf()).toLocaleString(formats[scale])
            : "";
}

/** Loads, beside the planned orders, everything else the board shows in one call. */
export class BoardModel extends TimelineModel {
    async load(searchParams) {
        this.loading = true;
        const [board] = await Promise.all([
            this.orm.call(this.model_name, "get_board_data", [searchParams.domain]),
            super.load(searchParams),
        ]);
        this.board = board;
        this.loading = false;
        this.notify();
    }

    /** What is drawn needs both answers. */
    notify() {
        if (!this.loading) {
            super.notify();
        }
    }

    _event_data_transform(record) {
        const item = super._event_data_transform(record);
        const states = Object.fromEntries(this.fields.state.selection);
        const parts = [record.display_name, states[record.state]];
        parts.push(record.partner_id?.[1], record.lot_id?.[1], record.region_id?.[1]);
        parts.push(record.misses_limit && _t("after its time limit"));
        item.title = escape(parts.filter(Boolean).join(" · "));
        if (record.has_conflict) {
            item.className = "o_aftersales_conflict";
        }
        return item;
    }
}

export class BoardRenderer extends TimelineRenderer {
    static template = "aftersales_service.BoardRenderer";

    setup() {
        super.setup();
        this.filter = useState({ region: "", skill: "" });
    }

    init_timeline() {
        this.options.format = {
            minorLabels: axisLabels(AXIS.minorLabels),
            majorLabels: axisLabels(AXIS.majorLabels),
        };
        this.options.snap = toHalfHour;
        // an order moves at once; only its edges wait for a click that selects it
        this.options.itemsAlwaysDraggable = { item: true, range: false };
        super.init_timeline();
    }

    /** Regions and skills that some technician has, by name. */
    get regions() {
        const regions = this.board.technicians.map((technician) => technician.region);
        return [...new Set(regions.filter(Boolean))].sort();
    }

    get skills() {
        const skills = this.board.technicians.flatMap((technician) => technician.skills);
        return [...new Set(skills)].sort();
    }

    get board() {
        return this.model.board || { technicians: [], unscheduled: [] };
    }

    /** Show only the technicians of a region or with a skill. */
    onFilter(name, ev) {
        this.filter[name] = ev.target.value;
        this.on_data_loaded(this.model.data);
    }

    isShown(technician) {
        const { region, skill } = this.filter;
        return (
            (!region || technician.region === region) &&
            (!skill || technician.skills.includes(skill))
        );
    }

    /** Open on yesterday and the days ahead; the past week helps nobody dispatch. */
    _computeMode() {
        super._computeMode();
        if (this.mode.data === "week") {
            const today = DateTime.now().startOf("day");
            this.options.start = today.minus({ days: 1 }).toJSDate();
            this.options.end = today.plus({ days: 6 }).toJSDate();
        }
    }

    time(value) {
        return formatDateTime(deserializeDateTime(value), { format: "MM-dd HH:mm" });
    }

    get unscheduled() {
        return this.board.unscheduled;
    }

    get legend() {
        const states = Object.fromEntries(this.fields.state.selection);
        const legend = [];
        for (const { color, ast } of this.params.colors) {
            const state = ast.right?.value;
            if (states[state]) {
                legend.push({ color, label: states[state] });
            }
        }
        return legend;
    }

    /** Every technician has a row, busy or not: the board shows who is free. */
    async split_groups(records) {
        if (this.model.last_group_bys[0] !== "technician_id") {
            return super.split_groups(records);
        }
        const groups = [{ id: -1, content: `<b>${escape(_t("No technician"))}</b>`, order: -1 }];
        const shown = this.board.technicians.filter((person) => this.isShown(person));
        shown.forEach((technician, order) => {
            const details = [technician.grade, technician.region, `${technician.hours} h`];
            const warning = technician.qualified ? "" : " ⚠";
            groups.push({
                id: technician.id,
                order,
                content:
                    `<div><b>${escape(technician.name)}${warning}</b></div>` +
                    `<small>${escape(details.filter(Boolean).join(" · "))}</small>`,
            });
        });
        return groups;
    }

    getBackground() {
        const background = this.model.board.closed.map(([start, end], index) => ({
            id: `closed_${index}`,
            type: "background",
            className: "o_aftersales_closed",
            content: "",
            start: deserializeDateTime(start).toJSDate(),
            end: deserializeDateTime(end).toJSDate(),
        }));
        if (this.model.last_group_bys[0] === "technician_id") {
            this.model.board.absences.forEach((absence, index) =>
                background.push({
                    id: `absence_${index}`,
                    group: absence.employee_id,
                    type: "background",
                    className: "o_aftersales_absence",
                    content: `<small>${escape(_t("Absent"))}</small>`,
                    start: deserializeDateTime(absence.start).toJSDate(),
                    end: deserializeDateTime(absence.end).toJSDate(),
                })
            );
        }
        return background;
    }

    async on_data_loaded(records) {
        const items = records
            .filter((record) => record[this.date_start])
            .map((record) => this.model._event_data_transform(record));
        const groups = await this.split_groups(records);
        this.timeline.setGroups(groups);
        this.outOfSight(() => this.timeline.setItems([...items, ...this.getBackground()]));
        this.render();
    }

    /**
     * The chart draws and measures each item in sight as it is added: with hundreds
     * the browser lays out the page as often. Added out of sight, they are drawn
     * together in the next frame.
     */
    outOfSight(add) {
        const { range } = this.timeline;
        const { start, end } = range;
        range.start = range.end = 0;
        add();
        // the first items make the chart choose what it shows by itself
        if (range.end === 0) {
            Object.assign(range, { start, end });
        }
    }

    onDragStart(order, ev) {
        ev.dataTransfer.effectAllowed = "move";
        ev.dataTransfer.setData(
            "text",
            JSON.stringify({
                id: `unscheduled_${order.id}`,
                content: escape(order.name),
                order_id: order.id,
                hours: order.hours,
            })
        );
    }

    onOpen(order) {
        this.props.onUpdate({ evt: { id: order.id } });
    }
}

export class BoardController extends TimelineController {
    setup() {
        super.setup();
        this.notification = useService("notification");
    }

    /** The technician's file is HR's; a click on his row does nothing. */
    _onGroupClick() {}

    /** An order dropped from the list is planned; an empty spot opens a new one. */
    async _onAdd(item, callback) {
        if (!item.order_id) {
            return super._onAdd(item, callback);
        }
        callback(null);
        const start = DateTime.fromJSDate(item.start);
        const values = {
            planned_start: this.model.serializeDate("planned_start", start),
            planned_end: this.model.serializeDate(
                "planned_end",
                start.plus({ hours: item.hours })
            ),
        };
        if (item.group > 0 && this.model.last_group_bys[0] === "technician_id") {
            values.technician_id = item.group;
        }
        await this.tryWrite(() => this.model.write_completed([item.order_id], values));
    }

    async internalMove() {
        const queue = this.moveQueue.splice(0);
        await this.tryWrite(async () => {
            for (const move of queue) {
                await this.model.write_completed([move.id], move.data);
                move.callback(move.item);
            }
        });
    }

    /** Write, and show the board as it is in the database even when refused. */
    async tryWrite(write) {
        try {
            await write();
        } finally {
            await this.model.load(this.getSearchProps());
            this.render();
        }
    }
}

export const boardView = {
    ...TimelineView,
    Model: BoardModel,
    Renderer: BoardRenderer,
    Controller: BoardController,
};

registry.category("views").add("aftersales_board", boardView);
