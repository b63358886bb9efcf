# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).


from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date

from ..tools.language import in_company_language


class AftersalesKpiPeriod(models.Model):
    """A month, quarter or year with its figures; closing freezes them (R-KPI-01).

    Figures are counted by the database over stored fields; each opens its records.
    A closed period is never computed again: a report printed later is the same.
    """

    _name = "aftersales.kpi.period"
    _description = "KPI Period"
    _inherit = ["aftersales.state.mixin", "mail.thread"]
    _order = "date_from desc, kind, id desc"
    _check_company_auto = True

    _guarded_fields = ("state", "computed_at", "closed_by_id", "closed_at")

    # === FIELDS ===#
    name = fields.Char(compute="_compute_name", store=True)
    kind = fields.Selection(
        [("month", "Month"), ("quarter", "Quarter"), ("year", "Year")],
        required=True,
        default="month",
    )
    date_from = fields.Date(required=True, index=True)
    date_to = fields.Date(compute="_compute_date_to", store=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    department_id = fields.Many2one(
        "hr.department", check_company=True, index=True, help="Empty: the company."
    )
    state = fields.Selection(
        [("open", "Not Closed"), ("closed", "Closed")],
        default="open",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    computed_at = fields.Datetime(readonly=True, copy=False)
    closed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    closed_at = fields.Datetime(readonly=True, copy=False)
    figure_ids = fields.One2many(
        "aftersales.kpi.figure", "period_id", string="Figures", readonly=True
    )
    remarks = fields.Text(help="Analysis, top causes and measures for the report.")

    _period_unique = models.UniqueIndex(
        "(company_id, COALESCE(department_id, 0), kind, date_from)",
        "This period exists already.",
    )

    # === COMPUTE METHODS ===#
    @api.depends("kind", "date_from")
    def _compute_date_to(self):
        for period in self:
            months = {"month": 1, "quarter": 3, "year": 12}[period.kind or "month"]
            period.date_to = period.date_from and period.date_from + relativedelta(
                months=months, days=-1
            )

    @api.depends("kind", "date_from", "department_id")
    def _compute_name(self):
        for period in self:
            date = period.date_from
            if not date:
                period.name = False
                continue
            label = {
                "month": f"{date:%Y-%m}",
                "quarter": f"{date:%Y}-Q{(date.month - 1) // 3 + 1}",
                "year": f"{date:%Y}",
            }[period.kind]
            department = period.department_id.name
            period.name = f"{label} {department}" if department else label

    # === CONSTRAINT METHODS ===#
    @api.constrains("kind", "date_from")
    def _check_start(self):
        for period in self:
            date = period.date_from
            starts = {"month": range(1, 13), "quarter": (1, 4, 7, 10), "year": (1,)}
            if date.day != 1 or date.month not in starts[period.kind]:
                raise ValidationError(
                    self.env._(
                        "A period starts on its first day, not on %s.",
                        format_date(self.env, date),
                    )
                )

    # === CRUD METHODS ===#
    def write(self, vals):
        fixed = {"kind", "date_from", "company_id", "department_id", "remarks"}
        if fixed & set(vals):
            self._ensure_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        self._ensure_open()

    # === ACTION METHODS ===#
    def action_refresh(self):
        """Count the figures of open periods again.

        :raise UserError: a period is closed
        """
        self._ensure_open()
        self._compute_figures()
        return True

    # === BUSINESS METHODS ===#
    def _ensure_open(self):
        closed = self.filtered(lambda period: period.state == "closed")
        if closed:
            raise UserError(
                self.env._(
                    "These periods are closed, their figures are frozen: %(names)s.",
                    names=", ".join(closed.mapped("name")),
                )
            )

    def _get_bounds(self):
        """Return first moment and end of the period in UTC, by the company's zone."""
        self.ensure_one()
        return self.company_id._get_aftersales_bounds(self.date_from, self.date_to)

    def _get_domain(self, date_field, department_field="department_id"):
        """Return the domain of the period's records by a date field."""
        self.ensure_one()
        start, end = self._get_bounds()
        domain = (
            Domain(date_field, ">=", start)
            & Domain(date_field, "<", end)
            & Domain("company_id", "=", self.company_id.id)
        )
        if self.department_id:
            domain &= Domain(department_field, "child_of", self.department_id.id)
        return domain

    def _get_figures(self):
        """Return ``{code: (unit, numerator, denominator, value or None)}``.

        Extended by addons with figures of their own.
        """
        self.ensure_one()
        figures = {}
        # sudo: a period counts all cases of its company and department; who may see
        # the period is decided by its record rules
        env = self.sudo().env

        def share(part, whole):
            return ("percent", part, whole, 100.0 * part / whole if whole else None)

        def groups(model, domain, by, aggregates):
            return env[model]._read_group(domain, by, aggregates)

        limits = groups(
            "aftersales.sla.report",
            self._get_domain("deadline"),
            ["metric"],
            ["__count", "on_time_rate:sum"],
        )
        total = kept = 0
        for metric, count, rate in limits:
            total += count
            kept += rate / 100
            if f"on_time_{metric}" in self._get_codes():
                figures[f"on_time_{metric}"] = share(rate / 100, count)
        figures["on_time"] = share(kept, total)
        figures["satisfaction"] = share(*self._get_satisfaction(env))
        requests = groups(
            "aftersales.request.report",
            self._get_domain("reported_at"),
            [],
            [
                "__count",
                "answer_minutes:count",
                "answer_minutes:sum",
                "first_time_fix_rate:count",
                "first_time_fix_rate:sum",
                "repeat_rate:sum",
            ],
        )
        (count, answered, minutes, fixed, fixed_sum, repeats) = requests[0]
        justified = env["aftersales.complaint"].search_count(
            self._get_domain("received_at") & Domain("verdict", "=", "justified")
        )
        figures["complaints"] = share(justified, count)
        figures["response_time"] = (
            "minutes",
            minutes or 0.0,
            answered,
            minutes / answered if answered else None,
        )
        figures["first_time_fix"] = share((fixed_sum or 0.0) / 100, fixed)
        figures["repeat"] = share((repeats or 0.0) / 100, count)
        figures.update(self._get_order_figures(env))
        return figures

    def _get_satisfaction(self, env):
        """Return (satisfied customers, customers asked); each customer weighs one."""
        rows = env["aftersales.satisfaction.report"]._read_group(
            self._get_domain("date"), ["partner_id"], ["satisfied_rate:avg"]
        )
        return sum(rate for _partner, rate in rows) / 100, len(rows)

    def _get_order_figures(self, env):
        orders = env["aftersales.order.report"]._read_group(
            self._get_domain("date") & Domain("state", "in", ("reported", "done")),
            [],
            ["__count", "work_hours:sum", "travel_hours:sum", "expense_amount:sum"],
        )
        count, work, travel, cost = orders[0]
        technicians = env["hr.employee"].search_count(
            Domain("is_technician", "=", True)
            & Domain("company_id", "=", self.company_id.id)
            & (
                Domain("department_id", "child_of", self.department_id.id)
                if self.department_id
                else Domain.TRUE
            )
        )
        start, end = self._get_bounds()
        calendar = self.company_id.sudo().resource_calendar_id
        hours = technicians * (
            calendar.get_work_hours_count(start, end) if calendar else 0.0
        )
        busy = (work or 0.0) + (travel or 0.0)
        return {
            "utilisation": (
                "percent",
                busy,
                hours,
                100.0 * busy / hours if hours else None,
            ),
            "cost_per_order": (
                "money",
                cost or 0.0,
                count,
                (cost or 0.0) / count if count else None,
            ),
        }

    def _get_codes(self):
        return [
            code
            for code, _label in self.env["aftersales.kpi.figure"]
            ._fields["code"]
            .selection
        ]

    def _compute_figures(self):
        """Replace the figures of ``self`` by a new count."""
        self.env.flush_all()
        # sudo: targets and figures are written by the count, read by rules
        targets = self.env["aftersales.kpi.target"].sudo().search([])
        vals_list = []
        for period in self:
            figures = period._get_figures()
            for sequence, code in enumerate(self._get_codes()):
                if code not in figures:
                    continue
                unit, numerator, denominator, value = figures[code]
                target = targets._find(
                    code, period.date_to, period.company_id, period.department_id
                )
                result = "none"
                if target and value is not None:
                    result = "yes" if target._is_reached(value) else "no"
                vals_list.append(
                    {
                        "period_id": period.id,
                        "sequence": sequence,
                        "code": code,
                        "unit": unit,
                        "numerator": numerator,
                        "denominator": denominator,
                        "value": value or 0.0,
                        "has_value": value is not None,
                        "target": target.value,
                        "comparator": target.comparator,
                        "result": result,
                    }
                )
        self.sudo().figure_ids.unlink()
        self.env["aftersales.kpi.figure"].sudo().create(vals_list)
        self.sudo().write({"computed_at": fields.Datetime.now()})

    def _get_cases_action(self, code):
        """Return the action that opens what a figure counts; extended by addons."""
        self.ensure_one()
        sla = "aftersales.sla.report"
        request = "aftersales.request.report"
        order = "aftersales.order.report"
        worked = Domain("state", "in", ("reported", "done"))
        models_by_code = {
            "on_time": (sla, "deadline", Domain.TRUE),
            "satisfaction": ("aftersales.satisfaction.report", "date", Domain.TRUE),
            "complaints": (
                "aftersales.complaint",
                "received_at",
                Domain("verdict", "=", "justified"),
            ),
            "response_time": (
                request,
                "reported_at",
                Domain("answer_minutes", ">=", 0),
            ),
            "first_time_fix": (
                request,
                "reported_at",
                Domain("state", "in", ("solved", "closed")),
            ),
            "repeat": (request, "reported_at", Domain("repeat_rate", ">", 0)),
            "utilisation": (order, "date", worked),
            "cost_per_order": (order, "date", worked),
        }
        if code.startswith("on_time_"):
            model, date, more = sla, "deadline", Domain("metric", "=", code[8:])
        else:
            model, date, more = models_by_code[code]
        labels = dict(
            self.env["aftersales.kpi.figure"]
            ._fields["code"]
            ._description_selection(self.env)
        )
        return {
            "type": "ir.actions.act_window",
            "name": f"{labels[code]} {self.name}",
            "res_model": model,
            "view_mode": "list,form" if model == "aftersales.complaint" else "list",
            "domain": list(self._get_domain(date) & more),
        }

    @api.model
    def _open_current(self, companies):
        """Return the current month and quarter of ``companies``, made if missing."""
        starts = []
        for company in companies:
            # a month begins where the company works, whoever asks, a job in UTC too
            first = company._get_aftersales_today().replace(day=1)
            quarter = first.replace(month=(first.month - 1) // 3 * 3 + 1)
            starts += [(company, "month", first), (company, "quarter", quarter)]
        current = Domain.OR(
            Domain("company_id", "=", company.id)
            & Domain("kind", "=", kind)
            & Domain("date_from", "=", start)
            for company, kind, start in starts
        )
        found = self.search(Domain("department_id", "=", False) & current)
        known = {(period.company_id, period.kind) for period in found}
        created = self.create(
            [
                {"company_id": company.id, "kind": kind, "date_from": start}
                for company, kind, start in starts
                if (company, kind) not in known
            ]
        )
        return (found | created).filtered(lambda period: period.state == "open")

    @api.model
    @in_company_language
    def _cron_refresh(self):
        """Open the current month and quarter of every company, refresh open ones."""
        self._open_current(self.env["res.company"].search([]))
        self.search([("state", "=", "open")])._compute_figures()
