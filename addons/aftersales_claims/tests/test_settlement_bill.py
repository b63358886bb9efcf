# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_recovery import RecoveryCommon


@tagged("post_install", "-at_install")
class TestSettlementBill(RecoveryCommon):
    """What happens to the bill of a settlement in the accounting (R-DSP-16)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.aftersales_settlement_account_id = cls.warranty_expense_account

    def _bill(self, settlement):
        self.as_user(settlement, "accountant").action_bill()
        return settlement.bill_id

    def _get_to_dos(self, settlement):
        return settlement.activity_ids.filtered(
            lambda activity: "books no more" in (activity.summary or "")
        )

    def _reverse(self, bill):
        today = fields.Date.today()
        return bill._reverse_moves(
            [{"date": today, "invoice_date": today}], cancel=True
        )

    def test_cancelled_bill_is_billed_again_once(self):
        """R-DSP-16: a bill cancelled in the accounting leads back to confirmed and says
        so; billed again, once, the cancelled one is never posted any more."""
        settlement = self._create_settlement()
        old = settlement.bill_id
        self.as_user(old, "accountant").button_cancel()
        self.assertEqual((settlement.state, settlement.bill_id), ("confirmed", old))
        self.assertIn("in the books no more", settlement.message_ids[:1].body)
        self.assertEqual(len(self._get_to_dos(settlement)), 1)
        # what was settled with it is not settled with another one
        self.assertTrue(all(settlement.line_ids.mapped("is_live")))
        new = self._bill(settlement)
        self.assertEqual((settlement.state, old.state), ("billed", "cancel"))
        self.assertNotEqual(new, old)
        self.assertEqual(settlement.former_bill_ids, old)
        self.assertFalse(self._get_to_dos(settlement))
        with self.assertRaisesRegex(UserError, "not possible now"):
            self._bill(settlement)
        new.action_post()
        self.assertEqual(self._balance(self.warranty_expense_account), 260)
        old.button_draft()
        self._refused("owed twice", old.action_post)
        self.assertEqual(settlement.bill_id, new)
        action = settlement.action_view_bills()
        self.assertEqual(set(action["domain"][0][2]), set((old | new).ids))

    def test_cancelled_by_mistake(self):
        """R-DSP-16: the same bill reset and posted is the settlement's bill again."""
        settlement = self._create_settlement()
        bill = settlement.bill_id
        bill.action_post()
        bill.button_draft()
        self.assertEqual(settlement.state, "billed")
        bill.button_cancel()
        self.assertEqual(settlement.state, "confirmed")
        bill.button_draft()
        self.assertEqual(settlement.state, "billed")
        self.assertFalse(self._get_to_dos(settlement))
        bill.action_post()
        self.assertEqual((settlement.state, settlement.bill_id), ("billed", bill))
        self.assertFalse(settlement.former_bill_ids)

    def test_reversed_bill(self):
        """R-DSP-16: so does a bill reversed as a whole, not one credited in part; a
        reversal undone makes it the settlement's bill again, unless it was billed anew
        meanwhile: then the reversal stays."""
        before = self._balance()
        settlement = self._create_settlement()
        bill = settlement.bill_id
        bill.action_post()
        note = bill._reverse_moves([{"date": fields.Date.today()}])
        note.invoice_line_ids.price_unit = 60
        note.invoice_date = fields.Date.today()
        note.action_post()
        self.assertEqual(settlement.state, "billed")
        note.button_draft()
        note.button_cancel()
        reversal = self._reverse(bill)
        self.assertEqual(self._balance(), before)
        self.assertEqual(settlement.state, "confirmed")
        reversal.button_draft()
        self.assertEqual(settlement.state, "billed")
        reversal.action_post()
        self.assertEqual(settlement.state, "confirmed")
        new = self._bill(settlement)
        new.action_post()
        self.assertEqual(self._balance(self.warranty_expense_account), 260)
        for call in (
            reversal.button_draft,
            reversal.button_cancel,
            lambda: self._reverse(reversal),
        ):
            self._refused("owed twice", call)
        self.assertEqual((settlement.state, settlement.bill_id), ("billed", new))

    def test_deleted_bill(self):
        """R-DSP-16: a draft deleted leaves the settlement to be billed."""
        settlement = self._create_settlement()
        self.as_user(settlement.bill_id, "accountant").unlink()
        self.assertEqual(settlement.state, "confirmed")
        self.assertFalse(settlement.bill_id)
        self.assertEqual(len(self._get_to_dos(settlement)), 1)
        self.assertEqual(self._bill(settlement).amount_total, 260)

    def test_corrected_after_the_bill_was_cancelled(self):
        """R-DSP-16: corrected or cancelled instead, the old bill stays out of the books
        with the amounts it had."""
        settlement = self._create_settlement()
        bill = settlement.bill_id
        bill.button_cancel()
        settlement.action_reopen()
        self.assertEqual(
            (settlement.state, settlement.bill_id.id, settlement.former_bill_ids),
            ("draft", False, bill),
        )
        settlement.line_ids.amount = 200
        settlement.action_send()
        settlement.action_confirm()
        bill.button_draft()
        self.assertEqual(settlement.state, "confirmed")
        self._refused("owed twice", bill.action_post)
        new = self._bill(settlement)
        self.assertEqual(new.amount_total, 200)
        new.button_cancel()
        settlement.action_cancel()
        self.assertEqual(settlement.former_bill_ids, bill | new)
        self.assertFalse(any(settlement.line_ids.mapped("is_live")))
        new.button_draft()
        self._refused("owed twice", new.action_post)
        with self.assertRaises(AccessError):
            self.as_user(settlement, "accountant").former_bill_ids = False

    # === old parts ===#
    def test_old_part_is_charged_again_once(self):
        """R-CLM-11: an old part whose invoice was cancelled, deleted or reversed is
        to be charged again, once; the former invoice is never posted."""
        part = self._charge_old_part()
        manager = self.as_user(part, "service_manager")
        old = part.charge_move_id
        old.button_cancel()
        self.assertEqual((part.charge_state, part.charge_move_id), ("to_charge", old))
        self.assertIn("drafted bill was cancelled", part.message_ids[:1].body)
        old.button_draft()
        self.assertEqual(part.charge_state, "charged")
        old.button_cancel()
        manager.action_charge()
        new = part.charge_move_id
        self.assertEqual((part.charge_state, part.former_bill_ids), ("charged", old))
        self.assertNotEqual(new, old)
        old.button_draft()
        self._refused("owed twice", old.action_post)
        new.action_post()
        reversal = self._reverse(new)
        self.assertEqual(part.charge_state, "to_charge")
        part.sudo().waive_reason = "A good customer"
        manager.action_waive()
        self.assertEqual(
            (part.charge_state, part.former_bill_ids), ("waived", old | new)
        )
        self._refused("owed twice", reversal.button_draft)
        self.assertEqual(part.charge_state, "waived")
        other = self._charge_old_part()
        other.charge_move_id.unlink()
        self.assertEqual(other.charge_state, "to_charge")
        self.as_user(other, "service_manager").action_reinstate()
        self.assertEqual((other.state, other.charge_state), ("expected", "none"))
        given_up = self._charge_old_part()
        dead = given_up.charge_move_id
        dead.button_cancel()
        self.as_user(given_up, "service_manager").action_cancel()
        self.assertEqual(given_up.former_bill_ids, dead)
        dead.button_draft()
        self._refused("owed twice", dead.action_post)

    def test_old_part_of_somebody_else(self):
        """R-CLM-11, R-PEN-06: charged to the customer after all, the part is deducted
        from the technician's wage no more, whatever becomes of the invoice."""
        part = self._charge_technician(self._create_spine_claim())
        manager = self.as_user(part, "service_manager")
        plan = part.sudo()._get_wage_plans()
        self._reverse_in_accounting(part.charge_move_id)
        manager.action_reinstate()
        part.write({"holder_kind": "customer", "holder_partner_id": self.customer.id})
        part.action_lapse()
        manager.charge_amount = 120
        manager.action_charge()
        invoice = part.charge_move_id
        invoice.button_cancel()
        self.assertEqual(part.charge_state, "to_charge")
        invoice.button_draft()
        self.assertEqual(part.charge_state, "charged")
        self.assertEqual(part.sudo()._get_wage_plans(), plan)
        self.assertEqual(plan.state, "stopped")

    def test_posting_of_other_bills_costs_nothing(self):
        """R-DSP-16: a first posting of a bill looks no settlement up by its bill."""
        settlement = self._create_settlement()
        Move = type(self.env["account.move"])
        found = Move._get_billed_documents
        looked_up = []

        def get_documents(moves):
            looked_up.extend(moves.ids)
            return found(moves)

        with patch.object(Move, "_get_billed_documents", get_documents):
            settlement.bill_id.action_post()
        self.assertFalse(looked_up)
        self.assertEqual(settlement.state, "billed")
