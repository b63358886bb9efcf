# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.guard import without_copies

#: only code in this process can hold it: no client can send it in a context
TRANSITION = object()
OPEN_STATES = ("new", "assessed", "to_approve", "in_progress", "waiting")
DONE_STATES = ("solved", "closed", "cancelled")
SERVICE_CATEGORIES = [
    ("a", "A Chargeable"),
    ("b", "B Contract"),
    ("c", "C Free (Warranty)"),
    ("d", "D Internal"),
]


class AftersalesRequest(models.Model):
    """The customer's case, from the call to its closing.

    State table (R-INT-12): new -> assessed -> (to_approve) -> in_progress <->
    waiting -> solved -> closed; cancelled from any open state; solved, closed and
    cancelled reopen to in_progress. Changed by the ``action_*`` methods only, see
    ``aftersales_request_state.py``; filled from the serial number in
    ``aftersales_request_intake.py``; clocks in ``aftersales_request_clock.py``;
    approval in ``aftersales_request_approval.py``; e-mail in
    ``aftersales_request_mail.py``; stamps and logs in ``aftersales_request_file.py``;
    what portal users read in ``aftersales_request_portal.py``.
    """

    _name = "aftersales.request"
    _description = "Service Request"
    _inherit = [
        "portal.mixin",
        "rating.mixin",
        "mail.thread.cc",
        "mail.activity.mixin",
        "tier.validation",
    ]
    _order = "priority desc, reported_at desc, id desc"
    _check_company_auto = True
    _mail_post_access = "read"
    _primary_email = "email_from"

    _state_field = "state"
    _state_from = ["new", "assessed", "to_approve"]
    _state_to = ["in_progress"]
    _cancel_state = "cancelled"
    _rec_names_search = ["name", "title", "serial_number"]

    # === FIELDS ===#
    name = fields.Char(
        string="Number",
        default=lambda self: self.env._("New"),
        copy=False,
        readonly=True,
        required=True,
        index="trigram",
    )
    state = fields.Selection(
        [
            ("new", "New"),
            ("assessed", "Assessed"),
            ("to_approve", "To Approve"),
            ("in_progress", "In Progress"),
            ("waiting", "Waiting for Customer"),
            ("solved", "Solved"),
            ("closed", "Closed"),
            ("cancelled", "Cancelled"),
        ],
        default="new",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand="_group_expand_state",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    department_id = fields.Many2one(
        "hr.department",
        check_company=True,
        index="btree_not_null",
        default=lambda self: self.env.company.aftersales_department_id,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        default=lambda self: self.env.user,
        index=True,
        tracking=True,
        help="First-asked responsibility: owns the request until it is closed or "
        "handed over.",
    )
    title = fields.Char(string="Subject", index="trigram")
    channel = fields.Selection(
        [
            ("phone", "Phone"),
            ("fax", "Fax"),
            ("letter", "Letter"),
            ("email", "E-mail"),
            ("portal", "Portal"),
            ("visit", "Visit"),
            ("salesperson", "Salesperson"),
            ("internal", "Internal"),
        ],
        required=True,
        default="phone",
    )
    kind_id = fields.Many2one(
        "aftersales.request.kind",
        required=True,
        default=lambda self: self.env["aftersales.request.kind"].search([], limit=1),
    )
    kind_code = fields.Selection(related="kind_id.code", store=True, precompute=True)
    priority = fields.Selection(
        [("0", "Normal"), ("1", "Urgent"), ("2", "Machine down")],
        default="0",
        index=True,
        tracking=True,
    )
    public_attention = fields.Boolean(
        tracking=True,
        help="A case with public attention reaches management at once.",
    )
    level = fields.Selection(
        [("1", "Level 1"), ("2", "Level 2"), ("3", "Level 3"), ("4", "Level 4")],
        tracking=True,
    )
    service_category = fields.Selection(
        SERVICE_CATEGORIES,
        compute="_compute_service_category",
        store=True,
        precompute=True,
        readonly=False,
        tracking=True,
        help="Who pays. Proposed from warranty and contract, changed only with a "
        "reason.",
    )
    proposed_category = fields.Selection(
        SERVICE_CATEGORIES,
        compute="_compute_proposed_category",
        store=True,
        precompute=True,
    )
    category_reason = fields.Char(
        string="Reason for the Category", tracking=True, copy=False
    )
    is_repeat = fields.Boolean(
        string="Repeat Repair",
        compute="_compute_is_repeat",
        store=True,
        precompute=True,
        index="btree_not_null",
    )
    repeat_of_id = fields.Many2one(
        "aftersales.request",
        string="Repeats",
        compute="_compute_repeat_of_id",
        store=True,
        precompute=True,
        readonly=False,
        copy=False,
        index="btree_not_null",
        help="Earlier request for the same serial number and fault inside the "
        "window of the settings.",
    )
    reported_at = fields.Datetime(
        required=True, default=fields.Datetime.now, index=True, copy=False
    )
    occurred_at = fields.Datetime(string="Happened At")
    serial_number = fields.Char(
        index="trigram",
        help="As told by the customer or read on the plate; a known one fills the "
        "form.",
    )
    lot_id = fields.Many2one(
        "stock.lot",
        string="Machine",
        index="btree_not_null",
        check_company=True,
        tracking=True,
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        compute="_compute_partner_id",
        store=True,
        precompute=True,
        readonly=False,
        index=True,
        tracking=True,
        check_company=True,
    )
    contact_id = fields.Many2one(
        "res.partner",
        compute="_compute_contact_id",
        store=True,
        precompute=True,
        readonly=False,
        check_company=True,
    )
    contact_name = fields.Char(
        compute="_compute_contact_name", store=True, precompute=True, readonly=False
    )
    phone = fields.Char(
        compute="_compute_phone", store=True, precompute=True, readonly=False
    )
    email_from = fields.Char(
        string="E-mail",
        compute="_compute_email_from",
        store=True,
        precompute=True,
        readonly=False,
        index="trigram",
    )
    site_id = fields.Many2one(
        "res.partner",
        compute="_compute_site_id",
        store=True,
        precompute=True,
        readonly=False,
        check_company=True,
    )
    distance = fields.Float(
        string="Distance (km)",
        compute="_compute_distance",
        store=True,
        precompute=True,
        readonly=False,
        help="Road distance of the site; decides the limit for being on site.",
    )
    region_id = fields.Many2one(
        "aftersales.region",
        compute="_compute_region_id",
        store=True,
        precompute=True,
        readonly=False,
    )
    product_id = fields.Many2one(
        "product.product",
        compute="_compute_product_id",
        store=True,
        precompute=True,
        readonly=False,
        check_company=True,
        index="btree_not_null",
    )
    contract_ref = fields.Char(
        string="Contract",
        compute="_compute_machine_data",
        store=True,
        precompute=True,
        readonly=False,
    )
    delivery_date = fields.Date(
        compute="_compute_machine_data",
        store=True,
        precompute=True,
        readonly=False,
    )
    acceptance_date = fields.Date(
        compute="_compute_machine_data",
        store=True,
        precompute=True,
        readonly=False,
    )
    quantity = fields.Float(default=1.0, digits="Product Unit")
    fault = fields.Text(string="Fault Phenomenon")
    damage = fields.Text(string="Extent of Damage")
    probable_cause = fields.Text()
    inspection = fields.Text(string="Inspection Record")
    site_conditions = fields.Text(string="Site Working Conditions")
    running_hours = fields.Float()
    component_class_id = fields.Many2one(
        "aftersales.component.class", string="Faulty Component"
    )
    fault_area = fields.Selection(
        [("body", "Body"), ("chassis", "Chassis or engine")],
        help="Vehicles: chassis and engine faults are forwarded to their maker.",
    )
    needs_supplier = fields.Boolean(string="Needs the Supplier")
    forwarded_to_id = fields.Many2one(
        "res.partner",
        tracking=True,
        help="Maker of the chassis, engine or bought-in part.",
    )
    forwarded_at = fields.Datetime(readonly=True, copy=False)
    forward_result = fields.Text(
        string="Maker's Result",
        copy=False,
        help="What the maker did, as told to the customer; filed before closing.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    estimated_cost = fields.Monetary(
        # customers read their requests in the portal
        groups="base.group_user",
        help="For the approval: tiers may depend on it.",
        tracking=True,
    )
    needs_visit = fields.Boolean(
        string="Visit Needed",
        compute="_compute_needs_visit",
        store=True,
        precompute=True,
        readonly=False,
        tracking=True,
        help="Someone must go to the site: approved before dispatch.",
    )
    appointment_at = fields.Datetime(
        string="Visit Agreed For", tracking=True, help="As agreed with the customer."
    )
    solution = fields.Text(string="Result")
    # the first page of a list of very many
    _list_index = models.Index("(priority DESC, reported_at DESC, id DESC)")

    # === COMPUTE METHODS ===#

    @api.depends("name", "title", "partner_id")
    @api.depends_context("aftersales_long_name")
    def _compute_display_name(self):
        for request in self:
            name = request.name
            if self.env.context.get("aftersales_long_name"):
                parts = (name, request.partner_id.name, request.title)
                name = " · ".join(part for part in parts if part)
            request.display_name = name

    @api.model
    def _group_expand_state(self, groups, domain):
        """Show the columns of open work in order, also the empty ones."""
        return [*OPEN_STATES, "solved"]

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        self._check_create_state(vals_list)
        self, vals_list = without_copies(self, vals_list)
        self._fill_lot_from_serial(vals_list)
        self._fill_departments(vals_list)
        self._fill_numbers(vals_list)
        # one query for the batch instead of one default per record
        kind_id = self.default_get(["kind_id"]).get("kind_id")
        for vals in vals_list:
            vals.setdefault("kind_id", kind_id)
        requests = super().create(vals_list)
        requests._after_intake()
        return requests

    def write(self, vals):
        self._check_write_state(vals)
        self._check_category_change(vals)
        if vals.get("serial_number") and "lot_id" not in vals:
            if len(self.company_id) > 1:
                # the same serial number may be another machine in each company
                for requests in self.grouped("company_id").values():
                    requests.write(vals)
                return True
            vals = dict(vals)
            self.with_company(self.company_id)._fill_lot_from_serial([vals])
        owners = {request: request.user_id for request in self}
        attention = self.filtered("public_attention")
        res = super().write(vals)
        if "user_id" in vals:
            self._log_handover(owners)
        if vals.get("public_attention"):
            (self - attention)._notify_public_attention()
        self._sla_reevaluate_after(vals)
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_working(self):
        if any(request.state not in ("new", "cancelled") for request in self):
            raise ValidationError(
                self.env._(
                    "A request is never lost: only new or cancelled ones can be "
                    "deleted."
                )
            )

    @api.model
    def _fill_departments(self, vals_list):
        """The department is that of the request's company, not of the user's."""
        if "default_department_id" in self.env.context:
            return
        for vals in vals_list:
            if vals.get("company_id") and "department_id" not in vals:
                company = self.env["res.company"].browse(vals["company_id"])
                vals["department_id"] = company.aftersales_department_id.id

    def _fill_numbers(self, vals_list):
        """Number the requests of a batch in one query."""
        todo = [vals for vals in vals_list if not vals.get("name")]
        numbers = self.env["ir.sequence"]._next_batch("aftersales.request", len(todo))
        for vals, number in zip(todo, numbers, strict=True):
            vals["name"] = number

    def _after_intake(self):
        """Start what a new request starts: clocks, hand-over log, alarms."""
        open_requests = self.filtered(lambda request: request.state in OPEN_STATES)
        open_requests._sla_start("reported")
        open_requests.filtered("public_attention")._notify_public_attention()
        for request in open_requests.filtered("is_repeat"):
            request._message_log(
                body=self.env._(
                    "Repeat repair: same machine as %(earlier)s.",
                    earlier=request.repeat_of_id.name,
                )
            )
