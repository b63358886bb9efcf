# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class AftersalesExchangeCondition(models.Model):
    """A visible condition of the exchange, e.g. "cap not aged" (R-WAR-03)."""

    _name = "aftersales.exchange.condition"
    _description = "Exchange Condition"
    _order = "rule_id, sequence, id"

    rule_id = fields.Many2one(
        "aftersales.exchange.rule", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True)
