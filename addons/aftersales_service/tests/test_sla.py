# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import datetime, timedelta

import pytz
from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import AftersalesCommon, QueryGrowthMixin


@tagged("post_install", "-at_install")
class TestSla(AftersalesCommon, QueryGrowthMixin):
    """The time limits of requests: chosen, paused, missed, agreed anew."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.company.resource_calendar_id
        cls.calendar.tz = "Asia/Shanghai"
        # next Monday 9:00 in Shanghai, a working hour
        today = fields.Date.today()
        monday = today + timedelta(days=7 - today.weekday())
        cls.monday = cls._shanghai(monday, 9)
        cls.env["resource.calendar.leaves"].search([]).unlink()

    @classmethod
    def _shanghai(cls, day, hour, minute=0):
        zone = pytz.timezone("Asia/Shanghai")
        local = zone.localize(datetime(day.year, day.month, day.day, hour, minute))
        return local.astimezone(pytz.utc).replace(tzinfo=None)

    def _line(self, request, metric, event=None):
        return request.sla_status_ids.filtered(
            lambda line: (
                line.metric == metric and (not event or line.start_event == event)
            )
        )

    def _request_at(self, at, **vals):
        with freeze_time(at):
            return self._create_request(reported_at=at, **vals)

    # === THE RULEBOOK'S LIMITS ===#
    def test_answer_and_dispatch(self):
        """R-SLA-01: answer in 10 minutes, dispatch in 10 more."""
        request = self._request_at(self.monday)
        line = self._line(request, "answer")
        self.assertEqual(line.deadline, self.monday + timedelta(minutes=10))
        self.assertEqual(line.warn_at, self.monday + timedelta(minutes=7))
        self.assertFalse(self._line(request, "dispatch"))
        answered = self.monday + timedelta(minutes=4)
        with freeze_time(answered):
            request.action_answer()
        self.assertEqual(line.state, "reached")
        self.assertFalse(line.failed)
        dispatch = self._line(request, "dispatch")
        self.assertEqual(dispatch.deadline, answered + timedelta(minutes=10))
        request._sla_reach("dispatch", answered + timedelta(minutes=11))
        self.assertTrue(dispatch.failed)
        self.assertEqual(dispatch.state, "reached")
        self.assertEqual(
            dispatch.employee_id, request.user_id.employee_ids[:1], "who was late"
        )

    def test_distance_brackets(self):
        """R-SLA-02, R-SLA-03: 3 h in town; 24, 48, 72 h by distance, holidays
        excepted; none for an unknown distance."""
        cases = {20: 3, 30: 3, 31: 24, 300: 24, 420: 48, 1000: 48, 1001: 72}
        for distance, hours in cases.items():
            request = self._request_at(self.monday, distance=distance)
            line = self._line(request, "on_site")
            due = self.monday + timedelta(hours=hours)
            self.assertEqual(line.deadline, due, distance)
        request = self._request_at(self.monday, distance=0)
        self.assertFalse(self._line(request, "on_site"))
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Spring Festival",
                "company_id": self.company.id,
                "calendar_id": self.calendar.id,
                "date_from": self.monday + timedelta(hours=10),
                "date_to": self.monday + timedelta(hours=34),
            }
        )
        request = self._request_at(self.monday, distance=420)
        self.assertEqual(
            self._line(request, "on_site").deadline, self.monday + timedelta(hours=72)
        )

    def test_body_and_chassis(self):
        """R-SLA-04: body faults by distance and supplier, chassis forwarded."""
        near = self._request_at(self.monday, fault_area="body", distance=80)
        self.assertEqual(
            self._line(near, "resolve").deadline, self.monday + timedelta(hours=24)
        )
        for vals in ({"distance": 150}, {"distance": 80, "needs_supplier": True}):
            request = self._request_at(self.monday, fault_area="body", **vals)
            self.assertEqual(
                self._line(request, "answer").deadline,
                self.monday + timedelta(hours=12),
            )
        chassis = self._request_at(self.monday, fault_area="chassis")
        self.assertEqual(
            self._line(chassis, "forward").deadline, self.monday + timedelta(hours=12)
        )
        with freeze_time(self.monday + timedelta(hours=2)):
            with self.assertRaises(UserError):
                chassis.action_forward()
            chassis.forwarded_to_id = self.supplier
            chassis.action_forward()
        self.assertEqual(self._line(chassis, "forward").state, "reached")
        self.assertIn("maker's result", "".join(chassis._get_close_blockers()))
        chassis.forward_result = "Engine exchanged, customer told"
        self.assertNotIn("maker's result", "".join(chassis._get_close_blockers()))

    def test_any_message_and_agreed_time(self):
        """R-SLA-05: any message in 24 h; on site at the time agreed."""
        question = self.env.ref("aftersales_service.kind_question")
        request = self._request_at(self.monday, kind_id=question.id)
        self.assertEqual(
            self._line(request, "answer").deadline, self.monday + timedelta(hours=24)
        )
        agreed = self.monday + timedelta(days=3, hours=2)
        request.appointment_at = agreed
        self.assertEqual(self._line(request, "on_site").deadline, agreed)
        request.appointment_at = agreed + timedelta(days=1)
        self.assertEqual(
            self._line(request, "on_site").deadline, agreed + timedelta(days=1)
        )

    def test_lunch_and_weekend_count_not(self):
        """R-SLA-01: working hours count: lunch and weekend do not."""
        lunch = self.monday + timedelta(hours=2, minutes=55)
        line = self._line(self._request_at(lunch), "answer")
        self.assertEqual(line.deadline, self.monday + timedelta(hours=4, minutes=5))
        friday = self.monday + timedelta(days=4, hours=7, minutes=55)
        line = self._line(self._request_at(friday), "answer")
        self.assertEqual(
            line.deadline, self.monday + timedelta(days=7, hours=-1, minutes=5)
        )

    def test_guided_by_phone_needs_no_visit(self):
        """R-INT-09, R-SLA-01: guided by phone instead of a visit, nobody has to be
        sent: the limits of a visit no longer apply and are never missed; they come
        back when the guidance did not help."""
        vals = {"level": "1", "needs_visit": False, "distance": 420}
        guided, answered = (self._request_at(self.monday, **vals) for _number in "12")
        with freeze_time(self.monday + timedelta(minutes=4)):
            (guided | answered).action_answer()
        for request in guided | answered:
            self.assertTrue(self._line(request, "dispatch"))
            self.assertTrue(self._line(request, "on_site"))

        with freeze_time(self.monday + timedelta(minutes=5)):
            guidance = self.env["aftersales.request.guidance"].create(
                {"request_id": guided.id, "content": "Clean the sensor"}
            )
            self.assertFalse(self._line(guided, "dispatch"))
            self.assertFalse(self._line(guided, "on_site"))
            guidance.action_not_running()
        self.assertTrue(self._line(guided, "dispatch"))
        self.assertTrue(self._line(guided, "on_site"))

        with freeze_time(self.monday + timedelta(minutes=6)):
            answered.solution = "The reading is normal"
            answered.action_solve()
        self.assertFalse(self._line(answered, "dispatch"))
        self.assertFalse(self._line(answered, "on_site"))

    def test_callback_after_solving(self):
        """R-FUP-01: a call-back within 24 h starts with the solution."""
        request = self._request_at(self.monday, level="1", needs_visit=False)
        solved = self.monday + timedelta(hours=3)
        with freeze_time(solved):
            request.solution = "Done by phone"
            request.action_solve()
        line = self._line(request, "callback")
        self.assertEqual(line.deadline, solved + timedelta(hours=24))
        self.assertEqual(line.start_event, "solved")

    # === CHOICE ===#
    def test_conditions(self):
        """R-SLA-05: a limit depends on customer, product, category and region;
        first by sequence."""
        Policy = self.env["aftersales.sla.policy"]
        region = self.env["aftersales.region"].create({"name": "Jiangxi"})
        category = self.env["product.category"].create({"name": "Crushers"})
        child = self.env["product.category"].create(
            {"name": "Jaw", "parent_id": category.id}
        )
        self.machine_product.categ_id = child
        self.customer.aftersales_region_id = region
        common = {
            "metric": "resolve",
            "calendar_mode": "always",
            "sequence": 1,
            "company_id": self.company.id,
        }
        for hours, condition in (
            (11, {"partner_ids": [Command.set(self.customer.ids)]}),
            (12, {"product_ids": [Command.set(self.machine_product.ids)]}),
            (13, {"categ_ids": [Command.set(category.ids)]}),
            (14, {"region_ids": [Command.set(region.ids)]}),
            (15, {"level": "3"}),
            (16, {"priority": "2"}),
        ):
            policy = Policy.create({"name": "x", "hours": hours, **common, **condition})
            request = self._request_at(self.monday, level="3", priority="2")
            line = self._line(request, "resolve")
            self.assertEqual(line.deadline, self.monday + timedelta(hours=hours))
            policy.active = False
        other = self.env["res.partner"].create({"name": "Other", "is_company": True})
        Policy.create(
            {
                "name": "x",
                "hours": 1,
                **common,
                "partner_ids": [Command.set(other.ids)],
            }
        )
        self.assertFalse(self._line(self._request_at(self.monday), "resolve"))

    def test_customer_calendar(self):
        """R-SLA-05: the customer's own service hours count where agreed."""
        nights = self.env["resource.calendar"].create(
            {
                "name": "Nights",
                "tz": "Asia/Shanghai",
                "attendance_ids": [
                    Command.create(
                        {
                            "name": "night",
                            "dayofweek": str(day),
                            "hour_from": 20,
                            "hour_to": 24,
                        }
                    )
                    for day in range(7)
                ],
            }
        )
        self.customer.aftersales_calendar_id = nights
        self.env["aftersales.sla.policy"].create(
            {
                "name": "Nights",
                "metric": "resolve",
                "hours": 5,
                "calendar_mode": "customer",
                "sequence": 1,
            }
        )
        request = self._request_at(self.monday)
        # 4 h on Monday night, 1 h on Tuesday night
        self.assertEqual(
            self._line(request, "resolve").deadline,
            self.monday + timedelta(days=1, hours=12),
        )

    def test_bad_policies(self):
        """A limit of nothing, a policy calendar without one, a wrong bracket."""
        Policy = self.env["aftersales.sla.policy"]
        with self.assertRaises(ValidationError):
            Policy.create({"name": "x", "metric": "answer"})
        with self.assertRaises(ValidationError):
            Policy.create(
                {"name": "x", "metric": "answer", "hours": 1, "calendar_mode": "policy"}
            )

    def test_reevaluation_is_logged(self):
        """R-SLA-08: a new priority, level or policy recomputes and is logged."""
        urgent = self.env["aftersales.sla.policy"].create(
            {
                "name": "Machine down",
                "metric": "on_site",
                "hours": 6,
                "priority": "2",
                "calendar_mode": "always",
                "sequence": 1,
            }
        )
        request = self._request_at(self.monday)
        line = self._line(request, "on_site")
        self.assertEqual(line.deadline, self.monday + timedelta(hours=48))
        request.priority = "2"
        self.assertEqual(line.policy_id, urgent)
        self.assertEqual(line.deadline, self.monday + timedelta(hours=6))
        self.assertIn("Machine down", request.message_ids[0].body)
        urgent.hours = 8
        self.assertEqual(line.deadline, self.monday + timedelta(hours=8))
        request.distance = 1500
        request.priority = "0"
        self.assertEqual(line.deadline, self.monday + timedelta(hours=72))

    # === PAUSES ===#
    def test_pause_also_outside_working_hours(self):
        """R-SLA-05: paused while waiting for the customer, begun and ended outside
        working hours; only working time is given back."""
        urgent = {
            "name": "Resolve",
            "metric": "resolve",
            "hours": 8,
            "calendar_mode": "company",
            "sequence": 1,
        }
        self.env["aftersales.sla.policy"].create(urgent)
        request = self._request_at(self.monday, needs_visit=False, level="1")
        with freeze_time(self.monday):
            request.action_answer()
        self._line(request, "dispatch")._reach(self.monday)
        line = self._line(request, "resolve")
        # 7 h are left of Monday (9-12, 13-17)
        self.assertEqual(line.deadline, self.monday + timedelta(days=1))
        with freeze_time(self.monday + timedelta(hours=12)):  # 21:00
            request.action_wait(reason="Customer looks for the drawing")
        self.assertEqual(line.state, "paused")
        self.assertEqual(request.sla_state, "paused")
        with freeze_time(self.monday + timedelta(hours=30)):
            self.env["aftersales.sla.status"]._sweep_missed()
            self.assertEqual(line.state, "paused", "paused is never overdue")
        with freeze_time(self.monday + timedelta(days=1, hours=2)):  # Tue 11:00
            request.action_resume()
        self.assertEqual(line.state, "running")
        self.assertEqual(line.paused_minutes, 180)
        self.assertEqual(line.deadline, self.monday + timedelta(days=1, hours=3))
        self.assertEqual(request.state, "new")

    def test_reply_of_the_customer_resumes_and_reopens(self):
        """R-INT-12: the customer's reply resumes a waiting request, reopens a
        solved one; the time it was solved doesn't count."""
        self.env["aftersales.sla.policy"].create(
            {
                "name": "Resolve",
                "metric": "resolve",
                "hours": 10,
                "calendar_mode": "always",
                "sequence": 1,
            }
        )
        request = self._request_at(self.monday, needs_visit=False, level="1")
        line = self._line(request, "resolve")
        with freeze_time(self.monday + timedelta(hours=1)):
            request.action_wait(reason="Photo asked for")
        with freeze_time(self.monday + timedelta(hours=3)):
            request.message_post(
                body="Here it is",
                author_id=self.contact.id,
                message_type="email",
                subtype_xmlid="mail.mt_comment",
            )
        self.assertEqual(request.state, "new")
        self.assertEqual(line.deadline, self.monday + timedelta(hours=12))
        with freeze_time(self.monday + timedelta(hours=4)):
            request.solution = "Adjusted"
            request.action_solve()
        self.assertEqual(line.state, "reached")
        with freeze_time(self.monday + timedelta(hours=24)):
            request.message_post(
                body="Broken again",
                author_id=self.contact.id,
                message_type="email",
                subtype_xmlid="mail.mt_comment",
            )
        self.assertEqual(request.state, "in_progress")
        self.assertEqual(line.state, "running")
        self.assertEqual(line.deadline, self.monday + timedelta(hours=32))

    def test_failed_stays_failed(self):
        """R-SLA-08: neither a pause, a new policy nor reaching it later heals a
        missed limit."""
        request = self._request_at(self.monday)
        line = self._line(request, "answer")
        with freeze_time(self.monday + timedelta(minutes=11)):
            request.action_wait(reason="Too late")
        self.assertEqual(line.state, "missed")
        request.priority = "2"
        with freeze_time(self.monday + timedelta(minutes=30)):
            request.action_resume()
            request.action_answer()
        self.assertEqual(line.state, "reached")
        self.assertTrue(line.failed)
        self.assertEqual(line.deadline, self.monday + timedelta(minutes=10))

    # === AGREED NEW TIMES, CALLS ===#
    def _agree(self, line, **vals):
        return self.env["aftersales.sla.agree"].create(
            {"status_id": line.id, "reason": "Bridge closed", **vals}
        )

    def test_new_time_agreed_before_the_old_one(self):
        """R-SLA-06: agreed before the old time passes, with the reason; after it
        only another technician helps."""
        request = self._request_at(self.monday)
        line = self._line(request, "on_site")
        new = self.monday + timedelta(hours=60)
        with freeze_time(self.monday + timedelta(hours=40)):
            self._agree(line, new_deadline=new).action_agree()
        self.assertEqual(line.deadline, new)
        self.assertEqual(line.first_deadline, self.monday + timedelta(hours=48))
        self.assertEqual(line.agreed_reason, "Bridge closed")
        self.assertEqual(request.appointment_at, new)
        request.priority = "1"
        self.assertEqual(line.deadline, new, "a re-evaluation keeps what was agreed")
        with freeze_time(new + timedelta(minutes=1)):
            with self.assertRaises(UserError):
                self._agree(line, new_deadline=new + timedelta(days=1)).action_agree()
            self._agree(line).action_refused()
        self.assertIn(
            "Assign another technician", request.activity_ids.mapped("summary")
        )

    def test_three_calls_in_vain(self):
        """R-SLA-07: three unanswered calls, ten minutes apart, are reported."""
        request = self._request_at(self.monday, user_id=self.users["dispatcher"].id)

        def call(minutes, result="unanswered"):
            at = self.monday + timedelta(minutes=minutes)
            with freeze_time(at):
                self.env["aftersales.call"].create(
                    {"request_id": request.id, "result": result, "called_at": at}
                )

        call(0)
        call(5)
        call(10)
        self.assertFalse(request.is_unreachable, "the second came too early")
        call(20)
        self.assertTrue(request.is_unreachable)
        activity = request.activity_ids
        self.assertEqual(activity.user_id, self.users["dispatcher"])
        call(40)
        self.assertEqual(len(request.activity_ids), 1, "reported once")
        call(60, "answered")
        self.assertFalse(request.is_unreachable)
        # a call noted wrongly is corrected by who made it
        last = request.call_ids.sorted("called_at")[-1]
        last.user_id = self.users["hotline"]
        with self.assertRaises(AccessError):
            self.as_user(last, "technician").result = "unanswered"
        self.as_user(last, "hotline").result = "unanswered"
        self.assertTrue(request.is_unreachable)

    def test_technician_answers_for_being_on_site(self):
        """R-SLA-08: the technician sent answers for the on-site limit."""
        request = self._request_at(self.monday)
        order = self._create_order(request).sudo()
        order.write({"state": "dispatched", "dispatched_at": self.monday})
        request._apply_order_states()
        line = self._line(request, "on_site")
        self.assertEqual(line.employee_id, self.technician)
        order.write(
            {"state": "on_site", "arrived_at": self.monday + timedelta(hours=47)}
        )
        request._apply_order_states()
        self.assertEqual(line.state, "reached")
        self.assertFalse(line.failed)
        self.assertEqual(line.order_id, order)

    # === SWEEP ===#
    def test_warning_and_escalation(self):
        """R-SLA-08: near its end a limit warns the owner, missed it escalates to
        the department manager; each once."""
        self.department.manager_id = self.employees["service_manager"]
        request = self._request_at(self.monday, user_id=self.users["hotline"].id)
        line = self._line(request, "answer")
        Status = self.env["aftersales.sla.status"]
        with freeze_time(self.monday + timedelta(minutes=8)):
            Status._sweep_warnings()
            Status._sweep_warnings()
        activity = request.activity_ids
        self.assertEqual(activity.user_id, self.users["hotline"])
        self.assertEqual(request.sla_state, "warning")
        with freeze_time(self.monday + timedelta(minutes=11)):
            self.assertGreaterEqual(Status._sweep_missed(), 1)
            self.assertEqual(Status._sweep_missed(), 0)
            Status._sweep_escalations()
            Status._sweep_escalations()
        self.assertEqual(line.state, "missed")
        self.assertTrue(line.failed)
        self.assertEqual(request.sla_state, "overdue")
        escalation = request.activity_ids - activity
        self.assertEqual(escalation.user_id, self.users["service_manager"])

    def test_cron(self):
        """R-SLA-08: the cron marks, warns and escalates by itself, in steps."""
        self.department.manager_id = self.employees["service_manager"]
        now = fields.Datetime.now()
        request = self._create_request(
            reported_at=now - timedelta(days=30), distance=10
        )
        line = self._line(request, "on_site")
        with self.enter_registry_test_mode():
            self.env.ref("aftersales_service.cron_sla_sweep").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(line.state, "missed")
        self.assertTrue(line.escalated)
        self.assertIn(self.users["service_manager"], request.activity_ids.user_id)

    # === SPEED ===#
    def test_queries_of_a_batch(self):
        """Creating requests with their SLA lines: constant work per record, and
        reading the list doesn't grow."""

        def vals(count):
            return [
                {
                    "partner_id": self.customer.id,
                    "lot_id": self.machine.id,
                    "fault": f"Fault {number}",
                    "company_id": self.company.id,
                }
                for number in range(count)
            ]

        Request = self.env["aftersales.request"]
        Request.create(vals(5))
        with self._count_queries() as queries:
            requests = Request.create(vals(100))
        self.assertEqual(len(requests.sla_status_ids), 200)
        self.assertLessEqual(queries["count"] / 100, 5)

        specification = {
            name: {} if not field["relation"] else {"fields": {"display_name": {}}}
            for name, field in self._list_fields().items()
        }
        hotline = Request.with_user(self.users["hotline"])

        def read(records):
            hotline.web_search_read([("id", "in", records.ids)], specification)

        self.assertNoQueryGrowth(read, requests[:10], requests)

    def _list_fields(self):
        view = self.env["aftersales.request"].get_view(
            self.env.ref("aftersales_service.aftersales_request_view_list").id, "list"
        )
        names = view["models"]["aftersales.request"]
        described = self.env["aftersales.request"].fields_get(
            names, attributes=("relation",)
        )
        return {
            name: {"relation": value.get("relation")}
            for name, value in described.items()
        }
