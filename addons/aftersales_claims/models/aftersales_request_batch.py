# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from functools import partial

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

#: kinds of request that tell of a fault
BATCH_KINDS = ("repair", "exchange", "complaint")


class AftersalesRequest(models.Model):
    _inherit = "aftersales.request"

    batch_alert_id = fields.Many2one(
        "aftersales.batch.alert",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    complaint_sheet_ids = fields.One2many(
        "aftersales.quality.complaint", "request_id", string="Complaint Sheets"
    )
    complaint_sheet_count = fields.Integer(
        compute="_compute_complaint_sheet_count",
        groups="aftersales_service.group_hotline,aftersales_service.group_quality",
    )

    # === COMPUTE METHODS ===#
    @api.depends("complaint_sheet_ids")
    @api.depends_context("uid")
    def _compute_complaint_sheet_count(self):
        counts = dict(
            self.env["aftersales.quality.complaint"]._read_group(
                [("request_id", "in", self.ids)], ["request_id"], ["__count"]
            )
        )
        for request in self:
            request.complaint_sheet_count = counts.get(request, 0)

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        if any(vals.get("batch_alert_id") for vals in vals_list):
            self._check_batch_link()
        requests = super().create(vals_list)
        requests._detect_batch_problem()
        return requests

    def write(self, vals):
        if "batch_alert_id" in vals:
            self._check_batch_link()
        res = super().write(vals)
        if {"lot_id", "kind_id", "state"} & vals.keys():
            self._leave_batch_alert()
        if vals.get("lot_id") or vals.get("kind_id"):
            self._detect_batch_problem()
        return res

    def unlink(self):
        self._quit_batch_alert(lambda _alert, _request: True)
        return super().unlink()

    def _check_batch_link(self):
        """:raises AccessError: somebody links a request to an alert by hand"""
        if not self.env.su:
            raise AccessError(
                self.env._(
                    "A request joins the alert of its batch by itself: correct its "
                    "serial number or the batch of the machine."
                )
            )

    def _detect_batch_problem(self):
        """Raise the alert when this request is one too many of its batch."""
        with_batch = self.filtered(lambda request: request.lot_id.batch_key)
        if with_batch:
            # sudo: the hotline sees its department only, the batch knows none
            self.env["aftersales.batch.alert"].sudo()._raise_for(with_batch.sudo())

    def _leave_batch_alert(self):
        """Whoever does not tell of the batch any more leaves its alert: the serial
        number, its batch or the kind was corrected, or the request was cancelled."""
        self._quit_batch_alert(lambda alert, request: not alert._concerns(request))

    def _quit_batch_alert(self, leaves):
        """Take those of ``self`` out of their alert of whom ``leaves(alert, request)``
        says so; the alert tells of it."""
        # sudo: the hotline sees its department only, the batch knows none
        joined = self.sudo().filtered("batch_alert_id")
        for alert, requests in joined.grouped("batch_alert_id").items():
            left = requests.filtered(partial(leaves, alert))
            if left:
                left.batch_alert_id = False
                alert._tell_left(left)

    @api.model
    def _get_batch_domain(self, company):
        """Return the requests that count for a batch alert of ``company``."""
        since = fields.Datetime.now() - relativedelta(
            days=company.aftersales_batch_days
        )
        return (
            Domain("company_id", "=", company.id)
            & Domain("reported_at", ">=", since)
            & Domain("state", "!=", "cancelled")
            & Domain("kind_code", "in", BATCH_KINDS)
            & Domain("lot_id.batch_key", "!=", False)
        )

    def action_view_batch_alert(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Batch Alert"),
            "res_model": "aftersales.batch.alert",
            "res_id": self.batch_alert_id.id,
            "view_mode": "form",
        }

    def action_view_complaint_sheets(self):
        """The complaint sheets of the request; one more is begun from there."""
        self.ensure_one()
        domain = [("request_id", "=", self.id)]
        return {
            **self.action_create_complaint_sheet(),
            "name": self.env._("Complaint Sheets"),
            "view_mode": "list,form",
            "domain": domain,
        }

    def action_create_complaint_sheet(self):
        """Open a complaint sheet filled from the request (R-CLM-16)."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Complaint Sheet"),
            "res_model": "aftersales.quality.complaint",
            "view_mode": "form",
            "context": {
                "default_request_id": self.id,
                "default_description": self.fault,
            },
        }
