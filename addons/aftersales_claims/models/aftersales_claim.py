# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import format_date

from odoo.addons.aftersales_service.tools.kanban import order_states


class AftersalesClaim(models.Model):
    """Warranty parts claim 售后赔偿申请单 (section 6 of the rulebook).

    | Action              | Who                         | From        | To         |
    |---------------------|-----------------------------|-------------|------------|
    | action_submit       | service staff               | draft       | submitted  |
    | action_verify       | service manager             | submitted   | to_approve |
    | action_approve      | approvers of the tiers      | to_approve  | approved   |
    | action_return       | manager, approvers          | submitted,  | draft      |
    |                     |                             | to_approve  |            |
    | action_reject       | approvers                   | to_approve  | rejected   |
    | action_file         | service staff               | approved    | approved   |
    | action_post_costs   | accountant                  | approved    | approved   |
    | action_ask_costs    | accountant, manager,        | approved,   | to_approve |
    |                     | applicant                   | done        |            |
    | action_done         | service manager, accountant | approved    | done       |
    | action_reverse      | accountant                  | approved,   | cancelled  |
    |                     |                             | done        |            |
    | action_cancel       | service manager             | not posted  | cancelled  |
    | action_draft        | service manager             | cancelled,  | draft      |
    |                     |                             | rejected    |            |
    """

    _name = "aftersales.claim"
    _description = "Warranty Claim"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "aftersales.department.mixin",
        "aftersales.decision.mixin",
    ]
    _order = "priority desc, id desc"
    _check_company_auto = True
    #: what was decided, filed and supplied; the amounts approved bound every raise
    _guarded_fields = (
        "state",
        "amount_approved",
        "other_cost_approved",
        "submitted_at",
        "verified_by_id",
        "approved_at",
        "released_by_id",
        "register_number",
        "filing_deadline",
        "is_notice_due",
        "filed_at",
        "filed_by_id",
        "supplied_at",
        "days_late",
        "reference_id",
        "is_of_exchange",
        "priority",
    )

    _state_field = "state"
    _state_from = ["to_approve"]
    _state_to = ["approved"]
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
            ("draft", "Draft"),
            ("submitted", "Submitted"),
            ("to_approve", "To Approve"),
            ("approved", "Approved"),
            ("done", "Closed"),
            ("rejected", "Rejected"),
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
            ("normal", "Normal"),
            ("emergency", "Emergency"),
            ("machine_down", "Machine Down"),
            ("goodwill", "Goodwill"),
        ],
        default="normal",
        required=True,
        index=True,
        tracking=True,
        help="Normal: sales vice president, then general manager. Emergency and "
        "machine down: one approver by amount, papers filed afterwards. Goodwill: "
        "outside warranty, on the normal path, with a reason.",
    )
    kind_reason = fields.Text(
        string="Reason",
        help="Why the parts are urgent, or why the company compensates outside "
        "warranty. Required except for normal claims.",
    )
    priority = fields.Selection(
        [("0", "Normal"), ("1", "Urgent"), ("2", "Machine down")],
        compute="_compute_priority",
        store=True,
        index=True,
        help="Follows the kind of the claim: whoever is first in line has written down "
        "why, and an approver has read it.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(
        "res.users",
        string="Applicant",
        default=lambda self: self.env.user,
        required=True,
        index=True,
        tracking=True,
    )
    request_id = fields.Many2one(
        "aftersales.request",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    order_id = fields.Many2one(
        "aftersales.order",
        string="Service Order",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        check_company=True,
        tracking=True,
    )
    lot_id = fields.Many2one(
        "stock.lot",
        string="Machine",
        index="btree_not_null",
        check_company=True,
        domain=[("is_machine", "=", True)],
    )
    product_id = fields.Many2one(
        related="lot_id.product_id", string="Machine Model", store=True, index=True
    )
    failure_date = fields.Date(
        required=True, default=fields.Date.context_today, index=True
    )
    claim_date = fields.Date(
        required=True, default=fields.Date.context_today, index=True, copy=False
    )
    damage = fields.Text(string="Damage Report")
    cause_id = fields.Many2one("aftersales.claim.cause", index="btree_not_null")
    technology_analysis = fields.Text(
        copy=False, help="Cause analysis by the technology department."
    )
    quality_analysis = fields.Text(
        copy=False, help="Cause analysis by the quality department."
    )
    proposal = fields.Selection(
        [("compensate", "Compensate"), ("refuse", "Do not compensate")],
        copy=False,
        tracking=True,
    )
    proposal_comment = fields.Text(copy=False)
    line_ids = fields.One2many("aftersales.claim.line", "claim_id", copy=True)
    evidence_ids = fields.One2many("aftersales.claim.evidence", "claim_id")
    cost_ids = fields.One2many("aftersales.claim.cost", "claim_id")
    version_ids = fields.One2many("aftersales.claim.version", "claim_id")
    liability_ids = fields.One2many("aftersales.liability", "claim_id")

    # decision and filing
    submitted_at = fields.Datetime(readonly=True, copy=False)
    verified_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    approved_at = fields.Datetime(readonly=True, copy=False)
    released_by_id = fields.Many2one(
        "res.users",
        string="Emergency Release By",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    register_number = fields.Char(
        string="Emergency Register No.", readonly=True, copy=False
    )
    filing_deadline = fields.Date(
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The papers of an emergency release are complete by this date.",
    )
    filed_at = fields.Datetime(string="Filed On", readonly=True, copy=False)
    filed_by_id = fields.Many2one("res.users", readonly=True, copy=False)

    # supply
    supply_due_date = fields.Date(
        string="Supply Due", copy=False, index="btree_not_null", tracking=True
    )
    supply_state = fields.Selection(
        [
            ("none", "Nothing to Supply"),
            ("waiting", "To Supply"),
            ("partial", "Partly Supplied"),
            ("done", "Supplied"),
        ],
        compute="_compute_supply_state",
        store=True,
        index=True,
    )
    supplied_at = fields.Date(readonly=True, copy=False)
    days_late = fields.Integer(
        readonly=True,
        copy=False,
        help="Days between the due date and the supply; counted daily until then.",
    )
    carrier_id = fields.Many2one(
        "res.partner",
        check_company=True,
        domain=[("is_carrier", "=", True)],
        copy=False,
    )
    tracking_number = fields.Char(copy=False)
    picking_ids = fields.One2many(
        "stock.picking", "aftersales_claim_id", string="Transfers"
    )
    picking_count = fields.Integer(compute="_compute_counts")
    evidence_count = fields.Integer(compute="_compute_counts")
    entry_count = fields.Integer(compute="_compute_counts")
    liability_count = fields.Integer(compute="_compute_counts")

    # === COMPUTE METHODS ===#
    @api.depends("kind")
    def _compute_priority(self):
        """Machine-down parts are first in line (R-CLM-13)."""
        ranks = {"machine_down": "2", "emergency": "1"}
        for claim in self:
            claim.priority = ranks.get(claim.kind, "0")

    @api.depends("line_ids.supply_state")
    def _compute_supply_state(self):
        for claim in self:
            states = set(claim.line_ids.mapped("supply_state")) - {"none"}
            if not states:
                claim.supply_state = "none"
            elif states == {"done"}:
                claim.supply_state = "done"
            elif states == {"waiting"}:
                claim.supply_state = "waiting"
            else:
                claim.supply_state = "partial"

    def _compute_counts(self):
        """Figures of the smart buttons of one form."""
        for claim in self:
            claim.evidence_count = len(claim._get_evidence_attachments())
            # sudo: who opens a claim need not see the documents of the other trades
            documents = claim.sudo()
            claim.picking_count = len(documents.picking_ids)
            claim.entry_count = len(documents._get_account_moves())
            claim.liability_count = len(documents.liability_ids)

    # === CONSTRAINT METHODS ===#
    @api.constrains("lot_id", "order_id", "request_id")
    def _check_machine(self):
        for claim in self:
            for origin in (claim.order_id, claim.request_id):
                if origin.lot_id and claim.lot_id and origin.lot_id != claim.lot_id:
                    raise ValidationError(
                        self.env._(
                            "%(claim)s is for machine %(machine)s, but %(origin)s is "
                            "about %(other)s.",
                            claim=claim.name,
                            machine=claim.lot_id.name,
                            origin=origin.name,
                            other=origin.lot_id.name,
                        )
                    )

    @api.constrains("failure_date", "claim_date")
    def _check_failure_date(self):
        for claim in self:
            if claim.failure_date > claim.claim_date:
                raise ValidationError(
                    self.env._(
                        "%(claim)s: a part that failed on %(failed)s is not claimed "
                        "on %(claimed)s already. Correct one of the dates.",
                        claim=claim.name,
                        failed=format_date(self.env, claim.failure_date),
                        claimed=format_date(self.env, claim.claim_date),
                    )
                )

    # === ONCHANGE METHODS ===#
    @api.onchange("order_id")
    def _onchange_order_id(self):
        if self.order_id:
            self.request_id = self.order_id.request_id
            self.lot_id = self.order_id.lot_id
            self.partner_id = self.order_id.partner_id

    @api.onchange("request_id")
    def _onchange_request_id(self):
        if self.request_id and not self.order_id:
            self.lot_id = self.request_id.lot_id
            self.partner_id = self.request_id.partner_id
            self.damage = self.damage or self.request_id.fault

    @api.onchange("lot_id")
    def _onchange_lot_id(self):
        if self.lot_id and not self.partner_id:
            self.partner_id = self.lot_id.customer_id

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        self.env["ir.sequence"]._name_by_company("aftersales.claim", vals_list)
        for vals in vals_list:
            if vals.get("state", "draft") != "draft":
                raise AccessError(self.env._("A claim starts as a draft."))
        # its log begins when it is handed in; day and applicant are on the form
        silent = self.with_context(mail_create_nolog=True)
        return super(AftersalesClaim, silent).create(vals_list).with_env(self.env)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_started(self):
        if any(claim.state not in ("draft", "cancelled") for claim in self):
            raise UserError(
                self.env._("Only draft and cancelled claims can be deleted.")
            )

    # === BUSINESS METHODS ===#
    def _get_account_moves(self):
        """Return every journal entry the claim caused, refunds included."""
        self.ensure_one()
        return (
            self.cost_ids.account_move_id
            | self.cost_ids.reversal_move_id
            | self.cost_ids.closing_move_id
            | self.liability_ids.share_ids._get_account_moves()
        )
