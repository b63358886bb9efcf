# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import defaultdict

from odoo import models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    """The entries of a claim's costs leave the books by a reversal only, whole: by the
    claim's own, or by the ERP's, which leaves the costs to be posted again (R-CLM-09).
    """

    _inherit = "account.move"

    # === CORE METHODS OVERRIDES ===#
    def button_draft(self):
        """:raises UserError: the costs or the goods of a claim are posted with it"""
        self._check_claim_costs_stay()
        return super().button_draft()

    def _reverse_moves(self, default_values_list=None, cancel=False):
        """:raises UserError: the goods of a claim are posted with it, or it was
        reversed already"""
        self._check_claim_goods()
        self._check_claim_reversed()
        return super()._reverse_moves(default_values_list, cancel=cancel)

    def _post(self, soft=True):
        """:raises UserError: it reverses a part of a claim's entry, or once more"""
        reversed_costs = self._get_reversed_claim_costs()
        self._check_claim_reversals(reversed_costs)
        posted = super()._post(soft)
        for move, costs in reversed_costs.items():
            if move.state == "posted":
                costs._follow_reversal(move)
        return posted

    # === BUSINESS METHODS ===#
    def _get_claim_costs(self, *domain):
        # sudo: who works in the accounting need not have rights on claims
        return (
            self.env["aftersales.claim.cost"]
            .sudo()
            .search(
                [
                    ("account_move_id", "in", self.ids),
                    ("reversed_cost_id", "=", False),
                    *domain,
                ]
            )
        )

    def _get_reversed_claim_costs(self):
        """Return ``{reversal: the costs whose entry it reverses}`` of those in
        ``self``."""
        entries = self.reversed_entry_id
        if not entries:
            return {}
        costs = entries._get_claim_costs(("stock_move_id", "=", False))
        by_entry = costs.grouped("account_move_id")
        return {
            move: by_entry[move.reversed_entry_id]
            for move in self
            if move.reversed_entry_id in by_entry
        }

    def _check_claim_reversals(self, reversed_costs):
        taken_back = self.browse()
        for move, costs in reversed_costs.items():
            entry = move.reversed_entry_id
            # two drafts of one entry may be posted together
            if costs.reversal_move_id - move or entry in taken_back:
                costs._raise_reversed()
            taken_back |= entry
            if move._get_reversed_balances() != entry._get_balances():
                raise UserError(
                    self.env._(
                        "%(entry)s holds the costs of %(claims)s and is reversed as a "
                        "whole: post on the claim again what stays.",
                        entry=entry.display_name,
                        claims=", ".join(costs.claim_id.mapped("name")),
                    )
                )

    def _get_reversed_balances(self):
        self.ensure_one()
        return {key: -balance or 0.0 for key, balance in self._get_balances().items()}

    def _get_balances(self):
        """Return ``{(account, partner): balance}`` of the entry."""
        self.ensure_one()
        balances = defaultdict(float)
        for line in self.line_ids:
            balances[line.account_id, line.partner_id] += line.balance
        currency = self.company_id.currency_id
        return {
            key: currency.round(balance) or 0.0
            for key, balance in balances.items()
            if not currency.is_zero(balance)
        }

    def _check_claim_costs_stay(self):
        """A posted claim changes by a reversal only."""
        self._check_claim_reversed()
        costs = self._get_claim_costs(
            ("state", "=", "posted"), ("stock_move_id", "=", False)
        )
        if costs:
            raise UserError(
                self.env._(
                    "%(entries)s holds the costs of %(claims)s: reverse the claim, or "
                    "the entry with *Reverse Entry*; its costs can be posted again.",
                    entries=", ".join(costs.account_move_id.mapped("display_name")),
                    claims=", ".join(costs.claim_id.mapped("name")),
                )
            )
        self._check_claim_goods()

    def _check_claim_goods(self):
        """What the goods of a claim posted follows the goods."""
        posted = self.filtered(lambda move: move.state == "posted")
        costs = posted._get_claim_costs(("stock_move_id", "!=", False))
        if costs:
            raise UserError(
                self.env._(
                    "%(entries)s posts goods of %(claims)s: reverse the claim, the "
                    "goods come back with it.",
                    entries=", ".join(costs.account_move_id.mapped("display_name")),
                    claims=", ".join(costs.claim_id.mapped("name")),
                )
            )

    def _check_claim_reversed(self):
        """An entry that was reversed, and its reversal, stay."""
        posted = self.filtered(lambda move: move.state == "posted")
        if not posted:
            return
        # sudo: see _get_claim_costs
        costs = (
            self.env["aftersales.claim.cost"]
            .sudo()
            .search(
                [
                    ("state", "=", "reversed"),
                    ("stock_move_id", "=", False),
                    "|",
                    ("account_move_id", "in", posted.ids),
                    ("reversal_move_id", "in", posted.ids),
                ]
            )
        )
        costs._raise_reversed()
