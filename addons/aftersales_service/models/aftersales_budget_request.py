# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.guard import check_stays_on_file
from .aftersales_penalty import DECISION


class AftersalesBudgetRequest(models.Model):
    """Unplanned need: above the company's limit the general manager approves."""

    _name = "aftersales.budget.request"
    _description = "Budget Request"
    _inherit = [
        "aftersales.guard.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "tier.validation",
    ]
    _order = "id desc"
    _check_company_auto = True
    _tier_validation_manual_config = False

    _state_from = ["draft"]
    _state_to = ["approved"]
    _cancel_state = "rejected"

    name = fields.Char(string="Need", required=True)
    budget_id = fields.Many2one(
        "aftersales.budget",
        required=True,
        check_company=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        related="budget_id.company_id", store=True, index=True, precompute=True
    )
    department_id = fields.Many2one(
        related="budget_id.department_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(required=True, default=fields.Date.context_today)
    amount = fields.Monetary(required=True, tracking=True)
    is_planned = fields.Boolean(
        string="In the Budget", help="Planned needs are covered by the year's budget."
    )
    reason = fields.Text(required=True)
    user_id = fields.Many2one(
        "res.users", required=True, default=lambda self: self.env.user
    )
    needs_general_manager = fields.Boolean(
        compute="_compute_needs_general_manager",
        store=True,
        help="Unplanned and above the company's limit.",
    )
    state = fields.Selection(
        [("draft", "Draft"), ("approved", "Approved"), ("rejected", "Rejected")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )

    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "The amount of a request is positive."
    )

    @api.depends("amount", "is_planned", "company_id.aftersales_budget_limit")
    def _compute_needs_general_manager(self):
        for request in self:
            request.needs_general_manager = (
                not request.is_planned
                and request.amount > request.company_id.aftersales_budget_limit
            )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("state", "draft") != "draft":
                self._check_decision()
        return super().create(vals_list)

    def write(self, vals):
        if "state" in vals:
            self._check_decision()
        closed = {"amount", "budget_id", "is_planned", "user_id", "date"}
        if (
            not self.env.su
            and closed & vals.keys()
            and any(request.state != "draft" for request in self)
        ):
            raise UserError(self.env._("A decided budget request is not edited."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        check_stays_on_file(self, "draft")

    def _check_decision(self):
        """:raise UserError: for a state not written by an action"""
        decided = self.env.context.get("aftersales_decision") is DECISION
        if not self.env.su and not decided:
            raise UserError(
                self.env._("The state of a budget request changes by its buttons only.")
            )

    def action_approve(self):
        """Approve what needs no general manager, or what he has validated.

        :raise UserError: the general manager's validation is missing, or the budget
            does not hold what is called planned
        """
        # one after the other: each planned need leaves less to the next
        for request in self:
            if request.state != "draft":
                raise UserError(self.env._("The request is decided already."))
            request._check_covered()
            if (
                request.needs_general_manager
                and request.validation_status != "validated"
            ):
                raise UserError(
                    self.env._(
                        "Unplanned needs above %(limit)s are approved by the general "
                        "manager: request his validation first.",
                        limit=request.company_id.aftersales_budget_limit,
                    )
                )
            applicants = request.user_id | request.create_uid
            if self.env.user in applicants and not request.review_ids:
                raise UserError(self.env._("Nobody approves his own request."))
            request.with_context(aftersales_decision=DECISION).write(
                {"state": "approved"}
            )
        return True

    def _check_covered(self):
        """Raise for a planned need that no approved budget holds: as an unplanned one
        it may be for the general manager (R-KPI-04)."""
        self.ensure_one()
        budget = self.budget_id
        if not self.is_planned:
            return
        if budget.state != "approved":
            raise UserError(
                self.env._(
                    "The budget %(budget)s is not approved yet.",
                    budget=budget.display_name,
                )
            )
        if self.currency_id.compare_amounts(self.amount, budget.amount_left) > 0:
            raise UserError(
                self.env._(
                    "Only %(left)s are left in the budget %(budget)s: what is above it "
                    "is an unplanned need.",
                    left=self.currency_id.format(budget.amount_left),
                    budget=budget.display_name,
                )
            )

    def action_reject(self):
        """Reject what is not decided yet.

        :raise UserError: decided already
        """
        if any(request.state != "draft" for request in self):
            raise UserError(self.env._("The request is decided already."))
        self.with_context(aftersales_decision=DECISION).write({"state": "rejected"})
        return True
