import { registry } from "@web/core/registry";

const APPOINTMENT = ".o_field_widget[name=planned_start]";

/** Steps that wait longer than the usual 10 s: other tests may share the machine. */
function patient(steps) {
    return steps.map((step) => ({ timeout: 60000, ...step }));
}

registry.category("web_tour.tours").add("aftersales_typed_appointment", {
    steps: () =>
        patient([
            {
                content: "into the start of the appointment",
                trigger: `${APPOINTMENT} input[data-field=planned_start]`,
                run: "click",
            },
            {
                content: "type it",
                trigger: `${APPOINTMENT} input[data-field=planned_start]`,
                run: "edit +4H && press Tab",
            },
            {
                content: "then its end",
                trigger: `${APPOINTMENT} input[data-field=planned_end]`,
                run: "edit +8H && press Tab",
            },
            {
                content: "the server answered with the departure",
                trigger: ".o_field_widget[name=departure_planned]:contains(:)",
            },
            {
                content: "the start stays on the screen",
                trigger: `${APPOINTMENT} .o_daterange_start:contains(:)`,
            },
            {
                content: "and so does the end",
                trigger: `${APPOINTMENT} .o_daterange_end:contains(:)`,
            },
            {
                content: "nothing is kept",
                trigger: ".o_form_button_cancel",
                run: "click",
            },
            {
                trigger: "body:not(:has(.o_form_dirty))",
            },
        ]),
});
