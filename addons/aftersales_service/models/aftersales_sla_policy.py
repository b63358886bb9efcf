# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.working_time import WorkingTime

#: fields of a request that decide which policy applies
CONDITION_FIELDS = (
    "kind_id",
    "level",
    "priority",
    "service_category",
    "partner_id",
    "product_id",
    "distance",
    "region_id",
    "fault_area",
    "needs_supplier",
)
#: fields of a policy that decide what its running clocks show
CLOCK_FIELDS = ("hours", "minutes", "warning_minutes", "calendar_mode", "calendar_id")


class AftersalesSlaPolicy(models.Model):
    """A time limit: what must happen, how soon, for which requests (R-SLA-01 …)."""

    _name = "aftersales.sla.policy"
    _description = "Time Limit"
    _order = "sequence, id"

    # === FIELDS ===#
    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(
        default=10,
        help="Of several policies for the same event the first that fits counts.",
    )
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: for every company."
    )
    metric = fields.Selection(
        [
            ("answer", "Answer"),
            ("dispatch", "Dispatch"),
            ("on_site", "On Site"),
            ("resolve", "Resolve"),
            ("callback", "Call Back"),
            ("forward", "Forward in Writing"),
        ],
        required=True,
        help="The event that stops the clock.",
    )
    start_event = fields.Selection(
        [
            ("reported", "Customer Report"),
            ("answered", "Answered"),
            ("approved", "Approved"),
            ("guided", "Guided by Phone"),
            ("solved", "Solved"),
        ],
        required=True,
        default="reported",
        help="The event that starts the clock.",
    )
    hours = fields.Integer()
    minutes = fields.Integer()
    warning_minutes = fields.Integer(
        string="Warning Before (minutes)",
        help="Working minutes before the deadline at which the responsible person "
        "is warned; 0 means no warning.",
    )
    at_agreed_time = fields.Boolean(
        string="Agreed With the Customer",
        help="The deadline is the visit time agreed with the customer on the "
        "request; there is no limit as long as none is agreed.",
    )
    calendar_mode = fields.Selection(
        [
            ("company", "Company's working hours"),
            ("policy", "This policy's calendar"),
            ("customer", "Customer's calendar, else the company's"),
            ("clock", "Around the clock, holidays excepted"),
            ("always", "Around the clock, every day"),
        ],
        string="Time Counted",
        required=True,
        default="company",
    )
    calendar_id = fields.Many2one("resource.calendar")
    # conditions
    kind_ids = fields.Many2many("aftersales.request.kind", string="Kinds")
    level = fields.Selection(
        [("1", "Level 1"), ("2", "Level 2"), ("3", "Level 3"), ("4", "Level 4")]
    )
    priority = fields.Selection(
        [("0", "Normal"), ("1", "Urgent"), ("2", "Machine down")],
        help="Empty: any priority.",
    )
    service_category = fields.Selection(
        [
            ("a", "A Chargeable"),
            ("b", "B Contract"),
            ("c", "C Free (Warranty)"),
            ("d", "D Internal"),
        ]
    )
    distance_from = fields.Float(
        string="Farther Than (km)",
        help="Requests whose distance is not known fit no distance bracket.",
    )
    distance_to = fields.Float(string="Up To (km)", help="0 means no upper limit.")
    region_ids = fields.Many2many("aftersales.region", string="Regions")
    partner_ids = fields.Many2many("res.partner", string="Customers")
    product_ids = fields.Many2many("product.product", string="Products")
    categ_ids = fields.Many2many("product.category", string="Product Categories")
    fault_area = fields.Selection([("body", "Body"), ("chassis", "Chassis or engine")])
    needs_supplier = fields.Selection(
        [("yes", "Needs the supplier"), ("no", "Without the supplier")]
    )
    status_ids = fields.One2many("aftersales.sla.status", "policy_id", string="Clocks")

    _positive = models.Constraint(
        "CHECK(hours >= 0 AND minutes >= 0 AND warning_minutes >= 0)",
        "A time limit can't be negative.",
    )
    _bracket = models.Constraint(
        "CHECK(distance_from >= 0"
        " AND (distance_to = 0 OR distance_to > distance_from))",
        "The distance bracket ends before it begins.",
    )

    # === CONSTRAINT METHODS ===#
    @api.constrains(
        "hours", "minutes", "at_agreed_time", "calendar_mode", "calendar_id"
    )
    def _check_limit(self):
        for policy in self:
            if not policy.at_agreed_time and policy._get_limit_seconds() <= 0:
                raise ValidationError(
                    self.env._(
                        "The time limit %(name)s needs hours or minutes.",
                        name=policy.name,
                    )
                )
            if policy.calendar_mode == "policy" and not policy.calendar_id:
                raise ValidationError(
                    self.env._(
                        "The time limit %(name)s needs a calendar.", name=policy.name
                    )
                )

    # === CRUD METHODS ===#
    def write(self, vals):
        res = super().write(vals)
        if any(fname in vals for fname in CLOCK_FIELDS):
            lines = self.env["aftersales.sla.status"].search(
                [
                    ("policy_id", "in", self.ids),
                    ("state", "in", ("running", "paused")),
                    ("failed", "=", False),
                ]
            )
            lines._refresh_clocks(log=True)
        return res

    # === ACTION METHODS ===#
    def action_reevaluate(self):
        """Choose the limits of the open requests again, after conditions changed."""
        requests = self.env["aftersales.request"].search(
            [("state", "not in", ("solved", "closed", "cancelled"))]
        )
        requests._sla_reevaluate()
        return True

    # === BUSINESS METHODS ===#
    def _get_limit_seconds(self):
        self.ensure_one()
        return self.hours * 3600 + self.minutes * 60

    @api.model
    def _get_candidates(self, start_events=None):
        """Return the active policies, in order, of all companies."""
        domain = []
        if start_events:
            domain = [("start_event", "in", list(start_events))]
        # sudo: whoever receives a request starts its clocks, whatever he may read
        return self.sudo().search(domain)

    def _fits(self, request):
        """Return whether this policy applies to ``request``; in memory only."""
        self.ensure_one()
        if self.company_id and self.company_id != request.company_id:
            return False
        if self.at_agreed_time and not request.appointment_at:
            return False
        if self.kind_ids and request.kind_id not in self.kind_ids:
            return False
        for fname in ("level", "priority", "service_category", "fault_area"):
            if self[fname] and self[fname] != request[fname]:
                return False
        if self.needs_supplier and (
            (self.needs_supplier == "yes") != request.needs_supplier
        ):
            return False
        return self._fits_place(request) and self._fits_product(request)

    def _fits_place(self, request):
        if self.distance_from or self.distance_to:
            distance = request.distance
            if not distance or distance <= self.distance_from:
                return False
            if self.distance_to and distance > self.distance_to:
                return False
        if self.region_ids and request.region_id not in self.region_ids:
            return False
        partners = request.partner_id | request.partner_id.commercial_partner_id
        return not self.partner_ids or bool(self.partner_ids & partners)

    def _fits_product(self, request):
        if not (self.product_ids or self.categ_ids):
            return True
        if request.product_id in self.product_ids:
            return True
        # parent_path instead of child_of: no query per request
        path = request.product_id.categ_id.parent_path or ""
        ancestors = {int(part) for part in path.split("/") if part}
        return not ancestors.isdisjoint(self.categ_ids.ids)

    def _get_calendar(self, request):
        """Return (calendar, mode) whose time counts for ``request``."""
        self.ensure_one()
        company_calendar = request.company_id.resource_calendar_id
        if self.calendar_mode == "policy":
            return self.calendar_id, "work"
        if self.calendar_mode == "customer":
            customer = request.partner_id
            calendar = (
                customer.aftersales_calendar_id
                or customer.commercial_partner_id.aftersales_calendar_id
            )
            return calendar or company_calendar, "work"
        if self.calendar_mode == "company":
            return company_calendar, "work"
        return company_calendar, self.calendar_mode

    @api.model
    def _read_working_time(self, calendar, mode, company, start, end):
        """Read a calendar once for a whole batch of clocks.

        :param calendar: resource.calendar
        :param mode: work (attendances less holidays), clock (all but holidays) or
            always
        :param company: res.company whose holidays count
        :return: :class:`WorkingTime` between the naive UTC datetimes
        """
        start -= timedelta(seconds=1)
        if mode == "always" or not calendar:
            return WorkingTime([(start, end)], until=end)
        aware = [moment.replace(tzinfo=pytz.utc) for moment in (start, end)]
        # without the company, holidays of other companies would count too
        domain = [
            ("time_type", "=", "leave"),
            ("company_id", "in", [False, company.id]),
        ]
        if mode == "clock":
            leaves = calendar._leave_intervals_batch(*aware, domain=domain)[False]
            holidays = [_naive(leave) for leave in leaves]
            return WorkingTime([(start, end)], until=end).without(holidays)
        intervals = calendar._work_intervals_batch(*aware, domain=domain)[False]
        return WorkingTime([_naive(interval) for interval in intervals], until=end)


def _naive(interval):
    """Return (start, end) of a calendar interval as naive UTC datetimes."""
    return tuple(
        moment.astimezone(pytz.utc).replace(tzinfo=None) for moment in interval[:2]
    )
