# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.exceptions import UserError

from ..models.aftersales_request import OPEN_STATES


class AftersalesRequestHandoverWizard(models.TransientModel):
    """Hands requests over to another owner, with the reason (R-INT-03)."""

    _name = "aftersales.request.handover.wizard"
    _description = "Hand Over Requests"

    request_ids = fields.Many2many(
        "aftersales.request",
        "aftersales_request_handover_wizard_rel",
        "wizard_id",
        "request_id",
    )
    user_id = fields.Many2one(
        "res.users", string="New Owner", required=True, domain=[("share", "=", False)]
    )
    reason = fields.Char(required=True)

    def action_apply(self):
        """Hand over; logged per request, the new owner is told."""
        self.ensure_one()
        requests = self.request_ids
        requests._check_state_in((*OPEN_STATES, "solved"))
        for request in requests:
            if request.user_id == self.user_id:
                raise UserError(
                    self.env._(
                        "%(name)s is owned by %(user)s already.",
                        name=request.name,
                        user=self.user_id.name,
                    )
                )
            if request.company_id not in self.user_id.company_ids:
                raise UserError(
                    self.env._(
                        "%(user)s does not work for %(company)s.",
                        user=self.user_id.name,
                        company=request.company_id.name,
                    )
                )
        requests.with_context(aftersales_handover_reason=self.reason).write(
            {"user_id": self.user_id.id}
        )
        return {"type": "ir.actions.act_window_close"}
