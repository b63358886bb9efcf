# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class HrDepartment(models.Model):
    _inherit = "hr.department"

    aftersales_analytic_account_id = fields.Many2one(
        "account.analytic.account",
        string="Analytic Account of Claims",
        check_company=True,
        groups="aftersales_service.group_costs",
        help="Warranty costs and shares charged to this department.",
    )

    def write(self, vals):
        res = super().write(vals)
        if "parent_id" in vals:
            # whoever manages a department sees what those below it have, too
            self.env["tier.review"]._refresh_reviewers()
        return res
