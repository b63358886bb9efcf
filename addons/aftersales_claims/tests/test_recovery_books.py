# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_recovery import RecoveryCommon


@tagged("post_install", "-at_install")
class TestRecoveryBooks(RecoveryCommon):
    """Credit notes of statements, worked on directly in the accounting (R-CLM-12)."""

    def _credit(self, statement):
        self.as_user(statement, "accountant").action_credit()

    def _reverse_in_accounting(self, move, amount=None):
        """Reverse ``move`` by the ERP's own dialog, or ``amount`` of it; returns the
        reversal."""
        wizard = (
            self.as_user(self.env["account.move.reversal"], "accountant")
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"journal_id": move.journal_id.id, "date": fields.Date.today()})
        )
        action = wizard.reverse_moves()
        reversal = self.as_user(move, "accountant").browse(action["res_id"])
        if amount:
            reversal.invoice_line_ids.price_unit = amount
        if reversal.state == "draft":
            reversal.action_post()
        return reversal

    def _create_small_liability(self, cost, percent):
        """A second claim with ``cost`` of freight, posted and divided."""
        claim = self._create_claim(
            kind="emergency",
            kind_reason="Stopped",
            failure_date=fields.Date.today() - relativedelta(days=40),
            estimated_cost=cost,
        )
        claim.action_submit()
        self._approve(claim, "service_manager")
        self._add_cost(claim, "shipping", cost)
        self.as_user(claim, "accountant").action_post_costs()
        return self._create_posted_liability(percent=percent, claim=claim)

    def _create_red_letter(self, amount, **vals):
        return self.as_user(self.env["account.move"], "accountant").create(
            {
                "move_type": "in_refund",
                "partner_id": self.supplier.id,
                "invoice_date": fields.Date.today(),
                "company_id": self.company.id,
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Bearing", "price_unit": amount, "tax_ids": []}
                    )
                ],
                **vals,
            }
        )

    def _assert_credited(self, statement, credited, balances):
        """The lines and the statement say what the trial balance says."""
        state = ("credited", "credited") if credited else ("accepted", "answered")
        self.assertEqual((*statement.line_ids.mapped("state"), statement.state), state)
        self.assertEqual(bool(statement.credited_at), credited)
        self.assertEqual(statement.amount_credited, 5649 if credited else 0)
        self.assertEqual(self._balance(), balances)

    # === credit notes taken back in the accounting ===#
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

    def test_red_letter_of_several_claims_taken_back(self):
        """R-CLM-12: a red letter for several claims is reset and posted again as a
        whole; reversed, each claim goes its own way."""
        first = self._create_posted_liability()
        second = self._create_small_liability(333.33, 33.33)
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

    def test_withdrawn_line_is_what_was_missing(self):
        """R-CLM-12: the note of one of two claims is reset; its decision taken back,
        the statement is credited with what is left of it."""
        first = self._create_posted_liability()
        second = self._create_small_liability(1000, 50)
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

    # === disposal fees ===#
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
