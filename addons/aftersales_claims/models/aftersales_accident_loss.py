# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class AftersalesAccidentLoss(models.Model):
    """One item of what an accident cost."""

    _name = "aftersales.accident.loss"
    _inherit = "aftersales.accident.part"
    _description = "Accident Loss"
    _order = "accident_id, id"

    accident_id = fields.Many2one(
        "aftersales.accident", required=True, ondelete="cascade", index=True
    )
    currency_id = fields.Many2one(related="accident_id.currency_id")
    name = fields.Char(string="Item", required=True)
    kind = fields.Selection(
        [
            ("goods", "Goods"),
            ("work", "Work and travel"),
            ("freight", "Freight"),
            ("customer", "Customer's claim"),
            ("reputation", "Image and reputation"),
            ("other", "Other"),
        ],
        default="goods",
        required=True,
    )
    amount = fields.Monetary(required=True)
    evidence = fields.Char()

    _amount_positive = models.Constraint(
        "CHECK (amount >= 0)", "A loss cannot be negative."
    )
