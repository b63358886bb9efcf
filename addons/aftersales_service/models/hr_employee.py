# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL, format_date

#: grade -> rank, for "at least senior"
GRADE_RANK = {"junior": 1, "intermediate": 2, "senior": 3, "expert": 4}


class HrEmployee(models.Model):
    _inherit = "hr.employee"

    is_technician = fields.Boolean(index=True)
    technician_grade = fields.Selection(
        [
            ("expert", "Expert"),
            ("senior", "Senior"),
            ("intermediate", "Intermediate"),
            ("junior", "Junior"),
        ],
        help="Set by the last grade certification passed, or by hand (R-DSP-02).",
    )
    aftersales_location_id = fields.Many2one(
        "stock.location",
        string="Personal Stock Location",
        check_company=True,
        copy=False,
        index="btree_not_null",
        help="Parts and tools this person holds are stock at this location.",
    )
    aftersales_region_id = fields.Many2one("aftersales.region", string="Service Region")
    aftersales_base_id = fields.Many2one(
        "res.partner",
        string="Home Base",
        help="Where this technician's trips begin; empty: the company's address.",
    )
    service_since = fields.Date(
        help="Start of this person's work in service; years of experience count from "
        "here."
    )
    aftersales_qualification_ids = fields.One2many(
        "aftersales.qualification", "employee_id", string="Training File"
    )
    qualified_until = fields.Date(
        compute="_compute_qualified_until",
        store=True,
        help="End of the last grade certification passed; empty: no expiry recorded.",
    )

    @api.depends(
        "aftersales_qualification_ids.result",
        "aftersales_qualification_ids.kind",
        "aftersales_qualification_ids.valid_until",
    )
    def _compute_qualified_until(self):
        for employee in self:
            passed = employee.aftersales_qualification_ids.filtered(
                lambda line: (
                    line.kind == "certification"
                    and line.result == "passed"
                    and line.valid_until
                )
            )
            employee.qualified_until = max(passed.mapped("valid_until"), default=False)

    @api.model_create_multi
    def create(self, vals_list):
        employees = super().create(vals_list)
        employees.filtered("is_technician")._ensure_aftersales_location()
        return employees

    def write(self, vals):
        res = super().write(vals)
        if vals.get("is_technician"):
            self._ensure_aftersales_location()
        return res

    def _ensure_aftersales_location(self):
        """Return the personal stock locations of ``self``, creating missing ones."""
        missing = self.filtered(lambda employee: not employee.aftersales_location_id)
        # sudo: whoever registers a technician need not be a stock manager
        locations = (
            self.env["stock.location"]
            .sudo()
            .create([employee._prepare_aftersales_location() for employee in missing])
        )
        for employee, location in zip(missing.sudo(), locations, strict=True):
            employee.aftersales_location_id = location
        return self.sudo().aftersales_location_id

    def _prepare_aftersales_location(self):
        self.ensure_one()
        return {
            "name": self.name,
            "usage": "internal",
            "location_id": self.company_id.aftersales_field_location_id.id,
            "company_id": self.company_id.id,
        }

    def _take_turns(self):
        """Let only one transaction at a time plan for a person: two that don't see
        what the other enters would plan him twice."""
        if self:
            # raw SQL: a lock alone keeps the old view of the data; a touched row
            # makes the second one start over
            self.env.cr.execute(
                SQL(
                    "UPDATE hr_employee SET write_date = write_date WHERE id IN %s",
                    tuple(sorted(self.ids)),
                )
            )

    def _get_qualification_issues(self, on=None, grade=None, skills=None):
        """Return texts: why this person may not be sent alone (R-DSP-02, R-DSP-19).

        :param on: datetime or date of the job, today by default
        :param grade: least grade asked for
        :param skills: hr.skill records, each to be held and valid on that day
        """
        self.ensure_one()
        # sudo: dispatchers are told whether somebody is qualified; the file is HR's
        employee = self._origin.sudo()
        company = employee.company_id
        on = fields.Date.to_date(on) or fields.Date.context_today(self)
        name = employee.name
        if not employee.technician_grade:
            return [self.env._("%(name)s has no technician grade.", name=name)]
        issues = []
        if employee.qualified_until and employee.qualified_until < on:
            issues.append(
                self.env._(
                    "The certification of %(name)s ended on %(date)s.",
                    name=name,
                    date=format_date(self.env, employee.qualified_until),
                )
            )
        elif company.aftersales_require_training and not (
            employee.aftersales_qualification_ids.filtered(
                lambda line: line.result == "passed" and line.date <= on
            )
        ):
            issues.append(
                self.env._(
                    "%(name)s has passed no training or examination yet.", name=name
                )
            )
        if grade and GRADE_RANK[employee.technician_grade] < GRADE_RANK[grade]:
            labels = dict(
                self._fields["technician_grade"]._description_selection(self.env)
            )
            issues.append(
                self.env._(
                    "%(name)s is %(grade)s, the job asks for %(required)s.",
                    name=name,
                    grade=labels[employee.technician_grade],
                    required=labels[grade],
                )
            )
        years = company.aftersales_required_experience
        if (
            years
            and employee.service_since
            and employee.service_since + relativedelta(months=round(12 * years)) > on
        ):
            issues.append(
                self.env._(
                    "%(name)s has less than %(years)s years of experience.",
                    name=name,
                    years=f"{years:g}",
                )
            )
        for skill in skills or ():
            held = employee.employee_skill_ids.filtered(
                lambda line, skill=skill: line.skill_id == skill._origin
            )
            valid = held.filtered(
                lambda line: (
                    (not line.valid_to or line.valid_to >= on)
                    and (not line.valid_from or line.valid_from <= on)
                )
            )
            if not held:
                issues.append(
                    self.env._("%(name)s lacks %(skill)s.", name=name, skill=skill.name)
                )
            elif not valid:
                issues.append(
                    self.env._(
                        "%(skill)s of %(name)s is expired.", name=name, skill=skill.name
                    )
                )
        return issues
