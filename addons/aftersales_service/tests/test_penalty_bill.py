# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import runpy
from unittest.mock import patch

from lxml import etree

from odoo import Command, fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools.misc import file_path

from .common_penalty import PenaltyCommon


@tagged("post_install", "-at_install")
class TestPenaltyBill(PenaltyCommon):
    """What happens in the accounting to the entries of penalties (R-PEN-06)."""

    def _get_to_do(self, penalty):
        return penalty.activity_ids.filtered(
            lambda activity: "books no more" in (activity.summary or "")
        )

    def test_reversed_and_posted_again(self):
        """R-PEN-06: the entry reversed in the accounting: the accountant is told, the
        deductions stop; posted again once, the former entry stays out."""
        penalty = self._post_penalty()
        entry, plan = penalty.move_id, penalty.deduction_id
        reversal = self._reverse(entry)
        self.assertEqual((penalty.state, self._get_balance()), ("final", 0))
        self.assertEqual(self._get_to_do(penalty).user_id, self.users["accountant"])
        self.assertIn("to be billed again", penalty.message_ids[:1].body)
        self.assertEqual((plan.state, len(plan.line_ids)), ("stopped", 0))
        # by mistake
        reversal.button_draft()
        self.assertEqual((penalty.state, self._get_balance()), ("posted", 50))
        self.assertFalse(self._get_to_do(penalty))
        self.assertNotEqual(penalty.deduction_id, plan)
        self.assertEqual(penalty.deduction_id.amount, 50)
        reversal.action_post()
        accountant = self.as_user(penalty, "accountant")
        accountant.action_post()
        self.assertEqual((penalty.state, self._get_balance()), ("posted", 50))
        self.assertEqual(penalty.former_bill_ids, entry)
        self.assertIn(entry.id, accountant.action_view_move()["domain"][0][2])
        self.assertFalse(self._get_to_do(penalty))
        live = penalty._get_wage_plans().filtered(lambda it: it.state == "planned")
        self.assertEqual((live, live.amount), (penalty.deduction_id, 50))
        self.assertEqual(live.receivable_line_id.move_id, penalty.move_id)
        with self.assertRaises(UserError):
            accountant.action_post()
        with self.assertRaisesRegex(UserError, "owed twice"):
            reversal.button_draft()
        accountant.action_reverse("wrong person")
        self.assertEqual((penalty.state, self._get_balance()), ("reversed", 0))
        with self.assertRaisesRegex(UserError, "owed twice"):
            penalty.reversal_move_ids.button_draft()

    def test_deducted_before(self):
        """R-PEN-06: what payroll has kept is paid back, unless the penalty is posted
        again: the wage pays once."""
        penalty = self._post_penalty()
        plan = penalty.deduction_id
        self.as_user(plan.line_ids, "accountant").action_done()
        self.assertEqual((plan.state, self._get_balance()), ("done", 0))
        self._reverse(penalty.move_id)
        refund = plan.line_ids.filtered(lambda line: line.kind == "refund")
        self.assertEqual((refund.amount, self._get_balance()), (50, -50))
        self.as_user(penalty, "accountant").action_post()
        self.assertFalse(refund.exists())
        self.assertEqual(penalty._get_wage_plans(), plan)
        self.assertEqual(self._get_balance(), 0)
        line = penalty.move_id.line_ids.filtered(
            lambda line: line.account_id == self.receivable
        )
        self.assertTrue(line.reconciled)
        # reversed again, by mistake: payroll keeps what it has
        reversal = self._reverse(penalty.move_id)
        refund = plan.line_ids.filtered(lambda line: line.kind == "refund")
        self.assertEqual((penalty.state, refund.amount), ("final", 50))
        reversal.button_draft()
        self.assertFalse(refund.exists())
        self.assertEqual((penalty.state, self._get_balance()), ("posted", 0))
        self.assertTrue(line.reconciled)

    def test_reversed_or_waived_instead(self):
        """R-PEN-05, R-PEN-06: with its entry out of the books the penalty is reversed
        without a second reversal, also by the general manager, who has no rights on
        the books, or waived; its entry never comes back."""
        for decide, role in (
            ("action_reverse", "accountant"),
            ("action_reverse", "general_manager"),
            ("action_waive", "service_manager"),
        ):
            penalty = self._post_penalty()
            reversal = self._reverse(penalty.move_id)
            getattr(self.as_user(penalty, role), decide)("wrong person")
            self.assertEqual(self._get_balance(), 0)
            self.assertFalse(
                penalty._get_wage_plans().filtered(lambda plan: plan.state != "stopped")
            )
            if decide == "action_reverse":
                self.assertEqual(penalty.reversal_move_ids, reversal)
            self.assertFalse(self._get_to_do(penalty))
            with self.assertRaisesRegex(UserError, "owed twice"):
                reversal.button_draft()

    def test_appeal_after_the_reversal(self):
        """R-PEN-05, R-PEN-06: the entry out of the books, the employee appeals: it does
        not come back beside the appeal; upheld, the penalty is posted anew, once."""
        penalty = self._post_penalty()
        entry = penalty.move_id
        reversal = self._reverse(entry)
        self.as_user(penalty, "technician").action_appeal("It was the road")
        self.assertEqual((penalty.state, self._get_balance()), ("appealed", 0))
        self.assertFalse(self._get_to_do(penalty))
        with self.assertRaisesRegex(UserError, "owed twice"):
            self.as_user(reversal, "accountant").button_draft()
        self.as_user(penalty, "general_manager").action_uphold("It was not")
        self.as_user(penalty, "accountant").action_post()
        self.assertEqual((penalty.state, self._get_balance()), ("posted", 50))
        self.assertEqual(penalty.former_bill_ids, entry)
        live = penalty._get_wage_plans().filtered(lambda it: it.state == "planned")
        self.assertEqual((live, live.amount), (penalty.deduction_id, 50))

    def test_correction_of_a_posted_one(self):
        """R-PEN-05, R-PEN-06: another amount of a posted penalty reaches the books:
        the step is shown to accountants only."""
        for role, shown in (("service_manager", False), ("accountant", True)):
            Penalty = self.env["aftersales.penalty"].with_user(self.users[role])
            arch = etree.fromstring(Penalty.get_view(view_type="form")["arch"])
            steps = arch.xpath("//button[@name='action_accept_correction']")
            self.assertEqual(
                ["state != 'posted'" in step.get("invisible") for step in steps],
                [False, True] if shown else [False],
            )

    def test_buttons_to_case_and_wage(self):
        """R-PEN-05, R-PEN-06: the buttons to the case and to the deductions are shown
        to whoever may open these."""
        penalty = self._post_penalty()
        for role, case, wage in (
            ("service_manager", True, False),
            ("accountant", True, True),
            ("hr", False, True),
        ):
            with self.subTest(role=role):
                seen = self.as_user(penalty, role)
                self.assertEqual(
                    (seen.may_view_source, seen.may_view_deduction), (case, wage)
                )
        self.assertTrue(self.as_user(penalty, "technician").may_view_deduction)

    def test_reversed_before_the_upgrade(self):
        """R-PEN-06: what was reversed before penalties followed their entries is told
        by the upgrade; what stands in the books is not."""
        penalty, other = self._post_penalty(), self._post_penalty()
        with patch.object(type(penalty), "_follow_bill"):
            self._reverse(penalty.move_id)
        self.assertEqual(penalty.state, "posted")
        path = file_path("aftersales_service/migrations/19.0.1.2.0/post-books.py")
        runpy.run_path(path)["migrate"](self.env.cr, "19.0.1.1.0")
        self.env.invalidate_all()
        self.assertEqual((penalty.state, other.state), ("final", "posted"))
        self.assertTrue(self._get_to_do(penalty))

    def test_mandatory_plan(self):
        """R-PEN-06: an analytic plan that is mandatory on the income is asked for; the
        ERP's own models fill it."""
        income = self.company.aftersales_penalty_income_account_id
        code = income.with_company(self.company).code
        plan = self.env["account.analytic.plan"].create(
            {
                "name": "Departments",
                "default_applicability": "optional",
                "applicability_ids": [
                    Command.create(
                        {
                            "business_domain": "general",
                            "applicability": "mandatory",
                            "account_prefix": code,
                            "company_id": self.company.id,
                        }
                    )
                ],
            }
        )
        analytic = self.env["account.analytic.account"].create(
            {"name": "Service", "plan_id": plan.id, "company_id": self.company.id}
        )
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self._post_penalty()
        self.env["account.analytic.distribution.model"].create(
            {
                "account_prefix": code,
                "company_id": self.company.id,
                "analytic_distribution": {str(analytic.id): 100},
            }
        )
        penalty = self._post_penalty()
        self.assertEqual(penalty.state, "posted")
        analysed = penalty.move_id.line_ids.analytic_line_ids
        self.assertEqual(analysed.mapped("amount"), [50])

    def test_locked_period(self):
        """R-PEN-06: in a locked period nothing is posted nor deducted on another day;
        the ERP says so itself, all stays as it was."""
        accountant = self.users["accountant"]
        today = fields.Date.context_today(accountant.with_user(accountant))
        lock = {"fiscalyear_lock_date": today}
        self.company.write(lock)
        with self.assertRaisesRegex(UserError, "prior to"), self.env.cr.savepoint():
            self._post_penalty()
        self.company.fiscalyear_lock_date = False
        penalty = self._post_penalty()
        line = penalty.deduction_id.line_ids.with_user(accountant)
        self.company.write(lock)
        with self.assertRaisesRegex(UserError, "prior to"), self.env.cr.savepoint():
            line.action_done()
        self.assertEqual((line.state, line.move_id.ids), ("planned", []))

    def test_deleted_entry(self):
        """R-PEN-06: an entry reset and deleted in the accounting is posted again as
        well, told to an accountant who is there."""
        penalty = self._post_penalty()
        new_test_user(
            self.env,
            login="as_accountant2",
            groups="aftersales_service.group_accountant",
            company_id=self.company.id,
        )
        self.users["accountant"].active = False
        penalty.move_id.button_draft()
        self.assertEqual(penalty.state, "posted")
        penalty.move_id.with_context(force_delete=True).unlink()
        self.assertEqual(
            (penalty.state, penalty.deduction_id.state), ("final", "stopped")
        )
        told = self._get_to_do(penalty).user_id
        self.assertTrue(told.active and told != self.users["accountant"])
        penalty.action_post()
        self.assertEqual(self._get_balance(), 50)
