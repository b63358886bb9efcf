# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from ..tools.language import in_company_language


class AftersalesQualification(models.Model):
    """A line of a technician's training file, own or a partner's (R-DSP-02, -19).

    State table of ``result``: planned -> passed (action_pass) or failed
    (action_fail); back to planned (action_reset). Decided by who keeps the files,
    never by the person himself.
    """

    _name = "aftersales.qualification"
    _description = "Technician Qualification"
    _inherit = ["aftersales.state.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True
    _guarded_fields = ("result",)

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
        """Take a result back that was recorded by mistake."""
        self._write_guarded({"result": "planned"})

    def _check_can_decide(self):
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
                        date=line.date,
                    )
                )
            # sudo: whose file it is, whoever decides
            if line.sudo().employee_id.user_id == self.env.user and not self.env.su:
                raise AccessError(self.env._("Nobody certifies himself."))

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
