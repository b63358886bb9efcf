import { registry } from "@web/core/registry";

/** From a journal item to the photo of the broken part: three clicks. */
registry.category("web_tour.tours").add("aftersales_ledger_to_photo", {
    steps: () =>
        [
            {
                content: "the entry of the ledger line",
                trigger: ".o_data_row:contains(Travel) td[name=move_name] a",
                run: "click",
            },
            {
                content: "the claim it belongs to",
                trigger: ".o_form_view button[name=action_view_aftersales_claims]",
                run: "click",
            },
            {
                content: "its evidence",
                trigger: ".o_form_view button[name=action_view_evidence]",
                run: "click",
            },
            {
                content: "the photo of the broken part is there to be seen",
                trigger: ".o_kanban_view img.o_aftersales_photo[alt='cage.png']",
                // fails if the picture cannot be loaded
                run: ({ anchor }) => anchor.decode(),
            },
        ].map((step) => ({ timeout: 60000, ...step })),
});
