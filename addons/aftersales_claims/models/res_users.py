# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

#: what decides on what somebody may be asked, beside the groups themselves
REVIEWER_FIELDS = {"active", "company_id", "company_ids", "group_ids"}


class ResUsers(models.Model):
    """Whoever moves to another department or company, or leaves, is asked no more
    what others decide now, and is asked what is his now (R-CLM-05)."""

    _inherit = "res.users"

    def write(self, vals):
        res = super().write(vals)
        if REVIEWER_FIELDS & vals.keys():
            self.env["tier.review"]._refresh_reviewers(self)
        return res

    def _follow_place(self):
        res = super()._follow_place()
        if self:
            self.env["tier.review"]._refresh_reviewers(self)
        return res
