# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from ..models.aftersales_kpi_analysis import TREND_CODES


class AftersalesAnalysisXlsx(models.AbstractModel):
    """Quarterly service analysis (R-KPI-03): the same values as its PDF."""

    _inherit = "report.aftersales_service.analysis_xlsx"

    def _write_service(self, workbook, wizard):
        """Figures against targets, trend with chart, top causes, measures."""
        period = wizard._get_period()
        analysis = period._get_analysis()
        self._write_figures(workbook, wizard, period, analysis)
        self._write_trend(workbook, wizard, analysis)
        self._write_causes(workbook, wizard, period, analysis)
        self._write_complaint_subjects(workbook, wizard, analysis["complaints"])
        self._add_sheet(
            workbook,
            wizard,
            self.env._("Measures"),
            [
                (self.env._("Source"), 32),
                (self.env._("Measure"), 80),
                (self.env._("Responsible"), 20),
                (self.env._("Due"), 14),
            ],
            [
                [line["source"], line["text"], line.get("user"), line.get("due")]
                for line in analysis["measures"]
            ],
        )

    def _write_figures(self, workbook, wizard, period, analysis):
        headers = [
            (self.env._("Figure"), 28),
            (self.env._("Cases"), 12),
            (self.env._("Of"), 12),
            (self.env._("Value"), 12),
            (self.env._("Unit"), 10),
            (self.env._("Target"), 12),
            (self.env._("Result"), 14),
            (self.env._("Period Before"), 14),
        ]
        figures = period._get_report_figures(analysis)
        rows = [
            [
                figure["label"],
                self._get_count(figure["numerator"]),
                self._get_count(figure["denominator"]),
                figure["value"],
                figure["unit"],
                figure["target"],
                figure["result_label"],
                figure["previous"],
            ]
            for figure in figures
        ]
        name = self.env._("Service Analysis")
        sheet = self._add_sheet(workbook, wizard, name, headers, rows)
        if period.state == "closed":
            date = self._get_local_time(period.closed_at)
            text = self.env._("Figures frozen on %s", date)
        else:
            date = self._get_local_time(period.computed_at)
            text = self.env._("Preliminary: counted on %s", date)
        sheet.write(2, 3, text)
        # the percents with a target lead the list; the chart sets them against it
        compared = sum(figure["is_compared"] for figure in figures)
        if not compared:
            return
        first, last = self.HEADER_ROW + 1, self.HEADER_ROW + compared
        chart = workbook.add_chart({"type": "column"})
        for column in (3, 5):
            chart.add_series(
                {
                    "name": [name, self.HEADER_ROW, column],
                    "categories": [name, first, 0, last, 0],
                    "values": [name, first, column, last, column],
                    "data_labels": {"value": True, "num_format": "0.0"},
                }
            )
        chart.set_title({"name": self.env._("Against the target, %")})
        chart.set_size({"width": 900, "height": 320})
        sheet.insert_chart(self.HEADER_ROW + len(rows) + 3, 0, chart)

    def _get_count(self, value):
        """Return whole numbers as such; customers are counted in parts of one."""
        return int(value) if value == int(value) else value

    def _write_trend(self, workbook, wizard, analysis):
        labels = dict(
            self.env["aftersales.kpi.figure"]
            ._fields["code"]
            ._description_selection(self.env)
        )
        headers = [
            (self.env._("Month"), 12),
            *((labels[code], 16) for code in TREND_CODES),
        ]
        rows = [
            [month["month"], *(month["values"].get(code) for code in TREND_CODES)]
            for month in analysis["trend"]
        ]
        name = self.env._("Trend")
        sheet = self._add_sheet(workbook, wizard, name, headers, rows)
        chart = workbook.add_chart({"type": "line"})
        first, last = self.HEADER_ROW + 1, self.HEADER_ROW + len(rows)
        for column in range(1, len(TREND_CODES) + 1):
            chart.add_series(
                {
                    "name": [name, self.HEADER_ROW, column],
                    "categories": [name, first, 0, last, 0],
                    "values": [name, first, column, last, column],
                    "marker": {"type": "circle", "size": 4},
                }
            )
        chart.set_title({"name": self.env._("Twelve months, %")})
        chart.set_y_axis({"min": 0, "max": 100})
        chart.set_size({"width": 900, "height": 360})
        sheet.insert_chart(last + 2, 0, chart)

    def _write_causes(self, workbook, wizard, period, analysis):
        rows = [
            [
                period._pick_name(line["component"]) or self.env._("Not recorded"),
                period._pick_name(line["product"]) or self.env._("Not recorded"),
                line["count"],
                line["share"],
                line["repeat"],
                line["hours"],
            ]
            for line in analysis["causes"]
        ]
        name = self.env._("Top Causes")
        sheet = self._add_sheet(
            workbook,
            wizard,
            name,
            [
                (self.env._("Component"), 24),
                (self.env._("Product"), 40),
                (self.env._("Requests"), 12),
                (self.env._("Share (%)"), 12),
                (self.env._("Repeat Repairs (%)"), 16),
                (self.env._("Time to Solve (hours)"), 16),
            ],
            rows,
            totals=(2,),
        )
        if rows:
            first, last = self.HEADER_ROW + 1, self.HEADER_ROW + len(rows)
            chart = workbook.add_chart({"type": "bar"})
            chart.add_series(
                {
                    "name": self.env._("Requests"),
                    "categories": [name, first, 0, last, 1],
                    "values": [name, first, 2, last, 2],
                    "data_labels": {"value": True},
                }
            )
            chart.set_y_axis({"reverse": True})
            chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}})
            chart.set_legend({"none": True})
            chart.set_title({"name": name})
            chart.set_size({"width": 900, "height": max(260, 90 + 26 * len(rows))})
            sheet.insert_chart(last + 4, 0, chart)
