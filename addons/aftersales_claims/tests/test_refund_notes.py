# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_recovery import RecoveryCommon


@tagged("post_install", "-at_install")
class TestRefundNotes(RecoveryCommon):
    """Refunds in the right account, journal, currency and month, and the red letters
    that are their papers (R-CLM-12)."""

    def _use_euro(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].create(
            {
                "name": fields.Date.today() - relativedelta(days=3),
                "currency_id": euro.id,
                "company_id": self.company.id,
                "rate": 0.125,
            }
        )
        return euro

    def test_settings_of_the_refund(self):
        """R-CLM-12: journal and account of the settings are those of the credit note
        the decision drafts, too."""
        account = self.warranty_expense_account.copy(
            {"code": "660195", "name": "Recovered from suppliers"}
        )
        journal = self.env["account.journal"].create(
            {
                "name": "Recovery",
                "code": "RECOV",
                "type": "purchase",
                "company_id": self.company.id,
            }
        )
        self.company.write(
            {
                "aftersales_recovery_account_id": account.id,
                "aftersales_settlement_journal_id": journal.id,
            }
        )
        statement = self._answer(self._create_statement())
        note = statement.line_ids.share_id.account_move_id
        self.assertEqual(note.journal_id, journal)
        self.as_user(statement, "accountant").action_credit()
        self.assertEqual(self._balance(account), -5649)
        self.assertEqual(self._balance(self.warranty_expense_account), 8070)

    def test_refund_drawn_up_again(self):
        """R-CLM-12: a note drawn up anew by the statement is one like the decision's:
        in the supplier's currency, at the claim's account and analysis."""
        euro = self._use_euro()
        self.supplier.with_company(self.company).property_purchase_currency_id = euro
        customer, machine, service = self._create_plans()
        self.company.aftersales_provision_method = "provision"
        statement = self._answer(self._create_statement())
        statement.line_ids.share_id.account_move_id.button_cancel()
        self.as_user(statement, "accountant").action_credit()
        note = statement.line_ids.refund_move_id
        self.assertEqual((note.state, note.currency_id), ("posted", euro))
        self.assertAlmostEqual(note.amount_total, 706.13, 2)
        provision = self.company.aftersales_provision_account_id
        self.assertAlmostEqual(self._balance(provision), 8070 - 5649, delta=0.05)
        self.assertFalse(self._balance(self.warranty_expense_account))
        for account in (customer, machine, service):
            self.assertAlmostEqual(account.balance, 5649 - 8070, delta=0.05)

    def test_journal_in_another_currency(self):
        """R-DSP-16, R-CLM-12: amounts of the company's currency are not taken for
        those of the journal's."""
        journal = self.env["account.journal"].create(
            {
                "name": "Euro purchases",
                "code": "EURP",
                "type": "purchase",
                "currency_id": self._use_euro().id,
                "company_id": self.company.id,
            }
        )
        self.company.aftersales_settlement_journal_id = journal
        self.company.aftersales_disposal_fee = 35
        self.company.aftersales_settlement_account_id = self.warranty_expense_account
        settlement = self._create_settlement()
        bill = settlement.bill_id
        self.assertEqual(bill.currency_id, self.company.currency_id)
        self.assertEqual(bill.amount_total_signed, -260)
        statement = self._answer(self._create_statement(receive=True))
        self.as_user(statement, "accountant").action_credit()
        statement.line_ids.part_return_ids._dispose_at_supplier_cost()
        (statement.line_ids.fee_move_ids).action_post()
        self.assertEqual(self._balance(self.warranty_expense_account), 8070 - 5649 - 35)

    def test_credit_in_a_locked_period(self):
        """R-CLM-12: a note of a month that is closed meanwhile is a credit of today;
        with today locked the ERP says so, and the statement waits."""
        statement = self._answer(self._create_statement())
        accountant = self.as_user(statement, "accountant")
        today = fields.Date.context_today(accountant)
        note = statement.line_ids.share_id.account_move_id
        earlier = today - relativedelta(days=40)
        note.write({"invoice_date": earlier, "date": earlier})
        before = self._balance()
        for lock in ("fiscalyear_lock_date", "purchase_lock_date"):
            with (
                self.subTest(lock),
                self.assertRaisesRegex(UserError, "prior to and inclusive of"),
                self.env.cr.savepoint(),
            ):
                self.company[lock] = today
                accountant.action_credit()
            self.env.invalidate_all()
            self.assertEqual((statement.state, note.state), ("answered", "draft"))
            self.assertEqual(self._balance(), before)
        self.company.fiscalyear_lock_date = today - relativedelta(days=30)
        accountant.action_credit()
        self.assertEqual((note.date, note.invoice_date), (today, today))
        self.assertEqual(statement.state, "credited")

    def test_credit_of_an_open_month(self):
        """R-CLM-12: a note keeps its day while the books are open for it."""
        statement = self._answer(self._create_statement())
        note = statement.line_ids.share_id.account_move_id
        earlier = fields.Date.today() - relativedelta(days=40)
        note.write({"invoice_date": earlier, "date": earlier})
        self.as_user(statement, "accountant").action_credit()
        self.assertEqual((note.state, note.date), ("posted", earlier))

    # === red letters ===#
    def _create_letter(self, ref, amount=5649, **vals):
        return self.env["account.move"].create(
            {
                "move_type": "in_refund",
                "partner_id": self.supplier.id,
                "invoice_date": fields.Date.today(),
                "ref": ref,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Bearings",
                            "price_unit": amount,
                            "account_id": self.warranty_expense_account.id,
                            "tax_ids": [],
                        }
                    )
                ],
                **vals,
            }
        )

    def test_red_letter_entered_twice(self):
        """R-CLM-12: the same red-letter invoice entered by two people is posted once;
        another paper that happens to have its number is marked as none."""
        statement = self._answer(self._create_statement())
        first, second = self._create_letter("RED-1"), self._create_letter("RED-1")
        first.action_post()
        self.assertEqual(statement.state, "credited")
        before = self._balance()
        with (
            self.assertRaisesRegex(UserError, "RED-1 is filed with"),
            self.env.cr.savepoint(),
        ):
            second.action_post()
        self.assertEqual(second.state, "draft")
        self.assertEqual(self._balance(), before)
        other = self._create_letter("RED-1", partner_id=self.other_supplier.id)
        other.action_post()
        second.aftersales_no_recovery = True
        second.action_post()
        self.assertEqual((other.state, second.state), ("posted", "posted"))
        # reset and posted again, the letter itself is the credit as before
        first.button_draft()
        first.action_post()
        self.assertEqual((first.state, statement.state), ("posted", "credited"))

    def test_filed_letter_posted_after_all(self):
        """R-CLM-12: a red letter filed with notes in the books is not posted by
        setting it to draft first."""
        statement = self._answer(self._create_statement())
        self.as_user(statement, "accountant").action_credit()
        for ref in ("RED-2", False):
            statement.red_letter_ref = False
            letter = self._create_letter(ref, aftersales_recovery_id=statement.id)
            letter.action_post()
            self.assertEqual(letter.state, "cancel")
            before = self._balance()
            letter.button_draft()
            with (
                self.subTest(ref),
                self.assertRaisesRegex(UserError, "is filed with"),
                self.env.cr.savepoint(),
            ):
                letter.action_post()
            self.assertEqual(self._balance(), before)
