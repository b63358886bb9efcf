# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from markupsafe import Markup

from odoo import models


class TierValidation(models.AbstractModel):
    """What the tiers' module says on the form and in the log, said here once more: an
    addon translates the texts of its own code only, and these have no Chinese."""

    _inherit = "tier.validation"

    # === CORE METHODS OVERRIDES ===#
    def _get_to_validate_message(self):
        pending = self.review_ids.filtered(lambda review: review.status == "pending")
        # sudo: the name of a group; the review keeps it in the language of whoever
        # asked, or of the upgrade that computed it anew
        group = pending[:1].sudo().reviewer_group_id
        if approvers := group.name or pending[:1].todo_by:
            text = self.env._(
                "Pending validation by %(approvers)s", approvers=approvers
            )
        else:
            text = self.env._(
                "This %(document)s needs to be validated",
                document=self._get_to_validate_message_name(),
            )
        return Markup('<i class="fa fa-lg fa-info-circle"></i> %s') % text

    def _notify_requested_review_body(self, tier_reviews=None):
        approvers = ", ".join(
            filter(None, (tier_reviews or self.review_ids.browse()).mapped("todo_by"))
        )
        if not approvers:
            return super()._notify_requested_review_body(tier_reviews)
        requester = tier_reviews[:1].requested_by or self.env.user
        return self.env._(
            "Review pending for %(approvers)s, requested by %(requester)s.",
            approvers=approvers,
            requester=requester.display_name,
        )

    def _notify_rejected_review_body(self):
        comments = self.review_ids.filtered(
            lambda review: self.env.user in review.reviewer_ids and review.comment
        )
        if not comments:
            return super()._notify_rejected_review_body()
        return self.env._(
            "A review was rejected by %(user)s. (%(comment)s)",
            user=self.env.user.name,
            comment=comments[0].comment,
        )
