# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class AftersalesClaimCost(models.Model):
    _inherit = "aftersales.claim.cost"

    settlement_line_ids = fields.One2many(
        "aftersales.settlement.line", "claim_cost_id", string="Settlement Lines"
    )
