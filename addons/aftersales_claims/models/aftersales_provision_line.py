# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class AftersalesProvisionLine(models.Model):
    """Sales of a month under one policy, and what they set aside."""

    _name = "aftersales.provision.line"
    _description = "Warranty Provision Line"
    _rec_name = "policy_id"

    provision_id = fields.Many2one(
        "aftersales.provision", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="provision_id.company_id", store=True)
    currency_id = fields.Many2one(related="provision_id.currency_id")
    policy_id = fields.Many2one("aftersales.provision.policy", required=True)
    sales = fields.Monetary()
    percent = fields.Float(digits=(16, 4))
    amount = fields.Monetary()
