# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestPenalty(AftersalesCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.today()
        cls.Penalty = cls.env["aftersales.penalty"]

    def _propose(self, code="late_arrival", employee=None, source=None, **vals):
        source = source or self._create_request()
        return self.Penalty._propose(
            [
                {
                    "rule_code": code,
                    "employee_id": (employee or self.technician).id,
                    "res_model": source._name,
                    "res_id": source.id,
                    "event_date": self.today,
                    "evidence": "seen by the system",
                    **vals,
                }
            ]
        )

    def _allow_wages(self, code="late_arrival"):
        rule = self.env.ref(f"aftersales_service.penalty_rule_{code}")
        rule.write({"legal_basis": "Contract, clause 12", "consequence": "wage"})
        return rule

    def _make_final(self, penalty):
        self.as_user(penalty, "service_manager").action_notify()
        self.as_user(penalty, "technician").action_state_view("so be it", accept=True)
        self.as_user(penalty, "service_manager").action_finalize()

    # --- tariff and calculation -------------------------------------------------
    def test_tariff_amounts(self):
        """R-PEN-03: the default tariff, every line with its amount."""
        tariff = {
            "hotline": 50,
            "late_dispatch": 30,
            "missed_dispatch": 50,
            "badge": 30,
            "dissatisfied": 30,
            "repeat_repair": 30,
            "late_arrival": 50,
            "incomplete_report": 20,
            "dispatch_refused": 100,
            "no_call_in": 50,
        }
        for code, amount in tariff.items():
            self.assertEqual(self._propose(code).amount, amount, code)
        quarrel = self.env.ref("aftersales_service.penalty_rule_quarrel")
        self.assertEqual((quarrel.amount, quarrel.amount_max), (100, 200))

    def test_own_penalties_on_the_phone(self):
        """R-PEN-05: on the phone his own penalties are cards, not columns by state."""
        action = self.env.ref("aftersales_service.aftersales_penalty_action_mine")
        modes = [mode for _view, mode in action.views]
        self.assertEqual(modes, ["list", "kanban", "form"])
        penalties = self.Penalty.with_user(self.users["technician"])
        card = penalties.get_views(action.views)["views"]["kanban"]["arch"]
        self.assertIn("appeal_deadline", card)
        self.assertNotIn("default_group_by", card)

    def test_count_in_rolling_window(self):
        """R-PEN-01: first justified complaint 50, from the second on 100 each; a case
        older than the window does not count."""
        dates = [
            self.today - relativedelta(months=10),
            self.today - relativedelta(months=3),
            self.today - relativedelta(months=2),
            self.today,
        ]
        amounts = [self._propose("complaint", event_date=date).amount for date in dates]
        self.assertEqual(amounts, [50, 50, 100, 100])
        self.assertEqual(
            self._propose("complaint", employee=self.technician2).amount, 50
        )

    def test_brackets(self):
        """R-PEN-02: each slice of the loss at its own rate, like an income tax:
        120,000 = 500 + 3,200 + 5,000 + 2,400."""
        penalty = self._propose("major_accident", loss_amount=120000)
        self.assertEqual(penalty.amount, 11100)
        self.assertIn("12 %", penalty.calculation)
        self.assertEqual(self._propose("major_accident", loss_amount=10000).amount, 500)
        self.assertEqual(
            self._propose("major_accident", loss_amount=60000, share=25).amount,
            1175,
        )
        count = self.Penalty.search_count([])
        for refused in (
            lambda: self._propose("major_accident", loss_amount=-1),
            lambda: penalty.write({"loss_amount": -5}),
        ):
            with self.assertRaisesRegex(ValidationError, "loss cannot be negative"):
                with self.cr.savepoint():
                    refused()
        self.assertEqual(self.Penalty.search_count([]), count)
        self.assertEqual(penalty.loss_amount, 120000)

    def test_percent_and_cap(self):
        """R-PEN-02: a percent of the loss, capped."""
        self.env["aftersales.penalty.rule"].create(
            {
                "code": "percent",
                "name": "Percent",
                "kind": "percent",
                "percent": 3,
                "cap_amount": 1000,
                "valid_from": self.today,
            }
        )
        self.assertEqual(self._propose("percent", loss_amount=20000).amount, 600)
        self.assertEqual(self._propose("percent", loss_amount=90000).amount, 1000)

    def test_versions(self):
        """R-PEN-08: a rule in use is not edited; the new version prevails from its
        date on and earlier events keep the old one; overlaps are refused."""
        rule = self.env.ref("aftersales_service.penalty_rule_late_arrival")
        old = self._propose()
        with self.assertRaises(UserError):
            rule.amount = 60
        new = rule._create_version(self.today + relativedelta(days=10), amount=60)
        self.assertEqual(new.version, 2)
        self.assertEqual(rule.valid_to, self.today + relativedelta(days=9))
        later = self._propose(event_date=self.today + relativedelta(days=11))
        self.assertEqual((old.amount, later.amount), (50, 60))
        self.assertEqual(self._propose().rule_id, rule)
        versions = self.env["aftersales.penalty.rule"].search_count([])
        message = (
            "Two versions of the rule late_arrival would be valid at the same time"
        )
        with self.assertRaisesRegex(ValidationError, message), self.cr.savepoint():
            new.copy({"valid_from": self.today + relativedelta(days=30)})
        with self.assertRaisesRegex(ValidationError, message), self.cr.savepoint():
            rule.valid_to = False
        self.assertEqual(self.env["aftersales.penalty.rule"].search_count([]), versions)
        self.assertEqual(rule.valid_to, self.today + relativedelta(days=9))

    def test_brackets_with_holes_refused(self):
        """R-PEN-02: brackets must cover the loss without hole, overlap or end."""
        rule = self.env.ref("aftersales_service.penalty_rule_major_accident").copy(
            {"code": "brackets"}
        )
        steps = rule.line_ids.sorted("lower")
        before = steps.mapped(lambda step: (step.lower, step.upper, step.rate))
        second = steps[1]
        for change, message in (
            (lambda: second.write({"lower": 12000}), "hole between two steps"),
            (lambda: second.write({"upper": 40000}), "hole between two steps"),
            (lambda: second.write({"lower": 9000}), "two steps overlap"),
            (lambda: second.write({"upper": 10000}), "ends before it starts"),
            (lambda: steps[0].write({"lower": 10}), "start at the beginning"),
            (lambda: steps[-1].write({"upper": 200000}), "last step must be open"),
            (lambda: rule.write({"line_ids": [Command.clear()]}), "has no steps"),
            (second.unlink, "hole between two steps"),
        ):
            with self.assertRaisesRegex(ValidationError, message):
                with self.cr.savepoint():
                    change()
        self.assertEqual(
            steps.mapped(lambda step: (step.lower, step.upper, step.rate)), before
        )

    def test_company_rule_goes_first(self):
        """R-PEN-03: each company may have its own tariff."""
        rule = self.env.ref("aftersales_service.penalty_rule_late_arrival")
        rule.copy(
            {"company_id": self.company.id, "amount": 80, "valid_from": self.today}
        )
        self.assertEqual(self._propose().amount, 80)

    # --- proposals ---------------------------------------------------------------
    def test_once_per_event(self):
        """R-PEN-04: an event is proposed once, also after it was waived."""
        request = self._create_request()
        penalty = self._propose(source=request)
        self.assertEqual(penalty.request_id, request)
        self.assertEqual(penalty.source_name, request.display_name)
        self.assertFalse(self._propose(source=request))
        penalty.action_waive("no fault of his")
        self.assertFalse(self._propose(source=request))

    def test_bad_people(self):
        """R-PEN-04: someone who left, or of another company, is refused."""
        other = self.env["res.company"].create({"name": "Other"})
        stranger = self.env["hr.employee"].create(
            {"name": "Stranger", "company_id": other.id}
        )
        count = self.Penalty.search_count([])
        message = f"Stranger does not work for {self.company.name}"
        with self.assertRaisesRegex(ValidationError, message), self.cr.savepoint():
            self._propose(employee=stranger, company_id=self.company.id)
        gone = self.technician2
        gone.departure_date = self.today - relativedelta(days=1)
        message = f"{gone.name} had left before"
        with self.assertRaisesRegex(ValidationError, message), self.cr.savepoint():
            self._propose(employee=gone)
        message = "No version of the penalty rule"
        with self.assertRaisesRegex(UserError, message), self.cr.savepoint():
            self._propose(event_date="2001-01-01")
        self.assertEqual(self.Penalty.search_count([]), count)
        before = self.today - relativedelta(days=5)
        self.assertEqual(self._propose(employee=gone, event_date=before).amount, 50)

    def test_range_needs_reason(self):
        """R-PEN-04: an amount in a range needs its reason; outside it is refused."""
        penalty = self._propose("quarrel")
        manager = self.as_user(penalty, "service_manager")
        with self.assertRaises(ValidationError):
            manager.amount = 250
        manager.amount = 150
        with self.assertRaises(UserError):
            manager.action_notify()
        manager.amount_reason = "shouted in front of the customer's director"
        manager.action_notify()
        self.assertEqual(penalty.state, "notified")
        fixed = self._propose()
        with self.assertRaises(ValidationError):
            self.as_user(fixed, "service_manager").amount = 70

    # --- rights of the employee --------------------------------------------------
    def test_statement_before_final(self):
        """R-PEN-05: not final before the employee spoke or his time passed."""
        penalty = self._propose()
        manager = self.as_user(penalty, "service_manager")
        manager.action_notify()
        with self.assertRaises(UserError):
            manager.action_finalize()
        penalty._decide({"statement_deadline": self.today - relativedelta(days=1)})
        with self.assertRaises(UserError):
            self.as_user(penalty, "technician").action_state_view("too late")
        manager.action_finalize()
        self.assertEqual(penalty.state, "final")

    def test_appeal(self):
        """R-PEN-05: the appeal is decided by someone else; never by the employee; not
        after the limit."""
        penalty = self._propose()
        manager = self.as_user(penalty, "service_manager")
        own = self.as_user(penalty, "technician")
        manager.action_notify()
        with self.assertRaises(UserError):
            own.action_appeal("  ")
        own.action_appeal("the road was closed")
        self.assertEqual(penalty.state, "appealed")
        for decide in (manager.action_uphold, manager.action_waive):
            with self.assertRaises(AccessError):
                decide("no")
        self.as_user(penalty, "general_manager").action_waive("right he is")
        self.assertEqual(penalty.state, "waived")
        self.assertEqual(penalty.decided_by_id, self.users["general_manager"])
        late = self._propose()
        self.as_user(late, "service_manager").action_notify()
        late._decide({"appeal_deadline": self.today - relativedelta(days=1)})
        with self.assertRaisesRegex(UserError, "limit of the appeal has passed"):
            self.as_user(late, "technician").action_appeal("too late")
        self.assertEqual((late.state, late.appeal), ("notified", False))

    def test_told_in_his_own_language(self):
        """R-PEN-05: notice, calculation and decision are in the language of the
        employee, whoever writes; without one of his own in the company's; a contact
        without a login is told too."""
        self.env["res.lang"]._activate_lang("zh_CN")
        self.users["service_manager"].lang = "en_US"

        def is_chinese(text):
            return any("\u4e00" <= sign <= "\u9fff" for sign in text or "")

        for lang, expected in (("zh_CN", True), ("en_US", False)):
            self.users["technician"].lang = lang
            penalty = self._propose()
            self.assertEqual(is_chinese(penalty.calculation), expected)
            self.as_user(penalty, "service_manager").with_context(
                lang="en_US"
            ).action_notify()
            notice = self._get_notice(penalty)
            self.assertEqual(notice.partner_ids, self.users["technician"].partner_id)
            self.assertEqual(is_chinese(notice.subject), expected, notice.subject)
            self.assertEqual(is_chinese(notice.body), expected, notice.body)
            self.assertIn("50.00", notice.body)
            self.as_user(penalty, "technician").action_appeal("The road was closed")
            todo = penalty.activity_ids.filtered(
                lambda a: a.user_id == self.users["service_manager"]
            )
            self.assertEqual(todo.summary, "Appeal to be decided by someone else")
        worker = self.env["hr.employee"].create(
            {
                "name": "Zhou Worker",
                "company_id": self.company.id,
                "department_id": self.department.id,
                "work_email": "zhou@example.com",
            }
        )
        for lang, expected in (("zh_CN", True), (False, False)):
            worker.work_contact_id.lang = lang
            self.company.partner_id.lang = "en_US"
            penalty = self._propose(employee=worker)
            penalty.with_context(lang="en_US").action_notify()
            notice = self._get_notice(penalty)
            self.assertEqual(notice.partner_ids, worker.work_contact_id)
            self.assertEqual(is_chinese(notice.subject), expected, notice.subject)

    def _get_notice(self, penalty):
        # sudo: only the employee himself sees his notice
        messages = self.env["mail.message"].sudo()
        return messages.search(
            [
                ("model", "=", penalty._name),
                ("res_id", "=", penalty.id),
                ("message_type", "=", "user_notification"),
            ],
            limit=1,
        )

    def test_who_posts_does_not_decide(self):
        """R-PEN-05: the accountant writes penalties to post them; telling and deciding
        are the manager's, HR's and direction's, over RPC as well."""
        penalty = self._propose()
        books = self.as_user(penalty, "accountant")
        with self.assertRaisesRegex(AccessError, "not yours"):
            books.action_notify()
        self.as_user(penalty, "service_manager").action_notify()
        self.as_user(penalty, "technician").action_state_view("", accept=True)
        with self.assertRaisesRegex(AccessError, "not yours"):
            books.action_finalize()
        self.assertEqual(penalty.state, "notified")
        self.as_user(penalty, "hr").action_finalize()
        self.assertEqual(penalty.state, "final")

    def test_nobody_decides_on_himself(self):
        """R-PEN-05: a manager decides nothing about his own penalty."""
        penalty = self._propose(employee=self.employees["service_manager"])
        own = self.as_user(penalty, "service_manager")
        for action in (own.action_notify, own.action_waive):
            with self.assertRaises(AccessError):
                action()
        with self.assertRaises(AccessError):
            own.points = 0
        with self.assertRaises(UserError):
            own.state = "waived"

    def test_privacy(self):
        """R-PEN-05: the employee sees his own once told, a colleague nothing, HR and
        the manager everything they need, storekeeper and hotline nothing."""
        penalty = self._propose()
        self.assertFalse(self.as_user(penalty, "technician").has_access("read"))
        self.as_user(penalty, "service_manager").action_notify()
        self.assertTrue(self.as_user(penalty, "technician").has_access("read"))
        self.assertFalse(self.as_user(penalty, "technician").has_access("write"))
        for role in ("technician2", "hotline", "storekeeper", "sales_vp", "employee"):
            self.assertFalse(self.as_user(penalty, role).has_access("read"), role)
            found = self.Penalty.with_user(self.users[role]).search([])
            self.assertNotIn(penalty, found)
        for role in ("service_manager", "hr", "general_manager", "quality_vp"):
            self.assertTrue(self.as_user(penalty, role).has_access("read"), role)
        with self.assertRaises(AccessError):
            self.as_user(penalty, "technician2").action_state_view("not mine")
        other_department = self.env["hr.department"].create(
            {"name": "Assembly", "company_id": self.company.id}
        )
        self.employees["service_manager"].department_id = other_department
        self.env.registry.clear_cache()
        self.assertFalse(self.as_user(penalty, "service_manager").has_access("read"))

    def test_my_penalties_of_any_employee(self):
        """R-PEN-05: an employee outside the service opens and answers his own."""
        penalty = self._propose(employee=self.employees["employee"])
        self.as_user(penalty, "hr").action_notify()
        answer = (
            self.env["aftersales.penalty.answer"]
            .with_user(self.users["employee"])
            .create(
                {"penalty_id": penalty.id, "kind": "appeal", "text": "It was not me"}
            )
        )
        answer.action_send()
        self.assertEqual(penalty.state, "appealed")
        own = self.as_user(penalty, "employee")
        action = self.env.ref("aftersales_service.aftersales_penalty_action_mine")
        own.get_view(view_type="form")
        self.assertEqual(
            own.search([("employee_user_id", "=", own.env.uid)]).ids, penalty.ids
        )
        self.assertEqual(action.res_model, "aftersales.penalty")

    # --- reversal and the window -----------------------------------------------
    def test_reversal_recounts_later_cases(self):
        """R-PEN-01, R-PEN-05: an earlier case reversed: drafts take the new count,
        decided ones get the difference proposed, never changed silently."""
        self._allow_wages("complaint")
        first, second, third = (
            self._propose("complaint", event_date=self.today - relativedelta(days=days))
            for days in (30, 20, 10)
        )
        self.assertEqual((second.amount, third.amount), (100, 100))
        self._make_final(first)
        self._make_final(second)
        second.action_post()
        first.action_reverse("the complaint was withdrawn")
        self.assertEqual(first.state, "reversed")
        self.assertEqual((second.amount, second.proposed_amount), (100, 50))
        self.assertTrue(second.has_correction)
        self.assertFalse(third.has_correction)
        self.assertEqual((third.amount, third.count_in_window), (100, 2))
        old_move = second.move_id
        second.action_accept_correction()
        self.assertEqual(second.amount, 50)
        self.assertEqual(second.reversal_move_ids.reversed_entry_id, old_move)
        self.assertNotEqual(second.move_id, old_move)
        self.assertEqual(sum(second.deduction_id.mapped("amount")), 50)

    def test_window_over_a_reversed_verdict(self):
        """R-PEN-01, R-PEN-05: the verdict on the first of three complaints is
        reversed: nothing is lost or changed by itself, a person decides on its
        penalty; then the later ones count anew, also one proposed in between."""
        complaints = (
            self.env["aftersales.complaint"]
            .create(
                [
                    {
                        "partner_id": self.customer.id,
                        "employee_id": self.technician.id,
                        "text": f"Late {days} days ago",
                        "received_at": fields.Datetime.now() - relativedelta(days=days),
                        "company_id": self.company.id,
                        "department_id": self.department.id,
                    }
                    for days in (40, 30, 20, 10)
                ]
            )
            .with_user(self.users["service_manager"])
        )
        complaints.action_investigate()
        complaints.write(
            {"investigation": "So it was", "verdict": "justified", "answer": "Sorry"}
        )
        early, last = complaints[:3], complaints[3]
        early.action_answer()

        def penalty_of(complaint):
            return self.Penalty.search(
                [("res_model", "=", complaint._name), ("res_id", "=", complaint.id)]
            )

        first, second, third = map(penalty_of, early)
        self.assertEqual((first | second | third).mapped("amount"), [50, 100, 100])
        self._make_final(second)
        early[0].action_reopen()
        early[0].verdict = "unjustified"
        early[0].action_answer()
        self.assertIn("not justified", first.activity_ids.summary)
        self.assertEqual((first.state, first.amount), ("draft", 50))
        last.action_answer()
        fourth = penalty_of(last)
        self.assertEqual((fourth.count_in_window, fourth.amount), (4, 100))
        self.as_user(first, "service_manager").action_waive("not justified after all")
        self.assertEqual((first.state, first.amount), ("waived", 50))
        self.assertEqual((second.state, second.amount), ("final", 100))
        self.assertEqual((second.proposed_amount, second.has_correction), (50, True))
        self.assertEqual((third.count_in_window, third.amount), (2, 100))
        self.assertEqual((fourth.count_in_window, fourth.amount), (3, 100))
        self.as_user(second, "service_manager").action_accept_correction()
        self.assertEqual((second.amount, second.has_correction), (50, False))
        self.assertIn("corrected", self._get_notice(second).subject)

    # --- books -------------------------------------------------------------------
    def _balance(self, account, partner):
        self.env.flush_all()
        return sum(
            self.env["account.move.line"]
            .search(
                [
                    ("account_id", "=", account.id),
                    ("partner_id", "=", partner.id),
                    ("parent_state", "=", "posted"),
                ]
            )
            .mapped("balance")
        )

    def test_books(self):
        """R-PEN-06: posts once Dr employee receivable / Cr other income; deduction
        reconciles; reversal undoes the entry."""
        self._allow_wages()
        penalty = self._propose()
        with self.assertRaises(UserError):
            penalty.action_post()
        self._make_final(penalty)
        self.technician.version_id.wage = 8000
        accountant = self.as_user(penalty, "accountant")
        accountant.action_post()
        with self.assertRaises(UserError):
            accountant.action_post()
        receivable = self.company.aftersales_employee_receivable_account_id
        partner = self.technician._get_aftersales_partner()
        self.assertEqual(self._balance(receivable, partner), 50)
        self.assertEqual(
            sum(
                penalty.move_id.line_ids.filtered(
                    lambda line: (
                        line.account_id
                        == self.company.aftersales_penalty_income_account_id
                    )
                ).mapped("balance")
            ),
            -50,
        )
        plan = penalty.deduction_id
        self.assertEqual(plan.line_ids.mapped("amount"), [50])
        self.as_user(plan.line_ids, "accountant").action_done()
        self.assertEqual(plan.state, "done")
        self.assertEqual(self._balance(receivable, partner), 0)
        with self.assertRaises(UserError):
            self.as_user(plan.line_ids, "accountant").action_done()

    def test_reversal_of_posted(self):
        """R-PEN-05, R-PEN-06: reversing a posted penalty reverses its entry and stops
        the deductions; it stays visible and cannot be deleted."""
        self._allow_wages()
        penalty = self._propose()
        self._make_final(penalty)
        self.technician.version_id.wage = 8000
        penalty.action_post()
        # today is locked: the ERP's own error, and the entry stands
        self.company.fiscalyear_lock_date = fields.Date.context_today(penalty)
        with (
            self.assertRaisesRegex(UserError, "prior to and inclusive of"),
            self.env.cr.savepoint(),
        ):
            penalty.action_reverse("wrong person")
        self.assertEqual((penalty.state, len(penalty.reversal_move_ids)), ("posted", 0))
        self.company.fiscalyear_lock_date = False
        penalty.action_reverse("wrong person")
        self.assertEqual(penalty.state, "reversed")
        partner = self.technician._get_aftersales_partner()
        receivable = self.company.aftersales_employee_receivable_account_id
        self.assertEqual(self._balance(receivable, partner), 0)
        self.assertEqual(penalty.deduction_id.state, "stopped")
        self.assertFalse(penalty.deduction_id.line_ids)
        with self.assertRaises(UserError):
            penalty.unlink()

    def test_posting_rights(self):
        """R-PEN-06: points are never posted; not while an appeal is possible; not by
        HR; a wage deduction needs a legal basis."""
        points = self._propose()
        self._make_final(points)
        with self.assertRaises(UserError):
            points.action_post()
        with self.assertRaises(ValidationError):
            self._propose("late_dispatch").consequence = "wage"
        self._allow_wages("hotline")
        waiting = self._propose("hotline")
        self.as_user(waiting, "service_manager").action_notify()
        self.as_user(waiting, "technician").action_state_view("I was at lunch")
        self.as_user(waiting, "service_manager").action_finalize()
        with self.assertRaises(UserError):
            self.as_user(waiting, "accountant").action_post()
        waiting._decide({"appeal_deadline": self.today - relativedelta(days=1)})
        with self.assertRaises(AccessError):
            self.as_user(waiting, "hr").action_post()
        self.as_user(waiting, "accountant").action_post()
        self.assertEqual(waiting.state, "posted")
        # no wage known: the plan waits for it
        self.assertEqual(waiting.deduction_id.state, "draft")

    # --- speed -----------------------------------------------------------------------
    @mute_logger("odoo.models.unlink")
    def test_speed(self):
        """R-PEN-04: proposing and listing many costs no more queries than few."""
        requests = self.env["aftersales.request"].create(
            [
                {"partner_id": self.customer.id, "company_id": self.company.id}
                for _ in range(220)
            ]
        )
        pool = iter(requests)

        def propose(numbers):
            self.Penalty._propose(
                [
                    {
                        "rule_code": "complaint",
                        "employee_id": self.technician.id,
                        "res_model": "aftersales.request",
                        "res_id": next(pool).id,
                        "event_date": self.today,
                    }
                    for _ in numbers
                ]
            )

        self.assertNoQueryGrowth(propose, range(10), range(100), slack=12)
        manager = self.Penalty.with_user(self.users["service_manager"])

        def read(numbers):
            manager.web_search_read(
                [],
                {
                    "name": {},
                    "employee_id": {"fields": {"display_name": {}}},
                    "rule_id": {"fields": {"display_name": {}}},
                    "source_name": {},
                    "amount": {},
                    "state": {},
                },
                limit=len(numbers),
            )

        self.assertNoQueryGrowth(read, range(10), range(100))
