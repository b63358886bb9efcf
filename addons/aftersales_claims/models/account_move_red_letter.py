# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import html2plaintext


class AccountMove(models.Model):
    """Red-letter invoices of suppliers find their statement (R-CLM-12)."""

    _inherit = "account.move"

    aftersales_recovery_id = fields.Many2one(
        "aftersales.recovery",
        string="Supplier Recovery",
        index="btree_not_null",
        copy=False,
        check_company=True,
        help="Statement this credit belongs to. Found when a red-letter invoice is "
        "posted, by our number on it or by its amount; can be named before.",
    )
    aftersales_no_recovery = fields.Boolean(
        string="No Recovery",
        copy=False,
        help="This credit note has nothing to do with a recovery statement, even if "
        "its amount is that of one.",
    )

    is_aftersales_credit = fields.Boolean(
        copy=False,
        readonly=True,
        help="Credit note drawn up by the recovery itself, no red-letter invoice.",
    )

    # === CORE METHODS OVERRIDES ===#
    def _post(self, soft=True):
        # our own drafts; a red letter is held against what was agreed when matched
        self._check_share_refunds()
        self._check_given_up_refunds()
        filed = self._match_red_letters()
        return super(AccountMove, self - filed)._post(soft)

    # === BUSINESS METHODS ===#
    def _match_red_letters(self):
        """Match the suppliers' credit notes of ``self`` with their statements.

        :return: those whose credit is in the books already: filed, not to be posted
        :raises UserError: the amount is not what was agreed
        """
        filed = self.browse()
        # sudo: who posts vendor bills need not have rights on statements
        Recovery = self.env["aftersales.recovery"].sudo()
        for move in self.filtered(lambda move: move._is_red_letter()):
            move._check_known_red_letter()
            statement, named = Recovery._find_by_red_letter(move)
            if not statement:
                continue
            if statement.state == "answered":
                # sudo: see above
                statement._take_red_letter(move.sudo())
            elif named:
                # sudo: see above
                statement._file_red_letter(move.sudo())
                filed |= move
            else:
                raise UserError(
                    self.env._(
                        "%(amount)s is what %(partner)s was credited with %(name)s "
                        "already. If this is its red-letter invoice, choose the "
                        "statement on it; else mark it as no recovery.",
                        amount=move.currency_id.format(move.amount_untaxed),
                        partner=move.partner_id.display_name,
                        name=statement.name,
                    )
                )
        return filed

    def _check_known_red_letter(self):
        """:raises UserError: the same paper was matched with a statement before"""
        self.ensure_one()
        number = self.ref or self.payment_reference
        own = self.aftersales_recovery_id
        domain = Domain("red_letter_ref", "!=", False) & (
            Domain("red_letter_ref", "=", number)
            if number
            # filed without a number, reset and posted again
            else Domain("id", "in", own.ids)
        )
        # sudo: see _match_red_letters
        known = (
            self.env["aftersales.recovery"]
            .sudo()
            .search(
                domain
                & Domain("company_id", "=", self.company_id.id)
                & Domain("partner_id", "child_of", self.commercial_partner_id.id),
                limit=1,
            )
        )
        if known:
            raise UserError(
                self.env._(
                    "The red-letter invoice %(number)s is filed with %(statement)s "
                    "already: it is not posted a second time. If it is another paper, "
                    "mark it as no recovery.",
                    number=known.red_letter_ref,
                    statement=known.name,
                )
            )

    def _is_red_letter(self):
        """Whether ``self`` may be a supplier's red-letter invoice: not one of ours."""
        self.ensure_one()
        if (
            self.move_type != "in_refund"
            or self.state != "draft"
            or not self.partner_id
            or self.aftersales_no_recovery
            or self.is_aftersales_credit
            or self.reversed_entry_id
        ):
            return False
        # sudo: see _match_red_letters
        share = self.env["aftersales.liability.share"].sudo()
        own = Domain("account_move_id", "=", self.id)
        former = Domain("former_bill_ids", "=", self.id)
        return not share.search_count(own | former, limit=1)

    def _get_red_letter_texts(self):
        """Return everything the invoice says, to look for our numbers in it."""
        self.ensure_one()
        texts = [
            self.ref,
            self.payment_reference,
            self.invoice_origin,
            html2plaintext(self.narration or ""),
            *self.invoice_line_ids.mapped("name"),
        ]
        return "\n".join(filter(None, texts))
