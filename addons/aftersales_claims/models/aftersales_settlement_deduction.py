# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class AftersalesSettlement(models.Model):
    """What was settled with a station for a claim that was reversed since is taken back
    with its next settlement (R-DSP-16, R-CLM-09)."""

    _inherit = "aftersales.settlement"

    def _prepare_deduction_lines(self):
        self.ensure_one()
        lines = self.line_ids._get_lines_to_take_back(
            [
                ("company_id", "=", self.company_id.id),
                ("partner_id", "child_of", self.partner_id.id),
            ]
        )
        return [
            *super()._prepare_deduction_lines(),
            *(line._prepare_take_back_vals() for line in lines),
        ]
