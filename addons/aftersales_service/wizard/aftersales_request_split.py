# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.exceptions import UserError

from ..models.aftersales_request import OPEN_STATES


class AftersalesRequestSplit(models.TransientModel):
    """Splits a second matter off a request; chosen messages go with it."""

    _name = "aftersales.request.split"
    _description = "Split a Request"

    request_id = fields.Many2one(
        "aftersales.request",
        required=True,
        default=lambda self: self.env.context.get("active_id"),
    )
    title = fields.Char(string="Subject")
    fault = fields.Text(string="Fault Phenomenon", required=True)
    serial_number = fields.Char()
    message_ids = fields.Many2many(
        "mail.message",
        string="Messages to Move",
        domain="[('model', '=', 'aftersales.request'), ('res_id', '=', request_id)]",
    )
    attachment_ids = fields.Many2many(
        "ir.attachment",
        string="Attachments to Move",
        domain="[('res_model', '=', 'aftersales.request'), "
        "('res_id', '=', request_id)]",
    )

    def action_split(self):
        """Create the second request; its limits run since the same report.

        :raise UserError: for a finished request, or messages of another one
        """
        self.ensure_one()
        request = self.request_id
        request._check_state_in(OPEN_STATES)
        request.check_access("write")
        foreign = self.message_ids.filtered(
            lambda message: (
                (message.model, message.res_id) != (request._name, request.id)
            )
        )
        foreign_files = self.attachment_ids.filtered(
            lambda file: (file.res_model, file.res_id) != (request._name, request.id)
        )
        if foreign or foreign_files:
            raise UserError(
                self.env._("Messages and attachments of another document stay there.")
            )
        new = self.env["aftersales.request"].create(self._prepare_request_vals())
        self._take_clocks(new)
        # sudo: moved whole, whoever wrote them
        files = (self.attachment_ids | self.message_ids.attachment_ids).sudo()
        files.filtered(
            lambda file: (file.res_model, file.res_id) == (request._name, request.id)
        ).write({"res_id": new.id})
        self.message_ids.sudo().write({"res_id": new.id})
        request._message_log(body=self.env._("Split off: %(name)s", name=new.name))
        new._message_log(body=self.env._("Split from %(name)s", name=request.name))
        return {
            "type": "ir.actions.act_window",
            "res_model": "aftersales.request",
            "res_id": new.id,
            "view_mode": "form",
        }

    def _take_clocks(self, new):
        """The report was answered, and the time stood still, for this matter too."""
        request = self.request_id
        now = fields.Datetime.now()
        # sudo: pauses and clocks are kept by the system
        sudo = request.sudo()
        self.env["aftersales.request.pause"].sudo().create(
            [
                {
                    "request_id": new.id,
                    "date_from": pause.date_from,
                    "date_to": pause.date_to or now,
                    "reason": pause.reason,
                }
                for pause in sudo.pause_ids
                if not pause.origin_request_id
            ]
        )
        new.sla_status_ids._refresh_clocks()
        if request.answered_at:
            new._mark_answered(request.answered_at)

    def _prepare_request_vals(self):
        self.ensure_one()
        request = self.request_id
        vals = {
            fname: request[fname].id
            for fname in (
                "company_id",
                "department_id",
                "user_id",
                "kind_id",
                "partner_id",
                "contact_id",
                "site_id",
            )
        }
        for fname in (
            "channel",
            "priority",
            "reported_at",
            "contact_name",
            "phone",
            "email_from",
        ):
            vals[fname] = request[fname]
        vals.update(
            split_from_id=request.id,
            title=self.title,
            fault=self.fault,
            serial_number=self.serial_number,
        )
        return vals
