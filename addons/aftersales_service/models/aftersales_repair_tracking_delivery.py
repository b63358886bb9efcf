# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class AftersalesRepairTrackingDelivery(models.Model):
    """Hardware to exchange or upgrade, on the delivery list (R-DSP-21)."""

    _name = "aftersales.repair.tracking.delivery"
    _inherit = "aftersales.guard.mixin"
    _description = "After-Sales Delivery List Line"
    _rec_name = "product_id"
    _order = "tracking_id, id"

    tracking_id = fields.Many2one(
        "aftersales.repair.tracking", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="tracking_id.company_id", store=True)
    product_id = fields.Many2one(
        "product.product", required=True, domain=[("type", "=", "consu")]
    )
    quantity = fields.Float(default=1.0, digits="Product Unit", required=True)
    uom_id = fields.Many2one(related="product_id.uom_id")
    purpose = fields.Selection(
        [("exchange", "Exchange"), ("upgrade", "Upgrade"), ("supply", "Supply")],
        default="exchange",
        required=True,
    )
    date_needed = fields.Date(string="Needed by")
    note = fields.Char()
    part_id = fields.Many2one(
        "aftersales.order.part",
        string="On the Service Order",
        readonly=True,
        copy=False,
        ondelete="set null",
    )

    _quantity_check = models.Constraint(
        "CHECK(quantity > 0)", "The quantity must be positive."
    )
