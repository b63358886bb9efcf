# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from xmlrpc.client import Fault

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time
from psycopg2.errors import CheckViolation

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tests import HttpCase, tagged
from odoo.tests.common import get_db_name
from odoo.tools import mute_logger

from .common import ROLES, AftersalesCommon
from .common_roles import RolesMixin


@tagged("post_install", "-at_install")
class TestTampering(RolesMixin, AftersalesCommon, HttpCase):
    """Approvals and results: nobody writes them past the buttons, over RPC either."""

    def _submitted(self, **vals):
        """Return a request that waits for manager and vice president."""
        request = self._create_request(level="2", **vals)
        request = self.as_user(request, "hotline")
        request.action_assess()
        request.action_submit()
        self.assertEqual(len(request.review_ids), 2)
        return request.with_env(self.env)

    # === reviews ===#
    def test_no_role_writes_reviews(self):
        """R-CLM-05, R-INT-08: reviews of our documents are neither made, changed nor
        deleted by hand, whoever tries and by whichever way."""
        request = self._submitted()
        first, last = request.review_ids.sorted("sequence")
        draft = self._create_request(level="2")
        vals = {
            "model": request._name,
            "res_id": draft.id,
            "definition_id": first.definition_id.id,
            "status": "approved",
        }
        names = set(first._fields) - {"write_uid", "write_date"}
        before = (first + last).read(names)
        for role in ROLES:
            user = self.users[role]
            review = first.with_user(user)
            tries = [
                lambda review=review: review.create(vals),
                lambda review=review: review.with_context(
                    default_model=request._name
                ).create({"res_id": draft.id, "status": "approved"}),
                lambda review=review: review.copy(),
                lambda review=review: review.unlink(),
                lambda review=review: (review + last).unlink(),
                lambda user=user: draft.with_user(user).write(
                    {"review_ids": [Command.create(vals)]}
                ),
                lambda user=user: request.with_user(user).write(
                    {"review_ids": [Command.update(last.id, {"sequence": 0})]}
                ),
                # what no client can send is an object, all else is tried
                lambda review=review: review.with_context(
                    aftersales_tier_flow=True
                ).write({"status": "approved"}),
            ]
            for values in (
                {"status": "approved"},
                {"status": "pending"},
                {"sequence": 0},
                {"reviewer_ids": [Command.link(user.id)]},
                {"done_by": user.id, "comment": "Fine"},
                {"requested_by": user.id},
                {"definition_id": last.definition_id.id},
                {"res_id": draft.id},
                {"model": "res.partner"},
                {"can_review": True},
                {"decided_via": "link"},
            ):
                tries.append(lambda review=review, values=values: review.write(values))
            for number, attempt in enumerate(tries):
                with self.subTest(role=role, number=number):
                    with self.assertRaises(UserError):
                        attempt()
        self.env.invalidate_all()
        self.assertEqual((first + last).read(names), before)
        self.assertFalse(draft.review_ids)

    def test_foreign_review_is_not_moved_here(self):
        """R-CLM-05: other addons keep OCA's rights on their reviews, but none of
        these becomes a review of ours."""
        Review = self.env["tier.review"].with_user(self.users["employee"])
        request = self._submitted()
        foreign = Review.create(
            {"model": "res.partner", "res_id": self.customer.id, "status": "approved"}
        )
        foreign.sequence = 3
        with self.assertRaises(AccessError):
            foreign.write({"model": request._name, "res_id": request.id})
        foreign.unlink()

    def test_comment_is_the_approvers(self):
        """R-CLM-05: a comment on a review is its approver's, until he has decided."""
        request = self._submitted()
        review = request.review_ids.sorted("sequence")[0]
        for role in ("hotline", "sales_vp", "employee"):
            with self.assertRaisesRegex(AccessError, "its approvers"):
                self.as_user(review, role).comment = "In a hurry"
        self.as_user(review, "service_manager").comment = "Worn out"
        self.as_user(request, "service_manager").validate_tier()
        with self.assertRaises(AccessError):
            self.as_user(review, "service_manager").comment = "Never said that"
        self.assertEqual(review.comment, "Worn out")

    def test_tiers_in_turn(self):
        """R-INT-08: the comment dialog of the tiers, filled in by hand, neither jumps
        the queue nor decides on another document."""
        request = self._submitted()
        other = self._submitted()
        first, last = request.review_ids.sorted("sequence")
        vals = {
            "validate_reject": "validate",
            "res_model": request._name,
            "comment": "Fine",
        }
        for role, document, review in (
            ("sales_vp", request, last),
            ("service_manager", other, first),
        ):
            wizard = self.env["comment.wizard"].with_user(self.users[role])
            wizard = wizard.create(
                {
                    **vals,
                    "res_id": document.id,
                    "review_ids": [Command.set(review.ids)],
                }
            )
            for way in ("validate", "reject"):
                wizard.validate_reject = way
                with self.assertRaisesRegex(UserError, "not your turn"):
                    wizard.add_comment()
        statuses = (request + other).review_ids.mapped("status")
        self.assertEqual(set(statuses), {"waiting", "pending"})
        wizard = self.env["comment.wizard"].with_user(self.users["service_manager"])
        wizard.create(
            {**vals, "res_id": request.id, "review_ids": [Command.set(first.ids)]}
        ).add_comment()
        self.assertEqual((first.status, first.comment), ("approved", "Fine"))
        # and the counter in the tray lets the next one in
        self.env["res.users"].with_user(self.users["sales_vp"]).review_user_count()
        self.as_user(request, "sales_vp").validate_tier()
        self.assertEqual(request.state, "in_progress")

    def test_context_opens_nothing(self):
        """R-INT-08: OCA's context keys, sent from outside, neither unlock a document
        under approval nor ask for reviews before the time."""
        request = self._submitted()
        with self.assertRaises(ValidationError):
            self.as_user(request, "hotline").with_context(
                skip_validation_check=True
            ).level = "1"
        budget = self.env["aftersales.budget"].create(
            {
                "department_id": self.department.id,
                "year": fields.Date.today().year + 1,
                "amount": 300000,
                "company_id": self.company.id,
            }
        )
        need = self.env["aftersales.budget.request"].create(
            {
                "name": "Van",
                "budget_id": budget.id,
                "amount": 80000,
                "reason": "Broken",
                "user_id": self.users["hotline"].id,
            }
        )
        self.as_user(need, "general_manager").action_reject()
        need.invalidate_recordset()
        self.as_user(need, "service_manager").with_context(
            skip_check_state_condition=True
        ).request_validation()
        self.assertFalse(need.review_ids)

    def test_restart_needs_the_document(self):
        """R-INT-08: who may not write a document neither asks for its approval nor
        takes it back."""
        request = self._submitted()
        for role in ("employee", "technician", "accountant"):
            document = self.as_user(request, role)
            for method in ("restart_validation", "request_validation"):
                with self.subTest(role=role, method=method):
                    with self.assertRaises(AccessError):
                        getattr(document, method)()
        self.assertEqual(len(request.review_ids), 2)
        self.as_user(request, "hotline").restart_validation()
        self.assertFalse(request.review_ids)
        self.assertEqual(request.state, "assessed")
        self.as_user(request, "hotline").action_submit()
        self.as_user(request, "service_manager").reject_tier()
        self.assertEqual(request.validation_status, "rejected")

    def test_who_reads_reviews(self):
        """R-INT-08, R-CLM-05: reviews and their comments are read by whoever reads the
        document, in its company; who asked and who decides read them in any case."""
        request = self._submitted(user_id=self.users["hotline"].id)
        readers = {
            role for role in ROLES if self.as_user(request, role).has_access("read")
        }
        self.assertLess({"hotline", "service_manager", "sales_vp"}, readers)
        self.assertFalse({"technician", "technician2", "employee", "hr"} & readers)
        self.assertReviewsReadBy(request, readers)
        # the technician of its order may
        self._create_order(request)
        self.assertReviewsReadBy(request, readers | {"technician"})
        # who asked has been moved to a place where he no longer sees the request
        reviews = request.sudo().review_ids
        reviews.requested_by = self.users["technician2"]
        own = self.env["tier.review"].with_user(self.users["technician2"])
        self.env.invalidate_all()
        self.assertEqual(own.search([("model", "=", request._name)]), reviews)
        other = self.env["res.company"].create({"name": "Huakuang Trading"})
        boss = self.users["general_manager"]
        boss.company_ids |= other
        review = reviews.with_user(boss)
        self.assertTrue(review.has_access("read"))
        self.assertFalse(
            review.with_context(allowed_company_ids=other.ids).has_access("read")
        )

    def test_reviews_of_others_stay_open(self):
        """R-CLM-05: reviews of documents that are not ours keep OCA's rights."""
        foreign = self.env["tier.review"].create(
            {"model": "res.partner", "res_id": self.customer.id, "comment": "Good"}
        )
        mine = self.as_user(foreign, "employee")
        self.env.invalidate_all()
        self.assertEqual(mine.search([("comment", "=", "Good")]), foreign)
        self.assertEqual(mine.read(["comment"])[0]["comment"], "Good")

    def test_turn_follows_from_all_tiers(self):
        """R-INT-08: the counter of a reviewer who may read his own tier only does not
        put him before the tiers he cannot see."""
        request = self._submitted()
        first, last = request.sudo().review_ids.sorted("sequence")
        last.write({"status": "waiting", "reviewer_ids": [Command.clear()]})
        stranger = self.users["technician2"]
        self.env.flush_all()
        last.reviewer_ids = stranger
        self.env.invalidate_all()
        self.assertFalse(self.as_user(first, "technician2").has_access("read"))
        stranger.with_user(stranger).review_user_count()
        self.assertEqual((first.status, last.status), ("pending", "waiting"))

    def test_reading_reviews_costs_no_more(self):
        """R-INT-08: who may read a review is part of the query, for one as for many."""
        requests = self._submitted()
        for _number in range(5):
            requests |= self._submitted()

        def read(records):
            self.env.invalidate_all()
            for record in self.as_user(records, "sales_vp"):
                record.review_ids.mapped("comment")

        self.assertNoQueryGrowth(read, requests[:1], requests)
        user = self.users["sales_vp"]
        with self._count_queries() as restricted:
            reviews = requests.with_user(user).review_ids
            self.assertTrue(reviews.reviewer_ids and reviews.mapped("sequence"))
        with self._count_queries() as free:
            reviews = requests.with_user(user).sudo().review_ids
            self.assertTrue(reviews.reviewer_ids and reviews.mapped("sequence"))
        Review = self.env["tier.review"].with_user(user)
        ours = Domain("model", "=", requests._name)
        for domain, names in (
            (ours & Domain("res_id", "in", requests.ids), {requests._name}),
            (ours | Domain("res_id", "in", requests.ids), None),
            (~ours & Domain("status", "=", "pending"), None),
            (Domain("status", "=", "pending"), None),
        ):
            self.assertEqual(Review._get_searched_models(domain), names)
        # one more, for the user himself
        self.assertLessEqual(restricted["count"], free["count"] + 1)

    def test_portal_reads_no_reviews(self):
        """R-CLM-05: who decided what, with comments, is not the customer's to read."""
        request = self._submitted()
        Review = self.env["tier.review"].with_user(self.portal_user)
        self.assertFalse(Review.search([("model", "=", request._name)]))
        with self.assertRaises(AccessError):
            Review.browse(request.review_ids.ids).read(["comment"])
        with self.assertRaises(AccessError):
            Review.create({"model": request._name, "res_id": request.id})

    # === report ===#
    def test_lines_of_a_signed_report(self):
        """R-DSP-09, R-DSP-14: what was signed is not changed by way of the log, the
        attendance sheet, the parts or the checks; a manager reopens it first."""
        order = self._bring_on_site(self._create_order())
        line = {"order_id": order.id, "name": "Assembly"}
        self.env["aftersales.order.log"].create(
            {**line, "work_hours": 8, "employee_id": self.technician.id}
        )
        self.env["aftersales.training.attendee"].create(line)
        self.env["aftersales.order.part"].create(
            {"order_id": order.id, "product_id": self.seal.id, "source": "own"}
        )
        self._fill_report(order).action_submit_report()
        other = self._plan(self._create_order())
        spare = self.env["aftersales.order.part"].create(
            {"order_id": other.id, "product_id": self.seal.id, "source": "own"}
        )
        spare = self.as_user(spare, "technician")
        mine = self.as_user(order, "technician")
        planner = self.as_user(order, "dispatcher")
        for number, attempt in enumerate(
            (
                lambda: mine.log_ids.write({"work_hours": 12}),
                lambda: mine.log_ids.copy({"work_hours": 4}),
                lambda: mine.log_ids.unlink(),
                lambda: mine.attendee_ids.write({"name": "Zhao Wu"}),
                lambda: mine.attendee_ids.copy(),
                lambda: mine.attendee_ids.unlink(),
                lambda: mine.part_ids.write({"source": "warehouse"}),
                lambda: mine.part_ids.write({"order_id": other.id}),
                lambda: spare.write({"order_id": order.id}),
                lambda: mine.part_ids.unlink(),
                lambda: mine.check_ids.write({"note": "All right"}),
                lambda: planner.check_ids.write({"required": False}),
                lambda: planner.check_ids[:1].copy(),
                lambda: planner.check_ids.unlink(),
            )
        ):
            with self.subTest(number=number):
                with self.assertRaises(UserError) as refused:
                    attempt()
                self.assertIn("handed in", str(refused.exception))
        self.assertEqual(order.work_duration, 8)
        self.as_user(order, "service_manager").action_reopen_report()
        mine.log_ids.work_hours = 9
        self.assertEqual(order.work_duration, 9)

    # === warranty ===#
    def test_reading_is_corrected_not_rewritten(self):
        """R-WAR-01: the running hours that end a warranty are corrected by who read
        them, on the day, else by the service manager; the machine's log keeps both."""
        Reading = self.env["aftersales.machine.reading"]
        reading = Reading.with_user(self.users["technician"]).create(
            {"lot_id": self.machine.id, "hours": 5200}
        )
        reading.hours = 5100
        for role in ("technician2", "hotline"):
            with self.assertRaisesRegex(UserError, "within a day"):
                self.as_user(reading, role).hours = 100
        with freeze_time(fields.Datetime.now() + relativedelta(days=2)):
            for vals in ({"hours": 100}, {"date": "2025-01-01"}, {"user_id": False}):
                with self.assertRaisesRegex(UserError, "within a day"):
                    reading.write(vals)
            reading.note = "Display half broken"
            self.as_user(reading, "service_manager").hours = 5150
        self.assertEqual(self.machine.running_hours, 5150)
        bodies = "".join(self.machine.message_ids.mapped("body"))
        for hours in ("5200 h", "5100 h", "5150 h"):
            self.assertIn(hours, bodies)

    # === training file ===#
    def _certify(self, grade, **vals):
        return self.env["aftersales.qualification"].create(
            {
                "name": f"Certification {grade}",
                "employee_id": self.technician.id,
                "company_id": self.company.id,
                "kind": "certification",
                "grade": grade,
                **vals,
            }
        )

    def test_result_closes_the_line(self):
        """R-DSP-02, R-DSP-19: what a result was given for stays as it was; a mistake
        is taken back first, by somebody else than the person, and logged."""
        self.technician.technician_grade = "junior"
        line = self._certify("expert", score=80)
        self.as_user(line, "service_manager").action_pass()
        self.assertEqual(self.technician.technician_grade, "expert")
        today = fields.Date.today()
        for role in ("service_manager", "hr"):
            for values in (
                {"employee_id": self.technician2.id},
                {"kind": "training"},
                {"grade": "senior"},
                {"date": today - relativedelta(years=1)},
                {"valid_until": today + relativedelta(years=9)},
                {"score": 100},
                {"note": "Very good"},
                {"name": "Other"},
            ):
                with self.subTest(role=role, values=values):
                    with self.assertRaisesRegex(UserError, "take that back first"):
                        self.as_user(line, role).write(values)
            with self.assertRaisesRegex(UserError, "take that back first"):
                self.as_user(line, role).unlink()
            with self.assertRaises(AccessError):
                self.as_user(line, role).write({"grade_before": "senior"})
        self.as_user(line, "hr").action_reset()
        self.assertEqual(line.result, "planned")
        self.assertEqual(self.technician.technician_grade, "junior")
        self.assertRegex(line.message_ids[:1].body, "Taken back: Passed .*Expert, 80")
        self.as_user(line, "hr").write({"grade": "senior", "score": 60})
        self.as_user(line, "hr").action_pass()
        self.assertEqual(self.technician.technician_grade, "senior")
        # nobody takes back what was said about himself
        self.technician.user_id = self.users["service_manager"]
        with self.assertRaisesRegex(AccessError, "himself"):
            self.as_user(line, "service_manager").action_reset()

    def test_grade_after_taking_back(self):
        """R-DSP-02: the last certification still passed gives the grade."""
        today = fields.Date.today()
        self.technician.technician_grade = False
        first = self._certify("junior", date=today - relativedelta(years=1))
        second = self._certify("senior", date=today - relativedelta(months=6))
        third = self._certify("expert", date=today)
        for line in (first, second, third):
            line.action_pass()
        second.action_reset()
        self.assertEqual(self.technician.technician_grade, "expert")
        third.action_reset()
        self.assertEqual(self.technician.technician_grade, "junior")
        first.action_reset()
        self.assertFalse(self.technician.technician_grade)

    # === figures and stamps ===#
    def test_stamps_and_positions_are_the_buttons(self):
        """R-DSP-03, R-DSP-16: where somebody was and when the dealer was told comes
        from the steps on the phone and the button, imported history from the
        import."""
        order = self._plan(self._create_order())
        now = fields.Datetime.now()
        for role in ("dispatcher", "technician", "service_manager"):
            mine = self.as_user(order, role)
            for vals in (
                {"dealer_told_at": now},
                {"is_history": True},
                {"departed_latitude": 28.7},
                {"arrived_longitude": 115.9},
                {"finished_latitude": 28.7, "finished_longitude": 115.9},
            ):
                with self.subTest(role=role, vals=vals):
                    with self.assertRaisesRegex(AccessError, "buttons alone"):
                        mine.write(vals)
        request = self.as_user(self._create_request(), "hotline")
        with self.assertRaisesRegex(UserError, "its buttons only"):
            request.is_history = True
        self.customer.dealer_id = self.dealer
        self.as_user(order, "dispatcher").action_tell_dealer()
        self.assertTrue(order.dealer_told_at)

    def test_measured_figures_are_not_written(self):
        """R-KPI-02: what the system measured stays; the manager judges, the figures
        come from computing them again."""
        today = fields.Date.today()
        vals = {
            "employee_id": self.technician.id,
            "date_from": today.replace(day=1),
            "date_to": today,
        }
        reviews = self.env["aftersales.review"].with_user(self.users["service_manager"])
        review = reviews.create(vals)
        lines = review.line_ids
        self.assertTrue(lines)
        before = lines.mapped("value"), lines.mapped("count")
        for role in ("service_manager", "hr", "general_manager"):
            for said in ({"value": 99}, {"count": 9}):
                with self.subTest(role=role, said=said):
                    with self.assertRaises(AccessError):
                        self.as_user(lines, role).write(said)
        with self.assertRaises(AccessError):
            lines[:1].copy({"value": 99})
        review.action_compute()
        self.assertEqual((lines.mapped("value"), lines.mapped("count")), before)
        lines[0].write({"score": 80, "comment": "Calm with customers"})
        self.assertEqual(lines[0].score, 80)

    def test_computed_figures_are_not_written(self):
        """R-PEN-06, R-DSP-19, R-WAR-05: what was deducted and is open, who was late,
        and how long a part is under warranty, follows from what is recorded."""
        plan = self.env["aftersales.deduction"].create(
            {"employee_id": self.technician.id, "amount": 100, "reason": "Lost tool"}
        )
        part = self.env["aftersales.machine.component"].create(
            {"lot_id": self.machine.id, "product_id": self.seal.id}
        )
        day = self.env["aftersales.resident.day"]
        for role, records, vals in (
            ("hr", plan, {"deducted_amount": 100}),
            ("accountant", plan, {"residual_amount": 0}),
            ("accountant", plan, {"refunded_amount": 100}),
            ("dispatcher", part, {"warranty_end": "2099-12-31"}),
            ("service_manager", part, {"warranty_end": "2099-12-31"}),
            ("dispatcher", day, {"presence_hours": 9}),
            ("service_manager", day, {"is_late": False, "late_minutes": 0}),
        ):
            mine = self.as_user(records, role)
            with self.subTest(role=role, model=records._name, vals=vals):
                if records:
                    with self.assertRaisesRegex(AccessError, "is computed"):
                        mine.write(vals)
                with self.assertRaisesRegex(AccessError, "is computed"):
                    mine.create(vals)
        self.as_user(part, "dispatcher").warranty_months = 6
        self.assertEqual(part.warranty_end, part.fitted_on + relativedelta(months=6))

    @mute_logger("odoo.sql_db")
    def test_points_and_owners(self):
        """R-PEN-03, R-INT-13: no negative points; nobody's ownership ends before it
        began, and a machine may be sold on before it was delivered."""
        owner = self.env["aftersales.machine.owner"].create(
            {
                "lot_id": self.machine.id,
                "partner_id": self.customer.id,
                "date_from": "2026-03-01",
                "date_to": "2026-03-01",
            }
        )
        with self.assertRaises(CheckViolation), self.env.cr.savepoint():
            owner.date_to = "2026-02-28"
            owner.flush_recordset()
        later = fields.Date.today() + relativedelta(days=20)
        machine = self._create_machine(
            "SOLD-ON", delivery_date=later, acceptance_date=False
        )
        machine.customer_id = self.dealer
        first = machine.owner_ids.filtered(lambda o: o.partner_id == self.customer)
        self.assertEqual(first.date_to, later)
        penalty = self.env["aftersales.penalty"].create(
            {
                "employee_id": self.technician.id,
                "company_id": self.company.id,
                "rule_id": self.env["aftersales.penalty.rule"].search([], limit=1).id,
                "event_date": fields.Date.today(),
            }
        )
        with self.assertRaises(CheckViolation), self.env.cr.savepoint():
            penalty.points = -3
            penalty.flush_recordset()

    # === XML-RPC ===#
    def test_buttons_answer_over_xml_rpc(self):
        """Buttons called over XML-RPC, which has no word for nothing, answer; what
        one may not do is refused there too."""

        def call(role, record, method, *args):
            return self.xmlrpc_object.execute_kw(
                get_db_name(),
                self.users[role].id,
                # what new_test_user makes of a short login
                self.users[role].login.ljust(8, "x"),
                record._name,
                method,
                [record.ids, *args],
            )

        request = self._create_request(level="2")
        for method in ("action_answer", "action_assess", "action_submit"):
            self.assertIs(call("hotline", request, method), True, method)
        review = request.review_ids.sorted("sequence")[0]
        with self.assertRaisesRegex(Fault, "by its buttons only"):
            call("sales_vp", review, "write", {"status": "approved"})
        self.assertIs(call("service_manager", request, "validate_tier"), True)
        self.assertIs(call("sales_vp", request, "reject_tier"), True)
        self.assertIs(call("hotline", request, "restart_validation"), True)
        line = self._certify("senior")
        self.assertIs(call("hr", line, "action_pass"), True)
        self.env.invalidate_all()
        self.assertEqual(self.technician.technician_grade, "senior")
