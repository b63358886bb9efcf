# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    """Which entries stand in the books, and taking ours out of them again."""

    _inherit = "account.move"

    # === BUSINESS METHODS ===#
    def _is_in_force(self):
        """Whether the entry stands in the books: posted, and not reversed."""
        self.ensure_one()
        return self.state == "posted" and not self._is_reversed()

    def _is_reversed(self):
        """Whether entries in force take the whole of this one back."""
        self.ensure_one()
        reversals = self._get_reversals()
        # negative in charts that post reversals in red (storno)
        taken_back = sum(abs(move.amount_total) for move in reversals)
        return bool(reversals) and (
            self.currency_id.compare_amounts(taken_back, abs(self.amount_total)) >= 0
        )

    def _get_reversals(self):
        """Return the entries in force that reverse this one, or a part of it."""
        self.ensure_one()
        return self.reversal_move_ids.filtered(lambda move: move._is_in_force())

    def _with_reversed_entries(self):
        """Return ``self`` and what it reverses, what that reverses, and so on."""
        moves = self
        while reversed_entries := moves.reversed_entry_id - moves:
            moves |= reversed_entries
        return moves

    def _reverse_in_force(self, ref):
        """Take an entry in force out of the books today.

        :param ref: reference of the reversal
        :return: the reversal
        :raises UserError: the period is locked, or a part is reversed already
        """
        self.ensure_one()
        if self._get_reversals():
            raise UserError(
                self.env._(
                    "%(move)s is reversed for a part already. Reverse the rest of it "
                    "in the accounting first.",
                    move=self.name,
                )
            )
        # what was paid or set off with it is open again, the bill as well
        self.line_ids.remove_move_reconcile()
        today = fields.Date.context_today(self)
        reversal = self._reverse_moves(
            [
                {
                    "date": today,
                    "invoice_date": today if self.is_invoice() else False,
                    "ref": ref,
                }
            ]
        )
        # the ERP shifts the date out of a locked period silently
        reversal.date = today
        reversal._check_fiscal_lock_dates()
        reversal._post(soft=False)
        return reversal

    def _post_validated(self):
        """Post as the ERP's own button does: mandatory analytic plans are asked for
        (R-CLM-09, R-PEN-06).

        :raises ValidationError: the ERP's own, a plan is not filled
        :raises UserError: the ERP's own, an entry lies in a locked period
        """
        # the ERP would shift the date out of a locked period silently
        self.filtered(lambda move: move.move_type == "entry")._check_fiscal_lock_dates()
        return self.with_context(validate_analytic=True).action_post()
