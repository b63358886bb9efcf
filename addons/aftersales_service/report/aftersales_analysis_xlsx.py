# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.fields import Domain


class AftersalesAnalysisXlsx(models.AbstractModel):
    """The XLSX reports of the service (R-KPI-03, R-KPI-06, R-DSP-15, R-PEN-06).

    Every table starts in row 5 (header) under title, company and period; amounts and
    hours are numbers, totals are in the last row.
    """

    _name = "report.aftersales_service.analysis_xlsx"
    _description = "Service Report XLSX"
    _inherit = "report.report_xlsx.abstract"

    #: index of the header row of every table
    HEADER_ROW = 4

    def get_workbook_options(self):
        return {
            **super().get_workbook_options(),
            "strings_to_formulas": False,
            "strings_to_urls": False,
        }

    def generate_xlsx_report(self, workbook, data, objs):
        for wizard in objs:
            wizard._check_allowed()
            workbook.aftersales_formats = {
                "title": workbook.add_format({"bold": True, "font_size": 14}),
                "header": workbook.add_format(
                    {"bold": True, "bg_color": "#D9E1F2", "border": 1, "text_wrap": 1}
                ),
                "text": workbook.add_format({"border": 1, "text_wrap": 1}),
                "number": workbook.add_format({"border": 1, "num_format": "#,##0.00"}),
                "total": workbook.add_format(
                    {"border": 1, "bold": True, "num_format": "#,##0.00"}
                ),
            }
            getattr(self, f"_write_{wizard.kind}")(workbook, wizard)

    # === TOOLING ===#
    def _add_sheet(self, workbook, wizard, name, headers, rows, totals=()):
        """Write one sheet with a table.

        :param headers: list of (label, column width)
        :param rows: list of rows; numbers stay numbers
        :param totals: indexes of the columns summed in the last row
        :return: the sheet
        """
        sheet = workbook.add_worksheet(name[:31])
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.write(0, 0, name, workbook.aftersales_formats["title"])
        sheet.write(1, 0, wizard.company_id.name)
        sheet.write(2, 0, f"{wizard.date_from} – {wizard.date_to}")
        for column, (label, width) in enumerate(headers):
            sheet.write(
                self.HEADER_ROW, column, label, workbook.aftersales_formats["header"]
            )
            sheet.set_column(column, column, width)
        sheet.freeze_panes(self.HEADER_ROW + 1, 0)
        for index, row in enumerate(rows, self.HEADER_ROW + 1):
            for column, value in enumerate(row):
                is_number = isinstance(value, int | float) and value is not False
                sheet.write(
                    index,
                    column,
                    value if value not in (None, False) else "",
                    workbook.aftersales_formats["number" if is_number else "text"],
                )
        if totals and rows:
            last = self.HEADER_ROW + 1 + len(rows)
            sheet.write(
                last, 0, self.env._("Total"), workbook.aftersales_formats["total"]
            )
            for column in totals:
                sheet.write(
                    last,
                    column,
                    sum(row[column] or 0.0 for row in rows),
                    workbook.aftersales_formats["total"],
                )
        return sheet

    def _get_period_domain(self, wizard, field, datetimes=True):
        end = wizard.date_to
        domain = Domain(field, ">=", wizard.date_from) & Domain(
            "company_id", "=", wizard.company_id.id
        )
        if datetimes:
            domain &= Domain(field, "<", fields.Date.add(end, days=1))
        else:
            domain &= Domain(field, "<=", end)
        if wizard.department_id:
            domain &= Domain("department_id", "child_of", wizard.department_id.id)
        return domain

    def _get_label(self, record, field):
        labels = dict(record._fields[field]._description_selection(self.env))
        return labels.get(record[field], "")

    # === QUARTERLY SERVICE ANALYSIS ===#
    def _write_service(self, workbook, wizard):
        """Figures against targets, trend with chart, top causes, measures."""
        self.env.flush_all()
        quarter, months = wizard._get_periods()
        self._write_figures(workbook, wizard, quarter)
        self._write_trend(workbook, wizard, months)
        self._write_causes(workbook, wizard)
        rows = [[quarter.name, line] for line in (quarter.remarks or "").splitlines()]
        rows += [
            [finding.audit_id.name, f"{finding.name}: {finding.measure or ''}"]
            for finding in self.env["aftersales.audit.finding"].search(
                Domain(
                    "audit_id",
                    "any",
                    self._get_period_domain(wizard, "date_planned", datetimes=False),
                )
            )
        ]
        self._add_sheet(
            workbook,
            wizard,
            self.env._("Measures"),
            [(self.env._("Source"), 20), (self.env._("Measure"), 90)],
            rows,
        )

    def _write_figures(self, workbook, wizard, period):
        headers = [
            (self.env._("Figure"), 28),
            (self.env._("Cases"), 12),
            (self.env._("Of"), 12),
            (self.env._("Value"), 12),
            (self.env._("Unit"), 10),
            (self.env._("Target"), 12),
            (self.env._("Result"), 14),
        ]
        rows = [
            [
                self._get_label(figure, "code"),
                figure.numerator,
                figure.denominator,
                figure.value if figure.has_value else None,
                self._get_label(figure, "unit"),
                figure.target if figure.result != "none" else None,
                self._get_label(figure, "result"),
            ]
            for figure in period.figure_ids
        ]
        self._add_sheet(workbook, wizard, self.env._("Service Analysis"), headers, rows)

    def _write_trend(self, workbook, wizard, months):
        codes = ["on_time", "satisfaction", "first_time_fix", "repeat", "complaints"]
        labels = dict(
            self.env["aftersales.kpi.figure"]
            ._fields["code"]
            ._description_selection(self.env)
        )
        headers = [(self.env._("Month"), 12), *((labels[code], 16) for code in codes)]
        rows = []
        for month in months:
            values = {
                figure.code: figure.value if figure.has_value else None
                for figure in month.figure_ids
            }
            rows.append(
                [f"{month.date_from:%Y-%m}", *(values.get(code) for code in codes)]
            )
        name = self.env._("Trend")
        sheet = self._add_sheet(workbook, wizard, name, headers, rows)
        chart = workbook.add_chart({"type": "line"})
        first, last = self.HEADER_ROW + 1, self.HEADER_ROW + len(rows)
        for column in range(1, len(codes) + 1):
            chart.add_series(
                {
                    "name": [name, self.HEADER_ROW, column],
                    "categories": [name, first, 0, last, 0],
                    "values": [name, first, column, last, column],
                    "marker": {"type": "circle", "size": 4},
                }
            )
        chart.set_title({"name": self.env._("Twelve months, %")})
        chart.set_size({"width": 900, "height": 360})
        sheet.insert_chart(last + 2, 0, chart)

    def _write_causes(self, workbook, wizard):
        groups = self.env["aftersales.request.report"]._read_group(
            self._get_period_domain(wizard, "reported_at"),
            ["component_class_id", "product_id"],
            ["__count", "repeat_rate:avg", "resolve_hours:avg"],
            order="__count desc",
            limit=20,
        )
        rows = [
            [component.name or "", product.display_name or "", count, repeat, hours]
            for component, product, count, repeat, hours in groups
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
                }
            )
            sheet.insert_chart(last + 4, 0, chart)

    # === OTHER REPORTS ===#
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
                    fields.Datetime.context_timestamp(
                        self, complaint.received_at
                    ).strftime("%Y-%m-%d %H:%M"),
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
        rows = []
        subjects = complaints._fields["subject"]._description_selection(self.env)
        for subject, label in subjects:
            chosen = complaints.filtered(lambda c, s=subject: c.subject == s)
            justified = chosen.filtered(lambda c: c.verdict == "justified")
            rows.append([label, len(chosen), len(justified)])
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
        sheet.insert_chart(last + 4, 0, chart)

    def _write_cost(self, workbook, wizard):
        """Visits, hours, overtime and expenses per person (R-DSP-15)."""
        self.env.flush_all()
        orders = self.env["aftersales.order.report"]._read_group(
            self._get_period_domain(wizard, "date"),
            ["technician_id"],
            ["__count", "work_hours:sum", "travel_hours:sum"],
        )
        people = {
            employee: [count, work or 0.0, travel or 0.0, 0.0, 0.0]
            for employee, count, work, travel in orders
            if employee
        }
        expenses = self.env["aftersales.order.expense"]._read_group(
            self._get_period_domain(wizard, "date", datetimes=False)
            & Domain("state", "!=", "refused"),
            ["employee_id"],
            ["hours:sum", "amount:sum"],
        )
        for employee, hours, amount in expenses:
            row = people.setdefault(employee, [0, 0.0, 0.0, 0.0, 0.0])
            row[3], row[4] = hours or 0.0, amount or 0.0
        self._add_sheet(
            workbook,
            wizard,
            self.env._("Dispatch, Overtime and Cost"),
            [
                (self.env._("Technician"), 24),
                (self.env._("Visits"), 10),
                (self.env._("Work (hours)"), 14),
                (self.env._("Travel (hours)"), 14),
                (self.env._("Overtime (hours)"), 16),
                (self.env._("Expenses"), 16),
            ],
            [
                [employee.name, *row]
                for employee, row in sorted(
                    people.items(), key=lambda item: item[0].name or ""
                )
            ],
            totals=(1, 2, 3, 4, 5),
        )

    def _write_uncollected(self, workbook, wizard):
        """Charges not paid yet, per technician (R-BIL-03, R-KPI-03)."""
        domain = Domain("amount_uncollected", ">", 0) & Domain(
            "company_id", "=", wizard.company_id.id
        )
        if wizard.department_id:
            domain &= Domain("department_id", "child_of", wizard.department_id.id)
        orders = self.env["aftersales.order"].search(
            domain, order="technician_id, finished_at, id"
        )
        self._add_sheet(
            workbook,
            wizard,
            self.env._("Uncollected Charges"),
            [
                (self.env._("Technician"), 24),
                (self.env._("Order"), 16),
                (self.env._("Finished"), 14),
                (self.env._("Customer"), 30),
                (self.env._("Charged"), 14),
                (self.env._("Uncollected"), 14),
            ],
            [
                [
                    order.technician_id.name,
                    order.name,
                    str(order.finished_at.date()) if order.finished_at else "",
                    order.partner_id.display_name,
                    order.amount_charged,
                    order.amount_uncollected,
                ]
                for order in orders
            ],
            totals=(4, 5),
        )

    def _write_payroll(self, workbook, wizard):
        """Monthly deductions, and bonus reductions of the period (R-PEN-06)."""
        lines = self.env["aftersales.deduction.line"].search(
            [
                ("company_id", "=", wizard.company_id.id),
                ("month", ">=", wizard.date_from.replace(day=1)),
                ("month", "<=", wizard.date_to),
            ],
            order="employee_id, month, id",
        )
        self._add_sheet(
            workbook,
            wizard,
            self.env._("Deductions"),
            [
                (self.env._("Employee"), 24),
                (self.env._("Month"), 12),
                (self.env._("Plan"), 16),
                (self.env._("Reason"), 44),
                (self.env._("Kind"), 18),
                (self.env._("Wage"), 14),
                (self.env._("Deduction"), 14),
                (self.env._("State"), 12),
            ],
            [
                [
                    line.employee_id.name,
                    f"{line.month:%Y-%m}",
                    line.deduction_id.name,
                    line.reason,
                    self._get_label(line, "kind"),
                    line.wage,
                    line.amount,
                    self._get_label(line, "state"),
                ]
                for line in lines
            ],
            totals=(6,),
        )
        penalties = self.env["aftersales.penalty"].search(
            Domain("company_id", "=", wizard.company_id.id)
            & Domain("consequence", "=", "bonus")
            & Domain("state", "in", ("final", "posted"))
            & Domain("decided_at", ">=", wizard.date_from)
            & Domain("decided_at", "<", fields.Date.add(wizard.date_to, days=1)),
            order="employee_id, event_date, id",
        )
        self._add_sheet(
            workbook,
            wizard,
            self.env._("Bonus Reductions"),
            [
                (self.env._("Employee"), 24),
                (self.env._("Penalty"), 16),
                (self.env._("Event"), 12),
                (self.env._("Rule"), 44),
                (self.env._("Amount"), 14),
            ],
            [
                [
                    penalty.employee_id.name,
                    penalty.name,
                    str(penalty.event_date),
                    penalty.rule_id.display_name,
                    penalty.amount,
                ]
                for penalty in penalties
            ],
            totals=(4,),
        )

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
