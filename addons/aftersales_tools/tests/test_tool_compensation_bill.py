# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import runpy
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools.misc import file_path

from .common_compensation import CompensationCommon


@tagged("post_install", "-at_install")
class TestToolCompensationBill(CompensationCommon):
    """What happens in the accounting to the entries of a sheet (R-TOL-06, R-PEN-06)."""

    def _post_sheet(self, **vals):
        return self._post(self._approved(self._sheet(**vals))).sudo()

    def _reverse(self, move):
        """The ERP's own *Reverse Entry*, by the accountant."""
        wizard = (
            self.as_user(self.env["account.move.reversal"], "accountant")
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"journal_id": move.journal_id.id, "date": fields.Date.today()})
        )
        wizard.reverse_moves()
        return wizard.new_move_ids.sudo()

    def _assert_gone(self, sheet):
        self.assertEqual((sheet.state, sheet.is_charge_gone), ("approved", True))
        told = sheet.activity_ids.user_id
        self.assertTrue(told.has_group("aftersales_service.group_accountant"))
        self.assertIn("to be billed again", sheet.message_ids[:1].body)
        self.assertEqual(self._balance(self.receivable), 0)

    def _pay(self, sheet, **vals):
        wizard = self.env["aftersales.tool.payment"].with_user(self.users["accountant"])
        wizard.create({"compensation_id": sheet.id, **vals}).action_pay()

    def test_reversed_and_posted_again(self):
        """R-TOL-06: the entry reversed in the accounting: the accountant is told; it is
        posted once more, the tool is scrapped once; the former entry stays out."""
        sheet = self._post_sheet()
        entry, scrap = sheet.move_id, sheet.scrap_id
        reversal = self._reverse(entry)
        self._assert_gone(sheet)
        # by mistake
        reversal.button_draft()
        self.assertEqual((sheet.state, sheet.is_charge_gone), ("posted", False))
        self.assertFalse(sheet.activity_ids)
        reversal.action_post()
        self._assert_gone(sheet)
        with self._refused(UserError, "post it again, or choose Found"):
            self.as_user(sheet, "storekeeper").action_cancel()
        self._post(sheet)
        self.assertEqual((sheet.state, sheet.is_charge_gone), ("posted", False))
        self.assertNotEqual(sheet.move_id, entry)
        self.assertEqual((sheet.former_bill_ids, sheet.scrap_id), (entry, scrap))
        self.assertFalse(sheet.activity_ids)
        self.assertEqual(self._balance(self.receivable), 720)
        with self._refused(UserError, "owed twice"):
            reversal.button_draft()
        shown = self.as_user(sheet, "accountant").action_view_move()
        self.assertIn(entry.id, shown["domain"][0][2])
        self.as_user(sheet, "accountant").action_found()
        self.assertEqual(self._balance(self.receivable), 0)
        with self._refused(UserError, "owed twice"):
            sheet.reversal_move_id.button_draft()

    def test_deleted_entry(self):
        """R-TOL-06: reset and deleted, the sheet is posted once more as well."""
        sheet = self._post_sheet()
        sheet.move_id.button_draft()
        self.assertEqual(sheet.state, "posted")
        sheet.move_id.with_context(force_delete=True).unlink()
        self._assert_gone(sheet)
        self._post(sheet)
        self.assertEqual(self._balance(self.receivable), 720)

    def test_paid_before(self):
        """R-TOL-06: what was paid at finance counts for the entry that charges once
        more; a payment reversed in the accounting is owed again."""
        sheet = self._post_sheet()
        self._pay(sheet, amount=300)
        self._reverse(sheet.move_id)
        self.assertEqual((sheet.state, sheet.amount_paid), ("approved", 300))
        self._post(sheet)
        self.assertEqual((sheet.payment_state, sheet.amount_residual), ("partial", 420))
        self.assertEqual(self._balance(self.receivable), 420)
        line = sheet.move_id.line_ids.filtered(
            lambda line: line.account_id == self.receivable
        )
        self.assertEqual(line.amount_residual, 420)
        self._reverse(sheet.payment_move_ids)
        self.assertEqual((sheet.payment_state, sheet.amount_residual), ("open", 720))
        self._pay(sheet)
        self.assertEqual(sheet.payment_state, "paid")
        self.assertEqual(self._balance(self.receivable), 0)

    def test_found_after_the_reversal(self):
        """R-TOL-06: found again instead of posted again: nothing is reversed twice,
        what was paid is paid back, the tool is in stock."""
        sheet = self._post_sheet()
        self._pay(sheet)
        reversal = self._reverse(sheet.move_id)
        self.as_user(sheet, "accountant").action_found()
        self.assertEqual((sheet.state, sheet.payment_state), ("reversed", "refund"))
        self.assertEqual(sheet.reversal_move_id, reversal)
        self.assertFalse(sheet.activity_ids)
        self.assertEqual(self.meter_1.tool_state, "stock")
        with self._refused(UserError, "owed twice"):
            reversal.button_draft()
        self._pay(sheet)
        self.assertEqual(self._balance(self.receivable), 0)

    def test_deductions(self):
        """R-PEN-06: the deductions stop with the entry and what payroll kept is paid
        back; posted again, only the rest is deducted; his wage pays once."""
        self.technician.wage = 3000
        sheet = self._post_sheet(payment_mode="deduction")
        plan = sheet.deduction_id
        first = plan.line_ids.sorted("month")[0]
        first.action_done()
        kept = first.amount
        reversal = self._reverse(sheet.move_id)
        self.assertEqual(plan.state, "stopped")
        refund = plan.line_ids.filtered(lambda line: line.kind == "refund")
        self.assertEqual(refund.amount, kept)
        self._post(sheet)
        self.assertFalse(refund.exists())
        again = sheet.deduction_id
        self.assertNotEqual(again, plan)
        self.assertEqual(again.amount, 720 - kept)
        self.assertEqual((sheet.amount_kept, sheet.amount_paid), (kept, kept))
        again.line_ids.action_done()
        self.assertEqual((sheet.payment_state, sheet.amount_paid), ("paid", 720))
        with self._refused(UserError, "owed twice"):
            reversal.button_draft()
        # found after all: all of it is paid back
        self.as_user(sheet, "accountant").action_found()
        plans = sheet._get_wage_plans()
        refunds = plans.line_ids.filtered(lambda line: line.kind == "refund")
        self.assertEqual(sum(refunds.mapped("amount")), 720)

    def test_deductions_go_on(self):
        """R-PEN-06: the reversal undone, what is left is deducted further."""
        self.technician.wage = 3000
        sheet = self._post_sheet(payment_mode="deduction")
        plan = sheet.deduction_id
        first = plan.line_ids.sorted("month")[0]
        first.action_done()
        self._reverse(sheet.move_id).button_draft()
        again = sheet.deduction_id
        self.assertEqual((plan.state, again.state), ("stopped", "planned"))
        self.assertEqual(again.amount, 720 - first.amount)
        self.assertEqual((sheet.state, sheet.amount_paid), ("posted", first.amount))

    def test_paid_at_finance_instead(self):
        """R-TOL-06, R-PEN-06: deducted in part, then to be paid at finance: what
        payroll has counts and is not paid back, also after a reversal by mistake."""
        self.technician.wage = 3000
        sheet = self._post_sheet(payment_mode="deduction")
        first = sheet.deduction_id.line_ids.sorted("month")[0]
        first.action_done()
        kept = first.amount
        self._reverse(sheet.move_id)
        self.as_user(sheet, "storekeeper").payment_mode = "finance"
        self._post(sheet)
        for _time in range(2):
            plans = sheet._get_wage_plans()
            self.assertEqual(set(plans.mapped("state")), {"stopped"})
            self.assertFalse(plans.line_ids.filtered(lambda it: it.kind == "refund"))
            self.assertEqual((sheet.amount_kept, sheet.amount_paid), (kept, kept))
            self.assertEqual(sheet.amount_residual, 720 - kept)
            self._reverse(sheet.move_id).button_draft()
            self.assertEqual(sheet.state, "posted")
        self._pay(sheet)
        self.assertEqual(sheet.payment_state, "paid")
        self.assertEqual(self._balance(self.receivable), 0)

    def test_deduction_taken_back(self):
        """R-TOL-06, R-PEN-06: a deduction whose entry left the books is not paid, and
        owed again: by the wage, or at finance when the sheet is paid there by now."""
        self.company.aftersales_payroll_account_id = self.income
        self.technician.wage = 3000
        sheet = self._post_sheet(payment_mode="deduction")
        first = sheet.deduction_id.line_ids.sorted("month")[0]
        first.action_done()
        kept = first.amount
        reversal = self._reverse(first.move_id)
        self.assertEqual((sheet.amount_paid, sheet.payment_state), (0, "open"))
        self.assertEqual(
            sum(
                sheet.deduction_id.line_ids.filtered(
                    lambda line: line.state == "planned"
                ).mapped("amount")
            ),
            720,
        )
        reversal.button_draft()
        self.assertEqual(sheet.amount_paid, kept)
        self._reverse(sheet.move_id)
        self.as_user(sheet, "storekeeper").payment_mode = "finance"
        self._post(sheet)
        self.assertEqual((sheet.amount_paid, sheet.amount_kept), (kept, kept))
        reversal.action_post()
        self.assertEqual((sheet.amount_paid, sheet.amount_residual), (0, 720))
        self.assertFalse(
            sheet._get_wage_plans().line_ids.filtered(lambda it: it.state == "planned")
        )

    def test_payment_in_a_locked_period(self):
        """R-TOL-06: a payment is not posted on another day than the one it is of."""
        sheet = self._post_sheet()
        today = fields.Date.context_today(sheet.with_user(self.users["accountant"]))
        self.company.fiscalyear_lock_date = today
        with self._refused(UserError, "prior to"):
            self._pay(sheet, amount=300, date=today)
        self.assertEqual((sheet.amount_paid, sheet.payment_state), (0, "open"))

    def test_reversed_before_the_upgrade(self):
        """R-TOL-06: sheets and payments reversed before they were followed are brought
        in line by the upgrade."""
        sheet = self._post_sheet()
        self._pay(sheet, amount=300)
        with patch.object(type(sheet), "_follow_bill"):
            self._reverse(sheet.move_id)
        self.assertEqual(sheet.state, "posted")
        path = file_path("aftersales_tools/migrations/19.0.1.1.0/post-books.py")
        runpy.run_path(path)["migrate"](self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()
        self.assertEqual((sheet.state, sheet.is_charge_gone), ("approved", True))
        self.assertEqual(sheet.amount_paid, 300)
