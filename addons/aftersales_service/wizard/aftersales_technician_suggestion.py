# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import Counter
from datetime import timedelta
from math import asin, cos, radians, sin, sqrt

from odoo import Command, api, fields, models


def distance_km(a, b):
    """Great-circle distance in km between two (latitude, longitude) in degrees."""
    lat_a, lon_a, lat_b, lon_b = map(radians, (*a, *b))
    chord = (
        sin((lat_b - lat_a) / 2) ** 2
        + cos(lat_a) * cos(lat_b) * sin((lon_b - lon_a) / 2) ** 2
    )
    return 2 * 6371.0 * asin(sqrt(chord))


class AftersalesTechnicianSuggestion(models.TransientModel):
    """Who is free, qualified, nearest and least loaded for an order (R-DSP-01)."""

    _name = "aftersales.technician.suggestion"
    _description = "Technician Suggestion"

    order_id = fields.Many2one("aftersales.order", required=True, ondelete="cascade")
    planned_start = fields.Datetime(
        string="Appointment",
        compute="_compute_planned",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    planned_end = fields.Datetime(
        compute="_compute_planned",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    line_ids = fields.One2many(
        "aftersales.technician.suggestion.line", "suggestion_id", string="Technicians"
    )

    # === COMPUTE METHODS ===#
    @api.depends("order_id")
    def _compute_planned(self):
        """The time of the order, else the next it can be reached."""
        now = fields.Datetime.now().replace(minute=0, second=0)
        for wizard in self:
            order = wizard.order_id
            start = order.planned_start or now + timedelta(hours=order.travel_hours + 1)
            wizard.planned_start = start
            wizard.planned_end = order.planned_end or start + timedelta(hours=8)

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        wizards = super().create(vals_list)
        for wizard in wizards:
            wizard._look()
        return wizards

    # === ACTION METHODS ===#
    def action_look_again(self):
        """Look who can go at the time entered."""
        self.ensure_one()
        self._look()
        return self._get_dialog()

    # === TOOLING ===#
    def _get_dialog(self):
        """Return the action that shows this record, whose lines are saved: the
        client presses no button of a line that is not."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_technician_suggestion_action"
        )
        return {**action, "res_id": self.id}

    def _look(self):
        self.line_ids = [
            Command.clear(),
            *(Command.create(vals) for vals in self._prepare_lines()),
        ]

    def _prepare_lines(self):
        """Return line values, the best first: free, qualified, same region, near,
        little work. A constant number of queries for any number of technicians."""
        self.ensure_one()
        order = self.order_id
        # sudo: planning looks at everybody's place and time, not at private data
        employees = (
            self.env["hr.employee"]
            .sudo()
            .search(
                [
                    ("is_technician", "=", True),
                    ("company_id", "=", order.company_id.id),
                ]
            )
        )
        window = (
            self.planned_start - timedelta(hours=order.travel_hours),
            self.planned_end,
        )
        bookings = order._get_bookings_between(employees, *window)
        workload = self._get_workload(employees)
        site = order.site_id or order.partner_id
        lines = []
        for employee in employees:
            conflicts = order._get_time_conflicts(employee, bookings, window)
            issues = employee._get_qualification_issues(
                self.planned_start, order.required_grade, order.required_skill_ids
            )
            near = self._get_distance(employee, site)
            lines.append(
                {
                    "employee_id": employee.id,
                    "is_free": not conflicts,
                    "is_qualified": not issues,
                    "same_region": bool(
                        order.region_id
                        and employee.aftersales_region_id == order.region_id
                    ),
                    "distance": near or 0.0,
                    "workload": workload[employee.id],
                    "remark": " ".join(conflicts + issues),
                }
            )
        lines.sort(
            key=lambda line: (
                not line["is_free"],
                not line["is_qualified"],
                not line["same_region"],
                line["distance"] or 99999,
                line["workload"],
            )
        )
        return [{"sequence": rank, **line} for rank, line in enumerate(lines)]

    def _get_workload(self, employees):
        """Return {employee id: hours planned in the week around the appointment}."""
        # sudo: the sum of hours planned, over all departments
        orders = (
            self.env["aftersales.order"]
            .sudo()
            .search(
                [
                    ("technician_ids", "in", employees.ids),
                    ("state", "not in", ("done", "cancelled", "reported")),
                    ("planned_start", ">=", self.planned_start - timedelta(days=4)),
                    ("planned_start", "<=", self.planned_start + timedelta(days=4)),
                    ("id", "!=", self.order_id.id),
                ]
            )
        )
        hours = Counter()
        for order in orders:
            for employee in order.technician_ids:
                hours[employee.id] += order.planned_hours + 2 * order.travel_hours
        return hours

    def _get_distance(self, employee, site):
        """Return km from the technician's home base to the site; None if unknown."""
        base = employee.aftersales_base_id or employee.company_id.partner_id
        if not (base.partner_latitude and site.partner_latitude):
            return site.service_distance or None
        return distance_km(
            (base.partner_latitude, base.partner_longitude),
            (site.partner_latitude, site.partner_longitude),
        )
