# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AftersalesWarrantyPolicyLine(models.Model):
    """Term of one component class, or of the whole machine."""

    _name = "aftersales.warranty.policy.line"
    _description = "Warranty Term"
    _order = "policy_id, sequence, id"

    #: months field -> date field of the machine file it counts from
    _BASES = {
        "months_acceptance": "acceptance_date",
        "months_delivery": "delivery_date",
        "months_invoice": "invoice_date",
        "months_production": "production_date",
    }

    policy_id = fields.Many2one(
        "aftersales.warranty.policy", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    component_class_id = fields.Many2one(
        "aftersales.component.class",
        help="Empty: the whole machine, and every class without a line of its own.",
    )
    is_excluded = fields.Boolean(
        string="No Warranty", help="Parts of this class carry no warranty at all."
    )
    months_acceptance = fields.Integer(
        string="From Acceptance", help="Months from acceptance; 0: does not count."
    )
    months_delivery = fields.Integer(
        string="From Delivery", help="Months from delivery; 0: does not count."
    )
    months_invoice = fields.Integer(
        string="From Invoice", help="Months from the invoice; 0: does not count."
    )
    months_production = fields.Integer(
        string="From Production", help="Months from production; 0: does not count."
    )
    hours_limit = fields.Float(
        string="Running Hours",
        help="Ends on the first reading that reaches these hours; 0: no limit.",
    )
    covers_parts = fields.Boolean(string="Parts", default=True)
    covers_labour = fields.Boolean(string="Labour", default=True)
    covers_travel = fields.Boolean(string="Travel", default=True)
    replacement_months = fields.Integer(
        string="Replaced Part",
        help="Months a part fitted under warranty carries from the day it was "
        "fitted; 0: it ends with the machine's own term.",
    )

    _class_uniq = models.UniqueIndex(
        "(policy_id, COALESCE(component_class_id, 0))",
        "A policy has one term for each component class.",
    )
    _positive_terms = models.Constraint(
        "CHECK(months_acceptance >= 0 AND months_delivery >= 0 "
        "AND months_invoice >= 0 AND months_production >= 0 "
        "AND replacement_months >= 0 AND hours_limit >= 0)",
        "Months and hours cannot be negative.",
    )

    @api.constrains("policy_id", "is_excluded", "hours_limit", *_BASES)
    def _check_has_term(self):
        for line in self:
            has_term = line.hours_limit or any(line[name] for name in self._BASES)
            if not line.is_excluded and not has_term:
                raise ValidationError(
                    self.env._(
                        "Give “%(name)s” months or running hours, or mark it as "
                        "without warranty.",
                        name=line._get_name(),
                    )
                )

    @api.depends("component_class_id")
    def _compute_display_name(self):
        for line in self:
            line.display_name = line._get_name()

    def _get_name(self):
        return self.component_class_id.name or self.env._("Whole machine")

    def _get_base_text(self, months):
        """Return, in the user's words, what the field ``months`` counts from."""
        return {
            "months_acceptance": self.env._("from acceptance"),
            "months_delivery": self.env._("from delivery"),
            "months_invoice": self.env._("from the invoice"),
            "months_production": self.env._("from production"),
        }[months]

    def _get_start(self, lot):
        """Return the day the term starts for ``lot``: acceptance if it counts and is
        known, else the first base in the order of ``_BASES`` (R-DSP-12)."""
        for months, base in self._BASES.items():
            if self[months] and lot[base]:
                return lot[base]
        return False

    def _get_ends(self, lot):
        """Return ``[(end, start, months or False, base field or "hours")]`` of this
        term for the machine ``lot``, soonest first. Bases without a date are left
        out, so an empty list means that nothing is known."""
        self.ensure_one()
        if self.is_excluded:
            return []
        extra = relativedelta(
            days=lot.warranty_suspended_days if self.policy_id.suspend_in_repair else 0
        )
        ends = [
            (lot[base] + relativedelta(months=self[months]) + extra, lot[base], months)
            for months, base in self._BASES.items()
            if self[months] and lot[base]
        ]
        if self.hours_limit:
            reached = [
                reading.date
                for reading in lot.reading_ids
                if reading.hours >= self.hours_limit
            ]
            if reached:
                ends.append((min(reached), False, "hours_limit"))
        return sorted(ends, key=lambda end: end[0])
