# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class StockMove(models.Model):
    _inherit = "stock.move"

    aftersales_part_id = fields.Many2one(
        "aftersales.order.part",
        string="Service Order Part",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
