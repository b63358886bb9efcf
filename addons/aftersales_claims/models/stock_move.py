# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class StockMove(models.Model):
    _inherit = "stock.move"

    aftersales_claim_line_id = fields.Many2one(
        "aftersales.claim.line",
        string="Claim Line",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
