# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, fields, models
from odoo.exceptions import UserError

from odoo.addons.aftersales_service.tools.language import in_language_of


class AftersalesSettlement(models.Model):
    """The vendor bill of a settlement; cancelled, deleted or reversed in the accounting
    it leads back to confirmed, to be billed again (R-DSP-16)."""

    _inherit = "aftersales.settlement"

    # === ACTION METHODS ===#
    def action_bill(self):
        """Draft the vendor bill, or the credit note if the station owes us.

        What is owed and deducted at the same amount is a bill of zero: it may move
        the amount between accounts.

        :raises UserError: not confirmed, nothing to bill, billed already, or an account
            is missing
        """
        self._check_state("confirmed")
        if not self.env.su and not self.env.user.has_group(
            "aftersales_service.group_accountant"
        ):
            raise UserError(self.env._("The accountant draws up the bill."))
        self.lock_for_update()
        for settlement in self:
            # what just balances is billed as well: both sides leave the books by it
            if not any(settlement.line_ids.mapped("amount")):
                raise UserError(
                    self.env._("%(name)s comes to nothing.", name=settlement.name)
                )
            settlement._give_up_bill()
            bill = (
                self.env["account.move"]
                .with_company(settlement.company_id)
                .create(settlement._prepare_bill_vals())
            )
            settlement._write_guarded({"bill_id": bill.id})
        self._write_guarded({"state": "billed"})
        self.activity_unlink(["mail.mail_activity_data_todo"])
        return True

    def action_reopen(self):
        """A bill that is in the books no more is given up with the amounts it had."""
        res = super().action_reopen()
        self._give_up_bill()
        return res

    def action_cancel(self):
        res = super().action_cancel()
        self._give_up_bill()
        return res

    def action_view_bills(self):
        """Open the bill and those given up before it."""
        bills = self.bill_id | self.former_bill_ids
        return self.env["aftersales.claim"]._get_records_action(
            bills, self.env._("Vendor Bills")
        )

    # === BUSINESS METHODS ===#
    def _notify_bill_gone(self):
        clerk = self._get_bill_clerk(self.user_id, self.create_uid)
        told = in_language_of(self, clerk, company=self.company_id)
        told.activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=clerk.id,
            summary=told.env._("The settlement's bill is in the books no more"),
            note=told._get_bill_gone_text(),
        )

    def _prepare_bill_vals(self):
        self.ensure_one()
        sign = -1 if self.currency_id.compare_amounts(self.amount_total, 0) < 0 else 1
        company = self.company_id
        company._check_aftersales_in_use("aftersales_settlement_journal_id")
        vals = {
            "move_type": "in_invoice" if sign > 0 else "in_refund",
            "partner_id": self.partner_id.id,
            "company_id": company.id,
            # the journal's could be another one
            "currency_id": self.currency_id.id,
            "invoice_date": fields.Date.context_today(self),
            "ref": self.name,
            "invoice_origin": self.name,
            "invoice_line_ids": [
                Command.create(
                    {
                        "name": line.name,
                        "quantity": 1.0,
                        "price_unit": sign * line.amount,
                        "account_id": line._get_account().id,
                        "tax_ids": [Command.clear()],
                    }
                )
                for line in self.line_ids
            ],
        }
        if company.aftersales_settlement_journal_id:
            vals["journal_id"] = company.aftersales_settlement_journal_id.id
        return vals
