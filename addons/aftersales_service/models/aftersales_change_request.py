# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.guard import check_number
from ..tools.language import in_company_language
from .aftersales_penalty import DECISION

#: written by the action methods only
DECISIONS = {"state", "submitted_on", "decided_by_id", "decided_on", "new_rule_id"}


class AftersalesChangeRequest(models.Model):
    """Change of a tariff, limit, policy or procedure 更改申请表 (R-PEN-08).

    draft -> submitted -> approved -> in force on its date, or rejected. Until the
    implementation date the old version prevails.
    """

    _name = "aftersales.change.request"
    _description = "Change Request"
    _inherit = ["mail.thread", "mail.activity.mixin"]
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
    title = fields.Char(required=True)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("submitted", "Submitted"),
            ("approved", "Approved"),
            ("effective", "In Force"),
            ("rejected", "Rejected"),
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
    kind = fields.Selection(
        [
            ("tariff", "Tariff"),
            ("limit", "Time limit"),
            ("policy", "Warranty policy"),
            ("procedure", "Procedure or form"),
        ],
        required=True,
        default="procedure",
    )
    rule_id = fields.Many2one(
        "aftersales.penalty.rule", string="Penalty Rule", check_company=True
    )
    new_amount = fields.Float(
        help="New fixed amount of the rule; other changes are made on the new version."
    )
    new_rule_id = fields.Many2one(
        "aftersales.penalty.rule", string="New Version", readonly=True, copy=False
    )
    original = fields.Text(string="Original Text", required=True)
    revision = fields.Text(string="Revised Text", required=True)
    reason = fields.Text(required=True)
    date_effective = fields.Date(string="Implementation Date", required=True)
    user_id = fields.Many2one(
        "res.users",
        string="Proposed by",
        required=True,
        default=lambda self: self.env.user,
    )
    submitted_on = fields.Date(readonly=True, copy=False)
    decided_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    decided_on = fields.Date(readonly=True, copy=False)
    decision_note = fields.Text(tracking=True)

    _amount_positive = models.Constraint(
        "CHECK (new_amount >= 0)", "The new amount cannot be negative."
    )

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_decision_fields(vals)
        numbers = self.env["ir.sequence"]._next_batch(
            "aftersales.change.request", len(vals_list)
        )
        for vals, number in zip(vals_list, numbers, strict=True):
            if not vals.get("name"):
                vals["name"] = number
        return super().create(vals_list)

    def write(self, vals):
        check_number(self, vals)
        self._check_decision_fields(vals)
        if (
            not self.env.su
            and "user_id" in vals
            and any(change.state != "draft" for change in self)
        ):
            raise UserError(
                self.env._("Who proposed a change stays once it is submitted.")
            )
        text = {"original", "revision", "reason", "date_effective", "rule_id"}
        if (text | {"new_amount"}) & set(vals) and any(
            change.state in ("approved", "effective", "rejected") for change in self
        ):
            raise UserError(self.env._("A decided change request is not edited."))
        return super().write(vals)

    def _check_decision_fields(self, vals):
        """:raise UserError: for a state or decision not written by an action"""
        if self.env.su or self.env.context.get("aftersales_decision") is DECISION:
            return
        if {fname for fname in DECISIONS & vals.keys() if vals[fname] != "draft"}:
            raise UserError(
                self.env._("The state of a change request changes by its buttons only.")
            )

    def _decide(self, vals):
        return self.with_context(aftersales_decision=DECISION).write(vals)

    @api.onchange("rule_id")
    def _onchange_rule_id(self):
        if self.rule_id and not self.original:
            self.original = f"{self.rule_id.display_name}: {self.rule_id.amount:g}"

    # === ACTION METHODS ===#
    def action_submit(self):
        """Hand in the drafts for a decision, dated today."""
        self._ensure_states("draft")
        self._decide(
            {"state": "submitted", "submitted_on": fields.Date.context_today(self)}
        )
        return True

    def action_approve(self):
        """Approve: a new version of the rule starts on the implementation date.

        :raise UserError: the implementation date has passed
        :raise AccessError: one's own proposal, or no right to decide
        """
        self._check_can_decide()
        today = fields.Date.context_today(self)
        for change in self:
            if change.date_effective < today:
                raise UserError(
                    self.env._("The implementation date has passed; please move it.")
                )
        self._write_decision("approved")
        for change in self.filtered("rule_id"):
            vals = {"amount": change.new_amount} if change.new_amount else {}
            # sudo: the approved change makes the version, whoever keeps the tariff
            version = change.rule_id.sudo()._create_version(
                change.date_effective, **vals
            )
            change._decide({"new_rule_id": version.id})
        self._put_in_force()
        return True

    def action_reject(self):
        """Reject, with the reason in the decision note.

        :raise UserError: without a note
        """
        self._check_can_decide()
        if any(not (change.decision_note or "").strip() for change in self):
            raise UserError(self.env._("Please note why the change is rejected."))
        self._write_decision("rejected")
        return True

    # === BUSINESS METHODS ===#
    def _ensure_states(self, *states):
        if any(change.state not in states for change in self):
            raise UserError(self.env._("This step does not fit the request's state."))

    def _check_can_decide(self):
        self._ensure_states("submitted")
        groups = (
            "aftersales_service.group_general_manager",
            "aftersales_service.group_quality_vp",
            "aftersales_service.group_sales_vp",
        )
        if not any(map(self.env.user.has_group, groups)):
            raise AccessError(self.env._("Changes are decided by the management."))
        if any(change.user_id == self.env.user for change in self):
            raise AccessError(self.env._("Nobody decides on his own proposal."))

    def _write_decision(self, state):
        self._decide(
            {
                "state": state,
                "decided_by_id": self.env.uid,
                "decided_on": fields.Date.context_today(self),
            }
        )

    def _put_in_force(self):
        today = fields.Date.context_today(self)
        self.filtered(
            lambda c: c.state == "approved" and c.date_effective <= today
        )._decide({"state": "effective"})

    @api.model
    @in_company_language
    def _cron_put_in_force(self):
        self.search([("state", "=", "approved")])._put_in_force()
