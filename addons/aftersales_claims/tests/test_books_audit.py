# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import random

from odoo import Command, fields
from odoo.tests import tagged

from .common_recovery import RecoveryCommon


@tagged("post_install", "-at_install")
class TestBooksAudit(RecoveryCommon):
    """What an auditor with a trial balance looks for: settings that change on the way,
    leftovers on accounts and on bills (R-CLM-09 to R-CLM-12)."""

    # === building blocks ===#
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.carrier = cls.env["res.partner"].create(
            {"name": "Deppon", "is_carrier": True, "is_company": True}
        )

    def _copy_account(self, account, code):
        return account.with_company(self.company).copy({"code": code})

    def _bill(self, partner, amount):
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": partner.id,
                "company_id": self.company.id,
                "invoice_date": fields.Date.today(),
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
            }
        )
        bill.action_post()
        return bill

    # === settings that change ===#
    def test_method_changed_on_the_way(self):
        """R-CLM-07, R-CLM-09, R-CLM-11: what a carrier or a technician owes of a claim
        reduces the account the claim was charged to, whatever the method is by then."""
        claim = self._create_spine_claim()
        self.company.aftersales_provision_method = "provision"
        damage = self.env["aftersales.carrier.claim"].create(
            {
                "claim_id": claim.id,
                "carrier_id": self.carrier.id,
                "tracking_number": "DP1",
                "amount": 300,
            }
        )
        self._attach(damage)
        damage.action_notify()
        damage.amount_accepted = 250
        self.as_user(damage, "accountant").action_accept()
        self._charge_technician(claim)
        provision = self.company.aftersales_provision_account_id
        self.assertFalse(self._balance(provision))
        self.assertEqual(self._balance(self.warranty_expense_account), 8070 - 250 - 120)

    def test_account_changed_on_the_way(self):
        """R-CLM-09, R-CLM-10: with another warranty account in the settings, shares
        and reversals of earlier claims are on the account these were charged to."""
        start = self._balance()
        claim = self._create_spine_claim()
        other = self._copy_account(self.warranty_expense_account, "660197")
        self.company.aftersales_warranty_account_id = other
        liability = self._decide(
            claim,
            {"party": "carrier", "partner_id": self.carrier.id, "percent": 100},
        )
        self.assertFalse(self._balance(self.warranty_expense_account))
        self.as_user(liability, "accountant").action_reverse("Ours")
        self.as_user(claim, "accountant").action_reverse("Wrong machine")
        self.assertFalse(self._balance(other))
        self.assertEqual(self._balance(), start)

    def test_posted_again_on_another_account(self):
        """R-CLM-10: costs posted again on another account are charged there, and so is
        what reduces them."""
        claim = self._create_claim(kind="emergency", kind_reason="Down")
        claim.action_submit()
        self._approve_release(claim)
        self._add_cost(claim, "labour", 400)
        self.as_user(claim, "accountant").action_post_costs()
        other = self._copy_account(self.warranty_expense_account, "660198")
        self.company.aftersales_warranty_account_id = other
        self._reverse_in_accounting(claim.cost_ids.account_move_id)
        self.as_user(claim, "accountant").action_post_costs()
        self.assertEqual(claim._get_charged_account(), other)
        self.assertEqual(self._balance(other), 400)

    def test_station_is_billed_where_its_work_waits(self):
        """R-DSP-16: with another account of labour in the settings, the settlement
        clears the one the work was posted to."""
        self.company.aftersales_settlement_account_id = self.warranty_expense_account
        labour = self.company.aftersales_cost_account_labour_id
        claim = self._create_claim(kind="emergency", kind_reason="Down")
        claim.action_submit()
        self._approve_release(claim)
        for kind in ("labour", "travel"):
            self._add_cost(claim, kind, 240, partner_id=self.station.id)
        self.as_user(claim, "accountant").action_post_costs()
        other = self._copy_account(labour, "221197")
        self.company.aftersales_cost_account_labour_id = other
        settlement = self.env["aftersales.settlement"].create(
            {"partner_id": self.station.id, "company_id": self.company.id}
        )
        settlement.action_collect_lines()
        settlement.action_send()
        settlement.action_confirm()
        self.as_user(settlement, "accountant").action_bill()
        settlement.bill_id.action_post()
        travel = self.company.aftersales_cost_account_travel_id
        self.assertFalse(self._balance(labour, other, travel))
        self.assertFalse(self._balance(other))
        self.assertFalse(self._balance(travel))

    # === leftovers ===#
    def test_note_set_off_is_taken_back(self):
        """R-CLM-12: a credit note that was set off against a bill leaves the books with
        its decision: the bill is to be paid in full again, nothing else is open."""
        liability = self._create_posted_liability()
        statement = self._answer(self._create_statement(liability))
        bill = self._bill(self.supplier, 10000)
        accountant = self.as_user(statement, "accountant")
        accountant.action_credit()
        accountant.action_offset()
        self.assertEqual(bill.amount_residual, 10000 - 5649)
        note = liability.share_ids[0].account_move_id
        self.as_user(liability, "accountant").action_reverse("Wrong cause")
        self.assertEqual(bill.amount_residual, 10000)
        reversal = liability.share_ids[0].reversal_move_id
        self.assertEqual((note.amount_residual, reversal.amount_residual), (0, 0))

    # === properties ===#
    def test_shares_whatever_the_accounting_does(self):
        """R-CLM-10: random steps of the accounting on the papers of a decision: the
        expense is the cost less what is in the books, a share is posted while its paper
        is alive, and the decision taken back leaves every account as before."""
        for seed in range(3):
            with self.subTest(seed=seed):
                rng = random.Random(seed)
                claim = self._create_claim(
                    kind="emergency",
                    kind_reason="Down",
                    failure_date=fields.Date.subtract(fields.Date.today(), days=seed),
                )
                claim.action_submit()
                self._approve_release(claim)
                claim.sudo().filed_at = fields.Datetime.now()
                self._add_cost(claim, "labour", round(rng.uniform(50, 480), 2))
                self.as_user(claim, "accountant").action_post_costs()
                before = self._balance()
                liability = self._decide_at_random(claim, rng)
                for _step in range(12):
                    self._work_at_random(liability, rng)
                    self._assert_shares_are_books(liability, before)
                self.as_user(liability, "accountant").action_reverse("Ours")
                self.assertEqual(self._balance(), before)
                plans = liability.share_ids.sudo()._get_wage_plans()
                self.assertEqual(set(plans.mapped("state")), {"stopped"})

    def _decide_at_random(self, claim, rng):
        cuts = sorted(rng.sample(range(1, 10000), 3))
        percents = [
            (high - low) / 100
            for low, high in zip([0, *cuts], [*cuts, 10000], strict=True)
        ]
        parties = (
            {"party": "customer", "partner_id": self.customer.id},
            {"party": "employee", "employee_id": self.technician.id},
            {"party": "carrier", "partner_id": self.carrier.id},
            {"party": "supplier", "partner_id": self.supplier.id},
        )
        return self._decide(
            claim,
            *(
                {**party, "percent": percent}
                for party, percent in zip(parties, percents, strict=True)
            ),
        )

    def _work_at_random(self, liability, rng):
        share = rng.choice(liability.share_ids)
        move = self.as_user(share.account_move_id, "accountant")
        step = rng.choice(("post", "cancel", "reverse", "draft", "again", "again"))
        if step == "again":
            if liability.has_open_share:
                self.as_user(liability, "accountant").action_post()
        elif step == "post" and move.state == "draft":
            move.action_post()
        elif step == "cancel" and move.state == "draft":
            move.button_cancel()
        elif step == "reverse" and move._is_in_force():
            self._reverse_in_accounting(move)
        elif step == "draft" and move.state == "cancel":
            move.button_draft()

    def _assert_shares_are_books(self, liability, before):
        in_force = 0.0
        for share in liability.share_ids:
            move = share.account_move_id
            alive = move.state != "cancel" and not move._is_reversed()
            self.assertEqual(share.state, "posted" if alive else "draft")
            if move._is_in_force():
                in_force += share.amount
        self.assertEqual(
            liability.has_open_share, "draft" in liability.share_ids.mapped("state")
        )
        account = self.warranty_expense_account
        self.assertAlmostEqual(self._balance(account), before[account] - in_force, 2)
        self.assertFalse(round(sum(self._balance().values()), 2))
