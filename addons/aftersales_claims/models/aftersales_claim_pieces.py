# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class AftersalesClaim(models.Model):
    """What a claim holds depends on its state and failure date as well (R-CLM-01)."""

    _inherit = "aftersales.claim"

    # === CRUD METHODS ===#
    def write(self, vals):
        """Another day may be one on which its parts are claimed already; over, the
        claim holds none of its pieces, taken up again it does."""
        res = super().write(vals)
        if {"company_id", "failure_date", "lot_id"} & set(vals):
            self.line_ids._check_duplicate()
        if {"state", "company_id", "failure_date"} & set(vals):
            # sudo: the pieces are the system's to keep, whoever may read the lines
            self.sudo().line_ids.filtered("old_lot_name")._update_pieces()
        return res
