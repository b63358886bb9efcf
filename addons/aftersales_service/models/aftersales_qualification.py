# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AftersalesQualification(models.Model):
    """A line of a technician's training file, own or a partner's (R-DSP-02, -19)."""

    _name = "aftersales.qualification"
    _description = "Technician Qualification"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True

    name = fields.Char(string="Subject", required=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    employee_id = fields.Many2one(
        "hr.employee",
        string="Technician",
        index="btree_not_null",
        ondelete="cascade",
        check_company=True,
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Partner's Technician",
        index="btree_not_null",
        check_company=True,
        help="Technician of a dealer or service station.",
    )
    kind = fields.Selection(
        [
            ("training", "Training"),
            ("exam", "Examination"),
            ("certification", "Grade certification"),
            ("evaluation", "Re-evaluation"),
        ],
        required=True,
        default="training",
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    valid_until = fields.Date(
        compute="_compute_valid_until",
        store=True,
        readonly=False,
        index=True,
        help="A certification ends after the interval in the settings.",
    )
    result = fields.Selection(
        [("planned", "Planned"), ("passed", "Passed"), ("failed", "Failed")],
        required=True,
        default="planned",
        tracking=True,
    )
    score = fields.Float()
    grade = fields.Selection(
        [
            ("expert", "Expert"),
            ("senior", "Senior"),
            ("intermediate", "Intermediate"),
            ("junior", "Junior"),
        ],
        string="Grade Awarded",
    )
    trainer = fields.Char(string="Trainer or Examiner")
    note = fields.Text()

    _one_person = models.Constraint(
        "CHECK ((employee_id IS NULL) <> (partner_id IS NULL))",
        "Name one technician: an employee or a partner's.",
    )

    @api.depends("kind", "date", "company_id")
    def _compute_valid_until(self):
        for line in self:
            months = line.company_id.aftersales_certification_months
            line.valid_until = (
                line.date + relativedelta(months=months)
                if line.kind == "certification" and line.date and months
                else False
            )

    @api.constrains("date", "valid_until")
    def _check_dates(self):
        for line in self:
            if line.valid_until and line.valid_until < line.date:
                raise ValidationError(
                    self.env._("%(name)s ends before it begins.", name=line.name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._award_grade()
        return lines

    def write(self, vals):
        res = super().write(vals)
        if {"result", "grade"} & vals.keys():
            self._award_grade()
        return res

    def _award_grade(self):
        """A grade certification passed sets the employee's grade (R-DSP-02)."""
        for line in self:
            if (
                line.kind == "certification"
                and line.result == "passed"
                and line.grade
                and line.employee_id
            ):
                # sudo: the service manager certifies; the employee file is HR's
                line.employee_id.sudo().technician_grade = line.grade

    @api.model
    def _cron_propose_training(self):
        """Propose a re-certification for technicians whose certification ends within
        a month; once each (R-DSP-19)."""
        today = fields.Date.today()
        employees = self.env["hr.employee"].search(
            [
                ("is_technician", "=", True),
                ("qualified_until", "!=", False),
                ("qualified_until", "<=", today + relativedelta(months=1)),
            ]
        )
        planned = self.search(
            [
                ("employee_id", "in", employees.ids),
                ("kind", "=", "certification"),
                ("result", "=", "planned"),
            ]
        ).employee_id
        return self.create(
            [
                {
                    "name": self.env._("Re-certification"),
                    "employee_id": employee.id,
                    "company_id": employee.company_id.id,
                    "kind": "certification",
                    "grade": employee.technician_grade,
                    "date": max(today, employee.qualified_until),
                }
                for employee in employees - planned
            ]
        )
