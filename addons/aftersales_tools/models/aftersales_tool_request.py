# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.aftersales_service.tools.language import (
    in_company_language,
    in_language_of,
)

#: who sees what the department may spend; not those who only ask for tools
BUDGET_GROUPS = "aftersales_service.group_manager,aftersales_service.group_viewer"


class AftersalesToolRequest(models.Model):
    """The yearly tool need of a department: gathered, cut to budget, approved,
    bought through the ERP, issued back to who asked (R-TOL-02)."""

    _name = "aftersales.tool.request"
    _description = "Tool Request"
    _inherit = [
        "aftersales.state.mixin",
        "tier.validation",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "year desc, id desc"
    _check_company_auto = True
    _state_from = ["submitted"]
    _state_to = ["approved"]
    _cancel_state = "cancelled"
    _tier_validation_manual_config = False

    # === FIELDS ===#
    name = fields.Char(
        string="Number",
        default=lambda self: self.env._("New"),
        copy=False,
        readonly=True,
        required=True,
    )
    state = fields.Selection(
        [
            ("draft", "Gathering"),
            ("submitted", "Submitted"),
            ("approved", "Approved"),
            ("ordered", "Ordered"),
            ("done", "Issued"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
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
    currency_id = fields.Many2one(related="company_id.currency_id")
    year = fields.Integer(
        required=True, default=lambda self: fields.Date.context_today(self).year
    )
    department_id = fields.Many2one(
        "hr.department",
        check_company=True,
        index="btree_not_null",
        default=lambda self: self.env.company.aftersales_department_id,
    )
    user_id = fields.Many2one(
        "res.users", string="Gathered By", default=lambda self: self.env.user
    )
    budget = fields.Monetary(
        tracking=True, groups=BUDGET_GROUPS, help="0 means no limit."
    )
    line_ids = fields.One2many("aftersales.tool.request.line", "request_id")
    amount_asked = fields.Monetary(
        compute="_compute_amounts", store=True, groups=BUDGET_GROUPS
    )
    amount_approved = fields.Monetary(
        string="Amount after Cut",
        compute="_compute_amounts",
        store=True,
        groups=BUDGET_GROUPS,
    )
    is_over_budget = fields.Boolean(
        compute="_compute_amounts", store=True, groups=BUDGET_GROUPS
    )
    purchase_ids = fields.Many2many(
        "purchase.order", compute="_compute_purchase_ids", string="Purchase Orders"
    )
    purchase_count = fields.Integer(compute="_compute_purchase_ids")
    custody_ids = fields.One2many(
        "aftersales.tool.custody", "tool_request_id", string="Issues"
    )
    custody_count = fields.Integer(compute="_compute_custody_count")

    _check_budget = models.Constraint(
        "CHECK(budget >= 0)", "The budget cannot be negative."
    )

    # === COMPUTE METHODS ===#
    @api.depends(
        "budget",
        "line_ids.quantity",
        "line_ids.quantity_approved",
        "line_ids.price_unit",
    )
    def _compute_amounts(self):
        for request in self:
            lines = request.line_ids
            request.amount_asked = sum(
                line.quantity * line.price_unit for line in lines
            )
            request.amount_approved = sum(
                line.quantity_approved * line.price_unit for line in lines
            )
            request.is_over_budget = bool(
                request.budget
                and request.currency_id.compare_amounts(
                    request.amount_approved, request.budget
                )
                > 0
            )

    @api.depends("line_ids.purchase_line_id")
    def _compute_purchase_ids(self):
        for request in self:
            # sudo: who asked sees that it is ordered, not the order
            orders = request.sudo().line_ids.purchase_line_id.order_id
            request.purchase_ids = orders
            request.purchase_count = len(orders)

    @api.depends("custody_ids")
    def _compute_custody_count(self):
        for request in self:
            request.custody_count = len(request.custody_ids)

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        numbers = self.env["ir.sequence"]._next_batch(
            "aftersales.tool.request", len(vals_list)
        )
        for vals, number in zip(vals_list, numbers, strict=True):
            if not vals.get("name"):
                vals["name"] = number
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        if any(request.state not in ("draft", "cancelled") for request in self):
            raise UserError(
                self.env._("A submitted tool request is cancelled, not deleted.")
            )

    # === ACTION METHODS ===#
    def action_cut_to_budget(self):
        """Cut what is wished for least until the budget holds.

        Lower priority first, then the later entry; whole units only."""
        self._check_state({"draft", "submitted"})
        for request in self.filtered("budget"):
            rest = request.amount_approved - request.budget
            wishes = request.line_ids.sorted(
                lambda line: (int(line.priority), -line.id)
            )
            for line in wishes:
                while (
                    request.currency_id.compare_amounts(rest, 0) > 0
                    and line.quantity_approved > 0
                    and line.price_unit
                ):
                    step = min(1.0, line.quantity_approved)
                    line.quantity_approved -= step
                    rest -= step * line.price_unit
        return True

    def action_submit(self):
        """Submit the gathered needs to the approvers.

        :raises UserError: without needs, or above the budget"""
        self._check_state({"draft"})
        for request in self:
            if not request.line_ids.filtered("quantity_approved"):
                raise UserError(self.env._("No needs have been gathered yet."))
            if request.is_over_budget:
                raise UserError(
                    self.env._(
                        "%(amount)s are above the budget of %(budget)s. Cut first.",
                        amount=request.currency_id.format(request.amount_approved),
                        budget=request.currency_id.format(request.budget),
                    )
                )
        self._write_guarded({"state": "submitted"})
        for request in self:
            request.request_validation()
        return True

    def action_approve(self):
        """Record the approval; raises while a tier is open."""
        self._check_state({"submitted"})
        self._write_guarded({"state": "approved"})
        return True

    def action_create_purchase(self):
        """Create one request for quotation per supplier (R-TOL-02).

        :raises UserError: naming the tools without a supplier"""
        self.lock_for_update(allow_referencing=True)
        self._check_state({"approved"})
        for request in self:
            lines = request.line_ids.filtered(
                lambda line: line.quantity_approved and not line.purchase_line_id
            )
            missing = lines.filtered(lambda line: not line.supplier_id)
            if missing:
                raise UserError(
                    self.env._(
                        "Name a supplier for: %(tools)s.",
                        tools=", ".join(missing.product_id.mapped("display_name")),
                    )
                )
            for supplier, supplier_lines in lines.grouped("supplier_id").items():
                supplier_lines._create_purchase_order(supplier)
        self._write_guarded({"state": "ordered"})
        return True

    def action_issue(self):
        """Prepare the slips that give what was received to those who asked; each
        is signed at the counter.

        :raises UserError: when nothing was received that is not issued yet"""
        self._check_state({"ordered"})
        custodies = self.env["aftersales.tool.custody"]
        for request in self:
            for employee, lines in request.line_ids.grouped("employee_id").items():
                custody = custodies.browse()
                # one after the other: a line sees what the one before took
                for line in lines:
                    vals_list = line._prepare_issue_line_vals()
                    if vals_list and not custody:
                        custody = custodies.create(
                            request._prepare_issue_vals(employee)
                        )
                        custodies |= custody
                    custody.line_ids = [fields.Command.create(v) for v in vals_list]
        if not custodies:
            raise UserError(
                self.env._("Nothing has been received that is not on a slip yet.")
            )
        return self.action_view_custodies()

    def action_done(self):
        """Close the request."""
        self._check_state({"ordered"})
        self._write_guarded({"state": "done"})
        return True

    def action_cancel(self):
        """Give the request up before anything is ordered."""
        self._check_state({"draft", "submitted", "approved"})
        self._write_guarded({"state": "cancelled"})
        return True

    def action_view_purchases(self):
        """Open the purchase orders."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Purchase Orders"),
            "res_model": "purchase.order",
            "view_mode": "list,form",
            "domain": [("id", "in", self.purchase_ids.ids)],
        }

    def action_view_custodies(self):
        """Open the slips."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Tool Custody"),
            "res_model": "aftersales.tool.custody",
            "view_mode": "list,form",
            "domain": [("tool_request_id", "in", self.ids)],
        }

    # === BUSINESS METHODS ===#
    def _check_state(self, allowed):
        for request in self:
            if request.state not in allowed:
                state = dict(self._fields["state"]._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "%(request)s is in state “%(state)s”, which does not allow "
                        "this.",
                        request=request.name,
                        state=state[request.state],
                    )
                )

    def _prepare_issue_vals(self, employee):
        self.ensure_one()
        return {
            "kind": "issue",
            "employee_id": employee.id,
            "company_id": self.company_id.id,
            "tool_request_id": self.id,
        }

    def _validate_tier(self, tiers=False):
        """Approved by the last tier: the request is approved."""
        res = super()._validate_tier(tiers)
        if self.state == "submitted" and self.validation_status == "validated":
            # not stored and without dependencies: still says what was so before
            self.invalidate_recordset(["need_validation"])
            self.action_approve()
        return res

    @api.model
    @in_company_language
    def _cron_open_yearly(self):
        """In the configured month, open the yearly request of each company once and
        ask the manager of the service department to gather the needs."""
        today = fields.Date.context_today(self)
        companies = self.env["res.company"].search(
            [
                ("aftersales_tool_request_month", "=", today.month),
                ("aftersales_department_id", "!=", False),
            ]
        )
        existing = self.search(
            [
                ("year", "=", today.year),
                ("company_id", "in", companies.ids),
                ("state", "!=", "cancelled"),
            ]
        ).company_id
        requests = self.create(
            [
                {
                    "company_id": company.id,
                    "year": today.year,
                    "department_id": company.aftersales_department_id.id,
                    "user_id": (
                        company.aftersales_department_id.manager_id.user_id
                        or self.env.user
                    ).id,
                }
                for company in companies - existing
            ]
        )
        for request in requests:
            told = in_language_of(request, request.user_id, company=request.company_id)
            told.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=request.user_id.id,
                summary=told.env._("Gather the tools needed this year"),
            )
        return requests
