# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    # approval
    aftersales_emergency_manager_limit = fields.Monetary(
        string="Emergency Limit of the Service Manager",
        default=5000.0,
        help="Emergency claims up to this total are approved by the service "
        "manager. The figure is the product's default, not the source's.",
    )
    aftersales_emergency_vp_limit = fields.Monetary(
        string="Emergency Limit of the Sales Vice President",
        default=20000.0,
        help="Emergency claims up to this total are approved by the sales vice "
        "president, above it by the general manager. The figure is the product's "
        "default, not the source's.",
    )
    aftersales_filing_days = fields.Integer(
        string="Filing Days",
        default=3,
        help="Days after an emergency release within which its papers are filed.",
    )
    # supply
    aftersales_awaiting_location_id = fields.Many2one(
        "stock.location",
        string="Awaiting-Claim Location",
        check_company=True,
        help="Parts fitted under warranty wait here, still the company's stock, "
        "until the claim is approved. Outside the warehouse: never for sale.",
    )
    aftersales_claim_type_id = fields.Many2one(
        "stock.picking.type",
        string="Claim Operation",
        check_company=True,
        help="Transfers the parts of approved claims to the warranty location.",
    )

    def _prepare_aftersales_location_vals(self):
        return {
            **super()._prepare_aftersales_location_vals(),
            "aftersales_awaiting_location_id": {
                "name": self.env._("Fitted, Awaiting Claim"),
                "usage": "internal",
                "company_id": self.id,
            },
        }

    def _prepare_aftersales_picking_type_vals(self, warehouse):
        vals = super()._prepare_aftersales_picking_type_vals(warehouse)
        vals["aftersales_claim_type_id"] = {
            "name": self.env._("Warranty Claims"),
            "code": "outgoing",
            "sequence_code": "CLM",
            "warehouse_id": warehouse.id,
            "company_id": self.id,
            "use_create_lots": False,
            "use_existing_lots": True,
            "default_location_src_id": self.aftersales_awaiting_location_id.id,
            "default_location_dest_id": self.aftersales_warranty_location_id.id,
        }
        return vals
