# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class AftersalesRequest(models.Model):
    _inherit = "aftersales.request"

    is_history = fields.Boolean(
        string="Imported History", readonly=True, copy=False, index=True
    )
