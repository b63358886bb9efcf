# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    # Claims
    aftersales_emergency_manager_limit = fields.Monetary(
        related="company_id.aftersales_emergency_manager_limit", readonly=False
    )
    aftersales_emergency_vp_limit = fields.Monetary(
        related="company_id.aftersales_emergency_vp_limit", readonly=False
    )
    aftersales_filing_days = fields.Integer(
        related="company_id.aftersales_filing_days", readonly=False
    )
    aftersales_cost_tolerance_percent = fields.Float(
        related="company_id.aftersales_cost_tolerance_percent", readonly=False
    )
    aftersales_cost_tolerance_amount = fields.Monetary(
        related="company_id.aftersales_cost_tolerance_amount", readonly=False
    )
    aftersales_expected_freight = fields.Monetary(
        related="company_id.aftersales_expected_freight", readonly=False
    )
    aftersales_expected_hour_cost = fields.Monetary(
        related="company_id.aftersales_expected_hour_cost", readonly=False
    )
    aftersales_expected_km_cost = fields.Monetary(
        related="company_id.aftersales_expected_km_cost", readonly=False
    )
    aftersales_unknown_cost_level = fields.Selection(
        related="company_id.aftersales_unknown_cost_level",
        readonly=False,
        required=True,
    )
    aftersales_appeal_days = fields.Integer(
        related="company_id.aftersales_appeal_days", readonly=False
    )
    aftersales_supply_days = fields.Integer(
        related="company_id.aftersales_supply_days", readonly=False
    )
    aftersales_machine_down_days = fields.Integer(
        related="company_id.aftersales_machine_down_days", readonly=False
    )
    aftersales_carrier_notice_days = fields.Integer(
        related="company_id.aftersales_carrier_notice_days", readonly=False
    )
    aftersales_awaiting_location_id = fields.Many2one(
        related="company_id.aftersales_awaiting_location_id", readonly=False
    )
    aftersales_claim_type_id = fields.Many2one(
        related="company_id.aftersales_claim_type_id", readonly=False
    )
    aftersales_claim_route_id = fields.Many2one(
        related="company_id.aftersales_claim_route_id", readonly=False
    )
    aftersales_claim_journal_id = fields.Many2one(
        related="company_id.aftersales_claim_journal_id", readonly=False
    )
    aftersales_warranty_account_id = fields.Many2one(
        related="company_id.aftersales_warranty_account_id", readonly=False
    )
    aftersales_provision_method = fields.Selection(
        related="company_id.aftersales_provision_method",
        readonly=False,
        required=True,
    )
    aftersales_provision_from = fields.Date(
        related="company_id.aftersales_provision_from", readonly=False
    )
    aftersales_provision_account_id = fields.Many2one(
        related="company_id.aftersales_provision_account_id", readonly=False
    )
    aftersales_cost_account_processing_id = fields.Many2one(
        related="company_id.aftersales_cost_account_processing_id", readonly=False
    )
    aftersales_cost_account_purchasing_id = fields.Many2one(
        related="company_id.aftersales_cost_account_purchasing_id", readonly=False
    )
    aftersales_cost_account_shipping_id = fields.Many2one(
        related="company_id.aftersales_cost_account_shipping_id", readonly=False
    )
    aftersales_cost_account_labour_id = fields.Many2one(
        related="company_id.aftersales_cost_account_labour_id", readonly=False
    )
    aftersales_cost_account_travel_id = fields.Many2one(
        related="company_id.aftersales_cost_account_travel_id", readonly=False
    )
    aftersales_carrier_account_id = fields.Many2one(
        related="company_id.aftersales_carrier_account_id", readonly=False
    )

    def action_setup_aftersales_accounts(self):
        """Propose or create the accounts of the claims in the company's chart."""
        self.company_id._setup_aftersales_accounts()
        return {"type": "ir.actions.client", "tag": "reload"}
