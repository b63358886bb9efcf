# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from unittest.mock import patch

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged
from odoo.tools import SQL

from .common_recovery import RecoveryCommon


@tagged("post_install", "-at_install")
class TestCorrectedBill(RecoveryCommon):
    """The ERP's *Reverse and Create Invoice*: the corrected invoice takes the place of
    the one reversed, at once or at the day to come of its reversal (R-CLM-10,
    R-CLM-12)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.aftersales_settlement_account_id = cls.warranty_expense_account

    def _decide_customer(self):
        return self._decide(
            self._create_spine_claim(),
            {"party": "customer", "partner_id": self.customer.id, "percent": 100},
        )

    def _correct(self, bills, days=0):
        """*Reverse and Create Invoice*, reversed in ``days``; return the drafts."""
        wizard = (
            self.as_user(self.env["account.move.reversal"], "accountant")
            .with_context(active_model="account.move", active_ids=bills.ids)
            .create(
                {
                    "journal_id": bills.journal_id.id,
                    "date": fields.Date.today() + relativedelta(days=days),
                }
            )
        )
        wizard.modify_moves()
        return wizard.new_move_ids.with_env(self.env)

    def _post_due(self, days):
        """The ERP posts in ``days`` what is due by then."""
        day = fields.Datetime.now() + relativedelta(days=days)
        Cron = type(self.env["ir.cron"])
        with freeze_time(day), patch.object(Cron, "_commit_progress", return_value=9):
            self.env["account.move"]._autopost_draft_entries()

    def _assert_taken(self, document, field, bill, corrected):
        """The document is billed with ``corrected`` and asks nobody for another."""
        self.assertEqual(document[field], corrected)
        self.assertEqual(document.former_bill_ids, bill)
        self.assertEqual(document[document._billed_field], document._billed_states[0])

    def test_share_of_a_customer(self):
        """R-CLM-10: with *Reverse and Create Invoice* the new invoice is the share's:
        nothing is open, and nobody bills the share a second time."""
        liability = self._decide_customer()
        share = liability.share_ids
        invoice = share.account_move_id
        invoice.action_post()
        corrected = self._correct(invoice)
        self._assert_taken(share, "account_move_id", invoice, corrected)
        self.assertEqual(corrected.state, "draft")
        self.assertFalse(liability.has_open_share)
        self.assertFalse(liability.activity_ids)
        corrected.action_post()
        self._refused("owed twice", invoice.reversal_move_ids.button_draft)

    def test_share_of_a_customer_at_a_day_to_come(self):
        """R-CLM-10: until its day the share is billed with the invoice that is in the
        books, which the corrected one does not join; then with that one."""
        before = self._balance()
        liability = self._decide_customer()
        share = liability.share_ids
        invoice = share.account_move_id
        invoice.action_post()
        billed = self._balance()
        corrected = self._correct(invoice, days=9)
        self.assertEqual((share.state, share.account_move_id), ("posted", invoice))
        self._refused("in the books still", corrected.action_post)
        self._post_due(9)
        self.assertTrue(invoice._is_reversed())
        self._assert_taken(share, "account_move_id", invoice, corrected)
        self.assertFalse(liability.has_open_share)
        self.assertFalse(liability.activity_ids)
        self.assertIn("Corrected in the accounting", liability.message_ids[:1].body)
        self._refused("is Posted", self.as_user(liability, "accountant").action_post)
        corrected.action_post()
        self.assertEqual(self._balance(), billed)
        self.as_user(liability, "accountant").action_reverse("Ours")
        self.as_user(liability.claim_id, "accountant").action_reverse("Ours")
        self.assertEqual(self._balance(), before)

    def test_corrected_invoice_given_up(self):
        """R-CLM-10: without the corrected invoice the share is open at the day of the
        reversal, and said so; so it is if it is cancelled after that day."""
        for days in (3, 0):
            claim = self._create_emergency_with_costs(f"CORR-{days}")
            liability = self._create_posted_liability(claim=claim)
            share = liability.share_ids[0]
            refund = share.account_move_id
            refund.action_post()
            corrected = self._correct(refund, days=days)
            if days:
                corrected.unlink()
                self.assertEqual(share.account_move_id, refund)
                self._post_due(days)
            else:
                corrected.button_cancel()
            self.assertTrue(liability.has_open_share)
            self.assertTrue(liability.activity_ids)
            self.as_user(liability, "accountant").action_post()
            self.assertFalse(liability.has_open_share)

    def test_both_posted_at_the_day(self):
        """R-CLM-10: the corrected invoice to be posted at the day of the reversal as
        well: both are, and the share is billed once."""
        liability = self._decide_customer()
        share = liability.share_ids
        invoice = share.account_move_id
        invoice.action_post()
        billed = self._balance()
        corrected = self._correct(invoice, days=5)
        corrected.write(
            {
                "auto_post": "at_date",
                "invoice_date": corrected.date,
            }
        )
        self._post_due(5)
        self.assertEqual(corrected.state, "posted")
        self._assert_taken(share, "account_move_id", invoice, corrected)
        self.assertEqual(self._balance(), billed)

    def _correct_refund(self, days):
        liability = self._create_second_liability(percent=60)
        share = liability.share_ids[0]
        refund = share.account_move_id
        refund.action_post()
        corrected = self._correct(refund, days=days)
        self._post_due(days)
        self._assert_taken(share, "account_move_id", refund, corrected)
        self.assertFalse(liability.has_open_share)

    def test_refund_of_a_supplier(self):
        """R-CLM-10, R-CLM-12: a supplier's refund corrected before it is on a
        statement is claimed with the corrected one."""
        self._correct_refund(0)

    def test_refund_of_a_supplier_at_a_day_to_come(self):
        """R-CLM-10, R-CLM-12: so it is when it is reversed at a day to come."""
        self._correct_refund(4)

    def _correct_note(self, days):
        liability = self._create_second_liability(percent=60)
        statement = self._answer(self._create_statement(liability))
        accountant = self.as_user(statement, "accountant")
        accountant.action_credit()
        line = statement.line_ids
        note = line.refund_move_id
        booked = self._balance()
        corrected = self._correct(note, days=days)
        self.assertEqual(line.state, "credited" if days else "accepted")
        self._post_due(days)
        self.assertEqual(line.refund_move_id, corrected)
        self.assertEqual(line.share_id.account_move_id, corrected)
        self.assertEqual((statement.state, line.state), ("answered", "accepted"))
        accountant.action_credit()
        self.assertEqual((statement.state, line.state), ("credited", "credited"))
        self.assertEqual(line.refund_move_id, corrected)
        self.assertEqual(corrected.state, "posted")
        self.assertEqual(self._balance(), booked)

    def test_credit_note_of_a_statement(self):
        """R-CLM-12: a statement's credit note corrected in the accounting: the
        statement posts the corrected one, and none of its own beside it."""
        self._correct_note(0)

    def test_credit_note_of_a_statement_at_a_day_to_come(self):
        """R-CLM-12: so it does when the note is reversed at a day to come."""
        self._correct_note(4)

    def test_decision_reversed_before_the_day(self):
        """R-CLM-10: the decision is taken back before the day of the reversal: neither
        that one nor the corrected invoice is posted any more."""
        before = self._balance()
        liability = self._decide_customer()
        invoice = liability.share_ids.account_move_id
        invoice.action_post()
        corrected = self._correct(invoice, days=9)
        draft = invoice.reversal_move_ids
        self.as_user(liability, "accountant").action_reverse("Ours")
        self._refused("reversed with", draft.action_post)
        self._refused("was taken back since", corrected.action_post)
        self.as_user(liability.claim_id, "accountant").action_reverse("Ours")
        self.assertEqual(self._balance(), before)

    def test_two_reversals(self):
        """R-CLM-10: a bill of ours is reversed once, whoever drafted reversals of it
        before; posted together they are refused, too."""
        liability = self._decide_customer()
        claimed = self._balance()
        invoice = liability.share_ids.account_move_id
        invoice.action_post()
        drafts = invoice.browse()
        for _time in range(2):
            drafts |= invoice._reverse_moves([{"invoice_date": fields.Date.today()}])
        self._refused("reversed with", drafts.action_post)
        drafts[0].action_post()
        self.assertTrue(liability.has_open_share)
        self._refused("reversed with", drafts[1].action_post)
        self.as_user(liability, "accountant").action_post()
        self._refused("reversed with", drafts[1].action_post)
        self.assertEqual(self._balance(), claimed)

    def test_settlement_of_a_station(self):
        """R-DSP-16: so does a station's bill, corrected at a day to come."""
        settlement = self._create_settlement()
        bill = settlement.bill_id
        bill.action_post()
        corrected = self._correct(bill, days=2)
        self.assertEqual((settlement.state, settlement.bill_id), ("billed", bill))
        self._post_due(2)
        self._assert_taken(settlement, "bill_id", bill, corrected)
        self.assertFalse(settlement.activity_ids)

    def test_corrected_invoices_of_two_customers(self):
        """R-CLM-11: corrected together, each new invoice takes the place of its own."""
        parts = self.env["aftersales.part.return"]
        for quantity in (1, 3):
            part = self._charge_old_part()
            part.charge_move_id.invoice_line_ids.price_unit = 100 * quantity
            parts |= part
        invoices = parts.charge_move_id
        invoices.action_post()
        amounts = invoices.mapped("amount_untaxed")
        # ids for which a set of them is not in their order
        while self.env.execute_query(
            SQL("SELECT nextval(pg_get_serial_sequence('account_move', 'id')) %% 8")
        ) != [(4,)]:
            pass
        self._correct(invoices)
        self.assertFalse(parts.charge_move_id & invoices)
        self.assertEqual(
            [part.charge_move_id.amount_untaxed for part in parts], amounts
        )
