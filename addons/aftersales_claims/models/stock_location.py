# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.fields import Domain


class StockLocation(models.Model):
    _inherit = "stock.location"

    is_aftersales_quarantine = fields.Boolean(
        string="Old Parts Quarantine",
        compute="_compute_is_aftersales_quarantine",
        store=True,
        readonly=False,
        recursive=True,
        index="btree_not_null",
        help="Old parts wait here for inspection and disposal. They were paid for by "
        "the claim, so what lies here has no value in the books and is never for "
        "sale. The same holds for every shelf in it.",
    )

    # === COMPUTE METHODS ===#
    @api.depends("location_id.is_aftersales_quarantine")
    def _compute_is_aftersales_quarantine(self):
        """A shelf of the quarantine is quarantine (R-CLM-11)."""
        for location in self:
            location.is_aftersales_quarantine = (
                location.is_aftersales_quarantine
                or location.location_id.is_aftersales_quarantine
            )

    def _should_be_valued(self):
        """Old parts in quarantine are outside the stock valuation (R-CLM-11)."""
        return not self.is_aftersales_quarantine and super()._should_be_valued()

    def _search_is_valued(self, operator, value):
        domain = Domain(super()._search_is_valued(operator, value))
        quarantine = Domain("is_aftersales_quarantine", "=", True)
        if (operator == "=") == bool(value):
            return domain & ~quarantine
        return domain | quarantine
