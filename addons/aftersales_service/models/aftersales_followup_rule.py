# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import defaultdict
from datetime import timedelta

from odoo import fields, models

from ..tools.working_time import to_datetime, to_seconds

#: how far calendars are read beyond the pure limit (holidays, weekends)
SLACK = timedelta(days=30)


class AftersalesFollowupRule(models.Model):
    """When customers are called back, and what they are asked (R-FUP-01 to -03)."""

    _name = "aftersales.followup.rule"
    _description = "Follow-up Rule"
    _order = "sequence, id"

    # === FIELDS ===#
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: for every company."
    )
    trigger = fields.Selection(
        [
            ("order", "After each finished order"),
            ("guidance", "After phone guidance"),
            ("service_end", "Some time after the service"),
            ("key_customer", "Key customer or region, on a schedule"),
            ("recheck", "Dissatisfied: until satisfied"),
        ],
        required=True,
        default="order",
    )
    channel = fields.Selection(
        [("phone", "Phone"), ("letter", "Letter"), ("visit", "Visit")],
        required=True,
        default="phone",
    )
    order_kind = fields.Selection(
        [
            ("repair", "Repair"),
            ("commissioning", "Commissioning"),
            ("training", "Training"),
            ("visit", "Visit"),
            ("remote", "Remote guidance"),
        ],
        help="Only after orders of this kind; empty: any.",
    )
    hours = fields.Float(
        string="Due After (hours)", help="Two weeks are 336 hours.", required=True
    )
    calendar_mode = fields.Selection(
        [
            ("company", "Working hours only"),
            ("clock", "Around the clock, holidays excepted"),
            ("always", "Around the clock, every day"),
        ],
        string="Time Counted",
        required=True,
        default="clock",
        help="A call due outside working time moves to the first working hour after.",
    )
    blocks_close = fields.Boolean(
        string="Keeps the Request Open",
        help="The request cannot be closed while this call is open.",
    )
    script = fields.Text(translate=True, help="Shown to whoever calls.")

    _hours_positive = models.Constraint(
        "CHECK (hours >= 0)", "A call cannot be due before its cause."
    )

    # === BUSINESS METHODS ===#
    def _get_rules(self, trigger, companies):
        """Return ``{company: rules}`` for a trigger; one search."""
        # sudo: the rules apply whoever's action makes a call due
        rules = self.sudo().search(
            [
                ("trigger", "=", trigger),
                ("company_id", "in", [*companies.ids, False]),
            ]
        )
        return {
            company: rules.filtered(
                lambda r, company=company: r.company_id.id in (False, company.id)
            )
            for company in companies
        }

    def _get_due_dates(self, starts):
        """Return when calls are due, on working time; one calendar read a company.

        :param starts: list of (rule, company, datetime in UTC)
        :return: list of datetimes, in the same order
        """
        groups = defaultdict(list)
        for index, (rule, company, start) in enumerate(starts):
            groups[company, rule.calendar_mode].append((index, rule.hours, start))
        result = [None] * len(starts)
        Policy = self.env["aftersales.sla.policy"]
        for (company, mode), items in groups.items():
            # sudo: calendars of the company, whoever's action makes a call due
            calendar = company.sudo().resource_calendar_id
            first = min(start for _i, _h, start in items)
            factor = 6 if mode == "company" else 1
            last = (
                max(
                    start + timedelta(hours=hours) * factor
                    for _i, hours, start in items
                )
                + SLACK
            )
            clock = Policy._read_working_time(
                calendar, "work" if mode == "company" else mode, company, first, last
            )
            work = Policy._read_working_time(calendar, "work", company, first, last)
            for index, hours, start in items:
                due = clock.add(start, hours * 3600) or start + timedelta(hours=hours)
                result[index] = self._shift_to_work(work, due)
        return result

    def _shift_to_work(self, work, moment):
        """Return ``moment``, or the first working hour after it."""
        if work.worked(moment - timedelta(minutes=1), moment):
            return moment
        first = work.add(moment, 3600)
        return to_datetime(to_seconds(first)) if first else moment
