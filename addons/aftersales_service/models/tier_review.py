# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models


class TierReview(models.Model):
    _inherit = "tier.review"

    @api.model
    def _get_reviewer_fields(self):
        return [*super()._get_reviewer_fields(), "reviewer_group_id.all_user_ids"]

    def _get_reviewers(self):
        """Also who is in the reviewing group through another group.

        The quality vice president belongs to technical management that way; for
        our documents only, other addons keep their reviewers."""
        reviewers = super()._get_reviewers()
        if not (self.model or "").startswith("aftersales."):
            return reviewers
        # sudo: the members of a group, whoever asks
        implied = self.sudo().reviewer_group_id.all_user_ids.filtered(
            lambda user: user.active and not user.share
        )
        reviewers |= self.env["res.users"].browse(implied.ids)
        if self.definition_id.exclude_requester:
            reviewers -= self.requested_by
        return reviewers
