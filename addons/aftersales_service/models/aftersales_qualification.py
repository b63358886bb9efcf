# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date

from ..tools.language import in_company_language

GRADES = [
    ("expert", "Expert"),
    ("senior", "Senior"),
    ("intermediate", "Intermediate"),
    ("junior", "Junior"),
]
#: what a result was given for; closed once it is given
DECIDED_FIELDS = {
    "name",
    "company_id",
    "employee_id",
    "partner_id",
    "kind",
    "date",
    "valid_until",
    "score",
    "grade",
    "trainer",
    "note",
}


class AftersalesQualification(models.Model):
    """A line of a technician's training file, own or a partner's (R-DSP-02, -19).

    State table of ``result``: planned -> passed (action_pass) or failed
    (action_fail); back to planned (action_reset). Decided by who keeps the files,
    never by the person himself. What the result was given for is closed with it: who
    made a mistake takes the result back, which stays in the log.
    """

    _name = "aftersales.qualification"
    _description = "Technician Qualification"
    _inherit = ["aftersales.state.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True
    _guarded_fields = ("result", "grade_before")

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
        readonly=True,
        copy=False,
        default="planned",
        tracking=True,
    )
    score = fields.Float()
    grade = fields.Selection(GRADES, string="Grade Awarded")
    grade_before = fields.Selection(
        GRADES,
        readonly=True,
        copy=False,
        help="Grade of the technician before this certification awarded one; his again "
        "when the result is taken back.",
    )
    trainer = fields.Char(string="Trainer or Examiner")
    note = fields.Text()

    _one_person = models.Constraint(
        "CHECK ((employee_id IS NULL) <> (partner_id IS NULL))",
        "Name one technician: an employee or a partner's.",
    )
    _score_positive = models.Constraint(
        "CHECK (score >= 0)", "A score is not negative."
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
        """:raises UserError: what a result was given for changes afterwards"""
        if not self.env.su and DECIDED_FIELDS & vals.keys():
            self._check_undecided()
        res = super().write(vals)
        if {"result", "grade"} & vals.keys():
            self._award_grade()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        self._check_undecided()

    def _check_undecided(self):
        for line in self:
            if line.result != "planned":
                raise UserError(
                    self.env._(
                        "%(name)s has its result: take that back first, then correct "
                        "it.",
                        name=line.name,
                    )
                )

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
                employee = line.employee_id.sudo()
                if not line.grade_before:
                    # sudo: kept by the system
                    line.sudo().grade_before = employee.technician_grade
                employee.technician_grade = line.grade

    def _take_grade_back(self):
        """The grade awarded by mistake goes: the last one still certified counts,
        else the one before."""
        for line in self:
            # sudo: as in _award_grade
            employee = line.employee_id.sudo()
            if not line.grade or employee.technician_grade != line.grade:
                continue
            others = employee.aftersales_qualification_ids.filtered(
                lambda other, line=line: (
                    other != line
                    and other.kind == "certification"
                    and other.result == "passed"
                    and other.grade
                )
            )
            last = others.sorted(lambda other: (other.date, other.id))[-1:]
            employee.technician_grade = last.grade or line.grade_before

    # === ACTION METHODS ===#
    def action_pass(self):
        """Record that the person passed; a certification passed awards its grade.

        :raise UserError: decided already, in the future, or without a grade
        """
        self._check_can_decide()
        for line in self:
            if line.kind == "certification" and line.employee_id and not line.grade:
                raise UserError(
                    self.env._("%(name)s: which grade is awarded?", name=line.name)
                )
        self._write_guarded({"result": "passed"})
        return True

    def action_fail(self):
        """Record that the person failed; training is proposed (R-DSP-19).

        :raise UserError: decided already, or in the future
        """
        self._check_can_decide()
        self._write_guarded({"result": "failed"})
        return True

    def action_reset(self):
        """Take a result back that was recorded by mistake; the log keeps it.

        :raise AccessError: of one's own
        """
        self._check_not_own()
        passed = self.filtered(
            lambda line: line.kind == "certification" and line.result == "passed"
        )
        passed._take_grade_back()
        labels = dict(self._fields["result"]._description_selection(self.env))
        for line in self.filtered(lambda line: line.result != "planned"):
            line._message_log(
                body=self.env._(
                    "Taken back: %(result)s on %(date)s, %(details)s.",
                    result=labels[line.result],
                    date=format_date(self.env, line.date),
                    details=line._get_details(),
                )
            )
        self._write_guarded({"result": "planned", "grade_before": False})
        return True

    def _get_details(self):
        """Return kind, grade and score as a text, for the log."""
        self.ensure_one()
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        grades = dict(self._fields["grade"]._description_selection(self.env))
        parts = [kinds[self.kind], grades.get(self.grade)]
        return ", ".join(filter(None, [*parts, f"{self.score:g}"]))

    def _check_not_own(self):
        # sudo: whose file it is, whoever decides
        if not self.env.su and self.env.user in self.sudo().employee_id.user_id:
            raise AccessError(self.env._("Nobody certifies himself."))

    def _check_can_decide(self):
        self._check_not_own()
        for line in self:
            if line.result != "planned":
                raise UserError(
                    self.env._("%(name)s has its result already.", name=line.name)
                )
            if line.date > fields.Date.context_today(line):
                raise UserError(
                    self.env._(
                        "%(name)s takes place on %(date)s only.",
                        name=line.name,
                        date=format_date(self.env, line.date),
                    )
                )

    # === PROPOSALS ===#
    @api.model
    @in_company_language
    def _cron_propose_training(self):
        """Propose what the training files lack; each once (R-DSP-19).

        A re-certification for whose certification ends within a month; training for
        who failed or was never trained, with an activity that asks to train or to
        replace him on the orders planned for him; a re-evaluation for partners'
        technicians whose last one ends.

        :return: the lines created
        """
        today = fields.Date.today()
        limit = today + relativedelta(months=1)
        employees = self.env["hr.employee"].search([("is_technician", "=", True)])
        lines = self.search(
            [("employee_id", "in", employees.ids)], order="date, id"
        ).grouped("employee_id")
        vals_list, unqualified = [], []
        for employee in employees:
            file = lines.get(employee, self.browse())
            vals = self._propose_for_employee(employee, file, today, limit)
            if not vals:
                continue
            unqualified.append(vals.pop("unqualified"))
            vals_list.append(vals)
        created = self.create(vals_list)
        for line, is_unqualified in zip(created, unqualified, strict=True):
            if is_unqualified:
                line._propose_replacement()
        return created + self.create(self._propose_for_partners(today, limit))

    @api.model
    def _propose_for_employee(self, employee, file, today, limit):
        """Return the values of the line to plan for ``employee``, or None."""
        if "planned" in file.mapped("result"):
            return None
        vals = {
            "employee_id": employee.id,
            "company_id": employee.company_id.id,
            "date": today,
            "unqualified": True,
        }
        if employee.qualified_until and employee.qualified_until <= limit:
            return {
                **vals,
                "name": self.env._("Re-certification"),
                "kind": "certification",
                "grade": employee.technician_grade,
                "date": max(today, employee.qualified_until),
                "unqualified": employee.qualified_until < today,
            }
        if file[-1:].result == "failed":
            return {
                **vals,
                "name": self.env._("Training after: %(name)s", name=file[-1:].name),
                "kind": "training",
            }
        if (
            employee.company_id.aftersales_require_training
            and "passed" not in file.mapped("result")
        ):
            return {
                **vals,
                "name": self.env._("Training before the first job"),
                "kind": "training",
            }
        return None

    def _propose_replacement(self):
        """Ask the manager to train the person or to replace him on his orders."""
        self.ensure_one()
        employee = self.employee_id
        orders = self.env["aftersales.order"].search(
            [
                ("technician_ids", "in", employee.ids),
                ("state", "in", ("draft", "dispatched", "accepted")),
            ]
        )
        manager = employee.department_id.manager_id.user_id
        if not manager:
            department = employee.company_id.aftersales_department_id
            manager = department.manager_id.user_id
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=self.env._(
                "%(name)s isn't qualified: train or replace", name=employee.name
            ),
            note=self.env._(
                "Orders planned for %(name)s: %(orders)s",
                name=employee.name,
                orders=", ".join(orders.mapped("name")) or "-",
            ),
            user_id=manager.id or self.env.uid,
        )

    @api.model
    def _propose_for_partners(self, today, limit):
        """Return the re-evaluations to plan for partners' technicians."""
        lines = self.search(
            Domain("partner_id", "!=", False), order="date, id"
        ).grouped(lambda line: (line.partner_id, line.company_id))
        vals_list = []
        for (partner, company), file in lines.items():
            if "planned" in file.mapped("result"):
                continue
            ends = [line.valid_until for line in file if line.valid_until]
            failed = file[-1:].result == "failed"
            if failed or (ends and max(ends) <= limit):
                vals_list.append(
                    {
                        "name": self.env._("Re-evaluation"),
                        "partner_id": partner.id,
                        "company_id": company.id,
                        "kind": "evaluation",
                        "date": today if failed else max(today, max(ends)),
                    }
                )
        return vals_list
