# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class AftersalesAccidentMember(models.Model):
    """Member of the committee that finds cause, loss and responsibility."""

    _name = "aftersales.accident.member"
    _inherit = "aftersales.accident.part"
    _description = "Accident Committee Member"
    _rec_name = "user_id"
    _order = "role, id"

    accident_id = fields.Many2one(
        "aftersales.accident", required=True, ondelete="cascade", index=True
    )
    user_id = fields.Many2one("res.users", string="Member", required=True, index=True)
    role = fields.Selection(
        [("chair", "Chair"), ("member", "Member")], default="member", required=True
    )

    _member_unique = models.UniqueIndex(
        "(accident_id, user_id)", "Nobody sits twice in a committee."
    )
