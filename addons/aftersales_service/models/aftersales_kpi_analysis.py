# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.fields import Domain

#: figures in percent whose course over twelve months is drawn
TREND_CODES = ["on_time", "satisfaction", "first_time_fix", "repeat", "complaints"]
TREND_COLORS = ["#1f77b4", "#2ca02c", "#9467bd", "#ff7f0e", "#d62728"]
#: causes, products and complaints listed
TOP = 20


class AftersalesKpiPeriod(models.Model):
    """The service analysis of a period for the vice president (R-KPI-03).

    PDF and XLSX are written from one dict of plain values. Closing the period keeps
    it, names in every language included: the report printed later is the same one.
    """

    _inherit = "aftersales.kpi.period"

    #: nobody reads it as it is: costs in it are not for every viewer
    analysis = fields.Json(readonly=True, copy=False, groups="base.group_system")

    # === ACTION METHODS ===#
    def action_print_analysis(self):
        """Return the PDF; figures of open periods are counted first."""
        self.check_access("read")
        self._refresh_trend()
        report = "aftersales_service.action_report_service_analysis"
        return self.env.ref(report).report_action(self)

    def action_export_analysis(self):
        """Return the same analysis as XLSX with charts."""
        self.ensure_one()
        wizard = self.env["aftersales.report.wizard"].create(
            {
                "kind": "service",
                "company_id": self.company_id.id,
                "department_id": self.department_id.id,
                "date_from": self.date_from,
                "date_to": self.date_to,
                "period_id": self.id,
            }
        )
        return wizard.action_print()

    # === BUSINESS METHODS ===#
    def _freeze_analysis(self):
        for period in self:
            # sudo: the field is written by closing only
            period.sudo().analysis = period._prepare_analysis()

    def _get_analysis(self):
        """Return the analysis: frozen for a closed period, else counted now."""
        self.ensure_one()
        # sudo: counted for the whole period like its figures; who may see the period
        # is decided by its record rules
        period = self.sudo()
        if period.state == "closed" and period.analysis:
            return period.analysis
        return period._prepare_analysis()

    def _get_trend_periods(self):
        """Return the twelve months up to the end of the period, made where missing."""
        self.ensure_one()
        last = self.date_to.replace(day=1)
        starts = [last - relativedelta(months=back) for back in range(11, -1, -1)]
        # sudo: whoever prints gets the months counted
        Period = self.browse().sudo()
        known = {
            period.date_from: period
            for period in Period.search(
                [
                    ("kind", "=", "month"),
                    ("company_id", "=", self.company_id.id),
                    ("department_id", "=", self.department_id.id),
                    ("date_from", "in", starts),
                ]
            )
        }
        missing = [start for start in starts if start not in known]
        created = Period.create(
            [
                {
                    "kind": "month",
                    "date_from": start,
                    "company_id": self.company_id.id,
                    "department_id": self.department_id.id,
                }
                for start in missing
            ]
        )
        known.update(zip(missing, created, strict=True))
        return Period.concat(*(known[start] for start in starts))

    def _refresh_trend(self):
        """Count open periods and the months inside them again, and older months that
        were never counted; the nightly count keeps the others up to date."""
        # sudo: see _get_trend_periods
        for period in self.sudo().filtered(lambda p: p.state == "open"):
            months = period._get_trend_periods().filtered(
                lambda month, period=period: (
                    month != period
                    and month.state == "open"
                    and (not month.computed_at or month.date_from >= period.date_from)
                )
            )
            (period | months)._compute_figures()

    def _prepare_analysis(self):
        """Return figures' course, causes, complaints and measures as plain values;
        extended by addons."""
        self.ensure_one()
        return {
            "previous": self._prepare_previous(),
            "trend": self._prepare_trend(),
            "causes": self._prepare_causes(),
            "complaints": self._prepare_complaints(),
            "measures": self._prepare_measures(),
        }

    def _prepare_previous(self):
        """Return ``{code: value}`` of the period before."""
        before = self.search(
            [
                ("kind", "=", self.kind),
                ("company_id", "=", self.company_id.id),
                ("department_id", "=", self.department_id.id),
                ("date_from", "<", self.date_from),
                ("date_to", ">=", self.date_from - relativedelta(days=1)),
            ],
            limit=1,
        )
        return {f.code: f.value for f in before.figure_ids if f.has_value}

    def _prepare_trend(self):
        return [
            {
                "month": f"{month.date_from:%Y-%m}",
                "values": {
                    figure.code: figure.value
                    for figure in month.figure_ids
                    if figure.code in TREND_CODES and figure.has_value
                },
            }
            for month in self._get_trend_periods()
        ]

    def _prepare_causes(self):
        self.env.flush_all()
        domain = self._get_domain("reported_at")
        Report = self.env["aftersales.request.report"]
        groups = Report._read_group(
            domain,
            ["component_class_id", "product_id"],
            ["__count", "repeat_rate:avg", "resolve_hours:avg"],
            order="__count desc",
            limit=TOP,
        )
        total = Report.search_count(domain)
        components = self._get_names(component for component, *_rest in groups)
        products = self._get_names(product for _component, product, *_rest in groups)
        return [
            {
                "component": components.get(component.id, {}),
                "product": products.get(product.id, {}),
                "count": count,
                "share": 100.0 * count / total,
                "repeat": repeat or 0.0,
                "hours": hours or 0.0,
            }
            for component, product, count, repeat, hours in groups
        ]

    def _prepare_complaints(self):
        groups = self.env["aftersales.complaint"]._read_group(
            self._get_domain("received_at"), ["subject", "verdict"], ["__count"]
        )
        result = {}
        for subject, verdict, count in groups:
            line = result.setdefault(subject, {"count": 0, "justified": 0})
            line["count"] += count
            if verdict == "justified":
                line["justified"] += count
        return result

    def _prepare_measures(self):
        """Return what is done about it: remarks, audit findings, complaints."""
        measures = [
            {"source": self.name, "text": line}
            for line in (self.remarks or "").splitlines()
            if line.strip()
        ]
        audits = Domain("date_planned", ">=", self.date_from)
        audits &= Domain("date_planned", "<=", self.date_to)
        audits &= Domain("company_id", "=", self.company_id.id)
        if self.department_id:
            audits &= Domain("department_id", "child_of", self.department_id.id)
        measures += [
            {
                "source": f"{finding.audit_id.name} {finding.name}",
                "text": finding.measure,
                "user": finding.user_id.name or "",
                "due": str(finding.date_due or ""),
            }
            for finding in self.env["aftersales.audit.finding"].search(
                Domain("audit_id", "any", audits) & Domain("measure", "!=", False)
            )
        ]
        complaints = self.env["aftersales.complaint"].search(
            self._get_domain("received_at") & Domain("measures", "!=", False),
            order="received_at, id",
            limit=TOP,
        )
        return measures + [
            {
                "source": complaint.name,
                "text": complaint.measures,
                "user": complaint.user_id.name or "",
            }
            for complaint in complaints
        ]

    def _get_names(self, records):
        """Return ``{id: {language: name}}``, kept with a closed period."""
        records = list(records)
        names = {}
        for lang, _label in self.env["res.lang"].get_installed():
            for record in records:
                names.setdefault(record.id, {})[lang] = (
                    record.with_context(lang=lang).display_name or ""
                )
        return names

    def _pick_name(self, names):
        """Return the name in the reader's language."""
        return (
            names.get(self.env.lang)
            or names.get("en_US")
            or next(iter(names.values()), "")
        )

    # === REPORT ===#
    def _get_report_figures(self, analysis):
        """Return the rows of the figures the reader may see, as the report shows
        them: percents with a target first, they are drawn against it; first-time fix
        and repeat visits one below the other."""
        self.ensure_one()
        previous = analysis["previous"]
        labels = {
            fname: dict(
                self.env["aftersales.kpi.figure"]
                ._fields[fname]
                ._description_selection(self.env)
            )
            for fname in ("code", "unit", "comparator", "result")
        }
        rows = []
        Figure = self.env["aftersales.kpi.figure"]
        for figure in Figure.search([("period_id", "=", self.id)]):
            has_target = figure.result != "none" or bool(figure.comparator)
            unit = labels["unit"][figure.unit]
            if figure.unit == "money":
                unit = self.currency_id.symbol or self.currency_id.name
            rows.append(
                {
                    "code": figure.code,
                    "label": labels["code"][figure.code],
                    "numerator": figure.numerator,
                    "denominator": figure.denominator,
                    "value": figure.value if figure.has_value else None,
                    "unit": unit,
                    "target": figure.target if has_target else None,
                    "comparator": labels["comparator"].get(figure.comparator, ""),
                    "previous": previous.get(figure.code),
                    "result": figure.result,
                    "result_label": labels["result"][figure.result],
                    "is_compared": has_target and figure.unit == "percent",
                }
            )
        return sorted(
            rows,
            key=lambda row: (
                not row["is_compared"],
                row["code"] == "first_time_fix"
                if row["is_compared"]
                else row["code"] != "repeat",
            ),
        )

    def _get_complaint_rows(self, analysis):
        """Return [(subject, complaints, justified)] of the subjects that occurred."""
        counts = analysis["complaints"]
        subjects = self.env["aftersales.complaint"]._fields["subject"]
        return [
            (label, counts[subject]["count"], counts[subject]["justified"])
            for subject, label in subjects._description_selection(self.env)
            if subject in counts
        ]

    def _get_trend_chart(self, analysis, width=960, height=260):
        """Return what the drawing of the trend needs: axis, lines and points."""
        self.ensure_one()
        trend = analysis["trend"]
        labels = dict(
            self.env["aftersales.kpi.figure"]
            ._fields["code"]
            ._description_selection(self.env)
        )
        left, top, bottom = 40, 10, 24
        step = (width - left - 20) / (len(trend) - 1)
        scale = (height - top - bottom) / 100

        def get_y(value):
            return round(height - bottom - min(value, 100) * scale, 1)

        xs = [round(left + index * step, 1) for index in range(len(trend))]
        series = []
        for code, color in zip(TREND_CODES, TREND_COLORS, strict=True):
            points = [
                (x, get_y(month["values"][code]))
                for x, month in zip(xs, trend, strict=True)
                if code in month["values"]
            ]
            series.append(
                {
                    "label": labels[code],
                    "color": color,
                    "points": points,
                    "path": " ".join(f"{x},{y}" for x, y in points),
                }
            )
        return {
            "width": width,
            "height": height,
            "left": left,
            "right": width - 20,
            "grid": [(value, get_y(value)) for value in range(0, 101, 20)],
            "months": [(x, month["month"]) for x, month in zip(xs, trend, strict=True)],
            "series": series,
        }
