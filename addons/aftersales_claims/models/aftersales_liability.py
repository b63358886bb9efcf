# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class AftersalesLiability(models.Model):
    """Liability decision 售后赔偿责任认定书 (R-CLM-10).

    State table: draft -> to_approve (action_submit, quality vice president) ->
    approved (general manager's tier) -> posted (action_post, accountant);
    to_approve -> draft (returned), cancelled.
    """

    _name = "aftersales.liability"
    _description = "Liability Decision"
    _inherit = ["mail.thread", "mail.activity.mixin", "tier.validation"]
    _order = "id desc"
    _check_company_auto = True

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
            ("to_approve", "To Approve"),
            ("approved", "Approved"),
            ("posted", "Posted"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    claim_id = fields.Many2one(
        "aftersales.claim",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    company_id = fields.Many2one(related="claim_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(related="claim_id.partner_id", store=True)
    lot_id = fields.Many2one(related="claim_id.lot_id", store=True)
    date = fields.Date(default=fields.Date.context_today, required=True, copy=False)
    user_id = fields.Many2one(
        "res.users",
        string="Decided By",
        default=lambda self: self.env.user,
        required=True,
        tracking=True,
    )
    cause_id = fields.Many2one(related="claim_id.cause_id", readonly=False)
    analysis = fields.Html(string="Cause Analysis")
    measures = fields.Html(string="Penalties and Measures")
    share_ids = fields.One2many("aftersales.liability.share", "liability_id", copy=True)
    share_total = fields.Float(
        string="Total %",
        digits=(16, 2),
        compute="_compute_share_total",
        store=True,
    )
    amount_base = fields.Monetary(
        string="Cost of the Claim",
        compute="_compute_amount_base",
        store=True,
        help="Cost divided by the shares; fixed when the decision is approved.",
    )
    amount_recovered = fields.Monetary(compute="_compute_amount_recovered", store=True)

    _share_total_hundred = models.Constraint(
        "CHECK(state IN ('draft', 'cancelled') OR share_total = 100)",
        "The shares of a liability decision must add up to exactly 100 %.",
    )
    _claim_uniq = models.UniqueIndex(
        "(claim_id) WHERE state != 'cancelled'",
        "This claim already has a liability decision.",
    )

    # === COMPUTE METHODS ===#
    @api.depends("share_ids.percent")
    def _compute_share_total(self):
        for liability in self:
            liability.share_total = sum(liability.share_ids.mapped("percent"))

    @api.depends("claim_id.cost_total", "state")
    def _compute_amount_base(self):
        for liability in self:
            if liability.state in ("draft", "to_approve"):
                liability.amount_base = liability.claim_id.cost_total
            else:
                liability.amount_base = liability.amount_base

    @api.depends("share_ids.amount", "share_ids.party", "share_ids.state")
    def _compute_amount_recovered(self):
        for liability in self:
            liability.amount_recovered = sum(
                liability.share_ids.filtered(
                    lambda share: (
                        share.state == "posted"
                        and share.party not in ("company", "department")
                    )
                ).mapped("amount")
            )

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        sequence = self.env["ir.sequence"]
        for vals in vals_list:
            if not vals.get("name"):
                vals["name"] = sequence.next_by_code("aftersales.liability")
        return super().create(vals_list)
