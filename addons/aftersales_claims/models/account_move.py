# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    _inherit = "account.move"

    aftersales_claim_count = fields.Integer(
        compute="_compute_aftersales_claim_count",
        groups="aftersales_service.group_costs",
    )

    def _compute_aftersales_claim_count(self):
        """Smart button: from an entry to the claims it belongs to."""
        for move in self:
            move.aftersales_claim_count = len(move._get_aftersales_claims())

    def _get_aftersales_claims(self):
        """Return the claims this entry belongs to: by cost, liability share, supplier
        recovery, carrier claim, old part charged or station's settlement. A reversal
        belongs to those of the entry it takes back."""
        self.ensure_one()
        moves = self._with_reversed_entries()
        by_entry = [
            "|",
            ("account_move_id", "in", moves.ids),
            ("reversal_move_id", "in", moves.ids),
        ]
        billed = ["|", ("former_bill_ids", "in", moves.ids), *by_entry]
        claims = self.env["aftersales.claim"]
        for model, domain in (
            (
                "aftersales.claim.cost",
                ["|", ("closing_move_id", "in", moves.ids), *by_entry],
            ),
            ("aftersales.liability.share", billed),
            ("aftersales.carrier.claim", billed),
            (
                "aftersales.part.return",
                [
                    "|",
                    ("charge_move_id", "in", moves.ids),
                    ("former_bill_ids", "in", moves.ids),
                ],
            ),
            (
                "aftersales.claim.line",
                [
                    "|",
                    ("charge_move_id", "in", moves.ids),
                    ("former_bill_ids", "in", moves.ids),
                ],
            ),
            (
                "aftersales.recovery.line",
                [
                    "|",
                    ("refund_move_id", "in", moves.ids),
                    ("fee_move_ids", "in", moves.ids),
                ],
            ),
        ):
            # sudo: which papers made the entry; the claims are read with own rights
            claims |= self.env[model].sudo().search(domain).claim_id.sudo(False)
        # sudo: see above
        settled = (
            self.env["aftersales.settlement.line"]
            .sudo()
            .search(
                [
                    "|",
                    ("settlement_id.bill_id", "in", moves.ids),
                    ("settlement_id.former_bill_ids", "in", moves.ids),
                ]
            )
        )
        # sudo: see above; an old part that was reworked credits the expense again
        reworked = (
            self.env["stock.move"]
            .sudo()
            .search(
                [
                    ("account_move_id", "in", moves.ids),
                    ("aftersales_part_return_id", "!=", False),
                ]
            )
            .aftersales_part_return_id
        )
        for lines in (settled, reworked):
            claims |= lines.claim_id.sudo(False)
        if not claims and moves.aftersales_recovery_id:
            # the paper to credit notes in the books, or a note that was replaced
            # sudo: see above
            statement = moves.sudo().aftersales_recovery_id
            claims = statement._get_credit_lines().claim_id.sudo(False)
        return claims

    def _check_share_refunds(self):
        """Refuse to post more of a supplier's refund than his share of the claim's
        cost (R-CLM-12).

        :raises UserError: the draft was raised above that
        """
        refunds = self.filtered(lambda move: move.move_type == "in_refund")
        if not refunds:
            return
        # sudo: who posts vendor bills need not have rights on liability decisions
        shares = (
            self.env["aftersales.liability.share"]
            .sudo()
            .search([("account_move_id", "in", refunds.ids)])
        )
        for move, own in shares.grouped("account_move_id").items():
            # a red letter that was reset holds the disposal fees too
            fees = own.recovery_line_ids.filtered(
                lambda line, move=move: move in line.fee_move_ids
            )
            limit = move._get_refund_limit(
                sum(own.mapped("amount")) + sum(fees.mapped("disposal_fee"))
            )
            if move.currency_id.compare_amounts(move.amount_untaxed, limit) > 0:
                raise UserError(
                    self.env._(
                        "%(partner)s bears %(limit)s of %(claims)s; a refund of "
                        "%(amount)s is more than that.",
                        partner=move.partner_id.display_name,
                        limit=move.currency_id.format(limit),
                        claims=", ".join(own.claim_id.mapped("name")),
                        amount=move.currency_id.format(move.amount_untaxed),
                    )
                )

    def _get_refund_limit(self, amount):
        """Return ``amount`` of the company's currency in the refund's, at the better
        of the rates of the day it was drafted and of the day it is dated."""
        self.ensure_one()
        company = self.company_id
        dates = {
            fields.Date.context_today(self, self.create_date),
            self.invoice_date or fields.Date.context_today(self),
        }
        return max(
            company.currency_id._convert(amount, self.currency_id, company, date)
            for date in dates
        )

    def action_view_aftersales_claims(self):
        claims = self._get_aftersales_claims()
        return claims._get_records_action(claims, self.env._("Warranty Claims"))
