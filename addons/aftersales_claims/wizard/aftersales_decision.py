# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

#: what the wizard may call -> the action's own checks decide who may
ACTIONS = [
    ("action_approve", "Approve"),
    ("action_return", "Return"),
    ("action_reject", "Reject"),
    ("action_cancel", "Cancel"),
    ("action_reverse", "Reverse"),
    ("action_waive_fee", "Waive Fee"),
    ("action_ask_costs", "Ask to Approve the Costs"),
]


class AftersalesDecision(models.TransientModel):
    """A decision with its comment on the documents it was opened from."""

    _name = "aftersales.decision"
    _description = "Decision with Comment"

    action = fields.Selection(ACTIONS, required=True, default="action_approve")
    res_model = fields.Selection(
        [
            ("aftersales.claim", "Warranty Claim"),
            ("aftersales.liability", "Liability Decision"),
            ("aftersales.recovery.line", "Supplier Recovery Line"),
        ],
        required=True,
        default=lambda self: self.env.context.get("active_model"),
    )
    comment = fields.Text()

    def action_apply(self):
        """Run the decision on the active documents."""
        self.ensure_one()
        records = self.env[self.res_model].browse(
            self.env.context.get("active_ids", [])
        )
        getattr(records, self.action)(self.comment)
        return {"type": "ir.actions.act_window_close"}
