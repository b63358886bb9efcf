# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    """Documents billed once follow what happens to their bills and entries in the
    accounting (R-DSP-16, R-CLM-07, R-CLM-10, R-CLM-11, R-PEN-06, R-TOL-06)."""

    _inherit = "account.move"

    aftersales_replaced_id = fields.Many2one(
        "account.move",
        string="Takes the Place of",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
        help="Invoice this one was drawn up for with Reverse and Create Invoice: once "
        "that is reversed, its documents are billed with this one.",
    )
    aftersales_replacement_ids = fields.One2many(
        "account.move", "aftersales_replaced_id", string="Corrected Invoices"
    )

    # === CORE METHODS OVERRIDES ===#
    def write(self, vals):
        """A bill cancelled, reset, reversed or posted again changes its document; a
        first posting does not, and is not looked up."""
        if "state" not in vals:
            return super().write(vals)
        bills = self.filtered(
            lambda move: move.posted_before or vals["state"] != "posted"
        )
        bills |= self.reversed_entry_id
        res = super().write(vals)
        for documents in bills._with_reversed_entries()._get_billed_documents():
            documents._follow_bill()
        return res

    def unlink(self):
        billed = self._get_billed_documents()
        res = super().unlink()
        for documents in billed:
            documents._follow_bill()
        return res

    def button_draft(self):
        """:raises UserError: the entry reverses a bill its document has given up, or
        was reversed itself"""
        self._check_given_up_bills()
        self._check_reversal_goes_first()
        return super().button_draft()

    def _reverse_moves(self, default_values_list=None, cancel=False):
        """:raises UserError: the entry reverses a bill its document has given up"""
        self._check_given_up_bills()
        return super()._reverse_moves(default_values_list, cancel=cancel)

    def _post(self, soft=True):
        """:raises UserError: the document has given the bill up, it takes the place of
        one that is in the books still, or it reverses one a second time"""
        self._check_replaced_bills()
        self._check_reversed_bills()
        given_up = self._get_given_up_bills()
        # reset to draft after it was reversed, nothing is owed by it
        given_up.filtered(lambda move: not move._is_reversed())._raise_given_up()
        return super()._post(soft)

    # === BUSINESS METHODS ===#
    def _get_billed_models(self):
        """Hook: return the names of the models whose documents follow their bills,
        those of ``aftersales.billed.mixin``."""
        return ["aftersales.penalty", "aftersales.deduction.line"]

    def _replace_with(self, corrected):
        """Let ``corrected``, drawn up in the accounting, take the place of this bill as
        soon as it is reversed: at once, or at the day of its reversal."""
        self.ensure_one()
        if self._is_billed():
            corrected.aftersales_replaced_id = self
            self._hand_over_bill(corrected)

    def _is_billed(self):
        """Hook: whether any document follows this bill."""
        return any(self._get_billed_documents())

    def _hand_over_bill(self, corrected):
        """Hook: let ``corrected`` be the bill of the documents of this one."""
        for documents in self._get_billed_documents():
            documents._take_corrected_bill(corrected)

    def _get_replacement(self):
        """Return the corrected invoice in the place of this one, drafted or posted."""
        self.ensure_one()
        return self.aftersales_replacement_ids.filtered(
            lambda move: move.state != "cancel" and not move._is_reversed()
        ).sorted("id")[-1:]

    def _check_replaced_bills(self):
        for move in self.filtered("aftersales_replaced_id"):
            replaced = move.aftersales_replaced_id
            # both may be posted together, at the day of the reversal
            if replaced._is_in_force() and not replaced.reversal_move_ids & self:
                raise UserError(
                    self.env._(
                        "%(corrected)s takes the place of %(bill)s, which is in the "
                        "books still: post its reversal first, or it is owed twice.",
                        corrected=move.display_name,
                        bill=replaced.display_name,
                    )
                )
            if replaced._is_reversed() and not move._is_billed():
                raise UserError(
                    self.env._(
                        "%(corrected)s was drawn up in the place of %(bill)s, which "
                        "was taken back since: nothing is owed by it.",
                        corrected=move.display_name,
                        bill=replaced.display_name,
                    )
                )

    def _check_reversed_bills(self):
        """Refuse to take more of a document's bill out of the books than it holds: it
        may have been reversed by another draft, or by the document, meanwhile."""
        reversals = self.filtered("reversed_entry_id")
        for bill, own in reversals.grouped("reversed_entry_id").items():
            taken = bill._get_reversals() - own
            amount = sum(abs(move.amount_total) for move in taken | own)
            if (
                bill.currency_id.compare_amounts(amount, abs(bill.amount_total)) > 0
                and bill._has_documents()
            ):
                raise UserError(
                    self.env._(
                        "%(bill)s is reversed with %(reversals)s already: no more of "
                        "it is taken out of the books.",
                        bill=bill.display_name,
                        reversals=", ".join((taken or own).mapped("display_name")),
                    )
                )

    def _check_reversal_goes_first(self):
        """A bill reset while its reversal stays would be credited for nothing."""
        for bill in self:
            reversals = bill._get_reversals() - self
            if (
                bill.state == "posted"
                and reversals
                and bill._is_reversed()
                and bill._has_documents()
            ):
                raise UserError(
                    self.env._(
                        "%(bill)s is reversed with %(reversals)s: reset that first.",
                        bill=bill.display_name,
                        reversals=", ".join(reversals.mapped("display_name")),
                    )
                )

    def _has_documents(self):
        """Whether any document is, or was, billed with one of these."""
        return any(
            documents.search_count(
                [
                    "|",
                    (documents._bill_field, "in", bills.ids),
                    ("former_bill_ids", "in", bills.ids),
                ],
                limit=1,
            )
            for documents, bills in self._get_billing_models()
        )

    def _get_billed_documents(self):
        """Return a list of the recordsets that are billed with these invoices, bills or
        entries, or wait for them."""
        found = []
        for documents, bills in self._get_billing_models():
            found.append(
                documents.search(
                    [
                        (documents._bill_field, "in", bills.ids),
                        (documents._billed_field, "in", documents._billed_states),
                    ]
                )
            )
        return found

    def _get_billing_models(self):
        """Return a list of the models whose bill any of ``self`` may be, each with the
        entries in question: what nobody is billed with is not looked up."""
        models = []
        for name in self._get_billed_models():
            # sudo: who works in the accounting need not have rights on the documents
            documents = self.env[name].sudo()
            bills = self.filtered(
                lambda move, types=documents._bill_types: move.move_type in types
            )
            if bills:
                models.append((documents, bills))
        return models

    def _check_given_up_bills(self):
        """What took a given up bill out of the books stays."""
        posted = self.filtered(lambda move: move.state == "posted")
        posted.reversed_entry_id._get_given_up_bills()._raise_given_up()

    def _get_given_up_bills(self):
        """Return those of these bills that were taken out of the books before their
        document was billed again or corrected."""
        given_up = self.browse()
        for documents in self._get_documents_billed_again():
            given_up |= documents.former_bill_ids.with_env(self.env)
        return self & given_up

    def _get_documents_billed_again(self):
        # entries of ours are posted when they are made
        former = self.filtered(lambda move: move.is_invoice() or move.posted_before)
        return [
            documents.search([("former_bill_ids", "in", bills.ids)])
            for documents, bills in former._get_billing_models()
        ]

    def _raise_given_up(self):
        if not self:
            return
        names = [
            name
            for documents in self._get_documents_billed_again()
            for name in documents.mapped("display_name")
        ]
        raise UserError(
            self.env._(
                "%(bills)s was taken out of the books, and %(documents)s billed again "
                "or corrected since: it would be owed twice.",
                bills=", ".join(self.mapped("display_name")),
                documents=", ".join(names),
            )
        )
