# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    aftersales_order_id = fields.Many2one(
        "aftersales.order",
        string="Service Order",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
