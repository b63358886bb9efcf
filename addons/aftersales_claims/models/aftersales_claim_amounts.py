# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

#: who approves an emergency, from the lowest limit to the highest
LEVELS = ("manager", "sales_vp", "general_manager")


class AftersalesClaim(models.Model):
    """What a claim amounts to, and whom that asks for approval."""

    _inherit = "aftersales.claim"

    estimated_cost = fields.Monetary(
        string="Expected Other Costs",
        groups="aftersales_service.group_costs",
        help="Freight, labour and travel expected beside the parts; counts for "
        "the approval. Left empty, it is filled by the company's rates when the claim "
        "is submitted; the approvers correct it.",
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

    @api.depends("kind", "amount_total", "company_id", "line_ids.has_unknown_cost")
    def _compute_approval_level(self):
        """Who approves (R-CLM-03, R-CLM-04); the tiers' domains read it. What counts
        nothing because nobody knows its cost is no small amount. Limits changed in
        the settings leave what waits or was decided as it is, see ``res.company``."""
        for claim in self:
            if claim.kind in ("normal", "goodwill"):
                claim.approval_level = "normal"
                continue
            company = claim.company_id
            levels = [claim._get_level_of_total()]
            if any(claim.line_ids.mapped("has_unknown_cost")):
                levels.append(company.aftersales_unknown_cost_level or "sales_vp")
            claim.approval_level = max(levels, key=LEVELS.index)

    # === BUSINESS METHODS ===#
    def _request_approval(self):
        """Asked again, a claim is asked for by the limits of today."""
        self.env.add_to_compute(self._fields["approval_level"], self)
        return super()._request_approval()

    def _get_level_of_total(self):
        """Return who approves an emergency of this total."""
        self.ensure_one()
        company = self.company_id
        for level, limit in (
            ("manager", company.aftersales_emergency_manager_limit),
            ("sales_vp", company.aftersales_emergency_vp_limit),
        ):
            if self.currency_id.compare_amounts(self.amount_total, limit) <= 0:
                return level
        return "general_manager"
