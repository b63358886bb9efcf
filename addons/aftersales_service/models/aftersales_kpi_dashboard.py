# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain

#: periods the trend of a figure shows
TREND_LENGTH = 12
#: periods offered for choice
CHOICE_LENGTH = 36


class AftersalesKpiPeriod(models.Model):
    """The dashboard of manager and vice president (R-KPI-01): one call, a constant
    number of queries, with the reader's company and rights."""

    _inherit = "aftersales.kpi.period"

    @api.model
    def _get_dashboard_sections(self):
        """Return [(title, codes)], in the order shown; extended by addons."""
        return [
            (
                self.env._("Time Limits Kept"),
                [
                    "on_time",
                    "on_time_answer",
                    "on_time_dispatch",
                    "on_time_on_site",
                    "on_time_resolve",
                    "on_time_callback",
                ],
            ),
            (
                self.env._("What Customers Say"),
                ["satisfaction", "complaints", "response_time"],
            ),
            # always shown together: one is bought with the other
            (
                self.env._("First-time Fix and Repeat Visits"),
                ["first_time_fix", "repeat"],
            ),
            (self.env._("Work and Cost"), ["utilisation", "cost_per_order"]),
        ]

    @api.model
    @api.readonly
    def get_dashboard_data(self, kind="month", period_id=None, department_id=None):
        """Return what the dashboard shows.

        :param kind: month, quarter or year
        :param period_id: the period shown; the current one by default
        :param department_id: one department; the whole company by default
        :return: dict with ``periods``, ``departments``, ``period`` and ``sections``
        """
        domain = Domain("kind", "=", kind) & Domain(
            "company_id", "=", self.env.company.id
        )
        departments = self._read_group(
            domain & Domain("department_id", "!=", False), ["department_id"]
        )
        periods = self.search_fetch(
            domain & Domain("department_id", "=", department_id or False),
            ["name", "state", "date_from", "date_to", "computed_at"],
            order="date_from desc",
            limit=CHOICE_LENGTH,
        )
        period = periods.filtered(lambda p: p.id == period_id) or periods[:1]
        return {
            "kind": kind,
            "company": self.env.company.name,
            "periods": [{"id": p.id, "name": p.name} for p in periods],
            "departments": [
                {"id": department.id, "name": department.display_name}
                for (department,) in departments
            ],
            "department_id": department_id or False,
            "period": period._prepare_dashboard_period() if period else False,
            "sections": period._prepare_dashboard_sections(periods),
            "can_count": self.has_access("create"),
        }

    def _prepare_dashboard_period(self):
        self.ensure_one()
        return {
            "id": self.id,
            "name": self.name,
            "state": self.state,
            "date_from": fields.Date.to_string(self.date_from),
            "date_to": fields.Date.to_string(self.date_to),
            "computed_at": fields.Datetime.to_string(self.computed_at),
        }

    def _prepare_dashboard_sections(self, periods):
        """Return the sections with the figures of ``self`` and their course."""
        if not self:
            return []
        shown = periods.filtered(lambda p: p.date_from <= self.date_from)
        shown = shown[:TREND_LENGTH].sorted("date_from")
        names = {period.id: period.name for period in shown}
        Figure = self.env["aftersales.kpi.figure"]
        courses = defaultdict(dict)
        for figure in Figure.search([("period_id", "in", shown.ids)]):
            courses[figure.code][figure.period_id.id] = figure
        labels = {
            name: dict(Figure._fields[name]._description_selection(self.env))
            for name in ("code", "comparator", "result")
        }
        sections = []
        for title, codes in self._get_dashboard_sections():
            tiles = []
            for code in codes:
                figure = courses[code].get(self.id)
                if figure:
                    course = [
                        {
                            "name": name,
                            "value": past.value if past and past.has_value else None,
                        }
                        for period_id, name in names.items()
                        for past in [courses[code].get(period_id)]
                    ]
                    tiles.append(figure._prepare_dashboard_tile(course, labels))
            if tiles:
                sections.append({"title": title, "tiles": tiles})
        return sections

    @api.model
    def action_count_current(self):
        """Open the current month and quarter of the company and count them now.

        :raise AccessError: the user may not open periods
        """
        self.check_access("create")
        self._open_current(self.env.company)._compute_figures()
        return True
