# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    # Tools
    aftersales_tool_repair_location_id = fields.Many2one(
        related="company_id.aftersales_tool_repair_location_id", readonly=False
    )
    aftersales_tool_journal_id = fields.Many2one(
        related="company_id.aftersales_tool_journal_id", readonly=False
    )
    aftersales_tool_income_account_id = fields.Many2one(
        related="company_id.aftersales_tool_income_account_id", readonly=False
    )
    aftersales_tool_request_month = fields.Integer(
        related="company_id.aftersales_tool_request_month", readonly=False
    )
    aftersales_tool_reminder_days = fields.Integer(
        related="company_id.aftersales_tool_reminder_days", readonly=False
    )
    aftersales_tool_user_id = fields.Many2one(
        related="company_id.aftersales_tool_user_id", readonly=False
    )
    aftersales_tool_payment_days = fields.Integer(
        related="company_id.aftersales_tool_payment_days", readonly=False
    )
