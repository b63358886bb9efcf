# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesBudget(models.Model):
    """Yearly need of a service department (R-KPI-04)."""

    _name = "aftersales.budget"
    _description = "Service Budget"
    _inherit = ["aftersales.state.mixin", "aftersales.department.mixin", "mail.thread"]
    _order = "year desc, department_id"
    _rec_name = "department_id"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    department_id = fields.Many2one(required=True, index=True)
    year = fields.Integer(
        required=True,
        default=lambda self: fields.Date.context_today(self).year,
        aggregator=None,
    )
    amount = fields.Monetary(required=True, tracking=True)
    note = fields.Text(string="Needs")
    state = fields.Selection(
        [("draft", "Draft"), ("approved", "Approved")],
        default="draft",
        readonly=True,
        required=True,
        tracking=True,
    )
    request_ids = fields.One2many("aftersales.budget.request", "budget_id")
    amount_approved = fields.Monetary(
        string="Used by Requests", compute="_compute_amounts", store=True
    )
    amount_left = fields.Monetary(string="Left", compute="_compute_amounts", store=True)

    _amount_positive = models.Constraint(
        "CHECK (amount >= 0)", "A budget is not negative."
    )
    _year_unique = models.UniqueIndex(
        "(company_id, department_id, year)",
        "This department has its budget of the year already.",
    )

    @api.depends("amount", "request_ids.amount", "request_ids.state")
    def _compute_amounts(self):
        for budget in self:
            approved = budget.request_ids.filtered(lambda r: r.state == "approved")
            budget.amount_approved = sum(approved.mapped("amount"))
            budget.amount_left = budget.amount - budget.amount_approved

    @api.depends("department_id", "year")
    def _compute_display_name(self):
        for budget in self:
            budget.display_name = f"{budget.department_id.name} {budget.year}"

    def action_approve(self):
        """The general manager approves the year's need."""
        if not self.env.user.has_group("aftersales_service.group_general_manager"):
            raise UserError(self.env._("Budgets are approved by the general manager."))
        self._write_guarded({"state": "approved"})
        return True

    def write(self, vals):
        if {"amount", "year", "department_id"} & set(vals) and any(
            budget.state == "approved" for budget in self
        ):
            raise UserError(
                self.env._("An approved budget is extended by an unplanned request.")
            )
        return super().write(vals)
