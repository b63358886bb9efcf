# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

#: who may print what
REPORT_GROUPS = {
    "service": ("aftersales_service.group_manager", "aftersales_service.group_viewer"),
    "complaints": (
        "aftersales_service.group_manager",
        "aftersales_service.group_viewer",
    ),
    "cost": ("aftersales_service.group_costs", "hr.group_hr_user"),
    "uncollected": (
        "aftersales_service.group_manager",
        "aftersales_service.group_costs",
    ),
    "payroll": ("hr.group_hr_user", "aftersales_service.group_accountant"),
    "quality": ("aftersales_service.group_manager", "aftersales_service.group_viewer"),
    "satisfaction": (
        "aftersales_service.group_manager",
        "aftersales_service.group_viewer",
    ),
    "audit": ("aftersales_service.group_manager", "aftersales_service.group_viewer"),
    "budget": (
        "aftersales_service.group_manager",
        "aftersales_service.group_general_manager",
    ),
}


class AftersalesReportWizard(models.TransientModel):
    """Choose a report and its period (R-KPI-03, R-KPI-06, R-DSP-15, R-PEN-06)."""

    _name = "aftersales.report.wizard"
    _description = "Service Reports"

    kind = fields.Selection(
        [
            ("service", "Quarterly service analysis"),
            ("complaints", "Monthly complaints"),
            ("cost", "Dispatch, overtime and cost"),
            ("uncollected", "Uncollected charges"),
            ("payroll", "Penalties and deductions for payroll"),
            ("quality", "Monthly quality feedback"),
            ("satisfaction", "Satisfaction and follow-up"),
            ("audit", "Supervision and audits"),
            ("budget", "Budgets and needs"),
        ],
        required=True,
        default="service",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    department_id = fields.Many2one("hr.department")
    period_id = fields.Many2one(
        "aftersales.kpi.period", help="Printed as it is, instead of the dates' quarter."
    )
    date_from = fields.Date(
        compute="_compute_dates", store=True, readonly=False, required=True
    )
    date_to = fields.Date(
        compute="_compute_dates", store=True, readonly=False, required=True
    )

    @api.depends("kind")
    def _compute_dates(self):
        """Propose the last quarter, or the last month; payroll: this month."""
        today = fields.Date.context_today(self)
        for wizard in self:
            if wizard.kind == "service":
                this = today.replace(day=1, month=(today.month - 1) // 3 * 3 + 1)
                start = this - relativedelta(months=3)
                end = this - relativedelta(days=1)
            elif wizard.kind == "payroll":
                start = today.replace(day=1)
                end = start + relativedelta(months=1, days=-1)
            else:
                end = today.replace(day=1) - relativedelta(days=1)
                start = end.replace(day=1)
            wizard.date_from, wizard.date_to = start, end

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for wizard in self:
            if wizard.date_to < wizard.date_from:
                raise ValidationError(self.env._("The period ends before it starts."))

    def action_print(self):
        """Return the report action; figures of open periods are counted first.

        :raise AccessError: the report is not for the user's role
        """
        self.ensure_one()
        self._check_allowed()
        if self.kind == "service":
            self._get_period()
        return self.env.ref("aftersales_service.report_analysis_xlsx").report_action(
            self
        )

    def _check_allowed(self):
        if not any(map(self.env.user.has_group, REPORT_GROUPS[self.kind])):
            raise AccessError(self.env._("This report is not for your role."))

    def action_print_pdf(self):
        """Return the service analysis of the quarter as PDF."""
        self.ensure_one()
        self._check_allowed()
        return self._get_period().action_print_analysis()

    def _get_period(self):
        """Return the period of the service analysis, counted: the quarter that starts
        with the wizard's dates, made where missing."""
        self.ensure_one()
        period = self.period_id
        if not period:
            period = self._find_quarter()
        period._refresh_trend()
        return period

    def _find_quarter(self):
        start = self.date_from.replace(
            day=1, month=(self.date_from.month - 1) // 3 * 3 + 1
        )
        vals = {
            "kind": "quarter",
            "date_from": start,
            "company_id": self.company_id.id,
            "department_id": self.department_id.id,
        }
        # sudo: whoever prints gets the figures counted; he sees those of his rights
        Period = self.env["aftersales.kpi.period"].sudo()
        period = Period.search([(name, "=", value) for name, value in vals.items()])
        return (period or Period.create(vals)).sudo(False)
