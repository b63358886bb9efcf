import { registry } from "@web/core/registry";

/** Steps that wait longer than the usual 10 s: other tests may share the machine. */
function patient(steps) {
    return steps.map((step) => ({ timeout: 60000, ...step }));
}

const LINES = ".o_field_widget[name=line_ids]";

registry.category("web_tour.tours").add("aftersales_tool_count_phone", {
    steps: () =>
        patient([
            {
                content: "my tools",
                trigger: ".o_kanban_record:contains(Multimeter):contains(MM-0001) button:contains(Hand Over)",
            },
            {
                content: "the notice",
                trigger: ".o_menu_systray i[aria-label='Activities']",
                run: "click",
            },
            {
                content: "leads to the count",
                trigger: ".o-mail-ActivityGroup:contains(Tool Count)",
                run: "click",
            },
            {
                trigger: ".o_data_row .o_data_cell:contains(Autumn)",
                run: "click",
            },
            {
                content: "the line of the tool that is not there",
                trigger: `${LINES} .o_kanban_record:contains(MM-0001) .fw-bold`,
                run: "click",
            },
            {
                content: "with a remark",
                trigger: ".modal .o_field_widget[name=note] input",
                run: "edit Left at the quarry",
            },
            {
                trigger: ".modal .o_form_button_save",
                run: "click",
            },
            {
                content: "one tap says it is missing",
                trigger: `${LINES} .o_kanban_record:contains(Left at the quarry) button:contains(Missing)`,
                run: "click",
            },
            {
                trigger: `${LINES} .o_kanban_record:contains(MM-0001) .badge:contains(Difference)`,
            },
            {
                content: "the rest is there",
                trigger: ".o_statusbar_buttons button[name=action_confirm]",
                run: "click",
            },
            {
                trigger: ".o_form_view:not(:has(button[name=action_confirm]))",
            },
        ]),
});
