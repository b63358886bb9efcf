# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class StockReturnPicking(models.TransientModel):
    _inherit = "stock.return.picking"

    def _get_proc_values(self, line):
        """What is sent in exchange for a part of a claim goes the claim's way, for the
        same line (R-CLM-06, R-CLM-09)."""
        values = super()._get_proc_values(line)
        # sudo: the storekeeper exchanges; the claim is not his to read
        claim_line = line.move_id.sudo().aftersales_claim_line_id
        if claim_line:
            company = claim_line.company_id
            values.update(
                route_ids=company.aftersales_claim_route_id,
                warehouse_id=company.aftersales_claim_type_id.warehouse_id,
                aftersales_claim_line_id=claim_line.id,
            )
        return values
