# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class AftersalesClaimLine(models.Model):
    _inherit = "aftersales.claim.line"

    def _get_approval_cells(self, with_costs):
        """Return the texts of one row of the approval page."""
        self.ensure_one()
        decisions = dict(self._fields["decision"]._description_selection(self.env))
        part = self.product_id.display_name
        cells = [
            f"{part} ({self.part_reason})" if self.part_reason else part,
            f"{self.approved_quantity:g} {self.uom_id.name}",
            decisions[self.decision],
        ]
        if with_costs:
            cells.append(self.currency_id.format(self.approved_amount))
        return cells
