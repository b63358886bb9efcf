# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import base64
from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestOrderPhone(AftersalesCommon):
    """What the technician's phone and the dispatch board ask of the server."""

    def _order(self):
        order = self._bring_on_site(self._create_order())
        return order, self.as_user(order, "technician")

    def test_day(self):
        """R-DSP-01: the day lists the technician's own orders, in their order."""
        order = self._plan(self._create_order())
        Order = self.env["aftersales.order"]
        mine = Order.with_user(self.users["technician"])
        self.assertFalse(mine.get_my_day())
        order.action_dispatch()
        country = self.env.company.country_id
        self.customer.write({"street": "18 Mine Road", "country_id": country.id})
        (card,) = mine.get_my_day()
        self.assertEqual(card["id"], order.id)
        self.assertEqual(card["address"], "18 Mine Road")
        self.assertFalse(Order.with_user(self.users["technician2"]).get_my_day())

    def test_steps(self):
        """R-DSP-03: big steps, each repeatable; a wrong clock does no harm."""
        order = self._plan(self._create_order())
        order.action_dispatch()
        mine = self.as_user(order, "technician")
        ahead = fields.Datetime.now() + timedelta(hours=3)
        mine.phone_step("accept")
        mine.phone_step("accept")
        for check in mine.get_phone_data()["checks"]:
            mine.phone_check(check["id"], {"done": True})
        mine.phone_step("depart", 28.6, 115.8, ahead)
        self.assertEqual(order.state, "travelling")
        self.assertLessEqual(order.departed_at, fields.Datetime.now())
        departed = order.departed_at
        mine.phone_step("depart", 1, 1)
        self.assertEqual(order.departed_at, departed)
        self.assertEqual(mine.phone_step("arrive")["state"], "on_site")
        with self.assertRaises(UserError):
            mine.phone_step("fly")
        with self.assertRaises(AccessError):
            self.as_user(order, "technician2").get_phone_data()

    def test_submit_once(self):
        """R-DSP-09: typed text, then the report with its key; a repeat, even with
        other text, changes nothing."""
        order, mine = self._order()
        values = {
            "outcome": "fixed",
            "fault_found": "Hot",
            "cause": "Dry",
            "solution": "Greased",
            "test_result": "ok",
            "satisfaction": "4",
            "signed_by": "Wang",
            "customer_signature": self.SIGNATURE,
            "state": "done",
            "technician_id": self.technician2.id,
        }
        mine.phone_save({"cause": "Dry"})
        with self.assertRaisesRegex(UserError, "Toolbox"):
            mine.phone_submit("key-1", values)
        self._check(order)
        self.assertEqual(mine.phone_submit("key-1", values)["state"], "reported")
        self.assertEqual(order.technician_id, self.technician)
        count = len(order.message_ids)
        mine.phone_submit("key-1", {**values, "cause": "Changed"})
        mine.phone_save({"cause": "Changed"})
        self.assertEqual(order.cause, "Dry")
        self.assertEqual(len(order.message_ids), count)

    def test_scan(self):
        """R-DSP-05, R-DSP-09: a scanned serial number counts once, wherever the part
        came from; what he doesn't hold is refused."""
        order, mine = self._order()
        own = self.technician.aftersales_location_id
        lot = self._create_stock(self.bearing, 1, "BRG-X-1", location=own)
        self._create_stock(self.seal, 2, location=own)
        mine.phone_scan("BRG-X-1")
        data = mine.phone_scan("BRG-X-1")
        self.assertEqual([part["used"] for part in data["parts"]], [1])
        self.assertEqual(order.part_ids.lot_id, lot)
        mine.phone_scan("SEAL-600")
        data = mine.phone_scan("SEAL-600")
        self.assertEqual(data["parts"][1]["used"], 2)
        for key in ("scan-3", "scan-3", "scan-3"):
            data = mine.phone_scan("SEAL-600", key)
        self.assertEqual(data["parts"][1]["used"], 3, "sent three times, scanned once")
        with self.assertRaises(AccessError):
            self.as_user(order, "technician2").phone_scan("SEAL-600", "scan-4")
        self.assertEqual(order.part_ids[1].quantity_used, 3)
        with self.assertRaisesRegex(UserError, "no part"):
            mine.phone_scan("NOPE")
        part = data["parts"][0]
        with self.assertRaisesRegex(UserError, "BRG-Y"):
            mine.phone_part(part["id"], {"lot": "BRG-Y"})
        with self.assertRaisesRegex(UserError, "no quantity"):
            mine.phone_part(part["id"], {"used": "many"})
        mine.phone_part(part["id"], {"old_lot": "OLD-1"})
        self.assertEqual(order.part_ids[0].old_lot_name, "OLD-1")

    def test_photo(self):
        """R-DSP-06: pictures only, the same one once, none too large."""
        order, mine = self._order()
        mine.phone_photo("a.png", self.SIGNATURE)
        mine.phone_photo("a.png", self.SIGNATURE)
        self.assertEqual(len(order.photo_ids), 1)
        large = base64.b64encode(
            base64.b64decode(self.SIGNATURE) + bytes(10 * 1024 * 1024)
        ).decode()
        with self.assertRaisesRegex(UserError, "larger than 10 MB"):
            mine.phone_photo("large.png", large)
        with self.assertRaises(ValidationError):
            mine.phone_save({"customer_signature": "bm90IGFuIGltYWdl"})
        self.assertFalse(order.customer_signature)
        self.assertEqual(len(order.photo_ids), 1)
        for data in ("PHNjcmlwdD4=", "%%%", ""):
            with self.assertRaises(UserError):
                mine.phone_photo("a.png", data)

    def test_attendance(self):
        """R-DSP-13: attendees sign on the phone, each once."""
        order = self._bring_on_site(self._create_order(kind="training"))
        mine = self.as_user(order, "technician")
        mine.phone_attendee("Li Si", self.SIGNATURE)
        mine.phone_attendee("Li Si", self.SIGNATURE)
        self.assertEqual(order.attendee_ids.mapped("name"), ["Li Si"])

    def test_board(self):
        """R-DSP-01: the board shows everybody's week, absences without reason and what
        is to schedule; the same number of queries for 10 and 100 orders."""
        region = self.env["aftersales.region"].create({"name": "East"})
        self.customer.aftersales_region_id = region
        self.env["resource.calendar.leaves"].sudo().create(
            {
                "name": "private",
                "resource_id": self.technician.resource_id.id,
                "calendar_id": False,
                "company_id": self.company.id,
                "date_from": fields.Datetime.now(),
                "date_to": fields.Datetime.now() + timedelta(days=2),
                "time_type": "leave",
            }
        )
        request = self._create_request()
        self.technician2.technician_grade = False

        def create(count):
            return self.env["aftersales.order"].create(
                [{"request_id": request.id, "technician_id": False}] * count
            )

        create(10)
        Board = self.env["aftersales.order"].with_user(self.users["dispatcher"])
        data = Board.get_board_data([])
        self.assertEqual(len(data["unscheduled"]), 10)
        limit = request.sla_status_ids.filtered(lambda line: line.metric == "on_site")
        self.assertTrue(limit.deadline)
        self.assertEqual(
            {(line["limit"], line["overdue"]) for line in data["unscheduled"]},
            {(fields.Datetime.to_string(limit.deadline), False)},
        )
        people = {line["name"]: line for line in data["technicians"]}
        self.assertTrue(people[self.technician.name]["qualified"])
        self.assertFalse(people[self.technician2.name]["qualified"])
        self.assertEqual(data["absences"][0]["employee_id"], self.technician.id)
        self.assertNotIn("private", str(data))
        self.assertTrue(data["closed"])
        filtered = Board.get_board_data(
            [("region_id", "!=", region.id), ("planned_start", ">", "today")]
        )
        self.assertFalse(filtered["unscheduled"])
        with self._count_queries() as small:
            Board.get_board_data([])
        create(80)
        with self._count_queries() as large:
            Board.get_board_data([])
        self.assertLessEqual(large["count"], small["count"] + 1)

    def test_dropped_on_the_board(self):
        """R-DSP-01: what is dropped on a technician is his, planned, not yet sent."""
        order = self._create_order(
            technician_id=False, technician_ids=[Command.clear()]
        )
        start = fields.Datetime.now() + timedelta(days=2)
        self.as_user(order, "dispatcher").write(
            {
                "planned_start": start,
                "planned_end": start + timedelta(hours=4),
                "technician_id": self.technician.id,
            }
        )
        # sudo: limits are the clock's, nobody writes them
        limits = order.request_id.sla_status_ids.sudo()
        limit = limits.filtered(lambda line: line.metric == "on_site")
        limit.deadline = start
        self.assertFalse(order.misses_limit)
        limit.deadline = start - timedelta(minutes=1)
        order.invalidate_recordset()
        self.assertTrue(order.misses_limit, "R-SLA-03: the board marks it")
        self.assertEqual(order.technician_ids, self.technician)
        self.assertEqual(order.state, "draft")
        self.assertFalse(order.has_conflict)
