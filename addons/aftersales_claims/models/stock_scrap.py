# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class StockScrap(models.Model):
    _inherit = "stock.scrap"

    aftersales_part_return_id = fields.Many2one(
        "aftersales.part.return",
        string="Old Part",
        index="btree_not_null",
        check_company=True,
    )

    def _prepare_move_values(self):
        return {
            **super()._prepare_move_values(),
            "aftersales_part_return_id": self.aftersales_part_return_id.id,
        }
