# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class AftersalesRequestGuidance(models.Model):
    _inherit = "aftersales.request.guidance"

    def _after_callback(self):
        """A customer called back from the request needs no second call (R-FUP-02)."""
        res = super()._after_callback()
        # sudo: whoever called back answers the call planned
        followups = (
            self.env["aftersales.followup"]
            .sudo()
            .search(
                [
                    ("request_id", "in", self.request_id.ids),
                    ("trigger", "=", "guidance"),
                    ("state", "=", "due"),
                ]
            )
        )
        for followup in followups:
            lines = followup.request_id.guidance_ids
            if all(line.result != "pending" for line in lines):
                running = all(line.result == "running" for line in lines & self)
                followup.write(
                    {
                        "satisfaction": "4" if running else "3",
                        "is_running": running,
                        "result": "\n".join(
                            line.callback_note for line in self if line.callback_note
                        ),
                    }
                )
                followup.with_context(aftersales_guidance_answered=True).action_done()
        return res
