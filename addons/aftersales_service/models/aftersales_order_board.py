# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

import pytz

from odoo import api, fields, models
from odoo.fields import Domain


class AftersalesOrder(models.Model):
    """What the dispatch board shows beside the planned orders."""

    _inherit = "aftersales.order"

    misses_limit = fields.Boolean(
        string="After the Limit",
        compute="_compute_misses_limit",
        help="Planned later than the customer's limit for being on site.",
    )

    @api.depends("planned_start", "request_id")
    def _compute_misses_limit(self):
        limits = self._get_on_site_limits()
        for order in self:
            limit = limits.get(order.request_id.id)
            start = order.planned_start
            order.misses_limit = bool(limit and start and start > limit)

    def _get_on_site_limits(self):
        """Return {request id: until when somebody must be on site} of the requests
        that still wait for it (R-SLA-03); one query."""
        # sudo: the limit of an order's own request, whoever plans the order
        groups = (
            self.env["aftersales.sla.status"]
            .sudo()
            ._read_group(
                [
                    ("request_id", "in", self.request_id.ids),
                    ("metric", "=", "on_site"),
                    ("state", "in", ("running", "missed")),
                ],
                ["request_id"],
                ["deadline:min"],
            )
        )
        return {request.id: limit for request, limit in groups if limit}

    @api.model
    @api.readonly
    def get_board_data(self, domain=None, limit=100):
        """Return the technicians with their week's hours, their absences, the hours
        nobody works, and what is still to schedule: one call for the whole board.

        :param domain: filter of the search bar; applied to what is to schedule
        """
        self.check_access("read")
        now = fields.Datetime.now()
        date_from, date_to = now - timedelta(days=14), now + timedelta(days=45)
        # sudo: names, regions and absence times of technicians, no private data
        technicians = (
            self.env["hr.employee"]
            .sudo()
            .search(
                [
                    ("is_technician", "=", True),
                    ("company_id", "in", self.env.companies.ids),
                ],
                order="name, id",
            )
        )
        hours = dict(
            self._read_group(
                [
                    ("technician_id", "in", technicians.ids),
                    ("state", "not in", ("done", "cancelled")),
                    ("planned_start", ">=", now - timedelta(days=1)),
                    ("planned_start", "<", now + timedelta(days=7)),
                ],
                ["technician_id"],
                ["planned_hours:sum"],
            )
        )
        grades = dict(
            technicians._fields["technician_grade"]._description_selection(self.env)
        )
        return {
            "technicians": [
                {
                    "id": employee.id,
                    "name": employee.name,
                    "grade": grades.get(employee.technician_grade, ""),
                    "region": employee.aftersales_region_id.name or "",
                    "skills": employee.employee_skill_ids.skill_id.mapped("name"),
                    "qualified": not employee._get_qualification_issues(now),
                    "hours": round(hours.get(employee.with_env(self.env), 0.0), 1),
                }
                for employee in technicians
            ],
            "absences": self._get_board_absences(technicians, date_from, date_to),
            "closed": self._get_board_closed_hours(date_from, date_to),
            "unscheduled": self._get_board_unscheduled(domain, limit),
        }

    @api.model
    def _get_board_absences(self, technicians, date_from, date_to):
        employee_of = {employee.resource_id.id: employee.id for employee in technicians}
        # sudo: whether somebody is away, not why
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
        return [
            {
                "employee_id": employee_of[leave.resource_id.id],
                "start": fields.Datetime.to_string(leave.date_from),
                "end": fields.Datetime.to_string(leave.date_to),
            }
            for leave in leaves
        ]

    @api.model
    def _get_board_closed_hours(self, date_from, date_to):
        """Return the (start, end) outside the company's working hours."""
        # sudo: the working hours of the company
        calendar = self.env.company.sudo().resource_calendar_id
        if not calendar:
            return []
        start = pytz.utc.localize(date_from)
        end = pytz.utc.localize(date_to)
        closed, last = [], start
        for work_start, work_end, __ in calendar._work_intervals_batch(start, end)[
            False
        ]:
            # the lunch break isn't worth a stripe
            if (work_start - last).total_seconds() > 3 * 3600:
                closed.append((last, work_start))
            last = work_end
        closed.append((last, end))
        return [
            [
                fields.Datetime.to_string(
                    moment.astimezone(pytz.utc).replace(tzinfo=None)
                )
                for moment in interval
            ]
            for interval in closed
        ]

    @api.model
    def _get_board_unscheduled(self, domain, limit):
        # the filter of the search bar, without what only planned orders can fulfil
        chosen = Domain(domain or []).map_conditions(
            lambda condition: (
                Domain.TRUE
                if condition.field_expr
                in ("planned_start", "planned_end", "state", "technician_id")
                else condition
            )
        )
        domain = (
            chosen
            & Domain("state", "=", "draft")
            & (
                Domain("planned_start", "=", False)
                | Domain("technician_id", "=", False)
            )
        )
        orders = self.search(domain, limit=limit, order="priority desc, id")
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        limits = orders._get_on_site_limits()
        now = fields.Datetime.now()
        return [
            {
                "id": order.id,
                "name": order.name,
                "customer": order.partner_id.name or "",
                "machine": order.lot_id.name or "",
                "region": order.region_id.name or "",
                "kind": kinds.get(order.kind, ""),
                "priority": order.priority or "0",
                "travel": order.travel_hours,
                "hours": order.planned_hours or 4.0,
                "limit": fields.Datetime.to_string(limits.get(order.request_id.id))
                or "",
                "overdue": limits.get(order.request_id.id, now) < now,
            }
            for order in orders
        ]
