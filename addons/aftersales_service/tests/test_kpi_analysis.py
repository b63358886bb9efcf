# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from io import BytesIO

from dateutil.relativedelta import relativedelta
from lxml.html import fromstring
from openpyxl import load_workbook

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools.pdf import PdfReader

from .kpi_common import KpiCommon


@tagged("post_install", "-at_install")
class TestKpiAnalysis(KpiCommon):
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
