# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.fields import Domain


class AftersalesAnalysisXlsx(models.AbstractModel):
    """Complaints and quality feedback (R-KPI-03, R-KPI-06)."""

    _inherit = "report.aftersales_service.analysis_xlsx"

    def _write_complaints(self, workbook, wizard):
        """Complaints of the period, and how many were justified by subject."""
        complaints = self.env["aftersales.complaint"].search(
            self._get_period_domain(wizard, "received_at"), order="received_at, id"
        )
        self._add_sheet(
            workbook,
            wizard,
            self.env._("Complaints"),
            [
                (self.env._("Number"), 16),
                (self.env._("Received"), 18),
                (self.env._("Customer"), 28),
                (self.env._("Subject"), 20),
                (self.env._("About"), 18),
                (self.env._("Complaint"), 40),
                (self.env._("Verdict"), 14),
                (self.env._("Measures"), 40),
                (self.env._("State"), 12),
            ],
            [
                [
                    complaint.name,
                    self._get_local_time(complaint.received_at),
                    complaint.partner_id.display_name,
                    self._get_label(complaint, "subject"),
                    complaint.employee_id.name,
                    complaint.text,
                    self._get_label(complaint, "verdict"),
                    complaint.measures,
                    self._get_label(complaint, "state"),
                ]
                for complaint in complaints
            ],
        )
        counts = {}
        for complaint in complaints:
            line = counts.setdefault(complaint.subject, {"count": 0, "justified": 0})
            line["count"] += 1
            line["justified"] += complaint.verdict == "justified"
        self._write_complaint_subjects(workbook, wizard, counts)

    def _write_complaint_subjects(self, workbook, wizard, counts):
        """Write complaints by subject with a chart.

        :param counts: ``{subject: {"count": ..., "justified": ...}}``
        """
        none = {"count": 0, "justified": 0}
        subjects = self.env["aftersales.complaint"]._fields["subject"]
        rows = []
        for subject, label in subjects._description_selection(self.env):
            line = counts.get(subject, none)
            rows.append([label, line["count"], line["justified"]])
        name = self.env._("By Subject")
        sheet = self._add_sheet(
            workbook,
            wizard,
            name,
            [
                (self.env._("Subject"), 24),
                (self.env._("Complaints"), 14),
                (self.env._("Justified"), 14),
            ],
            rows,
            totals=(1, 2),
        )
        chart = workbook.add_chart({"type": "column"})
        first, last = self.HEADER_ROW + 1, self.HEADER_ROW + len(rows)
        for column in (1, 2):
            chart.add_series(
                {
                    "name": [name, self.HEADER_ROW, column],
                    "categories": [name, first, 0, last, 0],
                    "values": [name, first, column, last, column],
                }
            )
        chart.set_title({"name": self.env._("Complaints by subject")})
        chart.set_y_axis({"min": 0, "num_format": "0"})
        sheet.insert_chart(last + 4, 0, chart)

    def _write_quality(self, workbook, wizard):
        """What failed, how often, where, with what measures (R-KPI-06)."""
        self.env.flush_all()
        domain = self._get_period_domain(wizard, "reported_at")
        Report = self.env["aftersales.request.report"]
        groups = Report._read_group(
            domain,
            ["product_id", "component_class_id"],
            ["__count", "lot_id:count_distinct", "repeat_rate:avg"],
            order="__count desc",
        )
        total = sum(group[2] for group in groups) or 1
        self._add_sheet(
            workbook,
            wizard,
            self.env._("What Failed"),
            [
                (self.env._("Product"), 40),
                (self.env._("Component"), 24),
                (self.env._("Requests"), 12),
                (self.env._("Machines"), 12),
                (self.env._("Share (%)"), 12),
                (self.env._("Repeat Repairs (%)"), 16),
            ],
            [
                [
                    product.display_name or "",
                    component.name or "",
                    count,
                    machines,
                    100.0 * count / total,
                    repeat or 0.0,
                ]
                for product, component, count, machines, repeat in groups
            ],
            totals=(2,),
        )
        places = Report._read_group(
            domain, ["region_id", "partner_id"], ["__count"], order="__count desc"
        )
        self._add_sheet(
            workbook,
            wizard,
            self.env._("Where"),
            [
                (self.env._("Region"), 20),
                (self.env._("Customer"), 36),
                (self.env._("Requests"), 12),
            ],
            [
                [region.name or "", partner.display_name or "", count]
                for region, partner, count in places
            ],
            totals=(2,),
        )
        cases = self.env["aftersales.order"].search(
            self._get_period_domain(wizard, "finished_at")
            & Domain("state", "in", ("reported", "done")),
            order="finished_at, id",
        )
        self._add_sheet(
            workbook,
            wizard,
            self.env._("Causes and Measures"),
            [
                (self.env._("Order"), 16),
                (self.env._("Machine"), 20),
                (self.env._("Fault"), 40),
                (self.env._("Cause"), 40),
                (self.env._("Measure"), 40),
            ],
            [
                [
                    order.name,
                    order.lot_id.name,
                    order.fault_found,
                    order.cause,
                    order.solution,
                ]
                for order in cases
            ],
        )
