# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

from .aftersales_order_check import STAGES


class AftersalesChecklist(models.Model):
    """Template of checks, by kind of order and stage (R-DSP-04, -06, -12)."""

    _name = "aftersales.checklist"
    _description = "Check List"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True)
    stage = fields.Selection(STAGES, required=True, default="before")
    kind = fields.Selection(
        [
            ("repair", "Repair"),
            ("commissioning", "Commissioning"),
            ("training", "Training"),
            ("visit", "Visit"),
            ("remote", "Remote guidance"),
        ],
        help="Empty: every kind but remote guidance.",
    )
    product_categ_id = fields.Many2one(
        "product.category",
        string="Machines of Category",
        help="Empty: every machine.",
    )
    line_ids = fields.One2many(
        "aftersales.checklist.line", "checklist_id", string="Checks", copy=True
    )
