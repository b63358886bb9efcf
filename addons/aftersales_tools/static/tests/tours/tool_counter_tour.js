import { registry } from "@web/core/registry";

function scan(code) {
    return [
        {
            content: `scan ${code}`,
            trigger: ".o_aftersales_tool_counter input[name=code]",
            run: `edit ${code}`,
        },
        {
            content: "enter",
            trigger: ".o_aftersales_tool_counter input[name=code]",
            run: "press Enter",
        },
    ];
}

function sign(selector) {
    return [
        {
            content: "sign",
            trigger: `${selector} canvas`,
            run({ anchor }) {
                const rect = anchor.getBoundingClientRect();
                const point = (type, x, y) =>
                    anchor.dispatchEvent(
                        new PointerEvent(type, {
                            bubbles: true,
                            button: 0,
                            buttons: type === "pointerup" ? 0 : 1,
                            isPrimary: true,
                            pointerId: 1,
                            pressure: 0.5,
                            clientX: rect.left + x,
                            clientY: rect.top + y,
                        })
                    );
                point("pointerdown", 20, 30);
                for (let step = 1; step <= 12; step++) {
                    point("pointermove", 20 + step * 14, 30 + (step % 2) * 25);
                }
                point("pointerup", 190, 40);
            },
        },
    ];
}

registry.category("web_tour.tours").add("aftersales_tool_counter", {
    steps: () => [
        ...scan("0417777"),
        {
            trigger: ".o_counter_person:contains(Technician)",
        },
        ...scan("MM-0001"),
        {
            trigger: ".o_counter_lines td:contains(MM-0001)",
        },
        ...scan("MM-0001"),
        {
            trigger: ".o_counter_error:contains(on the slip already)",
        },
        ...scan("690000000017"),
        {
            trigger: ".o_counter_lines td:contains(Work gloves)",
        },
        ...scan("nobody knows this"),
        {
            trigger: ".o_counter_error:contains(neither)",
        },
        {
            trigger: "button[name=confirm]:disabled",
        },
        ...sign(".o_counter_signature"),
        {
            trigger: "button[name=confirm]:enabled",
            run: "click",
        },
        {
            trigger: ".o_counter_done:contains(is done)",
        },
        {
            trigger: "button[name=next]",
            run: "click",
        },
        {
            trigger: "button[name=kind_return]",
            run: "click",
        },
        ...scan("0417777"),
        {
            trigger: ".o_counter_held button:contains(MM-0001)",
            run: "click",
        },
        {
            trigger: ".o_counter_lines select",
            run: "select damaged",
        },
        ...sign(".o_counter_signature"),
        {
            trigger: "button[name=confirm]:enabled",
            run: "click",
        },
        {
            trigger: ".o_counter_done:contains(is done)",
        },
    ],
});

/** From the empty field to the slip that is done, with the Enter key alone. */
function signAndConfirm() {
    return [
        {
            content: "on to the signature",
            trigger: ".o_aftersales_tool_counter input[name=code]",
            run: "press Enter",
        },
        {
            content: "sign with the name",
            trigger: ".o_counter_signature .o_web_sign_auto_button:focus",
            run: "press Enter",
        },
        {
            trigger: "button[name=confirm]:enabled",
        },
        {
            content: "confirm",
            trigger: ".o_aftersales_tool_counter input[name=code]:focus",
            run: "press Enter",
        },
        {
            trigger: ".o_counter_done:contains(is done)",
        },
    ];
}

registry.category("web_tour.tours").add("aftersales_tool_counter_keyboard", {
    steps: () => [
        ...scan("0417777"),
        {
            trigger: ".o_counter_person:contains(Technician)",
        },
        ...scan("MM-0001"),
        {
            trigger: ".o_counter_lines td:contains(MM-0001)",
        },
        ...signAndConfirm(),
        {
            content: "next person",
            trigger: "button[name=next]:focus",
            run: "press Enter",
        },
        {
            content: "take back",
            trigger: ".o_aftersales_tool_counter input[name=code]:focus",
            run: "press Alt+Shift+2",
        },
        {
            trigger: "button[name=kind_return].active",
        },
        ...scan("Techni"),
        {
            content: "the first of those found",
            trigger: ".o_counter_people button:focus",
            run: "press Enter",
        },
        {
            trigger: ".o_counter_held:contains(MM-0001)",
        },
        ...scan("MM-0001"),
        {
            trigger: ".o_counter_lines td:contains(MM-0001)",
        },
        ...signAndConfirm(),
    ],
});
