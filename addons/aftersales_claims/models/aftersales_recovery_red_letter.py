# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re

from odoo import Command, fields, models
from odoo.exceptions import UserError

#: a number that is no part of a longer one (123, 2026-12, 12.50); Chinese may touch it
WHOLE_NUMBER = (
    r"(?<![0-9A-Za-z])(?:(?=\D)|(?<![0-9A-Za-z][-/._,]))%s"
    r"(?![0-9A-Za-z])(?![-/._,]\d)"
)


class AftersalesRecovery(models.Model):
    """The supplier's red-letter invoice 红字发票 meets the statement (R-CLM-12).

    Answered, not yet credited: the red letter is the credit, our drafts are dropped.
    Credited already: it is the paper to our credit notes and is not posted again.
    """

    _inherit = "aftersales.recovery"

    # === BUSINESS METHODS ===#
    def _find_by_red_letter(self, move):
        """Return the statement a red-letter invoice belongs to.

        By its own mention of our numbers; else the only statement still to credit
        with exactly that amount.

        :param move: draft account.move of type ``in_refund``
        :return: (aftersales.recovery, whether ``move`` names it)
        """
        waiting = self.search(
            [
                ("company_id", "=", move.company_id.id),
                ("kind", "=", "supplier"),
                ("partner_id", "child_of", move.commercial_partner_id.id),
                ("state", "in", ("answered", "credited")),
                ("red_letter_ref", "=", False),
            ]
        )
        if move.aftersales_recovery_id:
            return waiting & move.aftersales_recovery_id, True
        said = move._get_red_letter_texts()
        named = waiting.filtered(lambda statement: statement._is_named_in(said))
        if named:
            return named[:1], True
        equal = waiting.filtered(
            lambda statement: (
                not statement.amount_disputed
                and not move.currency_id.compare_amounts(
                    statement._get_credit_amount(move), move.amount_untaxed
                )
            )
        )
        return (equal if len(equal) == 1 else self.browse()), False

    def _get_posted_credits(self):
        """Return our credit notes in the books, disposal fees included."""
        return self._get_credit_notes().filtered(lambda move: move._is_in_force())

    def _is_named_in(self, text):
        """Whether ``text`` holds the number of the statement or of a credit note.

        As a whole, so 12 is not named by 123."""
        self.ensure_one()
        numbers = [self.name, *self._get_posted_credits().mapped("name")]
        return any(
            re.search(WHOLE_NUMBER % re.escape(number), text)
            for number in filter(None, numbers)
        )

    def _get_credit_lines(self):
        """Return the lines the supplier credits."""
        return self.line_ids.filtered(
            lambda line: (
                line.state in ("accepted", "credited")
                and (line.final_amount or line.disposal_fee)
            )
        )

    def _get_credit_amount(self, move):
        """Return what the supplier credits in all, in the currency of ``move``: what
        is in the books, or what was agreed if nothing is yet."""
        self.ensure_one()
        if self.state == "credited":
            date = move.invoice_date or fields.Date.context_today(self)
            return sum(
                note.currency_id._convert(
                    note.amount_untaxed, move.currency_id, self.company_id, date
                )
                for note in self._get_posted_credits()
            )
        lines = self._get_credit_lines()
        letter = lines.refund_move_id
        if (
            len(letter) == 1
            and letter._is_taken_red_letter()
            and letter.currency_id == move.currency_id
            and all(line.refund_move_id == letter for line in lines)
            and lines.fee_move_ids <= letter
        ):
            # one was taken for all of it before, at the rates of that day
            return letter.amount_untaxed
        return sum(line._get_credit_amount(move) for line in lines)

    def _take_red_letter(self, move):
        """Let the draft ``move`` be the credit of the statement.

        :raises UserError: lines before the arbiter, another amount than agreed, or
            credit notes in the books for a part of it only
        """
        self.ensure_one()
        self.lock_for_update()
        if self.amount_disputed:
            raise UserError(
                self.env._(
                    "%(name)s has lines the arbiter has not decided.", name=self.name
                )
            )
        self._check_red_letter_amount(move)
        self.line_ids.filtered(lambda line: line.state == "dropped")._drop_refund()
        lines = self._get_credit_lines()
        drafts = lines.share_id.account_move_id
        if any(draft._is_in_force() for draft in drafts):
            raise UserError(
                self.env._(
                    "Some credit notes of %(name)s are in the books already. Post the "
                    "others on the statement first.",
                    name=self.name,
                )
            )
        with_fee = lines.filtered(lambda line: line._get_fee_due())
        move.write(self._prepare_red_letter_vals(move, lines))
        drafts |= lines._get_fee_notes()
        drafts.filtered(lambda draft: draft.state == "draft").button_cancel()
        with_fee._write_guarded({"fee_move_ids": [Command.link(move.id)]})
        lines.share_id._replace_bill(move)
        lines._write_guarded({"refund_move_id": move.id, "state": "credited"})
        self._write_guarded(
            {
                "state": "credited",
                "credited_at": fields.Datetime.now(),
                "red_letter_ref": self._get_letter_number(move),
            }
        )

    def _get_letter_number(self, move):
        """Return the number by which the red letter ``move`` is filed."""
        self.ensure_one()
        return move.ref or move.payment_reference or self.name

    def _prepare_red_letter_vals(self, move, lines):
        """The red letter's lines become ours: one for each share, at the account and
        analytic distribution its claim was charged to, with the letter's tax."""
        taxes = {item.tax_ids for item in move.invoice_line_ids}
        if len(taxes) > 1:
            raise UserError(
                self.env._(
                    "Put the same taxes on every line of the red-letter invoice of "
                    "%(name)s.",
                    name=self.name,
                )
            )
        taxes = next(iter(taxes), self.env["account.tax"])
        vals_list = []
        left = move.amount_untaxed
        for line in lines:
            amount = left if line == lines[-1:] else line._get_credit_amount(move)
            left -= amount
            vals_list.append(
                line._prepare_red_letter_line_vals(amount, taxes, move.currency_id)
            )
        return {
            "aftersales_recovery_id": self.id,
            "invoice_line_ids": [
                Command.clear(),
                *(Command.create(vals) for vals in vals_list),
            ],
        }

    def _check_red_letter_amount(self, move):
        self.ensure_one()
        agreed = self._get_credit_amount(move)
        if move.currency_id.compare_amounts(agreed, move.amount_untaxed):
            raise UserError(
                self.env._(
                    "The red-letter invoice credits %(amount)s before tax, but "
                    "%(agreed)s is agreed on %(name)s. Have the supplier correct it, "
                    "or mark the invoice as no recovery.",
                    amount=move.currency_id.format(move.amount_untaxed),
                    agreed=move.currency_id.format(agreed),
                    name=self.name,
                )
            )

    def _file_red_letter(self, move):
        """Record ``move`` as the paper to the credit notes in the books: its number
        and files stay, its entry is not posted a second time."""
        self.ensure_one()
        self.lock_for_update()
        self._check_red_letter_amount(move)
        refunds = self._get_posted_credits()
        number = self._get_letter_number(move)
        self._write_guarded({"red_letter_ref": number})
        move.attachment_ids.write({"res_id": refunds[:1].id})
        for refund in refunds:
            refund._message_log(
                body=self.env._("Red-letter invoice %(number)s.", number=number)
            )
        move.aftersales_recovery_id = self
        move.button_cancel()
        move._message_log(
            body=self.env._(
                "Matched with %(refunds)s of %(name)s, which are in the books "
                "already; not posted again.",
                refunds=", ".join(refunds.mapped("name")),
                name=self.name,
            )
        )
