# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from urllib.parse import quote_plus

from odoo import api, fields, models


class StockLot(models.Model):
    _inherit = "stock.lot"

    claim_ids = fields.One2many("aftersales.claim", "lot_id", string="Claims")
    claim_count = fields.Integer(compute="_compute_claim_count")

    @api.depends("claim_ids")
    def _compute_claim_count(self):
        for lot in self:
            lot.claim_count = len(lot.claim_ids)

    def action_view_claims(self):
        self.ensure_one()
        return {
            **self.claim_ids._get_records_action(
                self.claim_ids, self.env._("Warranty Claims")
            ),
            "context": {"default_lot_id": self.id},
        }

    def _get_portal_claim_path(self):
        """Return the page of a station's new claim with this machine filled in."""
        self.ensure_one()
        return f"/my/station_claims/new?serial={quote_plus(self.name or '')}"
