import { registry } from "@web/core/registry";

const FORM = "form.o_aftersales_upload";

/** Choose files of so many megabytes each; the page must say ``problem``. */
function choose(sizes, problem) {
    return {
        content: problem || "nothing is wrong with them",
        trigger: `${FORM} input[type=file]`,
        run({ anchor }) {
            const files = new DataTransfer();
            sizes.forEach((size, index) =>
                files.items.add(
                    new File([new Uint8Array(size * 1024 * 1024)], `${index}.png`)
                )
            );
            anchor.files = files.files;
            anchor.dispatchEvent(new Event("change", { bubbles: true }));
            if (anchor.validationMessage !== problem) {
                throw new Error(`It says: ${anchor.validationMessage}`);
            }
        },
    };
}

registry.category("web_tour.tours").add("aftersales_portal_upload", {
    steps: () => [
        {
            content: "what is wrong",
            trigger: `${FORM} textarea[name=fault]`,
            run: "edit Main bearing hot",
        },
        choose([26], "0.png is larger than 25 MB."),
        choose(new Array(11).fill(0), "Send at most 10 files."),
        choose(
            new Array(6).fill(21),
            "Together the files are too large: send a part of them later."
        ),
        choose([0], ""),
        choose([], ""),
        {
            content: "sent by an impatient double click",
            trigger: `${FORM} button[type=submit]:enabled`,
            run: "dblclick",
            expectUnloadPage: true,
        },
        {
            content: "it is received",
            trigger: ".alert-success:contains(received)",
        },
    ],
});
