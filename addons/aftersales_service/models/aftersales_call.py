# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

#: what a call proves
CALL_FACTS = {"request_id", "order_id", "called_at", "user_id", "result"}


class AftersalesCall(models.Model):
    """A call to the customer, answered or not (R-SLA-07)."""

    _name = "aftersales.call"
    _inherit = "aftersales.guard.mixin"
    _description = "Call to the Customer"
    _order = "called_at desc, id desc"
    _rec_name = "request_id"

    request_id = fields.Many2one(
        "aftersales.request", required=True, ondelete="cascade", index=True
    )
    order_id = fields.Many2one(
        "aftersales.order", ondelete="set null", index="btree_not_null"
    )
    company_id = fields.Many2one(related="request_id.company_id", store=True)
    called_at = fields.Datetime(required=True, default=fields.Datetime.now)
    user_id = fields.Many2one(
        "res.users", string="Called By", required=True, default=lambda s: s.env.user
    )
    phone = fields.Char()
    result = fields.Selection(
        [("answered", "Answered"), ("unanswered", "Not answered")],
        required=True,
        default="answered",
    )
    note = fields.Text()

    @api.constrains("called_at")
    def _check_called_at(self):
        if any(call.called_at > fields.Datetime.now() for call in self):
            raise ValidationError(self.env._("A call can't lie in the future."))

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if not vals.get("phone") and vals.get("request_id"):
                request = self.env["aftersales.request"].browse(vals["request_id"])
                vals["phone"] = request.phone
        calls = super().create(vals_list)
        calls.request_id._apply_calls()
        return calls

    def write(self, vals):
        """Correct calls; whether the customer can be reached follows anew (R-SLA-07).

        :raise AccessError: somebody else's call
        """
        if not CALL_FACTS & vals.keys():
            return super().write(vals)
        if not (
            self.env.su or self.env.user.has_group("aftersales_service.group_manager")
        ) and any(call.user_id != self.env.user for call in self):
            raise AccessError(
                self.env._("A call is corrected by who made it, or the manager.")
            )
        requests = self.request_id
        res = super().write(vals)
        (requests | self.request_id)._apply_calls()
        return res
