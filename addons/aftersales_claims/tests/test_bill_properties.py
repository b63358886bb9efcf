# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import random
from contextlib import suppress

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_recovery import RecoveryCommon

#: share of the customer that may be billed, nothing more and nothing less than nothing
SHARE = 60


@tagged("post_install", "-at_install")
class TestBillProperties(RecoveryCommon):
    """Whatever is done in the accounting to the bills of a share, in any order, the
    customer owes his share or nothing (R-CLM-10)."""

    def _start(self, number):
        self.company.aftersales_recharge_tax_ids = False
        claim = self._create_emergency_with_costs(f"BILL-{number}")
        return self._decide(
            claim,
            {"party": "customer", "partner_id": self.customer.id, "percent": SHARE},
            {"party": "company", "percent": 100 - SHARE},
        )

    def _get_moves(self, known):
        """Return the invoices and credit notes of the customer not ``known`` before."""
        moves = self.env["account.move"].search(
            [
                ("partner_id", "child_of", self.customer.id),
                ("move_type", "in", ("out_invoice", "out_refund")),
            ],
            order="id",
        )
        return self.as_user(moves - known, "accountant")

    def _get_owed(self, moves):
        posted = moves.filtered(lambda move: move.state == "posted")
        return sum(posted.mapped("amount_total_signed"))

    def _use_wizard(self, move, method, days=0):
        wizard = (
            self.as_user(self.env["account.move.reversal"], "accountant")
            .with_context(active_model="account.move", active_ids=move.ids)
            .create(
                {
                    "journal_id": move.journal_id.id,
                    "date": fields.Date.today() + relativedelta(days=days),
                }
            )
        )
        getattr(wizard, method)()

    def _work(self, rng, liability, known):
        """One step of somebody in the accounting; refused or not."""
        moves = self._get_moves(known)
        move = moves[rng.randrange(len(moves))] if moves else moves
        step = rng.choice(
            ("post", "post", "draft", "cancel", "delete", "reverse", "correct", "later")
            + ("again", "again")
        )
        if not move and step != "again":
            return "nothing"
        if step == "again":
            self.as_user(liability, "accountant").action_post()
        elif step == "post":
            move.action_post()
        elif step == "draft":
            move.button_draft()
        elif step == "cancel":
            move.button_cancel()
        elif step == "delete":
            move.unlink()
        elif step == "reverse":
            self._use_wizard(move, "refund_moves")
        else:
            self._use_wizard(move, "modify_moves", 5 if step == "later" else 0)
        return step

    def test_any_order(self):
        """R-CLM-10: after every step the customer owes the share or nothing, and once
        the decision is reversed nothing can be posted any more."""
        rng = random.Random(2611)
        for number in range(3):
            known = self._get_moves(self.env["account.move"])
            liability = self._start(number)
            steps = []
            for _step in range(14):
                try:
                    with self.env.cr.savepoint():
                        steps.append(self._work(rng, liability, known))
                except UserError:
                    steps.append("refused")
                self.env.invalidate_all()
                owed = self._get_owed(self._get_moves(known))
                self.assertIn(owed, (0, SHARE), steps)
                share = liability.share_ids[0]
                if share.state == "draft":
                    self.assertEqual(owed, 0, steps)
            try:
                with self.env.cr.savepoint():
                    self.as_user(liability, "accountant").action_reverse("Ours")
            except UserError:
                # a part is reversed already
                continue
            for move in self._get_moves(known):
                for call in (move.action_post, move.button_draft):
                    with suppress(UserError), self.env.cr.savepoint():
                        call()
                    self.env.invalidate_all()
                    owed = self._get_owed(self._get_moves(known))
                    self.assertEqual(owed, 0, (steps, move.display_name))
