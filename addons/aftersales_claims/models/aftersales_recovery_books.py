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
        for line in self.line_ids.sudo().filtered(lambda line: line.state == "dropped"):
            draft = line.share_id.account_move_id
            if draft.state == "draft":
                draft.button_cancel()
        lines = self.line_ids.sudo().filtered(
            lambda line: (
                line.state == "accepted" and (line.final_amount or line.disposal_fee)
            )
        )
        for line in lines:
            move = line.share_id.account_move_id
            if move.state == "posted":
                line._check_posted_refund(move)
            else:
                move = line._prepare_refund(move)
                move.write(
                    {"aftersales_recovery_id": self.id, "is_aftersales_credit": True}
                )
                move.action_post()
                line.share_id.account_move_id = move
            line._write_guarded({"refund_move_id": move.id, "state": "credited"})
            if line.disposal_fee:
                line._post_disposal_fee()

    def _offset_payables(self):
        """Reconcile the credit notes with the supplier's oldest open bills."""
        self.ensure_one()
        # sudo: reconciling is the accountant's, whose role was checked
        refunds = self.sudo().line_ids.refund_move_id
        credit = refunds.line_ids.filtered(
            lambda line: (
                line.account_type == "liability_payable" and not line.reconciled
            )
        )
        if not credit:
            raise UserError(
                self.env._("%(name)s has no open credit note.", name=self.name)
            )
        for account in credit.account_id:
            bills = credit.search(
                [
                    ("account_id", "=", account.id),
                    ("company_id", "=", self.company_id.id),
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
                credit.filtered(lambda item, a=account: item.account_id == a) | bills
            ).reconcile()
