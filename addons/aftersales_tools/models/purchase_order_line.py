# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class PurchaseOrderLine(models.Model):
    _inherit = "purchase.order.line"

    tool_request_line_ids = fields.One2many(
        "aftersales.tool.request.line", "purchase_line_id", string="Tool Needs"
    )

    def _get_tool_unit_price(self):
        """Return the net price of one unit of stock, in the order's currency."""
        self.ensure_one()
        quantity = self.product_uom_qty or self.product_qty
        return self.price_subtotal / quantity if quantity else self.price_unit
