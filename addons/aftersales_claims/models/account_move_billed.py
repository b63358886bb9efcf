# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class AccountMove(models.Model):
    """Settlements of stations, old and refused parts charged, shares of a liability
    decision, claims on carriers and provisions follow their bills and entries
    (R-DSP-16, R-CLM-07, R-CLM-09, R-CLM-10, R-CLM-11)."""

    _inherit = "account.move"

    # === BUSINESS METHODS ===#
    def _get_billed_models(self):
        return [
            *super()._get_billed_models(),
            "aftersales.settlement",
            "aftersales.part.return",
            "aftersales.liability.share",
            "aftersales.carrier.claim",
            "aftersales.claim.line",
            "aftersales.provision",
        ]
