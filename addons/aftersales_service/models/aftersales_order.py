# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

from ..tools.guard import without_copies
from ..tools.kanban import order_states

#: states in which an order occupies its technicians
BUSY_STATES = ("draft", "dispatched", "accepted", "travelling", "on_site")
#: kind of request -> kind of order proposed
KIND_OF_REQUEST = {
    "commissioning": "commissioning",
    "training": "training",
    "visit": "visit",
    "question": "remote",
}


class AftersalesOrder(models.Model):
    """One dispatch or visit with its report (sections 3 and 4 of the rulebook).

    ============  =====================  =======================================
    State         Action                 Who, and on which condition
    ============  =====================  =======================================
    draft         action_dispatch        dispatcher; no conflict, or a manager's
                                         reason (R-DSP-01, R-DSP-02)
    dispatched    action_accept/_refuse  technician; a refusal is logged
    accepted      action_depart          technician; "before" checks done
    travelling    action_arrive          technician
    on_site       action_start_work,     technician; consent when chargeable,
                  action_submit_report   nothing missing (R-DSP-07, R-DSP-09)
    reported      action_done            dispatcher; every part accounted for
    any open one  action_cancel          dispatcher
    ============  =====================  =======================================

    Planning is in ``aftersales_order_planning``, the actions in ``_workflow``, parts
    in ``_transfer``, the report in ``_report``, the phone in ``_phone``, who may write
    what in ``_protection``.
    """

    _name = "aftersales.order"
    _description = "Service Order"
    _inherit = ["hr.mixin", "portal.mixin", "rating.mixin", "mail.activity.mixin"]
    _order = "planned_start desc, id desc"
    _check_company_auto = True

    # === FIELDS ===#
    name = fields.Char(
        string="Number",
        default=lambda self: self.env._("New"),
        copy=False,
        readonly=True,
        required=True,
        index="trigram",
    )
    request_id = fields.Many2one(
        "aftersales.request",
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    state = fields.Selection(
        [
            ("draft", "To Schedule"),
            ("dispatched", "Dispatched"),
            ("accepted", "Accepted"),
            ("travelling", "Travelling"),
            ("on_site", "On Site"),
            ("reported", "Reported"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=order_states,
    )
    kind = fields.Selection(
        [
            ("repair", "Repair"),
            ("commissioning", "Commissioning"),
            ("training", "Training"),
            ("visit", "Visit"),
            ("remote", "Remote guidance"),
        ],
        compute="_compute_kind",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    department_id = fields.Many2one(
        "hr.department",
        compute="_compute_from_request",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
        index="btree_not_null",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        compute="_compute_from_request",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        check_company=True,
    )
    site_id = fields.Many2one(
        "res.partner",
        compute="_compute_from_request",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
    )
    contact_id = fields.Many2one(
        "res.partner",
        compute="_compute_from_request",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
    )
    lot_id = fields.Many2one(
        "stock.lot",
        string="Machine",
        compute="_compute_from_request",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        check_company=True,
    )
    technician_id = fields.Many2one(
        "hr.employee",
        string="Lead Technician",
        index="btree_not_null",
        check_company=True,
        domain=[("is_technician", "=", True)],
        tracking=True,
    )
    technician_ids = fields.Many2many(
        "hr.employee",
        "aftersales_order_technician_rel",
        "order_id",
        "employee_id",
        string="Technicians",
        check_company=True,
        domain=[("is_technician", "=", True)],
        help="Everyone sent on this order, the lead technician included.",
    )
    priority = fields.Selection(related="request_id.priority", store=True)
    region_id = fields.Many2one(
        "aftersales.region",
        compute="_compute_region_id",
        store=True,
        index="btree_not_null",
    )
    origin_order_id = fields.Many2one(
        "aftersales.order",
        string="Continues",
        copy=False,
        readonly=True,
        index="btree_not_null",
        check_company=True,
        help="The order whose unfinished work this one does.",
    )
    follow_on_ids = fields.One2many(
        "aftersales.order", "origin_order_id", string="Follow-on Orders"
    )
    work_to_do = fields.Text(help="What is asked of the technician.")
    planned_start = fields.Datetime(
        string="Appointment", index=True, tracking=True, copy=False
    )
    planned_end = fields.Datetime(copy=False)
    dispatched_at = fields.Datetime(readonly=True, copy=False)
    accepted_at = fields.Datetime(readonly=True, copy=False)
    departed_at = fields.Datetime(readonly=True, copy=False)
    arrived_at = fields.Datetime(readonly=True, copy=False)
    work_started_at = fields.Datetime(readonly=True, copy=False)
    finished_at = fields.Datetime(readonly=True, copy=False)
    reported_at = fields.Datetime(readonly=True, copy=False)
    part_ids = fields.One2many("aftersales.order.part", "order_id", string="Parts")
    picking_ids = fields.One2many(
        "stock.picking", "aftersales_order_id", string="Transfers"
    )

    log_ids = fields.One2many("aftersales.order.log", "order_id", string="Service Log")
    expense_ids = fields.One2many(
        "aftersales.order.expense", "order_id", string="Expenses and Overtime"
    )
    attendee_ids = fields.One2many(
        "aftersales.training.attendee", "order_id", string="Attendance Sheet"
    )
    refusal_ids = fields.One2many(
        "aftersales.order.refusal", "order_id", string="Refusals"
    )
    is_mine = fields.Boolean(
        compute="_compute_is_mine",
        search="_search_is_mine",
        help="The current user is one of the technicians.",
    )

    is_my_region = fields.Boolean(
        compute="_compute_is_my_region", search="_search_is_my_region"
    )

    _planned_dates = models.Constraint(
        "CHECK (planned_end IS NULL OR planned_start IS NULL "
        "OR planned_end >= planned_start)",
        "The planned end must not be before the appointment.",
    )
    _board_index = models.Index("(company_id, planned_start, planned_end)")
    # the date of the order analysis, as that view writes it
    _report_index = models.Index(
        "((COALESCE(finished_at, planned_start, create_date)))"
    )

    # === COMPUTE METHODS ===#
    @api.depends("request_id")
    def _compute_kind(self):
        for order in self:
            kind = KIND_OF_REQUEST.get(order.request_id.kind_code, "repair")
            order.kind = order.kind or kind

    @api.depends("request_id")
    def _compute_from_request(self):
        """Copy from the request once; corrected on the order afterwards."""
        for order in self:
            request = order.request_id
            order.department_id = (
                request.department_id
                or order.department_id
                or order.company_id.aftersales_department_id
            )
            order.partner_id = request.partner_id or order.partner_id
            order.site_id = request.site_id or order.site_id
            order.contact_id = request.contact_id or order.contact_id
            order.lot_id = request.lot_id or order.lot_id

    @api.depends(
        "site_id.aftersales_region_id",
        "partner_id.aftersales_region_id",
        "partner_id.commercial_partner_id.aftersales_region_id",
    )
    def _compute_region_id(self):
        for order in self:
            customer = order.partner_id
            order.region_id = (
                order.site_id.aftersales_region_id
                or customer.aftersales_region_id
                or customer.commercial_partner_id.aftersales_region_id
            )

    @api.depends_context("uid")
    @api.depends("technician_ids.user_id")
    def _compute_is_mine(self):
        mine = self.env.user.employee_ids
        for order in self:
            order.is_mine = bool(order.technician_ids & mine)

    def _search_is_mine(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("technician_ids", "in", self.env.user.employee_ids.ids)]

    @api.depends_context("uid")
    @api.depends("region_id")
    def _compute_is_my_region(self):
        region = self.env.user.employee_id.aftersales_region_id
        for order in self:
            order.is_my_region = bool(region and order.region_id == region)

    def _search_is_my_region(self, operator, value):
        if operator != "in":
            return NotImplemented
        region = self.env.user.employee_id.aftersales_region_id
        return [("region_id", "in", region.ids)]

    def _compute_access_url(self):
        res = super()._compute_access_url()
        for order in self:
            order.access_url = f"/my/service-orders/{order.id}"
        return res

    def _get_report_base_filename(self):
        """Return the name of the file downloaded from the portal, without ending."""
        self.ensure_one()
        return self.name

    # === ONCHANGE METHODS ===#
    @api.onchange("technician_id")
    def _onchange_technician_id(self):
        if self.technician_id:
            self.technician_ids = (
                self.technician_ids - self._origin.technician_id
            ) | self.technician_id

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        self._check_create_fields(vals_list)
        self, vals_list = without_copies(self, vals_list)
        unnamed = [vals for vals in vals_list if not vals.get("name")]
        names = self.env["ir.sequence"]._next_batch("aftersales.order", len(unnamed))
        for vals, name in zip(unnamed, names, strict=True):
            vals["name"] = name
        # browsed together: one query for all orders
        requests = self.env["aftersales.request"].browse(
            {vals["request_id"] for vals in vals_list if vals.get("request_id")}
        )
        companies = {request.id: request.company_id.id for request in requests}
        for vals in vals_list:
            if vals.get("request_id") and not vals.get("company_id"):
                vals["company_id"] = companies[vals["request_id"]]
            # here rather than afterwards: one insert for all orders
            if vals.get("technician_id"):
                vals["technician_ids"] = [
                    *(vals.get("technician_ids") or []),
                    fields.Command.link(vals["technician_id"]),
                ]
        orders = super().create(vals_list)
        orders._sync_lead_technician({})
        orders._refresh_other_conflicts()
        return orders

    def write(self, vals):
        self._check_protected_fields(vals)
        planning = {
            "technician_id",
            "technician_ids",
            "planned_start",
            "planned_end",
            "travel_hours",
            "state",
        } & vals.keys()
        if not planning:
            return super().write(vals)
        leads = {order.id: order.technician_id for order in self}
        # both the old and the new neighbours may gain or lose a conflict
        touched = self._get_overlapping_orders()
        self._check_replanning(vals)
        res = super().write(vals)
        if "technician_id" in vals or "technician_ids" in vals:
            self._sync_lead_technician(vals, leads)
        self._refresh_other_conflicts(touched)
        if planning != {"state"}:
            self._after_replanning(leads)
        return res

    # === BUSINESS METHODS ===#

    def _sync_lead_technician(self, vals, leads=None):
        """Keep the lead technician among the technicians, whichever was changed.

        :param vals: what was written
        :param leads: {order id: lead technician before the write}
        """
        for order in self:
            lead, team = order.technician_id, order.technician_ids
            if not vals and team and not lead:
                order.technician_id = team[:1]
            elif "technician_ids" in vals and "technician_id" not in vals:
                if lead not in team:
                    order.technician_id = team[:1]
            elif lead and lead not in team:
                before = (leads or {}).get(order.id, lead)
                order.technician_ids = (team - before) | lead
            elif "technician_id" in vals and not lead and team:
                order.technician_ids = team - (leads or {}).get(order.id, team)

    def _get_free_parts_location(self):
        """Return the stock.location the parts fitted free of charge move to.

        Hook: the claims addon puts them where they wait for the claim."""
        self.ensure_one()
        return self.company_id.aftersales_warranty_location_id
