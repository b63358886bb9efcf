# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    tool_compensation_id = fields.Many2one(
        "aftersales.tool.compensation",
        string="Tool Compensation Paid",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
    )
    tool_compensation_amount = fields.Monetary(
        currency_field="company_currency_id", readonly=True, copy=False
    )

    # === BUSINESS METHODS ===#
    def _get_billed_models(self):
        return [*super()._get_billed_models(), "aftersales.tool.compensation"]
