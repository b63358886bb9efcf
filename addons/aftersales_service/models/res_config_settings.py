# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    # Intake and time limits
    aftersales_department_id = fields.Many2one(
        related="company_id.aftersales_department_id", readonly=False
    )
    # Dispatch and visit
    aftersales_field_location_id = fields.Many2one(
        related="company_id.aftersales_field_location_id", readonly=False
    )
    # Warranty and billing
    aftersales_warranty_location_id = fields.Many2one(
        related="company_id.aftersales_warranty_location_id", readonly=False
    )
    # Penalties, follow-up and figures
