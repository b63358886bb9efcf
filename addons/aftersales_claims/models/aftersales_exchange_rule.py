# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re
from datetime import date

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class AftersalesExchangeRule(models.Model):
    """How long after the production date code a piece is exchanged (R-WAR-03)."""

    _name = "aftersales.exchange.rule"
    _description = "Exchange Rule"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True)
    product_tmpl_id = fields.Many2one(
        "product.template", string="Product", check_company=True, ondelete="cascade"
    )
    categ_id = fields.Many2one(
        "product.category", string="Product Category", ondelete="cascade"
    )
    dealer_months = fields.Integer(
        string="Dealer (months)",
        default=15,
        required=True,
        help="Months after the production date during which a dealer exchanges.",
    )
    customer_months = fields.Integer(
        string="End Customer (months)",
        default=12,
        required=True,
        help="Months during which an end customer exchanges: from his receipt, else "
        "from the production date.",
    )
    needs_receipt = fields.Boolean(
        string="End Customer Shows a Receipt",
        default=True,
        help="An end customer proves the purchase with a receipt: without one the case "
        "is unclear and goes to the service group. If not asked for, the production "
        "date counts.",
    )
    date_code_regex = fields.Char(
        string="Date Code Pattern",
        required=True,
        # part of a longer number is another code: 20121101 is not 11 December 2020
        default=r"(?<!\d)(?P<year>\d{2})(?P<month>\d{2})(?P<day>\d{2})?(?!\d)",
        help="Regular expression with the named groups year, and month or week, and "
        "perhaps day, as they stand in the code sprayed on the product.",
    )
    month_codes = fields.Char(
        default="123456789ABC",
        required=True,
        help="Signs of the twelve months, where a month is one sign.",
    )
    year_codes = fields.Char(
        help="Signs of the years, where a year is one letter, e.g. ABCDEFGH. A single "
        "figure that is not among them is the last year that ends with it.",
    )
    year_first = fields.Integer(
        string="First Year", help="Year of the first sign of the year codes."
    )
    condition_ids = fields.One2many(
        "aftersales.exchange.condition", "rule_id", string="Visible Conditions"
    )

    _months_positive = models.Constraint(
        "CHECK(dealer_months >= 0 AND customer_months >= 0)",
        "The months of an exchange rule cannot be negative.",
    )

    @api.constrains("date_code_regex", "month_codes", "year_codes", "year_first")
    def _check_date_code(self):
        for rule in self:
            try:
                groups = set(re.compile(rule.date_code_regex).groupindex)
            except re.error as error:
                raise ValidationError(
                    self.env._(
                        "The date code pattern is no regular expression: %(error)s",
                        error=error,
                    )
                ) from error
            if "year" not in groups or not groups & {"month", "week"}:
                raise ValidationError(
                    self.env._(
                        "The date code pattern needs the named groups year, and month "
                        "or week."
                    )
                )
            if not len(set(rule.month_codes.upper())) == 12 == len(rule.month_codes):
                raise ValidationError(
                    self.env._("There are twelve month codes, each another sign.")
                )
            if rule.year_codes and rule.year_first <= 0:
                raise ValidationError(
                    self.env._("Name the year of the first year code.")
                )

    @api.model
    def _get_rule(self, product, company):
        """Return the rule of ``product``: its own, its category's, the general one."""
        rules = self.search([("company_id", "in", (False, company.id))])
        categories = product.categ_id
        while categories[-1:].parent_id:
            categories |= categories[-1:].parent_id
        own = rules.filtered(lambda r: r.product_tmpl_id == product.product_tmpl_id)
        by_category = rules.filtered(
            lambda r: not r.product_tmpl_id and r.categ_id and r.categ_id in categories
        ).sorted(lambda r: categories.ids.index(r.categ_id.id))
        general = rules.filtered(lambda r: not r.product_tmpl_id and not r.categ_id)
        return (own or by_category or general)[:1]

    def _parse_date_code(self, code):
        """Return the production date a date code stands for.

        A code without day counts from the last day of its month or week, in the
        customer's favour.

        :raises UserError: the code does not fit the pattern, or is no date
        """
        return self._parse_date_span(code)[1]

    def _parse_date_span(self, code):
        """Return the first and the last day a date code may stand for."""
        self.ensure_one()
        match = re.search(self.date_code_regex, (code or "").strip().upper())
        if not match:
            raise UserError(
                self.env._(
                    "%(code)s is not a date code of the rule %(rule)s.",
                    code=code or "",
                    rule=self.name,
                )
            )
        parts = match.groupdict()
        try:
            year = self._parse_year(parts["year"])
            if parts.get("week"):
                week = int(parts["week"])
                return (
                    date.fromisocalendar(year, week, 1),
                    date.fromisocalendar(year, week, 7),
                )
            month = self._parse_month(parts.get("month"))
            if parts.get("day"):
                day = date(year, month, int(parts["day"]))
                return day, day
            first = date(year, month, 1)
            return first, first + relativedelta(months=1, days=-1)
        except (ValueError, TypeError) as error:
            raise UserError(
                self.env._("The date code %(code)s is no date.", code=code)
            ) from error

    def _parse_year(self, sign):
        if len(sign) != 1:
            return int(sign) + (2000 if len(sign) == 2 else 0)
        codes = (self.year_codes or "").upper()
        if sign in codes or not sign.isdigit():
            return self.year_first + codes.index(sign)
        # one figure: the last year that ends with it
        today = fields.Date.context_today(self).year
        return today - (today - int(sign)) % 10

    def _parse_month(self, sign):
        if len(sign) > 1:
            return int(sign)
        return self.month_codes.upper().index(sign) + 1
