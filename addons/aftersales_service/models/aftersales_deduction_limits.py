# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from contextlib import contextmanager

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import format_amount

from ..tools.penalty_math import month_capacity


class AftersalesDeduction(models.Model):
    """Wage and minimum wage of each month, and what follows when one of them
    changes (R-PEN-06)."""

    _inherit = "aftersales.deduction"

    def _get_contract_wage(self):
        """Return the wage of the employee's contract version of this month, or 0."""
        self.ensure_one()
        return self._get_present_version().wage or 0.0

    def _get_present_version(self):
        """Return the contract version the figures of the plan are taken from."""
        self.ensure_one()
        # sudo: wages are HR's; the limit of the law needs them
        return self.employee_id.sudo()._get_version(
            max(self.start_date, fields.Date.context_today(self))
        )

    def _get_legal_minimum(self):
        """Return the minimum wage of the present place of work."""
        self.ensure_one()
        # sudo: a legal figure of the company, whoever plans
        return self.company_id.sudo()._get_aftersales_minimum_wage(
            self._get_present_version().work_location_id
        )

    def _get_month_limits(self, month):
        """Return (wage, minimum wage) of ``month``: those of the plan, until a contract
        version with others starts; of a month with two the stricter ones."""
        self.ensure_one()
        now = self._get_present_version()
        # sudo: see _get_present_version
        employee = self.employee_id.sudo()
        last = employee._get_version(month + relativedelta(months=1, days=-1))
        if last == now:
            return self.wage, self.minimum_wage
        limits = []
        for version in (employee._get_version(month), last):
            if version == now:
                limits.append((self.wage, self.minimum_wage))
                continue
            minimum = self.company_id.sudo()._get_aftersales_minimum_wage(
                version.work_location_id
            )
            limits.append((version.wage or self.wage, minimum))
        wages, minimums = zip(*limits, strict=True)
        return min(wages), max(minimums)

    def _get_month_capacity(self, month, taken):
        """Return what may still be deducted in ``month``, ``taken`` apart."""
        self.ensure_one()
        wage, minimum = self._get_month_limits(month)
        return month_capacity(wage, taken, self.percent_cap, minimum)

    def _read_wages(self):
        for plan in self.sudo().filtered(lambda plan: not plan.wage):
            plan.wage = plan._get_contract_wage()

    # === FOLLOWING CHANGES ===#
    @api.model
    def _get_open_plans(self, employees):
        """Return the plans that follow the wage; what is settled at leaving does not
        go back into months."""
        # sudo: follows from a change by HR or of the law's figure
        plans = self.sudo().search(
            [
                ("employee_id", "in", employees.ids),
                ("state", "in", ("draft", "planned")),
            ]
        )
        return plans.filtered(
            lambda plan: "settlement" not in plan.line_ids.mapped("kind")
        )

    @api.model
    def _recompute_employees(self, employees):
        """Spread the open plans of ``employees`` anew; their wages changed."""
        plans = self._get_open_plans(employees)
        for plan in plans:
            plan.wage = plan._get_contract_wage() or plan.wage
        plans.filtered("wage")._plan_lines(strict=False)

    @api.model
    @contextmanager
    def _following_minimum_wage(self, employees):
        """Inside the block the minimum wage of these people may change; their open
        plans take it over and are spread anew.

        A figure entered by hand on a plan stays unless the law's is higher.

        :param employees: the people the change may concern
        """
        plans = self._get_open_plans(employees)
        before = {plan: plan._get_legal_minimum() for plan in plans}
        yield
        changed = plans.browse()
        for plan in plans:
            minimum = plan._get_legal_minimum()
            if not plan.currency_id.compare_amounts(minimum, before[plan]):
                continue
            entered = plan.currency_id.compare_amounts(plan.minimum_wage, before[plan])
            old = plan.minimum_wage
            plan.minimum_wage = max(minimum, old) if entered else minimum
            plan._message_log(
                body=self.env._(
                    "The minimum wage is %(new)s now, was %(old)s; the months are "
                    "planned anew.",
                    new=format_amount(self.env, plan.minimum_wage, plan.currency_id),
                    old=format_amount(self.env, old, plan.currency_id),
                )
            )
            changed |= plan
        changed.filtered("wage")._plan_lines(strict=False)
