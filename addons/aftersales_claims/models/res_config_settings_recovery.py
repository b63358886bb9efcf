# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    aftersales_old_part_days = fields.Integer(
        related="company_id.aftersales_old_part_days", readonly=False
    )
    aftersales_old_part_grace_days = fields.Integer(
        related="company_id.aftersales_old_part_grace_days", readonly=False
    )
    aftersales_quarantine_location_id = fields.Many2one(
        related="company_id.aftersales_quarantine_location_id", readonly=False
    )
    aftersales_blocked_location_id = fields.Many2one(
        related="company_id.aftersales_blocked_location_id", readonly=False
    )
    aftersales_answer_days = fields.Integer(
        related="company_id.aftersales_answer_days", readonly=False
    )
    aftersales_collect_days = fields.Integer(
        related="company_id.aftersales_collect_days", readonly=False
    )
    aftersales_disposal_fee = fields.Monetary(
        related="company_id.aftersales_disposal_fee",
        readonly=False,
        currency_field="currency_id",
    )
    aftersales_recovery_account_id = fields.Many2one(
        related="company_id.aftersales_recovery_account_id", readonly=False
    )
    aftersales_recharge_tax_ids = fields.Many2many(
        related="company_id.aftersales_recharge_tax_ids", readonly=False
    )
    aftersales_batch_count = fields.Integer(
        related="company_id.aftersales_batch_count", readonly=False
    )
    aftersales_batch_days = fields.Integer(
        related="company_id.aftersales_batch_days", readonly=False
    )
    aftersales_batch_recognition_days = fields.Integer(
        related="company_id.aftersales_batch_recognition_days", readonly=False
    )
    aftersales_recurrence_days = fields.Integer(
        related="company_id.aftersales_recurrence_days", readonly=False
    )
    aftersales_promise_days = fields.Integer(
        related="company_id.aftersales_promise_days", readonly=False
    )
    aftersales_settlement_journal_id = fields.Many2one(
        related="company_id.aftersales_settlement_journal_id", readonly=False
    )
    aftersales_settlement_account_id = fields.Many2one(
        related="company_id.aftersales_settlement_account_id", readonly=False
    )
    aftersales_consignment_months = fields.Integer(
        related="company_id.aftersales_consignment_months", readonly=False
    )
