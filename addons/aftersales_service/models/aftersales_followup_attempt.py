# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class AftersalesFollowupAttempt(models.Model):
    """A call at which nobody was reached."""

    _name = "aftersales.followup.attempt"
    _description = "Unanswered Call-back"
    _rec_name = "followup_id"
    _order = "at desc, id desc"

    followup_id = fields.Many2one(
        "aftersales.followup", required=True, ondelete="cascade", index=True
    )
    at = fields.Datetime(required=True, default=fields.Datetime.now)
    user_id = fields.Many2one(
        "res.users", required=True, default=lambda self: self.env.user
    )
    note = fields.Char()
