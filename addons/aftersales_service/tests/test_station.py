# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta
from psycopg2.errors import CheckViolation, UniqueViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, HttpCase, tagged
from odoo.tools import mute_logger

from .common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestStation(AftersalesCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.company._get_aftersales_today()
        cls.partner = cls.env["res.partner"].create(
            {"name": "Yichun Repair Point", "is_company": True}
        )

    def _create_station(self, contracted=True, trained=True):
        station = self.env["aftersales.station"].create(
            {
                "partner_id": self.partner.id,
                "company_id": self.company.id,
                "check_result": "good",
                "check_note": "Two fitters, own crane",
            }
        )
        if trained:
            station.event_ids = [
                Command.create({"kind": "training", "subject": "Crushers"})
            ]
        if contracted:
            station.action_check()
            station.write(
                {
                    "contract_ref": "WX-1",
                    "date_start": self.today,
                    "date_end": self.today + relativedelta(years=1),
                }
            )
            station.action_contract()
        return station

    def test_network_file(self):
        """R-DSP-20: applied, checked, contracted, trained, audited, ended."""
        station = self._create_station(contracted=False, trained=False)
        with self.assertRaises(UserError):
            station.action_contract()
        station.check_note = False
        with self.assertRaises(UserError):
            station.action_check()
        station.check_note = "Two fitters"
        station.action_check()
        self.assertEqual(station.check_user_id, self.env.user)
        with self.assertRaises(ValidationError):
            station.action_contract()
        station.invalidate_recordset()
        station.write(
            {
                "contract_ref": "WX-1",
                "date_start": self.today,
                "date_end": self.today + relativedelta(days=20),
            }
        )
        station.action_contract()
        self.assertTrue(self.partner.is_service_station)
        self.assertFalse(station.can_work, "not trained yet")
        station.event_ids = [
            Command.create({"kind": "training", "subject": "Crushers"}),
            Command.create(
                {"kind": "audit", "subject": "Yearly audit", "result": "failed"}
            ),
        ]
        self.assertTrue(station.can_work)
        self.assertFalse(station.last_audit_date)
        station._cron_schedule_audits()
        station._cron_schedule_audits()
        self.assertEqual(len(station.activity_ids), 1)
        station.action_end()
        self.assertFalse(self.partner.is_service_station)

    def test_only_able_stations_work(self):
        """R-DSP-20: an order goes to a contracted and trained station only."""
        station = self._create_station(trained=False)
        order = self._create_order()
        with self.assertRaises(UserError):
            order.station_id = self.partner
        station.event_ids = [Command.create({"kind": "training", "subject": "X"})]
        order.invalidate_recordset()
        order.station_id = self.partner
        self.assertEqual(station.order_count, 1)

    def test_bad_agreements(self):
        """R-INT-05, R-DSP-20: a contract or station file with dates in the wrong
        order, a negative interval, a machine of somebody else or a second file of
        one partner is refused."""
        station = self._create_station()
        contract = self.env["aftersales.contract"].create(
            {
                "name": "FW-2026-1",
                "partner_id": self.customer.id,
                "date_start": self.today,
                "date_end": self.today + relativedelta(years=1),
                "lot_ids": [Command.set(self.machine.ids)],
            }
        )
        yesterday = self.today - relativedelta(days=1)
        for record, vals in (
            (contract, {"date_end": yesterday}),
            (contract, {"visit_interval": -3}),
            (station, {"date_end": yesterday}),
        ):
            with (
                self.subTest(vals=vals),
                mute_logger("odoo.sql_db"),
                self.assertRaises(CheckViolation),
                self.env.cr.savepoint(),
            ):
                record.write(vals)
                record.flush_recordset()
            record.invalidate_recordset()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation),
            self.env.cr.savepoint(),
        ):
            self._create_station(contracted=False, trained=False)
        other = self.env["res.partner"].create({"name": "Other", "is_company": True})
        foreign = self._create_machine("S-OTHER", customer_id=other.id)
        with (
            self.assertRaisesRegex(ValidationError, "another customer"),
            self.env.cr.savepoint(),
        ):
            contract.lot_ids += foreign
        contract.invalidate_recordset()
        self.assertEqual(contract.lot_ids, self.machine)
        self.assertEqual(contract.date_end, self.today + relativedelta(years=1))

    def test_roles(self):
        """R-DSP-20: hotline reads, dispatcher records, manager contracts; rates only
        for those who see costs."""
        station = self._create_station()
        self.assertTrue(self.as_user(station, "hotline").has_access("read"))
        self.assertFalse(self.as_user(station, "hotline").has_access("write"))
        self.assertTrue(self.as_user(station, "dispatcher").has_access("write"))
        with self.assertRaises(AccessError):
            self.as_user(station, "dispatcher").read(["labour_rate"])
        self.as_user(station, "service_manager").read(["labour_rate"])
        recorder = self.as_user(station, "dispatcher")
        for action in (recorder.action_suspend, recorder.action_end):
            with self.assertRaisesRegex(AccessError, "not yours"):
                action()
        self.as_user(station, "service_manager").action_suspend()
        with self.assertRaisesRegex(AccessError, "not yours"):
            recorder.action_contract()
        self.assertEqual(station.state, "suspended")

    def test_lead_from_site(self):
        """R-DSP-17: what the technician sees on site becomes a lead."""
        order = self._create_order()
        wizard = Form(
            self.env["aftersales.order.lead"]
            .with_user(self.users["technician"])
            .with_context(default_order_id=order.id)
        )
        wizard.name = "Crusher from 1998 to replace"
        wizard.save().action_create()
        lead = order.lead_ids
        self.assertEqual(lead.partner_id, self.customer)
        self.assertIn("Technician", lead.referred)
        self.assertEqual(order.lead_count, 1)
        with self.assertRaises(AccessError):
            self.env["aftersales.order.lead"].with_user(
                self.users["technician2"]
            ).create({"order_id": order.id, "name": "X"}).action_create()

    def test_dealer_told(self):
        """R-DSP-16: the dealer is told before the work at his customer's."""
        self.customer.dealer_id = self.dealer
        self.dealer.email = "dealer@example.com"
        order = self._create_order()
        self.assertEqual(order.dealer_id, self.dealer)
        self.assertIn(
            self.dealer.name, str(order._get_dispatch_blockers(self.technician))
        )
        order.action_tell_dealer()
        order.action_tell_dealer()
        self.assertTrue(order.dealer_told_at)
        mails = order.message_ids.filtered(lambda m: self.dealer in m.partner_ids)
        self.assertEqual(len(mails), 1)
        self.assertNotIn(
            self.dealer.name, str(order._get_dispatch_blockers(self.technician))
        )
        with self.assertRaises(UserError):
            self._create_order(
                self._create_request(partner_id=self.supplier.id, lot_id=False)
            ).action_tell_dealer()

    def test_portal_machines_of_a_dealer(self):
        """R-DSP-16: a dealer sees its customers' machines, no other dealer's."""
        user = self.portal_user
        user.partner_id.parent_id = self.dealer
        user.password = "as_portal_pw1"
        self.authenticate("as_portal", "as_portal_pw1")
        url = f"/my/machines/{self.machine.id}"
        self.assertNotIn(self.machine.name, self.url_open("/my/machines").text)
        self.assertTrue(self.url_open(url, allow_redirects=False).is_redirect)
        self.customer.dealer_id = self.dealer
        page = self.url_open("/my/machines").text
        self.assertIn(self.machine.name, page)
        self.assertIn(self.customer.name, page)
        self.assertIn(self.machine.name, self.url_open(url).text)
        self.dealer.is_dealer = False
        self.assertNotIn(self.machine.name, self.url_open("/my/machines").text)

    def test_portal_progress_for_the_dealer(self):
        """R-DSP-16: a dealer follows what his customer filed himself, by number, state
        and planned visit; what was written stays between the customer and us, and
        another dealer, or one who is none any more, sees nothing of it."""
        case = self._create_request(title="The dealer sold us scrap", fault="It shakes")
        order = self._create_order(case)
        order.sudo().write(
            {"state": "dispatched", "planned_start": "2031-05-06 01:30:00"}
        )
        other = self.env["res.partner"].create({"name": "Quarry of another dealer"})
        foreign = self._create_request(partner_id=other.id)
        self.customer.dealer_id = self.dealer
        self.portal_user.partner_id.parent_id = self.dealer
        self.portal_user.write({"password": "as_portal_pw1", "tz": "Asia/Shanghai"})
        self.authenticate("as_portal", "as_portal_pw1")
        url = f"/my/machines/{self.machine.id}"
        page = self.url_open(url).text
        self.assertIn(case.name, page)
        self.assertIn("05/06/2031 09:30", page)
        for hidden in (foreign.name, "scrap", "It shakes", f"/my/requests/{case.id}"):
            self.assertNotIn(hidden, page)
        for address in (f"/my/requests/{case.id}", f"/my/requests/{foreign.id}"):
            self.assertTrue(self.url_open(address, allow_redirects=False).is_redirect)
        self.assertNotIn(case.name, self.url_open("/my/requests").text)
        with self.assertRaises(AccessError):
            case.with_user(self.portal_user).read(["state"])
        own = self._create_request(partner_id=self.dealer.id)
        self.assertIn(f"/my/requests/{own.id}", self.url_open(url).text)
        self.customer.dealer_id = self.env["res.partner"].create(
            {"name": "Second Dealer", "is_dealer": True}
        )
        self.assertTrue(self.url_open(url, allow_redirects=False).is_redirect)

    def test_portal_machines(self):
        """R-INT-06: a customer sees his own machines and their warranty, no other's."""
        other = self.env["res.partner"].create({"name": "Another Quarry"})
        foreign = self._create_machine("FOREIGN-1", customer_id=other.id)
        self.machine.note = "<p>internal remark</p>"
        self.portal_user.password = "as_portal_pw1"
        self.authenticate("as_portal", "as_portal_pw1")
        page = self.url_open("/my/machines")
        self.assertEqual(page.status_code, 200)
        self.assertIn(self.machine.name, page.text)
        self.assertNotIn("FOREIGN-1", page.text)
        page = self.url_open(f"/my/machines/{self.machine.id}")
        self.assertIn("12 months from acceptance", page.text)
        self.assertNotIn("internal remark", page.text)
        page = self.url_open(f"/my/machines/{foreign.id}")
        self.assertTrue(page.url.endswith("/my/machines"))
        self.assertNotIn("FOREIGN-1", page.text)
        self.machine.customer_id = other
        page = self.url_open(f"/my/machines/{self.machine.id}")
        self.assertTrue(page.url.endswith("/my/machines"), "sold on")
        with self.assertRaises(AccessError):
            self.machine.with_user(self.portal_user).read(["name"])

    # === SPEED ===#
    def _read_list(self, records):
        """Read ``records`` with the fields of their list, as the client does."""
        names = records.get_view(view_type="list")["models"][records._name]
        described = records.fields_get(names, attributes=("relation",))
        specification = {
            name: {"fields": {"display_name": {}}} if value.get("relation") else {}
            for name, value in described.items()
        }
        return records.web_search_read(
            [("id", "in", records.ids)], specification, limit=100
        )

    def _create_many(self, count=80):
        """Return ``count`` records of each model, each of another customer."""
        numbers = range(count)
        customers = self.env["res.partner"].create(
            [{"name": f"Customer {n}", "is_company": True} for n in numbers]
        )
        machines = self.env["stock.lot"].create(
            [
                {
                    "name": f"LIST-{n}",
                    "product_id": self.machine_product.id,
                    "company_id": self.company.id,
                    "customer_id": customer.id,
                }
                for n, customer in enumerate(customers)
            ]
        )
        requests = self.env["aftersales.request"].create(
            [{"lot_id": machine.id, "fault": "Hot"} for machine in machines]
        )
        orders = self.env["aftersales.order"].create(
            [{"request_id": request.id} for request in requests]
        )
        year = relativedelta(years=1)
        vals = {
            "aftersales.contract": lambda n: {
                "name": f"FW-{n}",
                "partner_id": customers[n].id,
                "date_start": self.today,
                "date_end": self.today + year,
                "lot_ids": [Command.set(machines[n].ids)],
                "visit_interval": 3,
            },
            "aftersales.station": lambda n: {"partner_id": customers[n].id},
            "aftersales.machine.reading": lambda n: {
                "lot_id": machines[n].id,
                "hours": n,
            },
            "aftersales.machine.component": lambda n: {
                "lot_id": machines[n].id,
                "product_id": self.seal.id,
            },
            "aftersales.repair.tracking": lambda n: {
                "request_id": requests[n].id,
                "problem": "Cracked frame",
            },
            "aftersales.order.part": lambda n: {
                "order_id": orders[n].id,
                "product_id": self.seal.id,
                "quantity": 1,
            },
            "aftersales.order.expense": lambda n: {
                "order_id": orders[n].id,
                "employee_id": self.technician.id,
                "kind": "meals",
                "amount": n,
            },
            "aftersales.call": lambda n: {
                "request_id": requests[n].id,
                "result": "answered",
            },
        }
        return [
            machines,
            requests,
            orders,
            requests.sla_status_ids,
            *(
                self.env[model].create([prepare(n) for n in numbers])
                for model, prepare in vals.items()
            ),
        ]

    def test_every_list(self):
        """Sections 1–5: 80 of each list are read with 20 queries at most, and with no
        more than 10 of it."""
        for records in self._create_many():
            with self.subTest(model=records._name):
                self.assertNoQueryGrowth(self._read_list, records[:10], records)
                with self._count_queries() as cost:
                    self._read_list(records)
                self.assertLessEqual(cost["count"], 20)
