# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from io import BytesIO
from zipfile import ZipFile

from dateutil.relativedelta import relativedelta
from lxml.html import fromstring
from openpyxl import load_workbook

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools.pdf import PdfReader

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
        """R-DSP-15, R-KPI-03: visits, hours, overtime and expenses per person."""
        order = self._case().order_ids
        for vals in (
            {"kind": "overtime", "hours": 3.5, "amount": 210},
            {"kind": "travel", "amount": 640},
        ):
            self.env["aftersales.order.expense"].create(
                {
                    "order_id": order.id,
                    "employee_id": self.technician.id,
                    "date": self.noon.date(),
                    "name": "trip",
                    **vals,
                }
            )
        book, _content = self._open("cost")
        rows = self._rows(book.worksheets[0])
        self.assertEqual(rows[0][:2], [self.technician.name, 1])
        self.assertEqual(rows[0][4:6], [3.5, 850])
        self.assertEqual(rows[-1][5], 850)
        with self.assertRaises(AccessError):
            self._open("cost", role="technician")

    def test_xlsx_complaints_and_quality(self):
        """R-KPI-03, R-KPI-06: complaints by subject; what failed how often."""
        self._case()
        self.env["aftersales.complaint"].create(
            {
                "partner_id": self.customer.id,
                "text": "=1+1",
                "subject": "time",
                "received_at": self.noon,
                "verdict": "justified",
                "company_id": self.company.id,
                "department_id": self.department.id,
            }
        )
        book, _content = self._open("complaints")
        row = self._rows(book["Complaints"])[0]
        self.assertEqual(row[2:4], [self.customer.name, "Late or no service"])
        self.assertEqual(row[5], "=1+1")
        self.assertEqual(book["Complaints"]["F6"].data_type, "s")
        subjects = {row[0]: row[1:3] for row in self._rows(book["By Subject"])}
        self.assertEqual(subjects["Late or no service"], [1, 1])
        book, _content = self._open("quality")
        row = self._rows(book["What Failed"])[0]
        self.assertEqual(row[2:5], [1, 1, 100])

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
        book, _content = self._open("uncollected")
        rows = self._rows(book.worksheets[0])
        self.assertEqual(rows[0][0], self.technician.name)
        self.assertEqual(rows[0][4:6], [900, 400])

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

    # --- the service analysis ---------------------------------------------------
    def _print(self, period, role, lang="en_US"):
        """Return the text of the printed analysis, tags and spaces removed."""
        report = self.env["ir.actions.report"].with_user(self.users[role])
        html, _kind = report.with_context(lang=lang)._render_qweb_html(
            "aftersales_service.action_report_service_analysis", period.ids
        )
        tree = fromstring(html)
        for style in tree.xpath("//style"):
            style.getparent().remove(style)
        return " ".join(tree.text_content().split()), tree

    def test_print_analysis(self):
        """R-KPI-03: figures, targets, course, causes and measures on paper, in both
        languages; who may not see costs finds none."""
        self._case(late=True, component_class_id=self.bearing.component_class_id.id)
        self._case()
        self.period.remarks = "Seals fail in dust\nNew seal from May"
        action = self.as_user(self.period, "sales_vp").action_print_analysis()
        self.assertEqual(action["report_type"], "qweb-pdf")
        text, tree = self._print(self.period, "sales_vp")
        self.assertIn("After-Sales Service Analysis", text)
        self.assertIn("Service on time 1 2 50.0 % – At least 90.0 % Missed", text)
        self.assertIn("Preliminary", text)
        self.assertIn("New seal from May", text)
        self.assertIn(self.bearing.component_class_id.name, text)
        self.assertIn("Cost per order", text)
        self.assertEqual(len(tree.xpath("//*[local-name()='polyline']")), 5)
        text, _tree = self._print(self.period, "storekeeper")
        self.assertIn("Service on time", text)
        self.assertNotIn("Cost per order", text)
        text, _tree = self._print(self.period, "sales_vp", lang="zh_CN")
        self.assertIn("50.0", text)
        figure = self._figure("on_time").with_context(lang="zh_CN")
        labels = dict(figure._fields["code"]._description_selection(figure.env))
        self.assertIn(labels["on_time"], text)
        with self.assertRaises(AccessError):
            self.as_user(self.period, "technician").action_print_analysis()

    def test_pdf(self):
        """R-KPI-03: the PDF itself, in both languages, with the drawing."""
        self._case(late=True)
        self.period.action_refresh()
        for lang in ("en_US", "zh_CN"):
            report = self.env["ir.actions.report"].with_context(
                lang=lang, force_report_rendering=True
            )
            content, kind = report._render_qweb_pdf(
                "aftersales_service.action_report_service_analysis", self.period.ids
            )
            self.assertEqual((kind, content[:4]), ("pdf", b"%PDF"))
            pages = PdfReader(BytesIO(content)).pages
            self.assertEqual(len(pages), 2)
            text = " ".join(" ".join(p.extract_text() for p in pages).split())
            self.assertIn(self.company.name, text)
            self.assertIn(f"{self.month:%Y-%m}", text)

    def test_frozen_analysis(self):
        """R-KPI-03: after the close PDF and XLSX are the same ones for ever, whatever
        happens to the cases, names and months behind them."""
        component = self.bearing.component_class_id
        self._case(component_class_id=component.id)
        self.period.remarks = "Seals fail in dust"
        manager = self.as_user(self.period, "service_manager")
        manager.action_close()
        text, _tree = self._print(self.period, "service_manager")
        self.assertIn("Figures frozen", text)
        action = manager.action_export_analysis()
        wizard = self.env["aftersales.report.wizard"].browse(
            action["context"]["active_ids"]
        )

        def export():
            report = self.env["report.aftersales_service.analysis_xlsx"]
            content, _extension = (
                report.with_user(self.users["service_manager"])
                .with_context(active_model=wizard._name)
                .create_xlsx_report(wizard.ids, {})
            )
            book = load_workbook(BytesIO(content))
            return [list(sheet.values) for sheet in book]

        before = export()
        self.assertIn("Seals fail in dust", str(before))
        self._case(late=True)
        self._case(component_class_id=component.id)
        component.name = "Roller"
        self.machine_product.name = "Crusher, renamed"
        self.env["aftersales.complaint"].create(
            {
                "partner_id": self.customer.id,
                "text": "late",
                "received_at": self.noon,
                "company_id": self.company.id,
            }
        )
        self.env["aftersales.kpi.period"].sudo()._cron_refresh()
        with self.assertRaises(UserError):
            manager.remarks = "All is well"
        with self.assertRaises(AccessError):
            manager.state = "open"
        self.assertEqual(self._print(self.period, "service_manager")[0], text)
        self.assertEqual(export(), before)

    # --- dashboard ----------------------------------------------------------------
    def _dashboard(self, role, **choice):
        Period = self.env["aftersales.kpi.period"].with_user(self.users[role])
        return Period.with_company(self.company).get_dashboard_data(**choice)

    def test_dashboard(self):
        """R-KPI-01: figures against targets with their course, opening the records;
        within the rights of manager and vice president, nothing for others."""
        request = self._case(late=True)
        self._case()
        before = self.env["aftersales.kpi.period"].create(
            {
                "kind": "month",
                "date_from": self.month - relativedelta(months=1),
                "company_id": self.company.id,
            }
        )
        (before | self.period).action_refresh()
        data = self._dashboard("sales_vp", period_id=self.period.id)
        self.assertEqual(data["period"]["name"], f"{self.month:%Y-%m}")
        tiles = {
            tile["code"]: tile
            for section in data["sections"]
            for tile in section["tiles"]
        }
        tile = tiles["on_time"]
        self.assertEqual((tile["value"], tile["target"]), (50, 90))
        self.assertEqual((tile["result"], tile["before"]), ("no", None))
        self.assertEqual([point["value"] for point in tile["course"]], [None, 50])
        self.assertIn("cost_per_order", tiles)
        pair = next(
            section["tiles"]
            for section in data["sections"]
            if any(t["code"] == "repeat" for t in section["tiles"])
        )
        self.assertEqual([t["code"] for t in pair], ["first_time_fix", "repeat"])
        figure = self.env["aftersales.kpi.figure"].browse(tile["id"])
        action = self.as_user(figure, "sales_vp").action_view_cases()
        rows = self.env[action["res_model"]].with_user(self.users["sales_vp"])
        self.assertIn(request, rows.search(action["domain"]).request_id)
        codes = {
            tile["code"]
            for section in self._dashboard("storekeeper")["sections"]
            for tile in section["tiles"]
        }
        self.assertNotIn("cost_per_order", codes)
        for role in ("technician", "hotline", "employee"):
            with self.assertRaises(AccessError):
                self._dashboard(role)
        self.assertTrue(self._dashboard("service_manager")["can_count"])
        self.assertFalse(self._dashboard("sales_vp")["can_count"])

    def test_dashboard_other_company(self):
        """R-KPI-01: another company's figures stay unseen; a company without any
        period shows none until its manager counts."""
        other = self.env["res.company"].create({"name": "Other"})
        theirs = self.env["aftersales.kpi.period"].create(
            {"kind": "month", "date_from": self.month, "company_id": other.id}
        )
        theirs.action_refresh()
        data = self._dashboard("sales_vp", period_id=theirs.id)
        self.assertNotIn(theirs.id, [period["id"] for period in data["periods"]])
        data = self._dashboard("sales_vp", kind="year")
        self.assertEqual((data["period"], data["sections"]), (False, []))
        manager = self.env["aftersales.kpi.period"].with_user(
            self.users["service_manager"]
        )
        manager.with_company(self.company).action_count_current()
        data = self._dashboard("service_manager")
        self.assertEqual(data["period"]["name"], f"{self.today:%Y-%m}")
        with self.assertRaises(AccessError):
            manager.with_user(self.users["sales_vp"]).action_count_current()

    def test_dashboard_queries(self):
        """R-KPI-01: the dashboard of many periods costs no more queries than of few."""
        self.period.action_refresh()

        def look(_numbers):
            self._dashboard("sales_vp", period_id=self.period.id)

        look(())
        with self._count_queries() as few:
            look(())
        months = self.env["aftersales.kpi.period"].create(
            [
                {
                    "kind": "month",
                    "date_from": self.month - relativedelta(months=back),
                    "company_id": self.company.id,
                }
                for back in range(1, 25)
            ]
        )
        months[:12].action_refresh()
        with self._count_queries() as many:
            look(())
        self.assertLessEqual(many["count"], few["count"])
