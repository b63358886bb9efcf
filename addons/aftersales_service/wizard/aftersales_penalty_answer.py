# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class AftersalesPenaltyAnswer(models.TransientModel):
    """The employee's answer to a penalty (R-PEN-05)."""

    _name = "aftersales.penalty.answer"
    _description = "Answer to a Penalty"

    penalty_id = fields.Many2one("aftersales.penalty", required=True)
    calculation = fields.Text(related="penalty_id.calculation")
    statement_deadline = fields.Date(related="penalty_id.statement_deadline")
    appeal_deadline = fields.Date(related="penalty_id.appeal_deadline")
    kind = fields.Selection(
        [
            ("statement", "State my view"),
            ("accept", "Accept"),
            ("appeal", "Appeal"),
        ],
        default="statement",
        required=True,
    )
    text = fields.Text()

    def action_send(self):
        """Hand the answer to the penalty."""
        self.ensure_one()
        if self.kind == "appeal":
            self.penalty_id.action_appeal(self.text)
        else:
            self.penalty_id.action_state_view(self.text, accept=self.kind == "accept")
        return {"type": "ir.actions.act_window_close"}
