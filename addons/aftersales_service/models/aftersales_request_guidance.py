# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError


class AftersalesRequestGuidance(models.Model):
    """Guidance given by phone or e-mail instead of a visit (R-INT-09)."""

    _name = "aftersales.request.guidance"
    _inherit = "aftersales.guard.mixin"
    _description = "Phone Guidance"
    _order = "guided_at desc, id desc"
    _rec_name = "request_id"

    request_id = fields.Many2one(
        "aftersales.request", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="request_id.company_id", store=True)
    guided_at = fields.Datetime(required=True, default=fields.Datetime.now)
    user_id = fields.Many2one(
        "res.users", string="Guided By", required=True, default=lambda s: s.env.user
    )
    channel = fields.Selection(
        [("phone", "Phone"), ("email", "E-mail"), ("video", "Video")],
        required=True,
        default="phone",
    )
    content = fields.Text(string="Guidance Given", required=True)
    result = fields.Selection(
        [
            ("pending", "To call back"),
            ("running", "Confirmed running"),
            ("not_running", "Not running"),
        ],
        required=True,
        default="pending",
    )
    called_back_at = fields.Datetime(readonly=True)
    callback_note = fields.Text()

    @api.constrains("guided_at")
    def _check_guided_at(self):
        """Guidance answers a report: it comes after it, and not tomorrow."""
        for line in self:
            request = line.request_id
            if not request.reported_at <= line.guided_at <= fields.Datetime.now():
                raise ValidationError(
                    self.env._(
                        "%(name)s: guidance is given after the report and not in the "
                        "future.",
                        name=request.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_callback_stamp(vals)
        lines = super().create(vals_list)
        for line in lines:
            request = line.request_id
            request._check_state_in(
                ("new", "assessed", "to_approve", "in_progress", "waiting", "solved")
            )
            request._mark_answered(line.guided_at)
            request._stamp(guided_at=line.guided_at, is_follow_priority=True)
            request._sla_start("guided", line.guided_at)
        lines.request_id._sla_reevaluate()
        lines.request_id._after_guidance()
        lines.filtered(lambda line: line.result != "pending")._after_callback()
        return lines

    def write(self, vals):
        self._check_callback_stamp(vals)
        pending = self.filtered(lambda line: line.result == "pending")
        res = super().write(vals)
        pending.filtered(lambda line: line.result != "pending")._after_callback()
        return res

    def _check_callback_stamp(self, vals):
        """:raise AccessError: the time of the call back is written by hand"""
        if vals.get("called_back_at") and not self.env.su:
            raise AccessError(
                self.env._("When the customer was called back is stamped by itself.")
            )

    def action_running(self):
        """The customer confirmed that the machine runs."""
        self._check_pending()
        self.write({"result": "running"})
        return True

    def action_not_running(self):
        """It does not run: the request goes on, a visit is needed."""
        self._check_pending()
        self.write({"result": "not_running"})
        self.request_id.write({"needs_visit": True})
        self.request_id._sla_reevaluate()
        return True

    def _check_pending(self):
        for line in self:
            if line.result != "pending":
                raise UserError(self.env._("The customer was called back already."))

    def _after_callback(self):
        now = fields.Datetime.now()
        for line in self:
            # sudo: a stamp of the system
            line.sudo().called_back_at = line.called_back_at or now
            request = line.request_id
            request._sla_reach("callback", line.called_back_at)
            if all(other.result == "running" for other in request.guidance_ids[:1]):
                request._stamp(is_follow_priority=False)
