# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from ..tools.kanban import order_states

#: a penalty in one of these does not count in a rolling window
NOT_COUNTED = ("waived", "reversed")
#: in the context: written by a decision; no client can send an object
DECISION = object()
#: written by the action methods only
DECISIONS = {
    "state",
    "notified_at",
    "notified_by_id",
    "statement",
    "statement_at",
    "statement_deadline",
    "is_accepted",
    "appeal",
    "appealed_at",
    "appeal_deadline",
    "decided_by_id",
    "decided_at",
    "decision_reason",
    "move_id",
    "reversal_move_ids",
    "former_bill_ids",
    "deduction_id",
    "count_in_window",
    "calculation",
    "proposed_amount",
    "proposed_calculation",
    "proposed_loss",
    "has_correction",
    "event_key",
}
#: what the employee was told: closed once he was
TOLD = {
    "rule_id",
    "event_date",
    "loss_amount",
    "share",
    "employee_id",
    "amount",
    "consequence",
    "points",
    "company_id",
    "evidence",
    "amount_reason",
    "request_id",
    "order_id",
    "res_model",
    "res_id",
    "source_name",
}


class AftersalesPenalty(models.Model):
    """What one event means for one person, from the proposal to the books.

    ========== ================================== ================================
    Action     Who                                Restriction
    ========== ================================== ================================
    propose    the system, manager, HR            once per event
    notify     manager, HR                        not himself; reason for a range
    statement  the employee                       until the statement's limit
    appeal     the employee                       until the appeal's limit
    decide     manager, HR, general manager       not himself; an appeal is decided
                                                  by someone who did not decide
    post       accountant                         wage deductions only, once; again
                                                  when its entry left the books
    waive      manager, HR, general manager       not himself; before posting
    reverse    accountant, general manager        not himself; after final
    ========== ================================== ================================
    """

    _name = "aftersales.penalty"
    _description = "Penalty"
    _inherit = ["aftersales.billed.mixin", "mail.thread", "mail.activity.mixin"]
    # guarded by its decisions
    _guarded_fields = ()
    _order = "event_date desc, id desc"
    _check_company_auto = True
    _mail_post_access = "read"

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
            ("draft", "Proposed"),
            ("notified", "Notified"),
            ("appealed", "Appealed"),
            ("final", "Final"),
            ("posted", "Posted"),
            ("waived", "Waived"),
            ("reversed", "Reversed"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=order_states,
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
        help="Opens the penalty in this user's own menu.",
    )
    department_id = fields.Many2one(
        "hr.department",
        compute="_compute_department_id",
        compute_sudo=True,
        store=True,
        index="btree_not_null",
    )
    rule_id = fields.Many2one(
        "aftersales.penalty.rule",
        string="Rule Version",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    rule_kind = fields.Selection(related="rule_id.kind")
    rule_code = fields.Char(related="rule_id.code", store=True, index=True)
    event_date = fields.Date(
        required=True, default=fields.Date.context_today, index=True
    )
    res_model = fields.Char(string="Source Model", readonly=True)
    res_id = fields.Many2oneReference(
        string="Source", model_field="res_model", readonly=True
    )
    source_name = fields.Char(string="Case", readonly=True)
    event_key = fields.Char(
        readonly=True,
        copy=False,
        help="Rule, person and source: each event is proposed once.",
    )
    request_id = fields.Many2one(
        "aftersales.request", check_company=True, index="btree_not_null"
    )
    order_id = fields.Many2one(
        "aftersales.order", check_company=True, index="btree_not_null"
    )
    evidence = fields.Text(help="What happened, and where it is recorded.")
    loss_amount = fields.Monetary(string="Loss", tracking=True)
    share = fields.Float(
        string="Share (%)", default=100.0, help="Share of this person in the cause."
    )
    count_in_window = fields.Integer(
        string="Case Number",
        readonly=True,
        copy=False,
        help="Which case of this person inside the rule's window this is.",
    )
    consequence = fields.Selection(
        [
            ("points", "Points only"),
            ("bonus", "Bonus reduction"),
            ("wage", "Wage deduction"),
        ],
        required=True,
        default="points",
        tracking=True,
    )
    points = fields.Float()
    amount = fields.Monetary(tracking=True)
    amount_reason = fields.Text(
        string="Reason of the Amount",
        tracking=True,
        help="Required where the tariff gives a range.",
    )
    calculation = fields.Text(
        readonly=True, copy=False, help="The full calculation with the rule's version."
    )
    proposed_amount = fields.Monetary(
        readonly=True,
        copy=False,
        help="Amount after an earlier case left the window, or the loss came down; "
        "waits for a decision.",
    )
    proposed_calculation = fields.Text(readonly=True, copy=False)
    has_correction = fields.Boolean(
        string="Correction Proposed", readonly=True, copy=False, index=True
    )
    user_id = fields.Many2one(
        "res.users", string="Responsible", tracking=True, index="btree_not_null"
    )
    notified_at = fields.Datetime(readonly=True, copy=False)
    notified_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    statement_deadline = fields.Date(readonly=True, copy=False)
    appeal_deadline = fields.Date(readonly=True, copy=False)
    statement = fields.Text(
        string="Employee's Statement", readonly=True, copy=False, tracking=True
    )
    statement_at = fields.Datetime(readonly=True, copy=False)
    is_accepted = fields.Boolean(
        string="Accepted by the Employee", readonly=True, copy=False, tracking=True
    )
    appeal = fields.Text(readonly=True, copy=False, tracking=True)
    appealed_at = fields.Datetime(readonly=True, copy=False)
    decided_by_id = fields.Many2one(
        "res.users", string="Decided by", readonly=True, copy=False, tracking=True
    )
    decided_at = fields.Datetime(readonly=True, copy=False)
    decision_reason = fields.Text(readonly=True, copy=False, tracking=True)
    is_mine = fields.Boolean(compute="_compute_is_mine")

    _event_unique = models.UniqueIndex(
        "(event_key) WHERE event_key IS NOT NULL",
        "This event was already proposed as a penalty.",
    )
    _amount_positive = models.Constraint(
        "CHECK (amount >= 0 AND points >= 0)", "A penalty is not negative."
    )
    _loss_positive = models.Constraint(
        "CHECK (loss_amount >= 0)", "A loss cannot be negative."
    )
    _share_range = models.Constraint(
        "CHECK (share > 0 AND share <= 100)", "A share is between 0 and 100 %."
    )
    _window_index = models.Index("(employee_id, rule_code, event_date)")

    # === COMPUTE METHODS ===#
    @api.depends("employee_id.user_id")
    def _compute_employee_user_id(self):
        for penalty in self:
            penalty.employee_user_id = penalty.employee_id.user_id

    @api.depends("employee_id")
    def _compute_department_id(self):
        """Where he worked at the time: a later change leaves the past."""
        for penalty in self:
            penalty.department_id = penalty.employee_id.department_id

    @api.depends("employee_user_id")
    @api.depends_context("uid")
    def _compute_is_mine(self):
        for penalty in self:
            penalty.is_mine = penalty.employee_user_id == self.env.user

    # === CONSTRAINT METHODS ===#
    @api.constrains("employee_id", "company_id", "event_date")
    def _check_employee(self):
        # sudo: the date somebody left is HR's, the check is everybody's
        for penalty in self.sudo():
            employee = penalty.employee_id
            if employee.company_id != penalty.company_id:
                raise ValidationError(
                    self.env._(
                        "%(employee)s does not work for %(company)s.",
                        employee=employee.name,
                        company=penalty.company_id.name,
                    )
                )
            left = employee.departure_date
            if (left and left < penalty.event_date) or (
                not employee.active and not left
            ):
                raise ValidationError(
                    self.env._(
                        "%(employee)s had left before %(date)s.",
                        employee=employee.name,
                        date=format_date(self.env, penalty.event_date),
                    )
                )

    @api.constrains("consequence", "rule_id")
    def _check_legal_basis(self):
        for penalty in self.sudo():
            if penalty.consequence == "wage" and not penalty.rule_id.legal_basis:
                raise ValidationError(
                    self.env._(
                        "A wage deduction needs a legal basis on the rule %(rule)s.",
                        rule=penalty.rule_id.display_name,
                    )
                )

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        Rule = self.env["aftersales.penalty.rule"]
        if not self.env.su and any(
            vals[fname] != "draft"
            for vals in vals_list
            for fname in DECISIONS & vals.keys()
            if vals[fname]
        ):
            raise UserError(
                self.env._("The state of a penalty changes by its buttons only.")
            )
        numbers = self.env["ir.sequence"]._next_batch(
            "aftersales.penalty", len(vals_list)
        )
        for vals, number in zip(vals_list, numbers, strict=True):
            if not vals.get("name"):
                vals["name"] = number
            if (vals.get("loss_amount") or 0) < 0:
                raise ValidationError(self.env._("A loss cannot be negative."))
            rule = Rule.browse(vals.get("rule_id"))
            if rule:
                # sudo: the defaults of the rule, whoever reports the event
                rule = rule.sudo()
                vals.setdefault("consequence", rule.consequence)
                vals.setdefault("points", rule.points)
        penalties = super().create(vals_list)
        penalties.filtered(lambda p: not p.calculation)._calculate()
        return penalties

    def write(self, vals):
        basis = {"rule_id", "event_date", "loss_amount", "share", "employee_id"}
        if self.env.context.get("aftersales_penalty_decision") is not DECISION:
            if DECISIONS & set(vals):
                raise UserError(
                    self.env._("The state of a penalty changes by its buttons only.")
                )
            if TOLD & set(vals):
                self._check_independence()
                if any(penalty.state != "draft" for penalty in self):
                    raise UserError(
                        self.env._(
                            "A penalty the employee was told is changed by a decision "
                            "only: waive or reverse it."
                        )
                    )
        res = super().write(vals)
        if basis & set(vals):
            self.filtered(lambda p: p.state == "draft")._calculate()
        elif (
            "amount" in vals
            and self.env.context.get("aftersales_penalty_decision") is not DECISION
        ):
            self._check_chosen_amount()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._(
                "A penalty is waived or reversed and stays visible; not deleted."
            )
        )
