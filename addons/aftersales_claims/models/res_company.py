# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, fields, models


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
    aftersales_cost_tolerance_percent = fields.Float(
        string="Costs above Approval (%)",
        default=10.0,
        help="Freight, labour and travel of a claim are posted without asking again "
        "as long as they exceed the approved ones by no more than this share of the "
        "approved total, or by no more than the amount below, whichever is more. The "
        "figure is the product's default, not the source's.",
    )
    aftersales_cost_tolerance_amount = fields.Monetary(
        string="Costs above Approval",
        default=500.0,
        help="Freight, labour and travel of a claim exceed the approved ones by this "
        "amount without another approval. The figure is the product's default, not "
        "the source's.",
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

    aftersales_claim_route_id = fields.Many2one(
        "stock.route",
        string="Claim Supply Route",
        check_company=True,
        help="Rules by which parts of approved claims are taken from stock or, if "
        "there are none, bought or made.",
    )
    aftersales_appeal_days = fields.Integer(
        string="Appeals on Claims (days)",
        default=15,
        help="Days after the decision in which a dealer or station may appeal. The "
        "source names no number: 15 is our default.",
    )
    aftersales_supply_days = fields.Integer(
        string="Supply Days",
        default=7,
        help="Days from the approval until the parts are due.",
    )
    aftersales_machine_down_days = fields.Integer(
        string="Machine-Down Supply Days",
        default=1,
        help="Days from the approval until machine-down parts are due.",
    )

    aftersales_carrier_notice_days = fields.Integer(
        string="Carrier Notice Days",
        default=3,
        help="Days within which the carrier is told of damage or loss. The source "
        "names no number: 3 is our default.",
    )

    _aftersales_cost_tolerance_range = models.Constraint(
        "CHECK (aftersales_cost_tolerance_percent >= 0"
        " AND aftersales_cost_tolerance_amount >= 0)",
        "By how much costs may exceed the approved ones cannot be negative.",
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

    def _create_aftersales_picking_types(self):
        res = super()._create_aftersales_picking_types()
        if self.aftersales_claim_type_id and not self.aftersales_claim_route_id:
            self.aftersales_claim_route_id = self.env["stock.route"].create(
                self._prepare_aftersales_claim_route_vals()
            )
        return res

    def _prepare_aftersales_claim_route_vals(self):
        """Route from the warehouse's stock to customers and technicians: take from
        stock, else trigger the product's own rules (R-CLM-06)."""
        self.ensure_one()
        warehouse = self.aftersales_claim_type_id.warehouse_id
        rule = {
            "action": "pull",
            "procure_method": "mts_else_mto",
            "location_dest_from_rule": True,
            "location_src_id": warehouse.lot_stock_id.id,
            "warehouse_id": warehouse.id,
            "company_id": self.id,
        }
        return {
            "name": self.env._("Warranty claims: %(company)s", company=self.name),
            "company_id": self.id,
            "product_selectable": False,
            "warehouse_selectable": False,
            "rule_ids": [
                Command.create(
                    {
                        **rule,
                        "name": self.env._("Stock → Customer, Warranty"),
                        "location_dest_id": self.aftersales_warranty_location_id.id,
                        "picking_type_id": self.aftersales_claim_type_id.id,
                    }
                ),
                Command.create(
                    {
                        **rule,
                        "name": self.env._("Stock → Technician"),
                        "location_dest_id": self.aftersales_field_location_id.id,
                        "picking_type_id": self.aftersales_requisition_type_id.id,
                    }
                ),
            ],
        }
