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

        :param draft: account.move drafted by the liability decision, or empty
        """
        self.ensure_one()
        if draft.state == "draft":
            if self.currency_id.compare_amounts(self.final_amount, self.amount):
                # the arbiter left less of it; scaled, so that it holds in any currency
                for item in draft.invoice_line_ids:
                    item.price_unit *= self.final_amount / self.amount
            draft.invoice_date = draft.invoice_date or fields.Date.context_today(self)
            return draft
        return self._create_refund(
            self.final_amount,
            self.env._(
                "Recovery %(recovery)s: %(claim)s, %(parts)s",
                recovery=self.recovery_id.name,
                claim=self.claim_id.name,
                parts=", ".join(self.product_ids.mapped("display_name")),
            ),
        )

    def _post_disposal_fee(self):
        self.ensure_one()
        self._create_refund(
            self.disposal_fee,
            self.env._(
                "Disposal of parts not collected: %(claim)s", claim=self.claim_id.name
            ),
        ).action_post()

    def _get_credit_amount(self, move):
        """Return what the supplier credits of this line, in the currency of ``move``:
        at the rate of our draft credit note, if there is one in that currency."""
        self.ensure_one()
        date = move.invoice_date or fields.Date.context_today(self)
        draft = self.share_id.account_move_id
        if draft.currency_id == move.currency_id != self.currency_id:
            part = self.final_amount / self.amount if self.amount else 0.0
            # a posted note holds what was left of the share already
            share = draft.amount_untaxed * (part if draft.state != "posted" else 1.0)
        else:
            share = self._convert_amount(self.final_amount, move, date)
        return move.currency_id.round(
            share + self._convert_amount(self.disposal_fee, move, date)
        )

    def _convert_amount(self, amount, move, date):
        return self.currency_id._convert(
            amount, move.currency_id, self.company_id, date
        )

    def _prepare_red_letter_line_vals(self, amount, tax_ids):
        """Return the values of the red letter's line for this share."""
        self.ensure_one()
        return {
            "name": self.env._(
                "Recovery %(recovery)s: %(claim)s, %(parts)s",
                recovery=self.recovery_id.name,
                claim=self.claim_id.name,
                parts=", ".join(self.product_ids.mapped("display_name")),
            ),
            "quantity": 1.0,
            "price_unit": amount,
            "account_id": self.share_id._get_warranty_account().id,
            "analytic_distribution": self.claim_id.analytic_distribution or False,
            "tax_ids": [Command.set(tax_ids)],
        }

    def _create_refund(self, amount, label):
        self.ensure_one()
        company = self.company_id
        account = (
            company.aftersales_recovery_account_id
            or company.aftersales_warranty_location_id.valuation_account_id
        )
        if not account:
            raise UserError(
                self.env._(
                    "Set the supplier recovery account of %(company)s in the settings.",
                    company=company.name,
                )
            )
        return (
            self.env["account.move"]
            .with_company(company)
            .create(
                {
                    "move_type": "in_refund",
                    "partner_id": self.recovery_id.partner_id.id,
                    "invoice_date": fields.Date.context_today(self),
                    "ref": f"{self.recovery_id.name}/{self.claim_id.name}",
                    "invoice_origin": self.recovery_id.name,
                    "aftersales_recovery_id": self.recovery_id.id,
                    "is_aftersales_credit": True,
                    **(
                        {"journal_id": company.aftersales_settlement_journal_id.id}
                        if company.aftersales_settlement_journal_id
                        else {}
                    ),
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": label,
                                "quantity": 1.0,
                                "price_unit": amount,
                                "account_id": account.id,
                                "tax_ids": [Command.clear()],
                            }
                        )
                    ],
                }
            )
        )
