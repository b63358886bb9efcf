import { registry } from "@web/core/registry";

const DAY = ".o_aftersales_day";
const BLUE_PIXEL =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/** Steps that wait longer than the usual 10 s: other tests may share the machine. */
function patient(steps) {
    return steps.map((step) => ({ timeout: 60000, ...step }));
}

function nothingSticksOut() {
    return {
        content: "nothing sticks out of the phone",
        trigger: `${DAY} .o_aftersales_page`,
        run({ anchor }) {
            if (anchor.scrollWidth > document.documentElement.clientWidth) {
                throw new Error(`the page is ${anchor.scrollWidth} px wide`);
            }
        },
    };
}

/** One of the big steps, and what shows that it was taken. */
function bigStep(label, after) {
    return [
        {
            content: label,
            trigger: `${DAY} button.o_step:contains(${label}):enabled`,
            run: "click",
        },
        { content: `${label}: taken`, trigger: `${DAY} ${after}` },
    ];
}

function tickAll() {
    return [
        {
            content: "tick every check, one quickly after the other",
            trigger: `${DAY} button[role=checkbox]`,
            run() {
                const open = `${DAY} button[role=checkbox][aria-checked=false]`;
                document.querySelectorAll(open).forEach((button) => button.click());
            },
        },
        {
            trigger: `${DAY}:not(:has(button[role=checkbox][aria-checked=false]))`,
        },
    ];
}

function next(section) {
    return [
        {
            content: "next",
            trigger: `${DAY} button:contains(Next):enabled`,
            run: "click",
        },
        {
            trigger: `${DAY} .o_aftersales_steps .btn-primary:contains(${section})`,
        },
    ];
}

function type(name, text) {
    return {
        content: name,
        trigger: `${DAY} textarea#${name}`,
        run: `edit ${text}`,
    };
}

function choose(label) {
    return {
        content: label,
        trigger: `${DAY} button[role=radio]:contains(${label})`,
        run: "click",
    };
}

function addFile(name, mimetype, content) {
    return {
        content: name,
        trigger: `${DAY} button[aria-label='Take a photo']:enabled`,
        run() {
            const input = document.querySelector(`${DAY} input[type=file]`);
            const bytes = Uint8Array.from(atob(content), (char) => char.charCodeAt(0));
            const files = new DataTransfer();
            files.items.add(new File([bytes], name, { type: mimetype }));
            input.files = files.files;
            input.dispatchEvent(new Event("change"));
        },
    };
}

const { open: openRequest, send: sendRequest } = XMLHttpRequest.prototype;

/** The server gets what is sent, the phone never hears of it. */
function loseAnswers() {
    XMLHttpRequest.prototype.open = function (method, url, ...rest) {
        this.tourUrl = url;
        return openRequest.call(this, method, url, ...rest);
    };
    XMLHttpRequest.prototype.send = function (body) {
        const headers = { "Content-Type": "application/json" };
        fetch(this.tourUrl, { method: "POST", headers, body }).then(() =>
            this.dispatchEvent(new Event("error"))
        );
    };
}

/** Nothing gets through. */
function cutConnection() {
    XMLHttpRequest.prototype.send = function () {
        setTimeout(() => this.dispatchEvent(new Event("error")));
    };
}

function restoreConnection() {
    XMLHttpRequest.prototype.open = openRequest;
    XMLHttpRequest.prototype.send = sendRequest;
}

function whenOffline(...steps) {
    return [
        ...steps,
        {
            content: "the phone says that there is no connection",
            trigger: `${DAY} .alert-warning:contains(No connection)`,
            run: restoreConnection,
        },
    ];
}

const OFFLINE = {
    content: "the connection breaks",
    trigger: `${DAY} .o_aftersales_page`,
};

