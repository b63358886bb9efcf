# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import runpy
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools.misc import file_path

from .common_penalty import PenaltyCommon


@tagged("post_install", "-at_install")
class TestDeductionBooks(PenaltyCommon):
    """What happens in the accounting to the entries of payroll (R-PEN-06)."""

    def _deduct(self, lines):
        self.as_user(lines, "accountant").action_done()

    def _get_months(self, penalty):
        """(kind, amount, state) of all months of the penalty but cancelled ones."""
        lines = penalty._get_wage_plans().line_ids
        return lines.filtered(lambda line: line.state != "cancelled").mapped(
            lambda line: (line.kind, line.amount, line.state)
        )

    def test_taken_back_and_deducted_again(self):
        """R-PEN-06: a deduction reversed in the accounting counts as not deducted: the
        accountant is told, the amount is planned anew; the reversal undone it counts
        again; deducted anew, the former entry stays out."""
        penalty = self._post_penalty()
        plan = penalty.deduction_id
        line = plan.line_ids
        self._deduct(line)
        reversal = self._reverse(line.move_id)
        self.assertEqual((line.state, plan.state), ("cancelled", "planned"))
        self.assertEqual((plan.residual_amount, self._get_balance()), (50, 50))
        self.assertEqual(self._get_months(penalty), [("wage", 50, "planned")])
        self.assertEqual(plan.activity_ids.user_id, self.users["accountant"])
        self.assertIn("planned anew", plan.message_ids[:1].body)
        with self.assertRaisesRegex(UserError, "taken out of the books"):
            self._deduct(line)
        # by mistake
        reversal.button_draft()
        self.assertEqual((line.state, plan.state), ("done", "done"))
        self.assertEqual((plan.line_ids, self._get_balance()), (line, 0))
        self.assertFalse(plan.activity_ids)
        reversal.action_post()
        self.assertEqual((line.state, penalty.state), ("cancelled", "posted"))
        self._deduct(plan.line_ids - line)
        self.assertEqual((plan.state, self._get_balance()), ("done", 0))
        self.assertEqual(line.former_bill_ids, reversal.reversed_entry_id)
        with self.assertRaisesRegex(UserError, "owed twice"):
            reversal.button_draft()
        self.assertEqual(plan.deducted_amount, 50)

    def test_charged_again_before(self):
        """R-PEN-06: the deduction of an earlier entry, taken back after the penalty
        was posted again, is owed of the new one, within the limits of the law."""
        # 30 a month above the minimum wage
        self.technician.version_id.wage = 2030
        penalty = self._post_penalty()
        first = penalty.deduction_id.line_ids.sorted("month")[0]
        self._deduct(first)
        self._reverse(penalty.move_id)
        self.as_user(penalty, "accountant").action_post()
        self.assertEqual(
            self._get_months(penalty), [("wage", 20, "planned"), ("wage", 30, "done")]
        )
        reversal = self._reverse(first.move_id)
        self.assertEqual(
            self._get_months(penalty),
            [("wage", 30, "planned"), ("wage", 20, "planned")],
        )
        plan = penalty.deduction_id
        self.assertEqual((plan.amount, plan.state), (50, "planned"))
        self.assertEqual(plan.receivable_line_id.move_id, penalty.move_id)
        self.assertEqual(self._get_balance(), 50)
        reversal.button_draft()
        self.assertEqual(
            self._get_months(penalty), [("wage", 20, "planned"), ("wage", 30, "done")]
        )
        self.assertEqual(self._get_balance(), 20)

    def test_nothing_owed_any_more(self):
        """R-PEN-05, R-PEN-06: of a penalty out of the books nothing is paid back that
        was not deducted after all; deducted all the same, it is."""
        penalty = self._post_penalty()
        line = penalty.deduction_id.line_ids
        self._deduct(line)
        self._reverse(penalty.move_id)
        self.assertEqual(
            self._get_months(penalty),
            [("wage", 50, "done"), ("refund", 50, "planned")],
        )
        reversal = self._reverse(line.move_id)
        self.assertEqual((self._get_months(penalty), self._get_balance()), ([], 0))
        reversal.button_draft()
        self.assertEqual(
            self._get_months(penalty),
            [("wage", 50, "done"), ("refund", 50, "planned")],
        )
        # paid back, and that taken out of the books: to be paid back still
        refund = line.deduction_id.line_ids - line
        self._deduct(refund)
        self.assertEqual(self._get_balance(), 0)
        self._reverse(refund.move_id)
        self.assertEqual(refund.state, "cancelled")
        self.assertEqual(
            self._get_months(penalty),
            [("wage", 50, "done"), ("refund", 50, "planned")],
        )
        self.assertEqual(self._get_balance(), -50)

    def test_paid_back_for_nothing(self):
        """R-PEN-05, R-PEN-06: paid back what was not deducted after all, payroll takes
        it again, once; deducted all the same, it does not."""
        penalty = self._post_penalty()
        line = penalty.deduction_id.line_ids
        self._deduct(line)
        self._reverse(penalty.move_id)
        self._deduct(line.deduction_id.line_ids - line)
        reversal = self._reverse(line.move_id)
        self.assertEqual(self._get_balance(), 50)
        self.assertEqual(
            self._get_months(penalty), [("wage", 50, "planned"), ("refund", 50, "done")]
        )
        reversal.button_draft()
        self.assertEqual(
            self._get_months(penalty), [("wage", 50, "done"), ("refund", 50, "done")]
        )
        reversal.action_post()
        self._deduct(
            penalty._get_wage_plans().line_ids.filtered(
                lambda item: item.state == "planned"
            )
        )
        self.assertEqual(self._get_balance(), 0)
        with self.assertRaisesRegex(UserError, "owed twice"):
            reversal.button_draft()

    def test_paid_back_for_nothing_and_charged_again(self):
        """R-PEN-06: posted again after that, he owes both, by one plan."""
        penalty = self._post_penalty()
        line = penalty.deduction_id.line_ids
        self._deduct(line)
        self._reverse(penalty.move_id)
        self._deduct(line.deduction_id.line_ids - line)
        self._reverse(line.move_id)
        self.as_user(penalty, "accountant").action_post()
        self.assertEqual(self._get_balance(), 100)
        months = self._get_months(penalty)
        self.assertEqual(months, [("wage", 100, "planned"), ("refund", 50, "done")])
        self._deduct(penalty.deduction_id.line_ids)
        self.assertEqual(self._get_balance(), 0)

    def test_paid_back_for_nothing_and_back_in_the_books(self):
        """R-PEN-06: the same when the reversal of the penalty was a mistake: he owes
        both, by one plan."""
        penalty = self._post_penalty()
        line = penalty.deduction_id.line_ids
        self._deduct(line)
        reversal = self._reverse(penalty.move_id)
        self._deduct(line.deduction_id.line_ids - line)
        self._reverse(line.move_id)
        reversal.button_draft()
        self.assertEqual((penalty.state, self._get_balance()), ("posted", 100))
        months = self._get_months(penalty)
        self.assertEqual(months, [("wage", 100, "planned"), ("refund", 50, "done")])
        self._deduct(penalty.deduction_id.line_ids)
        self.assertEqual(self._get_balance(), 0)

    def test_somebody_else_is_paid_back(self):
        """R-PEN-06: a month that counts again leaves what somebody charged before is
        still paid back."""
        penalty = self._post_penalty()
        colleague = self.employees["technician2"]
        colleague.version_id.wage = 8000
        other = self.env["aftersales.deduction"]._create_plans(
            [
                {
                    "employee_id": colleague.id,
                    "amount": 50,
                    "reason": "Charged before",
                    "res_model": penalty._name,
                    "res_id": penalty.id,
                }
            ]
        )
        self._deduct(other.line_ids)
        refund = other._pay_back()
        line = penalty.deduction_id.line_ids
        self._deduct(line)
        reversal = self._reverse(line.move_id)
        self.assertEqual(line.state, "cancelled")
        reversal.button_draft()
        self.assertEqual((line.state, refund.exists().state), ("done", "planned"))

    def test_addon_uninstalled(self):
        """R-PEN-06: the debt of an addon that is gone follows its own entries."""
        plan = self._post_penalty().deduction_id
        # sudo: no button does that
        plan.sudo().res_model = "aftersales.uninstalled"
        line = plan.line_ids
        self._deduct(line)
        self._reverse(line.move_id)
        self.assertEqual((line.state, plan.state), ("cancelled", "planned"))
        self.assertEqual((plan.line_ids - line).amount, 50)

    def test_charge_deleted_after_the_deduction(self):
        """R-PEN-06: the entry of a penalty deleted after its deduction was booked: what
        payroll pays back is booked against that, nothing stays open."""
        penalty = self._post_penalty()
        line = penalty.deduction_id.line_ids
        self._deduct(line)
        penalty.move_id.button_draft()
        penalty.move_id.with_context(force_delete=True).unlink()
        self.assertEqual((penalty.state, self._get_balance()), ("final", -50))
        refund = line.deduction_id.line_ids - line
        self._deduct(refund)
        self.assertEqual(self._get_balance(), 0)
        entries = (line.move_id | refund.move_id).line_ids.filtered(
            lambda entry: entry.account_id == self.receivable
        )
        self.assertEqual(entries.mapped("reconciled"), [True, True])
        self.assertEqual(
            sum(
                (line.move_id | refund.move_id)
                .line_ids.filtered(
                    lambda entry: (
                        entry.account_id == self.company.aftersales_payroll_account_id
                    )
                )
                .mapped("balance")
            ),
            0,
        )

    def test_settlement_taken_back(self):
        """R-PEN-06: of somebody who left, the rest stays due at once."""
        penalty = self._post_penalty()
        plan = penalty.deduction_id
        self.technician.departure_date = fields.Date.today()
        settlement = plan.line_ids
        self._deduct(settlement)
        self._reverse(settlement.move_id)
        self.assertEqual(self._get_months(penalty), [("settlement", 50, "planned")])
        self.assertEqual(plan.state, "planned")

    def test_archived_settings(self):
        """R-PEN-06: nothing is charged or deducted with an archived account or journal:
        the error names the setting."""
        penalty = self._post_penalty()
        line = penalty.deduction_id.line_ids
        self._reverse(penalty.move_id)
        for fname, call in (
            ("aftersales_penalty_journal_id", self.as_user(penalty, "accountant")),
            (
                "aftersales_penalty_income_account_id",
                self.as_user(penalty, "accountant"),
            ),
            ("aftersales_payroll_account_id", None),
        ):
            if not call:
                self.as_user(penalty, "accountant").action_post()
                line = penalty.deduction_id.line_ids
            record = self.company[fname]
            record.active = False
            setting = self.company._fields[fname].string
            with (
                self.subTest(fname),
                self.assertRaisesRegex(UserError, f"is archived, the {setting} of"),
                self.cr.savepoint(),
            ):
                call.action_post() if call else self._deduct(line)
            record.active = True
        self._deduct(line)
        self.assertEqual(self._get_balance(), 0)

    def test_taken_back_before_the_upgrade(self):
        """R-PEN-06: what was reversed before months followed their entries is planned
        anew by the upgrade."""
        penalty = self._post_penalty()
        line = penalty.deduction_id.line_ids
        self._deduct(line)
        with patch.object(type(line), "_follow_bill"):
            self._reverse(line.move_id)
        self.assertEqual(line.state, "done")
        path = file_path("aftersales_service/migrations/19.0.1.3.0/end-deductions.py")
        runpy.run_path(path)["migrate"](self.env.cr, "19.0.1.2.0")
        self.env.invalidate_all()
        self.assertEqual(line.state, "cancelled")
        self.assertEqual(self._get_months(penalty), [("wage", 50, "planned")])
