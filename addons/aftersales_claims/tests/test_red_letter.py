# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).


from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_recovery import PIXEL, RecoveryCommon


@tagged("post_install", "-at_install")
class TestRedLetter(RecoveryCommon):
    """Red-letter invoices, ways from supplier and ledger to the part (R-CLM-12)."""

    # === red-letter invoices ===#
    def _create_red_letter(self, amount, partner=None, **vals):
        return self.as_user(self.env["account.move"], "accountant").create(
            {
                "move_type": "in_refund",
                "partner_id": (partner or self.supplier).id,
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

    def test_red_letter_is_the_credit(self):
        """R-CLM-12: a red letter of the amount agreed is found by itself, becomes the
        credit of the statement in place of our draft, and is offset."""
        statement = self._answer(self._create_statement())
        draft = statement.line_ids.share_id.account_move_id
        expense = self._balance(self.warranty_expense_account)
        # a longer number is another paper
        other = self._create_red_letter(100, ref=f"CN-1 / {statement.name}9")
        other.action_post()
        self.assertFalse(other.aftersales_recovery_id)
        self.assertEqual(self._balance(self.warranty_expense_account), expense)
        self._create_red_letter(5649, self.other_supplier, ref="CN-2").action_post()
        self.assertEqual(statement.state, "answered")
        letter = self._create_red_letter(5649, ref="RED-0815")
        letter.action_post()
        self.assertEqual(letter.state, "posted")
        self.assertEqual(letter.aftersales_recovery_id, statement)
        self.assertEqual(statement.state, "credited")
        self.assertEqual(statement.red_letter_ref, "RED-0815")
        self.assertEqual(draft.state, "cancel")
        self.assertEqual(statement.line_ids.refund_move_id, letter)
        self.assertEqual(statement.line_ids.share_id.account_move_id, letter)
        self.assertEqual(self._balance(self.warranty_expense_account), expense - 5649)
        # from the letter's line to the claim
        claims = letter.line_ids.move_id._get_aftersales_claims()
        self.assertEqual(claims, statement.line_ids.claim_id)
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.supplier.id,
                "invoice_date": fields.Date.today(),
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Bearings", "price_unit": 20000, "tax_ids": []}
                    )
                ],
            }
        )
        bill.action_post()
        self.as_user(statement, "accountant").action_offset()
        self.assertEqual(bill.amount_residual, 20000 - 5649)
        # nothing is left to match: the same amount again is just a credit note
        self._create_red_letter(5649, ref="RED-0816").action_post()
        self.assertEqual(statement.red_letter_ref, "RED-0815")

    def test_red_letter_of_credit_notes_in_the_books(self):
        """R-CLM-12: our credit note is posted; its red letter, which names it, is
        filed with it and posts nothing a second time."""
        statement = self._answer(self._create_statement())
        self.as_user(statement, "accountant").action_credit()
        refund = statement.line_ids.refund_move_id
        expense = self._balance(self.warranty_expense_account)
        blind = self._create_red_letter(5649, ref="RED-1")
        with self.assertRaisesRegex(UserError, "mark it as no recovery"):
            blind.action_post()
        self.assertEqual(blind.state, "draft")
        blind.aftersales_no_recovery = True
        blind.action_post()
        self.assertEqual(blind.state, "posted")
        letter = self._create_red_letter(
            5649, ref="RED-2", narration=f"冲销贵司{refund.name}号贷项"
        )
        paper = self._attach(letter, "red.pdf")
        letter.action_post()
        self.assertEqual(letter.state, "cancel")
        self.assertEqual(statement.red_letter_ref, "RED-2")
        self.assertEqual(paper.res_id, refund.id)
        self.assertEqual(self._balance(self.warranty_expense_account), expense)

    def test_number_as_a_whole(self):
        """R-CLM-12: a number is named as a whole only: 12 is not in 123, nor in a
        date or an amount."""
        statement = self._create_statement()
        statement.name = "12"
        for text in ("123", "212", "A12", "2026-12", "12-01", "12.50", "1,12", "12/3"):
            self.assertFalse(statement._is_named_in(f"for {text} of ours"), text)
        for text in ("12", "No 12", "no. 12.", "(12)", "冲红12号", "11 / 12"):
            self.assertTrue(statement._is_named_in(text), text)
        statement.name = "RS2611-0012"
        for text in ("RS2611-00123", "XRS2611-0012", "RS2611-0012/1"):
            self.assertFalse(statement._is_named_in(text), text)
        for text in ("RS2611-0012/RS2611-0013", "No.RS2611-0012", "退RS2611-0012"):
            self.assertTrue(statement._is_named_in(text), text)

    def test_fee_after_the_credit(self):
        """R-CLM-12: parts disposed of after the credit: the fee is a credit note of
        our own, and the red letter is for what is in the books."""
        self.company.aftersales_disposal_fee = 35
        statement = self._answer(self._create_statement(receive=True))
        self.as_user(statement, "accountant").action_credit()
        expense = self._balance(self.warranty_expense_account)
        statement.line_ids.part_return_ids._dispose_at_supplier_cost()
        fee = self.env["account.move"].search(
            [
                ("aftersales_recovery_id", "=", statement.id),
                ("state", "=", "draft"),
            ]
        )
        letter = self._create_red_letter(5649, ref=f"RED-5 {statement.name}")
        letter.action_post()
        self.assertEqual(letter.state, "cancel")
        fee.action_post()
        self.assertEqual(fee.state, "posted")
        self.assertEqual(self._balance(self.warranty_expense_account), expense - 35)
        self.assertEqual(fee._get_aftersales_claims(), statement.line_ids.claim_id)

    def test_red_letter_of_another_amount(self):
        """R-CLM-12: more or less than agreed, or before the arbiter has decided, is
        refused in words; the books and the statement stay as they were."""
        statement = self._create_statement()
        self._send(statement)
        statement.line_ids._answer("dispute", note="Not all of it")
        statement.action_answer()
        balances = self._balance()
        letter = self._create_red_letter(5649, ref=f"RED {statement.name}")
        with self.assertRaisesRegex(UserError, "arbiter"):
            letter.action_post()
        line = self.as_user(statement.line_ids, "quality_vp")
        line.write({"final_amount": 4000, "arbitration_note": "Both"})
        line.action_uphold()
        for amount in (4000.01, 3999.99):
            letter.invoice_line_ids.price_unit = amount
            with self.assertRaisesRegex(UserError, "4,000.00"):
                letter.action_post()
        self.assertEqual((letter.state, statement.state), ("draft", "answered"))
        self.assertEqual(self._balance(), balances)
        letter.invoice_line_ids.price_unit = 4000
        letter.action_post()
        self.assertEqual(statement.amount_credited, 4000)

    def test_red_letter_of_a_month(self):
        """R-CLM-12: one red letter for several claims with tax: a line for each
        share, at its claim's account; reversed for all of them only."""
        first = self._create_posted_liability()
        second = self._create_second_liability(333.33, percent=33.33)
        statement = self._answer(self._create_statement(first))
        self.assertEqual(len(statement.line_ids), 2)
        tax = self.company_data["default_tax_purchase"]
        total = round(5649 + 333.33 * 0.3333, 2)
        letter = self._create_red_letter(total, ref="RED-3")
        letter.invoice_line_ids.tax_ids = tax
        expense = self._balance(self.warranty_expense_account)
        letter.action_post()
        self.assertEqual(statement.state, "credited")
        self.assertEqual(letter.amount_untaxed, total)
        self.assertEqual(len(letter.invoice_line_ids), 2)
        self.assertEqual(letter.invoice_line_ids.tax_ids, tax)
        self.assertAlmostEqual(
            self._balance(self.warranty_expense_account), expense - total, 2
        )
        for liability in (first, second):
            with self.assertRaisesRegex(UserError, "other claims"):
                self.as_user(liability, "accountant").action_reverse("Wrong")

    def test_from_supplier_and_ledger_to_the_photo(self):
        """R-CLM-12: from a ledger line to the photo of the broken part in three
        clicks, from a supplier to every part he owes for."""
        liability = self._create_posted_liability()
        supplier = self.as_user(self.supplier, "quality_vp")
        # decided, and on no statement before the month is over: he owes it as well
        self.assertEqual(
            (supplier.aftersales_unclaimed_count, supplier.aftersales_owed_count),
            (1, 0),
        )
        action = supplier.action_view_aftersales_unclaimed()
        shares = self.as_user(
            self.env["aftersales.liability.share"], "quality_vp"
        ).search(action["domain"])
        self.assertEqual(shares, liability.share_ids[0])
        self.assertEqual(shares.product_ids, self.bearing)
        opened = shares.action_view_liability()
        self.assertEqual(opened["res_id"], liability.id)
        statement = self._create_statement(liability, receive=True)
        supplier.invalidate_recordset()
        self.assertEqual(supplier.aftersales_unclaimed_count, 0)
        photo = statement.line_ids.part_return_ids.photo_ids
        claim = statement.line_ids.claim_id
        for entry in (
            claim.cost_ids.account_move_id[:1],
            statement.line_ids.share_id.account_move_id,
        ):
            item = self.as_user(entry.line_ids[:1], "accountant")
            action = item.move_id.action_view_aftersales_claims()
            self.assertEqual(action["res_id"], claim.id)
            opened = self.as_user(claim, "accountant").action_view_evidence()
            files = self.as_user(self.env["ir.attachment"], "accountant").search(
                opened["domain"]
            )
            self.assertIn(photo, files)
            self.assertEqual(self.as_user(photo, "accountant").raw, PIXEL)
        supplier = self.as_user(self.supplier, "quality_vp")
        self.assertEqual(supplier.aftersales_owed_count, 1)
        action = supplier.action_view_aftersales_recovery()
        lists = {kind: view for view, kind in action["views"]}["list"]
        arch = supplier.env["aftersales.recovery.line"].get_view(lists, "list")["arch"]
        self.assertNotIn("default_group_by", arch)
        lines = self.as_user(self.env["aftersales.recovery.line"], "quality_vp").search(
            action["domain"]
        )
        self.assertEqual(lines, statement.line_ids)
        self.assertEqual(lines.part_return_ids.photo_ids, photo)

    def test_answer_and_credit_are_not_written(self):
        """R-CLM-12: who answered for the supplier, who arbitrated and which credit
        note settles the line follows from the buttons; nobody writes it."""
        statement = self._answer(self._create_statement())
        line = statement.line_ids
        said = {
            "answered_by_id": self.users["quality"].id,
            "answered_at": fields.Datetime.now(),
            "arbitrated_at": fields.Datetime.now(),
            "refund_move_id": line.claim_id.cost_ids.account_move_id[:1].id,
        }
        for role in ("quality", "accountant"):
            for name, value in said.items():
                with self.subTest(role=role, field=name):
                    with self.assertRaisesRegex(AccessError, "its buttons only"):
                        self.as_user(line, role).write({name: value})
        for vals in ({"partner_id": self.customer.id}, {"kind": "carrier"}):
            for role in ("quality", "accountant"):
                with self.subTest(role=role, vals=vals):
                    with self.assertRaisesRegex(UserError, "stays as it is"):
                        self.as_user(statement, role).write(vals)
        with self.assertRaisesRegex(AccessError, "keeps its number"):
            self.as_user(statement, "quality").name = "RS1"
