# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class HrEmployee(models.Model):
    _inherit = "hr.employee"

    aftersales_penalty_count = fields.Integer(
        compute="_compute_aftersales_penalty_count", groups="hr.group_hr_user"
    )

    def _compute_aftersales_penalty_count(self):
        counts = dict(
            self.env["aftersales.penalty"]._read_group(
                [("employee_id", "in", self.ids)], ["employee_id"], ["__count"]
            )
        )
        for employee in self:
            employee.aftersales_penalty_count = counts.get(employee, 0)

    def action_view_aftersales_penalties(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_penalty_action"
        )
        return {**action, "domain": [("employee_id", "=", self.id)], "context": {}}

    def _get_aftersales_partner(self):
        """Return the partner the receivable from this employee stands on."""
        self.ensure_one()
        partner = self.work_contact_id or self.user_id.partner_id
        if not partner:
            partner = self.env["res.partner"].create(
                {"name": self.name, "company_id": self.company_id.id}
            )
            self.work_contact_id = partner
        return partner

    def _set_aftersales_grade_skill(self, grade):
        """Record a technician grade as a skill (hr_skills), for each employee."""
        kind = self.env.ref("aftersales_service.skill_type_technician_grade", False)
        progress = {"junior": 25, "intermediate": 50, "senior": 75, "expert": 100}
        skill = kind and kind.skill_ids[:1]
        level = kind and kind.skill_level_ids.filtered(
            lambda line: line.level_progress == progress[grade]
        )
        if not skill or not level:
            return
        today = fields.Date.context_today(self)
        for employee in self:
            current = employee.employee_skill_ids.filtered(
                lambda line: line.skill_id == skill and not line.valid_to
            )
            commands = [fields.Command.delete(line.id) for line in current]
            employee.write(
                {
                    "employee_skill_ids": [
                        *commands,
                        fields.Command.create(
                            {
                                "skill_type_id": skill.skill_type_id.id,
                                "skill_id": skill.id,
                                "skill_level_id": level.id,
                                "valid_from": today,
                            }
                        ),
                    ]
                }
            )

    def write(self, vals):
        res = super().write(vals)
        if vals.get("departure_date") or vals.get("active") is False:
            self._settle_aftersales_deductions()
        return res

    def _settle_aftersales_deductions(self):
        """Somebody leaves: his open plans are settled at once (R-PEN-06)."""
        # sudo: follows from HR's registration of the departure
        plans = (
            self.env["aftersales.deduction"]
            .sudo()
            .search(
                [
                    ("employee_id", "in", self.ids),
                    ("state", "in", ("draft", "planned")),
                    ("line_ids", "not any", [("kind", "=", "settlement")]),
                ]
            )
        )
        today = fields.Date.context_today(self)
        leaving = plans.filtered(
            lambda plan: (
                not plan.employee_id.active
                or (plan.employee_id.departure_date or today) <= today
            )
        )
        leaving.action_settle()
