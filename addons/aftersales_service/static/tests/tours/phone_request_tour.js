import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

/** Steps that wait longer than the usual 10 s: other tests may share the machine. */
function patient(steps) {
    return steps.map((step) => ({ timeout: 60000, ...step }));
}

/** Open the requests through the menus, as somebody does who just logged in. */
function openRequests() {
    return [
        stepUtils.showAppsMenuItem(),
        {
            content: "open After-Sales",
            trigger: "[data-menu-xmlid='aftersales_service.menu_root']",
            run: "click",
        },
        {
            content: "the menu Service",
            trigger: ".o_menu_sections [data-menu-xmlid='aftersales_service.menu_service']",
            run: "click",
        },
        {
            content: "the requests",
            trigger:
                ".o-dropdown--menu [data-menu-xmlid='aftersales_service.menu_aftersales_request']",
            run: "click",
        },
        {
            trigger: ".o_breadcrumb:contains(Service Requests)",
        },
    ];
}

registry.category("web_tour.tours").add("aftersales_phone_request", {
    steps: () =>
        patient([
            ...openRequests(),
            {
                content: "the phone rings",
                trigger: ".o_list_button_add",
                run: "click",
            },
            {
                content: "the serial number on the plate",
                trigger: ".o_field_widget[name=serial_number] input",
                run: "edit PE600-2024-001",
            },
            {
                content: "go on to the fault",
                trigger: ".o_field_widget[name=fault] textarea",
                run: "click",
            },
            {
                content: "the customer is known",
                trigger: ".o_field_widget[name=partner_id] input:value(Jiangxi Deye Quarry)",
            },
            {
                content: "so is who pays",
                trigger:
                    ".o_field_widget[name=service_category] input:value(C Free (Warranty))",
            },
            {
                content: "type what the customer says",
                trigger: ".o_field_widget[name=fault] textarea",
                run: "edit Main bearing hot, crusher stopped",
            },
            {
                content: "look at the warranty",
                trigger: ".o_notebook a[name=machine]",
                run: "click",
            },
            {
                content: "the machine is under warranty",
                trigger: ".o_field_widget[name=warranty_state]:contains(In warranty)",
            },
            ...stepUtils.saveForm(),
            {
                content: "the level of the problem",
                trigger: ".o_field_widget[name=level] input",
                run: "click",
            },
            {
                trigger: ".o_select_menu_item:contains(Level 2)",
                run: "click",
            },
            {
                content: "assess",
                trigger: "button[name=action_assess]",
                run: "click",
            },
            {
                trigger: ".o_arrow_button_current[data-value=assessed]",
            },
            {
                content: "hand it over for approval",
                trigger: "button[name=action_submit]",
                run: "click",
            },
            {
                trigger: ".o_arrow_button_current[data-value=to_approve]",
            },
        ]),
});

registry.category("web_tour.tours").add("aftersales_dispatch", {
    steps: () =>
        patient([
            ...openRequests(),
            {
                content: "the approved request",
                trigger: ".o_data_row td[name=partner_id]:contains(Jiangxi Deye Quarry)",
                run: "click",
            },
            {
                trigger: ".o_arrow_button_current[data-value=in_progress]",
            },
            {
                content: "its orders",
                trigger: "button[name=action_view_orders]",
                run: "click",
            },
            {
                trigger: ".o_breadcrumb:contains(Service Orders)",
            },
            {
                content: "a new order",
                trigger: ".o_list_button_add",
                run: "click",
            },
            {
                content: "customer and machine come from the request",
                trigger: ".o_field_widget[name=lot_id] input:value(PE600-2024-001)",
            },
            {
                content: "the appointment",
                trigger: "input[data-field=planned_start]",
                run: "edit +4H",
            },
            {
                trigger: "input[data-field=planned_start]",
                run: "press Enter",
            },
            {
                content: "the kind comes from the request, too",
                trigger: ".o_field_widget[name=kind] input:value(Repair)",
            },
            {
                content: "he leaves in time",
                trigger: ".o_field_widget[name=departure_planned]:contains(:)",
            },
            {
                content: "who goes",
                trigger: ".o_field_widget[name=technician_id] input",
                run: "edit Technician2",
            },
            {
                trigger: ".o-autocomplete--dropdown-item a:contains(Technician2)",
                run: "click",
            },
            {
                trigger: ".o_field_widget[name=technician_id] input:value(Technician2)",
            },
            ...stepUtils.saveForm(),
            {
                content: "send it out",
                trigger: "button[name=action_dispatch]",
                run: "click",
            },
            {
                trigger: ".o_arrow_button_current[data-value=dispatched]",
            },
        ]),
});
