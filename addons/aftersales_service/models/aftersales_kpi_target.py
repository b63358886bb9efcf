# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError

#: the figures, in the order they are shown
CODES = [
    ("on_time", "Service on time"),
    ("on_time_answer", "Answered on time"),
    ("on_time_dispatch", "Dispatched on time"),
    ("on_time_on_site", "On site on time"),
    ("on_time_resolve", "Solved on time"),
    ("on_time_callback", "Called back on time"),
    ("satisfaction", "Satisfaction"),
    ("complaints", "Justified complaints"),
    ("response_time", "Response time"),
    ("first_time_fix", "First-time fix"),
    ("repeat", "Repeat repairs"),
    ("utilisation", "Utilisation of technicians"),
    ("cost_per_order", "Cost per order"),
]


class AftersalesKpiTarget(models.Model):
    """What a figure should reach (R-KPI-01)."""

    _name = "aftersales.kpi.target"
    _description = "KPI Target"
    _order = "code, valid_from desc"
    _rec_name = "code"
    _check_company_auto = True

    code = fields.Selection(CODES, string="Figure", required=True, index=True)
    comparator = fields.Selection(
        [("ge", "At least"), ("gt", "More than"), ("le", "At most"), ("lt", "Below")],
        required=True,
        default="ge",
    )
    value = fields.Float(required=True)
    valid_from = fields.Date(required=True, default=fields.Date.context_today)
    valid_to = fields.Date()
    company_id = fields.Many2one("res.company", help="Empty: for every company.")
    department_id = fields.Many2one(
        "hr.department", check_company=True, help="Empty: for every department."
    )
    active = fields.Boolean(default=True)

    _validity = models.Constraint(
        "CHECK (valid_to IS NULL OR valid_to >= valid_from)",
        "A target ends after it starts.",
    )
    _value_positive = models.Constraint(
        "CHECK (value >= 0)", "A target is not negative."
    )

    @api.constrains(
        "code", "company_id", "department_id", "valid_from", "valid_to", "active"
    )
    def _check_overlap(self):
        """A figure has one target at a time; else which one counts is chance."""
        targets = self.search([("code", "in", self.mapped("code"))])
        for target in self.filtered("active"):
            for other in targets - target:
                if (
                    other.code == target.code
                    and other.company_id == target.company_id
                    and other.department_id == target.department_id
                    and (not other.valid_to or other.valid_to >= target.valid_from)
                    and (not target.valid_to or target.valid_to >= other.valid_from)
                ):
                    labels = dict(self._fields["code"]._description_selection(self.env))
                    raise ValidationError(
                        self.env._(
                            "%(figure)s has a target for these days already. End the "
                            "older one before the new one starts.",
                            figure=labels[target.code],
                        )
                    )

    def _is_reached(self, value):
        """Return whether ``value`` reaches this target."""
        self.ensure_one()
        return {
            "ge": value >= self.value,
            "gt": value > self.value,
            "le": value <= self.value,
            "lt": value < self.value,
        }[self.comparator]

    def _find(self, code, date, company, department):
        """Return the target of a figure; the most particular one goes first."""
        fitting = self.filtered(
            lambda t: (
                t.code == code
                and t.valid_from <= date
                and (not t.valid_to or t.valid_to >= date)
                and t.company_id.id in (False, company.id)
                and t.department_id.id in (False, department.id)
            )
        )
        return fitting.sorted(lambda t: (not t.department_id, not t.company_id))[:1]
