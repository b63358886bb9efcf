# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesDeduction(models.Model):
    """Plan of monthly wage deductions for one amount an employee owes (R-PEN-06).

    Interface for other addons (e.g. compensation of lost tools)::

        plans = env["aftersales.deduction"]._create_plans([{
            "employee_id": ..., "amount": ..., "reason": "...",
            "res_model": "aftersales.tool.compensation", "res_id": ...,   # source
            "start_date": date,             # optional, this month by default
            "company_id": ...,              # optional, that of the employee
            "receivable_line_id": ...,      # optional account.move.line (receivable)
        }])

    It returns one plan per dict, planned at once where the wage is known, else in
    draft until HR enters it. ``plan._stop()`` cancels what is not deducted yet, e.g.
    when the source is reversed. Each month stays within the company's share of the
    wage (all plans of the person together) and leaves the minimum wage.
    """

    _name = "aftersales.deduction"
    _description = "Wage Deduction Plan"
    _inherit = ["aftersales.state.mixin", "mail.thread", "mail.activity.mixin"]
    #: nothing but what is computed; the others are checked below
    _guarded_fields = ()
    _order = "id desc"
    _check_company_auto = True

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
            ("draft", "Waiting for the Wage"),
            ("planned", "Planned"),
            ("done", "Settled"),
            ("stopped", "Stopped"),
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
    employee_id = fields.Many2one(
        "hr.employee",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
        tracking=True,
    )
    employee_user_id = fields.Many2one(
        "res.users",
        compute="_compute_employee_user_id",
        compute_sudo=True,
        store=True,
        index="btree_not_null",
    )
    amount = fields.Monetary(required=True, tracking=True)
    reason = fields.Char(required=True)
    res_model = fields.Char(string="Source Model", readonly=True, copy=False)
    res_id = fields.Many2oneReference(
        string="Source", model_field="res_model", readonly=True, copy=False
    )
    start_date = fields.Date(
        required=True,
        default=fields.Date.context_today,
        help="The first deduction is in this month.",
    )
    wage = fields.Monetary(
        string="Monthly Wage",
        groups="hr.group_hr_user,aftersales_service.group_accountant",
        help="Taken from the employee's contract; entered where it is not kept there.",
    )
    percent_cap = fields.Float(string="Largest Share (%)", required=True, tracking=True)
    minimum_wage = fields.Monetary(
        help="Remains of each month's wage: that of the place of work, else the "
        "company's.",
    )
    line_ids = fields.One2many(
        "aftersales.deduction.line", "deduction_id", string="Months"
    )
    deducted_amount = fields.Monetary(compute="_compute_amounts", store=True)
    refunded_amount = fields.Monetary(
        string="Paid Back",
        compute="_compute_amounts",
        store=True,
        help="Given back by payroll after the reason of the deduction fell away.",
    )
    residual_amount = fields.Monetary(
        string="Open", compute="_compute_amounts", store=True
    )
    end_date = fields.Date(string="Last Month", compute="_compute_amounts", store=True)
    receivable_line_id = fields.Many2one(
        "account.move.line", readonly=True, copy=False, check_company=True
    )

    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "The amount to deduct is positive."
    )
    _percent_range = models.Constraint(
        "CHECK (percent_cap > 0 AND percent_cap <= 100)",
        "The share of the wage is between 0 and 100 %.",
    )
    _wages_positive = models.Constraint(
        "CHECK (wage >= 0 AND minimum_wage >= 0)", "Wages cannot be negative."
    )

    # === COMPUTE METHODS ===#
    @api.depends("employee_id.user_id")
    def _compute_employee_user_id(self):
        for plan in self:
            plan.employee_user_id = plan.employee_id.user_id

    @api.depends(
        "amount", "state", "line_ids.amount", "line_ids.state", "line_ids.kind"
    )
    def _compute_amounts(self):
        for plan in self:
            done = plan.line_ids.filtered(lambda line: line.state == "done")
            refunds = done.filtered(lambda line: line.kind == "refund")
            plan.deducted_amount = sum((done - refunds).mapped("amount"))
            plan.refunded_amount = sum(refunds.mapped("amount"))
            plan.residual_amount = (
                0.0 if plan.state == "stopped" else plan.amount - plan.deducted_amount
            )
            lines = plan.line_ids.filtered(lambda line: line.state != "cancelled")
            months = lines.mapped("month")
            plan.end_date = max(months) if months else False

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(
            vals.get("state", "draft") != "draft" for vals in vals_list
        ):
            raise UserError(
                self.env._("The state of a plan changes by its buttons only.")
            )
        numbers = self.env["ir.sequence"]._next_batch(
            "aftersales.deduction", len(vals_list)
        )
        for vals, number in zip(vals_list, numbers, strict=True):
            if not vals.get("name"):
                vals["name"] = number
            # sudo: the legal limits of the company and place of work are defaults
            employee = self.env["hr.employee"].sudo().browse(vals.get("employee_id"))
            company = (
                self.env["res.company"]
                .sudo()
                .browse(
                    vals.setdefault(
                        "company_id", employee.company_id.id or self.env.company.id
                    )
                )
            )
            vals.setdefault("percent_cap", company.aftersales_deduction_percent)
            vals.setdefault(
                "minimum_wage",
                company._get_aftersales_minimum_wage(employee.work_location_id),
            )
        return super().create(vals_list)

    def write(self, vals):
        """:raise UserError: for what only the actions write, or the debt of a plan
        that is under way or comes from elsewhere"""
        if not self.env.su:
            if {"state", "res_model", "res_id", "receivable_line_id"} & vals.keys():
                raise UserError(
                    self.env._("The state of a plan changes by its buttons only.")
                )
            if {"amount", "employee_id", "company_id"} & vals.keys() and any(
                plan.state != "draft" or plan.res_model for plan in self
            ):
                raise UserError(
                    self.env._(
                        "What the employee owes is not edited: stop the plan, or "
                        "correct where it comes from."
                    )
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        if any(plan.state != "draft" or plan.res_model for plan in self):
            raise UserError(self.env._("A plan is stopped, not deleted."))

    # === ACTION METHODS ===#
    def action_plan(self):
        """Spread the open amount over the months to come (again).

        Called when the wage is entered or changes; what is deducted already stays.

        :raise UserError: the wage is missing, or leaves no room for any deduction
        """
        self._ensure_open()
        self._read_wages()
        missing = self.sudo().filtered(lambda plan: not plan.wage)
        if missing:
            raise UserError(
                self.env._(
                    "Please enter the monthly wage of %(employees)s first.",
                    employees=", ".join(missing.employee_id.mapped("name")),
                )
            )
        self._plan_lines()
        return True

    def action_recompute(self):
        """Read the wage of the contract again and spread the open amount anew."""
        self._ensure_open()
        for plan in self.sudo():
            # sudo: HR's wage enters the limit, whoever asks for the recomputation
            wage = plan._get_contract_wage()
            if wage:
                plan.wage = wage
        self.action_plan()
        return True

    def action_settle(self):
        """Settle the open amounts at once, when the employee leaves (R-PEN-06).

        What exceeds the limit of the last wage is not deducted but paid by him: one
        settlement line carries it.
        """
        self._ensure_open()
        today = fields.Date.context_today(self)
        # sudo: settling touches the planned months the user sees on the plan
        for plan in self.sudo():
            plan.line_ids.filtered(lambda line: line.state == "planned").unlink()
            rest = plan.amount - plan.deducted_amount
            if rest > 0:
                self.env["aftersales.deduction.line"].sudo().create(
                    {
                        "deduction_id": plan.id,
                        "month": today.replace(day=1),
                        "amount": rest,
                        "kind": "settlement",
                    }
                )
            if plan.state == "draft":
                # no wage was known; nothing is spread any more
                plan.state = "planned"
            plan._message_log(
                body=self.env._("Settled at leaving: %(amount)s.", amount=rest)
            )
        return True

    def action_stop(self):
        """Stop the plans: nothing more is deducted."""
        self._ensure_open()
        self._stop()
        return True

    def action_view_source(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
        }

    # === BUSINESS METHODS ===#
    @api.model
    def _create_plans(self, vals_list):
        """Create deduction plans; see the class for the values.

        :return: the plans, in the order of ``vals_list``
        :raise UserError: the wage leaves no room for any deduction
        """
        # sudo: a final decision plans its deductions, whoever takes the last step;
        # the wage itself stays with HR and the accountant
        plans = self.sudo().create(vals_list)
        plans._read_wages()
        plans.filtered("wage")._plan_lines()
        return self.browse(plans.ids)

    def _ensure_open(self):
        self.check_access("write")
        closed = self.filtered(lambda plan: plan.state in ("done", "stopped"))
        if closed:
            raise UserError(
                self.env._(
                    "These plans are closed: %(numbers)s.",
                    numbers=", ".join(closed.mapped("name")),
                )
            )

    def _stop(self):
        """Cancel what is not deducted yet; what was deducted stays visible."""
        # sudo: the reversal of the source stops its plan, whoever reverses
        for plan in self.sudo().filtered(lambda p: p.state in ("draft", "planned")):
            plan.line_ids.filtered(
                lambda line: line.state == "planned" and line.kind != "refund"
            ).unlink()
            plan.state = "stopped"

    def _close_done(self):
        for plan in self:
            if plan.state == "planned" and not plan.currency_id.compare_amounts(
                plan.deducted_amount, plan.amount
            ):
                plan.state = "done"
