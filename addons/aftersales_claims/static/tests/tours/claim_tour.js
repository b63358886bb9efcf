import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

/**
 * Open the only document of the list, then take ``steps``, which wait longer than
 * the usual 10 s: other tests may share the machine.
 */
function inForm(steps) {
    const open = {
        content: "the document in the list",
        trigger: ".o_list_view .o_data_row td[name=name]",
        run: "click",
    };
    return [open, ...steps].map((step) => ({ timeout: 60000, ...step }));
}

/** A button of the header, and the state it leads to. */
function press(name, state) {
    return [
        {
            content: name,
            trigger: `.o_form_view .o_statusbar_buttons button[name=${name}]:enabled`,
            run: "click",
        },
        reach(state),
    ];
}

function reach(state) {
    return {
        content: `it is ${state}`,
        trigger: `.o_form_saved .o_arrow_button_current[data-value=${state}]`,
    };
}

/** Approve with a comment. */
function approve(comment) {
    return [
        {
            content: "approve",
            trigger: ".o_form_view .o_statusbar_buttons button:contains(Approve):enabled",
            run: "click",
        },
        {
            content: "why",
            trigger: ".modal .o_field_widget[name=comment] textarea",
            run: `edit ${comment}`,
        },
        {
            trigger: ".modal button[name=action_apply]:enabled",
            run: "click",
        },
        {
            content: "the decision is taken, not twice",
            trigger:
                "body:not(:has(.modal)) .o_form_view:not(:has(.o_statusbar_buttons button:contains(Approve)))",
        },
    ];
}

function openPage(name) {
    return {
        content: `page ${name}`,
        trigger: `.o_notebook a[name=${name}]`,
        run: "click",
    };
}

/** Row ``number`` of the list ``field``, added as its last one. */
function addRow(field, number) {
    const list = `.o_field_widget[name=${field}]`;
    return [
        {
            content: `row ${number}`,
            trigger: `${list} .o_field_x2many_list_row_add a`,
            run: "click",
        },
        {
            trigger: `${list} .o_data_row.o_selected_row:nth-child(${number})`,
        },
    ];
}

function enter(name, value) {
    return {
        content: name,
        trigger: `.o_selected_row .o_field_widget[name=${name}] input`,
        run: `edit ${value}`,
    };
}

function choose(name, label) {
    return [
        {
            content: name,
            trigger: `.o_selected_row .o_field_widget[name=${name}] input`,
            run: "click",
        },
        {
            trigger: `.o_select_menu_item:contains(${label})`,
            run: "click",
        },
        {
            trigger: `.o_selected_row .o_field_widget[name=${name}] input:value(${label})`,
        },
    ];
}

function link(name, label) {
    return [
        enter(name, label),
        {
            trigger: `.o-autocomplete--dropdown-item a:contains(${label})`,
            run: "click",
        },
        {
            trigger: `.o_selected_row .o_field_widget[name=${name}] input:value(${label})`,
        },
    ];
}

registry.category("web_tour.tours").add("aftersales_claim_submit", {
    steps: () =>
        inForm([
            openPage("evidence"),
            {
                trigger: ".o_field_widget[name=damage] textarea:value(Bearing seized)",
            },
            ...press("action_submit", "submitted"),
        ]),
});

registry.category("web_tour.tours").add("aftersales_claim_verify", {
    steps: () => inForm(press("action_verify", "to_approve")),
});

registry.category("web_tour.tours").add("aftersales_approve", {
    steps: () => inForm(approve("Good customer, agreed")),
});

registry.category("web_tour.tours").add("aftersales_claim_costs", {
    steps: () =>
        inForm([
            openPage("costs"),
            ...addRow("cost_ids", 1),
            ...choose("kind", "Travel"),
            enter("amount", "8070"),
            ...stepUtils.saveForm(),
            {
                content: "post them",
                trigger: "button[name=action_post_costs]:enabled",
                run: "click",
            },
            {
                content: "they are in the books",
                trigger: ".o_field_widget[name=cost_ids] td[name=state]:contains(Posted)",
            },
            {
                content: "all of them",
                trigger:
                    ".o_form_view:not(:has(button[name=action_post_costs])) .o_field_widget[name=cost_posted]:contains(8,070.00)",
            },
        ]),
});

registry.category("web_tour.tours").add("aftersales_liability_decision", {
    steps: () =>
        inForm([
            {
                content: "decide who bears the cost",
                trigger: "button[name=action_create_liability]:enabled",
                run: "click",
            },
            {
                content: "of the whole claim",
                trigger: ".o_field_widget[name=amount_base]:contains(8,070.00)",
            },
            ...addRow("share_ids", 1),
            ...link("partner_id", "Wafang Bearing"),
            enter("percent", "70"),
            ...addRow("share_ids", 2),
            ...choose("party", "Department"),
            ...link("department_id", "After-Sales Service"),
            enter("percent", "30"),
            openPage("analysis"),
            {
                content: "why it failed",
                trigger: ".o_field_widget[name=analysis] .odoo-editor-editable",
                run: "editor Cage material out of tolerance",
            },
            ...stepUtils.saveForm(),
            openPage("shares"),
            {
                content: "the supplier's part",
                trigger: ".o_field_widget[name=share_ids] td[name=amount]:contains(5,649.00)",
            },
            {
                content: "the department's part",
                trigger: ".o_field_widget[name=share_ids] td[name=amount]:contains(2,421.00)",
            },
            ...press("action_submit", "to_approve"),
        ]),
});

registry.category("web_tour.tours").add("aftersales_liability_refund", {
    steps: () =>
        inForm([
            ...press("action_post", "posted"),
            {
                content: "what it did to the books",
                trigger: "button[name=action_view_entries]",
                run: "click",
            },
            {
                content: "the supplier's credit note",
                trigger: ".o_field_widget[name=partner_id] input:value(Wafang Bearing)",
            },
            {
                content: "still a draft, to be agreed with him",
                trigger: ".o_arrow_button_current[data-value=draft]",
            },
            {
                content: "of his share",
                trigger: ".o_form_view:contains(5,649.00)",
            },
        ]),
});

registry.category("web_tour.tours").add("aftersales_deadline_in_days", {
    steps: () => [
        {
            content: "how far it is",
            trigger: ".o_list_view .o_data_row td[name=due_date]:contains(In 40 days)",
            timeout: 60000,
        },
    ],
});
