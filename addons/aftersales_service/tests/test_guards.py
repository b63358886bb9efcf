# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import datetime

from dateutil.relativedelta import relativedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestGuards(AftersalesCommon):
    """What no client may write by hand, whatever the forms show."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.today()

    def _as(self, model, role):
        return self.env[model].with_user(self.users[role])

    def test_department_change_at_once(self):
        """The department's record rules follow a move to another department, and a
        new user of an employee, without a restart."""
        request = self._create_request(department_id=self.department.id)
        request.user_id = self.users["service_manager"]
        seen = self.as_user(request, "hotline")
        self.assertTrue(seen.has_access("read"))
        other = self.env["hr.department"].create(
            {"name": "Assembly", "company_id": self.company.id}
        )
        employee = self.employees["hotline"]
        employee.department_id = other
        self.assertFalse(seen.has_access("read"))
        employee.department_id = self.department
        self.assertTrue(seen.has_access("read"))
        employee.user_id = False
        self.assertFalse(seen.has_access("read"))

    def test_number_stays(self):
        """R-CLM-05, R-INT-12: whoever may write a document does not renumber it; an
        administrator may, and a copy gets a number of its own."""
        manager = self.users["service_manager"]
        request = self._create_request()
        documents = [
            request,
            self._create_order(request_id=request.id),
            self._create(
                "aftersales.followup",
                partner_id=self.customer.id,
                trigger="order",
                due_at=fields.Datetime.now(),
            ),
            self._create(
                "aftersales.complaint", partner_id=self.customer.id, text="late"
            ),
            self._create(
                "aftersales.machine.receipt",
                partner_id=self.customer.id,
                product_id=self.machine_product.id,
                lot_id=self.machine.id,
            ),
            self._create(
                "aftersales.penalty",
                employee_id=self.technician.id,
                rule_id=self.env.ref("aftersales_service.penalty_rule_hotline").id,
            ),
            self._create(
                "aftersales.change.request",
                title="Half the fine",
                original="50",
                revision="25",
                reason="Cheaper",
                date_effective=self.today + relativedelta(days=7),
            ),
        ]
        for document in documents:
            with self.subTest(model=document._name):
                mine = document.with_user(manager)
                number = mine.name
                self.assertNotIn(number, (False, "New"))
                self.assertTrue(mine.has_access("write"))
                with self.assertRaisesRegex(AccessError, "keeps its number"):
                    mine.write({"name": "0815"})
                # a client that sends back what it has read changes nothing
                mine.write({"name": number})
                self.assertEqual(document.name, number)
                document.name = "OLD-17"
                self.assertEqual(document.name, "OLD-17")
        copied = request.with_user(manager).copy()
        self.assertNotIn(copied.name, ("New", request.name))

    def _create(self, model, **vals):
        return self.env[model].create({"company_id": self.company.id, **vals})

    def test_order_starts_to_schedule(self):
        """R-DSP-01: no order is created as reported or with stamps of its own."""
        request = self._create_request()
        vals = {"request_id": request.id, "technician_id": self.technician.id}
        Order = self._as("aftersales.order", "dispatcher")
        for extra in ({"state": "reported"}, {"arrived_at": fields.Datetime.now()}):
            with self.assertRaises(AccessError):
                Order.create({**vals, **extra})
        self.assertEqual(Order.create({**vals, "state": "draft"}).state, "draft")

    def test_part_quantities(self):
        """R-DSP-05: a technician can't write off what he drew by hand."""
        order = self._create_order()
        Part = self._as("aftersales.order.part", "technician")
        vals = {"order_id": order.id, "product_id": self.seal.id, "quantity": 2}
        with self.assertRaises(UserError):
            Part.create({**vals, "quantity_issued": 2})
        part = Part.create(vals)
        with self.assertRaises(UserError):
            part.quantity_returned = 2

    def test_expense_decisions(self):
        """R-DSP-10: approved by the manager alone, with his reason, once."""
        order = self._create_order()
        Expense = self._as("aftersales.order.expense", "technician")
        vals = {"order_id": order.id, "kind": "meals", "amount": 80}
        for extra in ({"state": "approved"}, {"reason": "I was hungry"}):
            with self.assertRaises(AccessError):
                Expense.create({**vals, **extra})
        expense = Expense.create(vals)
        with self.assertRaises(AccessError):
            expense.reason = "I was hungry"
        decided = self.as_user(expense, "service_manager")
        decided.action_refuse()
        with self.assertRaises(UserError):
            decided.action_approve()
        self.assertEqual(expense.state, "refused")

    def test_change_request_decisions(self):
        """R-PEN-08: nobody approves a change by writing its state or proposer."""
        Change = self._as("aftersales.change.request", "technician")
        vals = {
            "title": "Half the fine",
            "original": "50",
            "revision": "25",
            "reason": "Cheaper",
            "date_effective": self.today + relativedelta(days=7),
        }
        with self.assertRaises(UserError):
            Change.create({**vals, "state": "approved"})
        change = Change.create(vals)
        with self.assertRaises(UserError):
            change.state = "approved"
        change.action_submit()
        with self.assertRaises(UserError):
            self.as_user(change, "general_manager").user_id = self.users["technician2"]
        self.as_user(change, "general_manager").action_approve()
        self.assertEqual(change.state, "approved")

    def test_budget_request_decisions(self):
        """R-KPI-04: neither the state nor a decided amount is written by hand."""
        budget = self.env["aftersales.budget"].create(
            {
                "year": self.today.year,
                "department_id": self.department.id,
                "amount": 300000,
                "company_id": self.company.id,
            }
        )
        request = self._as("aftersales.budget.request", "service_manager").create(
            {
                "name": "Gauges",
                "budget_id": budget.id,
                "amount": 500,
                "reason": "Worn out",
            }
        )
        with self.assertRaises(UserError):
            request.state = "approved"
        self.as_user(request, "general_manager").action_approve()
        for operation in (
            lambda: request.write({"amount": 40000}),
            request.action_reject,
        ):
            with self.assertRaises(UserError):
                operation()
        self.assertEqual((request.state, request.amount), ("approved", 500))

    def test_correction_reaches_customers_only(self):
        """R-INT-13: no colleague's e-mail is rewritten by way of a request."""
        request = self._create_request(user_id=self.users["hotline"].id)
        colleague = self.users["general_manager"].partner_id
        colleague.email = "boss@example.com"
        Correction = self._as("aftersales.request.correction", "hotline")
        for partner in (colleague, self.portal_user.partner_id):
            before = partner.email
            request.sudo().contact_id = partner
            with self.assertRaises(UserError):
                Correction.create(
                    {
                        "request_id": request.id,
                        "target": "contact",
                        "field_name": "email",
                        "new_value": "me@example.com",
                    }
                )
            self.assertEqual(partner.email, before)

    def test_states_by_buttons(self):
        """R-DSP-11, R-KPI-02: receipts and reviews change state by their buttons."""
        receipt = self._as("aftersales.machine.receipt", "technician").create(
            {
                "partner_id": self.customer.id,
                "product_id": self.machine_product.id,
                "lot_id": self.machine.id,
            }
        )
        with self.assertRaises(UserError):
            receipt.state = "returned"
        self.assertNotIn(receipt.name, (False, "New"))
        review = self._as("aftersales.review", "service_manager").create(
            {
                "scope": "person",
                "employee_id": self.technician.id,
                "date_from": self.today - relativedelta(months=1),
                "date_to": self.today,
            }
        )
        with self.assertRaises(UserError):
            review.state = "fixed"
        self.assertEqual(review.state, "draft")

    def test_followup_states(self):
        """R-FUP-01: calls end by their buttons only; what a customer said stays."""
        call = self._as("aftersales.followup", "hotline").create(
            {
                "partner_id": self.customer.id,
                "trigger": "order",
                "due_at": fields.Datetime.now(),
                "company_id": self.company.id,
            }
        )
        for vals in ({"state": "done"}, {"done_at": fields.Datetime.now()}):
            with self.assertRaises(AccessError):
                call.write({"satisfaction": "5", **vals})
            with self.assertRaises(AccessError):
                call.copy(vals)
        self.assertEqual((call.state, call.satisfaction), ("due", False))
        call.satisfaction = "1"
        call.action_done()
        with self.assertRaises(UserError):
            call.satisfaction = "5"
        call.wishes = "a bigger feeder"
        self.assertEqual(call.satisfaction, "1")

    def test_complaint_and_audit_states(self):
        """R-PEN-07, R-KPI-05: complaints, audits and findings too; by RPC as well."""
        complaint = self._as("aftersales.complaint", "hotline").create(
            {"partner_id": self.customer.id, "text": "late"}
        )
        for vals in ({"state": "closed"}, {"answered_at": fields.Datetime.now()}):
            with self.assertRaises(AccessError):
                complaint.write(vals)
        Audit = self._as("aftersales.audit", "service_manager")
        vals = {"title": "Records", "date_planned": self.today}
        with self.assertRaises(AccessError):
            Audit.create({**vals, "state": "closed"})
        audit = Audit.create({**vals, "finding_ids": [Command.create({"name": "x"})]})
        for vals in ({"state": "closed"}, {"date_done": self.today}):
            with self.assertRaises(AccessError):
                audit.write(vals)
        with self.assertRaises(AccessError):
            audit.finding_ids.state = "verified"
        with self.assertRaises(AccessError):
            audit.finding_ids = [
                Command.create({"name": "y", "state": "verified"}),
            ]
        self.assertEqual(audit.finding_ids.mapped("state"), ["open"])

    def test_states_of_station_and_tracking(self):
        """R-DSP-20, R-DSP-21: the file of a station and a tracking sheet change
        state by their buttons only, also for who may write the document."""
        Station = self._as("aftersales.station", "dispatcher")
        vals = {"partner_id": self.dealer.id, "name": "Station Nanchang"}
        with self.assertRaises(AccessError):
            Station.create({**vals, "state": "contracted"})
        station = Station.create(vals)
        for values in ({"state": "contracted"}, {"check_user_id": self.env.uid}):
            with self.assertRaises(AccessError):
                station.write(values)
        with self.assertRaises(AccessError):
            self.as_user(station, "service_manager").state = "contracted"
        station.write({"check_result": "good", "check_note": "Seen"})
        station.action_check()
        self.assertEqual(station.state, "checked")
        self.assertEqual(station.check_user_id, self.users["dispatcher"])
        with self.assertRaises(AccessError):
            self.as_user(station, "technician").action_contract()
        self.assertEqual(station.state, "checked")
        sheet = self._as("aftersales.repair.tracking", "hotline").create(
            {"request_id": self._create_request().id, "problem": "Shaft bent"}
        )
        with self.assertRaises(AccessError):
            sheet.state = "done"
        with self.assertRaisesRegex(UserError, "does not follow"):
            sheet.action_reopen()
        sheet.action_cancel()
        self.assertEqual(sheet.state, "cancelled")
        with self.assertRaisesRegex(UserError, "does not follow"):
            sheet.action_done()

    def test_period_review_and_budget_states(self):
        """R-KPI-01, R-KPI-02, R-KPI-04: no period is born closed, no review fixed, no
        budget approved; nobody shows or fixes his own review."""
        start = self.today.replace(day=1) - relativedelta(months=2)
        Period = self._as("aftersales.kpi.period", "service_manager")
        with self.assertRaises(AccessError):
            Period.create({"date_from": start, "state": "closed"})
        period = Period.create({"date_from": start})
        for vals in ({"state": "closed"}, {"closed_by_id": self.env.uid}):
            with self.assertRaises(AccessError):
                period.write(vals)
        Review = self._as("aftersales.review", "service_manager")
        vals = {"date_from": start, "date_to": self.today}
        person = {**vals, "employee_id": self.technician.id}
        for bad in ({"state": "fixed"}, {"employee_comment": "I agree"}):
            with self.assertRaises(AccessError):
                Review.create({**person, **bad})
        own = self.env["aftersales.review"].create(
            {**vals, "employee_id": self.employees["service_manager"].id}
        )
        for action in ("action_discuss", "action_fix"):
            if action == "action_fix":
                own.action_discuss()
            with self.assertRaises(AccessError):
                getattr(self.as_user(own, "service_manager"), action)()
        Budget = self._as("aftersales.budget", "service_manager")
        vals = {"department_id": self.department.id, "amount": 1000}
        with self.assertRaises(AccessError):
            Budget.create({**vals, "state": "approved"})
        budget = Budget.create(vals)
        with self.assertRaises(AccessError):
            budget.state = "approved"
        self.assertEqual(budget.state, "draft")

    # --- penalties and deductions ---------------------------------------------------
    def _post_penalty(self, **vals):
        rule = self.env.ref("aftersales_service.penalty_rule_late_arrival")
        rule.write({"legal_basis": "Contract, clause 12", "consequence": "wage"})
        self.technician.version_id.wage = 8000
        penalty = self.env["aftersales.penalty"].create(
            {"employee_id": self.technician.id, "rule_id": rule.id, **vals}
        )
        self.as_user(penalty, "service_manager").action_notify()
        self.as_user(penalty, "technician").action_state_view("yes", accept=True)
        self.as_user(penalty, "service_manager").action_finalize()
        return penalty

    def test_penalty_roles(self):
        """R-PEN-05: no penalty begins as final; the accountant waives none, the
        service manager reverses none."""
        vals = {
            "employee_id": self.technician.id,
            "rule_id": self.env.ref("aftersales_service.penalty_rule_hotline").id,
        }
        with self.assertRaises(UserError):
            self._as("aftersales.penalty", "service_manager").create(
                {**vals, "state": "final"}
            )
        penalty = self._post_penalty()
        with self.assertRaises(AccessError):
            self.as_user(penalty, "accountant").action_waive("a friend")
        with self.assertRaises(AccessError):
            self.as_user(penalty, "service_manager").action_reverse("a friend")
        self.assertEqual(penalty.state, "final")

    def test_deducted_never_twice(self):
        """R-PEN-06: months are not written by hand; a correction after payroll
        deducted charges nothing twice."""
        penalty = self._post_penalty()
        self.as_user(penalty, "accountant").action_post()
        line = penalty.deduction_id.line_ids
        self.assertEqual(line.mapped("amount"), [50])
        accountant = self.as_user(line, "accountant")
        for vals in ({"amount": 5000}, {"state": "done"}):
            with self.assertRaises(UserError):
                accountant.write(vals)
        plan = self.as_user(penalty.deduction_id, "accountant")
        for vals in ({"amount": 1}, {"state": "stopped"}):
            with self.assertRaises(UserError):
                plan.write(vals)
        accountant.action_done()
        plan = penalty.deduction_id
        penalty._decide({"amount": 80})
        penalty._correct_entries(50)
        self.assertNotEqual(penalty.deduction_id, plan)
        self.assertEqual(penalty.deduction_id.amount, 30, "50 of 80 are deducted")
        receivable = self.company.aftersales_employee_receivable_account_id
        residual = sum(
            self.env["account.move.line"]
            .search(
                [
                    ("account_id", "=", receivable.id),
                    ("parent_state", "=", "posted"),
                    (
                        "partner_id",
                        "=",
                        self.technician._get_aftersales_partner().id,
                    ),
                ]
            )
            .mapped("balance")
        )
        self.assertEqual(residual, 30)

    def _get_receivable_lines(self):
        account = self.company.aftersales_employee_receivable_account_id
        return self.env["account.move.line"].search(
            [
                ("account_id", "=", account.id),
                ("parent_state", "=", "posted"),
                ("partner_id", "=", self.technician._get_aftersales_partner().id),
            ]
        )

    def test_paid_back_on_reversal(self):
        """R-PEN-05, R-PEN-06: what payroll deducted is paid back when the penalty is
        reversed: planned, on the payroll list, in the books, reconciled."""
        account = self.company.aftersales_employee_receivable_account_id
        account.reconcile = True
        payroll = self.company.aftersales_payroll_account_id
        self.assertTrue(payroll)
        penalty = self._post_penalty()
        self.as_user(penalty, "accountant").action_post()
        plan = penalty.deduction_id
        deducted = plan.line_ids
        self.as_user(deducted, "accountant").action_done()
        self.assertEqual(plan.state, "done")
        self.as_user(penalty, "accountant").action_reverse("the road was closed")
        refund = plan.line_ids - deducted
        self.assertEqual((refund.kind, refund.amount), ("refund", 50))
        self.assertEqual((refund.payroll_amount, refund.state), (-50, "planned"))
        self.assertEqual(sum(self._get_receivable_lines().mapped("balance")), -50)
        self.assertFalse(plan._pay_back(), "nothing is planned twice")
        self.assertFalse(self.as_user(refund, "technician2").has_access("read"))
        self.assertTrue(self.as_user(refund, "technician").has_access("read"))
        self.as_user(refund, "accountant").action_done()
        lines = self._get_receivable_lines()
        self.assertEqual(sum(lines.mapped("balance")), 0)
        self.assertTrue(all(lines.mapped("reconciled")), lines.mapped("balance"))
        moves = deducted.move_id | refund.move_id
        booked = moves.line_ids.filtered(lambda line: line.account_id == payroll)
        self.assertEqual(sorted(booked.mapped("balance")), [-50, 50])
        self.assertEqual((plan.deducted_amount, plan.refunded_amount), (50, 50))
        with self.assertRaises(UserError):
            self.as_user(refund, "accountant").action_done()

    def test_paid_back_on_correction(self):
        """R-PEN-06: a lower corrected amount pays back the difference, a reversal
        after it the rest; never more than was deducted."""
        self.company.aftersales_employee_receivable_account_id.reconcile = True
        penalty = self._post_penalty()
        self.as_user(penalty, "accountant").action_post()
        plan = penalty.deduction_id
        self.as_user(plan.line_ids, "accountant").action_done()
        penalty._decide({"amount": 30})
        penalty._correct_entries(50)
        refund = plan.line_ids.filtered(lambda line: line.kind == "refund")
        self.assertEqual(refund.amount, 20)
        self.as_user(refund, "accountant").action_done()
        lines = self._get_receivable_lines()
        self.assertEqual(sum(lines.mapped("balance")), 0)
        self.assertTrue(all(lines.mapped("reconciled")), lines.mapped("balance"))
        self.as_user(penalty, "accountant").action_reverse("the road was closed")
        rest = plan.line_ids.filtered(lambda line: line.kind == "refund") - refund
        self.assertEqual(rest.amount, 30)
        self.assertGreater(rest.month, refund.month)
        self.as_user(rest, "accountant").action_done()
        self.assertEqual(sum(self._get_receivable_lines().mapped("balance")), 0)

    def test_wages_of_the_months(self):
        """R-PEN-06: a contract version that starts later counts from its month on;
        without a wage nothing is planned and the user is told why."""
        self.technician.version_id.wage = 5000
        plan = self.env["aftersales.deduction"]._create_plans(
            [
                {
                    "employee_id": self.technician.id,
                    "amount": 2500,
                    "reason": "test",
                }
            ]
        )
        self.assertEqual(plan.line_ids.mapped("amount"), [1000, 1000, 500])
        following = self.today.replace(day=1) + relativedelta(months=1)
        self.technician.create_version({"date_version": following, "wage": 2300})
        self.assertEqual(
            plan.line_ids.mapped("amount"), [1000, 300, 300, 300, 300, 300]
        )
        self.assertEqual(plan.line_ids.mapped("wage"), [5000] + [2300] * 5)
        self.assertEqual(sum(plan.line_ids.mapped("amount")), plan.amount)
        other = self.env["aftersales.deduction"]._create_plans(
            [{"employee_id": self.technician2.id, "amount": 90, "reason": "test"}]
        )
        self.assertEqual(other.state, "draft")
        with self.assertRaisesRegex(UserError, "wage"):
            self.as_user(other, "hr").action_plan()
        self.assertEqual((other.state, other.residual_amount), ("draft", 90))

    def test_bad_penalties(self):
        """R-PEN-04, R-PEN-05: bad input is refused in the user's words and leaves
        nothing behind."""
        Penalty = self._as("aftersales.penalty", "service_manager")
        rule = self.env.ref("aftersales_service.penalty_rule_late_arrival")
        other = self.env["res.company"].create({"name": "Other"})
        stranger = self.env["hr.employee"].create(
            {"name": "Stranger", "company_id": other.id}
        )
        gone = self.technician2
        gone.departure_date = self.today - relativedelta(days=1)
        count = self.env["aftersales.penalty"].search_count([])
        vals = {"employee_id": self.technician.id, "rule_id": rule.id}
        for bad, message in (
            ({"employee_id": gone.id}, "had left before"),
            ({"employee_id": stranger.id}, "does not work for|company"),
            ({"loss_amount": -5}, "A loss cannot be negative"),
            ({"consequence": "wage"}, "legal basis"),
            ({"state": "final"}, "by its buttons only"),
        ):
            with self.assertRaisesRegex(UserError, message), self.cr.savepoint():
                Penalty.create({**vals, **bad})
        self.assertEqual(self.env["aftersales.penalty"].search_count([]), count)
        penalty = Penalty.create(vals)
        penalty.action_notify()
        penalty._decide({"appeal_deadline": self.today - relativedelta(days=1)})
        own = self.as_user(penalty, "technician")
        with self.assertRaisesRegex(UserError, "limit of the appeal has passed"):
            own.action_appeal("too late")
        self.assertEqual((penalty.state, penalty.appeal), ("notified", False))
        with self.assertRaisesRegex(UserError, "changed by a decision"):
            penalty.employee_id = self.technician2

    def test_told_stays(self):
        """R-PEN-05: evidence and calculation the employee was told do not change, and
        no correction is slipped in by hand."""
        penalty = self._post_penalty()
        manager = self.as_user(penalty, "service_manager")
        for vals in (
            {"evidence": "something else"},
            {"amount_reason": "worse than it was"},
            {"proposed_amount": 5000},
            {"has_correction": True},
            {"calculation": "5,000"},
            {"count_in_window": 7},
            {"deduction_id": False},
            {"decision_reason": "none"},
        ):
            with self.assertRaises(UserError, msg=vals):
                manager.write(vals)
        with self.assertRaises(UserError):
            self._as("aftersales.penalty", "service_manager").create(
                {
                    "employee_id": self.technician2.id,
                    "rule_id": penalty.rule_id.id,
                    "proposed_amount": 5000,
                    "has_correction": True,
                }
            )
        self.assertEqual((penalty.amount, penalty.has_correction), (50, False))

    def test_bad_rules(self):
        """R-PEN-02, R-PEN-08: overlapping versions, holes in brackets and counts."""
        rule = self.env.ref("aftersales_service.penalty_rule_badge")
        with self.assertRaisesRegex(UserError, "same time"), self.cr.savepoint():
            rule.copy({"valid_from": rule.valid_from, "version": 2})
        new = rule._create_version(self.today + relativedelta(days=5))
        with self.assertRaisesRegex(UserError, "same time"), self.cr.savepoint():
            rule.valid_to = new.valid_from
        self.assertEqual(rule.valid_to, new.valid_from - relativedelta(days=1))
        for code, line in (("major_accident", 1), ("complaint", 1)):
            steps = self.env.ref(f"aftersales_service.penalty_rule_{code}").line_ids
            step = steps.sorted("lower")[line]
            lower = step.lower
            with self.assertRaisesRegex(UserError, "hole"), self.cr.savepoint():
                step.lower = lower + 3
            step.invalidate_recordset()
            self.assertEqual(step.lower, lower)

    def test_window_across_a_reversed_verdict(self):
        """R-PEN-01: a case after a reversed one in the window does not count it; the
        calculation it was born with stays on the earlier ones."""
        rule = self.env.ref("aftersales_service.penalty_rule_complaint")

        def create(days):
            return self.env["aftersales.penalty"].create(
                {
                    "employee_id": self.technician.id,
                    "rule_id": rule.id,
                    "event_date": self.today - relativedelta(days=days),
                }
            )

        first, second = create(60), create(40)
        self.assertEqual((first.amount, second.amount), (50, 100))
        for penalty in (first, second):
            self.as_user(penalty, "service_manager").action_notify()
            self.as_user(penalty, "technician").action_state_view("yes", accept=True)
            self.as_user(penalty, "service_manager").action_finalize()
        told = second.calculation
        self.as_user(first, "general_manager").action_reverse("withdrawn")
        self.assertEqual((second.amount, second.calculation), (100, told))
        self.assertEqual((second.proposed_amount, second.has_correction), (50, True))
        third = create(0)
        self.assertEqual((third.count_in_window, third.amount), (2, 100))
        self.as_user(second, "service_manager").action_dismiss_correction()
        self.assertEqual((second.amount, second.has_correction), (100, False))

    def test_configured_proposals(self):
        """R-PEN-04: from which rating a customer counts as dissatisfied is a setting;
        the event's day is the company's, not that of UTC."""
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        order = self._create_order()
        day = self.today - relativedelta(days=3)
        # seven in the morning in Shanghai
        at = datetime.combine(day - relativedelta(days=1), datetime.min.time()).replace(
            hour=23
        )
        order.sudo().write(
            {"state": "reported", "satisfaction": "3", "reported_at": at}
        )
        Penalty = self.env["aftersales.penalty"]
        since = at - relativedelta(days=1)
        ours = [("order_id", "=", order.id), ("rule_code", "=", "dissatisfied")]
        Penalty._propose_from_events(since)
        self.assertFalse(Penalty.search_count(ours))
        self.company.aftersales_bad_rating = 3
        Penalty._propose_from_events(since)
        self.assertEqual(Penalty.search(ours).event_date, day)
