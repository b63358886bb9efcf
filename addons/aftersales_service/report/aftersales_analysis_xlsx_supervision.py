# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.fields import Domain


class AftersalesAnalysisXlsx(models.AbstractModel):
    """Satisfaction, audits and budgets (R-FUP-04, R-KPI-04, R-KPI-05)."""

    _inherit = "report.aftersales_service.analysis_xlsx"

    def _write_satisfaction(self, workbook, wizard):
        """Satisfaction by technician, product and customer, calls still due."""
        self.env.flush_all()
        domain = self._get_period_domain(wizard, "date")
        Report = self.env["aftersales.satisfaction.report"]
        for name, fname in (
            (self.env._("By Technician"), "technician_id"),
            (self.env._("By Product"), "product_id"),
            (self.env._("By Customer"), "partner_id"),
        ):
            groups = Report._read_group(
                domain,
                [fname],
                ["__count", "satisfied_rate:avg", "score:avg"],
                order="satisfied_rate:avg, __count desc",
            )
            self._add_sheet(
                workbook,
                wizard,
                name,
                [
                    (Report._fields[fname]._description_string(self.env), 36),
                    (self.env._("Answers"), 12),
                    (self.env._("Satisfied (%)"), 14),
                    (self.env._("Satisfaction (1–5)"), 16),
                ],
                [
                    [
                        record.display_name or self.env._("Not recorded"),
                        count,
                        rate or 0.0,
                        score or 0.0,
                    ]
                    for record, count, rate, score in groups
                ],
                totals=(1,),
            )
        calls = self.env["aftersales.followup"].search(
            self._get_period_domain(wizard, "due_at"), order="due_at, id"
        )
        self._add_sheet(
            workbook,
            wizard,
            self.env._("Follow-ups"),
            [
                (self.env._("Number"), 16),
                (self.env._("Due"), 18),
                (self.env._("Customer"), 30),
                (self.env._("Reason"), 22),
                (self.env._("State"), 12),
                (self.env._("Not Reached"), 12),
                (self.env._("Satisfaction"), 18),
                (self.env._("Result"), 36),
                (self.env._("Wishes"), 36),
            ],
            [
                [
                    call.name,
                    self._get_local_time(call.due_at),
                    call.partner_id.display_name,
                    self._get_label(call, "trigger"),
                    self._get_label(call, "state"),
                    call.attempt_count,
                    self._get_label(call, "satisfaction"),
                    call.result,
                    call.wishes,
                ]
                for call in calls
            ],
        )

    def _write_audit(self, workbook, wizard):
        """Plan of audits, with findings, measures and their proof (R-KPI-05)."""
        audits = self.env["aftersales.audit"].search(
            self._get_period_domain(wizard, "date_planned", datetimes=False),
            order="date_planned, id",
        )
        self._add_sheet(
            workbook,
            wizard,
            self.env._("Audit Plan"),
            [
                (self.env._("Number"), 16),
                (self.env._("Planned"), 12),
                (self.env._("Carried Out"), 12),
                (self.env._("Title"), 36),
                (self.env._("Kind"), 24),
                (self.env._("Station"), 24),
                (self.env._("Auditor"), 18),
                (self.env._("Open Findings"), 12),
                (self.env._("State"), 12),
                (self.env._("Report"), 50),
            ],
            [
                [
                    audit.name,
                    str(audit.date_planned),
                    str(audit.date_done or ""),
                    audit.title,
                    self._get_label(audit, "kind"),
                    audit.partner_id.display_name,
                    audit.user_id.name,
                    audit.open_finding_count,
                    self._get_label(audit, "state"),
                    audit.report,
                ]
                for audit in audits
            ],
            totals=(7,),
        )
        self._add_sheet(
            workbook,
            wizard,
            self.env._("Findings and Measures"),
            [
                (self.env._("Audit"), 16),
                (self.env._("Finding"), 36),
                (self.env._("Severity"), 12),
                (self.env._("Measure"), 40),
                (self.env._("Responsible"), 18),
                (self.env._("Due"), 12),
                (self.env._("Proof of Effect"), 40),
                (self.env._("State"), 12),
            ],
            [
                [
                    finding.audit_id.name,
                    finding.name,
                    self._get_label(finding, "severity"),
                    finding.measure,
                    finding.user_id.name,
                    str(finding.date_due or ""),
                    finding.evidence,
                    self._get_label(finding, "state"),
                ]
                for finding in audits.finding_ids
            ],
        )

    def _write_budget(self, workbook, wizard):
        """Yearly budgets and the needs asked for, above the limit or not (R-KPI-04)."""
        domain = Domain("company_id", "=", wizard.company_id.id)
        if wizard.department_id:
            domain &= Domain("department_id", "child_of", wizard.department_id.id)
        budgets = self.env["aftersales.budget"].search(
            domain
            & Domain("year", ">=", wizard.date_from.year)
            & Domain("year", "<=", wizard.date_to.year),
            order="year, department_id",
        )
        self._add_sheet(
            workbook,
            wizard,
            self.env._("Budgets"),
            [
                (self.env._("Department"), 30),
                (self.env._("Year"), 10),
                (self.env._("Budget"), 16),
                (self.env._("Approved Needs"), 16),
                (self.env._("Left"), 16),
                (self.env._("State"), 14),
            ],
            [
                [
                    budget.department_id.display_name,
                    str(budget.year),
                    budget.amount,
                    budget.amount_approved,
                    budget.amount_left,
                    self._get_label(budget, "state"),
                ]
                for budget in budgets
            ],
            totals=(2, 3, 4),
        )
        requests = self.env["aftersales.budget.request"].search(
            domain
            & Domain("date", ">=", wizard.date_from)
            & Domain("date", "<=", wizard.date_to),
            order="date, id",
        )
        yes, no = self.env._("Yes"), self.env._("No")
        self._add_sheet(
            workbook,
            wizard,
            self.env._("Needs"),
            [
                (self.env._("Need"), 36),
                (self.env._("Department"), 24),
                (self.env._("Date"), 12),
                (self.env._("Amount"), 16),
                (self.env._("Planned"), 10),
                (self.env._("General Manager"), 16),
                (self.env._("State"), 14),
                (self.env._("Reason"), 44),
            ],
            [
                [
                    request.name,
                    request.department_id.display_name,
                    str(request.date),
                    request.amount,
                    yes if request.is_planned else no,
                    yes if request.needs_general_manager else no,
                    self._get_label(request, "state"),
                    request.reason,
                ]
                for request in requests
            ],
            totals=(3,),
        )
