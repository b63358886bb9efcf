# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.exceptions import UserError


class AftersalesRecovery(models.Model):
    """The statement in the books: vendor credit notes and payables."""

    _inherit = "aftersales.recovery"

    def _post_refunds(self):
        """Post one credit note for each accepted line, or the one its liability
        drafted; the amount is never above the share (R-CLM-12)."""
        self.ensure_one()
        # sudo: accountants of claims post what the statement settled; the statement
        # itself is guarded by their role
        for line in self.line_ids.sudo().filtered(lambda l: l.state == "dropped"):
            draft = line.share_id.account_move_id
            if draft.state == "draft":
                draft.button_cancel()
        lines = self.line_ids.sudo().filtered(
            lambda l: l.state == "accepted" and (l.final_amount or l.disposal_fee)
        )
        for line in lines:
            move = line.share_id.account_move_id
            if move.state == "posted":
                if line.currency_id.compare_amounts(
                    abs(move.amount_total_signed), line.final_amount
                ):
                    raise UserError(
                        self.env._(
                            "%(move)s is posted with another amount than agreed; "
                            "reverse it first.",
                            move=move.name,
                        )
                    )
            else:
                move = line._prepare_refund(move)
                move.action_post()
            line.write({"refund_move_id": move.id, "state": "credited"})
            if line.disposal_fee:
                line._post_disposal_fee()

    def _offset_payables(self):
        """Reconcile the credit notes with the supplier's oldest open bills."""
        self.ensure_one()
        # sudo: reconciling is the accountant's, whose role was checked
        refunds = self.sudo().line_ids.refund_move_id
        credit = refunds.line_ids.filtered(
            lambda l: l.account_type == "liability_payable" and not l.reconciled
        )
        if not credit:
            raise UserError(
                self.env._("%(name)s has no open credit note.", name=self.name)
            )
        for account in credit.account_id:
            bills = credit.search(
                [
                    ("account_id", "=", account.id),
                    (
                        "partner_id",
                        "in",
                        credit.partner_id.ids,
                    ),
                    ("parent_state", "=", "posted"),
                    ("reconciled", "=", False),
                    ("move_id.move_type", "=", "in_invoice"),
                ],
                order="date_maturity, id",
            )
            if not bills:
                raise UserError(
                    self.env._(
                        "%(partner)s has no open bill to set off against.",
                        partner=self.partner_id.display_name,
                    )
                )
            (
                credit.filtered(lambda l, a=account: l.account_id == a) | bills
            ).reconcile()
