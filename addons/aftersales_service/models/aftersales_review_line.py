# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class AftersalesReviewLine(models.Model):
    """One criterion of a review."""

    _name = "aftersales.review.line"
    _description = "Review Line"
    _inherit = "aftersales.state.mixin"
    #: what the system measured; only what it is worth is judged by people
    _guarded_fields = ("value", "count")
    _rec_name = "criterion_id"
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
    _weight_positive = models.Constraint(
        "CHECK (weight >= 0)", "A weight is not negative."
    )

    @api.onchange("score")
    def _onchange_score(self):
        if self.code == "manual":
            self.is_measured = True

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_open()
        return lines

    def write(self, vals):
        self._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_fixed(self):
        self._check_open()

    def _check_open(self):
        """Nobody writes his own scores, nor any of a fixed review (R-KPI-02)."""
        if self.env.su:
            return
        if any(review.is_mine for review in self.review_id):
            raise AccessError(self.env._("Nobody writes his own review."))
        if any(review.state == "fixed" for review in self.review_id):
            raise UserError(self.env._("The review is fixed."))
