# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class AftersalesOrderPart(models.Model):
    """A part needed, drawn, fitted or brought back on a service order."""

    _name = "aftersales.order.part"
    _description = "Service Order Part"
    _order = "order_id, sequence, id"
    _check_company_auto = True

    sequence = fields.Integer(default=10)
    order_id = fields.Many2one(
        "aftersales.order",
        required=True,
        ondelete="cascade",
        index=True,
        check_company=True,
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True)
    product_id = fields.Many2one(
        "product.product", required=True, check_company=True, index=True
    )
    uom_id = fields.Many2one(related="product_id.uom_id")
    quantity = fields.Float(
        string="Needed", default=1.0, digits="Product Unit", help="To be drawn."
    )
    quantity_issued = fields.Float(
        string="Issued", digits="Product Unit", readonly=True, copy=False
    )
    quantity_used = fields.Float(string="Used", digits="Product Unit", copy=False)
    quantity_returned = fields.Float(
        string="Returned", digits="Product Unit", readonly=True, copy=False
    )
    lot_id = fields.Many2one(
        "stock.lot",
        string="New Serial Number",
        check_company=True,
        copy=False,
        help="Serial number of the part fitted.",
    )
    old_lot_name = fields.Char(
        string="Old Serial Number",
        copy=False,
        help="Serial number read on the part taken out.",
    )
    in_warranty = fields.Boolean(
        help="Fitted free of charge; the cost is the company's."
    )
    move_ids = fields.One2many("stock.move", "aftersales_part_id", string="Moves")
