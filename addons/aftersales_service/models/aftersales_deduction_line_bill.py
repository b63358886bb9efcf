# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from ..tools.language import in_language_of


class AftersalesDeductionLine(models.Model):
    """A month follows payroll's entry: taken out of the books in the accounting, it is
    not deducted, and the amount is planned anew within the limits (R-PEN-06)."""

    _inherit = "aftersales.deduction.line"
    _bill_types = ("entry",)
    _bill_field = "move_id"
    _billed_states = ("done", "cancelled")

    # === BUSINESS METHODS ===#
    def _log_bill(self, body):
        self.deduction_id._message_log(body=body)

    def _get_bill_gone_text(self):
        self.ensure_one()
        return self.env._(
            "%(month)s: the entry is in the books no more, %(amount)s counts as not "
            "deducted. What is owed is planned anew.",
            month=self.display_name,
            amount=self.currency_id.format(self.payroll_amount),
        )

    def _notify_bill_gone(self):
        clerk = self._get_bill_clerk(self.move_id.create_uid)
        told = in_language_of(self, clerk, company=self.company_id)
        told.deduction_id.activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=clerk.id,
            summary=told.env._("A deduction is in the books no more: tell payroll"),
            note=told._get_bill_gone_text(),
        )

    def _after_bill_back(self):
        plan = self.deduction_id
        # of another month, to be told still
        gone = plan.line_ids.filtered(lambda it: it.state == "cancelled" and it.move_id)
        if not gone:
            plan.activity_unlink(["mail.mail_activity_data_todo"])

    def _be_billed(self, body):
        # the month may be planned anew, and a month is deducted once; what somebody
        # charged before is paid back stays
        plans = self.deduction_id._get_plans_of_source().filtered(
            lambda plan: plan.employee_id == self.employee_id
        )
        plans.line_ids.filtered(lambda line: line.state == "planned").unlink()
        return super()._be_billed(body)

    def _stop_wage_plans(self):
        self.deduction_id._follow_payroll()

    def _resume_wage_plans(self):
        for line in self:
            # from the reversal, which leaves the books
            line.move_id.line_ids.remove_move_reconcile()
            line.deduction_id._follow_payroll()
            line._reconcile_move(line.move_id)

    def _give_up_taken_back(self):
        """Payroll deducts or pays back anew: what was taken out of the books before,
        for the same debts, is never posted again."""
        gone = self.search(
            [
                ("employee_id", "in", self.employee_id.ids),
                ("state", "=", "cancelled"),
                ("move_id", "!=", False),
            ]
        )
        debts = {line._get_debt() for line in self}
        gone.filtered(lambda line: line._get_debt() in debts)._give_up_bill()

    def _get_debt(self):
        """Return what the month settles: a debt, and whether it is paid back."""
        plan = self.deduction_id
        source = (plan.res_model, plan.res_id) if plan.res_model else plan.id
        return source, self.kind == "refund"
