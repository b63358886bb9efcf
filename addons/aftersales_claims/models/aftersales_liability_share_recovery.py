# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class AftersalesLiabilityShare(models.Model):
    _inherit = "aftersales.liability.share"

    recovery_line_ids = fields.One2many(
        "aftersales.recovery.line", "share_id", string="Recovery Lines"
    )
