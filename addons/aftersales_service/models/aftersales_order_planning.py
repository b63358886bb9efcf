# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_round, format_datetime

from .aftersales_order import BUSY_STATES

#: states in which the order is promised to a technician
PROMISED_STATES = ("dispatched", "accepted")


class AftersalesOrder(models.Model):
    """Planning: who, when, and what speaks against it (R-DSP-01, -02, -03)."""

    _inherit = "aftersales.order"

    # === FIELDS ===#
    travel_hours = fields.Float(
        string="Travel (hours)",
        compute="_compute_travel_hours",
        store=True,
        readonly=False,
        precompute=True,
        help="One way; from the customer's distance and the speed in the settings.",
    )
    departure_planned = fields.Datetime(
        string="Leave at",
        compute="_compute_departure_planned",
        store=True,
        help="The appointment less the travel time.",
    )
    planned_hours = fields.Float(compute="_compute_planned_hours", store=True)
    required_grade = fields.Selection(
        [
            ("expert", "Expert"),
            ("senior", "Senior"),
            ("intermediate", "Intermediate"),
            ("junior", "Junior"),
        ],
        compute="_compute_required_qualification",
        store=True,
        readonly=False,
        precompute=True,
        help="At least one technician sent holds this grade or a higher one.",
    )
    required_skill_ids = fields.Many2many(
        "hr.skill",
        "aftersales_order_required_skill_rel",
        string="Required Skills",
        compute="_compute_required_qualification",
        store=True,
        readonly=False,
        precompute=True,
        help="Skills and certificates at least one technician sent must hold.",
    )
    has_conflict = fields.Boolean(
        string="Conflict", compute="_compute_has_conflict", store=True, index=True
    )
    conflict_text = fields.Text(
        string="Conflicts",
        compute="_compute_conflict_text",
        help="Double booking, absence, missing qualification; shown before saving.",
    )
    override_reason = fields.Char(
        string="Sent in Spite of",
        copy=False,
        readonly=True,
        tracking=True,
        help="The manager's reason to dispatch in spite of a conflict.",
    )

    _travel_hours_positive = models.Constraint(
        "CHECK (travel_hours >= 0)", "Travel hours can't be negative."
    )

    # === COMPUTE METHODS ===#
    @api.depends("partner_id", "site_id", "kind", "company_id")
    def _compute_travel_hours(self):
        for order in self:
            customer = order.partner_id
            distance = (
                order.site_id.service_distance
                or customer.service_distance
                or customer.commercial_partner_id.service_distance
            )
            speed = order.company_id.aftersales_travel_speed
            order.travel_hours = (
                float_round(distance / speed, precision_digits=2)
                if speed and order.kind != "remote"
                else 0.0
            )

    @api.depends("planned_start", "travel_hours")
    def _compute_departure_planned(self):
        for order in self:
            start = order.planned_start
            order.departure_planned = start and start - timedelta(
                hours=order.travel_hours
            )

    @api.depends("planned_start", "planned_end")
    def _compute_planned_hours(self):
        for order in self:
            order.planned_hours = (
                (order.planned_end - order.planned_start).total_seconds() / 3600
                if order.planned_start and order.planned_end
                else 0.0
            )

    @api.depends("lot_id", "request_id")
    def _compute_required_qualification(self):
        for order in self:
            product = order.lot_id.product_id or order.request_id.product_id
            order.required_grade = product.aftersales_required_grade
            order.required_skill_ids = product.aftersales_required_skill_ids

    def _conflict_depends(self):
        return (
            "state",
            "technician_ids",
            "planned_start",
            "planned_end",
            "travel_hours",
            "required_grade",
            "required_skill_ids",
        )

    @api.depends(_conflict_depends)
    def _compute_has_conflict(self):
        conflicts = self._get_conflicts()
        for order in self:
            order.has_conflict = bool(conflicts.get(order))

    @api.depends(_conflict_depends)
    def _compute_conflict_text(self):
        conflicts = self._get_conflicts()
        for order in self:
            order.conflict_text = "\n".join(conflicts.get(order, [])) or False

    # === BUSINESS METHODS ===#
    def _get_busy_window(self):
        """Return (start, end) the technicians are bound, the way there included."""
        self.ensure_one()
        start = self.planned_start
        if not start:
            return None, None
        start -= timedelta(hours=self.travel_hours)
        return start, max(self.planned_end or self.planned_start, self.planned_start)

    def _get_overlapping_orders(self):
        """Return the other busy orders of the same technicians at the same time; a
        superset, cut by the period all of ``self`` covers."""
        planned = self.filtered(lambda o: o.planned_start and o.technician_ids)
        if not planned:
            return self.browse()
        windows = [order._get_busy_window() for order in planned]
        # sudo: a technician's own order is compared with those he may not read
        return (
            self.sudo()
            .search(
                [
                    ("technician_ids", "in", planned.technician_ids.ids),
                    ("state", "in", BUSY_STATES),
                    ("planned_end", ">", min(start for start, __ in windows)),
                    ("departure_planned", "<", max(end for __, end in windows)),
                    ("id", "not in", self._origin.ids),
                ]
            )
            .with_env(self.env)
        )

    def _get_conflicts(self):
        """Return {order: [text]} of everything that speaks against sending the
        technicians of each order at its time. A constant number of queries."""
        conflicts = {}
        busy = self.filtered(
            lambda o: (
                o.state in BUSY_STATES
                and o.technician_ids
                and (o.planned_start or o.state in PROMISED_STATES)
            )
        )
        if not busy:
            return conflicts
        calendar = busy._get_bookings()
        for order in busy:
            texts = []
            for employee in order.technician_ids:
                texts += order._get_time_conflicts(employee, calendar)
            texts += order._get_team_qualification_issues()
            if texts:
                conflicts[order] = texts
        return conflicts

    def _get_bookings(self):
        """Return {employee id: [(start, end, order or None)]} of orders and absences
        around the appointments of ``self``."""
        windows = [order._get_busy_window() for order in self if order.planned_start]
        if not windows:
            return defaultdict(list)
        return self._get_bookings_between(
            self.technician_ids._origin,
            min(start for start, __ in windows),
            max(end for __, end in windows),
        )

    @api.model
    def _get_bookings_between(self, employees, date_from, date_to):
        """Return {employee id: [(start, end, order or None)]}: orders and absences of
        ``employees`` in a period, in a constant number of queries."""
        bookings = defaultdict(list)
        # sudo: whether and where somebody is planned, also by other departments
        orders = (
            self.env["aftersales.order"]
            .sudo()
            .search(
                [
                    ("technician_ids", "in", employees.ids),
                    ("state", "in", BUSY_STATES),
                    ("planned_end", ">", date_from),
                    ("departure_planned", "<", date_to),
                ]
            )
        )
        for order in orders:
            start, end = order._get_busy_window()
            for employee in order.technician_ids:
                bookings[employee.id].append((start, end, order))
        # sudo: whether somebody is away, not why
        employees = employees.sudo()
        employee_of = {employee.resource_id.id: employee.id for employee in employees}
        leaves = (
            self.env["resource.calendar.leaves"]
            .sudo()
            .search(
                [
                    ("resource_id", "in", list(employee_of)),
                    ("time_type", "=", "leave"),
                    ("date_to", ">", date_from),
                    ("date_from", "<", date_to),
                ]
            )
        )
        for leave in leaves:
            bookings[employee_of[leave.resource_id.id]].append(
                (leave.date_from, leave.date_to, None)
            )
        return bookings

    def _get_time_conflicts(self, employee, bookings=None, window=None):
        """Return texts: where else ``employee`` is at the time of this order.

        :param bookings: of ``_get_bookings``, to ask for many at once
        :param window: (start, end) to try instead of the order's own
        """
        self.ensure_one()
        start, end = window or self._get_busy_window()
        if not start:
            return []
        if bookings is None:
            bookings = self._get_bookings()
        texts = []
        for other_start, other_end, other in bookings[employee._origin.id]:
            if other and other.id == self._origin.id:
                continue
            if other_start >= end or other_end <= start:
                continue
            until = format_datetime(self.env, other_end, dt_format="short")
            if other:
                texts.append(
                    self.env._(
                        "%(employee)s is already planned for %(order)s until %(end)s.",
                        employee=employee.name,
                        order=other.name,
                        end=until,
                    )
                )
            else:
                texts.append(
                    self.env._(
                        "%(employee)s is absent until %(end)s.",
                        employee=employee.name,
                        end=until,
                    )
                )
        return texts

    def _get_team_qualification_issues(self):
        """Return texts when nobody in the team is qualified (R-DSP-02): others may
        come along to learn, none of them alone."""
        self.ensure_one()
        texts = []
        for employee in self.technician_ids:
            issues = employee._get_qualification_issues(
                self.planned_start, self.required_grade, self.required_skill_ids
            )
            if not issues:
                return []
            texts += issues
        return texts

    def _get_dispatch_blockers(self, employee):
        """Return texts: why ``employee`` can't be sent on this order now. Hook: the
        tools addon adds what he lacks or holds overdue."""
        self.ensure_one()
        return self._get_time_conflicts(employee)

    def _check_dispatch_blockers(self):
        """:raise UserError: with every reason, unless a manager gave his (R-DSP-01)"""
        for order in self:
            if order.override_reason:
                continue
            texts = []
            for employee in order.technician_ids:
                texts += order._get_dispatch_blockers(employee)
            texts += order._get_team_qualification_issues()
            if texts:
                raise UserError(
                    self.env._(
                        "%(order)s can't be dispatched:\n%(reasons)s\n\nChoose "
                        "another time or technician, or let the service manager "
                        "dispatch it with a reason.",
                        order=order.name,
                        reasons="\n".join(f"- {text}" for text in texts),
                    )
                )

    def _refresh_other_conflicts(self, touched=None):
        """Recompute the stored flag of the orders this one collides with, or did."""
        others = self._get_overlapping_orders()
        if touched:
            others |= touched.exists()
        if others:
            self.env.add_to_compute(self._fields["has_conflict"], others)

    def _check_replanning(self, vals):
        """A technician on his way or at work isn't moved by a drag on the board.

        :raise UserError: when the lead technician or appointment would change then
        """
        moved = {"technician_id", "planned_start"} & vals.keys()
        if not moved or self.env.context.get("aftersales_force_replanning"):
            return
        for order in self:
            if order.state in ("draft", *PROMISED_STATES):
                continue
            for fname in moved:
                value = vals[fname]
                if fname == "planned_start" and value:
                    value = fields.Datetime.to_datetime(value)
                current = order[fname]
                if fname == "technician_id":
                    current = current.id
                if (value or False) != (current or False):
                    raise UserError(
                        self.env._(
                            "%(order)s is %(state)s: its technician and appointment "
                            "can't be changed any more.",
                            order=order.name,
                            state=order._get_state_label(),
                        )
                    )

    def _after_replanning(self, leads):
        """Promised orders are promised again: checked, and put to a new technician.

        :param leads: {order id: lead technician before}
        """
        promised = self.filtered(lambda o: o.state in PROMISED_STATES)
        if not promised:
            return
        for order in promised:
            if not order.technician_id or not order.planned_start:
                order._action_back_to_draft()
        promised = promised.filtered(lambda o: o.state in PROMISED_STATES)
        promised._check_dispatch_blockers()
        handed_over = promised.filtered(
            lambda o: o.technician_id != leads.get(o.id, o.technician_id)
        )
        if handed_over:
            handed_over._set_state("dispatched", accepted_at=False)
            handed_over._notify_technicians()
