# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class AftersalesOrder(models.Model):
    _inherit = "aftersales.order"

    claim_ids = fields.One2many("aftersales.claim", "order_id", string="Claims")

    def _get_free_parts_location(self):
        """Parts fitted free of charge wait for their claim (R-CLM-09)."""
        self.ensure_one()
        return (
            self.company_id.aftersales_awaiting_location_id
            or super()._get_free_parts_location()
        )
