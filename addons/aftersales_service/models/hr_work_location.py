# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class HrWorkLocation(models.Model):
    _inherit = "hr.work.location"

    aftersales_minimum_wage = fields.Float(
        string="Minimum Wage",
        help="Monthly minimum wage of this place; 0: that of the company. Wage "
        "deductions never go below it.",
    )

    def write(self, vals):
        """Another minimum wage of the place moves the limits of the deduction plans of
        the people who work there (R-PEN-06)."""
        if "aftersales_minimum_wage" not in vals:
            return super().write(vals)
        # sudo: who works there, whoever keeps the places of work
        people = (
            self.env["hr.version"].sudo().search([("work_location_id", "in", self.ids)])
        ).employee_id
        with self.env["aftersales.deduction"]._following_minimum_wage(people):
            return super().write(vals)
