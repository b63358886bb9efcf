# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_recovery_books import RecoveryBooksCommon


@tagged("post_install", "-at_install")
class TestRecoveryFees(RecoveryBooksCommon):
    """Fees for what suppliers did not collect (R-CLM-12)."""

    def _dispose(self, statement, fee=35):
        """The supplier let his days pass: his parts are scrapped at his cost."""
        self.company.aftersales_disposal_fee = fee
        statement.line_ids.part_return_ids._dispose_at_supplier_cost()
        return statement.line_ids

    def _fee_is(self, amount):
        self.assertEqual(
            self._balance(self.warranty_expense_account), 8070 - 5649 - amount
        )

    def test_fee_of_a_decision_taken_back(self):
        """R-CLM-12, R-CLM-09: the disposal fee leaves the books with its decision, in
        an open period only; decided again, the same supplier owes it again, once."""
        liability = self._create_posted_liability()
        claim = liability.claim_id
        before = self._balance()
        statement = self._answer(self._create_statement(liability, receive=True))
        line = self._dispose(statement)
        self.assertEqual((line.disposal_fee, line.fee_move_ids.ids), (35, []))
        self._credit(statement)
        fee = line.fee_move_ids
        self.assertEqual((fee.state, fee.amount_total), ("posted", 35))
        self.assertEqual(fee._get_aftersales_claims(), claim)
        self.assertEqual(statement.refund_count, 2)
        after = self._balance()
        self._fee_is(35)
        # a locked period: the ERP's own error, all as it was
        self.env.flush_all()
        accountant = self.as_user(liability, "accountant")
        self.company.fiscalyear_lock_date = fields.Date.context_today(accountant)
        with (
            self.assertRaisesRegex(UserError, "prior to and inclusive of"),
            self.env.cr.savepoint(),
        ):
            accountant.action_reverse("Wrong")
        self.env.invalidate_all()
        self.assertEqual((line.state, liability.state), ("credited", "posted"))
        self.assertEqual(self._balance(), after)
        self.company.fiscalyear_lock_date = False
        accountant.action_reverse("Wrong")
        self.assertEqual(self._balance(), before)
        self.assertEqual(statement.state, "cancelled")
        # somebody else did not leave the parts
        self.env.flush_all()
        again = self._create_posted_liability(partner=self.other_supplier, claim=claim)
        other = self.env["aftersales.recovery"].create(
            {"partner_id": self.other_supplier.id, "company_id": self.company.id}
        )
        other.action_collect_lines()
        self.assertEqual((len(other.line_ids), other.line_ids.disposal_fee), (1, 0))
        self.as_user(again, "accountant").action_reverse("Wrong as well")
        again = self._create_posted_liability(claim=claim)
        statement = self._create_statement(again)
        self.assertEqual((statement.line_ids.disposal_fee, line.disposal_fee), (35, 0))
        # a draft keeps the line: it carries the fee
        with self.assertRaisesRegex(UserError, "disposal fee"):
            self.as_user(statement.line_ids, "quality").unlink()
        with self.assertRaisesRegex(UserError, "disposal fee"):
            self.as_user(statement, "quality").unlink()
        self.as_user(again, "accountant").action_reverse("Once more")
        self.assertEqual(statement.line_ids.state, "cancelled")
        with self.assertRaisesRegex(UserError, "no lines"):
            self._send(statement)
        again = self._create_posted_liability(claim=claim)
        statement.action_collect_lines()
        self._send(statement)
        live = statement._get_live_lines()
        self.assertEqual((len(live), live.disposal_fee), (1, 35))
        live._answer("accept")
        statement.action_answer()
        self._credit(statement)
        self.assertEqual(self._balance(), after)

    def test_drafted_fee_of_a_decision_taken_back(self):
        """R-CLM-12: a fee that waits to be posted is cancelled with its decision and
        not posted afterwards."""
        liability = self._create_posted_liability()
        before = self._balance()
        statement = self._answer(self._create_statement(liability, receive=True))
        self._credit(statement)
        line = self._dispose(statement)
        fee = self.as_user(line.fee_move_ids, "accountant")
        self.assertEqual((fee.state, fee.amount_total), ("draft", 35))
        self._fee_is(0)
        self.as_user(liability, "accountant").action_reverse("Wrong")
        self.assertEqual((fee.state, self._balance()), ("cancel", before))
        fee.button_draft()
        with (
            self.assertRaisesRegex(UserError, "was taken back"),
            self.env.cr.savepoint(),
        ):
            fee.action_post()
        self.assertEqual(self._balance(), before)

    def test_fee_of_a_cancelled_statement(self):
        """R-CLM-12: a statement given up does not give up the disposal fee: the next
        one takes it over, what is in the books of it is not charged twice."""
        statement = self._send(self._create_statement(receive=True))
        liability = statement.line_ids.liability_id
        before = self._balance()
        line = self._dispose(statement)
        self.as_user(statement, "quality").action_cancel()
        self.env.flush_all()
        self.assertEqual(line.disposal_fee, 35)
        self.assertEqual(self._balance(), before)
        statement = self._answer(self._create_statement(liability))
        self.assertEqual((statement.line_ids.disposal_fee, line.disposal_fee), (35, 0))
        self._credit(statement)
        self._fee_is(35)
        after = self._balance()
        # given up once more, with the fee in the books and the credit reversed
        line = statement.line_ids
        fee = line.fee_move_ids
        self._reverse_in_accounting(line.refund_move_id)
        self._fee_is(35 - 5649)
        self.as_user(statement, "quality").action_cancel()
        self.env.flush_all()
        statement = self._answer(self._create_statement(liability))
        self.assertEqual(statement.line_ids.fee_move_ids, fee)
        self._credit(statement)
        self.assertEqual(self._balance(), after)
        self.assertEqual(statement.refund_count, 2)
        self.assertEqual(
            statement._get_posted_credits(), fee | statement.line_ids.refund_move_id
        )
        # on no statement at all it leaves the books with its decision all the same
        self._reverse_in_accounting(statement.line_ids.refund_move_id)
        self.as_user(statement, "quality").action_cancel()
        self.as_user(liability, "accountant").action_reverse("Wrong")
        self.assertEqual(self._balance(), before)

    def test_fee_while_the_statement_is_cancelled(self):
        """R-CLM-12: parts left between two statements are charged on the next; a part
        of two suppliers is charged to the one who left it."""
        claim = self._create_spine_claim()
        liability = self.as_user(self.env["aftersales.liability"], "quality_vp").create(
            {
                "claim_id": claim.id,
                "analysis": "Both",
                "share_ids": [
                    Command.create(
                        {"party": "supplier", "partner_id": partner.id, "percent": 50}
                    )
                    for partner in (self.other_supplier, self.supplier)
                ],
            }
        )
        liability.action_submit()
        self.as_user(liability, "general_manager").action_approve("Agreed")
        self.as_user(liability, "accountant").action_post()
        liability = liability.with_env(self.env)
        other = self.env["aftersales.recovery"].create(
            {"partner_id": self.other_supplier.id, "company_id": self.company.id}
        )
        other.action_collect_lines()
        statement = self._send(self._create_statement(liability, receive=True))
        self.assertEqual(
            other.line_ids.part_return_ids, statement.line_ids.part_return_ids
        )
        self.as_user(statement, "quality").action_cancel()
        self.env.flush_all()
        before = self._balance()
        line = self._dispose(statement)
        self.assertEqual((line.disposal_fee, other.line_ids.disposal_fee), (35, 0))
        self.assertEqual(self._balance(), before)
        again = self._answer(self._create_statement(liability))
        self.assertEqual((again.line_ids.disposal_fee, line.disposal_fee), (35, 0))
        self._credit(again)
        self._credit(self._answer(other))
        self.assertEqual(
            self._balance(self.warranty_expense_account),
            before[self.warranty_expense_account] - 8070 - 35,
        )

    def test_fee_in_the_red_letter(self):
        """R-CLM-12: a red letter that holds the fee charges it; reset and posted again
        it does so once, reversed the fee is owed again."""
        statement = self._answer(self._create_statement(receive=True))
        before = self._balance()
        line = self._dispose(statement)
        letter = self._create_red_letter(5684, ref="RED-7")
        letter.action_post()
        self.assertEqual((line.fee_move_ids, line.refund_move_id), (letter, letter))
        self._fee_is(35)
        after = self._balance()
        letter.button_draft()
        self._credit(statement)
        self.assertEqual((letter.state, self._balance()), ("posted", after))
        self._reverse_in_accounting(letter)
        self.assertEqual(self._balance(), before)
        self._credit(statement)
        self.assertEqual(self._balance(), after)
        self.assertEqual(line.refund_move_id.amount_total, 5649)
        fee = line.fee_move_ids - letter
        self.assertEqual((fee.state, fee.amount_total), ("posted", 35))
        # only the credit is reversed: the next red letter is for that alone
        self._reverse_in_accounting(line.refund_move_id)
        self._create_red_letter(5649, ref="RED-8").action_post()
        self.assertEqual((statement.state, self._balance()), ("credited", after))
