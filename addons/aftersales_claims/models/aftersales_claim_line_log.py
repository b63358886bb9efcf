# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class AftersalesClaimLine(models.Model):
    """What a version of the claim keeps of a line (R-CLM-05)."""

    _inherit = "aftersales.claim.line"

    def _prepare_version_data(self):
        """Return what the line says as a dict for JSON; the cost in the currency of
        the claim, names as they are now."""
        self.ensure_one()
        return {
            "part": self.product_id.display_name,
            "part_note": self.part_note or "",
            "part_reason": self.part_reason or "",
            "lot": self.lot_id.name or "",
            "old_lot": self.old_lot_name or "",
            "quantity": self.quantity,
            "unit_cost": self.unit_cost,
            "decision": self.decision,
            "approved_quantity": self.approved_quantity,
            "reason": self.reason or "",
        }
