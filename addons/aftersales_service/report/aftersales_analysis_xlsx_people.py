# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.fields import Domain


class AftersalesAnalysisXlsx(models.AbstractModel):
    """Hours, cost, charges and payroll (R-KPI-03, R-DSP-15, R-PEN-06)."""

    _inherit = "report.aftersales_service.analysis_xlsx"

    def _write_cost(self, workbook, wizard):
        """Visits, hours, overtime and expenses per person (R-DSP-15)."""
        self.env.flush_all()
        orders = self.env["aftersales.order.report"]._read_group(
            self._get_period_domain(wizard, "date"),
            ["technician_id"],
            ["__count", "work_hours:sum", "travel_hours:sum"],
        )
        people = {
            employee: [count, work or 0.0, travel or 0.0, 0.0, 0.0]
            for employee, count, work, travel in orders
            if employee
        }
        expenses = self.env["aftersales.order.expense"]._read_group(
            self._get_period_domain(wizard, "date", datetimes=False)
            & Domain("state", "!=", "refused"),
            ["employee_id"],
            ["hours:sum", "amount:sum"],
        )
        for employee, hours, amount in expenses:
            row = people.setdefault(employee, [0, 0.0, 0.0, 0.0, 0.0])
            row[3], row[4] = hours or 0.0, amount or 0.0
        self._add_sheet(
            workbook,
            wizard,
            self.env._("Dispatch, Overtime and Cost"),
            [
                (self.env._("Technician"), 24),
                (self.env._("Visits"), 10),
                (self.env._("Work (hours)"), 14),
                (self.env._("Travel (hours)"), 14),
                (self.env._("Overtime (hours)"), 16),
                (self.env._("Expenses"), 16),
            ],
            [
                [employee.name, *row]
                for employee, row in sorted(
                    people.items(), key=lambda item: item[0].name or ""
                )
            ],
            totals=(1, 2, 3, 4, 5),
        )

    def _write_uncollected(self, workbook, wizard):
        """Charges not paid yet, per technician (R-BIL-03, R-KPI-03)."""
        domain = Domain("amount_uncollected", ">", 0) & Domain(
            "company_id", "=", wizard.company_id.id
        )
        if wizard.department_id:
            domain &= Domain("department_id", "child_of", wizard.department_id.id)
        orders = self.env["aftersales.order"].search(
            domain, order="technician_id, finished_at, id"
        )
        self._add_sheet(
            workbook,
            wizard,
            self.env._("Uncollected Charges"),
            [
                (self.env._("Technician"), 24),
                (self.env._("Order"), 16),
                (self.env._("Finished"), 14),
                (self.env._("Customer"), 30),
                (self.env._("Charged"), 14),
                (self.env._("Uncollected"), 14),
            ],
            [
                [
                    order.technician_id.name,
                    order.name,
                    self._get_local_time(order.finished_at)[:10],
                    order.partner_id.display_name,
                    order.amount_charged,
                    order.amount_uncollected,
                ]
                for order in orders
            ],
            totals=(4, 5),
        )

    def _write_payroll(self, workbook, wizard):
        """Monthly deductions, and bonus reductions of the period (R-PEN-06)."""
        lines = self.env["aftersales.deduction.line"].search(
            [
                ("company_id", "=", wizard.company_id.id),
                ("month", ">=", wizard.date_from.replace(day=1)),
                ("month", "<=", wizard.date_to),
                ("state", "!=", "cancelled"),
            ],
            order="employee_id, month, id",
        )
        self._add_sheet(
            workbook,
            wizard,
            self.env._("Deductions"),
            [
                (self.env._("Employee"), 24),
                (self.env._("Month"), 12),
                (self.env._("Plan"), 16),
                (self.env._("Reason"), 44),
                (self.env._("Kind"), 18),
                (self.env._("Wage"), 14),
                (self.env._("Deduction"), 14),
                (self.env._("State"), 12),
            ],
            [
                [
                    line.employee_id.name,
                    f"{line.month:%Y-%m}",
                    line.deduction_id.name,
                    line.reason,
                    self._get_label(line, "kind"),
                    line.wage,
                    line.payroll_amount,
                    self._get_label(line, "state"),
                ]
                for line in lines
            ],
            totals=(6,),
        )
        start, end = wizard.company_id._get_aftersales_bounds(
            wizard.date_from, wizard.date_to
        )
        penalties = self.env["aftersales.penalty"].search(
            Domain("company_id", "=", wizard.company_id.id)
            & Domain("decided_at", ">=", start)
            & Domain("decided_at", "<", end)
            & Domain("consequence", "=", "bonus")
            & Domain("state", "in", ("final", "posted")),
            order="employee_id, event_date, id",
        )
        self._add_sheet(
            workbook,
            wizard,
            self.env._("Bonus Reductions"),
            [
                (self.env._("Employee"), 24),
                (self.env._("Penalty"), 16),
                (self.env._("Event"), 12),
                (self.env._("Rule"), 44),
                (self.env._("Amount"), 14),
            ],
            [
                [
                    penalty.employee_id.name,
                    penalty.name,
                    str(penalty.event_date),
                    penalty.rule_id.display_name,
                    penalty.amount,
                ]
                for penalty in penalties
            ],
            totals=(4,),
        )
