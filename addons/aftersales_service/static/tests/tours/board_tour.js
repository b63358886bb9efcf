import { animationFrame, click, delay, drag, queryFirst, waitUntil } from "@odoo/hoot-dom";
import { registry } from "@web/core/registry";

const UNSCHEDULED = ".o_aftersales_unscheduled";
const PATIENCE = { timeout: 60000 };
/** Pixels after which the chart knows a drag from a click. */
const TAKEN_UP = 12;

/** Steps that wait longer than the usual 10 s: other tests may share the machine. */
function patient(steps) {
    return steps.map((step) => ({ ...PATIENCE, ...step }));
}

/** The order at a machine, on the chart. */
function item(machine) {
    return `.vis-foreground .vis-item:has(.o_aftersales_board_item:contains(${machine}))`;
}

function box(selector) {
    return queryFirst(selector)?.getBoundingClientRect();
}

/** Pixels of an hour: each of the test's orders takes four. */
function hourOf(machine) {
    return box(item(machine)).width / 4;
}

/** The chart glides to its place: wait until an order rests for a while. */
async function settled(machine) {
    await waitUntil(() => box(item(machine)), PATIENCE);
    let before = "";
    let now = "moving";
    while (now !== before) {
        await delay(200);
        const { x, y } = box(item(machine)) || {};
        before = now;
        now = `${x} ${y}`;
    }
}

/** ``right`` pixels beside the middle of an element, in the row of a technician. */
function point(element, right, technician) {
    const { x, y, width, height } = element.getBoundingClientRect();
    const lane = technician && box(`.vis-labelset .vis-label:contains(${technician})`);
    return { x: x + width / 2 + right, y: lane ? lane.y + lane.height / 2 : y + height / 2 };
}

/** Move what the pointer holds through the points, and let go at the last one. */
async function dropAt(held, ...points) {
    for (const position of points) {
        const under = document.elementFromPoint(position.x, position.y);
        await held.moveTo(under, { position, interactive: false });
        await animationFrame();
        await delay(30);
    }
    await held.drop();
}

/** Drag an order or its edge; wait until the board was read again. */
async function dragItem(machine, { hours = 0, technician = "", edge = "" }) {
    await settled(machine);
    const before = queryFirst(item(machine));
    const grip = edge ? before.querySelector(edge) : before;
    // the chart takes it up where the pointer is after its first move
    const start = point(grip, TAKEN_UP);
    const to = point(grip, TAKEN_UP + hours * hourOf(machine), technician);
    await dropAt(await drag(grip, { interactive: false }), start, to);
    await waitUntil(() => {
        const now = queryFirst(item(machine));
        return now && now !== before;
    }, PATIENCE);
}

registry.category("web_tour.tours").add("aftersales_board", {
    steps: () =>
        patient([
            {
                content: "what is still to schedule stands beside the board",
                trigger: `${UNSCHEDULED} .card:contains(BOARD-PLAN)`,
            },
            {
                content: "the next 24 hours",
                trigger: ".oe_timeline_button_today",
                run: "click",
            },
            {
                content: "take the order from the list into the row of somebody free",
                trigger: item("BOARD-RESIZE"),
                async run() {
                    await settled("BOARD-RESIZE");
                    const card = queryFirst(`${UNSCHEDULED} .card:contains(BOARD-PLAN)`);
                    // where the other order starts: the test knows that time
                    const left = 1 - this.anchor.getBoundingClientRect().width / 2;
                    const to = point(this.anchor, left, "Board Free");
                    const dataTransfer = new DataTransfer();
                    await dropAt(await drag(card, { dataTransfer, interactive: false }), to);
                },
            },
            {
                content: "it left the list",
                trigger: `${UNSCHEDULED}:not(:has(.card:contains(BOARD-PLAN)))`,
            },
            {
                content: "it is on the chart; a click on another one selects that",
                trigger: item("BOARD-PLAN"),
                async run() {
                    await settled("BOARD-RESIZE");
                    await click(item("BOARD-RESIZE"), { interactive: false });
                },
            },
            {
                content: "pull its end two hours later",
                trigger: `${item("BOARD-RESIZE")}.vis-selected`,
                run: () => dragItem("BOARD-RESIZE", { hours: 2, edge: ".vis-drag-right" }),
            },
            {
                content: "give an order to somebody else, an hour later",
                trigger: item("BOARD-MOVE"),
                run: () => dragItem("BOARD-MOVE", { hours: 1, technician: "Board Free" }),
            },
            {
                content: "put another upon somebody who is busy then",
                trigger: item("BOARD-CLASH"),
                run: () => dragItem("BOARD-CLASH", { technician: "Board Busy" }),
            },
            {
                content: "the conflict is marked on both",
                trigger: `${item("BOARD-CLASH")}.o_aftersales_conflict`,
            },
            {
                trigger: `${item("BOARD-BUSY")}.o_aftersales_conflict`,
            },
            {
                content: "what was promised is not put upon somebody busy",
                trigger: item("BOARD-PROMISED"),
                run: () => dragItem("BOARD-PROMISED", { technician: "Board Busy" }),
            },
            {
                content: "the reason is told",
                trigger: ".o_dialog .modal-body:contains(is already planned for)",
            },
            {
                trigger: ".o_dialog .modal-footer button",
                run: "click",
            },
            {
                content: "the board goes on",
                trigger: `body:not(:has(.o_dialog)) ${item("BOARD-PROMISED")}`,
            },
        ]),
});
