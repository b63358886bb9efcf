# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import random
import runpy
from collections import defaultdict
from unittest.mock import patch

from dateutil.relativedelta import relativedelta

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools.misc import file_path

from .common_recovery import RecoveryCommon


@tagged("post_install", "-at_install")
class TestClaimEntryReversal(RecoveryCommon):
    """The cost ledger and the journal say the same of every month, whoever posts and
    reverses (R-CLM-08, R-CLM-09)."""

    # === building blocks ===#
    def _approved(self, estimated_cost=5000):
        claim = self._create_order_claim("emergency", estimated_cost=estimated_cost)
        claim.action_submit()
        self._approve_release(claim)
        return claim

    def _post(self, claim):
        self.as_user(claim, "accountant").action_post_costs()

    def _get_costs(self, claim, state="posted"):
        return claim.cost_ids.filtered(
            lambda cost: (
                cost.state == state
                and not cost.stock_move_id
                and not cost.reversed_cost_id
            )
        )

    def _reverse_by_hand(self, moves, date):
        """The ERP's own *Reverse Entry*, by the accountant."""
        wizard = (
            self.as_user(self.env["account.move.reversal"], "accountant")
            .with_context(active_model="account.move", active_ids=moves.ids)
            .create({"journal_id": moves[:1].journal_id.id, "date": date})
        )
        wizard.reverse_moves()
        # several at once are drafted only
        wizard.new_move_ids.filtered(lambda move: move.state == "draft").action_post()
        return wizard.new_move_ids.with_env(self.env)

    def _assert_ledger_is_journal(self, claims):
        """Of every day: what the costs say is what the journal says."""
        accounts = self.company._get_aftersales_warranty_accounts()
        ledger, journal = defaultdict(float), defaultdict(float)
        costs = claims.cost_ids.filtered(lambda cost: cost.state != "draft")
        for cost in costs:
            ledger[cost.claim_id, cost.date] += cost.amount
        for line in costs.account_move_id.line_ids:
            if line.account_id in accounts and line.parent_state == "posted":
                claim = costs.filtered(
                    lambda cost, line=line: cost.account_move_id == line.move_id
                ).claim_id
                journal[claim, line.date] += line.balance
        self.assertEqual(
            {key: round(amount, 2) for key, amount in ledger.items() if amount},
            {key: round(amount, 2) for key, amount in journal.items() if amount},
        )
        for claim in claims:
            live = claim.cost_ids.filtered(lambda cost: cost.state == "posted")
            self.assertAlmostEqual(claim.cost_posted, sum(live.mapped("amount")), 2)
            self.assertAlmostEqual(
                claim.cost_posted,
                sum(
                    amount
                    for (owner, _day), amount in journal.items()
                    if owner == claim
                ),
                2,
            )

    # === dates ===#
    def test_entries_of_a_quarter(self):
        """R-CLM-08, R-CLM-09: costs of two quarters are two entries, each in its own;
        costs of one day are one entry."""
        claim = self._approved()
        today = fields.Date.context_today(claim)
        ended = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
        ended -= relativedelta(days=1)
        for kind, amount, day in (
            ("shipping", 480, ended),
            ("labour", 480, ended),
            ("travel", 650, today),
        ):
            self._add_cost(claim, kind, amount, date=day)
        self._post(claim)
        costs = self._get_costs(claim)
        self.assertEqual(len(costs.account_move_id), 2)
        for cost in costs:
            self.assertEqual(cost.account_move_id.date, cost.date)
        self._assert_ledger_is_journal(claim)
        before = self.env["account.move.line"].search(
            [
                ("account_id", "=", self.warranty_expense_account.id),
                ("date", "<=", ended),
                ("parent_state", "=", "posted"),
            ]
        )
        self.assertEqual(sum(before.mapped("balance")), 960)
        self.as_user(claim, "accountant").action_reverse("Wrong machine")
        self.assertEqual(sum(before.mapped("balance")), 960)
        self._assert_ledger_is_journal(claim)
        self.assertFalse(self._balance(self.warranty_expense_account))

    def test_provision_by_the_day_of_each_cost(self):
        """R-CLM-09: costs before the day of the provision are expensed, those since
        use it, posted together as well."""
        claim = self._approved()
        today = fields.Date.context_today(claim)
        self.company.write(
            {
                "aftersales_provision_method": "provision",
                "aftersales_provision_from": today,
            }
        )
        self._add_cost(claim, "labour", 300, date=today - relativedelta(days=1))
        self._add_cost(claim, "labour", 200, date=today)
        self._post(claim)
        provision = self.company.aftersales_provision_account_id
        self.assertEqual(self._balance(provision), 200)
        # the goods moved before the switch
        self.assertEqual(self._balance(self.warranty_expense_account), 6460 + 300)
        self._assert_ledger_is_journal(claim)

    def test_one_locked_day_posts_nothing(self):
        """R-CLM-09: of costs of two months, one locked: the ERP's own error, and
        nothing is posted in part."""
        claim = self._approved()
        today = fields.Date.context_today(claim)
        self._add_cost(claim, "labour", 300, date=today - relativedelta(months=1))
        self._add_cost(claim, "labour", 200)
        self.company.fiscalyear_lock_date = today - relativedelta(days=20)
        self._refused(
            "prior to and inclusive of",
            self.as_user(claim, "accountant").action_post_costs,
        )
        self.assertEqual(
            set(self._get_costs(claim, "draft").mapped("amount")), {300, 200}
        )
        self.assertFalse(self._get_costs(claim).account_move_id)

    # === reversed by hand ===#
    def test_reversed_by_hand(self):
        """R-CLM-09: *Reverse Entry* takes the costs back at its date; they wait to be
        posted again, once, as the ones that were settled with the station."""
        claim = self._approved()
        today = fields.Date.context_today(claim)
        earlier = today - relativedelta(days=40)
        self._add_cost(
            claim,
            "labour",
            480,
            date=earlier,
            partner_id=self.station.id,
            name="Fitted",
        )
        self._post(claim)
        settlement = self.env["aftersales.settlement"].create(
            {"partner_id": self.station.id, "company_id": self.company.id}
        )
        settlement.action_collect_lines()
        settlement.action_send()
        cost = self._get_costs(claim)
        self.assertEqual(settlement.line_ids.claim_cost_id, cost)
        full = self._balance()
        day = today - relativedelta(days=3)
        reversal = self._reverse_by_hand(cost.account_move_id, day)
        self.assertEqual((reversal.state, reversal.date), ("posted", day))
        self.assertEqual((cost.state, cost.reversal_move_id), ("reversed", reversal))
        contra = claim.cost_ids.filtered(lambda row: row.reversed_cost_id == cost)
        self.assertEqual((contra.amount, contra.date), (-480, day))
        again = self._get_costs(claim, "draft")
        self.assertEqual(
            (again.amount, again.kind, again.name, again.date, again.partner_id),
            (480, "labour", "Fitted", day, self.station),
        )
        self.assertEqual(claim.state, "approved")
        self.assertEqual((claim.cost_total, claim.cost_posted), (6940, 6460))
        self.assertIn("posted again", claim.message_ids[:1].body)
        self._assert_ledger_is_journal(claim)
        # what the station was shown is not settled twice
        self.assertEqual(settlement.line_ids.claim_cost_id, again)
        # the entry and its reversal stay
        for move in (cost.account_move_id, reversal):
            move = self.as_user(move, "accountant")
            self._refused(claim.name, move.button_draft)
            self._refused(claim.name, move.button_cancel)
            self._refused(claim.name, self._reverse_by_hand, move, today)
        self._post(claim)
        self.assertEqual(self._balance(), full)
        self._assert_ledger_is_journal(claim)
        self.as_user(claim, "accountant").action_reverse("Wrong machine")
        self._assert_ledger_is_journal(claim)
        self.assertFalse(self._balance(self.warranty_expense_account))

    def test_reversed_by_hand_for_good(self):
        """R-CLM-09, R-DSP-16: what is not posted again is deleted; the settlement rests
        on the cost that was reversed again, and takes it back."""
        claim = self._approved()
        self._add_cost(claim, "labour", 480, partner_id=self.station.id)
        self._post(claim)
        settlement = self.env["aftersales.settlement"].create(
            {"partner_id": self.station.id, "company_id": self.company.id}
        )
        settlement.action_collect_lines()
        cost = self._get_costs(claim)
        self._reverse_by_hand(cost.account_move_id, fields.Date.today())
        again = self._get_costs(claim, "draft")
        self.as_user(again, "accountant").unlink()
        self.assertEqual(settlement.line_ids.claim_cost_id, cost)
        self._assert_ledger_is_journal(claim)

    def test_reversed_before_the_upgrade(self):
        """R-CLM-09, R-CLM-10: what was reversed in the accounting before costs and
        shares followed is taken back by the upgrade, and nothing waits by itself."""
        claim = self._create_spine_claim()
        liability = self._decide(
            claim, {"party": "customer", "partner_id": self.customer.id, "percent": 100}
        )
        entry = self._get_costs(claim).account_move_id
        share = liability.share_ids
        Cost, Share = (type(record) for record in (claim.cost_ids, share))
        with (
            patch.object(Cost, "_follow_reversal"),
            patch.object(Share, "_follow_bill"),
        ):
            reversal = self._reverse_by_hand(entry, fields.Date.today())
            share.account_move_id.button_cancel()
        self.assertEqual((claim.cost_posted, share.state), (8070, "posted"))
        path = file_path("aftersales_claims/migrations/19.0.1.2.0/post-books.py")
        runpy.run_path(path)["migrate"](self.env.cr, "19.0.1.1.0")
        self.env.invalidate_all()
        self.assertEqual(claim.cost_posted, 6460)
        self.assertEqual(claim.cost_total, 6460)
        taken_back = self._get_costs(claim, "reversed")
        self.assertEqual(taken_back.reversal_move_id, reversal)
        self.assertEqual((share.state, liability.has_open_share), ("draft", True))
        self._assert_ledger_is_journal(claim)

    def test_claim_reversed_after_its_entry(self):
        """R-CLM-09: the claim reversed while its costs wait to be posted again: they
        are not taken back twice."""
        start = self._balance()
        claim = self._create_spine_claim()
        entry = self._get_costs(claim).account_move_id
        draft = entry._reverse_moves([{"date": fields.Date.today()}])
        self._reverse_by_hand(entry, fields.Date.today())
        self.as_user(claim, "accountant").action_reverse("Wrong machine")
        self.assertEqual(self._balance(), start)
        self.assertFalse(self._get_costs(claim, "draft"))
        self._assert_ledger_is_journal(claim)
        # a reversal drafted before is not posted on top of it
        self._refused("were taken back", self.as_user(draft, "accountant").action_post)
        claim.action_draft()
        self.assertEqual(claim.state, "draft")

    def test_two_drafts_at_once(self):
        """R-CLM-09: two reversals of one entry, drafted before and posted together,
        are refused: its costs would be taken back twice."""
        claim = self._create_spine_claim()
        entry = self._get_costs(claim).account_move_id
        drafts = entry.browse()
        for _time in range(2):
            drafts |= entry._reverse_moves([{"date": fields.Date.today()}])
        self._refused("were taken back", self.as_user(drafts, "accountant").action_post)
        drafts[0].action_post()
        self.assertEqual(claim.cost_posted, 6460)
        self._assert_ledger_is_journal(claim)

    def test_part_of_an_entry(self):
        """R-CLM-09: an entry of a claim is reversed as a whole; reset, cancelled or
        deleted it is not: the message names the claim and the way."""
        claim = self._create_spine_claim()
        entry = self._get_costs(claim).account_move_id
        part = entry._reverse_moves([{"date": fields.Date.today()}])
        keep = part.line_ids.filtered(lambda line: abs(line.balance) == 650)
        part.write(
            {"line_ids": [Command.delete(line.id) for line in part.line_ids - keep]}
        )
        self._refused(
            "reversed as a whole", self.as_user(part, "accountant").action_post
        )
        accountant = self.as_user(entry, "accountant")
        for call in (accountant.button_draft, accountant.button_cancel):
            self._refused(f"{claim.name}: reverse the claim, or the entry", call)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            accountant.unlink()
        self._assert_ledger_is_journal(claim)

    def test_entry_of_goods(self):
        """R-CLM-09: what stock valuation posted for a claim follows the goods only."""
        claim = self._create_spine_claim()
        entry = claim.cost_ids.filtered("stock_move_id").account_move_id[:1]
        accountant = self.as_user(entry, "accountant")
        self._refused(f"goods of {claim.name}", accountant.button_draft)
        self._refused(
            f"goods of {claim.name}",
            self._reverse_by_hand,
            entry,
            fields.Date.today(),
        )

    def test_many_at_once_from_another_company(self):
        """R-CLM-09: entries of several claims reversed together, by an accountant who
        works in another company at the moment, each at the next open day."""
        other = self.env["res.company"].create({"name": "Mills Ltd"})
        user = self.users["accountant"]
        user.company_ids |= other
        today = fields.Date.context_today(self.company)
        claims = self.env["aftersales.claim"]
        for number in range(3):
            claim = self._create_claim(
                kind="emergency",
                kind_reason="Stopped",
                failure_date=today - relativedelta(days=number + 1),
            )
            claim.action_submit()
            self._approve_release(claim)
            self._add_cost(claim, "labour", 100 + number)
            claims |= claim
        self.as_user(claims, "accountant").action_post_costs()
        moves = claims.cost_ids.account_move_id
        self.company.fiscalyear_lock_date = today
        wizard = (
            self.env["account.move.reversal"]
            .with_user(user)
            .with_context(
                active_model="account.move",
                active_ids=moves.ids,
                allowed_company_ids=[other.id, self.company.id],
            )
            .create({"journal_id": moves[:1].journal_id.id, "date": today})
        )
        wizard.reverse_moves()
        # several at once are drafted only
        wizard.new_move_ids.action_post()
        reversals = moves.reversal_move_ids
        self.assertEqual(set(reversals.mapped("state")), {"posted"})
        self.assertGreater(min(reversals.mapped("date")), today)
        self._assert_ledger_is_journal(claims)
        drafts = self._get_costs(claims, "draft")
        self.assertEqual(len(drafts), 3)
        self.assertEqual(drafts.company_id, self.company)
        self.as_user(claims, "accountant").action_post_costs()
        self._assert_ledger_is_journal(claims)

    def test_ledger_is_journal_whatever_is_done(self):
        """R-CLM-08, R-CLM-09: costs of random days posted, entries reversed by hand at
        random, posted again or dropped, the claim reversed and done again: after each
        step every day of the ledger is that of the journal, to the cent."""
        rng = random.Random(27)
        claim = self._approved(estimated_cost=4000)
        claim.sudo().filed_at = fields.Datetime.now()
        today = fields.Date.context_today(claim)
        start = self._balance()
        for _step in range(16):
            live = self._get_costs(claim).account_move_id
            drafts = self._get_costs(claim, "draft")
            step = rng.choice(("add", "add", "post", "hand", "hand", "drop", "redo"))
            if step == "add" and len(self._get_costs(claim) | drafts) < 12:
                for _cost in range(rng.randint(1, 3)):
                    self._add_cost(
                        claim,
                        rng.choice(("shipping", "labour", "travel")),
                        round(rng.uniform(0.01, 120), 2),
                        date=today - relativedelta(days=rng.randint(0, 95)),
                    )
            elif step == "post" and drafts:
                self._post(claim)
            elif step == "hand" and live:
                moves = live.browse(rng.sample(live.ids, rng.randint(1, len(live))))
                day = today - relativedelta(days=rng.randint(0, 60))
                self._reverse_by_hand(moves, day)
            elif step == "drop" and drafts:
                self.as_user(drafts[:1], "accountant").unlink()
            elif step == "redo":
                self.as_user(claim, "accountant").action_reverse("Again")
                self._assert_ledger_is_journal(claim)
                claim.action_draft()
                claim.action_submit()
                self._approve_release(claim)
                claim.sudo().filed_at = fields.Datetime.now()
            self._assert_ledger_is_journal(claim)
        self.as_user(claim, "accountant").action_reverse("All")
        self._assert_ledger_is_journal(claim)
        self.assertEqual(
            self._balance(self.warranty_expense_account),
            start.get(self.warranty_expense_account, 0) - 6460,
        )
