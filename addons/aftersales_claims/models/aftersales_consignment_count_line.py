# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class AftersalesConsignmentCountLine(models.Model):
    """What the books say and what was counted of one part (R-CLM-14)."""

    _name = "aftersales.consignment.count.line"
    _description = "Consigned Stock Count Line"
    _inherit = "aftersales.state.mixin"
    #: what the books said when the count began
    _guarded_fields = ("quantity_book", "quantity_used")
    _rec_name = "product_id"
    _order = "count_id, id"

    count_id = fields.Many2one(
        "aftersales.consignment.count", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="count_id.company_id", store=True)
    product_id = fields.Many2one("product.product", required=True)
    lot_id = fields.Many2one(
        "stock.lot",
        string="Serial Number",
        domain="[('product_id', '=', product_id)]",
    )
    quantity_book = fields.Float(string="In the Books", digits="Product Unit")
    quantity_used = fields.Float(
        string="Used Since Last Count", digits="Product Unit", readonly=True
    )
    quantity_counted = fields.Float(string="Counted", digits="Product Unit")
    is_counted = fields.Boolean(string="Checked")
    difference = fields.Float(
        compute="_compute_difference", store=True, digits="Product Unit"
    )
    reason = fields.Char()

    _counted_positive = models.Constraint(
        "CHECK (quantity_counted >= 0)", "No less than nothing is counted."
    )

    @api.depends("quantity_book", "quantity_counted", "is_counted")
    def _compute_difference(self):
        for line in self:
            line.difference = (
                line.quantity_counted - line.quantity_book if line.is_counted else 0.0
            )

    @api.constrains("lot_id", "product_id")
    def _check_lot(self):
        for line in self:
            if line.lot_id and line.lot_id.product_id != line.product_id:
                raise ValidationError(
                    self.env._(
                        "Serial number %(serial)s is not one of %(part)s.",
                        serial=line.lot_id.name,
                        part=line.product_id.display_name,
                    )
                )

    def write(self, vals):
        """:raises UserError: not being counted; what was applied stays as counted"""
        if not self.env.su and any(line.count_id.state != "counting" for line in self):
            raise UserError(
                self.env._("What was counted is entered while the count is running.")
            )
        return super().write(vals)

    @api.onchange("quantity_counted")
    def _onchange_quantity_counted(self):
        self.is_counted = True

    def _apply(self):
        """Bring the differences into the stock of the station, where it lies."""
        # sudo: the adjustment follows the count, not the user's right in stock
        Quant = self.env["stock.quant"].sudo().with_context(inventory_mode=True)
        for line in self:
            location = line.count_id.location_id
            quants = Quant.search(
                [
                    ("location_id", "child_of", location.id),
                    ("product_id", "=", line.product_id.id),
                    ("lot_id", "=", line.lot_id.id),
                ]
            ).sorted("quantity", reverse=True)
            left = line.difference
            if left > 0 and not quants:
                quants = Quant.create(
                    {
                        "product_id": line.product_id.id,
                        "lot_id": line.lot_id.id,
                        "location_id": location.id,
                    }
                )
            for quant in quants[:1] if left > 0 else quants:
                change = max(left, -max(quant.quantity, 0.0)) if left < 0 else left
                left -= change
                if change:
                    quant.inventory_quantity = quant.quantity + change
                    quant.action_apply_inventory()
