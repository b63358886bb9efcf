# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesToolPayment(models.TransientModel):
    """The compensation is paid to finance, in cash or by transfer (R-TOL-06)."""

    _name = "aftersales.tool.payment"
    _description = "Payment of a Tool Compensation"

    compensation_id = fields.Many2one("aftersales.tool.compensation", required=True)
    company_id = fields.Many2one(related="compensation_id.company_id")
    currency_id = fields.Many2one(related="company_id.currency_id")
    journal_id = fields.Many2one(
        "account.journal",
        required=True,
        compute="_compute_journal_id",
        store=True,
        precompute=True,
        readonly=False,
        check_company=True,
        domain="[('type', 'in', ('bank', 'cash'))]",
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    amount = fields.Monetary(
        compute="_compute_amount",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
    )

    @api.depends("compensation_id")
    def _compute_journal_id(self):
        Journal = self.env["account.journal"]
        for payment in self:
            company = payment.compensation_id.company_id
            # those of the company it is a branch of, too
            payment.journal_id = Journal.search(
                [
                    *Journal._check_company_domain(company),
                    ("type", "in", ("cash", "bank")),
                ],
                limit=1,
            )

    @api.depends("compensation_id")
    def _compute_amount(self):
        for payment in self:
            payment.amount = payment._get_open_amount()

    def _get_open_amount(self):
        """Return what the person owes, or what is owed to him for a found tool."""
        sheet = self.compensation_id
        return sheet.amount_refund if self._is_refund() else sheet.amount_residual

    def _is_refund(self):
        return self.compensation_id.state == "reversed"

    def action_pay(self):
        """Post the payment, or the paying back, and reconcile it with the sheet.

        :raises UserError: for more than is open, nothing, or a day yet to come"""
        self.ensure_one()
        sheet = self.compensation_id
        sheet.lock_for_update(allow_referencing=True)
        sheet._check_state({"posted", "reversed"})
        compare = sheet.currency_id.compare_amounts
        open_amount = self._get_open_amount()
        if compare(self.amount, 0) <= 0 or compare(self.amount, open_amount) > 0:
            raise UserError(
                self.env._(
                    "Only amounts up to the open %(amount)s can be paid.",
                    amount=sheet.currency_id.format(open_amount),
                )
            )
        if self.date > fields.Date.context_today(self):
            raise UserError(self.env._("A payment cannot lie in the future."))
        move = self.env["account.move"].create(self._prepare_move_vals())
        move._post_validated()
        sheet._reconcile_receivable()
        return True

    def _prepare_move_vals(self):
        """Return the account.move values: Dr bank or cash / Cr employee receivable;
        the other way round for what is paid back."""
        sheet = self.compensation_id
        charged = sheet._get_receivable_line()
        amount = -self.amount if self._is_refund() else self.amount
        label = (
            self.env._("Compensation %(sheet)s paid back", sheet=sheet.name)
            if self._is_refund()
            else self.env._("Payment of compensation %(sheet)s", sheet=sheet.name)
        )
        common = {"name": label, "partner_id": charged.partner_id.id}
        return {
            "move_type": "entry",
            "journal_id": self.journal_id.id,
            "company_id": sheet.company_id.id,
            "date": self.date,
            "ref": label,
            "tool_compensation_id": sheet.id,
            "tool_compensation_amount": amount,
            "line_ids": [
                fields.Command.create(
                    {**common, "account_id": account.id, "balance": b}
                )
                for account, b in (
                    (self.journal_id.default_account_id, amount),
                    (charged.account_id, -amount),
                )
            ],
        }
