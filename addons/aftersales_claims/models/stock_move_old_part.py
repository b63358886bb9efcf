# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class StockMove(models.Model):
    _inherit = "stock.move"

    aftersales_part_return_id = fields.Many2one(
        "aftersales.part.return",
        string="Old Part",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )

    def _prepare_merge_moves_distinct_fields(self):
        """Each old part keeps a move of its own."""
        return [
            *super()._prepare_merge_moves_distinct_fields(),
            "aftersales_part_return_id",
        ]
