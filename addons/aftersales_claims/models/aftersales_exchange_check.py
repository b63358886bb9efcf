# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesExchangeCheck(models.Model):
    """The answer to a visible condition on one exchange."""

    _name = "aftersales.exchange.check"
    _description = "Exchange Check"
    _order = "exchange_id, id"

    exchange_id = fields.Many2one(
        "aftersales.exchange", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="exchange_id.company_id", store=True)
    name = fields.Char(string="Condition", required=True)
    answer = fields.Selection([("yes", "Yes"), ("no", "No"), ("unclear", "Unclear")])
    note = fields.Char()

    def write(self, vals):
        self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_judged(self):
        self._check_draft()

    def _check_draft(self):
        """:raises UserError: the exchange was judged by these answers"""
        judged = self.exchange_id.filtered(lambda item: item.state != "draft")
        if judged and not self.env.su:
            raise UserError(
                self.env._(
                    "%(names)s was judged by what was seen: the answers stay.",
                    names=", ".join(judged.mapped("name")),
                )
            )