registry.category("web_tour.tours").add("aftersales_my_day_visit", {
    steps: () =>
        patient([
            {
                content: "tap to call",
                trigger: `${DAY} .card-footer a[href^='tel:']`,
            },
            {
                content: "tap for the map",
                trigger: `${DAY} .card-footer a[href^='https:']`,
            },
            {
                content: "the order of the day",
                trigger: `${DAY} .card-body:contains(Jiangxi Deye Quarry)`,
                run: "click",
            },
            {
                content: "the fault as the hotline wrote it",
                trigger: `${DAY}:contains(Main bearing hot)`,
            },
            nothingSticksOut(),
            ...bigStep("Accept", "button.o_step:contains(Leave)"),
            {
                content: "the whole tool box in one go",
                trigger: `${DAY} button:contains(All in Order):enabled`,
                run: "click",
            },
            {
                trigger: `${DAY}:not(:has(button[role=checkbox][aria-checked=false]))`,
            },
            {
                content: "the phone's back button",
                trigger: `${DAY} button.o_step:contains(Leave)`,
                run: () => history.back(),
            },
            {
                content: "leads to the list of the day",
                trigger: `${DAY} h2:contains(My Day)`,
            },
            {
                trigger: `${DAY} .card-body:contains(Jiangxi Deye Quarry)`,
                run: "click",
            },
            ...bigStep("Leave", "button.o_step:contains(Arrived)"),
            ...bigStep("Arrived", "button.o_step:contains(Start Work)"),
            nothingSticksOut(),
            ...tickAll(),
            {
                trigger: `${DAY} button.o_step:contains(Start Work):enabled`,
                run: "click",
            },
            {
                trigger: `${DAY}:not(:has(button.o_step:contains(Start Work)))`,
            },
            ...next("Parts"),
            { ...OFFLINE, run: loseAnswers },
            ...whenOffline(
                {
                    content: "a part out of the van",
                    trigger: `${DAY} input[placeholder='Serial number or part number']`,
                    run: "edit SEAL-600",
                },
                {
                    trigger: `${DAY} button:contains(Add):enabled`,
                    run: "click",
                }
            ),
            {
                content: "it waits, and is sent again",
                trigger: `${DAY} .alert-info button:contains(Send Now):enabled`,
                run: "click",
            },
            {
                content: "it counts once",
                trigger: `${DAY} .card:contains(Seal kit) span.fs-4:contains(1)`,
            },
            {
                trigger: `${DAY}:not(:has(.alert-info))`,
            },
            ...next("Findings"),
            addFile("note.txt", "text/plain", "bm90ZQ=="),
            {
                content: "a text is no photo",
                trigger: `${DAY} .alert-danger:contains(note.txt is no picture)`,
            },
            { ...OFFLINE, run: cutConnection },
            ...whenOffline(addFile("bearing.png", "image/png", BLUE_PIXEL)),
            {
                content: "the photo waits for the connection",
                trigger: `${DAY} .alert-info button:contains(Send Now):enabled`,
                run: "click",
            },
            {
                content: "the photo is there",
                trigger: `${DAY} img.o_photo[alt='bearing.png']`,
            },
            type("fault_found", "<script>alert(1)</script> seal leaks"),
            type("cause", "Dust in the seal"),
            type("solution", "Seal replaced"),
            nothingSticksOut(),
            { ...OFFLINE, run: cutConnection },
            ...whenOffline(...next("Test")),
            {
                content: "what was typed is kept",
                trigger: `${DAY} .o_aftersales_steps button:contains(Findings)`,
                run: "click",
            },
            {
                trigger: `${DAY} textarea#solution:value(Seal replaced)`,
            },
            ...next("Test"),
            choose("Runs well"),
            choose("Finished"),
            ...next("Clean up"),
            ...tickAll(),
            ...next("Signature"),
            choose("Very satisfied"),
            {
                content: "the customer signs",
                trigger: `${DAY} button:contains(Customer signs)`,
                run: "click",
            },
            {
                trigger: ".modal input.o_web_sign_name_input",
                run: "edit Wang Jianguo",
            },
            {
                content: "with his finger",
                trigger: ".modal canvas",
                run({ anchor }) {
                    const { left, top } = anchor.getBoundingClientRect();
                    const draw = (name, x, y) =>
                        anchor.dispatchEvent(
                            new PointerEvent(name, {
                                bubbles: true,
                                buttons: name === "pointerup" ? 0 : 1,
                                pressure: 0.5,
                                isPrimary: true,
                                clientX: left + x,
                                clientY: top + y,
                            })
                        );
                    draw("pointerdown", 20, 20);
                    [40, 60, 80, 100].forEach((x) => draw("pointermove", x, x / 2));
                    draw("pointerup", 100, 50);
                },
            },
            {
                trigger: ".modal footer .btn-primary:enabled",
                run: "click",
            },
            {
                trigger: `${DAY} button:contains(Signed by Wang Jianguo)`,
            },
            ...next("Finish"),
            nothingSticksOut(),
            { ...OFFLINE, run: loseAnswers },
            ...whenOffline({
                content: "hand in",
                trigger: `${DAY} button.o_step:contains(Hand in Report):enabled`,
                run: "click",
            }),
            {
                content: "again, as nobody answered",
                trigger: `${DAY} button.o_step:contains(Hand in Report):enabled`,
                run: "click",
            },
            {
                content: "it is handed in",
                trigger: `${DAY} h3:contains(Report handed in)`,
            },
        ]),
});

/** Open the parts of the only order, and the camera. */
function openCamera() {
    return [
        {
            content: "the order he works on",
            trigger: `${DAY} .card-body:contains(Jiangxi Deye Quarry)`,
            run: "click",
        },
        {
            content: "its parts",
            trigger: `${DAY} .o_aftersales_steps button:contains(Parts)`,
            run: "click",
        },
        {
            content: "scan",
            trigger: `${DAY} button:contains(Scan):enabled`,
            run: "click",
        },
    ];
}

const FITTED = {
    content: "the part with this serial number is fitted, once",
    trigger: `${DAY} .card:contains(Spherical roller bearing):contains(New serial) .fs-4:contains(/^1$/)`,
};

registry.category("web_tour.tours").add("aftersales_scan_camera", {
    steps: () => patient([...openCamera(), FITTED]),
});

registry.category("web_tour.tours").add("aftersales_scan_no_camera", {
    steps: () =>
        patient([
            ...openCamera(),
            {
                content: "no camera: why, and what to do instead",
                trigger: `body:not(:has(.o-barcode-modal)) ${DAY} .alert-danger:contains(type the code)`,
            },
            {
                content: "type it",
                trigger: `${DAY} input[aria-label='Serial number or part number']`,
                run: "edit BRG-N-0009",
            },
            {
                trigger: `${DAY} button:contains(Add):enabled`,
                run: "click",
            },
            FITTED,
            {
                content: "the message is gone",
                trigger: `${DAY}:not(:has(.alert-danger))`,
            },
        ]),
});
