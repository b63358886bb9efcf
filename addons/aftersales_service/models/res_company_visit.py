# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class ResCompany(models.Model):
    """Settings of dispatch and visit."""

    _inherit = "res.company"

    aftersales_travel_speed = fields.Float(
        string="Travel Speed (km/h)",
        default=60.0,
        help="Turns the customer's distance into travel hours. Our default; the "
        "source document names none.",
    )
    aftersales_certification_months = fields.Integer(
        string="Certification Valid (months)",
        default=12,
        help="Technicians are certified once or twice a year.",
    )
    aftersales_require_training = fields.Boolean(
        string="Training Before the First Job",
        help="Nobody is sent alone before he has passed a training or examination.",
    )
    aftersales_required_experience = fields.Float(
        string="Experience Required (years)",
        help="Years in service before somebody is sent alone; 3 where required.",
    )
