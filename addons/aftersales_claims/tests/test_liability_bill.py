# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common_recovery import RecoveryCommon


@tagged("post_install", "-at_install")
class TestLiabilityBill(RecoveryCommon):
    """What happens in the accounting to the entries and invoices a decision made
    (R-CLM-10)."""

    def _decide_one(self, **party):
        return self._decide(self._create_spine_claim(), {"percent": 100, **party})

    def _decide_customer(self):
        return self._decide_one(party="customer", partner_id=self.customer.id)

    def _assert_open(self, liability, bill):
        share = liability.share_ids
        self.assertEqual((liability.state, share.state), ("posted", "draft"))
        self.assertTrue(liability.has_open_share)
        self.assertEqual(share.account_move_id, bill)
        self.assertEqual(liability.amount_recovered, 0)
        self.assertIn("to be billed again", liability.message_ids[:1].body)
        self.assertEqual(len(self._get_to_dos(liability)), 1)

    def _get_to_dos(self, liability):
        return liability.activity_ids.filtered(
            lambda activity: "books no more" in (activity.summary or "")
        )

    def _post_again(self, liability):
        former = liability.share_ids.account_move_id
        self.as_user(liability, "accountant").action_post()
        share = liability.share_ids
        self.assertEqual((liability.state, share.state), ("posted", "posted"))
        self.assertFalse(liability.has_open_share)
        self.assertFalse(self._get_to_dos(liability))
        self.assertNotEqual(share.account_move_id, former)
        self.assertEqual(share.former_bill_ids[-1:], former)
        return share.account_move_id

    def test_cancelled_invoice_of_a_customer(self):
        """R-CLM-10: a customer's invoice cancelled in the accounting opens his share
        again and says so; billed once more, the former invoice is never posted."""
        liability = self._decide_customer()
        accountant = self.as_user(liability, "accountant")
        with self.assertRaisesRegex(UserError, "is Posted"):
            accountant.action_post()
        invoice = liability.share_ids.account_move_id
        self.as_user(invoice, "accountant").button_cancel()
        self._assert_open(liability, invoice)
        # by mistake
        invoice.button_draft()
        self.assertEqual(liability.share_ids.state, "posted")
        self.assertFalse(self._get_to_dos(liability))
        invoice.button_cancel()
        waiting = self.env["aftersales.liability"].search(
            [("has_open_share", "=", True)]
        )
        self.assertEqual(waiting, liability)
        again = self._post_again(liability)
        self.assertEqual((again.state, again.amount_untaxed), ("draft", 8070))
        with self.assertRaisesRegex(UserError, "is Posted"):
            accountant.action_post()
        invoice.button_draft()
        self._refused("owed twice", invoice.action_post)
        again.action_post()
        self.assertEqual(liability.amount_recovered, 8070)
        self.assertIn(invoice, liability.claim_id._get_account_moves())
        self.assertEqual(invoice._get_aftersales_claims(), liability.claim_id)
        entries = self.as_user(liability, "accountant").action_view_entries()
        self.assertEqual(set(entries["domain"][0][2]), set((invoice | again).ids))
        with self.assertRaises(UserError):
            self.as_user(liability.share_ids, "quality").former_bill_ids = False

    def test_reversed_invoice_of_a_customer(self):
        """R-CLM-10: so does a posted invoice reversed as a whole, not one credited in
        part; undone, it is the share's again, unless billed anew meanwhile."""
        before = self._balance()
        liability = self._decide_customer()
        share = liability.share_ids
        invoice = share.account_move_id
        claimed = self._balance()
        invoice.action_post()
        note = invoice._reverse_moves([{"invoice_date": fields.Date.today()}])
        note.invoice_line_ids.price_unit = 70
        note.action_post()
        self.assertEqual(share.state, "posted")
        note.button_draft()
        note.button_cancel()
        reversal = self._reverse_in_accounting(invoice)
        self._assert_open(liability, invoice)
        self.assertEqual(self._balance(), claimed)
        reversal.button_draft()
        self.assertEqual(share.state, "posted")
        reversal.action_post()
        again = self._post_again(liability)
        again.action_post()
        for call in (reversal.button_draft, reversal.button_cancel):
            self._refused("owed twice", call)
        self.as_user(liability, "accountant").action_reverse("Ours")
        self.as_user(liability.claim_id, "accountant").action_reverse("Ours")
        self.assertEqual(self._balance(), before)

    def test_deleted_invoice_of_a_customer(self):
        """R-CLM-10: a draft deleted leaves the share to be billed; the decision is
        reversed without it as well."""
        liability = self._decide_customer()
        self.as_user(liability.share_ids.account_move_id, "accountant").unlink()
        self._assert_open(liability, self.env["account.move"])
        again = self._post_again(liability)
        again.unlink()
        self.as_user(liability, "accountant").action_reverse("Ours")
        self.assertEqual(liability.state, "cancelled")
        self.assertEqual(liability.share_ids.state, "reversed")
        self.assertFalse(liability.has_open_share)

    def test_who_has_left_bills_nothing(self):
        """R-CLM-10: a share to post again is told to an accountant who is there."""
        liability = self._decide_customer()
        new_test_user(
            self.env,
            login="as_accountant2",
            groups="aftersales_service.group_accountant",
            company_id=self.company.id,
        )
        gone = self.users["accountant"] | liability.user_id
        gone.active = False
        liability.share_ids.account_move_id.button_cancel()
        told = self._get_to_dos(liability).user_id
        self.assertTrue(told.active)
        self.assertTrue(told.has_group("aftersales_service.group_accountant"))

    def test_reversed_while_a_share_is_open(self):
        """R-CLM-10: the decision is taken back instead: a dead invoice is not posted
        any more, nothing waits, nothing is told twice."""
        liability = self._decide_customer()
        invoice = liability.share_ids.account_move_id
        invoice.button_cancel()
        messages = liability.message_ids
        self.as_user(liability, "accountant").action_reverse("Ours")
        self.assertEqual(liability.share_ids.state, "reversed")
        self.assertFalse(liability.has_open_share)
        told = (liability.message_ids - messages).mapped("body")
        self.assertFalse([body for body in told if "books" in body])
        invoice.button_draft()
        self._refused("was taken back", invoice.action_post)
        # and of one in force nothing is told on the way either
        other = self._create_second_liability(percent=60)
        messages = other.message_ids
        self.as_user(other, "accountant").action_reverse("Ours")
        told = (other.message_ids - messages).mapped("body")
        self.assertFalse([body for body in told if "books" in body])
        self.assertFalse(other.activity_ids)

    def test_entry_of_an_employee(self):
        """R-CLM-10, R-PEN-06: an employee's entry reversed in the accounting stops the
        deductions from his wage and pays back what payroll kept; posted again, only
        the rest is deducted."""
        liability = self._decide_one(party="employee", employee_id=self.technician.id)
        share = liability.share_ids
        plan = share.sudo()._get_wage_plans()
        plan.wage = 20000
        plan._plan_lines()
        first = plan.line_ids.sorted("month")[:1]
        first.state = "done"
        kept = first.amount
        entry = share.account_move_id
        reversal = self._reverse_in_accounting(entry)
        self._assert_open(liability, entry)
        self.assertEqual(plan.state, "stopped")
        refund = plan.line_ids.filtered(lambda line: line.kind == "refund")
        self.assertEqual((refund.state, refund.amount), ("planned", kept))
        # the reversal was the mistake: the rest is deducted, nothing is paid back
        reversal.button_draft()
        self.assertEqual(share.state, "posted")
        self.assertFalse(refund.exists())
        resumed = share.sudo()._get_wage_plans() - plan
        self.assertEqual(resumed.amount, 8070 - kept)
        self.assertEqual(resumed.receivable_line_id.move_id, entry)
        reversal.action_post()
        self.assertEqual(resumed.state, "stopped")
        again = self._post_again(liability)
        self.assertEqual(again.state, "posted")
        live = share.sudo()._get_wage_plans() - plan - resumed
        self.assertEqual(live.amount, 8070 - kept)
        self.assertEqual(live.receivable_line_id.move_id, again)
        receivable = self.company.aftersales_employee_receivable_account_id
        self.assertEqual(self._balance(receivable), 8070)
        self.as_user(liability, "accountant").action_reverse("Ours")
        self.assertEqual(self._balance(receivable), 0)
        self.assertEqual(live.state, "stopped")

    def test_entries_of_carrier_and_department(self):
        """R-CLM-10: a carrier's receivable and a department's re-charge reversed in
        the accounting are posted again, once."""
        carrier = self.env["res.partner"].create(
            {"name": "Deppon", "is_carrier": True, "is_company": True}
        )
        *_others, service = self._create_plans()
        assembly = self.env["hr.department"].create(
            {
                "name": "Assembly",
                "company_id": self.company.id,
                "aftersales_analytic_account_id": service.copy({"name": "Own"}).id,
            }
        )
        claim = self._create_spine_claim()
        liability = self._decide(
            claim,
            {"party": "carrier", "partner_id": carrier.id, "percent": 40},
            {"party": "department", "department_id": assembly.id, "percent": 60},
        )
        posted = self._balance()
        own = assembly.aftersales_analytic_account_id
        for share in liability.share_ids:
            entry = share.account_move_id
            self._reverse_in_accounting(entry)
            self.assertEqual((share.state, entry.state), ("draft", "posted"))
        self.assertEqual(own.balance, 0)
        self.as_user(liability, "accountant").action_post()
        self.assertEqual(self._balance(), posted)
        self.env.invalidate_all()
        self.assertEqual(own.balance, -4842)
        self.assertEqual(set(liability.share_ids.mapped("state")), {"posted"})
        # accepted by a claim of its own meanwhile, the carrier is not charged twice
        entry = liability.share_ids[0].account_move_id
        self._reverse_in_accounting(entry)
        damage = self._create_carrier_claim(claim, carrier)
        self.as_user(damage, "accountant").action_accept()
        self._refused(
            "accepted a carrier claim",
            self.as_user(liability, "accountant").action_post,
        )

    def _create_carrier_claim(self, claim, carrier):
        damage = self.env["aftersales.carrier.claim"].create(
            {
                "claim_id": claim.id,
                "carrier_id": carrier.id,
                "tracking_number": "DP1",
                "amount": 300,
                "company_id": self.company.id,
            }
        )
        self._attach(damage)
        damage.action_notify()
        damage.amount_accepted = 250
        return damage

    def test_carrier_claim(self):
        """R-CLM-07: what a carrier accepted and the accounting took back is accepted
        again, once; the former entry stays out, and a reversal tells nothing."""
        carrier = self.env["res.partner"].create({"name": "SF", "is_carrier": True})
        claim = self._create_spine_claim()
        before = self._balance()
        damage = self._create_carrier_claim(claim, carrier)
        accountant = self.as_user(damage, "accountant")
        accountant.action_accept()
        after = self._balance()
        entry = damage.account_move_id
        reversal = self._reverse_in_accounting(entry)
        self.assertEqual(damage.state, "notified")
        self.assertIn("books no more", damage.message_ids[:1].body)
        self.assertEqual(self._balance(), before)
        reversal.button_draft()
        self.assertEqual(damage.state, "accepted")
        reversal.action_post()
        accountant.action_accept()
        self.assertEqual(self._balance(), after)
        self.assertEqual(damage.former_bill_ids, entry)
        self._refused("owed twice", reversal.button_draft)
        self.assertIn(entry, claim._get_account_moves())
        messages = damage.message_ids
        accountant.action_reverse()
        self.assertEqual(damage.state, "reversed")
        self.assertEqual(self._balance(), before)
        told = (damage.message_ids - messages).mapped("body")
        self.assertFalse([body for body in told if "books" in body])
        # reset in the accounting, nothing is left to reverse
        other = self._create_carrier_claim(claim, carrier)
        accountant = self.as_user(other, "accountant")
        accountant.action_accept()
        other.account_move_id.button_draft()
        accountant.action_reverse()
        self.assertEqual((other.state, self._balance()), ("reversed", before))

    def test_note_of_a_supplier(self):
        """R-CLM-10, R-CLM-12: a supplier's draft note cancelled before it is on a
        statement opens the share; the next statement claims it, off it the share is
        open again; the note the statement replaced is never posted."""
        liability = self._create_posted_liability()
        share = liability.share_ids[0]
        note = share.account_move_id
        note.button_cancel()
        self.assertEqual(share.state, "draft")
        self.assertTrue(liability.has_open_share)
        statement = self._create_statement(liability)
        self.assertEqual(statement.line_ids.share_id, share)
        self.assertEqual(share.state, "posted")
        self.assertIn(statement.name, liability.message_ids[:1].body)
        self.assertFalse(self._get_to_dos(liability))
        self.as_user(statement.line_ids, "quality").unlink()
        self.assertEqual(share.state, "draft")
        statement.action_collect_lines()
        self._answer(statement)
        self.as_user(statement, "accountant").action_credit()
        new = share.account_move_id
        self.assertEqual((share.state, new.state), ("posted", "posted"))
        self.assertEqual(share.former_bill_ids, note)
        note.button_draft()
        self._refused("owed twice", note.action_post)
        # what is credited by a statement is followed by it
        self._reverse_in_accounting(new)
        self.assertEqual((share.state, statement.state), ("posted", "answered"))
        self.assertFalse(liability.has_open_share)

    def test_note_of_a_supplier_posted_again(self):
        """R-CLM-10: without a statement the decision drafts the note once more."""
        liability = self._create_posted_liability(percent=100 - 30)
        share = liability.share_ids[0]
        note = share.account_move_id
        note.button_cancel()
        self.as_user(liability, "accountant").action_post()
        again = share.account_move_id
        self.assertEqual((again.state, again.amount_untaxed), ("draft", 5649))
        self.assertEqual(share.former_bill_ids, note)
        statement = self._answer(self._create_statement(liability))
        self.as_user(statement, "accountant").action_credit()
        self.assertEqual((share.account_move_id, again.state), (again, "posted"))

    def test_old_part_of_a_technician(self):
        """R-CLM-11, R-PEN-06: a technician's old part whose entry was reversed in the
        accounting is charged again, once; his wage pays once."""
        claim = self._create_spine_claim()
        part = self._charge_technician(claim)
        manager = self.as_user(part, "service_manager")
        entry = part.charge_move_id
        plan = part.sudo()._get_wage_plans()
        self._reverse_in_accounting(entry)
        self.assertEqual((part.charge_state, plan.state), ("to_charge", "stopped"))
        to_do = part.activity_ids.filtered(lambda it: "again" in (it.summary or ""))
        self.assertEqual(to_do.user_id, self.users["service_manager"])
        manager.action_charge()
        self.assertEqual((part.charge_state, part.former_bill_ids), ("charged", entry))
        self.assertFalse(to_do.exists().filtered("active"))
        live = part.sudo()._get_wage_plans() - plan
        self.assertEqual(live.amount, 120)
        receivable = self.company.aftersales_employee_receivable_account_id
        self.assertEqual(self._balance(receivable), 120)
