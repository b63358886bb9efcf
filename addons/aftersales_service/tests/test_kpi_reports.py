# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from io import BytesIO
from zipfile import ZipFile

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .kpi_common import KpiCommon


@tagged("post_install", "-at_install")
class TestKpiReports(KpiCommon):
    def test_xlsx_quarterly(self):
        """R-KPI-03: figures, trend of twelve months with a native chart, causes."""
        self._case(late=True)
        self._case()
        book, content = self._open("service")
        figures = {row[0]: row for row in self._rows(book["Service Analysis"])}
        row = figures["Service on time"]
        self.assertEqual(row[1:4], [1, 2, 50])
        self.assertEqual(row[5:7], [90, "Missed"])
        # nothing repeated is a nought, nothing measured a blank
        self.assertEqual(figures["Repeat repairs"][1:4], [0, 2, 0])
        self.assertEqual(figures["Satisfaction"][3], 100)
        trend = self._rows(book["Trend"])
        self.assertEqual(len(trend), 12)
        figure_rows = self._rows(book["Service Analysis"])
        self.assertEqual(
            [cell.value for cell in book["Service Analysis"][5]],
            ["Figure", "Cases", "Of", "Value", "Unit", "Target", "Result"]
            + ["Period Before"],
        )
        self.assertEqual(
            figure_rows[:5],
            [
                ["Service on time", 1, 2, 50, "%", 90, "Missed", None],
                ["Satisfaction", 1, 1, 100, "%", 85, "Reached", None],
                ["Justified complaints", 0, 2, 0, "%", 3, "Reached", None],
                ["First-time fix", 2, 2, 100, "%", 80, "Reached", None],
                ["Repeat repairs", 0, 2, 0, "%", None, "No target", None],
            ],
        )
        self.assertEqual(
            [cell.value for cell in book["Trend"][5]],
            ["Month", "Service on time", "Satisfaction", "First-time fix"]
            + ["Repeat repairs", "Justified complaints"],
        )
        row = next(row for row in trend if row[0] == f"{self.month:%Y-%m}")
        self.assertEqual(row[1:], [50, 100, 100, 0, 0])
        self.assertEqual(
            self._rows(book["Top Causes"]),
            [
                ["Not recorded", self.machine_product.display_name, 2, 100, 0, 24],
                ["Total", None, 2, None, None, None],
            ],
        )
        names = ZipFile(BytesIO(content)).namelist()
        self.assertIn("xl/charts/chart1.xml", names)

    def test_xlsx_cost(self):
        """R-DSP-15, R-KPI-03: visits, hours, overtime and expenses per person, every
        cell; refused expenses and those of other months do not count."""
        order = self._case().order_ids
        second = self._case().order_ids
        # sudo: as if the second one had gone
        second.sudo().state = "draft"
        second.sudo().write({"technician_id": self.technician2.id, "state": "done"})
        self.env.flush_all()
        second.sudo().write({"work_duration": 3, "travel_duration": 1})
        order.sudo().write({"work_duration": 4, "travel_duration": 2.5})
        day = self.noon.date()
        # sudo: a state only the buttons set
        self.env["aftersales.order.expense"].sudo().create(
            [
                {
                    "order_id": order.id,
                    "employee_id": self.technician.id,
                    "name": "trip",
                    "date": day,
                    **vals,
                }
                for vals in (
                    {"kind": "overtime", "hours": 3.5, "amount": 210},
                    {"kind": "travel", "amount": 640},
                    {"kind": "travel", "amount": 70, "state": "refused"},
                    {
                        "kind": "travel",
                        "amount": 99,
                        "date": day - relativedelta(months=1),
                    },
                )
            ]
        )
        book, _content = self._open("cost")
        sheet = book.worksheets[0]
        self.assertEqual(sheet.title, "Dispatch, Overtime and Cost")
        self.assertEqual(sheet["A2"].value, self.company.name)
        self.assertEqual(
            [cell.value for cell in sheet[5]],
            ["Technician", "Visits", "Work (hours)", "Travel (hours)"]
            + ["Overtime (hours)", "Expenses"],
        )
        self.assertEqual(
            self._rows(sheet),
            [
                [self.technician.name, 1, 4, 2.5, 3.5, 850],
                [self.technician2.name, 1, 3, 1, 0, 0],
                ["Total", 2, 7, 3.5, 3.5, 850],
            ],
        )
        with self.assertRaises(AccessError):
            self._open("cost", role="technician")

    def test_xlsx_complaints(self):
        """R-KPI-03: every complaint of the month and how many were justified, cell by
        cell; the month is the company's, not UTC's; a formula stays text."""
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        start = fields.Datetime.to_datetime(self.month)
        next_month = start + relativedelta(months=1)
        vals = {
            "partner_id": self.customer.id,
            "company_id": self.company.id,
            "department_id": self.department.id,
        }
        first, second = self.env["aftersales.complaint"].create(
            [
                {
                    **vals,
                    "text": "=1+1",
                    "subject": "time",
                    # 05:00 on the first of the month in Shanghai
                    "received_at": start - relativedelta(hours=3),
                    "verdict": "justified",
                    "employee_id": self.technician.id,
                    "measures": "Stand-in named",
                },
                {
                    **vals,
                    "text": "Too dear",
                    "subject": "charge",
                    "received_at": next_month - relativedelta(hours=9),
                },
            ]
        )
        self.env["aftersales.complaint"].create(
            # 04:00 on the first of the next month
            {**vals, "text": "x", "received_at": next_month - relativedelta(hours=4)}
        )
        book, _content = self._open("complaints")
        sheet = book["Complaints"]
        self.assertEqual(
            [cell.value for cell in sheet[5]],
            ["Number", "Received", "Customer", "Subject", "About", "Complaint"]
            + ["Verdict", "Measures", "State"],
        )
        last = next_month - relativedelta(days=1)
        self.assertEqual(
            self._rows(sheet),
            [
                [first.name, f"{self.month:%Y-%m-%d} 05:00", self.customer.name]
                + ["Late or no service", self.technician.name, "=1+1"]
                + ["Justified", "Stand-in named", "Registered"],
                [second.name, f"{last:%Y-%m-%d} 23:00", self.customer.name]
                + ["Charges", None, "Too dear", None, None]
                + ["Registered"],
            ],
        )
        self.assertEqual(sheet["F6"].data_type, "s")
        subjects = book["By Subject"]
        self.assertEqual(
            [cell.value for cell in subjects[5]], ["Subject", "Complaints", "Justified"]
        )
        self.assertEqual(
            self._rows(subjects),
            [
                ["Late or no service", 1, 1],
                ["Conduct", 0, 0],
                ["Quality of the repair", 0, 0],
                ["Charges", 1, 0],
                ["Product", 0, 0],
                ["Other", 0, 0],
                ["Total", 2, 1],
            ],
        )

    def test_xlsx_quality(self):
        """R-KPI-06: what failed how often, where and with what measures."""
        component = self.bearing.component_class_id
        first = self._case(component_class_id=component.id)
        self._case(component_class_id=component.id)
        self._case()
        first.order_ids.sudo().write(
            {"fault_found": "Seized", "cause": "Dust", "solution": "New seal"}
        )
        book, _content = self._open("quality")
        sheet = book["What Failed"]
        self.assertEqual(
            [cell.value for cell in sheet[5]],
            ["Product", "Component", "Requests", "Machines", "Share (%)"]
            + ["Repeat Repairs (%)"],
        )
        machine = self.machine_product.display_name
        rows = self._rows(sheet)
        self.assertEqual(rows[0][:4], [machine, component.name, 2, 2])
        self.assertAlmostEqual(rows[0][4], 200 / 3)
        self.assertEqual(rows[1][:4], [machine, None, 1, 1])
        self.assertAlmostEqual(rows[1][4], 100 / 3)
        self.assertEqual([row[5] for row in rows], [0, 0, None])
        self.assertEqual(rows[2], ["Total", None, 3, None, None, None])
        where = [
            list(row)
            for row in book["Where"].iter_rows(min_row=6, values_only=True)
            if row[2]
        ]
        self.assertEqual(where, [[None, self.customer.name, 3], ["Total", None, 3]])
        cause = self._rows(book["Causes and Measures"])[0]
        self.assertEqual(
            cause,
            [first.order_ids.name, first.lot_id.name, "Seized", "Dust", "New seal"],
        )

    def test_xlsx_payroll(self):
        """R-PEN-06, R-KPI-03: the monthly list for payroll, for HR only."""
        self.technician.version_id.wage = 5000
        plan, returned = self.env["aftersales.deduction"]._create_plans(
            [
                {
                    "employee_id": self.technician.id,
                    "amount": amount,
                    "reason": reason,
                }
                for amount, reason in ((900, "Penalty"), (100, "Lost caliper"))
            ]
        )
        returned.line_ids.action_done()
        returned._pay_back()
        bonus = self.env["aftersales.penalty"].create(
            {
                "employee_id": self.technician.id,
                "rule_id": self.env.ref("aftersales_service.penalty_rule_badge").id,
                "consequence": "bonus",
            }
        )
        self.as_user(bonus, "service_manager").action_notify()
        self.as_user(bonus, "technician").action_state_view("yes", accept=True)
        self.as_user(bonus, "service_manager").action_finalize()
        first = self.today.replace(day=1)
        dates = {
            "date_from": first,
            "date_to": first + relativedelta(months=1, days=-1),
        }
        book, _content = self._open("payroll", role="hr", **dates)
        rows = self._rows(book["Deductions"])
        sheet = book["Deductions"]
        headers = [cell.value for cell in sheet[5]]
        self.assertEqual(
            headers,
            [
                "Employee",
                "Month",
                "Plan",
                "Reason",
                "Kind",
                "Wage",
                "Deduction",
                "State",
            ],
        )
        name, month = self.technician.name, f"{first:%Y-%m}"
        self.assertEqual(sheet["A2"].value, self.company.name)
        self.assertEqual(
            rows,
            [
                [name, month, plan.name, "Penalty"]
                + ["From the wage", 5000, 900, "Planned"],
                [name, month, returned.name, "Lost caliper"]
                + ["From the wage", 5000, 100, "Deducted"],
                [name, month, returned.name, "Lost caliper"]
                + ["Paid back", 0, -100, "Planned"],
                ["Total", None, None, None, None, None, 900, None],
            ],
        )
        self.assertEqual(
            self._rows(book["Bonus Reductions"]),
            [
                [name, bonus.name, str(self.today), bonus.rule_id.display_name, 30],
                ["Total", None, None, None, 30],
            ],
        )
        with self.assertRaises(AccessError):
            self._open("payroll", **dates)

    def test_xlsx_uncollected(self):
        """R-BIL-03, R-KPI-03: charges not paid stay on the technician's list."""
        order = self._case().order_ids
        self.env.flush_all()
        order.sudo().write({"amount_charged": 900, "amount_uncollected": 400})
        paid = self._case().order_ids
        paid.sudo().write({"amount_charged": 500, "amount_uncollected": 0})
        other = self._case().order_ids
        other.sudo().write({"amount_charged": 80.5, "amount_uncollected": 80.5})
        book, _content = self._open("uncollected")
        sheet = book["Uncollected Charges"]
        self.assertEqual(
            [cell.value for cell in sheet[5]],
            ["Technician", "Order", "Finished", "Customer", "Charged", "Uncollected"],
        )
        name, customer = self.technician.name, self.customer.display_name
        day = f"{self.noon:%Y-%m-%d}"
        self.assertEqual(
            self._rows(sheet),
            [
                [name, order.name, day, customer, 900, 400],
                [name, other.name, day, customer, 80.5, 80.5],
                ["Total", None, None, None, 980.5, 480.5],
            ],
        )
        with self.assertRaises(AccessError):
            self._open("uncollected", role="technician")

    def test_xlsx_supervision(self):
        """R-KPI-05: the audit plan with findings, measures and their proof."""
        audit = self.env["aftersales.audit"].create(
            {
                "title": "Repair point Nanchang",
                "kind": "station",
                "date_planned": self.month + relativedelta(days=3),
                "company_id": self.company.id,
                "department_id": self.department.id,
                "report": "Two sheets missing",
                "finding_ids": [
                    fields.Command.create(
                        {"name": "Sheets missing", "measure": "Weekly check"}
                    )
                ],
            }
        )
        book, _content = self._open("audit")
        row = self._rows(book["Audit Plan"])[0]
        self.assertEqual(row[0], audit.name)
        self.assertEqual(row[3:5], [audit.title, "Service station or repair point"])
        self.assertEqual(row[7:10], [1, "Planned", "Two sheets missing"])
        row = self._rows(book["Findings and Measures"])[0]
        self.assertEqual(row[:2], [audit.name, "Sheets missing"])
        self.assertEqual((row[3], row[7]), ("Weekly check", "Open"))
        with self.assertRaises(AccessError):
            self._open("audit", role="technician")

    def test_xlsx_budget(self):
        """R-KPI-04: budgets and needs, above 50,000 marked for the general manager."""
        budget = self.env["aftersales.budget"].create(
            {
                "department_id": self.department.id,
                "year": self.month.year,
                "amount": 300000,
                "company_id": self.company.id,
            }
        )
        self.env["aftersales.budget.request"].create(
            [
                {
                    "name": name,
                    "budget_id": budget.id,
                    "amount": amount,
                    "reason": "worn out",
                    "date": self.month,
                }
                for name, amount in (("Van", 80000), ("Gauges", 50000))
            ]
        )
        book, _content = self._open("budget")
        row = self._rows(book["Budgets"])[0]
        self.assertEqual(row[1:5], [str(self.month.year), 300000, 0, 300000])
        rows = {row[0]: row for row in self._rows(book["Needs"])}
        self.assertEqual((rows["Van"][3], rows["Van"][5]), (80000, "Yes"))
        self.assertEqual((rows["Gauges"][3], rows["Gauges"][5]), (50000, "No"))
        self.assertEqual(rows["Total"][3], 130000)
        with self.assertRaises(AccessError):
            self._open("budget", role="quality")

    def test_xlsx_satisfaction(self):
        """R-FUP-03, R-FUP-04: satisfaction by technician, product and customer."""
        self._case(satisfaction="5")
        self._case(satisfaction="2")
        book, _content = self._open("satisfaction")
        for sheet, name in (
            ("By Technician", self.technician.name),
            ("By Product", self.machine_product.display_name),
            ("By Customer", self.customer.name),
        ):
            row = self._rows(book[sheet])[0]
            self.assertEqual(row[:4], [name, 2, 50, 3.5], sheet)
