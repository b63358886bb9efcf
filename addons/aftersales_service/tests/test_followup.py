# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import datetime, timedelta

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestFollowup(AftersalesCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Followup = cls.env["aftersales.followup"]
        cls.now = fields.Datetime.now().replace(microsecond=0)

    def _finish(self, order=None, **vals):
        """Return an order filed as done, with its call-back made due."""
        order = order or self._create_order()
        order.sudo().write(
            {"state": "done", "finished_at": self.now, "outcome": "fixed", **vals}
        )
        order._after_done()
        return order

    def _callback(self, order):
        return order.followup_ids.filtered(lambda f: f.trigger == "order")

    def _solve(self, request):
        request.solution = "Bearing replaced, test run passed"
        request._solve()

    def test_call_after_a_finished_order(self):
        """R-FUP-01: 24 h after a finished order, on working time, once."""
        order = self._finish()
        call = self._callback(order)
        self.assertEqual(len(call), 1)
        self.assertGreaterEqual(call.due_at, self.now + timedelta(hours=24))
        self.assertLessEqual(call.due_at, self.now + timedelta(days=5))
        self.assertEqual(call.phone, order.request_id.phone)
        self.assertTrue(call.phone)
        self.assertEqual(call.technician_id, self.technician)
        order._after_done()
        self.assertEqual(self._callback(order), call)

    def test_due_on_working_time(self):
        """R-FUP-01, R-FUP-02: Friday 17:00 plus 24 h is no Saturday call; three hours
        from late afternoon run on next morning."""
        calendar = self.company.resource_calendar_id
        calendar.tz = "UTC"
        friday = datetime(2026, 3, 6, 16, 30)
        Rule = self.env["aftersales.followup.rule"]
        order_rule = self.env.ref("aftersales_service.followup_rule_order")
        guidance = self.env.ref("aftersales_service.followup_rule_guidance")
        due = Rule._get_due_dates(
            [
                (order_rule, self.company, friday),
                (guidance, self.company, friday),
                (order_rule, self.company, datetime(2026, 3, 4, 10, 0)),
            ]
        )
        self.assertEqual(due[0].weekday(), 0)
        self.assertEqual(due[1].date(), datetime(2026, 3, 9).date())
        self.assertEqual(due[2], datetime(2026, 3, 5, 10, 0))

    def test_blocks_closing(self):
        """R-FUP-01: the request is not closed while the call is open."""
        order = self._finish()
        request = order.request_id
        self._solve(request)
        texts = request._get_close_blockers()
        self.assertTrue(any(self._callback(order).name in text for text in texts))
        call = self.as_user(self._callback(order), "hotline")
        with self.assertRaises(UserError):
            call.action_done()
        call.satisfaction = "5"
        call.action_done()
        self.assertEqual(call.state, "done")
        self.assertFalse([t for t in request._get_close_blockers() if call.name in t])
        with self.assertRaises(UserError):
            call.action_done()

    def test_called_off_by_the_manager_once(self):
        """R-FUP-01: only the service manager calls a call-back off, whoever tries over
        RPC, and only he moves what its rule says; the report handed in again makes no
        second one."""
        order = self._finish()
        call = self._callback(order)
        mine = self.as_user(call, "hotline")
        with self.assertRaises(AccessError):
            mine.action_cancel()
        for vals in (
            {"due_at": self.now + timedelta(days=30)},
            {"blocks_close": False},
            {"trigger": "key_customer"},
            {"rule_id": False},
        ):
            with self.assertRaisesRegex(UserError, "The rule decides"):
                mine.write(vals)
        mine.next_call_at = self.now + timedelta(days=2)
        self.assertEqual(call.state, "due")
        self.as_user(call, "service_manager").action_cancel()
        order._after_report()
        order._after_done()
        self.assertEqual(self._callback(order), call)

    def test_not_satisfied_reopens(self):
        """R-FUP-01: not satisfied → the request reopens and is followed until the
        customer is satisfied."""
        order = self._finish()
        request = order.request_id
        self._solve(request)
        call = self._callback(order)
        call.write({"satisfaction": "2", "result": "leaks again"})
        self.as_user(call, "hotline").action_done()
        self.assertEqual(request.state, "in_progress")
        recheck = call.next_ids
        self.assertEqual((recheck.trigger, recheck.state), ("recheck", "due"))
        recheck.write({"satisfaction": "1"})
        recheck.action_done()
        second = recheck.next_ids
        self.assertTrue(second)
        second.write({"satisfaction": "5"})
        second.action_done()
        self.assertFalse(second.next_ids)
        self.assertFalse(
            request.followup_ids.filtered(lambda f: f.state == "due" and f.blocks_close)
        )

    def test_new_visit_replaces_the_recheck(self):
        """R-FUP-01: a new visit is asked about itself; the open recheck goes."""
        order = self._finish()
        call = self._callback(order)
        call.write({"satisfaction": "1"})
        call.action_done()
        again = self._finish(self._create_order(order.request_id))
        self.assertEqual(call.next_ids.state, "cancelled")
        self.assertEqual(self._callback(again).state, "due")

    def test_guidance(self):
        """R-FUP-02: phone guidance makes a call due; answered from either side once."""
        request = self._create_request()
        guidance = self.env["aftersales.request.guidance"].create(
            {"request_id": request.id, "content": "Reset the thermal relay"}
        )
        call = request.followup_ids
        self.assertEqual((call.trigger, call.state), ("guidance", "due"))
        call.write({"satisfaction": "5", "is_running": True, "result": "runs"})
        call.action_done()
        self.assertEqual(guidance.result, "running")
        other = self._create_request()
        line = self.env["aftersales.request.guidance"].create(
            {"request_id": other.id, "content": "Check the fuse"}
        )
        line.action_running()
        self.assertEqual(other.followup_ids.state, "done")

    def test_not_reached(self):
        """R-FUP-01: attempts are kept and the next call moves an hour."""
        call = self._callback(self._finish())
        self.as_user(call, "hotline").action_not_reached("busy")
        self.assertEqual(call.attempt_count, 1)
        self.assertEqual(call.attempt_ids.note, "busy")
        self.assertGreater(call.next_call_at, self.now + timedelta(minutes=59))
        self.assertEqual(call.state, "due")

    def test_two_weeks_and_key_customers(self):
        """R-FUP-03: two weeks after the end of service; key customers on schedule."""
        order = self._finish()
        later = order.followup_ids.filtered(lambda f: f.trigger == "service_end")
        self.assertGreaterEqual(later.due_at, self.now + timedelta(days=14))
        self.assertFalse(later.blocks_close)
        self.customer.write({"is_key_customer": True, "followup_interval": 3})
        self.Followup._cron_key_customers()
        visit = self.Followup.search(
            [("partner_id", "=", self.customer.id), ("trigger", "=", "key_customer")]
        )
        self.assertEqual(len(visit), 1)
        self.assertEqual(visit.channel, "visit")
        self.Followup._cron_key_customers()
        visit.write({"satisfaction": "4", "wishes": "a bigger feeder"})
        visit.action_done()
        self.Followup._cron_key_customers()
        following = self.Followup.search(
            [
                ("partner_id", "=", self.customer.id),
                ("trigger", "=", "key_customer"),
                ("state", "=", "due"),
            ]
        )
        self.assertEqual(
            following.due_at.date(), (visit.due_at + relativedelta(months=3)).date()
        )

    def test_regions_on_schedule(self):
        """R-FUP-03: customers of a scheduled region with machines are contacted at
        its interval, once ahead; a key customer keeps his own."""
        region = self.env["aftersales.region"].create(
            {"name": "Jiangxi", "followup_interval": 6}
        )
        machineless = self.env["res.partner"].create(
            {"name": "No machine", "company_id": self.company.id}
        )
        (self.customer | machineless).aftersales_region_id = region

        def contacts():
            return self.Followup.search(
                [
                    ("partner_id", "in", (self.customer | machineless).ids),
                    ("trigger", "=", "key_customer"),
                ]
            )

        self.Followup._cron_key_customers()
        contact = contacts()
        self.assertEqual(contact.partner_id, self.customer)
        self.assertEqual(
            contact.due_at.date(),
            (self.customer.create_date + relativedelta(months=6)).date(),
        )
        self.Followup._cron_key_customers()
        self.assertEqual(contacts(), contact)
        contact.unlink()
        self.customer.write({"is_key_customer": True, "followup_interval": 3})
        self.Followup._cron_key_customers()
        self.assertEqual(
            contacts().due_at.date(),
            (self.customer.create_date + relativedelta(months=3)).date(),
        )

    def test_satisfaction_counts_once(self):
        """R-FUP-04: the call-back replaces the answer on the report; a customer with
        many cases weighs once."""
        order = self._finish(satisfaction="5", reported_at=self.now)
        call = self._callback(order)
        call.write({"satisfaction": "2"})
        call.action_done()
        self._finish(satisfaction="5", reported_at=self.now)
        self.env.flush_all()
        rows = self.env["aftersales.satisfaction.report"].search(
            [("partner_id", "=", self.customer.id)]
        )
        self.assertEqual(sorted(rows.mapped("satisfaction")), ["2", "5"])
        self.assertAlmostEqual(sum(rows.mapped("customer_weight")), 1.0)
        self.assertAlmostEqual(sum(rows.mapped("satisfied_weight")), 0.5)

    def test_survey(self):
        """R-FUP-04: asked by e-mail, the customer's rating finishes the follow-up; a
        bad one reopens the request."""
        order = self._finish()
        request = order.request_id
        self._solve(request)
        request.email_from = "wang@example.com"
        call = self._callback(order)
        self.as_user(call, "hotline").action_send_survey()
        self.assertEqual(call.channel, "survey")
        message = request.message_ids.filtered(lambda m: "/rate/" in (m.body or ""))
        self.assertTrue(message)
        token = request._rating_get_access_token()
        request.sudo().rating_apply(1, token=token, feedback="leaks again")
        self.assertEqual((call.state, call.satisfaction), ("done", "1"))
        self.assertEqual(call.result, "leaks again")
        self.assertEqual(request.state, "in_progress")
        other = self._callback(self._finish())
        other.request_id.write({"email_from": False})
        other.partner_id.email = False
        with self.assertRaises(UserError):
            other.action_send_survey()

    def test_rights(self):
        """R-FUP-01: hotline and manager call; technician and employee don't see the
        calls; a viewer only reads."""
        call = self._callback(self._finish())
        for role in ("technician", "employee", "hr"):
            self.assertFalse(self.as_user(call, role).has_access("read"), role)
        self.assertTrue(self.as_user(call, "sales_vp").has_access("read"))
        self.assertFalse(self.as_user(call, "sales_vp").has_access("write"))

    def test_speed(self):
        """R-FUP-01: generating and listing many calls costs no more queries."""
        request = self._create_request()
        orders = self.env["aftersales.order"].create(
            [
                {
                    "request_id": request.id,
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "technician_id": self.technician.id,
                }
                for _ in range(220)
            ]
        )
        orders.sudo().write({"finished_at": self.now})
        pool = iter(orders)

        def generate(numbers):
            batch = self.env["aftersales.order"].union(*[next(pool) for _ in numbers])
            self.Followup._generate("order", batch)

        self.assertNoQueryGrowth(generate, range(10), range(100), slack=10)
        calls = self.Followup.with_user(self.users["hotline"])

        def read(numbers):
            calls.web_search_read(
                [],
                {
                    "name": {},
                    "partner_id": {"fields": {"display_name": {}}},
                    "request_id": {"fields": {"display_name": {}}},
                    "technician_id": {"fields": {"display_name": {}}},
                    "due_at": {},
                    "attempt_count": {},
                    "state": {},
                },
                limit=len(numbers),
            )

        self.assertNoQueryGrowth(read, range(10), range(100))
