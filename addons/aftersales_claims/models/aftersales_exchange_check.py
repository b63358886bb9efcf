# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


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
