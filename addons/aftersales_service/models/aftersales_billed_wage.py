# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class AftersalesBilledMixin(models.AbstractModel):
    """What an employee is charged with is deducted from his wage by plan, as long as
    the entry stands in the books (R-PEN-06)."""

    _inherit = "aftersales.billed.mixin"

    # === BUSINESS METHODS ===#
    def _charge_wage(self, employee, reason, move, account):
        """Plan the deductions of what ``employee`` owes by the entry ``move``; what
        payroll kept of an earlier entry of the document counts.

        :param account: account.account of the receivable
        """
        self.ensure_one()
        Plan = self.env["aftersales.deduction"]
        # somebody else was charged before
        earlier = self._get_wage_plans().filtered(
            lambda plan: plan.employee_id == employee
        )
        # what they plan is planned anew
        earlier._stop()
        kept = earlier._keep_deducted()
        receivable = move.line_ids.filtered(lambda line: line.account_id == account)
        amount = self._get_amount_to_deduct(receivable)
        rest = move.company_id.currency_id.round(amount - kept)
        if rest > 0:
            Plan._create_plans(
                [
                    {
                        "employee_id": employee.id,
                        "company_id": move.company_id.id,
                        "amount": rest,
                        "reason": reason,
                        "res_model": self._name,
                        "res_id": self.id,
                        # what payroll deducts is booked against it
                        "receivable_line_id": receivable.id,
                    }
                ]
            )
        else:
            # should this entry leave the books and come back, it is known again
            earlier.sorted("id")[-1:].receivable_line_id = receivable
            if rest < 0:
                earlier._pay_back(-rest)
        if kept and account.reconcile:
            # what payroll deducted for the earlier entry
            deducted = earlier._get_deducted_entries().line_ids.filtered(
                lambda line: (
                    line.account_id == account
                    and line.parent_state == "posted"
                    and not line.reconciled
                )
            )
            if deducted:
                (receivable | deducted).reconcile()

    def _get_amount_to_deduct(self, receivable):
        """Hook: return what is deducted from the wage.

        :param receivable: account.move.line that charges the employee
        """
        return receivable.balance

    def _get_wage_plans(self):
        """Return all plans of these documents, those before a correction included."""
        # sudo: the plans follow the entry, whoever works on it
        return (
            self.env["aftersales.deduction"]
            .sudo()
            .search([("res_model", "=", self._name), ("res_id", "in", self.ids)])
        )

    def _stop_wage_plans(self):
        """Nothing is deducted any more, and payroll pays back what it deducted: the
        employee is not charged any more."""
        plans = self._get_wage_plans()
        plans._stop()
        plans._pay_back()

    def _resume_wage_plans(self):
        """The entry the plans of the document rest on is in the books again."""
        for document in self:
            bill = document[document._bill_field]
            # others rest on former bills, or on what payroll paid back
            stopped = document._get_wage_plans().filtered(
                lambda plan, bill=bill: bill and plan.receivable_line_id.move_id == bill
            )
            stopped = stopped.sorted("id")[-1:]
            if line := stopped.receivable_line_id:
                # from the reversal, which leaves the books
                line.remove_move_reconcile()
                document._charge_wage(
                    stopped.employee_id, stopped.reason, line.move_id, line.account_id
                )

    def _is_charged(self, receivable):
        """Whether the account.move.line charges an employee by this document."""
        self.ensure_one()
        return (
            bool(receivable)
            and receivable.move_id == self[self._bill_field]
            and self[self._billed_field] == self._billed_states[0]
            and self._is_bill_alive()
        )

    def _plan_wage_anew(self):
        """Payroll's own entries for the document left the books, or came back: plan
        what it owes, or is owed, by what it keeps now."""
        self.ensure_one()
        for employee, plans in self._get_wage_plans().grouped("employee_id").items():
            plans._stop()
            plans.filtered(
                lambda plan: plan.state == "done" and plan.deducted_amount < plan.amount
            ).state = "stopped"
            latest = plans.sorted("id")[-1:]
            line = latest.receivable_line_id
            if self._is_charged(line):
                self._charge_wage(
                    employee, latest.reason, line.move_id, line.account_id
                )
                continue
            kept = plans._keep_deducted()
            if kept > 0:
                plans._pay_back(kept)
            elif kept < 0:
                plans._take_again(-kept)
