# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class TierDefinition(models.Model):
    _inherit = "tier.definition"

    mail_approval_link = fields.Boolean(
        string="Mail a Personal Link",
        default=True,
        help="When the review is pending, each reviewer of an after-sales document "
        "gets a mail with his own link to a page where he approves or rejects. Goes "
        "with the notification of pending reviews.",
    )
