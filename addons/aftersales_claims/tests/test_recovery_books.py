# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_recovery_books import RecoveryBooksCommon


@tagged("post_install", "-at_install")
class TestRecoveryBooks(RecoveryBooksCommon):
    """Credit notes of statements, worked on directly in the accounting (R-CLM-12)."""

    def test_decision_starts_from_the_inspection(self):
        """R-CLM-10: the decision opens on what the file says: the analyses, and the
        supplier where quality found every old part his fault; else no share."""
        claim = self._create_spine_claim()
        parts = claim.part_return_ids
        parts.supplier_id = self.supplier
        parts._receive()
        parts.write(
            {
                "inspection_result": "supplier",
                "disposition": "supplier",
                "inspection_note": "Cage <broken>",
            }
        )
        claims = self.as_user(claim, "quality_vp")
        self.assertNotIn("share_ids", claims._prepare_liability_vals())
        self.as_user(parts, "quality").action_inspect()
        liability = self.env["aftersales.liability"].browse(
            claims.action_create_liability()["res_id"]
        )
        self.assertEqual(liability.share_ids.partner_id, self.supplier)
        self.assertEqual(liability.share_ids.percent, 100)
        self.assertEqual(liability.state, "draft")
        self.assertIn("Cage &lt;broken&gt;", liability.analysis)
        self.assertEqual(liability.analysis.count("Cage"), 1)
        # a part not inspected yet, or somebody else's fault: a person divides
        line = claim.line_ids.filtered(lambda line: line.product_id == self.seal)
        other = self.env["aftersales.part.return"].create(
            {
                "product_id": self.seal.id,
                "quantity": 1,
                "company_id": self.company.id,
                "claim_line_id": line.id,
                "supplier_id": self.supplier.id,
                "holder_kind": "customer",
                "holder_partner_id": self.customer.id,
            }
        )
        self.assertNotIn("share_ids", claims._prepare_liability_vals())
        other._receive()
        other.write({"inspection_result": "supplier", "disposition": "supplier"})
        self.as_user(other, "quality").action_inspect()
        self.assertIn("share_ids", claims._prepare_liability_vals())
        other.supplier_id = self.other_supplier
        self.assertNotIn("share_ids", claims._prepare_liability_vals())

    def test_note_reset_and_cancelled(self):
        """R-CLM-12: a credit note reset to draft or cancelled in the accounting is no
        credit: its line is owed again, posted again it is credited again."""
        statement = self._answer(self._create_statement())
        before = self._balance()
        self._credit(statement)
        note = self.as_user(statement.line_ids.refund_move_id, "accountant")
        after = self._balance()
        self._assert_credited(statement, True, after)
        note.button_draft()
        self._assert_credited(statement, False, before)
        self.assertEqual(statement.line_ids.refund_move_id, note)
        self.assertTrue(statement.line_ids.age_bucket)
        note.action_post()
        self._assert_credited(statement, True, after)
        # reset, and posted on the statement: the same note, not a second one
        note.button_draft()
        self._credit(statement)
        self._assert_credited(statement, True, after)
        self.assertEqual(statement.line_ids.refund_move_id, note)
        # cancelled, it is replaced; the old one is not posted beside the new one
        note.button_cancel()
        self._assert_credited(statement, False, before)
        self._credit(statement)
        self._assert_credited(statement, True, after)
        self.assertNotEqual(statement.line_ids.refund_move_id, note)
        note.button_draft()
        with self.assertRaisesRegex(UserError, "replaced"), self.env.cr.savepoint():
            note.action_post()
        self._assert_credited(statement, True, after)

    def test_note_reversed(self):
        """R-CLM-12: a credit note reversed in the accounting can be drawn up anew, as
        often as it takes; its red letter is held against what is in the books."""
        statement = self._answer(self._create_statement())
        before = self._balance()
        self._credit(statement)
        note = statement.line_ids.refund_move_id
        after = self._balance()
        reversal = self._reverse_in_accounting(note)
        self._assert_credited(statement, False, before)
        self.assertEqual(reversal._get_aftersales_claims(), statement.line_ids.claim_id)
        with self.assertRaisesRegex(UserError, "no open credit note"):
            self.as_user(statement, "accountant").action_offset()
        # the reversal was the mistake
        reversal.button_draft()
        self._assert_credited(statement, True, after)
        with self.assertRaisesRegex(UserError, "is credited"):
            self.as_user(statement, "accountant").action_cancel()
        reversal.action_post()
        self._assert_credited(statement, False, before)
        self._credit(statement)
        self._assert_credited(statement, True, after)
        again = statement.line_ids.refund_move_id
        self.assertNotEqual(again, note)
        self.assertEqual(
            again.invoice_line_ids.account_id.ids, [self.warranty_expense_account.id]
        )
        for entry in (note, again):
            self.assertEqual(
                entry._get_aftersales_claims(), statement.line_ids.claim_id
            )
        letter = self._create_red_letter(5649, ref=f"RED-1 {statement.name}")
        letter.action_post()
        self.assertEqual(letter.state, "cancel")
        self.assertEqual(self._balance(), after)
        # taken back with its paper: a new red letter can be the credit
        self._reverse_in_accounting(again)
        self.assertFalse(statement.red_letter_ref)
        self._assert_credited(statement, False, before)
        letter = self._create_red_letter(5649, ref="RED-2")
        letter.action_post()
        self._assert_credited(statement, True, after)
        self.assertEqual(statement.red_letter_ref, "RED-2")

    def test_note_reversed_for_a_part(self):
        """R-CLM-12: reversed for a part only, the note stands; the decision is not
        taken back on top of that, until the rest is reversed."""
        liability = self._create_posted_liability()
        before = self._balance()
        statement = self._answer(self._create_statement(liability))
        self._credit(statement)
        note = statement.line_ids.refund_move_id
        self._reverse_in_accounting(note, 1000)
        balances = self._balance()
        self._assert_credited(statement, True, balances)
        with (
            self.assertRaisesRegex(UserError, "for a part"),
            self.env.cr.savepoint(),
        ):
            self.as_user(liability, "accountant").action_reverse("Wrong cause")
        self.env.invalidate_all()
        self._assert_credited(statement, True, balances)
        self._reverse_in_accounting(note, 4649)
        self._assert_credited(statement, False, before)
        self.as_user(liability, "accountant").action_reverse("Wrong cause")
        self.assertEqual(self._balance(), before)

    def test_reversed_note_is_not_reversed_twice(self):
        """R-CLM-09, R-CLM-12: a decision taken back after its note was reversed or
        reset in the accounting leaves the trial balance as it was."""
        claim = self._create_spine_claim()
        for way in ("reverse", "draft", "cancel"):
            with self.subTest(way=way):
                liability = self._create_posted_liability(claim=claim)
                before = self._balance()
                statement = self._answer(self._create_statement(liability))
                self._credit(statement)
                note = self.as_user(statement.line_ids.refund_move_id, "accountant")
                reversal = self.env["account.move"]
                if way == "reverse":
                    reversal = self._reverse_in_accounting(note)
                elif way == "draft":
                    note.button_draft()
                else:
                    note.button_cancel()
                self.as_user(liability, "accountant").action_reverse("Wrong cause")
                self.assertEqual(self._balance(), before)
                share = liability.share_ids[0]
                self.assertEqual(share.state, "reversed")
                self.assertEqual(share.reversal_move_id, reversal)
                self.assertEqual(statement.line_ids.state, "cancelled")
                self.assertEqual(statement.state, "cancelled")
                if way != "reverse":
                    self.assertEqual(note.state, "cancel")
                    note.button_draft()
                    with (
                        self.assertRaisesRegex(UserError, "was taken back"),
                        self.env.cr.savepoint(),
                    ):
                        note.action_post()
                self.assertEqual(self._balance(), before)

    def test_reduced_note_is_reduced_once(self):
        """R-CLM-12: what the arbiter left is what is posted, whether the note is
        reset, reversed, or claimed again on a new statement."""
        statement = self._send(self._create_statement())
        before = self._balance()
        line = statement.line_ids

        def arbitrate(statement):
            statement.line_ids._answer("dispute", note="Both have a part in it")
            statement.action_answer()
            arbiter = self.as_user(statement.line_ids, "quality_vp")
            arbiter.write({"final_amount": 4000, "arbitration_note": "Both"})
            arbiter.action_uphold()

        arbitrate(statement)
        self._credit(statement)
        after = self._balance()
        note = self.as_user(line.refund_move_id, "accountant")
        note.button_draft()
        self._credit(statement)
        self.assertEqual((line.refund_move_id, note.amount_total), (note, 4000))
        self.assertEqual(self._balance(), after)
        self._reverse_in_accounting(note)
        self._credit(statement)
        self.assertEqual(line.refund_move_id.amount_total, 4000)
        self.assertEqual(self._balance(), after)
        # given up with the note reset: the next statement starts from the share
        self.as_user(line.refund_move_id, "accountant").button_draft()
        self.as_user(statement, "quality").action_cancel()
        self.assertEqual(line.refund_move_id.state, "cancel")
        self.env.flush_all()
        statement = self._send(self._create_statement(line.liability_id))
        self.assertEqual(statement.line_ids.amount, 5649)
        arbitrate(statement)
        self._credit(statement)
        self.assertEqual(statement.line_ids.refund_move_id.amount_total, 4000)
        self.assertEqual(self._balance(), after)
        self.as_user(line.liability_id, "accountant").action_reverse("Wrong")
        self.assertEqual(self._balance(), before)

    def test_withdrawn_line_is_what_was_missing(self):
        """R-CLM-12: the note of one of two claims is reset; its decision taken back,
        the statement is credited with what is left of it."""
        first = self._create_posted_liability()
        second = self._create_second_liability(1000, 1000, percent=50)
        statement = self._answer(self._create_statement(first))
        before = self._balance()
        self._credit(statement)
        line = statement.line_ids.filtered(lambda item: item.liability_id == second)
        self.as_user(line.refund_move_id, "accountant").button_draft()
        self.assertEqual(statement.state, "answered")
        with self.assertRaisesRegex(UserError, "is credited"):
            self.as_user(statement, "quality").action_cancel()
        self.as_user(second, "accountant").action_reverse("Wrong")
        self.assertEqual(
            (statement.state, statement.amount_credited), ("credited", 5649)
        )
        self.as_user(first, "accountant").action_reverse("Wrong")
        self.assertEqual(statement.state, "cancelled")
        self.assertEqual(self._balance(), before)

    def test_receivable_of_a_carrier_taken_back(self):
        """R-CLM-12: a carrier's receivable reversed or reset in the accounting is owed
        again, credited anew and taken back with its decision once."""
        carrier = self.env["res.partner"].create(
            {"name": "Deppon", "is_carrier": True, "is_company": True}
        )
        claim = self._create_spine_claim()
        before = self._balance()
        liability = self.as_user(self.env["aftersales.liability"], "quality_vp").create(
            {
                "claim_id": claim.id,
                "analysis": "Dropped on the road",
                "share_ids": [
                    Command.create(
                        {"party": "carrier", "partner_id": carrier.id, "percent": 100}
                    )
                ],
            }
        )
        liability.action_submit()
        self.as_user(liability, "general_manager").action_approve("Agreed")
        self.as_user(liability, "accountant").action_post()
        after = self._balance()
        statement = self.env["aftersales.recovery"].create(
            {
                "kind": "carrier",
                "partner_id": carrier.id,
                "company_id": self.company.id,
            }
        )
        statement.action_collect_lines()
        self._credit(self._answer(statement))
        line = statement.line_ids
        self.assertEqual((line.state, self._balance()), ("credited", after))
        entry = self.as_user(line.refund_move_id, "accountant")
        entry.button_draft()
        self.assertEqual((line.state, self._balance()), ("accepted", before))
        self._credit(statement)
        self.assertEqual((line.refund_move_id, self._balance()), (entry, after))
        self._reverse_in_accounting(entry)
        self.assertEqual((statement.state, self._balance()), ("answered", before))
        self._credit(statement)
        self.assertEqual((line.state, self._balance()), ("credited", after))
        self._reverse_in_accounting(line.refund_move_id)
        self.as_user(liability, "accountant").action_reverse("Ours after all")
        self.assertEqual((statement.state, self._balance()), ("cancelled", before))

    def test_dropped_after_it_was_posted(self):
        """R-CLM-12: a draft posted in the accounting before the arbiter dropped the
        line is not left in the books in silence."""
        statement = self._send(self._create_statement())
        before = self._balance()
        line = statement.line_ids
        note = self.as_user(line.share_id.account_move_id, "accountant")
        note.action_post()
        line._answer("dispute", note="Another maker's")
        statement.action_answer()
        arbiter = self.as_user(line, "quality_vp")
        arbiter.arbitration_note = "Not his"
        arbiter.action_drop()
        with self.assertRaisesRegex(UserError, "reverse it first"):
            self._credit(statement)
        self._reverse_in_accounting(note)
        self._credit(statement)
        self.assertEqual((line.state, statement.state), ("dropped", "credited"))
        self.assertEqual(self._balance(), before)

    def test_other_entries_ask_no_statement(self):
        """R-CLM-12: the first posting of what is no credit note looks for no
        statement; reset and posted again it is nobody's."""
        bill = self.as_user(self.env["account.move"], "accountant").create(
            {
                "move_type": "in_invoice",
                "partner_id": self.supplier.id,
                "invoice_date": fields.Date.today(),
                "company_id": self.company.id,
                "invoice_line_ids": [
                    Command.create({"name": "Steel", "price_unit": 10, "tax_ids": []})
                ],
            }
        )
        with self.assertLogs("odoo.sql_db", "DEBUG") as log:
            bill.action_post()
        self.assertTrue(log.output)
        self.assertFalse(
            [query for query in log.output if "aftersales_recovery_line" in query]
        )
        balances = self._balance()
        bill.button_draft()
        bill.action_post()
        self.assertEqual(self._balance(), balances)
        self.assertFalse(bill._get_aftersales_claims())
