# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import format_datetime


class AftersalesRequest(models.Model):
    """Guidance makes a call due; an open call-back keeps the request open."""

    _inherit = "aftersales.request"

    followup_ids = fields.One2many(
        "aftersales.followup", "request_id", string="Follow-ups"
    )
    followup_count = fields.Integer(compute="_compute_followup_count")

    def _compute_followup_count(self):
        counts = {}
        if self.env["aftersales.followup"].has_access("read"):
            counts = dict(
                self.env["aftersales.followup"]._read_group(
                    [("request_id", "in", self.ids)], ["request_id"], ["__count"]
                )
            )
        for request in self:
            request.followup_count = counts.get(request, 0)

    complaint_ids = fields.One2many(
        "aftersales.complaint", "request_id", string="Complaints"
    )
    complaint_count = fields.Integer(compute="_compute_complaint_count")

    def _compute_complaint_count(self):
        counts = {}
        if self.env["aftersales.complaint"].has_access("read"):
            counts = dict(
                self.env["aftersales.complaint"]._read_group(
                    [("request_id", "in", self.ids)], ["request_id"], ["__count"]
                )
            )
        for request in self:
            request.complaint_count = counts.get(request, 0)

    def action_view_complaints(self):
        """Open the complaints of the request; a new one is filled in from it."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Complaints"),
            "res_model": "aftersales.complaint",
            "view_mode": "list,form" if self.complaint_count else "form",
            "domain": [("request_id", "=", self.id)],
            "context": {
                "default_request_id": self.id,
                "default_partner_id": self.partner_id.id,
                "default_text": self.fault,
            },
        }

    def _after_guidance(self):
        res = super()._after_guidance()
        self.env["aftersales.followup"]._generate("guidance", self)
        return res

    def _get_close_blockers(self):
        blockers = super()._get_close_blockers()
        # sudo: the call blocks, whoever closes
        waiting = self.sudo().followup_ids.filtered_domain(
            self.env["aftersales.followup"]._get_open_domain()
        )
        blockers += [
            self.env._(
                "The customer is still to be called back: %(number)s, due %(due)s.",
                number=followup.name,
                due=format_datetime(self.env, followup.due_at, dt_format="short"),
            )
            for followup in waiting
        ]
        return blockers

    def action_view_followups(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_followup_action"
        )
        return {
            **action,
            "domain": [("request_id", "=", self.id)],
            "context": {"default_request_id": self.id},
        }

    def _get_survey_followups(self):
        """Return the open follow-ups the customer's own answer finishes: surveys, and
        calls about the work just done; later contacts are not spared by it."""
        # sudo: the customer answers by his link or on his page
        Followup = self.env["aftersales.followup"].sudo()
        return Followup.search(
            Domain("request_id", "in", self.ids)
            & Domain("state", "=", "due")
            & (
                Domain("channel", "=", "survey")
                | Domain("trigger", "in", ("order", "guidance", "recheck"))
            )
        )

    def rating_apply(self, rate, *args, **kwargs):
        """The customer's answer to a survey finishes the open follow-up (R-FUP-04)."""
        rating = super().rating_apply(rate, *args, **kwargs)
        followups = self._get_survey_followups()
        if followups:
            followups.write(
                {
                    "channel": "survey",
                    "satisfaction": str(min(5, max(1, round(rate)))),
                    "result": kwargs.get("feedback") or rating.feedback,
                }
            )
            followups.action_done()
        return rating
