# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_books import BooksCommon


@tagged("post_install", "-at_install")
class TestClaimPosting(BooksCommon):
    """An accountant posts a month's claims together (R-CLM-09)."""

    def _create_approved(self, count):
        """``count`` approved claims, each with freight and travel to post."""
        claims = self.env["aftersales.claim"]
        for _number in range(count):
            lot = self._create_machine(f"MANY-{self.machines}")
            self.machines += 1
            claims |= self._create_claim(
                kind="emergency",
                kind_reason="Stopped",
                estimated_cost=500,
                lot_id=lot.id,
            )
        claims.action_submit()
        self._approve(claims, "service_manager")
        self.env["aftersales.claim.cost"].create(
            [
                {"claim_id": claim.id, "kind": kind, "amount": amount}
                for claim in claims
                for kind, amount in (("shipping", 48), ("travel", 65))
            ]
        )
        return claims

    def _post(self, claims):
        self.as_user(claims, "accountant").action_post_costs()

    def setUp(self):
        super().setUp()
        self.machines = 0

    def test_many_claims(self):
        """R-CLM-09: each claim has its own entry, its costs follow it, its log says
        who posted."""
        claims = self._create_approved(3)
        self._post(claims)
        moves = claims.cost_ids.account_move_id
        self.assertEqual(len(moves), 3)
        self.assertEqual(set(moves.mapped("state")), {"posted"})
        for claim in claims:
            self.assertEqual(claim.cost_ids.account_move_id.ref, claim.name)
            self.assertEqual(set(claim.cost_ids.mapped("state")), {"posted"})
            self._assert_costs_are_entries(claim)
            self.assertEqual(claim.cost_posted, 113)
            message = claim.message_ids[:1]
            self.assertIn("Costs Posted", message.body)
            self.assertEqual(message.author_id, self.users["accountant"].partner_id)

    def test_nothing_of_many_is_posted(self):
        """R-CLM-09: where one of many cannot be posted, none is."""
        claims = self._create_approved(3)
        claims[1].cost_ids.unlink()
        before = self._balance()
        with (
            self.assertRaisesRegex(UserError, claims[1].name),
            self.env.cr.savepoint(),
        ):
            self._post(claims)
        self.assertEqual(set(claims.cost_ids.mapped("state")), {"draft"})
        self.assertEqual(self._balance(), before)
        self._post(claims - claims[1])
        self.assertEqual(self._balance(self.warranty_expense_account), 226)

    def test_no_more_queries_than_the_entries(self):
        """R-CLM-09: one claim more costs as many queries as one entry more of the
        ERP's own, which numbers them one by one."""
        claims = self._create_approved(14)
        Move = self.as_user(self.env["account.move"], "accountant")
        batches = (claims[:2], claims[2:4], claims[4:])

        def bare(claims):
            Move.create(
                [
                    self._prepare_bare_entry(move)
                    for move in claims.cost_ids.account_move_id
                ]
            ).action_post()

        growth = []
        for work in (self._post, bare):
            counts = []
            for batch in batches:
                with self._count_queries() as found:
                    work(batch)
                counts.append(found["count"])
            # the first one reads rules and settings
            growth.append(counts[2] - counts[1])
        self.assertLessEqual(growth[0], growth[1])

    def _prepare_bare_entry(self, move):
        return {
            "journal_id": move.journal_id.id,
            "date": move.date,
            "line_ids": [
                Command.create(
                    {
                        "account_id": line.account_id.id,
                        "name": line.name,
                        "balance": line.balance,
                        "analytic_distribution": False,
                    }
                )
                for line in move.line_ids
            ],
        }
