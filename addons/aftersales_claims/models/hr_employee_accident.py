# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class HrEmployee(models.Model):
    _inherit = "hr.employee"

    aftersales_measure_ids = fields.One2many(
        "aftersales.accident.measure",
        "employee_id",
        string="Administrative Measures",
        groups="hr.group_hr_user",
        domain=[("state", "in", ("confirmed", "closed"))],
    )
