# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re

from dateutil.relativedelta import relativedelta
from psycopg2.errors import UniqueViolation

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import AftersalesCommon
from .common_forms import LINES, LONG_TEXT, FormsMixin

MODULE = "aftersales_service"


@tagged("post_install", "-at_install")
class TestForms(FormsMixin, AftersalesCommon, HttpCase):
    """Every printed form of the service addon, with long texts and many lines."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.today = fields.Date.today()

    def _create_full_order(self):
        order = self._bring_on_site(self._create_order())
        self._fill_report(order, cause=LONG_TEXT, training_content=LONG_TEXT)
        order.write(
            {
                "part_ids": [
                    Command.create(
                        {"product_id": self.seal.id, "quantity": 1, "source": source}
                    )
                    for source in ("warehouse", "own")
                    for _i in range(LINES)
                ],
                "log_ids": [
                    Command.create(
                        {
                            "name": f"Day {day} {LONG_TEXT[:120]}",
                            "date": self.today - relativedelta(days=LINES - day),
                            "employee_id": self.technician.id,
                            "work_hours": 6,
                        }
                    )
                    for day in range(LINES)
                ],
                "attendee_ids": [
                    Command.create({"name": f"Trainee {number}"})
                    for number in range(LINES)
                ],
            }
        )
        own = order.part_ids.filtered(lambda part: part.source == "own")
        own.quantity_used = 1
        return order

    def _get_order_forms(self):
        order = self._create_full_order()
        return {
            "service_report": (order, "Service Report", None, 2),
            "dispatch_order": (order, "Dispatch Order", f"{order.name}-D", 1),
            "parts_requisition": (order, "Parts Requisition", f"{order.name}-P", 2),
            "acceptance": (order, "Acceptance Report", f"{order.name}-A", 1),
            "attendance": (order, "Training Attendance Sheet", f"{order.name}-T", 3),
            "project_summary": (
                order,
                "Project Service Summary",
                f"{order.name}-S",
                3,
            ),
            "service_memo": (order, "Service Memo", f"{order.name}-M", 3),
            "aftersales_request": (
                order.request_id,
                "Service Request Form",
                None,
                1,
            ),
        }

    def _get_workshop_forms(self):
        request = self._create_request(fault=LONG_TEXT)
        receipt = self.env["aftersales.machine.receipt"].create(
            {
                "partner_id": self.customer.id,
                "lot_id": self.machine.id,
                "fault": LONG_TEXT,
                "company_id": self.company.id,
            }
        )
        sheet = self.env["aftersales.repair.tracking"].create(
            {
                "request_id": request.id,
                "problem": LONG_TEXT,
                "delivery_ids": [
                    Command.create({"product_id": self.seal.id, "quantity": 2})
                    for _i in range(LINES)
                ],
            }
        )
        return {
            "machine_receipt": (
                receipt,
                "Receipt for the Customer's Machine",
                None,
                1,
            ),
            "repair_tracking": (sheet, "Repair Tracking Sheet", None, 1),
            "delivery_list": (
                sheet,
                "After-Sales Delivery List",
                f"{sheet.name}-D",
                2,
            ),
        }

    def _get_people_forms(self):
        penalty = self.env["aftersales.penalty"].create(
            {
                "employee_id": self.technician.id,
                "rule_id": self.env.ref(f"{MODULE}.penalty_rule_hotline").id,
                "evidence": LONG_TEXT,
            }
        )
        plan = self.env["aftersales.deduction"]._create_plans(
            [{"employee_id": self.technician.id, "amount": 90, "reason": "Lost"}]
        )
        change = self.env["aftersales.change.request"].create(
            {
                "title": "Faster answers",
                "kind": "limit",
                "original": LONG_TEXT,
                "revision": "Answer within 5 minutes",
                "reason": "Customers wait",
                "date_effective": self.today + relativedelta(months=1),
                "company_id": self.company.id,
            }
        )
        return {
            "penalty_notice": (penalty, "Penalty Notice", None, 1),
            "deduction": (plan, "Wage Deduction Notice", None, 1),
            "change_request": (change, "Change Request Form", None, 1),
        }

    def test_forms(self):
        """R-INT-02, R-DSP-05, R-DSP-09, R-DSP-11…14, R-DSP-21, R-PEN-05, R-PEN-06,
        R-PEN-08: every form prints in Chinese and English, with its number and the
        QR code back to the record; long texts and many lines go on to further
        pages."""
        forms = {
            **self._get_order_forms(),
            **self._get_workshop_forms(),
            **self._get_people_forms(),
        }
        for name, (record, title, number, pages) in forms.items():
            with self.subTest(name):
                self.assertForm(f"{MODULE}.report_{name}", record, title, number, pages)
        tested = {f"{MODULE}.report_{name}" for name in forms}
        # the price card, the label and the analysis have tests of their own
        tested |= {
            f"{MODULE}.report_price_card",
            f"{MODULE}.report_machine_label",
            f"{MODULE}.report_service_analysis",
        }
        self.assertAllForms(MODULE, tested)

    def _print(self, report, record):
        """Return the text of a form in English."""
        Report = self.env["ir.actions.report"].with_context(lang="en_US")
        source = Report._render_qweb_html(f"{MODULE}.{report}", record.ids)[0].decode()
        return " ".join(re.sub(r"<[^>]+>", " ", source).split())

    def test_forms_in_english(self):
        """R-INT-02, R-INT-06, R-DSP-07: a warranty that has ended has ended since its
        end; hours nobody read and a consent nobody gave yet are not printed."""
        order = self._create_order()
        request = order.request_id
        self.assertNotRegex(
            self._print("report_aftersales_request", request), r"Running hours 0"
        )
        past = self.today - relativedelta(years=3)
        self.machine.write({"delivery_date": past, "acceptance_date": past})
        self.env.invalidate_all()
        self.assertEqual(request.warranty_state, "out")
        text = self._print("report_aftersales_request", request)
        self.assertRegex(text, r"Out of warranty since \d")
        request.write({"service_category": "a", "category_reason": "Misuse"})
        text = self._print("report_service_report", order)
        self.assertIn("Agreed to the charges (name, date):", text)
        self.assertNotIn("agreed to the charges on", text)

    def test_form_number_and_edition(self):
        """R-INT-02: a form prints number and edition of the company's document
        control; another company's line does not count; without a line its key."""
        Form = self.env["aftersales.form"]
        request = self._create_request()
        shared = self.env.ref(f"{MODULE}.form_request")
        other = self.env["res.company"].create({"name": "Elsewhere"})
        numbers = {
            company: shared.copy(
                {"company_id": company.id, "number": number, "edition": "B/3"}
            )
            for company, number in ((self.company, "Q/HK-407"), (other, "ELSE-1"))
        }
        text = self.assertForm(
            f"{MODULE}.report_aftersales_request", request, "Service Request Form"
        )
        self.assertIn("Q/HK-407", text)
        self.assertIn("B/3", text)
        self.assertNotIn("ELSE-1", text)
        numbers[self.company].unlink()
        self.assertEqual(
            Form._get_numbering("AS-01", self.company),
            {"number": "AS-01", "edition": "A/0"},
        )
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            numbers[other].copy()
        for role, allowed in (("hotline", False), ("service_manager", True)):
            self.assertEqual(
                Form.with_user(self.users[role]).has_access("write"), allowed, role
            )
        # each company's document control sees its own lines and the shared ones
        manager = Form.with_user(self.users["service_manager"])
        self.assertIn(shared, manager.search([]))
        self.assertNotIn(numbers[other], manager.search([]))
        with self.assertRaises(AccessError):
            numbers[other].with_user(manager.env.user).write({"number": "MINE"})
        # every form of this addon has a line to number it by
        keys = set(Form.search([]).mapped("code"))
        self.assertEqual(keys, keys | {f"AS-{number:02}" for number in range(1, 16)})
        unnumbered = Form._get_numbering("AS-X99", self.company)
        self.assertEqual(unnumbered, {"number": "AS-X99", "edition": "A/0"})

    def test_page_breaks(self):
        """R-INT-02: a form knows the size of its paper, a label is not broken; forms
        are drawn as soon as they are loaded, unless a wait is configured."""
        Report = self.env["ir.actions.report"]
        page = "<html><body>Form</body></html>"
        form = self.env.ref(f"{MODULE}.paperformat_service")
        label = self.env.ref(f"{MODULE}.paperformat_machine_label")
        self.assertEqual(Report._add_page_breaks(page, label), page)
        body = Report._add_page_breaks(page, form)
        self.assertIn('data-width="930" data-height="1347"', body)
        self.assertTrue(body.endswith("</script></body></html>"))
        form.orientation = "Landscape"
        body = Report._add_page_breaks(page, form)
        self.assertIn('data-width="1365" data-height="912"', body)

        def get_wait(**context):
            args = Report.with_context(**context)._build_wkhtmltopdf_args(form, False)
            return args[args.index("--javascript-delay") + 1]

        self.assertEqual(get_wait(), "1000")
        self.assertEqual(get_wait(aftersales_form=True), "0")
        self.env["ir.config_parameter"].set_param("report.print_delay", "300")
        self.assertEqual(get_wait(aftersales_form=True), "300")

    def test_address_line(self):
        """R-DSP-05, R-INT-02: an address is one line without empty parts."""
        self.customer.write(
            {
                "street": "矿区路 25 号",
                "city": "龙岩市",
                "zip": False,
                "state_id": False,
                "country_id": self.env.ref("base.cn").id,
            }
        )
        line = self.customer.with_context(lang="en_US")._get_address_line()
        self.assertEqual(line.removeprefix("China, "), "龙岩市 矿区路 25 号")
        self.assertEqual(self.env["res.partner"]._get_address_line(), "")

    def test_price_card(self):
        """R-BIL-01, R-DSP-07: the price card lists work and parts of the list with
        the prices that bind."""
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Service 2026",
                "company_id": self.company.id,
                "currency_id": self.company.currency_id.id,
                "item_ids": [
                    Command.create(
                        {
                            "applied_on": "0_product_variant",
                            "product_id": self.seal.id,
                            "compute_price": "fixed",
                            "fixed_price": 333.25,
                        }
                    )
                ],
            }
        )
        fee = self.env["product.product"].create(
            {"name": "Repair fee", "type": "service", "list_price": 0}
        )
        self.company.aftersales_station_fee_product_id = fee
        self.company.aftersales_station_fee_percent = 12.5
        prices = {
            line["product"]: line["price"] for line in pricelist._get_price_card()
        }
        self.assertEqual(prices[self.seal], 333.25)
        self.assertNotIn(self.bearing, prices)
        self.assertNotIn(self.machine_product, prices)
        text = self.assertForm(
            f"{MODULE}.report_price_card",
            pricelist,
            "Service Price Card",
            number="Service 2026",
        )
        self.assertIn("333.25", text)
        self.assertRegex(text, r"12\.5\s*%")

    def test_machine_label(self):
        """R-INT-02: the label's QR code opens the request with the serial number."""
        url = self.machine._get_portal_request_url()
        self.assertTrue(url.endswith("?serial_number=PE600-2024-001"))
        self.assertForm(
            f"{MODULE}.report_machine_label",
            self.machine,
            "Scan to report a fault",
            code=url,
        )
        self.machine.name = "PE 600&x=1#2"
        self.assertTrue(
            self.machine._get_portal_request_url().endswith("=PE+600%26x%3D1%232")
        )
