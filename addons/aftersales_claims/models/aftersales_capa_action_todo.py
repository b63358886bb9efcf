# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class AftersalesCapaAction(models.Model):
    """Whoever answers for a measure has it among his to-dos while the sheet is at
    work, once, whether or not he opens the after-sales application (R-CLM-16)."""

    _inherit = "aftersales.capa.action"

    todo_id = fields.Many2one(
        "mail.activity",
        string="To-Do of the Owner",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )

    # === BUSINESS METHODS ===#
    def _get_todo_user(self):
        """Return who has the to-do: the owner, without login the leader, else one of
        quality."""
        self.ensure_one()
        # sudo: whose login it is, also for users who read no employees
        action = self.sudo()
        user = action.employee_id.user_id or action.capa_id.user_id
        return (
            user.filtered("active")
            or action.capa_id.user_id.filtered("active")
            or action.company_id._get_aftersales_stand_in("group_quality")
            or self.env.user
        )

    def _has_todo(self):
        self.ensure_one()
        # sudo: the to-do is the owner's
        return self.sudo().todo_id.active

    def _give_todo(self):
        """Give the measures that are to be carried out now to their owners."""
        for action in self:
            if (
                action.capa_id.state == "in_progress"
                and not action.done_on
                and not action._has_todo()
            ):
                action._schedule_todo(
                    self.env._("Measure: %(action)s", action=action.name)
                )

    def _schedule_todo(self, summary):
        self.ensure_one()
        # sudo: whoever plans, the to-do is the system's
        action = self.sudo()
        action.todo_id = action.capa_id.activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=self._get_todo_user().id,
            date_deadline=self.due_date,
            summary=summary,
        )

    def _take_todo(self):
        """Nothing is to be done any more."""
        # sudo: the to-do is the owner's, whoever reports the measure done
        self.sudo().todo_id.filtered("active").unlink()

    def _follow_todo(self, vals):
        """The to-do follows the owner, the date and the name of the measure."""
        if "employee_id" in vals:
            self._take_todo()
            self._give_todo()
        elif {"due_date", "name"} & vals.keys():
            for action in self:
                # sudo: as above
                action.sudo().todo_id.filtered("active").write(
                    {
                        "date_deadline": action.due_date,
                        "summary": self.env._(
                            "Measure: %(action)s", action=action.name
                        ),
                    }
                )

    def _remind(self):
        """Say on the to-dos of ``self`` that they are overdue; who has none gets it."""
        for action in self:
            summary = self.env._("Overdue: %(action)s", action=action.name)
            if action._has_todo():
                # sudo: the reminder is the system's
                action.sudo().todo_id.summary = summary
            else:
                action._schedule_todo(summary)
