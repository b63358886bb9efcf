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
    aftersales_resident_tolerance = fields.Integer(
        string="Late or Early beyond (minutes)",
        default=15,
        help="Resident staff who come later or leave earlier than this count as late "
        "or as having left early.",
    )
    aftersales_resident_absences = fields.Integer(
        string="Absences Allowed per Month",
        default=3,
        help="More need an explanation.",
    )
    aftersales_resident_late_hours = fields.Float(
        string="Late Hours Allowed per Month",
        default=3.0,
        help="More need an explanation.",
    )
    aftersales_resident_answer_days = fields.Integer(
        string="Explanation within (days)",
        default=3,
        help="An explanation not given by then is escalated to the manager. Our "
        "default; the source names no figure.",
    )
    aftersales_resident_notice_months = fields.Integer(
        string="Change of Person Announced before (months)",
        default=1,
        help="A change of resident staff announced later needs a reason.",
    )

    _aftersales_resident_check = models.Constraint(
        "CHECK (aftersales_resident_tolerance >= 0"
        " AND aftersales_resident_absences >= 0"
        " AND aftersales_resident_late_hours >= 0"
        " AND aftersales_resident_answer_days >= 0"
        " AND aftersales_resident_notice_months >= 0)",
        "The limits for resident staff can't be negative.",
    )
