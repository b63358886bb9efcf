# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

#: what decides whose employee, and of which department, a user is
EMPLOYEE_FIELDS = {"user_id", "company_id", "active", "current_version_id"}
VERSION_FIELDS = {"department_id", "employee_id", "date_version", "active"}


class HrEmployee(models.Model):
    """Record rules name the user's department and are cached for each user: whoever
    moves to another department sees its cases, and no longer the old ones, at once."""

    _inherit = "hr.employee"

    @api.model_create_multi
    def create(self, vals_list):
        employees = super().create(vals_list)
        employees.user_id._follow_place()
        return employees

    def write(self, vals):
        placed = bool(EMPLOYEE_FIELDS & vals.keys())
        before = self.user_id if placed else self.env["res.users"]
        res = super().write(vals)
        if placed:
            (before | self.user_id)._follow_place()
        return res


class HrVersion(models.Model):
    _inherit = "hr.version"

    @api.model_create_multi
    def create(self, vals_list):
        versions = super().create(vals_list)
        versions.employee_id.user_id._follow_place()
        return versions

    def write(self, vals):
        placed = bool(VERSION_FIELDS & vals.keys())
        before = self.employee_id.user_id if placed else self.env["res.users"]
        res = super().write(vals)
        if placed:
            (before | self.employee_id.user_id)._follow_place()
        return res
