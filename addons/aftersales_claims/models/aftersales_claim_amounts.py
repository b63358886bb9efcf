# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class AftersalesClaim(models.Model):
    """What a claim amounts to, and whom that asks for approval."""

    _inherit = "aftersales.claim"

    estimated_cost = fields.Monetary(
        string="Expected Other Costs",
        groups="aftersales_service.group_costs",
        help="Freight, labour and travel expected beside the parts; counts for "
        "the approval.",
    )
    amount_requested = fields.Monetary(
        string="Requested",
        compute="_compute_amounts",
        store=True,
        groups="aftersales_service.group_costs",
    )
    amount_total = fields.Monetary(
        string="Total",
        compute="_compute_amounts",
        store=True,
        groups="aftersales_service.group_costs",
        help="What the approvers decide on: lines not rejected, at the quantity "
        "allowed, plus the expected other costs.",
    )
    amount_approved = fields.Monetary(
        string="Approved",
        readonly=True,
        copy=False,
        groups="aftersales_service.group_costs",
        help="Total at the last approval.",
    )
    cost_total = fields.Monetary(
        string="Costs",
        compute="_compute_cost_total",
        store=True,
        groups="aftersales_service.group_costs",
    )
    cost_posted = fields.Monetary(
        string="Posted Costs",
        compute="_compute_cost_total",
        store=True,
        groups="aftersales_service.group_costs",
    )
    approval_level = fields.Selection(
        [
            ("normal", "Sales Vice President, then General Manager"),
            ("manager", "Service Manager"),
            ("sales_vp", "Sales Vice President"),
            ("general_manager", "General Manager"),
        ],
        compute="_compute_approval_level",
        store=True,
        index=True,
    )

    # === COMPUTE METHODS ===#
    @api.depends("line_ids.amount", "line_ids.approved_amount", "estimated_cost")
    def _compute_amounts(self):
        for claim in self:
            claim.amount_requested = (
                sum(claim.line_ids.mapped("amount")) + claim.estimated_cost
            )
            claim.amount_total = (
                sum(claim.line_ids.mapped("approved_amount")) + claim.estimated_cost
            )

    @api.depends("cost_ids.amount", "cost_ids.state")
    def _compute_cost_total(self):
        for claim in self:
            live = claim.cost_ids.filtered(lambda cost: cost.state != "reversed")
            claim.cost_total = sum(live.mapped("amount"))
            claim.cost_posted = sum(
                live.filtered(lambda cost: cost.state == "posted").mapped("amount")
            )

    @api.depends(
        "kind",
        "amount_total",
        "company_id.aftersales_emergency_manager_limit",
        "company_id.aftersales_emergency_vp_limit",
    )
    def _compute_approval_level(self):
        """Who approves (R-CLM-03, R-CLM-04); the tiers' domains read it."""
        for claim in self:
            company = claim.company_id
            if claim.kind in ("normal", "goodwill"):
                claim.approval_level = "normal"
            elif (
                claim.currency_id.compare_amounts(
                    claim.amount_total, company.aftersales_emergency_manager_limit
                )
                <= 0
            ):
                claim.approval_level = "manager"
            elif (
                claim.currency_id.compare_amounts(
                    claim.amount_total, company.aftersales_emergency_vp_limit
                )
                <= 0
            ):
                claim.approval_level = "sales_vp"
            else:
                claim.approval_level = "general_manager"
