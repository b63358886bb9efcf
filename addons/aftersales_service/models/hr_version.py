# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models


class HrVersion(models.Model):
    _inherit = "hr.version"

    @api.model_create_multi
    def create(self, vals_list):
        """A version with another wage moves the limits too, from its month on."""
        versions = super().create(vals_list)
        if versions.employee_id:
            self.env["aftersales.deduction"]._recompute_employees(versions.employee_id)
        return versions

    def write(self, vals):
        """A changed wage moves the limits of the deduction plans (R-PEN-06)."""
        res = super().write(vals)
        if {"wage", "date_version"} & vals.keys() and self.employee_id:
            self.env["aftersales.deduction"]._recompute_employees(self.employee_id)
        return res
