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
        domain="[('type', 'in', ('bank', 'cash')), ('company_id', '=', company_id)]",
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
        for payment in self:
            payment.journal_id = self.env["account.journal"].search(
                [
                    ("type", "in", ("cash", "bank")),
                    ("company_id", "=", payment.compensation_id.company_id.id),
                ],
                limit=1,
            )

    @api.depends("compensation_id")
    def _compute_amount(self):
        for payment in self:
            payment.amount = payment.compensation_id.amount_residual

    def action_pay(self):
        """Post the payment and reconcile it with what was charged.

        :raises UserError: for more than is open, nothing, or a day yet to come"""
        self.ensure_one()
        sheet = self.compensation_id
        sheet.lock_for_update(allow_referencing=True)
        sheet._check_state({"posted"})
        compare = sheet.currency_id.compare_amounts
        if (
            compare(self.amount, 0) <= 0
            or compare(self.amount, sheet.amount_residual) > 0
        ):
            raise UserError(
                self.env._(
                    "Only amounts up to the open %(amount)s can be paid.",
                    amount=sheet.currency_id.format(sheet.amount_residual),
                )
            )
        if self.date > fields.Date.context_today(self):
            raise UserError(self.env._("A payment cannot lie in the future."))
        charged = sheet._get_receivable_line()
        label = self.env._("Payment of compensation %(sheet)s", sheet=sheet.name)
        common = {"name": label, "partner_id": charged.partner_id.id}
        move = self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": self.journal_id.id,
                "company_id": sheet.company_id.id,
                "date": self.date,
                "ref": label,
                "tool_compensation_id": sheet.id,
                "tool_compensation_amount": self.amount,
                "line_ids": [
                    fields.Command.create(
                        {
                            **common,
                            "account_id": self.journal_id.default_account_id.id,
                            "balance": self.amount,
                        }
                    ),
                    fields.Command.create(
                        {
                            **common,
                            "account_id": charged.account_id.id,
                            "balance": -self.amount,
                        }
                    ),
                ],
            }
        )
        move.action_post()
        credited = move.line_ids.filtered(
            lambda line: line.account_id == charged.account_id
        )
        if charged.account_id.reconcile and not charged.reconciled:
            (charged | credited).reconcile()
        return True
