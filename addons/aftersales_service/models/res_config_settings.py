# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    # Intake and time limits
    aftersales_department_id = fields.Many2one(
        related="company_id.aftersales_department_id", readonly=False
    )
    aftersales_alias_name = fields.Char(
        related="company_id.aftersales_alias_id.alias_name", readonly=False
    )
    aftersales_alias_domain = fields.Char(
        related="company_id.aftersales_alias_id.alias_domain"
    )
    aftersales_intake_user_id = fields.Many2one(
        related="company_id.aftersales_intake_user_id", readonly=False
    )
    aftersales_repeat_days = fields.Integer(
        related="company_id.aftersales_repeat_days", readonly=False
    )
    aftersales_call_attempts = fields.Integer(
        related="company_id.aftersales_call_attempts", readonly=False
    )
    aftersales_call_interval = fields.Integer(
        related="company_id.aftersales_call_interval", readonly=False
    )
    # Dispatch and visit
    aftersales_field_location_id = fields.Many2one(
        related="company_id.aftersales_field_location_id", readonly=False
    )
    aftersales_travel_speed = fields.Float(
        related="company_id.aftersales_travel_speed", readonly=False
    )
    aftersales_certification_months = fields.Integer(
        related="company_id.aftersales_certification_months", readonly=False
    )
    aftersales_require_training = fields.Boolean(
        related="company_id.aftersales_require_training", readonly=False
    )
    aftersales_required_experience = fields.Float(
        related="company_id.aftersales_required_experience", readonly=False
    )
    aftersales_resident_tolerance = fields.Integer(
        related="company_id.aftersales_resident_tolerance", readonly=False
    )
    aftersales_resident_absences = fields.Integer(
        related="company_id.aftersales_resident_absences", readonly=False
    )
    aftersales_resident_late_hours = fields.Float(
        related="company_id.aftersales_resident_late_hours", readonly=False
    )
    aftersales_resident_answer_days = fields.Integer(
        related="company_id.aftersales_resident_answer_days", readonly=False
    )
    aftersales_resident_notice_months = fields.Integer(
        related="company_id.aftersales_resident_notice_months", readonly=False
    )
    # Warranty and billing
    aftersales_warranty_location_id = fields.Many2one(
        related="company_id.aftersales_warranty_location_id", readonly=False
    )
    aftersales_warranty_policy_id = fields.Many2one(
        related="company_id.aftersales_warranty_policy_id", readonly=False
    )
    aftersales_workshop_location_id = fields.Many2one(
        related="company_id.aftersales_workshop_location_id", readonly=False
    )
    aftersales_pricelist_id = fields.Many2one(
        related="company_id.aftersales_pricelist_id", readonly=False
    )
    aftersales_labour_product_id = fields.Many2one(
        related="company_id.aftersales_labour_product_id", readonly=False
    )
    aftersales_travel_product_id = fields.Many2one(
        related="company_id.aftersales_travel_product_id", readonly=False
    )
    aftersales_station_fee_product_id = fields.Many2one(
        related="company_id.aftersales_station_fee_product_id", readonly=False
    )
    aftersales_station_fee_percent = fields.Float(
        related="company_id.aftersales_station_fee_percent", readonly=False
    )
    aftersales_down_payment_percent = fields.Float(
        related="company_id.aftersales_down_payment_percent", readonly=False
    )
    aftersales_consumer_promise_days = fields.Integer(
        related="company_id.aftersales_consumer_promise_days", readonly=False
    )
    aftersales_installation_days = fields.Integer(
        related="company_id.aftersales_installation_days", readonly=False
    )
    aftersales_visit_lead_days = fields.Integer(
        related="company_id.aftersales_visit_lead_days", readonly=False
    )
    # Penalties, follow-up and figures
    aftersales_employee_receivable_account_id = fields.Many2one(
        related="company_id.aftersales_employee_receivable_account_id", readonly=False
    )
    aftersales_penalty_income_account_id = fields.Many2one(
        related="company_id.aftersales_penalty_income_account_id", readonly=False
    )
    aftersales_payroll_account_id = fields.Many2one(
        related="company_id.aftersales_payroll_account_id", readonly=False
    )
    aftersales_penalty_journal_id = fields.Many2one(
        related="company_id.aftersales_penalty_journal_id", readonly=False
    )
    aftersales_deduction_percent = fields.Float(
        related="company_id.aftersales_deduction_percent", readonly=False
    )
    aftersales_budget_limit = fields.Monetary(
        related="company_id.aftersales_budget_limit", readonly=False
    )
    aftersales_missed_dispatch_hours = fields.Integer(
        related="company_id.aftersales_missed_dispatch_hours", readonly=False
    )
    aftersales_bad_rating = fields.Integer(
        related="company_id.aftersales_bad_rating", readonly=False
    )
    aftersales_minimum_wage = fields.Monetary(
        related="company_id.aftersales_minimum_wage",
        readonly=False,
    )
