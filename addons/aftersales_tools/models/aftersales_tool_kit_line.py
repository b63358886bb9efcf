# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class AftersalesToolKitLine(models.Model):
    _name = "aftersales.tool.kit.line"
    _description = "Tool Kit Line"
    _rec_name = "product_id"
    _order = "kit_id, sequence, id"
    _check_company_auto = True

    sequence = fields.Integer(default=10)
    kit_id = fields.Many2one(
        "aftersales.tool.kit", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="kit_id.company_id")
    product_id = fields.Many2one(
        "product.product",
        string="Tool",
        required=True,
        index=True,
        domain=[("is_tool", "=", True)],
        check_company=True,
    )
    quantity = fields.Float(default=1.0, digits="Product Unit", required=True)
    uom_id = fields.Many2one(related="product_id.uom_id")

    _check_quantity = models.Constraint(
        "CHECK(quantity > 0)", "The quantity of a tool must be positive."
    )
