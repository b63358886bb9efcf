# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.exceptions import AccessError

#: in the context while the tiers' own methods are at work; no caller from outside
#: can send an object
TIER_FLOW = object()


class TierReview(models.Model):
    """Reviews of our documents change by the tiers' own methods only (R-INT-08,
    R-CLM-05).

    OCA gives every internal user all rights on them, also over RPC.
    """

    _inherit = "tier.review"

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        reviews = super().create(vals_list)
        # the model may come from the context, so the records are asked
        reviews._check_flow()
        return reviews

    def write(self, vals):
        if vals.keys() <= {"comment"}:
            self._check_can_comment()
        else:
            self._check_flow()
        res = super().write(vals)
        if "model" in vals:
            self._check_flow()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_by_tiers(self):
        """The reviews of a document go together, when it is withdrawn or decided
        anew: with one tier missing the others would decide alone (R-CLM-05)."""
        self._check_flow()

    # === CORE METHODS OVERRIDES ===#
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

    def _update_review_status(self):
        """Whose turn it is, follows from the order of the tiers."""
        ours = self._filter_aftersales()
        # computed now, or it is written by a query of its own after the flush
        ours.mapped("todo_by")
        # sudo: from all tiers of a document, also those the user may not read
        super(TierReview, ours.sudo())._update_review_status()
        return super(TierReview, self - ours)._update_review_status()

    # === BUSINESS METHODS ===#
    def _in_flow(self):
        """Return the reviews in the hands of the tiers' own methods."""
        return self.with_context(aftersales_tier_flow=TIER_FLOW)

    def _is_in_flow(self):
        return self.env.su or self.env.context.get("aftersales_tier_flow") is TIER_FLOW

    def _filter_aftersales(self):
        return self.filtered(
            lambda review: (review.model or "").startswith("aftersales.")
        )

    def _check_flow(self):
        """:raises AccessError: a review of our documents, by other than the tiers"""
        if not self._is_in_flow() and self._filter_aftersales():
            raise AccessError(
                self.env._("The reviews of a document change by its buttons only.")
            )

    def _check_can_comment(self):
        """:raises AccessError: not one of its reviewers, or he has decided"""
        if self._is_in_flow():
            return
        for review in self._filter_aftersales():
            if self.env.user not in review.reviewer_ids or review.status not in (
                "waiting",
                "pending",
            ):
                raise AccessError(
                    self.env._(
                        "A review is commented by its approvers, before they decide."
                    )
                )
