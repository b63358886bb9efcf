import { Component, onWillStart, useState } from "@odoo/owl";
import { deserializeDateTime, formatDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/core/utils/numbers";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const MODEL = "aftersales.kpi.period";
const WIDTH = 160;
const HEIGHT = 36;

/** The figures of a period against their targets; each opens its records. */
export class KpiDashboard extends Component {
    static template = "aftersales_service.KpiDashboard";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ data: null, busy: false });
        this.kinds = [
            { key: "month", label: _t("Month") },
            { key: "quarter", label: _t("Quarter") },
            { key: "year", label: _t("Year") },
        ];
        onWillStart(() => this.load({ kind: "month" }));
    }

    async load({ kind, periodId = null, departmentId = null }) {
        this.state.busy = true;
        try {
            this.state.data = await this.orm.call(MODEL, "get_dashboard_data", [
                kind,
                periodId,
                departmentId,
            ]);
        } finally {
            this.state.busy = false;
        }
    }

    get choice() {
        const { kind, period, department_id } = this.state.data;
        return { kind, periodId: period?.id, departmentId: department_id };
    }

    chooseKind(kind) {
        return this.load({ ...this.choice, kind, periodId: null });
    }

    choosePeriod(ev) {
        return this.load({ ...this.choice, periodId: Number(ev.target.value) });
    }

    chooseDepartment(ev) {
        const departmentId = Number(ev.target.value) || null;
        return this.load({ ...this.choice, periodId: null, departmentId });
    }

    async count() {
        this.state.busy = true;
        try {
            const { period } = this.state.data;
            if (period) {
                await this.orm.call(MODEL, "action_refresh", [[period.id]]);
            } else {
                await this.orm.call(MODEL, "action_count_current", []);
            }
        } finally {
            this.state.busy = false;
        }
        await this.load(this.choice);
    }

    openCases(tile) {
        return this.press("aftersales.kpi.figure", "action_view_cases", tile.id);
    }

    /** Do what the button of a record does, its action included. */
    press(resModel, name, resId) {
        return this.action.doActionButton({ type: "object", resModel, name, resId });
    }

    openPeriod() {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: MODEL,
            res_id: this.state.data.period.id,
            views: [[false, "form"]],
        });
    }

    print() {
        return this.press(MODEL, "action_print_analysis", this.state.data.period.id);
    }

    // ---- helpers of the template -------------------------------------------------

    get tiles() {
        return this.state.data.sections.flatMap((section) => section.tiles);
    }

    get missed() {
        return this.tiles.filter((tile) => tile.result === "no");
    }

    get reached() {
        return this.tiles.filter((tile) => tile.result === "yes");
    }

    number(value) {
        return formatFloat(value, { digits: [16, 1] });
    }

    whole(value) {
        return formatFloat(value, { digits: [16, 0] });
    }

    get countedAt() {
        const { computed_at } = this.state.data.period;
        return computed_at ? formatDateTime(deserializeDateTime(computed_at)) : "";
    }

    change(tile) {
        if (tile.value === null || tile.before === null) {
            return "";
        }
        const change = tile.value - tile.before;
        const sign = change > 0 ? "+" : "";
        return `${sign}${this.number(change)}`;
    }

    /** Points of the course, and the target's height, scaled into the small chart. */
    chart(tile) {
        const values = tile.course.map((point) => point.value);
        const known = values.filter((value) => value !== null);
        if (known.length < 2) {
            return null;
        }
        const all = tile.target === null ? known : [...known, tile.target];
        const low = Math.min(...all);
        const span = Math.max(...all) - low || 1;
        const y = (value) => HEIGHT - 4 - ((value - low) / span) * (HEIGHT - 8);
        const step = (WIDTH - 8) / (values.length - 1);
        const points = values
            .map((value, index) => ({ value, x: 4 + index * step }))
            .filter((point) => point.value !== null)
            .map((point) => ({ x: point.x, y: y(point.value) }));
        return {
            path: points.map((point) => `${point.x},${point.y}`).join(" "),
            last: points.at(-1),
            target: tile.target === null ? null : y(tile.target),
            label: tile.course
                .filter((point) => point.value !== null)
                .map((point) => `${point.name}: ${this.number(point.value)}`)
                .join("\n"),
        };
    }
}

registry.category("actions").add("aftersales_service.kpi_dashboard", KpiDashboard);
