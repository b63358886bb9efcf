# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.exceptions import AccessError


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

    @api.ondelete(at_uninstall=False)
    def _unlink_except_part_of_round(self):
        """The reviews of a document go together, when it is withdrawn or decided
        anew: with one tier missing the others would decide alone (R-CLM-05).

        :raises AccessError: others of the same document would stay
        """
        if self.env.su:
            return
        for model, reviews in self.grouped("model").items():
            if not (model or "").startswith("aftersales."):
                continue
            # sudo: which reviews would stay, whoever deletes
            if self.sudo().search_count(
                [
                    ("model", "=", model),
                    ("res_id", "in", reviews.mapped("res_id")),
                    ("id", "not in", self.ids),
                ],
                limit=1,
            ):
                raise AccessError(
                    self.env._("A single review of a document is not deleted.")
                )
