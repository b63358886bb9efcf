# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class AftersalesReviewComment(models.TransientModel):
    """The reviewed person's own comment (R-KPI-02)."""

    _name = "aftersales.review.comment"
    _description = "Comment on a Review"

    review_id = fields.Many2one(
        "aftersales.review",
        required=True,
        default=lambda self: self.env.context.get("active_id"),
    )
    text = fields.Text(string="My Comment", required=True)

    def action_send(self):
        """Hand the comment to the review."""
        self.review_id.action_comment(self.text)
        return {"type": "ir.actions.act_window_close"}
