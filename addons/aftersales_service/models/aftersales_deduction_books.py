# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class AftersalesDeduction(models.Model):
    """What payroll's entries leave open, as they stand in the books (R-PEN-06)."""

    _inherit = "aftersales.deduction"

    # === BUSINESS METHODS ===#
    def _get_deducted_entries(self, condition=lambda line: True):
        """Return payroll's entries for these plans that count.

        :param condition: of which months, all by default
        """
        lines = self.line_ids.filtered(lambda line: line.state == "done")
        return lines.filtered(condition).move_id

    def _get_plans_of_source(self):
        """Return the plans of the same debt, those before a correction included."""
        self.ensure_one()
        if not self.res_model:
            return self
        return self.search(
            [("res_model", "=", self.res_model), ("res_id", "=", self.res_id)]
        )

    def _follow_payroll(self):
        """An entry of payroll left the books, or came back: plan what is owed now."""
        # what left the books makes room for what is planned anew
        self.line_ids.flush_model(["state"])
        followed = self.env["account.move"]._get_billed_models()
        # sudo: plans follow the books, whoever works in the accounting
        for plan in self.sudo():
            # a debt without a document, or of an addon that was uninstalled
            if plan.res_model not in followed:
                plan._plan_open_amount()
                continue
            source = self.env[plan.res_model].sudo().browse(plan.res_id)
            if (
                plan.state != "stopped"
                and source._is_charged(plan.receivable_line_id)
                and "refund" not in plan.line_ids.mapped("kind")
            ):
                plan._plan_open_amount()
            else:
                # what payroll keeps counts for the debt as a whole
                source._plan_wage_anew()

    def _take_again(self, amount):
        """Payroll paid ``amount`` back of what it has not deducted after all: plan
        that it takes that again."""
        latest = self.sorted("id")[-1:]
        paid_back = self._get_deducted_entries(lambda line: line.kind == "refund")
        # the employee is debited, payroll is credited
        receivable = paid_back.line_ids.filtered(lambda entry: entry.balance > 0)
        self._create_plans(
            [
                {
                    "employee_id": latest.employee_id.id,
                    "company_id": latest.company_id.id,
                    "amount": latest.currency_id.round(amount),
                    "reason": latest.reason,
                    "res_model": latest.res_model,
                    "res_id": latest.res_id,
                    "receivable_line_id": receivable.sorted("id")[-1:].id,
                }
            ]
        )

    def _plan_open_amount(self):
        """Spread what these plans have not deducted, unless nobody owes it."""
        for plan in self.filtered(lambda item: item.state != "stopped"):
            lines = plan.line_ids
            lines.filtered(lambda line: line.state == "planned").unlink()
            if plan.currency_id.compare_amounts(plan.deducted_amount, plan.amount) >= 0:
                plan.state = "done"
                continue
            plan.state = "planned" if plan.wage else "draft"
            if "settlement" in plan.line_ids.mapped("kind"):
                plan.action_settle()
            elif plan.wage:
                plan._plan_lines(strict=False)
