# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class StockLot(models.Model):
    """The machine file: a serial number, its customer, its dates, its history."""

    _inherit = "stock.lot"

    is_machine = fields.Boolean(
        related="product_id.product_tmpl_id.is_machine", store=True, index=True
    )
    customer_id = fields.Many2one(
        "res.partner", index="btree_not_null", tracking=True, check_company=True
    )
    site_id = fields.Many2one(
        "res.partner",
        string="Site",
        check_company=True,
        help="Address where the machine stands.",
    )
    contract_ref = fields.Char(string="Contract")
    production_date = fields.Date()
    production_batch = fields.Char(index="btree_not_null")
    delivery_date = fields.Date(tracking=True)
    acceptance_date = fields.Date(tracking=True)
    running_hours = fields.Float()
    request_ids = fields.One2many("aftersales.request", "lot_id", string="Requests")
