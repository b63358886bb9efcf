# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""One case, from the customer's call to the ledger, through all three addons."""

import base64
import io
from datetime import timedelta
from email.message import EmailMessage

from dateutil.relativedelta import relativedelta
from openpyxl import load_workbook
from PIL import Image

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from odoo.addons.aftersales_service.tests.common import AftersalesCommon


def make_image(color="grey", image_format="PNG"):
    """Return the bytes of a small picture: a photo, a signature."""
    out = io.BytesIO()
    Image.new("RGB", (64, 64), color).save(out, image_format)
    return out.getvalue()


@tagged("post_install", "-at_install")
class TestEndToEnd(AftersalesCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.aftersales_department_id = cls.department
        cls._setup_claims_books()
        cls._setup_old_parts()
        # a shipment would be announced to the customer by e-mail
        cls.company.stock_move_email_validation = True
        cls._import_installed_base()

    @classmethod
    def _setup_claims_books(cls):
        """The accounts a company sets up once; here by the settings' own button."""
        cls.assembly = cls.env["hr.department"].create(
            {
                "name": "Assembly Department",
                "company_id": cls.company.id,
                "manager_id": cls.employees["employee"].id,
            }
        )
        settings = cls.env["res.config.settings"].create({})
        settings.action_setup_aftersales_accounts()
        cls.expense_account = (
            cls.company.aftersales_warranty_location_id.valuation_account_id
        )
        cls.stock_account = cls.bearing.categ_id.with_company(
            cls.company
        ).property_stock_valuation_account_id

    @classmethod
    def _setup_old_parts(cls):
        cls.bearing.seller_ids = [Command.create({"partner_id": cls.supplier.id})]
        cls.second_seal = cls.seal

    # === INSTALLED BASE ===#
    @classmethod
    def _installed_base(cls):
        """60 machines at 25 customers, as a file of the company would list them."""
        today = fields.Date.today()
        rows = []
        for number in range(1, 61):
            delivered = today - timedelta(days=60 + number * 7)
            rows.append(
                [
                    f"PE600-IB-{number:03d}",
                    cls.machine_product.name,
                    f"Quarry {number % 25 + 1:02d}",
                    f"HK-{delivered:%Y}-{number:03d}",
                    fields.Date.to_string(delivered),
                    fields.Date.to_string(delivered + relativedelta(days=14)),
                ]
            )
        return rows

    @classmethod
    def _import_installed_base(cls):
        cls.quarries = cls.env["res.partner"].create(
            [
                {
                    "name": f"Quarry {number:02d}",
                    "is_company": True,
                    "service_distance": 420,
                    "email": f"quarry{number:02d}@example.com",
                }
                for number in range(1, 26)
            ]
        )
        cls.installed_fields = [
            "name",
            "product_id",
            "customer_id",
            "contract_ref",
            "delivery_date",
            "acceptance_date",
        ]
        cls.import_result = cls.env["stock.lot"].load(
            cls.installed_fields, cls._installed_base()
        )

    # === HELPERS ===#
    def _balance(self, account):
        """Balance of ``account`` in posted entries of the company."""
        lines = self.env["account.move.line"].search(
            [("account_id", "=", account.id), ("parent_state", "=", "posted")]
        )
        return sum(lines.mapped("balance"))

    def _on_hand(self, product, location):
        return self.env["stock.quant"]._get_available_quantity(product, location)

    def _check_all(self, order, stage, role):
        checks = order.check_ids.filtered(lambda check: check.stage == stage)
        self.as_user(checks, role).write({"done": True})

    def _validate(self, picking, role="storekeeper"):
        """The storekeeper validates a transfer as he would on screen."""
        picking = self.as_user(picking, role)
        picking.action_assign()
        for line in picking.move_line_ids:
            line.picked = True
        result = picking.button_validate()
        self.assertTrue(result is True or result is None, result)
        self.assertEqual(picking.state, "done")

    def _phone_request(self):
        """The hotline takes the call: the serial number brings the rest."""
        with Form(
            self.env["aftersales.request"]
            .with_user(self.users["hotline"])
            .with_company(self.company)
        ) as form:
            form.serial_number = self.machine.name
            form.fault = "Main bearing hot, crusher stopped"
        return form.save()

    def _approve(self, request, role):
        request.invalidate_recordset()
        self.as_user(request, role).validate_tier()
        request.invalidate_recordset()

    # === TESTS ===#
    def test_installed_base_is_imported(self):
        """R-INT-02: 60 machines at 25 customers come in by the ERP's own import."""
        self.assertFalse(self.import_result["messages"])
        machines = self.env["stock.lot"].browse(self.import_result["ids"])
        self.assertEqual(len(machines), 60)
        self.assertEqual(len(machines.customer_id), 25)
        self.assertTrue(all(machines.mapped("is_machine")))
        self.assertTrue(all(machines.mapped("warranty_end")))

    def test_bad_installed_base_changes_nothing(self):
        """R-INT-02: wrong dates and double serial numbers are named by line."""
        rows = self._installed_base()
        count = self.env["stock.lot"].search_count([])
        bad_date = [["NEW-1", *rows[0][1:4], "31.31.2025", rows[0][5]]]
        twice = [["NEW-2", *rows[0][1:]], ["NEW-2", *rows[0][1:]]]
        for bad in (bad_date, twice, rows[:1]):
            result = self.env["stock.lot"].load(self.installed_fields, bad)
            self.assertFalse(result["ids"])
            self.assertTrue(result["messages"][0]["message"])
        self.assertEqual(self.env["stock.lot"].search_count([]), count)

    def _chinese_mail(self, sender, serial):
        mail = EmailMessage()
        mail["From"] = sender
        mail["To"] = "service@example.com"
        mail["Subject"] = "颚式破碎机主轴承发热停机"
        mail["Message-Id"] = f"<{fields.Datetime.now().timestamp()}@example.com>"
        mail.set_content(
            f"您好，我矿一台颚破（出厂编号 {serial}）主轴承发热，已停机，"
            "请尽快派人处理。照片见附件。",
            charset="utf-8",
        )
        for number in (1, 2):
            mail.add_attachment(
                make_image(image_format="JPEG"),
                maintype="image",
                subtype="jpeg",
                filename=f"现场照片{number}.jpg",
            )
        return mail.as_string()

    def _receive(self, message):
        request_id = self.env["mail.thread"].message_process(
            "aftersales.request",
            message,
            custom_values={"company_id": self.company.id},
        )
        return self.env["aftersales.request"].browse(request_id)

    @mute_logger("odoo.addons.mail.models.mail_thread")
    def test_mail_becomes_a_request(self):
        """R-INT-01, R-INT-03: a Chinese e-mail with two photos is a request with
        its customer, machine, photos, owner and running limits."""
        request = self._receive(
            self._chinese_mail("quarry@example.com", self.machine.name)
        )
        self.assertEqual(request.channel, "email")
        self.assertEqual(request.partner_id, self.customer)
        self.assertEqual(request.lot_id, self.machine)
        photos = self.env["ir.attachment"].search(
            [("res_model", "=", request._name), ("res_id", "=", request.id)]
        )
        self.assertEqual(len(photos), 2)
        self.assertTrue(request.sla_status_ids)
        self.assertEqual(set(request.sla_status_ids.mapped("state")), {"running"})

    @mute_logger("odoo.addons.mail.models.mail_thread")
    def test_mail_of_a_stranger_is_kept(self):
        """R-INT-12: an e-mail without any known sender is not lost."""
        request = self._receive(
            self._chinese_mail("nobody@example.org", "NO-SUCH-SERIAL")
        )
        self.assertFalse(request.partner_id)
        self.assertEqual(request.email_from, "nobody@example.org")

    def test_one_case_from_call_to_ledger(self):
        """R-INT-02, R-INT-08, R-SLA-03, R-DSP-01, R-DSP-05, R-DSP-09, R-WAR-05,
        R-CLM-01, R-CLM-04, R-CLM-08, R-CLM-09, R-CLM-10, R-CLM-11, R-CLM-12,
        R-PEN-04, R-FUP-01: every figure from the ledger and the stock."""
        stock_before = self._balance(self.stock_account)
        expense_before = self._balance(self.expense_account)
        request = self._take_the_call()
        order = self._dispatch(request)
        self._issue_parts(order)
        self._visit(order)
        claim = self._claim(order, expense_before)
        self._check_goods_in_the_books(stock_before, expense_before)
        self._add_costs(claim, expense_before)
        self._old_part_comes_back(claim)
        self._divide_liability(claim, expense_before)
        self._close(request, order)
        self._check_quarter(claim)

    def _take_the_call(self):
        request = self._phone_request()
        self.assertEqual(request.partner_id, self.customer)
        self.assertEqual(request.product_id, self.machine_product)
        self.assertEqual(request.contract_ref, "HK-2024-018")
        self.assertEqual(request.service_category, "c")
        self.assertEqual(request.user_id, self.users["hotline"])
        on_site = request.sla_status_ids.filtered(lambda line: line.metric == "on_site")
        self.assertEqual(len(on_site), 1)
        self.assertEqual(on_site.policy_id.hours, 48, "420 km: on site within 48 hours")
        request.level = "2"
        request.action_assess()
        request.action_submit()
        self.assertEqual(request.state, "to_approve")
        with self.assertRaises(UserError):
            request.action_start()
        self._approve(request, "service_manager")
        self._approve(request, "sales_vp")
        self.assertEqual(request.state, "in_progress")
        return request

    def _dispatch(self, request):
        start = fields.Datetime.now() + timedelta(hours=4)
        order = (
            self.env["aftersales.order"]
            .with_user(self.users["dispatcher"])
            .create(
                {
                    "request_id": request.id,
                    "technician_id": self.technician.id,
                    "planned_start": start,
                    "planned_end": start + timedelta(hours=6),
                    "part_ids": [
                        Command.create({"product_id": self.bearing.id, "quantity": 1}),
                        Command.create({"product_id": self.seal.id, "quantity": 2}),
                    ],
                }
            )
        )
        self.assertEqual(order.partner_id, self.customer)
        self.assertEqual(order.lot_id, self.machine)
        order.action_dispatch()
        self.assertEqual(order.state, "dispatched")
        dispatch = request.sla_status_ids.filtered(
            lambda line: line.metric == "dispatch"
        )
        self.assertTrue(dispatch.reached_at)
        return order

    def _issue_parts(self, order):
        order.action_request_parts()
        order.action_request_parts()
        requisition = order.sudo().picking_ids
        self.assertEqual(len(requisition), 1, "asked for twice, drawn up once")
        self._validate(requisition)
        own = self.technician.aftersales_location_id
        self.assertEqual(self._on_hand(self.bearing, own), 1)
        self.assertEqual(self._on_hand(self.seal, own), 2)
        self.assertEqual(self._on_hand(self.bearing, self.stock_location), 0)
        self.assertEqual(self._on_hand(self.seal, self.stock_location), 8)

    def _visit(self, order):
        order = self.as_user(order, "technician")
        order.action_accept()
        self._check_all(order, "before", "technician")
        order.action_depart()
        order.action_arrive()
        for stage in ("safety", "arrival"):
            self._check_all(order, stage, "technician")
        order.action_start_work()
        order.write(
            {
                "outcome": "fixed",
                "fault_found": "Bearing seized; seal of the other side leaks too",
                "cause": "Bearing cage broken",
                "solution": "Bearing and one seal kit replaced",
                "test_result": "ok",
            }
        )
        bearing = order.part_ids.filtered(lambda p: p.product_id == self.bearing)
        seal = order.part_ids - bearing
        bearing.write(
            {
                "quantity_used": 1,
                "lot_id": self.bearing_lot.id,
                "old_lot_name": "BRG-OLD-77",
            }
        )
        seal.quantity_used = 1
        with self.assertRaises(UserError):
            order.action_submit_report()
        self.assertEqual(order.state, "on_site", "an incomplete report changes nothing")
        self._check_all(order, "after", "technician")
        order.write(
            {
                "customer_signature": base64.b64encode(make_image()),
                "signed_by": "Wang Jianguo",
                "satisfaction": "5",
            }
        )
        order.action_submit_report(client_key="phone-1")
        order.action_submit_report(client_key="phone-1")
        self.assertEqual(order.state, "reported")
        back = order.sudo().picking_ids.filtered(lambda p: p.state != "done")
        self.assertEqual(len(back), 1)
        with self.assertRaises(UserError):
            self.as_user(order, "dispatcher").action_done()
        self._validate(back)
        own = self.technician.aftersales_location_id
        self.assertEqual(self._on_hand(self.seal, own), 0)
        self.assertEqual(self._on_hand(self.seal, self.stock_location), 9)
        self.as_user(order, "dispatcher").action_done()
        self.assertEqual(order.state, "done")
        history = self.machine.component_ids
        fitted = history.filtered(lambda c: c.product_id == self.bearing)
        self.assertEqual(fitted.part_lot_id, self.bearing_lot)
        self.assertEqual(fitted.old_serial, "BRG-OLD-77")

    def _claim(self, order, expense_before):
        manager = self.users["service_manager"]
        order = order.with_user(self.users["dispatcher"])
        order.action_create_claim()
        claim = order.claim_ids
        self.assertEqual(len(claim.line_ids), 2)
        claim = self.as_user(claim, "service_manager")
        claim.write({"kind": "emergency", "kind_reason": "Quarry stands still"})
        claim.line_ids.filtered(
            lambda line: line.product_id == self.bearing
        ).is_causal = True
        self.assertAlmostEqual(claim.amount_total, 6460.0)
        # freight, labour and travel expected beside the parts
        claim.estimated_cost = 1600.0
        self._attach_evidence(claim)
        claim.with_user(self.users["dispatcher"]).action_submit()
        claim.invalidate_recordset()
        self.assertEqual(claim.approval_level, "sales_vp")
        self.assertEqual(claim.state, "to_approve")
        self.assertEqual(self._balance(self.expense_account), expense_before)
        with self.assertRaises(UserError):
            claim.with_user(manager).action_approve("I may not, it is above 5,000")
        self.as_user(claim, "sales_vp").action_approve("Machine is down")
        claim.invalidate_recordset()
        self.assertEqual(claim.state, "approved")
        return claim

    def _attach_evidence(self, claim):
        with self.assertRaises(UserError):
            claim.action_submit()
        self.assertEqual(claim.state, "draft")
        attachment = self.env["ir.attachment"].create(
            {
                "name": "bearing.jpg",
                "raw": make_image(image_format="JPEG"),
                "res_model": claim._name,
                "res_id": claim.id,
            }
        )
        self.env["aftersales.claim.evidence"].with_user(
            self.users["dispatcher"]
        ).create(
            {
                "claim_id": claim.id,
                "kind": "report",
                "attachment_ids": [Command.set(attachment.ids)],
            }
        )
        claim.damage = "Cage broken, rollers seized, see the photo"

    def _check_goods_in_the_books(self, stock_before, expense_before):
        """6,460.00 left stock for warranty expense, by valuation alone."""
        self.assertAlmostEqual(
            self._balance(self.expense_account) - expense_before, 6460.0
        )
        self.assertAlmostEqual(
            self._balance(self.stock_account) - stock_before, -6460.0
        )
        warranty = self.company.aftersales_warranty_location_id
        booked = self.env["stock.picking"].search(
            [("location_dest_id", "=", warranty.id), ("state", "=", "done")]
        )
        self.assertTrue(booked)
        self.assertNotIn(
            self.customer,
            booked.message_ids.notified_partner_ids,
            "what is in the machine already is not announced as a shipment",
        )
        self.assertEqual(self._on_hand(self.bearing, warranty), 1)
        self.assertEqual(self._on_hand(self.seal, warranty), 1)

    def _add_costs(self, claim, expense_before):
        claim = self.as_user(claim, "accountant")
        self.env["aftersales.claim.cost"].with_user(self.users["accountant"]).create(
            [
                {"claim_id": claim.id, "kind": kind, "name": kind, "amount": amount}
                for kind, amount in (
                    ("shipping", 480.0),
                    ("labour", 480.0),
                    ("travel", 650.0),
                )
            ]
        )
        claim.action_post_costs()
        with self.assertRaises(UserError):
            claim.action_post_costs()
        self.assertAlmostEqual(claim.cost_total, 8070.0)
        self.assertAlmostEqual(
            self._balance(self.expense_account) - expense_before, 8070.0
        )

    def _old_part_comes_back(self, claim):
        part_return = self.env["aftersales.part.return"].search(
            [
                ("claim_id", "=", claim.id),
                ("product_id", "=", self.bearing.id),
            ]
        )
        self.assertEqual(len(part_return), 1)
        stock_value = self._balance(self.stock_account)
        self._receive_old_part(part_return)
        self.assertEqual(part_return.state, "inspected")
        self.assertEqual(self._balance(self.stock_account), stock_value)

    def _receive_old_part(self, part_return):
        action = self.as_user(part_return, "storekeeper").action_open_receipt()
        receipt = (
            self.env[action["res_model"]]
            .with_user(self.users["storekeeper"])
            .with_context(**action["context"])
            .create({})
        )
        receipt.action_confirm()
        part_return = self.as_user(part_return, "quality")
        part_return.write(
            {
                "inspection_result": "supplier",
                "inspection_note": "Cage of poor material",
                "disposition": "supplier",
                "supplier_id": self.supplier.id,
            }
        )
        part_return.action_inspect()

    def _divide_liability(self, claim, expense_before):
        liability = (
            self.env["aftersales.liability"]
            .with_user(self.users["quality_vp"])
            .create(
                {
                    "claim_id": claim.id,
                    "analysis": "Cage material; fitted without preload check",
                    "share_ids": [
                        Command.create(
                            {
                                "party": "supplier",
                                "partner_id": self.supplier.id,
                                "percent": 70,
                            }
                        ),
                        Command.create(
                            {
                                "party": "department",
                                "department_id": self.assembly.id,
                                "percent": 29.99,
                            }
                        ),
                    ],
                }
            )
        )
        with self.assertRaises(UserError):
            liability.action_submit()
        liability.share_ids[1].percent = 30
        liability.action_submit()
        self.as_user(liability, "general_manager").action_approve("Agreed")
        self.as_user(liability, "accountant").action_post()
        refund = liability.share_ids[0].account_move_id.sudo()
        self.assertEqual(refund.move_type, "in_refund")
        self.assertEqual(refund.state, "draft")
        self.assertAlmostEqual(refund.amount_untaxed, 5649.0)
        self.assertEqual(refund.partner_id, self.supplier)
        refund.invoice_date = fields.Date.today()
        refund.action_post()
        self.assertAlmostEqual(
            self._balance(self.expense_account) - expense_before, 2421.0
        )
        totals = self.env["account.move.line"]._read_group(
            [("parent_state", "=", "posted"), ("company_id", "=", self.company.id)],
            [],
            ["balance:sum"],
        )
        self.assertAlmostEqual(totals[0][0], 0.0)
        penalties = self.env["aftersales.penalty"].search(
            [("res_model", "=", liability._name), ("res_id", "=", liability.id)]
        )
        self.assertEqual(penalties.employee_id, self.assembly.manager_id)
        self.assertAlmostEqual(penalties.amount, 121.05, msg="5 % of 2,421.00")
        self.assertEqual(penalties.state, "draft")

    def _close(self, request, order):
        request = self.as_user(request, "hotline")
        request.solution = "Bearing and seal replaced under warranty"
        if request.state != "solved":
            request.action_solve()
        with self.assertRaises(UserError):
            request.action_close()
        call = self.env["aftersales.followup"].search([("order_id", "=", order.id)])
        call = self.as_user(call[:1], "hotline")
        call.write({"satisfaction": "5", "result": "Runs well"})
        call.action_done()
        request.action_close()
        self.assertEqual(request.state, "closed")
        self.assertFalse(request.sla_status_ids.filtered("failed"))

    def _check_quarter(self, claim):
        """R-CLM-17: the quarter's XLSX shows the case."""
        today = fields.Date.today()
        wizard = (
            self.env["aftersales.claim.xlsx"]
            .with_user(self.users["quality_vp"])
            .create(
                {
                    "date_from": today - timedelta(days=90),
                    "date_to": today + timedelta(days=1),
                    "company_id": self.company.id,
                }
            )
        )
        report = self.env["report.aftersales_claims.claims_quarter"]
        data, _kind = (
            report.with_user(wizard.env.user)
            .with_context(active_model=wizard._name)
            .create_xlsx_report(wizard.ids, {})
        )
        book = load_workbook(io.BytesIO(data))
        cells = {
            cell
            for sheet in book
            for row in sheet.iter_rows(values_only=True)
            for cell in row
        }
        self.assertIn(claim.name, cells)
        self.assertIn(8070.0, cells)
