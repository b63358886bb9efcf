# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    """What a decision of ours has taken back stays taken back: the entry and its
    reversal are not undone one without the other (R-CLM-10)."""

    _inherit = "account.move"

    # === CORE METHODS OVERRIDES ===#
    def button_draft(self):
        """:raises UserError: a decision of ours rests on the entry being posted"""
        self._check_taken_back()
        return super().button_draft()

    def _reverse_moves(self, default_values_list=None, cancel=False):
        """:raises UserError: the entry takes back one of ours, or was taken back"""
        self._check_taken_back()
        return super()._reverse_moves(default_values_list, cancel=cancel)

    def _post(self, soft=True):
        self._check_given_up_shares()
        return super()._post(soft)

    # === BUSINESS METHODS ===#
    def _check_taken_back(self):
        posted = self.filtered(lambda move: move.state == "posted")
        if not posted:
            return
        # sudo: who works in the accounting need not have rights on decisions
        env = self.env(su=True)
        pair = posted | posted.reversed_entry_id
        shares = env["aftersales.liability.share"].search(
            [
                ("state", "=", "reversed"),
                "|",
                ("account_move_id", "in", pair.ids),
                ("reversal_move_id", "in", posted.ids),
            ]
        )
        lines = env["aftersales.recovery.line"].search(
            [
                ("share_id.state", "=", "reversed"),
                ("fee_move_ids", "in", pair.ids),
            ]
        )
        decisions = shares.liability_id | lines.share_id.liability_id
        if decisions:
            raise UserError(
                self.env._(
                    "%(entries)s: %(documents)s was taken back, its entries and their "
                    "reversals stay in the books. Decide anew instead.",
                    entries=", ".join(posted.mapped("display_name")),
                    documents=", ".join(sorted(decisions.mapped("name"))),
                )
            )

    def _check_given_up_shares(self):
        """Refuse to post an invoice or entry whose decision was taken back while it
        was not in the books.

        :raises UserError: it was
        """
        moves = self.filtered(
            lambda move: (
                move.move_type == "out_invoice"
                # entries of ours are posted when they are made
                or (move.move_type == "entry" and move.posted_before)
            )
        )
        if not moves:
            return
        # sudo: who posts invoices need not have rights on decisions
        shares = (
            self.env["aftersales.liability.share"]
            .sudo()
            .search([("account_move_id", "in", moves.ids), ("state", "=", "reversed")])
        )
        given_up = shares.filtered(
            lambda share: not share.account_move_id._is_reversed()
        )
        if given_up:
            raise UserError(
                self.env._(
                    "%(decisions)s was taken back: %(entries)s is not posted any more.",
                    decisions=", ".join(given_up.liability_id.mapped("name")),
                    entries=", ".join(given_up.account_move_id.mapped("display_name")),
                )
            )
