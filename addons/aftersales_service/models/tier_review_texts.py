# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class TierReview(models.Model):
    """Who is asked, and since when, in the reader's language: see the texts of
    ``tier.validation``."""

    _inherit = "tier.review"

    # === COMPUTE METHODS ===#
    def _compute_todo_by(self):
        """A group by its name alone, which is a role's: “General Manager”."""
        groups = self.filtered("reviewer_group_id")
        for review in groups:
            review.todo_by = review.reviewer_group_id.name
        return super(TierReview, self - groups)._compute_todo_by()

    # === CORE METHODS OVERRIDES ===#
    def _notify_review_reminder_body(self):
        days = (fields.Datetime.now() - self.create_date).days
        return self.env._("A review has been requested %(days)s days ago.", days=days)
