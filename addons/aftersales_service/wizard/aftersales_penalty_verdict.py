# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class AftersalesPenaltyVerdict(models.TransientModel):
    """Reason of a waiver, a reversal or a rejected appeal."""

    _name = "aftersales.penalty.verdict"
    _description = "Decision on Penalties"

    penalty_ids = fields.Many2many(
        "aftersales.penalty",
        required=True,
        default=lambda self: self.env.context.get("active_ids"),
    )
    kind = fields.Selection(
        [
            ("uphold", "Reject the appeal"),
            ("waive", "Waive"),
            ("reverse", "Reverse"),
        ],
        default="waive",
        required=True,
    )
    reason = fields.Text(required=True)

    def action_apply(self):
        """Apply the decision with its reason."""
        self.ensure_one()
        decide = {
            "uphold": self.penalty_ids.action_uphold,
            "waive": self.penalty_ids.action_waive,
            "reverse": self.penalty_ids.action_reverse,
        }[self.kind]
        decide(self.reason)
        return {"type": "ir.actions.act_window_close"}
