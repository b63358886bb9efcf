# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    """Settlements of stations follow what happens to their bills in the accounting
    (R-DSP-16)."""

    _inherit = "account.move"

    # === CORE METHODS OVERRIDES ===#
    def write(self, vals):
        """A bill cancelled, reset, reversed or posted again changes its settlement; a
        first posting does not, and is not looked up."""
        if "state" not in vals:
            return super().write(vals)
        bills = self.filtered(
            lambda move: (
                move.is_purchase_document()
                and (move.posted_before or vals["state"] != "posted")
            )
        )
        bills |= self.reversed_entry_id.filtered(lambda m: m.is_purchase_document())
        res = super().write(vals)
        if bills:
            bills._with_reversed_entries()._get_aftersales_settlements()._follow_bill()
        return res

    def unlink(self):
        bills = self.filtered(lambda move: move.is_purchase_document())
        settlements = bills._get_aftersales_settlements()
        res = super().unlink()
        settlements._follow_bill()
        return res

    def button_draft(self):
        """:raises UserError: the entry reverses a bill its settlement has given up"""
        self._check_given_up_bills()
        return super().button_draft()

    def _reverse_moves(self, default_values_list=None, cancel=False):
        """:raises UserError: the entry reverses a bill its settlement has given up"""
        self._check_given_up_bills()
        return super()._reverse_moves(default_values_list, cancel=cancel)

    def _post(self, soft=True):
        """:raises UserError: the settlement has given the bill up"""
        bills = self.filtered(lambda move: move.is_purchase_document())
        bills._get_given_up_bills().filtered(
            # reset to draft after it was reversed: nothing is owed by it
            lambda move: not move._is_reversed()
        )._raise_given_up()
        return super()._post(soft)

    # === BUSINESS METHODS ===#
    def _get_aftersales_settlements(self):
        """Return the settlements that wait for one of these bills, or are billed."""
        # sudo: who works in the accounting need not have rights on settlements
        settlements = self.env["aftersales.settlement"].sudo()
        if not self:
            return settlements
        return settlements.search(
            [("bill_id", "in", self.ids), ("state", "in", ("confirmed", "billed"))]
        )

    def _check_given_up_bills(self):
        """What took a given up bill out of the books stays."""
        posted = self.filtered(lambda move: move.state == "posted")
        bills = posted.reversed_entry_id.filtered(lambda m: m.is_purchase_document())
        bills._get_given_up_bills()._raise_given_up()

    def _get_given_up_bills(self):
        """Return those of these bills whose settlement was billed again or corrected
        since they were taken out of the books."""
        if not self:
            return self
        # sudo: see _get_aftersales_settlements
        settlements = self.env["aftersales.settlement"].sudo()
        return self & settlements.search(
            [("former_bill_ids", "in", self.ids)]
        ).former_bill_ids.with_env(self.env)

    def _raise_given_up(self):
        if not self:
            return
        # sudo: see _get_aftersales_settlements
        settlements = self.env["aftersales.settlement"].sudo()
        names = settlements.search([("former_bill_ids", "in", self.ids)]).mapped("name")
        raise UserError(
            self.env._(
                "%(bills)s was taken out of the books, and %(settlements)s billed "
                "again or corrected since: it would be owed twice.",
                bills=", ".join(self.mapped("display_name")),
                settlements=", ".join(names),
            )
        )
