# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.exceptions import UserError

from ..models.aftersales_request import SERVICE_CATEGORIES


class AftersalesRequestReason(models.TransientModel):
    """Asks for the reason of a change that needs one."""

    _name = "aftersales.request.reason"
    _description = "Reason"

    operation = fields.Selection(
        [
            ("wait", "Wait for the customer"),
            ("cancel", "Cancel"),
            ("reopen", "Reopen"),
            ("category", "Change the service category"),
        ],
        required=True,
    )
    request_ids = fields.Many2many(
        "aftersales.request", "aftersales_request_reason_rel", "wizard_id", "request_id"
    )
    service_category = fields.Selection(SERVICE_CATEGORIES)
    reason = fields.Text(required=True)

    def action_apply(self):
        """Do what was asked for, with the reason.

        :raise UserError: if the category is missing, or from the action itself
        """
        self.ensure_one()
        requests = self.request_ids
        reason = self.reason.strip()
        if not reason:
            raise UserError(self.env._("The reason is missing."))
        if self.operation == "category":
            if not self.service_category:
                raise UserError(self.env._("Choose the service category."))
            requests.write(
                {"service_category": self.service_category, "category_reason": reason}
            )
        else:
            getattr(requests, f"action_{self.operation}")(reason=reason)
        return {"type": "ir.actions.act_window_close"}
