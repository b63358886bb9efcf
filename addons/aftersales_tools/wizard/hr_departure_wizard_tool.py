# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class HrDepartureWizardTool(models.TransientModel):
    _name = "hr.departure.wizard.tool"
    _description = "Tool Still Out at Leaving"

    wizard_id = fields.Many2one(
        "hr.departure.wizard", required=True, ondelete="cascade"
    )
    employee_id = fields.Many2one("hr.employee", string="Person")
    name = fields.Char(string="Serial Number")
    product_name = fields.Char(string="Tool")
    held_since = fields.Datetime()
    currency_id = fields.Many2one(related="wizard_id.currency_id")
    value = fields.Monetary(string="Original Value")
