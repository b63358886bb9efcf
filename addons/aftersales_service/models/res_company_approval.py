# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    aftersales_approval_link_days = fields.Integer(
        string="Approval Links Valid (days)",
        default=7,
        help="How long the link mailed to an approver can be used.",
    )

    _aftersales_approval_link_days_positive = models.Constraint(
        "CHECK(aftersales_approval_link_days > 0)",
        "Approval links are valid for one day at least.",
    )
