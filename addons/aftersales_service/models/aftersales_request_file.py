# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AftersalesRequest(models.Model):
    """The file of a case: what the actions stamp on it, the logs, and its checks."""

    _inherit = "aftersales.request"

    # --- stamps ---
    answered_at = fields.Datetime(readonly=True, copy=False)
    approved_at = fields.Datetime(readonly=True, copy=False)
    guided_at = fields.Datetime(readonly=True, copy=False)
    solved_at = fields.Datetime(readonly=True, copy=False)
    closed_at = fields.Datetime(readonly=True, copy=False)
    cancel_reason = fields.Char(readonly=True, copy=False, tracking=True)
    state_before_wait = fields.Char(readonly=True, copy=False)
    reopen_count = fields.Integer(readonly=True, copy=False)
    merged_into_id = fields.Many2one(
        "aftersales.request", readonly=True, copy=False, index="btree_not_null"
    )
    split_from_id = fields.Many2one(
        "aftersales.request", readonly=True, copy=False, index="btree_not_null"
    )
    is_follow_priority = fields.Boolean(
        string="Priority Until Confirmed Running",
        readonly=True,
        copy=False,
        help="Guided by phone; stays a priority until the customer confirms that "
        "the machine runs.",
    )
    is_unreachable = fields.Boolean(
        string="Customer Unreachable",
        readonly=True,
        copy=False,
        help="Called in vain as often as the settings say.",
    )
    # --- logs ---
    handover_ids = fields.One2many(
        "aftersales.request.handover", "request_id", string="Hand-overs"
    )
    guidance_ids = fields.One2many("aftersales.request.guidance", "request_id")
    correction_ids = fields.One2many(
        "aftersales.request.correction", "request_id", string="Corrections"
    )
    pause_ids = fields.One2many("aftersales.request.pause", "request_id")
    call_ids = fields.One2many("aftersales.call", "request_id", string="Calls")
    sla_status_ids = fields.One2many(
        "aftersales.sla.status", "request_id", string="Time Limits"
    )
    sla_state = fields.Selection(
        [
            ("none", "No limit"),
            ("running", "On track"),
            ("warning", "Near its end"),
            ("overdue", "Overdue"),
            ("paused", "Paused"),
            ("met", "Met"),
            ("failed", "Missed"),
        ],
        string="Time Limits State",
        compute="_compute_sla_summary",
        store=True,
        index=True,
    )
    sla_deadline = fields.Datetime(
        string="Next Deadline", compute="_compute_sla_summary", store=True, index=True
    )
    order_ids = fields.One2many("aftersales.order", "request_id", string="Orders")
    order_count = fields.Integer(compute="_compute_order_count")

    # === COMPUTE METHODS ===#
    @api.depends("order_ids")
    def _compute_order_count(self):
        for request in self:
            request.order_count = len(request.order_ids)

    # === CONSTRAINT METHODS ===#
    @api.constrains("occurred_at", "reported_at")
    def _check_dates(self):
        # clocks of two machines differ a little
        soon = fields.Datetime.add(fields.Datetime.now(), minutes=5)
        for request in self:
            if request.reported_at > soon:
                raise ValidationError(
                    self.env._(
                        "%(name)s: the report can't lie in the future.",
                        name=request.name,
                    )
                )
            if request.occurred_at and request.occurred_at > request.reported_at:
                raise ValidationError(
                    self.env._(
                        "%(name)s: the fault can't happen after it was reported.",
                        name=request.name,
                    )
                )

    @api.constrains("quantity", "running_hours", "distance", "estimated_cost")
    def _check_figures(self):
        for request in self:
            figures = (
                request.quantity,
                request.running_hours,
                request.distance,
                # sudo: portal users report faults, the estimate isn't theirs to see
                request.sudo().estimated_cost,
            )
            if min(figures) < 0:
                raise ValidationError(
                    self.env._(
                        "%(name)s: quantity, running hours, distance and estimated "
                        "cost can't be negative.",
                        name=request.name,
                    )
                )
