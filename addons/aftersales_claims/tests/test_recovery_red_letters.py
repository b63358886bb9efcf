# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_recovery_books import RecoveryBooksCommon


@tagged("post_install", "-at_install")
class TestRecoveryRedLetters(RecoveryBooksCommon):
    """Suppliers' red-letter invoices that leave the books again (R-CLM-12)."""

    def test_red_letter_of_several_claims_taken_back(self):
        """R-CLM-12: a red letter for several claims is reset and posted again as a
        whole; reversed, each claim goes its own way."""
        first = self._create_posted_liability()
        second = self._create_second_liability(333.33, 333.33, percent=33.33)
        statement = self._answer(self._create_statement(first))
        before = self._balance()
        total = round(5649 + 333.33 * 0.3333, 2)
        letter = self._create_red_letter(total, ref="RED-3")
        letter.action_post()
        after = self._balance()
        lines = statement.line_ids
        self.assertEqual(set(lines.mapped("state")), {"credited"})
        letter.button_draft()
        self.assertEqual(set(lines.mapped("state")), {"accepted"})
        self.assertEqual((statement.state, self._balance()), ("answered", before))
        self.assertFalse(statement.red_letter_ref)
        self._credit(statement)
        self.assertEqual((letter.state, letter.amount_total), ("posted", total))
        self.assertEqual(lines.refund_move_id, letter)
        self.assertEqual(set(lines.mapped("state")), {"credited"})
        self.assertEqual(
            (statement.state, statement.red_letter_ref), ("credited", "RED-3")
        )
        self.assertEqual(self._balance(), after)
        accountant = self.as_user(second, "accountant")
        with (
            self.assertRaisesRegex(UserError, "Reverse them in the accounting first"),
            self.env.cr.savepoint(),
        ):
            accountant.action_reverse("Wrong")
        self.env.invalidate_all()
        self.assertEqual(self._balance(), after)
        self._reverse_in_accounting(letter)
        self.assertEqual((statement.state, self._balance()), ("answered", before))
        accountant.action_reverse("Wrong")
        self.assertEqual(self._balance(), before)
        self.assertEqual(sorted(lines.mapped("state")), ["accepted", "cancelled"])
        self._credit(statement)
        self.assertEqual(statement.amount_credited, 5649)
        self.assertAlmostEqual(
            self._balance(self.warranty_expense_account),
            before[self.warranty_expense_account] - 5649,
            2,
        )

    def test_red_letter_in_another_currency_replaced(self):
        """R-CLM-12: a red letter in the supplier's currency that was cancelled is
        replaced by one of the same amount, whatever the rate has become; what was in
        the books is out of them again."""
        euro = self.env.ref("base.EUR")
        euro.active = True
        rate = self.env["res.currency.rate"].create(
            {
                "name": fields.Date.today(),
                "currency_id": euro.id,
                "company_id": self.company.id,
                "rate": 0.125,
            }
        )
        self.supplier.with_company(self.company).property_purchase_currency_id = euro
        statement = self._answer(self._create_statement())
        before = self._balance()
        agreed = statement.line_ids.share_id.account_move_id.amount_untaxed
        self.assertAlmostEqual(agreed, 5649 / 8, delta=0.006)
        letter = self._create_red_letter(agreed, currency_id=euro.id, ref="RED-EU1")
        letter.action_post()
        self.assertEqual(statement.line_ids.refund_move_id, letter)
        letter.button_cancel()
        self.assertEqual((statement.state, self._balance()), ("answered", before))
        rate.rate = 0.13
        wrong = self._create_red_letter(
            round(5649 * 0.13, 2), currency_id=euro.id, ref=f"RED {statement.name}"
        )
        with self.assertRaisesRegex(UserError, "706.1"), self.env.cr.savepoint():
            wrong.action_post()
        letter = self._create_red_letter(agreed, currency_id=euro.id, ref="RED-EU2")
        letter.action_post()
        self.assertEqual(statement.line_ids.refund_move_id, letter)
        self.assertEqual(
            (statement.state, statement.red_letter_ref), ("credited", "RED-EU2")
        )
        self.assertAlmostEqual(
            self._balance(self.warranty_expense_account),
            before[self.warranty_expense_account] - agreed / 0.13,
            delta=0.011,
        )
