# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class HrEmployeePublic(models.Model):
    _inherit = "hr.employee.public"

    is_technician = fields.Boolean(readonly=True)
    technician_grade = fields.Selection(related="employee_id.technician_grade")
    aftersales_location_id = fields.Many2one("stock.location", readonly=True)
    aftersales_region_id = fields.Many2one("aftersales.region", readonly=True)
    qualified_until = fields.Date(readonly=True)
    aftersales_base_id = fields.Many2one("res.partner", readonly=True)
    service_since = fields.Date(readonly=True)
