# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class AftersalesReviewCriterion(models.Model):
    """What a review weighs (R-KPI-02)."""

    _name = "aftersales.review.criterion"
    _description = "Review Criterion"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Selection(
        [
            ("on_time", "Service on time"),
            ("satisfaction", "Satisfaction"),
            ("first_time_fix", "First-time fix"),
            ("complaints", "Justified complaints"),
            ("points", "Penalty points"),
            ("manual", "Judged by the manager"),
        ],
        required=True,
        default="manual",
    )
    sequence = fields.Integer(default=10)
    weight = fields.Float(required=True, default=10.0)
    target = fields.Float(help="Value that gives the full score.")
    deduction = fields.Float(
        help="Score taken off for each complaint, or each penalty point."
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", help="Empty: for every company.")

    _weight_positive = models.Constraint(
        "CHECK (weight >= 0)", "A weight is not negative."
    )
    _figures_positive = models.Constraint(
        "CHECK (target >= 0 AND deduction >= 0)",
        "Target and deduction are not negative.",
    )

    def _get_score(self, value):
        """Return the score (0–100) of a measured ``value``, None: nothing measured."""
        self.ensure_one()
        if value is None:
            return 0.0
        if self.code in ("complaints", "points"):
            return max(0.0, 100.0 - value * self.deduction)
        if not self.target:
            return max(0.0, min(100.0, value))
        return max(0.0, min(100.0, 100.0 * value / self.target))
