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
