# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import random
import runpy
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools.misc import file_path

from .common_recovery import RecoveryCommon


@tagged("post_install", "-at_install")
class TestLiabilityCosts(RecoveryCommon):
    """Nobody pays more than his share of what a claim costs, also where costs are
    dropped after the decision (R-CLM-10)."""

    def _drop(self, claim, kind="travel"):
        """Costs reversed in the accounting; those of ``kind`` are not posted again."""
        costs = claim.cost_ids.filtered(
            lambda cost: cost.state == "posted" and not cost.stock_move_id
        )
        for entry in costs.account_move_id:
            self._reverse_in_accounting(entry)
        drafts = claim.cost_ids.filtered(lambda cost: cost.state == "draft")
        dropped = drafts.filtered(lambda cost: cost.kind == kind)
        self.as_user(dropped, "accountant").unlink()
        self.as_user(claim, "accountant").action_post_costs()

    def _get_to_dos(self, liability):
        kind = self.env.ref("aftersales_claims.mail_activity_type_liability_costs")
        return liability.activity_ids.filtered(lambda it: it.activity_type_id == kind)

    def _assert_shares_of_costs(self, liability):
        """Invariant: nobody is charged more than his percentage of the costs."""
        costs = liability.claim_id.cost_total
        self.assertAlmostEqual(sum(liability.share_ids.mapped("amount")), costs, 2)
        for share in liability.share_ids.filtered("account_move_id"):
            move = share.account_move_id
            charged = (
                abs(move.amount_untaxed_signed)
                if move.is_invoice()
                else sum(line.debit for line in move.line_ids)
            )
            self.assertAlmostEqual(charged, share.amount, 2)
            self.assertLessEqual(share.amount, costs * share.percent / 100 + 0.01)

    def test_dropped_costs(self):
        """R-CLM-10: costs reversed in the accounting and dropped: the decision tells
        the accountant, and its shares are posted anew by the same percentages."""
        before = self._balance()
        claim = self._create_spine_claim()
        liability = self._decide(
            claim,
            {"party": "supplier", "partner_id": self.supplier.id, "percent": 50},
            {"party": "customer", "partner_id": self.customer.id, "percent": 20},
            {"party": "employee", "employee_id": self.technician.id, "percent": 10},
            {"party": "company", "percent": 20},
        )
        self.assertEqual(liability.cost_change, 0)
        accountant = self.as_user(liability, "accountant")
        self._refused("no less than", accountant.action_adjust_costs)
        former = liability.share_ids.account_move_id
        former.filtered(lambda move: move.state == "draft").action_post()
        # reversed only, the costs wait: nothing changes yet
        self._drop(claim)
        self.assertEqual((liability.amount_base, liability.cost_change), (8070, -650))
        self.assertEqual(self._get_to_dos(liability).user_id, self.users["accountant"])
        found = liability.search([("cost_change", "<", 0), ("state", "=", "posted")])
        self.assertEqual(found, liability)
        plan = liability.share_ids.sudo()._get_wage_plans()
        self.assertEqual(plan.amount, 807)
        accountant.action_adjust_costs()
        self.assertEqual((liability.amount_base, liability.cost_change), (7420, 0))
        self.assertEqual(liability.state, "posted")
        self.assertEqual(set(liability.share_ids.mapped("state")), {"posted"})
        self.assertEqual(liability.share_ids.former_bill_ids, former)
        self.assertFalse(liability.share_ids.account_move_id & former)
        self.assertFalse(self._get_to_dos(liability))
        self.assertIn("came down", "".join(liability.message_ids.mapped("body")))
        self._assert_shares_of_costs(liability)
        live = liability.share_ids.sudo()._get_wage_plans() - plan
        self.assertEqual((plan.state, live.amount), ("stopped", 742))
        receivable = self.company.aftersales_employee_receivable_account_id
        self.assertEqual(self._balance(receivable), 742)
        self._refused("no less than", accountant.action_adjust_costs)
        # what was given up stays out of the books
        for move in former:
            self._refused("owed twice", move.reversal_move_ids.button_draft)
        accountant.action_reverse("Ours")
        self.as_user(claim, "accountant").action_reverse("Ours")
        self.assertEqual(self._balance(), before)

    def test_dropped_before_the_decision_is_posted(self):
        """R-CLM-10: costs dropped between approval and posting: posted are the shares
        of what is left; proposed penalties are of the lower loss."""
        claim = self._create_spine_claim()
        liability = self._decide(
            claim,
            {"party": "supplier", "partner_id": self.supplier.id, "percent": 70},
            {"party": "employee", "employee_id": self.technician.id, "percent": 30},
            post=False,
        )
        penalty = self.env["aftersales.penalty"].search(
            [("res_model", "=", liability._name), ("res_id", "=", liability.id)]
        )
        self.assertEqual(penalty.loss_amount, 2421)
        self._drop(claim)
        self.assertEqual(liability.cost_change, -650)
        self.assertFalse(self._get_to_dos(liability))
        self.as_user(liability, "accountant").action_post()
        self.assertEqual((liability.amount_base, liability.cost_change), (7420, 0))
        self.assertEqual(penalty.loss_amount, 2226)
        self._assert_shares_of_costs(liability)

    def test_open_share_and_dropped_costs(self):
        """R-CLM-10: a share that is open as well is posted with the adjustment, not
        before it at the old amount."""
        claim = self._create_spine_claim()
        liability = self._decide(
            claim,
            {"party": "customer", "partner_id": self.customer.id, "percent": 40},
            {"party": "supplier", "partner_id": self.supplier.id, "percent": 60},
        )
        liability.share_ids[0].account_move_id.button_cancel()
        self._drop(claim, "labour")
        accountant = self.as_user(liability, "accountant")
        self._refused("adjust it to the costs", accountant.action_post)
        accountant.action_adjust_costs()
        self.assertFalse(liability.has_open_share)
        self.assertEqual(set(liability.share_ids.mapped("state")), {"posted"})
        self._assert_shares_of_costs(liability)

    def test_share_on_a_statement(self):
        """R-CLM-10, R-CLM-12: credited by a statement, the share is withdrawn from it
        and claimed with the next one at what is left."""
        liability = self._create_posted_liability(percent=70)
        claim = liability.claim_id
        statement = self._answer(self._create_statement(liability))
        self.as_user(statement, "accountant").action_credit()
        self._drop(claim)
        self.as_user(liability, "accountant").action_adjust_costs()
        self.assertEqual(statement.state, "cancelled")
        share = liability.share_ids[0]
        self.assertEqual((share.state, share.amount), ("posted", 5194))
        self._assert_shares_of_costs(liability)
        again = self._answer(self._create_statement(liability))
        self.assertEqual(again.line_ids.share_id, share)
        self.as_user(again, "accountant").action_credit()
        self.assertEqual(share.account_move_id.state, "posted")
        self._assert_shares_of_costs(liability)
        self.assertEqual(liability.amount_recovered, 5194)

    def test_costs_that_come_and_go(self):
        """R-CLM-10: costs that rise are borne by the company: nothing is owed more;
        costs dropped and entered again leave nothing to do; without any cost the
        decision is reversed, not adjusted."""
        liability = self._create_second_liability(percent=60)
        claim = liability.claim_id
        accountant = self.as_user(liability, "accountant")
        extra = self._add_cost(claim, "labour", 40)
        self.assertEqual(liability.cost_change, 40)
        self.assertFalse(self._get_to_dos(liability))
        self._refused("Post the costs", accountant.action_adjust_costs)
        self.as_user(extra, "accountant").unlink()
        self._reverse_in_accounting(
            claim.cost_ids.filtered(lambda it: it.state == "posted").account_move_id
        )
        self.assertFalse(self._get_to_dos(liability))
        draft = claim.cost_ids.filtered(lambda cost: cost.state == "draft")
        draft = self.as_user(draft, "accountant")
        draft.amount = 70
        self.assertEqual(len(self._get_to_dos(liability)), 1)
        draft.amount = 100
        self.assertFalse(self._get_to_dos(liability))
        draft.unlink()
        self.assertEqual(len(self._get_to_dos(liability)), 1)
        self._refused("no cost left", accountant.action_adjust_costs)
        with self.assertRaises(AccessError):
            self.as_user(liability, "quality_vp").action_adjust_costs()
        accountant.action_reverse("Nothing left")
        self.assertFalse(self._get_to_dos(liability))

    def test_dropped_before_the_upgrade(self):
        """R-CLM-10: decisions whose costs came down before they were followed are told
        by the upgrade, and shown on the card of the start page."""
        liability = self._create_second_liability(percent=60)
        with patch.object(type(liability), "_follow_costs"):
            self._add_cost(liability.claim_id, "labour", 40)
            self.as_user(liability.claim_id, "accountant").action_post_costs()
            self._drop(liability.claim_id, "shipping")
        self.assertFalse(self._get_to_dos(liability))
        card = self.env.ref("aftersales_claims.start_card_liabilities_post")
        card.domain = "['|', ('state', '=', 'approved'), ('has_open_share', '=', True)]"
        path = file_path("aftersales_claims/migrations/19.0.1.3.0/post-costs.py")
        runpy.run_path(path)["migrate"](self.env.cr, "19.0.1.2.0")
        self.assertEqual(len(self._get_to_dos(liability)), 1)
        self.assertIn("cost_change", card.domain)

    def test_locked_period(self):
        """R-CLM-10: where today is locked nothing is adjusted in part."""
        liability = self._create_second_liability(percent=60)
        claim = liability.claim_id
        self._add_cost(claim, "labour", 40)
        self.as_user(claim, "accountant").action_post_costs()
        liability.share_ids[0].account_move_id.action_post()
        self._drop(claim, "shipping")
        # it may be tomorrow already where the accountant works
        tomorrow = fields.Date.add(fields.Date.today(), days=1)
        self.company.fiscalyear_lock_date = tomorrow
        self._refused(
            "prior to and inclusive of",
            self.as_user(liability, "accountant").action_adjust_costs,
        )
        self.assertEqual((liability.amount_base, liability.cost_change), (100, -60))

    def test_random_costs(self):
        """R-CLM-10: after any order of dropping, entering, posting and adjusting, what
        is charged is at most the percentage of the costs, and all is undone."""
        rng = random.Random(1910)
        for round_ in range(4):
            before = self._balance()
            percents = [round(rng.uniform(5, 45), 2) for _share in range(2)]
            percents.append(round(100 - sum(percents), 2))
            claim = self._create_claim(
                kind="emergency",
                kind_reason="Stopped",
                lot_id=self._create_machine(f"COST-{round_}").id,
                estimated_cost=4000,
            )
            claim.action_submit()
            self._approve(claim, "service_manager")
            for kind in ("shipping", "labour", "travel"):
                self._add_cost(claim, kind, round(rng.uniform(10, 900), 2))
            self.as_user(claim, "accountant").action_post_costs()
            liability = self._decide_parts(claim, *percents)
            for kind in rng.sample(["shipping", "labour", "travel"], 2):
                if rng.random() < 0.5:
                    drafts = liability.share_ids.account_move_id.filtered(
                        lambda move: move.state == "draft"
                    )
                    drafts.action_post()
                self._drop(claim, kind)
                self.as_user(liability, "accountant").action_adjust_costs()
                self._assert_shares_of_costs(liability)
            self.as_user(liability, "accountant").action_reverse("Ours")
            self.as_user(claim, "accountant").action_reverse("Ours")
            self.assertEqual(self._balance(), before)
