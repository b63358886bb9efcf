# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .kpi_common import KpiCommon


@tagged("post_install", "-at_install")
class TestKpi(KpiCommon):
    # --- figures ------------------------------------------------------------------
    def test_figures_by_hand(self):
        """R-KPI-01: ten cases counted by hand against the targets."""
        for index in range(10):
            self._case(late=index == 0, answer=4 if index < 5 else 8)
        self.env["aftersales.complaint"].create(
            {
                "partner_id": self.customer.id,
                "text": "came late",
                "received_at": self.noon,
                "verdict": "justified",
                "company_id": self.company.id,
            }
        )
        self.period.action_refresh()
        on_time = self._figure("on_time")
        self.assertEqual((on_time.numerator, on_time.denominator), (9, 10))
        self.assertEqual((on_time.value, on_time.target), (90, 90))
        self.assertEqual(on_time.result, "yes")
        self.assertEqual(self._figure("on_time_on_site").value, 90)
        response = self._figure("response_time")
        self.assertEqual(
            (response.value, response.numerator, response.denominator), (6, 60, 10)
        )
        self.assertEqual(self._figure("satisfaction").value, 100)
        complaints = self._figure("complaints")
        self.assertEqual((complaints.value, complaints.result), (10, "no"))
        self.assertEqual(self._figure("first_time_fix").value, 100)
        self.assertEqual(self._figure("repeat").value, 0)

    def test_targets_of_the_period(self):
        """R-KPI-01: the target valid in the period counts, the department's before
        the company's; two for the same days are refused."""
        target = self.env.ref("aftersales_service.kpi_target_on_time")
        Target = self.env["aftersales.kpi.target"]
        for _index in range(4):
            self._case()
        self._case(late=True)
        self.period.action_refresh()
        self.assertEqual(self._figure("on_time").result, "no", "80 of at least 90")
        with self.assertRaisesRegex(ValidationError, "already"), self.cr.savepoint():
            Target.create({"code": "on_time", "value": 75, "valid_from": self.month})
        target.valid_to = self.month - relativedelta(days=1)
        Target.create({"code": "on_time", "value": 75, "valid_from": self.month})
        self.period.action_refresh()
        figure = self._figure("on_time")
        self.assertEqual((figure.target, figure.result), (75, "yes"))
        Target.create(
            {
                "code": "on_time",
                "value": 85,
                "valid_from": self.month,
                "company_id": self.company.id,
            }
        )
        self.period.action_refresh()
        figure = self._figure("on_time")
        self.assertEqual((figure.target, figure.result), (85, "no"))

    def test_drill_down(self):
        """R-KPI-01: every figure opens the records it counts."""
        request = self._case(late=True)
        self._case()
        self.period.action_refresh()
        opened = {}
        for figure in self.period.figure_ids:
            action = figure.action_view_cases()
            opened[figure.code] = self.env[action["res_model"]].search(action["domain"])
        counted = {figure.code: figure.denominator for figure in self.period.figure_ids}
        for code in ("on_time", "on_time_on_site", "response_time", "cost_per_order"):
            self.assertEqual(len(opened[code]), counted[code], code)
        fixed = opened["first_time_fix"].filtered("first_time_fix_rate")
        self.assertEqual(len(fixed), self._figure("first_time_fix").numerator)
        for code in ("complaints", "repeat"):
            self.assertEqual(len(opened[code]), self._figure(code).numerator, code)
        hours = opened["utilisation"].mapped(lambda o: o.work_hours + o.travel_hours)
        self.assertAlmostEqual(sum(hours), self._figure("utilisation").numerator)
        self.assertEqual(opened["satisfaction"].partner_id, self.customer)
        action = self._figure("on_time").action_view_cases()
        rows = self.env["aftersales.sla.report"].search(action["domain"])
        self.assertEqual(len(rows), 2)
        missed = rows.filtered(lambda row: not row.on_time_rate)
        self.assertEqual(missed.request_id, request)

    def test_customers_count_once(self):
        """R-FUP-04, R-KPI-01: a customer with three cases weighs as much as one with
        a single case: (2/3 + 0) of 2 are satisfied."""
        for satisfaction in ("5", "4", "1"):
            self._case(satisfaction=satisfaction)
        other = self.env["res.partner"].create(
            {"name": "Another quarry", "company_id": self.company.id}
        )
        request = self._case(satisfaction="2")
        request.sudo().partner_id = other
        request.order_ids.sudo().partner_id = other
        self.period.action_refresh()
        figure = self._figure("satisfaction")
        self.assertAlmostEqual(figure.numerator, 2 / 3)
        self.assertEqual(figure.denominator, 2)
        self.assertAlmostEqual(figure.value, 100 / 3)

    def test_first_time_fix_and_repeat(self):
        """R-KPI-01: reopened, repeated or twice visited is no first-time fix."""
        good, twice, reopened, repeated = (self._case() for _ in range(4))
        order = self._create_order(twice)
        order.sudo().write({"state": "done", "finished_at": self.noon})
        reopened.sudo().reopen_count = 1
        again = self._case()
        again.sudo().repeat_of_id = repeated
        self.env.flush_all()
        rows = self.env["aftersales.request.report"].search(
            [("request_id", "in", (good | twice | reopened | repeated | again).ids)]
        )
        rates = {row.request_id: row.first_time_fix_rate for row in rows}
        self.assertEqual(rates[good], 100)
        self.assertEqual((rates[twice], rates[reopened], rates[repeated]), (0, 0, 0))
        # whose first visits they were
        self.env.flush_all()
        shares = self.env["aftersales.request.report"]._read_group(
            [("request_id", "in", (good | twice).ids)],
            ["technician_id"],
            ["first_time_fix_rate:avg"],
        )
        self.assertEqual(shares, [(self.technician, 50)])
        self.assertEqual(
            rows.filtered(lambda r: r.request_id == again).repeat_rate, 100
        )

    def test_close_freezes(self):
        """R-KPI-01: closing refuses open requests and complaints, changing nothing,
        then freezes the figures."""
        request = self._case(state="solved")
        self.period.action_refresh()
        before = self._figure("on_time").value
        with self.assertRaisesRegex(UserError, request.name):
            self.period.action_close()
        self.assertEqual((self.period.state, self.period.closed_at), ("open", False))
        self.assertEqual(self._figure("on_time").value, before)
        request._set_state("closed")
        complaint = self.env["aftersales.complaint"].create(
            {
                "partner_id": self.customer.id,
                "text": "late",
                "received_at": self.noon,
                "company_id": self.company.id,
            }
        )
        with self.assertRaisesRegex(UserError, f"not judged yet: {complaint.name}"):
            self.as_user(self.period, "service_manager").action_close()
        self.assertEqual((self.period.state, self.period.closed_at), ("open", False))
        complaint.sudo()._write_guarded({"state": "answered"})
        self.period.action_close()
        value = self._figure("on_time").value
        self._case(late=True)
        with self.assertRaises(UserError):
            self.period.action_refresh()
        self.env["aftersales.kpi.period"].sudo()._cron_refresh()
        self.assertEqual(self._figure("on_time").value, value)
        with self.assertRaises(UserError):
            self.period.date_from = self.month - relativedelta(months=1)
        current = self.env["aftersales.kpi.period"].search(
            [
                ("date_from", "=", self.today.replace(day=1)),
                ("kind", "=", "month"),
                ("company_id", "=", self.company.id),
            ]
        )
        with self.assertRaisesRegex(UserError, "not over yet"):
            current.action_close()
        with self.assertRaises(ValidationError):
            self.env["aftersales.kpi.period"].create(
                {"kind": "quarter", "date_from": self.month + relativedelta(days=3)}
            )

    def test_rights(self):
        """R-KPI-01: figures are for manager and viewers; another company's stay
        unseen; technicians see none."""
        self._case()
        self.period.action_refresh()
        for role in ("service_manager", "sales_vp", "general_manager"):
            self.assertTrue(self.as_user(self.period, role).figure_ids, role)
        for role in ("technician", "hotline", "employee"):
            with self.assertRaises(AccessError):
                self.as_user(self.period, role).read(["name"])
        other = self.env["res.company"].create({"name": "Other"})
        theirs = self.env["aftersales.kpi.period"].create(
            {"kind": "month", "date_from": self.month, "company_id": other.id}
        )
        self.assertFalse(self.as_user(theirs, "sales_vp").has_access("read"))
        rows = self.env["aftersales.request.report"].with_user(self.users["sales_vp"])
        self.assertEqual(rows.search([]).company_id, self.company)

    # --- review ----------------------------------------------------------------------
    def test_review(self):
        """R-KPI-02: score from the figures, discussed before it is fixed; the grade
        reaches the employee's file and skills."""
        self._case(late=True)
        self._case()
        Review = self.env["aftersales.review"].with_user(self.users["service_manager"])
        review = Review.create(
            {
                "employee_id": self.technician.id,
                "date_from": self.month,
                "date_to": self.month + relativedelta(months=1, days=-1),
            }
        )
        scores = {line.code: line.score for line in review.line_ids}
        self.assertAlmostEqual(scores["on_time"], 100 * 50 / 90, places=2)
        self.assertEqual(scores["satisfaction"], 100)
        self.assertEqual(scores["complaints"], 100)
        expected = (
            30 * 100 * 50 / 90 + 30 * 100 + 20 * 100 + 10 * 100 + 10 * 100
        ) / 100
        self.assertAlmostEqual(review.score, expected, places=2)
        with self.assertRaises(UserError):
            review.action_fix()
        own = self.as_user(review, "technician")
        self.assertFalse(own.has_access("read"))
        review.write({"grade": "expert", "training": "hydraulics"})
        review.action_discuss()
        own.action_comment("The road was closed that day")
        self.assertEqual(review.employee_comment, "The road was closed that day")
        with self.assertRaises(AccessError):
            own.write({"grade": "expert"})
        self.assertFalse(self.as_user(review, "technician2").has_access("read"))
        review.action_fix()
        self.assertEqual(self.technician.technician_grade, "expert")
        skill = self.technician.employee_skill_ids.skill_level_id
        self.assertEqual(skill.level_progress, 100)
        with self.assertRaises(UserError):
            review.action_compute()

    def test_team_review_and_independence(self):
        """R-KPI-02: a team has a review too; nobody writes his own."""
        self._case()
        manager = self.users["service_manager"]
        Review = self.env["aftersales.review"].with_user(manager)
        dates = {
            "date_from": self.month,
            "date_to": self.month + relativedelta(months=1, days=-1),
        }
        team = Review.create(
            {"scope": "team", "department_id": self.department.id, **dates}
        )
        self.assertTrue(team.score)
        own = self.env["aftersales.review"].create(
            {"employee_id": self.employees["service_manager"].id, **dates}
        )
        with self.assertRaises(AccessError):
            own.with_user(manager).write({"reward": 1000})
        # nor by his lines; and nothing of a fixed review
        with self.assertRaises(AccessError):
            own.line_ids[0].with_user(manager).write({"score": 100})
        with self.assertRaises(AccessError):
            own.line_ids[0].with_user(manager).unlink()
        team.action_discuss()
        team.action_fix()
        for refused in (
            lambda: team.line_ids[0].write({"score": 100}),
            lambda: team.line_ids[0].unlink(),
            lambda: team.write({"training": "hydraulics"}),
        ):
            with self.assertRaises(UserError):
                refused()

    # --- complaints, changes, audits, budgets -----------------------------------------
    def test_complaint(self):
        """R-PEN-07, R-PEN-01: investigated and answered; a justified one proposes
        the penalty; nobody investigates himself."""
        complaint = self.env["aftersales.complaint"].create(
            {
                "partner_id": self.customer.id,
                "employee_id": self.technician.id,
                "text": "The technician was rude",
                "channel": "letter",
                "company_id": self.company.id,
                "department_id": self.department.id,
            }
        )
        handler = self.as_user(complaint, "service_manager")
        handler.action_investigate()
        with self.assertRaises(UserError):
            handler.action_answer()
        handler.write(
            {
                "investigation": "Two witnesses",
                "verdict": "justified",
                "answer": "Sorry",
            }
        )
        handler.action_answer()
        penalty = self.env["aftersales.penalty"].search(
            [("res_model", "=", complaint._name), ("res_id", "=", complaint.id)]
        )
        self.assertEqual((penalty.amount, penalty.state), (50, "draft"))
        with self.assertRaises(UserError):
            handler.verdict = "unjustified"
        hotline = self.as_user(complaint, "hotline")
        for action in (hotline.action_close, hotline.action_reopen):
            with self.assertRaisesRegex(AccessError, "not yours"):
                action()
        handler.action_reopen()
        handler.verdict = "unjustified"
        handler.action_answer()
        self.assertEqual((penalty.amount, penalty.state), (50, "draft"))
        self.assertIn("not justified", penalty.activity_ids.summary)
        own = self.env["aftersales.complaint"].create(
            {
                "partner_id": self.customer.id,
                "employee_id": self.employees["service_manager"].id,
                "text": "Never calls back",
                "company_id": self.company.id,
                "department_id": self.department.id,
            }
        )
        with self.assertRaises(UserError):
            self.as_user(own, "service_manager").verdict = "unjustified"
        with self.assertRaises(UserError):
            self.as_user(own, "service_manager").copy({"verdict": "unjustified"})

    def test_change_request(self):
        """R-PEN-08: original, revision, reason; decided by someone else; the old
        tariff prevails until the implementation date."""
        rule = self.env.ref("aftersales_service.penalty_rule_late_arrival")
        start = self.today + relativedelta(days=30)
        change = (
            self.env["aftersales.change.request"]
            .with_user(self.users["service_manager"])
            .create(
                {
                    "title": "Late arrival 80",
                    "kind": "tariff",
                    "rule_id": rule.id,
                    "new_amount": 80,
                    "original": "50 per case",
                    "revision": "80 per case",
                    "reason": "50 does not deter",
                    "date_effective": start,
                }
            )
        )
        change.action_submit()
        with self.assertRaises(AccessError):
            change.action_approve()
        with self.assertRaises(AccessError):
            self.as_user(change, "technician").action_approve()
        vice = self.as_user(change, "quality_vp")
        with self.assertRaises(UserError):
            vice.action_reject()
        vice.action_approve()
        self.assertEqual(change.state, "approved")
        self.assertEqual(rule.valid_to, start - relativedelta(days=1))
        self.assertEqual((rule.amount, change.new_rule_id.amount), (50, 80))
        with self.assertRaises(UserError):
            change.revision = "90 per case"

    def test_audit(self):
        """R-KPI-05: plan, findings, measures; closing needs them verified and plans
        the next one."""
        audit = self.env["aftersales.audit"].create(
            {
                "title": "Records of the month",
                "date_planned": self.today,
                "interval_months": 3,
                "company_id": self.company.id,
            }
        )
        with self.assertRaises(UserError):
            audit.action_done()
        audit.report = "12 reports looked at"
        audit.finding_ids = [
            fields.Command.create({"name": "Signature missing", "severity": "2"})
        ]
        audit.action_done()
        with self.assertRaises(UserError):
            audit.action_close()
        with self.assertRaises(UserError):
            audit.finding_ids.action_verify()
        audit.finding_ids.write({"measure": "Training", "evidence": "0 of 20"})
        audit.finding_ids.user_id = self.users["service_manager"]
        with self.assertRaises(AccessError):
            self.as_user(audit.finding_ids, "service_manager").action_verify()
        audit.finding_ids.action_verify()
        audit.action_close()
        following = self.env["aftersales.audit"].search(
            [("title", "=", audit.title), ("state", "=", "planned")]
        )
        self.assertEqual(following.date_planned, self.today + relativedelta(months=3))

    def test_budget(self):
        """R-KPI-04: unplanned needs above 50,000 go to the general manager."""
        budget = self.env["aftersales.budget"].create(
            {
                "department_id": self.department.id,
                "amount": 300000,
                "company_id": self.company.id,
            }
        )
        with self.assertRaises(UserError):
            self.as_user(budget, "service_manager").action_approve()
        self.as_user(budget, "general_manager").action_approve()
        Request = self.env["aftersales.budget.request"].with_user(
            self.users["service_manager"]
        )
        request = Request.create(
            {
                "name": "Service van",
                "budget_id": budget.id,
                "amount": 80000,
                "reason": "The old one broke down",
            }
        )
        self.assertTrue(request.needs_general_manager)
        with self.assertRaises(UserError):
            request.action_approve()
        request.request_validation()
        self.as_user(request, "general_manager").validate_tier()
        self.env.invalidate_all()
        if request.state == "draft":
            self.as_user(request, "general_manager").action_approve()
        self.assertEqual(budget.amount_left, 220000)
        small = Request.create(
            {
                "name": "Gauges",
                "budget_id": budget.id,
                "amount": 50000,
                "reason": "Worn out",
            }
        )
        self.assertFalse(small.needs_general_manager)
        with self.assertRaises(UserError):
            small.action_approve()
        self.as_user(small, "general_manager").action_approve()
        self.assertEqual(budget.amount_left, 170000)
        planned, second = Request.create(
            [
                {
                    "name": name,
                    "budget_id": budget.id,
                    "amount": amount,
                    "is_planned": True,
                    "reason": "In the plan of the year",
                }
                for name, amount in (("Crane", 100000), ("Second crane", 80000))
            ]
        )
        self.assertFalse(planned.needs_general_manager)
        both = self.as_user(planned | second, "general_manager")
        with self.assertRaisesRegex(UserError, "70,000.*unplanned need"):
            with self.cr.savepoint():
                both.action_approve()
        self.assertEqual(set(both.mapped("state")), {"draft"})
        both[0].action_approve()
        second.is_planned = False
        self.assertTrue(second.needs_general_manager)
        self.assertEqual(budget.amount_left, 70000)

    # --- proposals from what the system sees ---------------------------------
    def test_proposals_from_events(self):
        """R-PEN-04: late arrival, late report and bad rating are proposed once, with
        their evidence; a second run proposes nothing."""
        self._case(late=True, satisfaction="1")
        request = self._case()
        request.order_ids.sudo().write(
            {"reported_at": self.noon + relativedelta(days=5)}
        )
        Penalty = self.env["aftersales.penalty"]
        since = fields.Datetime.to_datetime(self.month)
        proposed = Penalty._propose_from_events(since).filtered(
            lambda p: p.company_id == self.company
        )
        self.assertEqual(
            sorted(proposed.mapped("rule_code")),
            ["dissatisfied", "incomplete_report", "late_arrival"],
        )
        self.assertTrue(all(proposed.mapped("evidence")))
        self.assertTrue(all(proposed.mapped("order_id")))
        self.assertEqual(proposed.employee_id, self.technician)
        self.assertFalse(Penalty._propose_from_events(since))

    def test_proposals_cost(self):
        """R-PEN-04: proposals are set-based: ten times the orders, no more queries."""
        request = self._create_request()
        orders = self.env["aftersales.order"].create(
            [
                {
                    "request_id": request.id,
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "technician_id": self.technician.id,
                }
                for _ in range(120)
            ]
        )
        start = fields.Datetime.to_datetime(self.month)
        days = {}
        for size, part in zip((10, 10, 100), (0, 10, 20), strict=True):
            day = start + relativedelta(days=len(days) + 1)
            days[day] = orders[part : part + size]
            days[day].sudo().write(
                {
                    "state": "done",
                    "planned_start": day,
                    "arrived_at": day + relativedelta(hours=2),
                }
            )
        Penalty = self.env["aftersales.penalty"]

        def propose(day):
            until = day + relativedelta(hours=12)
            return Penalty._propose_from_events(day, until)

        costs = []
        for day, late in days.items():
            with self._count_queries() as cost:
                proposed = propose(day)
            ours = proposed.filtered(lambda p: p.rule_code == "late_arrival")
            self.assertEqual(ours.order_id, late)
            costs.append(cost["count"])
            self.assertFalse(propose(day))
        self.assertLessEqual(costs[2], costs[1] + 12, costs)

    def test_missed_and_late_dispatch(self):
        """R-PEN-04: a dispatch after its limit is late, none at all is missed."""
        late, missed = self._case(), self._case()
        for request in (late, missed):
            status = self.env["aftersales.sla.status"].search(
                [("request_id", "=", request.id)]
            )
            status.sudo().write({"metric": "dispatch", "failed": True})
            status.sudo().write(
                {
                    "reached_at": self.noon + relativedelta(hours=2)
                    if request == late
                    else False
                }
            )
        Penalty = self.env["aftersales.penalty"]
        proposed = Penalty._propose_from_events(fields.Datetime.to_datetime(self.month))
        codes = {p.request_id: p.rule_code for p in proposed}
        self.assertEqual(codes.get(late), "late_dispatch")
        self.assertEqual(codes.get(missed), "missed_dispatch")
