# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import Command, api, fields, models

from odoo.addons.aftersales_service.tools.language import in_company_language


class AftersalesCapa(models.Model):
    """What comes back, and what is not done in time (R-CLM-16)."""

    _inherit = "aftersales.capa"

    reminded_on = fields.Date(readonly=True, copy=False)

    # === CRUD METHODS ===#
    def write(self, vals):
        before = {sheet: sheet.user_id for sheet in self if "user_id" in vals}
        res = super().write(vals)
        for sheet, leader in before.items():
            sheet._hand_over_todos(leader)
        if "due_date" in vals:
            # sudo: the leader is reminded of the new date, too
            self.sudo().filtered("reminded_on").reminded_on = False
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_recurrence(self):
        """A sheet that was begun by mistake is no recurrence."""
        for sheet in self:
            # sudo: whoever may read the earlier sheet
            earlier = sheet.sudo().recurrence_of_id
            if earlier.recurrence_count:
                earlier.recurrence_count -= 1

    # === BUSINESS METHODS ===#
    def _hand_over_todos(self, before):
        """What the leader ``before`` was to do is done by who leads now; measures he
        answers for himself stay his."""
        self.ensure_one()
        if before and before != self.user_id:
            # sudo: they are somebody else's
            sheet = self.sudo()
            own = sheet.action_ids.filtered(
                lambda action: action.employee_id.user_id == before
            ).todo_id
            todos = sheet.activity_ids - own
            todos = todos.filtered(
                lambda todo: todo.automated and todo.user_id == before
            )
            todos.user_id = self._get_leader()

    def _get_leader(self):
        """Return the res.users who leads the sheet, while he is there; else one of
        quality."""
        self.ensure_one()
        return (
            self.user_id.filtered("active")
            or self.company_id._get_aftersales_stand_in("group_quality")
            or self.env.user
        )

    @api.model
    def _find_earlier(self, product, symptom, company, exclude=None):
        """Return the latest sheet of the same product and symptom whose measure
        should still hold: open, or closed inside the recurrence window."""
        since = company._get_aftersales_today() - relativedelta(
            days=company.aftersales_recurrence_days
        )
        return self.search(
            [
                ("company_id", "=", company.id),
                ("product_id", "=", product.id),
                ("symptom_id", "=", symptom.id),
                ("id", "not in", exclude.ids if exclude else []),
                "|",
                ("state", "in", ("draft", "in_progress", "implemented")),
                "&",
                ("state", "=", "closed"),
                ("verified_on", ">=", since),
            ],
            order="date desc, id desc",
            limit=1,
        )

    def _recur(self, complaint=None, capa=None):
        """The same symptom came back: link it and reopen a closed measure."""
        self.ensure_one()
        vals = {"recurrence_count": self.recurrence_count + 1}
        if complaint:
            vals["complaint_ids"] = [Command.link(complaint.id)]
        if capa:
            # sudo: the link is the system's, not the user's
            capa.sudo().recurrence_of_id = self
        self._write_guarded(vals)
        source = complaint or capa
        self.message_post(
            body=self.env._("The symptom came back: %(number)s.", number=source.name)
        )
        if self.state == "closed":
            self._reopen()

    # === CRON ===#
    @api.model
    @in_company_language
    def _cron_remind(self):
        """Remind the owners of overdue measures and the leaders of overdue sheets,
        once for each date; whoever has a measure without a to-do gets it."""
        for company in self.env["res.company"].search([]):
            today = company._get_aftersales_today()
            # begun before measures had to-dos; one ticked off is not given again
            self.env["aftersales.capa.action"].search(
                [
                    ("company_id", "=", company.id),
                    ("done_on", "=", False),
                    ("todo_id", "=", False),
                    ("reminded_on", "=", False),
                    ("due_date", ">=", today),
                    ("capa_id.state", "=", "in_progress"),
                ]
            )._give_todo()
            actions = self.env["aftersales.capa.action"].search(
                [
                    ("company_id", "=", company.id),
                    ("done_on", "=", False),
                    ("reminded_on", "=", False),
                    ("due_date", "<", today),
                    ("capa_id.state", "in", ("draft", "in_progress")),
                ]
            )
            actions._remind()
            # sudo: the reminder is the system's
            actions.sudo().reminded_on = today
            sheets = self.search(
                [
                    ("company_id", "=", company.id),
                    ("reminded_on", "=", False),
                    ("due_date", "<", today),
                    ("state", "in", ("draft", "in_progress", "implemented")),
                ]
            )
            for sheet in sheets:
                sheet.activity_schedule(
                    "mail.mail_activity_data_todo",
                    user_id=sheet._get_leader().id,
                    summary=self.env._("Overdue: %(action)s", action=sheet.name),
                )
            # sudo: as above
            sheets.sudo().reminded_on = today
