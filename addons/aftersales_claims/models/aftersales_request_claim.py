# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class AftersalesRequest(models.Model):
    _inherit = "aftersales.request"

    claim_ids = fields.One2many("aftersales.claim", "request_id", string="Claims")
    claim_count = fields.Integer(compute="_compute_claim_count")

    @api.depends("claim_ids")
    def _compute_claim_count(self):
        for request in self:
            request.claim_count = len(request.claim_ids)

    def action_view_claims(self):
        self.ensure_one()
        return {
            **self.claim_ids._get_records_action(
                self.claim_ids, self.env._("Warranty Claims")
            ),
            "context": {
                "default_request_id": self.id,
                "default_lot_id": self.lot_id.id,
                "default_partner_id": self.partner_id.id,
                "default_damage": self.fault,
            },
        }
