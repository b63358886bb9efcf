import { registry } from "@web/core/registry";

/** Steps that wait longer than the usual 10 s: other tests may share the machine. */
function patient(steps) {
    return steps.map((step) => ({ timeout: 60000, ...step }));
}

registry.category("web_tour.tours").add("aftersales_appeal", {
    steps: () =>
        patient([
            {
                content: "his only penalty",
                trigger: ".o_data_row td[name=state]:contains(Notified)",
                run: "click",
            },
            {
                content: "how it was calculated",
                trigger: ".o_field_widget[name=calculation]:contains(Fixed amount)",
            },
            {
                content: "what it is about",
                trigger: ".o_field_widget[name=evidence]:contains(two hours late)",
            },
            {
                content: "answer it",
                trigger: "button[name=action_open_answer]",
                run: "click",
            },
            {
                content: "appeal",
                trigger: ".modal .o_field_widget[name=kind] .o_radio_item:contains(Appeal) input",
                run: "click",
            },
            {
                content: "with the reason",
                trigger: ".modal .o_field_widget[name=text] textarea",
                run: "edit The road was closed by the police",
            },
            {
                trigger: ".modal button[name=action_send]",
                run: "click",
            },
            {
                content: "it is appealed, he can answer no more",
                trigger: ".o_form_view:not(:has(button[name=action_open_answer]))",
            },
            {
                trigger: ".o_notebook a[name=answer]",
                run: "click",
            },
            {
                trigger:
                    ".o_field_widget[name=appeal]:contains(The road was closed by the police)",
            },
        ]),
});

registry.category("web_tour.tours").add("aftersales_call_back", {
    steps: () =>
        patient([
            {
                content: "the call after the order",
                trigger: ".o_data_row td[name=trigger]:contains(order)",
                run: "click",
            },
            {
                content: "the script says what to ask",
                trigger: ".o_field_widget[name=script]",
            },
            {
                content: "nobody answers",
                trigger: "button[name=action_not_reached]",
                run: "click",
            },
            {
                content: "the attempt is kept",
                trigger: ".o_field_widget[name=attempt_ids] .o_data_row",
            },
            {
                content: "an hour later: what he says",
                trigger: ".o_field_widget[name=result] textarea",
                run: "edit Runs well since the visit",
            },
            {
                trigger: ".o_field_widget[name=wishes] textarea",
                run: "edit A bigger feeder",
            },
            {
                content: "how satisfied he is",
                trigger:
                    ".o_field_widget[name=satisfaction] .o_radio_item:contains(Very satisfied) input",
                run: "click",
            },
            {
                content: "hang up",
                trigger: "button[name=action_done]",
                run: "click",
            },
            {
                trigger: ".o_arrow_button_current[data-value=done]",
            },
        ]),
});

registry.category("web_tour.tours").add("aftersales_kpi_dashboard", {
    steps: () =>
        patient([
            {
                content: "the missed figure stands out",
                trigger: ".o_kpi_tile[data-code=on_time].o_kpi_no .o_kpi_value",
            },
            {
                content: "first-time fix and repeat visits side by side",
                trigger:
                    "div:has(> .o_kpi_tile[data-code=first_time_fix]) > .o_kpi_tile[data-code=repeat]",
            },
            {
                content: "no quarter was counted yet",
                trigger: ".o_kpi_kind_year",
                run: "click",
            },
            {
                trigger: ".o_kpi_empty",
            },
            {
                trigger: ".o_kpi_kind_month",
                run: "click",
            },
            {
                content: "what is behind it",
                trigger: ".o_kpi_tile[data-code=on_time]",
                run: "click",
            },
            {
                content: "the limits, missed ones among them",
                trigger: ".o_list_view .o_data_row",
            },
        ]),
});
