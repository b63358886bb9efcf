# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import datetime

from dateutil.relativedelta import relativedelta

from odoo import fields
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
