# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools.penalty_math import find_bracket_problem

#: fields that decide an amount: closed once a penalty was born with the version
FIGURES = {
    "code",
    "kind",
    "amount",
    "amount_max",
    "percent",
    "cap_amount",
    "window_months",
    "line_ids",
    "points",
    "company_id",
    "valid_from",
}


class AftersalesPenaltyRule(models.Model):
    """One version of one line of the tariff (R-PEN-01 to R-PEN-03).

    A rule is never edited once a penalty was calculated with it: a new version
    takes over on its date, the old one prevails until then (R-PEN-08).
    """

    _name = "aftersales.penalty.rule"
    _description = "Penalty Rule"
    _inherit = ["mail.thread"]
    _order = "sequence, code, valid_from desc, id desc"
    _check_company_auto = True

    # === FIELDS ===#
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    code = fields.Char(
        required=True, index=True, help="The same for all versions of a rule."
    )
    version = fields.Integer(default=1, readonly=True, copy=False)
    company_id = fields.Many2one(
        "res.company",
        index=True,
        help="Empty: for every company that has no rule of its own by this code.",
    )
    currency_id = fields.Many2one(
        "res.currency", compute="_compute_currency_id", compute_sudo=True
    )
    valid_from = fields.Date(
        required=True, default=fields.Date.context_today, tracking=True
    )
    valid_to = fields.Date(tracking=True, help="Last day; empty: until further notice.")
    kind = fields.Selection(
        [
            ("fixed", "Fixed amount"),
            ("range", "Range, decided with a reason"),
            ("count", "By count in a rolling window"),
            ("bracket", "Progressive brackets by loss"),
            ("percent", "Percent of the loss"),
        ],
        required=True,
        default="fixed",
        tracking=True,
    )
    amount = fields.Monetary(
        string="Amount / From", tracking=True, help="Fixed amount, or start of a range."
    )
    amount_max = fields.Monetary(string="To", tracking=True)
    percent = fields.Float(string="Percent of Loss", tracking=True)
    cap_amount = fields.Monetary(
        string="Cap", tracking=True, help="Largest amount of one penalty; 0: none."
    )
    window_months = fields.Integer(
        string="Window (months)",
        default=6,
        help="Earlier cases of the same person inside this window count. The length "
        "was not legible in the source; 6 months is our own default.",
    )
    line_ids = fields.One2many(
        "aftersales.penalty.rule.line", "rule_id", string="Steps", copy=True
    )
    trigger = fields.Selection(
        [
            ("manual", "Reported by a person"),
            ("answer_missed", "Hotline unanswered or not passed on"),
            ("late_dispatch", "Late dispatch"),
            ("missed_dispatch", "Missed dispatch"),
            ("late_arrival", "Late on site"),
            ("incomplete_report", "Incomplete or late report"),
            ("repeat_repair", "Repeat repair"),
            ("bad_rating", "Dissatisfied customer"),
            ("dispatch_refused", "Dispatch refused"),
            ("resident_breach", "Month of resident staff judged a breach"),
            ("complaint", "Justified complaint"),
            ("accident", "Major accident"),
        ],
        default="manual",
        required=True,
        index=True,
        help="What the system watches to propose a draft penalty by this rule.",
    )
    grace_minutes = fields.Integer(
        string="Grace (minutes)", help="Lateness up to this is not proposed."
    )
    report_hours = fields.Integer(
        string="Report Due (hours)",
        default=24,
        help="A report later than this after the end of the work is late; our own "
        "default.",
    )
    consequence = fields.Selection(
        [
            ("points", "Points only"),
            ("bonus", "Bonus reduction"),
            ("wage", "Wage deduction"),
        ],
        default="points",
        required=True,
        tracking=True,
        help="Default of the penalties by this rule. A wage deduction needs a legal "
        "basis.",
    )
    points = fields.Float(tracking=True, help="Counted in the review of the person.")
    legal_basis = fields.Text(
        tracking=True,
        help="Clause of the contract or rule signed by the employees that allows a "
        "wage deduction.",
    )
    statement_days = fields.Integer(
        string="Statement (days)",
        default=3,
        help="Days the employee has to state his view; our own default.",
    )
    appeal_days = fields.Integer(
        string="Appeal (days)",
        default=7,
        help="Days after the notice in which the employee may appeal; our own default.",
    )
    penalty_count = fields.Integer(compute="_compute_penalty_count")

    _amounts_positive = models.Constraint(
        "CHECK (amount >= 0 AND amount_max >= 0 AND cap_amount >= 0"
        " AND percent >= 0 AND points >= 0)",
        "Amounts, percents and points of a rule are not negative.",
    )
    _validity = models.Constraint(
        "CHECK (valid_to IS NULL OR valid_to >= valid_from)",
        "A rule ends after it starts.",
    )
    _days_positive = models.Constraint(
        "CHECK (statement_days >= 0 AND appeal_days >= 0 AND window_months >= 0)",
        "Days and months are not negative.",
    )
    _minutes_positive = models.Constraint(
        "CHECK (grace_minutes >= 0 AND report_hours >= 0)",
        "Minutes and hours of a rule are not negative.",
    )

    # === COMPUTE METHODS ===#
    @api.depends("company_id")
    @api.depends_context("company")
    def _compute_currency_id(self):
        for rule in self:
            rule.currency_id = (rule.company_id or self.env.company).currency_id

    @api.depends("name", "version")
    def _compute_display_name(self):
        for rule in self:
            rule.display_name = (
                f"{rule.name} (v{rule.version})" if rule.version > 1 else rule.name
            )

    def _compute_penalty_count(self):
        counts = dict(
            self.env["aftersales.penalty"]._read_group(
                [("rule_id", "in", self.ids)], ["rule_id"], ["__count"]
            )
        )
        for rule in self:
            rule.penalty_count = counts.get(rule, 0)

    # === CONSTRAINT METHODS ===#
    @api.constrains("code", "company_id", "valid_from", "valid_to", "active")
    def _check_overlap(self):
        rules = self.search([("code", "in", self.mapped("code"))])
        for rule in self.filtered("active"):
            for other in rules - rule:
                if (
                    other.code == rule.code
                    and other.company_id == rule.company_id
                    and (not other.valid_to or other.valid_to >= rule.valid_from)
                    and (not rule.valid_to or rule.valid_to >= other.valid_from)
                ):
                    raise ValidationError(
                        self.env._(
                            "Two versions of the rule %(code)s would be valid at the "
                            "same time: %(first)s and %(second)s. End the older one "
                            "before the newer one starts.",
                            code=rule.code,
                            first=rule.display_name,
                            second=other.display_name,
                        )
                    )

    @api.constrains("kind", "amount", "amount_max", "line_ids")
    def _check_figures(self):
        problems = {
            "empty": self.env._("it has no steps"),
            "start": self.env._("the first step must start at the beginning"),
            "hole": self.env._("there is a hole between two steps"),
            "overlap": self.env._("two steps overlap"),
            "inverted": self.env._("a step ends before it starts"),
            "open": self.env._("the last step must be open (to: 0)"),
        }
        for rule in self:
            if rule.kind == "range" and rule.amount_max < rule.amount:
                raise ValidationError(
                    self.env._(
                        "The range of %(rule)s ends before it starts.", rule=rule.name
                    )
                )
            if rule.kind not in ("count", "bracket"):
                continue
            lines = rule.line_ids.sorted("lower")
            problem = find_bracket_problem(
                [(line.lower, line.upper) for line in lines],
                step=1 if rule.kind == "count" else 0,
            )
            if problem:
                raise ValidationError(
                    self.env._(
                        "The steps of %(rule)s do not fit together: %(problem)s.",
                        rule=rule.name,
                        problem=problems[problem],
                    )
                )

    @api.constrains("consequence", "legal_basis")
    def _check_legal_basis(self):
        for rule in self:
            if rule.consequence == "wage" and not (rule.legal_basis or "").strip():
                raise ValidationError(
                    self.env._(
                        "A wage deduction needs a legal basis: the clause of the "
                        "contract or the signed rule behind %(rule)s.",
                        rule=rule.name,
                    )
                )

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        steps = self.with_context(aftersales_rule_steps=True)
        rules = super(AftersalesPenaltyRule, steps).create(vals_list)
        return rules.with_env(self.env)

    def write(self, vals):
        changed = FIGURES & set(vals)
        if changed:
            used = self._get_used()
            if used:
                raise UserError(
                    self.env._(
                        "Penalties were calculated with %(rules)s. Make a new version "
                        "instead of changing this one.",
                        rules=", ".join(used.mapped("display_name")),
                    )
                )
        return super(
            AftersalesPenaltyRule, self.with_context(aftersales_rule_steps=True)
        ).write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        if self._get_used():
            raise UserError(
                self.env._("A rule with penalties can be archived, not deleted.")
            )

    # === ACTION METHODS ===#
    def action_new_version(self):
        """Open a copy of the rule that starts the day after ``valid_to`` (or today)."""
        self.ensure_one()
        start = fields.Date.context_today(self)
        if self.valid_to:
            start = max(start, self.valid_to + relativedelta(days=1))
        else:
            start = max(start, self.valid_from + relativedelta(days=1))
        new = self._create_version(start)
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": new.id,
            "view_mode": "form",
        }

    def action_view_penalties(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_penalty_action"
        )
        return {**action, "domain": [("rule_id", "=", self.id)], "context": {}}

    # === BUSINESS METHODS ===#
    def _create_version(self, start, **vals):
        """End ``self`` the day before ``start`` and return its next version."""
        self.ensure_one()
        if not self.valid_to or self.valid_to >= start:
            self.valid_to = start - relativedelta(days=1)
        return self.copy(
            {
                "name": self.name,
                "valid_from": start,
                "valid_to": False,
                "version": self.version + 1,
                **vals,
            }
        )

    def _get_used(self):
        """Return the rules of ``self`` that penalties were calculated with."""
        # sudo: the version is closed even for those who may not see the penalties
        groups = (
            self.env["aftersales.penalty"]
            .sudo()
            ._read_group([("rule_id", "in", self.ids)], ["rule_id"])
        )
        return self.browse([rule.id for (rule,) in groups])

    @api.model
    def _find(self, keys):
        """Return ``{(code, date, company): rule}`` for the versions valid then.

        A rule of the company goes before the one for every company.

        :param keys: iterable of (code, date, res.company)
        """
        keys = set(keys)
        # sudo: whoever causes a proposal need not be allowed to read the tariff
        rules = self.sudo().search([("code", "in", [key[0] for key in keys])])
        result = {}
        for code, date, company in keys:
            candidates = rules.filtered(
                lambda r, code=code, date=date, company=company: (
                    r.code == code
                    and r.valid_from <= date
                    and (not r.valid_to or r.valid_to >= date)
                    and r.company_id.id in (False, company.id)
                )
            ).sorted(lambda r: not r.company_id)
            result[code, date, company] = self.browse(candidates[:1].ids)
        return result
