# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesReviewLine(models.Model):
    """One criterion of a review."""

    _name = "aftersales.review.line"
    _description = "Review Line"
    _order = "review_id, sequence, id"

    review_id = fields.Many2one(
        "aftersales.review", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    criterion_id = fields.Many2one(
        "aftersales.review.criterion", required=True, ondelete="restrict"
    )
    code = fields.Selection(related="criterion_id.code")
    weight = fields.Float(required=True)
    value = fields.Float(readonly=True)
    count = fields.Integer(string="Cases", readonly=True)
    is_measured = fields.Boolean(
        help="Criteria without cases in the period do not count."
    )
    score = fields.Float(help="0 to 100.")
    comment = fields.Char()

    _score_range = models.Constraint(
        "CHECK (score >= 0 AND score <= 100)", "A score is between 0 and 100."
    )

    @api.onchange("score")
    def _onchange_score(self):
        if self.code == "manual":
            self.is_measured = True

    def write(self, vals):
        if {"score", "weight"} & set(vals) and any(
            line.review_id.state == "fixed" for line in self
        ):
            raise UserError(self.env._("The review is fixed."))
        return super().write(vals)
