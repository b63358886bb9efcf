# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, fields, models
from odoo.exceptions import UserError


class AftersalesRecoveryLine(models.Model):
    _inherit = "aftersales.recovery.line"

    def _check_posted_refund(self, move):
        """Raise unless the posted entry of the share is what was agreed."""
        self.ensure_one()
        if self.currency_id.compare_amounts(self.final_amount, self.amount):
            raise UserError(
                self.env._(
                    "%(move)s is posted with the whole share, but less was agreed; "
                    "reverse it first.",
                    move=move.name,
                )
            )

    def _prepare_refund(self, draft):
        """Return the draft credit note of this line at the amount agreed.

        :param draft: account.move drafted by the liability decision, or the credit
            note of the line that is in the books no more; or empty
        """
        self.ensure_one()
        if draft and draft == self.refund_move_id:
            # taken back in the accounting: the same once more
            if draft.state == "draft":
                return draft
            if draft.is_aftersales_credit:
                return draft.copy(
                    {
                        "invoice_date": fields.Date.context_today(self),
                        "invoice_origin": draft.invoice_origin,
                        "ref": draft.ref,
                    }
                )
        if draft.state == "draft":
            if self.currency_id.compare_amounts(self.final_amount, self.amount):
                # the arbiter left less of it; scaled, so that it holds in any currency
                for item in draft.invoice_line_ids:
                    item.price_unit *= self.final_amount / self.amount
            return draft
        share = self.share_id
        return self._create_refund(
            self.final_amount,
            self._get_refund_label(),
            share._get_refund_currency(),
            self.claim_id.analytic_distribution,
        )

    def _date_refund(self, move):
        """Leave the draft ``move`` the day it was drawn up on, while the books are open
        for it; else it is a credit of today.

        :raises UserError: the ERP's own, today is locked as well
        """
        self.ensure_one()
        today = fields.Date.context_today(self)
        has_tax = move._affect_tax_report()
        if not move.invoice_date or move._get_violated_lock_dates(move.date, has_tax):
            move.write({"invoice_date": today, "date": today})
        # the ERP would shift the date out of a locked period silently
        move._check_fiscal_lock_dates()

    def _drop_refund(self):
        """Let nothing of what the arbiter dropped be credited.

        :raises UserError: it is in the books already
        """
        for line in self:
            note = line.share_id.account_move_id
            if note.state == "draft":
                note.button_cancel()
            elif note and note._is_in_force():
                line._check_posted_refund(note)

    def _follow_credit_notes(self):
        """Be credited while the credit note and the whole fee are in the books, owed
        while they are not: a note was reset, cancelled or reversed in the accounting,
        or posted again. A note corrected in the accounting takes the place of the one
        reversed there."""
        self._take_corrected_notes()
        # what is owed depends on the entries, whose every change would be looked up
        self.env.add_to_compute(self._fields["owed_amount"], self)
        gone = self.filtered(lambda line: not line._is_settled())
        owed_again = gone.filtered(lambda line: line.state == "credited")
        credited = (self - gone).filtered(lambda line: line.state == "accepted")
        statements = (owed_again | credited).recovery_id
        if statements:
            statements.lock_for_update()
        owed_again._write_guarded({"state": "accepted"})
        credited._write_guarded({"state": "credited"})
        gone.filtered(lambda line: not line._is_refunded())._forget_red_letter()
        credited._remember_red_letter()
        statements._follow_lines()
        for statement, lines in owed_again.grouped("recovery_id").items():
            statement._message_log(
                body=self.env._(
                    "%(notes)s is in the books no more: to be credited again.",
                    notes=", ".join(lines._get_notes_gone().mapped("display_name")),
                )
            )
        for statement, lines in credited.grouped("recovery_id").items():
            statement._message_log(
                body=self.env._(
                    "%(notes)s is in the books again.",
                    notes=", ".join(lines.refund_move_id.mapped("display_name")),
                )
            )

    def _take_corrected_notes(self):
        for line in self:
            note = line.refund_move_id
            if not (note and note._is_taken_red_letter()) and (
                corrected := line._get_corrected_note(note)
            ):
                line.share_id._replace_bill(corrected)
                line._write_guarded({"refund_move_id": corrected.id})
            for fee_note in line._get_fee_notes():
                if corrected := line._get_corrected_note(fee_note):
                    line._write_guarded({"fee_move_ids": [Command.link(corrected.id)]})

    def _get_corrected_note(self, note):
        """Return the credit note in the place of ``note``, marked as ours; none while
        that one is in the books, or can be."""
        if not note or note.state != "posted" or not note._is_reversed():
            return note.browse()
        corrected = note._get_replacement()
        if corrected and not corrected.is_aftersales_credit:
            corrected.write(
                {
                    "aftersales_recovery_id": self.recovery_id.id,
                    "is_aftersales_credit": True,
                }
            )
        return corrected

    def _is_refunded(self):
        """Whether the credit note of the line stands in the books."""
        self.ensure_one()
        return bool(self.refund_move_id) and self.refund_move_id._is_in_force()

    def _is_settled(self):
        """Whether all that is to be credited of the line stands in the books."""
        self.ensure_one()
        return self._is_refunded() and not self._get_fee_due()

    def _get_notes_gone(self):
        """Return the credit notes of ``self`` that are in the books no more."""
        notes = self.refund_move_id | self.fee_move_ids
        return notes.filtered(lambda note: not note._is_in_force())

    def _forget_red_letter(self):
        """Let another red letter be found for what was cancelled or reversed; one that
        only waits to be posted again is still the paper to our own note."""
        given_up = self.filtered(
            lambda line: (
                line.refund_move_id._is_taken_red_letter()
                or line.refund_move_id.state != "draft"
            )
        )
        given_up.recovery_id.filtered("red_letter_ref").red_letter_ref = False

    def _remember_red_letter(self):
        for line in self:
            letter = line.refund_move_id
            if letter._is_taken_red_letter():
                line.recovery_id.red_letter_ref = line.recovery_id._get_letter_number(
                    letter
                )

    def _get_credit_amount(self, move):
        """Return what the supplier credits of this line, in the currency of ``move``:
        at the rate of our draft credit note, if there is one in that currency."""
        self.ensure_one()
        date = move.invoice_date or fields.Date.context_today(self)
        note = self.share_id.account_move_id
        if (
            note.currency_id == move.currency_id != self.currency_id
            # a red letter holds other lines as well
            and not note._is_taken_red_letter()
        ):
            share = note.amount_untaxed
            # the note of the line holds what was left of the share already
            if note != self.refund_move_id and self.amount:
                share *= self.final_amount / self.amount
        else:
            share = self._convert_amount(self.final_amount, move, date)
        return move.currency_id.round(
            share + self._convert_amount(self._get_fee_due(), move, date)
        )

    def _convert_amount(self, amount, move, date):
        return self.currency_id._convert(
            amount, move.currency_id, self.company_id, date
        )

    def _prepare_red_letter_line_vals(self, amount, taxes, currency):
        """Return the values of the red letter's line for this share.

        :param amount: before ``taxes``, in ``currency`` of the letter
        """
        self.ensure_one()
        return {
            "name": self._get_refund_label(),
            "quantity": 1.0,
            "price_unit": self.company_id._get_aftersales_price(
                taxes, amount, currency
            ),
            "account_id": self.share_id._get_recovery_account().id,
            "analytic_distribution": self.claim_id.analytic_distribution or False,
            "tax_ids": [Command.set(taxes.ids)],
        }

    def _get_refund_label(self):
        """Return what the credit of the share is for."""
        self.ensure_one()
        return self.env._(
            "Recovery %(recovery)s: %(claim)s, %(parts)s",
            recovery=self.recovery_id.name,
            claim=self.claim_id.name,
            parts=", ".join(self.product_ids.mapped("display_name")),
        )

    def _create_refund(self, amount, label, currency=None, analytic_distribution=None):
        """Draft a credit note of our own.

        :param amount: in the company's currency
        :param currency: res.currency it is drawn up in; the company's by default
        :raises UserError: an account is missing in the settings, or archived
        """
        self.ensure_one()
        company = self.company_id
        company._check_aftersales_in_use("aftersales_settlement_journal_id")
        today = fields.Date.context_today(self)
        journal = company.aftersales_settlement_journal_id
        currency = currency or self.currency_id
        return (
            self.env["account.move"]
            .with_company(company)
            .create(
                {
                    **({"journal_id": journal.id} if journal else {}),
                    "move_type": "in_refund",
                    "partner_id": self.recovery_id.partner_id.id,
                    # the journal's could be another one
                    "currency_id": currency.id,
                    "invoice_date": today,
                    "ref": f"{self.recovery_id.name}/{self.claim_id.name}",
                    "invoice_origin": self.recovery_id.name,
                    "aftersales_recovery_id": self.recovery_id.id,
                    "is_aftersales_credit": True,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": label,
                                "quantity": 1.0,
                                "price_unit": self.currency_id._convert(
                                    amount, currency, company, today
                                ),
                                "account_id": self.share_id._get_recovery_account().id,
                                "tax_ids": [Command.clear()],
                                "analytic_distribution": analytic_distribution or False,
                            }
                        )
                    ],
                }
            )
        )
