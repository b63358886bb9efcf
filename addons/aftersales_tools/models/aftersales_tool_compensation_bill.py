# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.aftersales_service.tools.language import in_language_of


class AftersalesToolCompensation(models.Model):
    """A posted sheet follows its entry: taken out of the books in the accounting, it is
    approved only, its deductions stop, and it is posted again, or the tool was found
    (R-TOL-06, R-PEN-06)."""

    _inherit = "aftersales.tool.compensation"
    _bill_types = ("entry",)
    _bill_field = "move_id"
    _billed_states = ("posted", "approved")

    is_charge_gone = fields.Boolean(
        string="To Post Again",
        readonly=True,
        copy=False,
        help="The entry was cancelled, deleted or reversed in the accounting. The "
        "sheet is posted once more, or the tool was found again.",
    )
    amount_kept = fields.Monetary(
        string="Deducted Before",
        readonly=True,
        copy=False,
        help="What payroll keeps of an entry that left the books; it counts as paid.",
    )

    # === ACTION METHODS ===#
    def action_cancel(self):
        """:raises UserError: the sheet was posted, and the tool is scrapped"""
        if gone := self.filtered("is_charge_gone"):
            raise UserError(
                self.env._(
                    "%(sheets)s was posted already: post it again, or choose Found "
                    "Again.",
                    sheets=", ".join(gone.mapped("name")),
                )
            )
        return super().action_cancel()

    # === BUSINESS METHODS ===#
    def _notify_bill_gone(self):
        self._write_guarded({"is_charge_gone": True})
        clerk = self._get_bill_clerk(self.move_id.create_uid)
        told = in_language_of(self, clerk, company=self.company_id)
        told.activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=clerk.id,
            summary=told.env._("A compensation is in the books no more: post it again"),
            note=told._get_bill_gone_text(),
        )

    def _after_bill_back(self):
        self._write_guarded({"is_charge_gone": False})
        return super()._after_bill_back()

    def _get_amount_to_deduct(self, receivable):
        """What was paid to finance is not deducted."""
        return super()._get_amount_to_deduct(receivable) - self._get_paid_cash()

    def _charge_wage(self, employee, reason, move, account):
        earlier = self._get_wage_plans()
        res = super()._charge_wage(employee, reason, move, account)
        self._write_guarded(
            {
                "deduction_id": (self._get_wage_plans() - earlier).id,
                "amount_kept": sum(plan._get_kept_amount() for plan in earlier),
            }
        )
        return res

    def _plan_wage_anew(self):
        if self.state == "posted" and self.payment_mode != "deduction":
            return self._keep_deducted_before()
        return super()._plan_wage_anew()

    def _resume_wage_plans(self):
        """What was paid before is paid of the entry again."""
        for sheet in self:
            sheet._get_receivable_line().remove_move_reconcile()
        wages = self.filtered(lambda sheet: sheet.payment_mode == "deduction")
        res = super(AftersalesToolCompensation, wages)._resume_wage_plans()
        (self - wages)._keep_deducted_before()
        for sheet in self:
            sheet._reconcile_receivable()
        return res

    def _keep_deducted_before(self):
        """The sheet is paid at finance by now: what payroll deducted for it counts,
        and nothing more is deducted."""
        for sheet in self:
            plans = sheet._get_wage_plans()
            plans._stop()
            kept = plans._keep_deducted()
            sheet._write_guarded({"deduction_id": False, "amount_kept": kept})

    def _settle_again(self):
        """Set what was paid against the entry that charges once more, and plan what is
        left to deduct."""
        for sheet in self:
            if sheet.payment_mode == "deduction":
                sheet._charge_wage(
                    sheet.employee_id,
                    self.env._("Tool compensation %(sheet)s", sheet=sheet.name),
                    sheet.move_id,
                    sheet._get_receivable_line().account_id,
                )
            else:
                sheet._keep_deducted_before()
            sheet._reconcile_receivable()
        # sudo: the to-do may be somebody else's
        self.sudo()._after_bill_back()
