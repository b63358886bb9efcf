# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
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
        lines = self.sudo().line_ids
        lines.filtered(lambda line: line.state == "dropped")._drop_refund()
        for line in lines.filtered(
            lambda line: (
                line.state == "accepted" and (line.final_amount or line.disposal_fee)
            )
        ):
            move = line.share_id.account_move_id
            if not move or not move._is_in_force():
                move = line._prepare_refund(move)
            elif move != line.refund_move_id:
                line._check_posted_refund(move)
            if move != line.refund_move_id:
                move.write(
                    {"aftersales_recovery_id": self.id, "is_aftersales_credit": True}
                )
                line.share_id._replace_bill(move)
            if move.state == "draft":
                line._date_refund(move)
                move._post_validated()
            line._write_guarded({"refund_move_id": move.id, "state": "credited"})
            if line.disposal_fee:
                line._post_disposal_fee()

    def _get_credit_notes(self):
        """Return the credit notes of the lines, disposal fees included."""
        return self.line_ids.refund_move_id | self.line_ids.fee_move_ids

    def _follow_lines(self):
        """Be credited while all that is to be credited is in the books, wait for it
        again when a credit note was taken back in the accounting."""
        for statement in self:
            states = set(statement._get_credit_lines().mapped("state"))
            open_states = {"pending", "disputed"} & set(
                statement.line_ids.mapped("state")
            )
            if statement.state == "answered":
                if states == {"credited"} and not open_states:
                    statement._write_guarded(
                        {"state": "credited", "credited_at": fields.Datetime.now()}
                    )
            elif statement.state == "credited" and "accepted" in states:
                statement._write_guarded({"state": "answered", "credited_at": False})

    def _offset_payables(self):
        """Reconcile the credit notes with the supplier's oldest open bills."""
        self.ensure_one()
        # sudo: reconciling is the accountant's, whose role was checked
        refunds = self.sudo()._get_posted_credits()
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
