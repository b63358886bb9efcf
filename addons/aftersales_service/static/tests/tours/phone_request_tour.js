import { delay, press, queryFirst } from "@odoo/hoot-dom";
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

/** Milliseconds from key to key of somebody who is no typist. */
const KEY_PAUSE = 280;
/** What a call with a known serial number may take. */
const INTAKE_LIMIT = 30000;
let calledAt = 0;

/** Type into the field that has the focus, key by key; it must be ``name``. */
async function typeInto(name, text) {
    const field = queryFirst(`.o_field_widget[name=${name}]`);
    if (!field.contains(document.activeElement)) {
        throw new Error(`The focus is not in ${name}`);
    }
    for (const key of text) {
        await delay(KEY_PAUSE);
        await press(key);
    }
}

registry.category("web_tour.tours").add("aftersales_keyboard_request", {
    steps: () =>
        patient([
            {
                content: "the phone rings: Alt+C, no mouse from here on",
                trigger: ".o_list_button_add",
                async run() {
                    calledAt = Date.now();
                    await press(["alt", "c"]);
                },
            },
            {
                content: "the serial number is asked first",
                trigger: ".o_field_widget[name=serial_number] input:focus",
                async run() {
                    await typeInto("serial_number", "pe600-2024-001");
                    await press("Tab");
                },
            },
            {
                content: "the fault comes next",
                trigger: ".o_field_widget[name=fault] textarea:focus",
            },
            {
                content: "meanwhile the customer is known",
                trigger: ".o_field_widget[name=partner_id] input:value(Jiangxi Deye Quarry)",
            },
            {
                content: "and the request somebody else took is named before saving",
                trigger: ".o_form_view:has(.o_form_dirty) .alert-warning:contains(Open already)",
            },
            {
                content: "what the customer says",
                trigger: ".o_field_widget[name=fault] textarea:focus",
                run: () => typeInto("fault", "belt torn"),
            },
            {
                content: "then machine, customer and contact to correct, and save: Alt+S",
                trigger: ".o_field_widget[name=fault] textarea:focus",
                async run() {
                    for (const name of ["lot_id", "partner_id", "contact_id"]) {
                        await press("Tab");
                        await typeInto(name, "");
                    }
                    await press(["alt", "s"]);
                },
            },
            {
                content: "it is saved, in time",
                trigger: ".o_form_view .o_form_saved",
                run() {
                    const taken = Date.now() - calledAt;
                    if (taken > INTAKE_LIMIT) {
                        throw new Error(`It took ${taken / 1000} s`);
                    }
                },
            },
        ]),
});
