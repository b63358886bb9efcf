# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models


class HrVersion(models.Model):
    _inherit = "hr.version"

    @api.model_create_multi
    def create(self, vals_list):
        """A version with another wage moves the limits too, from its month on."""
        Deduction = self.env["aftersales.deduction"]
        people = self.env["hr.employee"].browse(
            {vals["employee_id"] for vals in vals_list if vals.get("employee_id")}
        )
        with Deduction._following_minimum_wage(people):
            versions = super().create(vals_list)
        if versions.employee_id:
            Deduction._recompute_employees(versions.employee_id)
        return versions

    def write(self, vals):
        """A changed wage or place of work moves the limits of the deduction plans
        (R-PEN-06)."""
        Deduction = self.env["aftersales.deduction"]
        if "work_location_id" in vals:
            with Deduction._following_minimum_wage(self.employee_id):
                res = super().write(vals)
        else:
            res = super().write(vals)
        if {"wage", "date_version"} & vals.keys() and self.employee_id:
            Deduction._recompute_employees(self.employee_id)
        return res
