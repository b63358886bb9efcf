# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time
from psycopg2.errors import UniqueViolation

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import AftersalesCommon

PNG = (
    b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
    b"awAAAABJRU5ErkJggg=="
)


@tagged("post_install", "-at_install")
class TestMachine(AftersalesCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.company._get_aftersales_today()

    # === DELIVERY, INSTALLATION ===#
    def _sell_machine(self, serial, partner=None, **vals):
        lot = self._create_stock(self.machine_product, 1, serial)
        sale = self.env["sale.order"].create(
            {
                "partner_id": (partner or self.customer).id,
                "client_order_ref": "HK-2026-100",
                "note": "<p>Foundation by the customer</p>",
                "company_id": self.company.id,
                "order_line": [
                    Command.create(
                        {"product_id": self.machine_product.id, "product_uom_qty": 1}
                    )
                ],
                **vals,
            }
        )
        sale.action_confirm()
        return lot, sale

    def _deliver(self, sale, lot):
        picking = sale.picking_ids.filtered(lambda p: p.state != "done")
        picking.action_assign()
        picking.move_ids.move_line_ids.lot_id = lot
        picking.move_ids.picked = True
        picking.button_validate()
        return picking

    def test_delivery_creates_installation_request(self):
        """R-DSP-18: a delivered machine fills its file and asks for installation,
        once, with what sales promised."""
        lot, sale = self._sell_machine("M-1")
        picking = self._deliver(sale, lot)
        self.assertEqual(picking.state, "done")
        self.assertEqual(lot.customer_id, self.customer)
        self.assertEqual(lot.site_id, sale.partner_shipping_id)
        self.assertEqual(lot.sale_order_id, sale)
        self.assertEqual(lot.contract_ref, "HK-2026-100")
        self.assertTrue(lot.delivery_date)
        self.assertEqual(lot.warranty_state, "in")
        request = lot.installation_request_ids
        self.assertEqual(len(request), 1)
        self.assertEqual(request.kind_code, "commissioning")
        for text in ("HK-2026-100", "M-1", "Foundation by the customer"):
            self.assertIn(text, request.sales_promise)
        self.assertEqual(
            request.installation_date,
            lot.delivery_date + relativedelta(days=7),
        )
        again = lot._register_delivery(picking)
        self.assertFalse(again)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation),
            self.env.cr.savepoint(),
        ):
            request.copy(
                {"installation_lot_id": lot.id, "partner_id": self.customer.id}
            )
            self.env.flush_all()

    def test_truck_accepted_at_delivery(self):
        """R-DSP-12: truck-type goods are accepted at delivery, no installation."""
        self.machine_product.accepted_at_delivery = True
        lot, sale = self._sell_machine("M-T")
        self._deliver(sale, lot)
        self.assertEqual(lot.acceptance_date, lot.delivery_date)
        self.assertFalse(lot.installation_request_ids)
        self.assertEqual(lot.warranty_start, lot.delivery_date, "the warranty runs")
        self.assertEqual(lot.warranty_state, "in")
        self.assertEqual(lot.warranty_end, lot.delivery_date + relativedelta(months=12))
        # the next one isn't truck-type: its term of 18 months waits for acceptance
        self.machine_product.accepted_at_delivery = False
        crusher, sale = self._sell_machine("M-C")
        self._deliver(sale, crusher)
        self.assertFalse(crusher.acceptance_date)
        self.assertTrue(crusher.installation_request_ids)
        self.assertEqual(
            crusher.warranty_end, crusher.delivery_date + relativedelta(months=18)
        )

    def test_invoice_dates_the_machine(self):
        """R-WAR-01: the invoice dates the machine, for terms that count from it."""
        lot, sale = self._sell_machine("M-I")
        self._deliver(sale, lot)
        invoice = sale._create_invoices()
        invoice.action_post()
        self.assertEqual(lot.invoice_date, invoice.invoice_date)

    def test_sold_on(self):
        """R-INT-13: a machine sold on keeps its earlier owners."""
        machine = self._create_machine("M-S")
        other = self.env["res.partner"].create({"name": "Second Quarry"})
        self.assertEqual(machine.owner_ids.partner_id, self.customer)
        machine.with_user(self.users["hotline"]).customer_id = other
        self.assertEqual(machine.owner_ids.mapped("partner_id"), other | self.customer)
        first = machine.owner_ids.filtered(lambda o: o.partner_id == self.customer)
        self.assertTrue(first.date_to)
        self.assertEqual(first.date_from, machine.delivery_date)
        self.assertEqual(len(machine.owner_ids.filtered(lambda o: not o.date_to)), 1)

    def test_wrong_dates(self):
        """R-INT-02: dates in the wrong order are refused."""
        with self.assertRaisesRegex(ValidationError, "lies before"):
            self._create_machine(
                "M-D",
                delivery_date=self.today,
                acceptance_date=self.today - relativedelta(days=1),
            )

    # === IMPORT ===#
    def _rows(self, count):
        return [
            [
                f"IMP-{number:03}",
                "PE-600X900",
                f"Import Quarry {number % 25}",
                fields.Date.to_string(self.today - relativedelta(months=number % 20)),
                "",
                f"HK-{number}",
            ]
            for number in range(count)
        ]

    COLUMNS = [
        "name",
        "product_id",
        "customer_id",
        "delivery_date",
        "acceptance_date",
        "contract_ref",
    ]

    def test_import_installed_base(self):
        """R-INT-02: 60 machines of 25 customers through Odoo's standard import."""
        self.env["res.partner"].create(
            [{"name": f"Import Quarry {number}"} for number in range(25)]
        )
        Lot = self.env["stock.lot"]
        result = Lot.load(self.COLUMNS, self._rows(60))
        self.assertFalse(
            [m for m in result["messages"] if m["type"] == "error"], result["messages"]
        )
        machines = Lot.browse(result["ids"])
        self.assertEqual(len(machines), 60)
        self.assertEqual(len(machines.customer_id), 25)
        self.assertTrue(all(machine.warranty_end for machine in machines))
        self.assertEqual(machines.company_id, self.company)
        self.assertEqual(len(machines.owner_ids), 60)

    def test_import_errors(self):
        """R-INT-02: wrong dates and duplicate serials name their line; nothing is
        half done."""
        self.env["res.partner"].create(
            [{"name": f"Import Quarry {number}"} for number in range(25)]
        )
        Lot = self.env["stock.lot"]
        before = Lot.search_count([])
        rows = self._rows(10)
        rows[3][3] = "2025-13-45"
        result = Lot.load(self.COLUMNS, rows)
        self.assertFalse(result["ids"])
        self.assertEqual(result["messages"][0]["rows"]["from"], 3)
        rows = self._rows(10)
        rows[7][0] = rows[2][0]
        result = Lot.load(self.COLUMNS, rows)
        self.assertFalse(result["ids"])
        message = next(m for m in result["messages"] if m["type"] == "error")
        self.assertIn("IMP-002", message["message"])
        rows = self._rows(10)
        rows[5][4] = fields.Date.to_string(self.today - relativedelta(years=9))
        result = Lot.load(self.COLUMNS, rows)
        self.assertFalse(result["ids"])
        self.assertIn("IMP-005", str(result["messages"]))
        self.env.invalidate_all()
        self.assertEqual(Lot.search_count([]), before)

    # === WORKSHOP ===#
    def _create_receipt(self, **vals):
        order = self._create_order()
        return self.env["aftersales.machine.receipt"].create(
            {
                "order_id": order.id,
                "received_by_id": self.technician.id,
                "condition": "Scratch on the frame",
                "company_id": self.company.id,
                **vals,
            }
        )

    def test_workshop(self):
        """R-DSP-11: receipt, register in and out, repair order, return against the
        receipt; the machine is never the company's stock."""
        receipt = self._create_receipt()
        order = receipt.order_id
        self.assertEqual(receipt.lot_id, self.machine)
        receipt = receipt.with_user(self.users["technician"])
        receipt.action_receive()
        workshop = self.company.aftersales_workshop_location_id
        quant = self.env["stock.quant"].search(
            [("lot_id", "=", self.machine.id), ("location_id", "=", workshop.id)]
        )
        self.assertEqual(quant.owner_id, self.customer)
        self.assertEqual(quant.quantity, 1)
        self.assertFalse(receipt.sudo().picking_ids.move_ids.account_move_id)
        self.assertTrue(receipt.received_at)
        self.assertEqual(len(order.request_id.tracking_ids), 0)
        self.assertIn(receipt.name, str(order.request_id._get_close_blockers()))
        receipt.action_create_repair()
        receipt.action_create_repair()
        repair = receipt.sudo().repair_ids
        self.assertEqual(len(repair), 1)
        self.assertTrue(repair.under_warranty)
        receipt.returned_to = "Wang Jianguo"
        with self.assertRaises(UserError):
            receipt.action_return()
        self.assertIs(repair.action_validate(), True)
        repair.action_repair_start()
        repair.action_repair_end()
        self.assertEqual(repair.state, "done")
        self.assertEqual(receipt.state, "ready")
        receipt.action_return()
        self.assertEqual(receipt.state, "returned")
        self.assertFalse(quant.exists().filtered(lambda q: q.quantity > 0))
        self.assertFalse(self.machine.installation_request_ids)
        with self.assertRaises(UserError):
            receipt.action_return()
        self.assertEqual(self.machine.aftersales_repair_count, 1)

    def test_workshop_twice(self):
        """R-DSP-11: a serial number stands in the workshop only once."""
        first = self._create_receipt()
        second = self._create_receipt()
        first.action_receive()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation),
            self.env.cr.savepoint(),
        ):
            second.action_receive()
            self.env.flush_all()

    def test_warranty_suspended(self):
        """R-WAR-01: days in repair are added when the policy says so."""
        policy = self.env["aftersales.warranty.policy"].create(
            {
                "name": "Suspending",
                "suspend_in_repair": True,
                "line_ids": [Command.create({"months_delivery": 12})],
            }
        )
        machine = self._create_machine("M-W", warranty_policy_id=policy.id)
        end = machine.warranty_end
        now = fields.Datetime.now()
        self.env["aftersales.machine.receipt"].create(
            {
                "partner_id": self.customer.id,
                "lot_id": machine.id,
                "company_id": self.company.id,
                "state": "returned",
                "received_at": now - relativedelta(days=12),
                "returned_at": now - relativedelta(days=2),
            }
        )
        self.assertEqual(machine.warranty_suspended_days, 10)
        self.assertEqual(machine.warranty_end, end + relativedelta(days=10))

    def test_tracking_sheet(self):
        """R-DSP-21: departments agree a plan, tracked until done; hardware on the
        delivery list goes on the order's requisition; test data are filed."""
        order = self._create_order()
        sheet = self.env["aftersales.repair.tracking"].create(
            {
                "request_id": order.request_id.id,
                "order_id": order.id,
                "problem": "Shaft bent",
                "delivery_ids": [
                    Command.create({"product_id": self.seal.id, "quantity": 2})
                ],
            }
        )
        self.assertTrue(sheet.name.startswith("RT"))
        with self.assertRaises(UserError):
            sheet.action_done()
        sheet.plan = "New shaft by the works"
        sheet.action_ids = [
            Command.create(
                {
                    "department_id": self.department.id,
                    "name": "Turn the shaft",
                    "date_due": self.today + relativedelta(days=5),
                }
            )
        ]
        self.assertEqual(sheet.date_due, self.today + relativedelta(days=5))
        with self.assertRaises(UserError):
            sheet.action_done()
        sheet.action_request_goods()
        self.assertEqual(order.part_ids.product_id, self.seal)
        self.assertEqual(order.part_ids.quantity, 2)
        with self.assertRaises(UserError):
            sheet.action_request_goods()
        self.assertTrue(order.request_id._get_close_blockers())
        sheet.action_ids.done_on = self.today
        sheet.action_done()
        self.assertFalse(
            [t for t in order.request_id._get_close_blockers() if sheet.name in t]
        )

    # === VISITS ===#
    def test_scheduled_visits(self):
        """R-FUP-03: due visits become requests, once each, however often the cron
        runs."""
        machine = self._create_machine("M-V")
        contract = self.env["aftersales.contract"].create(
            {
                "name": "FW-V",
                "partner_id": self.customer.id,
                "lot_ids": [Command.set(machine.ids)],
                "date_start": self.today - relativedelta(months=3),
                "date_end": self.today + relativedelta(months=9),
                "visit_interval": 3,
                "next_visit_date": self.today,
                "company_id": self.company.id,
            }
        )
        self.customer.write({"is_key_customer": True, "followup_interval": 6})
        self.customer.next_visit_date = self.today
        Request = self.env["aftersales.request"]
        domain = [("visit_key", "!=", False), ("partner_id", "=", self.customer.id)]
        Request._create_due_visits(self.company)
        visits = Request.search(domain)
        self.assertEqual(len(visits), 2)
        self.assertEqual(set(visits.mapped("kind_code")), {"visit"})
        self.assertEqual(visits.lot_id, machine)
        self.assertEqual(contract.next_visit_date, self.today + relativedelta(months=3))
        self.assertEqual(
            self.customer.next_visit_date, self.today + relativedelta(months=6)
        )
        Request._create_due_visits(self.company)
        contract.next_visit_date = self.today
        self.customer.next_visit_date = self.today
        Request._create_due_visits(self.company)
        self.assertEqual(Request.search(domain), visits)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation),
            self.env.cr.savepoint(),
        ):
            visits[0].copy({"visit_key": visits[0].visit_key})
            self.env.flush_all()

    def test_days_of_the_place_of_work(self):
        """R-DSP-10, R-DSP-18, R-KPI-01: days and months are those of the place of
        work: 20:00 UTC on the last of a month is the first of the next in China."""
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        order = self._bring_on_site(self._create_order())
        order.sudo().write(
            {
                "departed_at": "2026-11-29 22:00:00",
                "arrived_at": "2026-11-30 01:00:00",
                "work_started_at": "2026-11-30 02:00:00",
                "finished_at": "2026-11-30 20:00:00",
                "travel_hours": 2,
            }
        )
        self.assertEqual(order.settlement_due, fields.Date.to_date("2026-12-31"))
        file = self.env["ir.attachment"].create({"name": "r.jpg", "raw": b"1"})
        receipts = self.env["aftersales.order.expense"].create(
            [
                {
                    "order_id": order.id,
                    "employee_id": self.technician.id,
                    "kind": "freight",
                    "amount": 30,
                    "date": date,
                    "receipt_ids": [Command.link(file.id)],
                }
                for date in ("2026-11-28", "2026-11-29", "2026-12-02", "2026-12-03")
            ]
        )
        issues = [bool(receipt.issue) for receipt in receipts]
        self.assertEqual(issues, [True, False, False, True])
        promised = self.today + relativedelta(days=40)
        lot, sale = self._sell_machine(
            "M-P", commitment_date=f"{promised - relativedelta(days=1)} 16:00:00"
        )
        self._deliver(sale, lot)
        installation = lot.installation_request_ids
        self.assertEqual(installation.installation_date, promised)
        Period = self.env["aftersales.kpi.period"]
        with freeze_time("2027-12-31 20:00:00"):
            periods = Period._open_current(self.company)
        self.assertEqual(
            set(periods.mapped("date_from")), {fields.Date.to_date("2028-01-01")}
        )

    def test_visits_at_the_end_of_months(self):
        """R-FUP-03: visits on the 31st come back to it after a shorter month; one
        moved by hand keeps its new day; none is planned beyond the contract's end."""
        contract = self.env["aftersales.contract"].create(
            {
                "name": "FW-31",
                "partner_id": self.customer.id,
                "lot_ids": [Command.set(self.machine.ids)],
                "date_start": "2027-12-31",
                "date_end": "2028-06-15",
                "visit_interval": 1,
                "company_id": self.company.id,
            }
        )
        Request = self.env["aftersales.request"]

        def visit(day):
            with freeze_time(f"{day} 04:00:00"):
                return Request._create_due_visits(self.company).filtered(
                    lambda request: request.visit_contract_id == contract
                )

        self.company.aftersales_visit_lead_days = 7
        days = []
        for day in ("2028-01-31", "2028-02-29", "2028-03-31"):
            self.assertTrue(visit(day))
            days.append(fields.Date.to_string(contract.next_visit_date))
        self.assertEqual(days, ["2028-02-29", "2028-03-31", "2028-04-30"])
        contract.next_visit_date = "2028-04-15"
        visit("2028-04-15")
        self.assertEqual(contract.next_visit_date, fields.Date.to_date("2028-05-15"))
        contract.next_visit_date = "2028-06-17"
        self.assertFalse(visit("2028-06-12"))

    def test_scheduled_visits_by_company(self):
        """R-FUP-03: the cron goes company by company and runs twice unharmed; the
        visits of another company are its own."""
        other = self.env["res.company"].sudo().create({"name": "Second maker"})
        customer = (
            self.env["res.partner"]
            .sudo()
            .create(
                {
                    "name": "Other quarry",
                    "company_id": other.id,
                    "is_key_customer": True,
                    "followup_interval": 2,
                }
            )
        )
        customer.next_visit_date = self.today
        self.customer.write({"is_key_customer": True, "followup_interval": 6})
        self.customer.next_visit_date = self.today
        cron = self.env.ref("aftersales_service.cron_visit_schedule")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
            cron.method_direct_trigger()
        self.env.invalidate_all()
        visits = (
            self.env["aftersales.request"]
            .sudo()
            .search(
                [
                    ("visit_key", "!=", False),
                    ("partner_id", "in", (customer + self.customer).ids),
                ]
            )
        )
        self.assertEqual(len(visits), 2)
        self.assertEqual(visits.company_id, other + self.company)
        for visit in visits:
            self.assertEqual(visit.company_id, visit.partner_id.company_id)

    # === CONSUMERS ===#
    def test_consumer_receipt_and_promise(self):
        """R-WAR-04: a receipt proves the purchase; repaired in 3 days or exchanged."""
        request = self._create_request(is_consumer_case=True)
        day = fields.Datetime.context_timestamp(request, request.reported_at).date()
        self.assertEqual(request.repair_promise_date, day + relativedelta(days=3))
        self.assertEqual(request.service_category, "c")
        with self.assertRaisesRegex(ValidationError, "receipt"):
            request._set_state("in_progress")
        request.invalidate_recordset()
        file = self.env["ir.attachment"].create({"name": "receipt.png", "raw": b"x"})
        request.write(
            {
                "purchase_receipt_ids": [Command.set(file.ids)],
                "purchase_receipt_date": self.today - relativedelta(months=2),
            }
        )
        request._set_state("in_progress")
        request.repair_promise_date = self.today - relativedelta(days=2)
        request._cron_check_consumer_promises()
        self.assertTrue(request.is_exchange_due)
        self.assertEqual(
            len(
                request.activity_ids.filtered(lambda a: "Exchange" in (a.summary or ""))
            ),
            1,
        )
        request._cron_check_consumer_promises()
        self.assertEqual(
            len(
                request.activity_ids.filtered(lambda a: "Exchange" in (a.summary or ""))
            ),
            1,
        )
        with self.assertRaises(ValidationError):
            request.purchase_receipt_date = self.today + relativedelta(days=3)

    # === ROLES ===#
    def test_roles(self):
        """R-INT-02: hotline corrects machine files, technicians read them and record
        hours; neither changes policies."""
        machine = self.as_user(self.machine, "technician")
        self.assertEqual(machine.customer_id, self.customer)
        with self.assertRaises(AccessError):
            machine.contract_ref = "X"
        reading = self.env["aftersales.machine.reading"].with_user(
            self.users["technician"]
        )
        reading.create({"lot_id": machine.id, "hours": 900})
        self.as_user(self.machine, "hotline").contract_ref = "HK-NEW"
        policy = self.machine.warranty_policy_id
        with self.assertRaises(AccessError):
            self.as_user(policy, "dispatcher").name = "X"
        self.as_user(policy, "service_manager").sequence = 11
        with self.assertRaises(AccessError):
            self.as_user(self.machine, "employee").read(["name"])

    def test_technician_receipts(self):
        """R-DSP-11: a technician sees the receipts of his own work only."""
        receipt = self._create_receipt()
        self.assertTrue(self.as_user(receipt, "technician").has_access("write"))
        self.assertFalse(self.as_user(receipt, "technician2").has_access("read"))
        self.assertTrue(self.as_user(receipt, "storekeeper").has_access("read"))
        receipt.action_receive()
        with self.assertRaises(UserError):
            receipt.unlink()

    def test_messages_of_a_machine(self):
        """R-DSP-18: whoever opens the file of a delivered machine opens its messages,
        too, without any right in the warehouse; they go to its customer."""
        lot, sale = self._sell_machine("M-MESSAGES")
        self._deliver(sale, lot)
        for role in ("hotline", "dispatcher", "technician", "service_manager"):
            with self.subTest(role):
                self.env.invalidate_all()
                own = lot.with_user(self.users[role])
                self.assertFalse(own.env["stock.move"].has_access("read"))
                recipients = own._message_get_suggested_recipients(
                    reply_discussion=True, no_create=True
                )
                partners = [recipient["partner_id"] for recipient in recipients]
                self.assertEqual(partners, self.customer.ids)
