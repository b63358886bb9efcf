# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class AftersalesResidentDecision(models.TransientModel):
    """Asks the manager for the decision on a month of attendance and its reason."""

    _name = "aftersales.resident.decision"
    _description = "Decision on a Month of Attendance"

    sheet_id = fields.Many2one(
        "aftersales.resident.sheet", string="Monthly Sheet", required=True
    )
    verdict = fields.Selection(
        [("accept", "Accept"), ("breach", "Breach of Contract")],
        required=True,
        default="accept",
    )
    note = fields.Text(string="Reason")

    def action_apply(self):
        """Decide as chosen."""
        self.ensure_one()
        getattr(self.sheet_id, f"action_{self.verdict}")(note=self.note)
        return {"type": "ir.actions.act_window_close"}
