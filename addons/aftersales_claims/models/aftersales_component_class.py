# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class AftersalesComponentClass(models.Model):
    _inherit = "aftersales.component.class"

    return_old_part = fields.Boolean(
        string="Old Parts Come Back",
        default=True,
        help="A part of this class replaced free of charge is expected back.",
    )
