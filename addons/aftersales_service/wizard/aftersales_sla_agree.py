# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.exceptions import UserError


class AftersalesSlaAgree(models.TransientModel):
    """A limit can't be met: the customer agrees a new time, or not (R-SLA-06)."""

    _name = "aftersales.sla.agree"
    _description = "Agree a New Time"

    status_id = fields.Many2one("aftersales.sla.status", required=True)
    request_id = fields.Many2one(related="status_id.request_id")
    deadline = fields.Datetime(related="status_id.deadline", string="Limit So Far")
    new_deadline = fields.Datetime(string="New Time")
    reason = fields.Char(required=True)

    def action_agree(self):
        """Record the new time the customer agreed to.

        :raise UserError: after the old time passed, or for a time in the past
        """
        self.ensure_one()
        line = self.status_id
        line.request_id.check_access("write")
        self._check_open(line)
        now = fields.Datetime.now()
        if line.failed or (line.deadline and line.deadline < now):
            raise UserError(
                self.env._(
                    "The limit has passed: a new time is agreed before. Assign "
                    "another technician."
                )
            )
        if not self.new_deadline or self.new_deadline <= now:
            raise UserError(self.env._("The new time must lie in the future."))
        old = line.deadline
        # sudo: clocks are kept by the system
        line.sudo().write(
            {
                "deadline": self.new_deadline,
                "warn_at": line._get_agreed_warning(self.new_deadline),
                "warned": False,
                "agreed": True,
                "agreed_reason": self.reason,
                "agreed_user_id": self.env.user.id,
            }
        )
        request = line.request_id
        if line.metric == "on_site":
            request.appointment_at = self.new_deadline
        request._log_new_deadlines([(line, old)])
        request._log_reason(
            self.env._("New time agreed with the customer"), self.reason
        )
        return {"type": "ir.actions.act_window_close"}

    def action_refused(self):
        """The customer does not agree: propose to assign another technician."""
        self.ensure_one()
        line = self.status_id
        self._check_open(line)
        request = line.request_id
        request._log_reason(
            self.env._("The customer does not agree to a later time"), self.reason
        )
        user = request.user_id or request._get_manager_users()[:1] or self.env.user
        # sudo: a technician proposes on the dispatcher's list
        request.sudo().activity_schedule(
            "aftersales_service.mail_activity_type_sla_warning",
            summary=self.env._("Assign another technician"),
            note=self.reason,
            user_id=user.id,
        )
        return {"type": "ir.actions.act_window_close"}

    def _check_open(self, line):
        if line.state == "reached":
            raise UserError(self.env._("This limit has been reached already."))
