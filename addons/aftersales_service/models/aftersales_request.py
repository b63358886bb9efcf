# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class AftersalesRequest(models.Model):
    """The customer's case, from the call to its closing.

    State table (R-INT-12): new -> assessed -> (to_approve) -> in_progress <->
    waiting -> solved -> closed; cancelled from any open state; solved and closed
    reopen to in_progress.
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
    kind_code = fields.Selection(related="kind_id.code", store=True)
    priority = fields.Selection(
        [("0", "Normal"), ("1", "Urgent"), ("2", "Machine down")], default="0"
    )
    level = fields.Selection(
        [("1", "Level 1"), ("2", "Level 2"), ("3", "Level 3"), ("4", "Level 4")],
        tracking=True,
    )
    service_category = fields.Selection(
        [
            ("a", "A Chargeable"),
            ("b", "B Contract"),
            ("c", "C Free (Warranty)"),
            ("d", "D Internal"),
        ],
        tracking=True,
    )
    reported_at = fields.Datetime(
        required=True, default=fields.Datetime.now, index=True, copy=False
    )
    partner_id = fields.Many2one(
        "res.partner", string="Customer", index=True, tracking=True, check_company=True
    )
    contact_id = fields.Many2one("res.partner", check_company=True)
    contact_name = fields.Char()
    phone = fields.Char()
    email_from = fields.Char(string="E-mail")
    site_id = fields.Many2one("res.partner", string="Site", check_company=True)
    lot_id = fields.Many2one(
        "stock.lot",
        string="Serial Number",
        index="btree_not_null",
        check_company=True,
        tracking=True,
    )
    product_id = fields.Many2one("product.product", check_company=True)
    contract_ref = fields.Char(string="Contract")
    quantity = fields.Float(default=1.0, digits="Product Unit")
    fault = fields.Text(string="Fault Phenomenon")
    solution = fields.Text(string="Result")
    order_ids = fields.One2many("aftersales.order", "request_id", string="Orders")
    order_count = fields.Integer(compute="_compute_order_count")

    # === COMPUTE METHODS ===#
    @api.depends("order_ids")
    def _compute_order_count(self):
        for request in self:
            request.order_count = len(request.order_ids)

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        sequence = self.env["ir.sequence"]
        for vals in vals_list:
            if not vals.get("name"):
                vals["name"] = sequence.next_by_code("aftersales.request")
        return super().create(vals_list)

    # === BUSINESS METHODS ===#
    def _sla_reach(self, metric, at=None):
        """Stop the clocks of ``metric`` (see ``aftersales.sla.policy``).

        :param metric: answer, dispatch, on_site, resolve, callback or forward
        :param at: datetime (UTC) of the event, now by default
        """

    def _apply_order_states(self):
        """Derive the state of the requests from the states of their orders."""

    def _get_close_blockers(self):
        """Return the reasons, in the user's words, why this request can't close."""
        self.ensure_one()
        return []
