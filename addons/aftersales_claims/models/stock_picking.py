# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    aftersales_claim_id = fields.Many2one(
        "aftersales.claim",
        string="Warranty Claim",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    carrier_partner_id = fields.Many2one(
        "res.partner",
        string="Carrier Company",
        domain=[("is_carrier", "=", True)],
        check_company=True,
        index="btree_not_null",
    )
    shipping_number = fields.Char(string="Tracking Number", copy=False)

    def _is_aftersales_booking(self):
        return super()._is_aftersales_booking() or (
            bool(self.aftersales_claim_id)
            and self.location_id == self.company_id.aftersales_awaiting_location_id
        )

    # === ACTION METHODS ===#
    def action_view_carrier_claims(self):
        """From a shipment to the claims on its carrier (R-CLM-07)."""
        self.ensure_one()
        # sudo: the storekeeper ships; what the claim says of its carrier is enough
        claim = self.sudo().aftersales_claim_id
        return claim._prepare_carrier_claim_action(self, self)

    # === CRUD METHODS ===#
    def write(self, vals):
        """Carrier and tracking number of the shipment show on its claim too."""
        res = super().write(vals)
        if vals.get("shipping_number") or vals.get("carrier_partner_id"):
            # sudo: the storekeeper ships; the claim is not his to write
            for claim in self.sudo().aftersales_claim_id:
                claim.with_context(skip_validation_check=True).write(
                    claim._prepare_shipment_vals()
                )
        return res
