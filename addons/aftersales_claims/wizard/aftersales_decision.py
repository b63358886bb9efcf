# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

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
            ("aftersales.quality.complaint", "Complaint Sheet"),
        ],
        required=True,
        default=lambda self: self.env.context.get("active_model"),
    )
    comment = fields.Text()
    # the estimate of one claim, for its approver (R-CLM-05)
    claim_id = fields.Many2one(
        "aftersales.claim", compute="_compute_claim_id", compute_sudo=False
    )
    currency_id = fields.Many2one(related="claim_id.currency_id")
    estimated_cost = fields.Monetary(
        string="Expected Other Costs",
        compute="_compute_estimated_cost",
        store=True,
        readonly=False,
        groups="aftersales_service.group_costs",
        help="Freight, labour and travel you expect beside the parts. Bills up to this "
        "do not ask for approval again.",
    )

    # === COMPUTE METHODS ===#
    @api.depends("action", "res_model")
    def _compute_claim_id(self):
        """The claim whose estimate is shown: the only one that is approved."""
        ids = self.env.context.get("active_ids", [])
        for wizard in self:
            one = (
                wizard.action == "action_approve"
                and wizard.res_model == "aftersales.claim"
                and len(ids) == 1
            )
            wizard.claim_id = ids[0] if one else False

    @api.depends("claim_id")
    def _compute_estimated_cost(self):
        for wizard in self:
            wizard.estimated_cost = wizard.claim_id.estimated_cost

    # === ACTION METHODS ===#
    def action_apply(self):
        """Run the decision on the active documents."""
        self.ensure_one()
        records = self.env[self.res_model].browse(
            self.env.context.get("active_ids", [])
        )
        if self.claim_id and self.env.user.has_group("aftersales_service.group_costs"):
            return self._approve_claim()
        getattr(records, self.action)(self.comment)
        return {"type": "ir.actions.act_window_close"}

    # === BUSINESS METHODS ===#
    def _approve_claim(self):
        """Approve the claim with the estimate shown; say so if that is more than the
        approver may release."""
        level = self.claim_id.approval_level
        self.claim_id.action_approve(self.comment, self.estimated_cost)
        close = {"type": "ir.actions.act_window_close"}
        message = self.claim_id._get_gone_on_text(level)
        if not message:
            return close
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "warning", "message": message, "next": close},
        }
