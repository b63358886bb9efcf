# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    """Statements follow what happens to their credit notes in the accounting
    (R-CLM-12)."""

    _inherit = "account.move"

    # === CORE METHODS OVERRIDES ===#
    def write(self, vals):
        """A note reset, cancelled, reversed or posted again changes its statement.

        A first posting of what is not ours settles nothing that was settled before:
        told from what the ERP has read of the entries anyway, it costs no query."""
        if "state" not in vals:
            return super().write(vals)
        followed = self.filtered(
            lambda move: (
                move.posted_before
                or move.is_aftersales_credit
                or move.aftersales_recovery_id
            )
        )
        followed |= self.reversed_entry_id
        res = super().write(vals)
        if followed:
            followed._with_reversed_entries()._update_recovery_lines()
        return res

    # === BUSINESS METHODS ===#
    def _is_billed(self):
        return super()._is_billed() or bool(self._get_recovery_lines())

    def _hand_over_bill(self, corrected):
        res = super()._hand_over_bill(corrected)
        self._update_recovery_lines()
        return res

    def _is_taken_red_letter(self):
        """Whether the entry is a supplier's red letter that is a statement's credit."""
        self.ensure_one()
        return bool(self.aftersales_recovery_id) and not self.is_aftersales_credit

    def _update_recovery_lines(self):
        """Bring the lines these credit notes settle in line with the books."""
        self._get_recovery_lines()._follow_credit_notes()

    def _get_recovery_lines(self):
        """Return the lines of statements that these credit notes, or entries of
        carriers, settle or did."""
        # sudo: who works in the accounting need not have rights on statements
        lines = self.env["aftersales.recovery.line"].sudo()
        return lines.search(
            [
                ("state", "in", ("accepted", "credited")),
                "|",
                ("refund_move_id", "in", self.ids),
                ("fee_move_ids", "in", self.ids),
            ]
        )

    def _check_given_up_refunds(self):
        """Refuse to post a credit note that was given up meanwhile.

        Reset to draft after it was reversed, it may be posted: nothing is credited.

        :raises UserError: its decision was taken back, or another note replaced it
        """
        refunds = self.filtered(lambda move: move.move_type == "in_refund")
        if not refunds:
            return
        # sudo: who posts vendor bills need not have rights on decisions
        env = self.env(su=True)
        posted_for = env["aftersales.liability.share"].search(
            [("account_move_id", "in", refunds.ids)]
        )
        settled = env["aftersales.recovery.line"].search(
            [
                "|",
                ("refund_move_id", "in", refunds.ids),
                ("fee_move_ids", "in", refunds.ids),
            ]
        )
        for move in refunds:
            shares = posted_for.filtered(
                lambda share, move=move: share.account_move_id == move
            )
            shares |= settled.filtered(
                lambda line, move=move: move in line.refund_move_id | line.fee_move_ids
            ).share_id
            given_up = shares.filtered(lambda share: share.state == "reversed")
            replaced = not shares and move.is_aftersales_credit and move.posted_before
            if not (given_up or replaced) or move._is_reversed():
                continue
            if given_up:
                raise UserError(
                    self.env._(
                        "%(decisions)s was taken back: its credit note is not posted.",
                        decisions=", ".join(given_up.liability_id.mapped("name")),
                    )
                )
            raise UserError(
                self.env._(
                    "This credit note of %(statement)s was replaced by another one.",
                    statement=move.sudo().aftersales_recovery_id.name,
                )
            )
