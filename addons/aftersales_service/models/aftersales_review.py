# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from ..tools.guard import check_stays_on_file
from ..tools.language import in_language_of

GRADES = [
    ("expert", "Expert"),
    ("senior", "Senior"),
    ("intermediate", "Intermediate"),
    ("junior", "Junior"),
]


class AftersalesReview(models.Model):
    """Review of a person or a team for a period (R-KPI-02).

    draft -> discussed (the person sees it and comments) -> fixed by the manager, who
    is never the person reviewed; a changed grade reaches the employee's file.
    """

    _name = "aftersales.review"
    _description = "Performance Review"
    _inherit = ["aftersales.state.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date_from desc, id desc"
    _check_company_auto = True

    _guarded_fields = (
        "state",
        "discussed_on",
        "fixed_by_id",
        "fixed_on",
        "employee_comment",
    )

    # === FIELDS ===#
    name = fields.Char(
        string="Number",
        default=lambda self: self.env._("New"),
        copy=False,
        readonly=True,
        required=True,
    )
    state = fields.Selection(
        [("draft", "Draft"), ("discussed", "In Discussion"), ("fixed", "Fixed")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    scope = fields.Selection(
        [("person", "Person"), ("team", "Team")], default="person", required=True
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    employee_id = fields.Many2one(
        "hr.employee", check_company=True, index="btree_not_null", tracking=True
    )
    employee_user_id = fields.Many2one(
        "res.users",
        compute="_compute_employee_user_id",
        compute_sudo=True,
        store=True,
        index="btree_not_null",
    )
    department_id = fields.Many2one(
        "hr.department",
        check_company=True,
        index="btree_not_null",
        compute="_compute_department_id",
        store=True,
        readonly=False,
    )
    date_from = fields.Date(required=True, index=True)
    date_to = fields.Date(required=True)
    line_ids = fields.One2many("aftersales.review.line", "review_id", string="Criteria")
    score = fields.Float(compute="_compute_score", store=True, tracking=True)
    reward = fields.Monetary(string="Proposed Reward")
    training = fields.Text(string="Training Need")
    current_grade = fields.Selection(GRADES, readonly=True)
    grade = fields.Selection(GRADES, string="Proposed Grade", tracking=True)
    pay_proposal = fields.Char(help="Effect on pay, decided by HR.")
    manager_comment = fields.Text(tracking=True)
    employee_comment = fields.Text(string="Comment of the Person", readonly=True)
    discussed_on = fields.Date(readonly=True, copy=False)
    fixed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    fixed_on = fields.Date(readonly=True, copy=False)
    is_mine = fields.Boolean(compute="_compute_is_mine")

    _dates = models.Constraint(
        "CHECK (date_to >= date_from)", "A period ends after it starts."
    )
    _person_unique = models.UniqueIndex(
        "(employee_id, date_from, date_to) WHERE employee_id IS NOT NULL",
        "This person is reviewed for the period already.",
    )

    # === COMPUTE METHODS ===#
    @api.depends("employee_id.user_id")
    def _compute_employee_user_id(self):
        for review in self:
            review.employee_user_id = review.employee_id.user_id

    @api.depends("employee_id")
    def _compute_department_id(self):
        for review in self:
            review.department_id = (
                review.employee_id.department_id or review.department_id
            )

    @api.depends("line_ids.score", "line_ids.weight", "line_ids.is_measured")
    def _compute_score(self):
        for review in self:
            lines = review.line_ids.filtered("is_measured")
            weight = sum(lines.mapped("weight"))
            review.score = (
                sum(line.score * line.weight for line in lines) / weight
                if weight
                else 0.0
            )

    @api.depends("employee_user_id")
    @api.depends_context("uid")
    def _compute_is_mine(self):
        for review in self:
            review.is_mine = review.employee_user_id == self.env.user

    # === CONSTRAINT METHODS ===#
    @api.constrains("scope", "employee_id", "department_id")
    def _check_subject(self):
        for review in self:
            if review.scope == "person" and not review.employee_id:
                raise ValidationError(self.env._("Whom is the review about?"))
            if review.scope == "team" and not review.department_id:
                raise ValidationError(self.env._("Which team is the review about?"))

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        numbers = self.env["ir.sequence"]._next_batch(
            "aftersales.review", len(vals_list)
        )
        for vals, number in zip(vals_list, numbers, strict=True):
            if not vals.get("name"):
                vals["name"] = number
        reviews = super().create(vals_list)
        reviews._fill_lines()
        return reviews

    def write(self, vals):
        self._check_not_mine()
        closed = {
            "line_ids",
            "grade",
            "reward",
            "training",
            "pay_proposal",
            "manager_comment",
            "employee_id",
            "date_from",
            "date_to",
        }
        if closed & set(vals) and any(review.state == "fixed" for review in self):
            raise UserError(self.env._("The review is fixed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        check_stays_on_file(self, "draft")

    # === ACTION METHODS ===#
    def action_compute(self):
        """Measure the criteria again; scores judged by the manager stay.

        :raise UserError: fixed already
        """
        if any(review.state == "fixed" for review in self):
            raise UserError(self.env._("The review is fixed."))
        self._fill_lines()
        return True

    def action_discuss(self):
        """Show the review to the person: he may comment before it is fixed."""
        for review in self:
            if review.state != "draft":
                raise UserError(self.env._("The review was shown already."))
        self._check_not_mine()
        self._write_guarded(
            {"state": "discussed", "discussed_on": fields.Date.context_today(self)}
        )
        for review in self.filtered("employee_user_id"):
            told = in_language_of(
                review, review.employee_user_id, company=review.company_id
            )
            told.message_notify(
                partner_ids=review.employee_user_id.partner_id.ids,
                subject=told.env._("Your review is ready for discussion"),
                body=told.env._(
                    "%(number)s, score %(score).1f. Your comment is welcome.",
                    number=review.name,
                    score=review.score,
                ),
            )
        return True

    def action_comment(self, text):
        """Record the person's own comment.

        :raise AccessError: not his review
        :raise UserError: fixed already
        """
        for review in self:
            if not review.is_mine:
                raise AccessError(self.env._("Only the person himself comments."))
            if review.state != "discussed":
                raise UserError(self.env._("The review is not in discussion."))
        # sudo: the person may read his review only; this is his own comment
        self.sudo().employee_comment = text
        self.sudo()._message_log_batch(
            bodies={review.id: text for review in self},
            author_id=self.env.user.partner_id.id,
        )
        return True

    def action_fix(self):
        """Fix the result; a changed grade goes to the employee's file and skills.

        :raise UserError: not discussed yet
        """
        for review in self:
            if review.state != "discussed":
                raise UserError(self.env._("Discuss the result before it is fixed."))
        self._check_not_mine()
        self._write_guarded(
            {
                "state": "fixed",
                "fixed_by_id": self.env.uid,
                "fixed_on": fields.Date.context_today(self),
            }
        )
        self._apply_grades()
        return True

    # === BUSINESS METHODS ===#
    def _check_not_mine(self):
        if not self.env.su and any(review.is_mine for review in self):
            raise AccessError(self.env._("Nobody writes his own review."))

    def _apply_grades(self):
        # sudo: the fixed review decides the grade, whoever keeps the employee's file
        for review in self.sudo():
            employee = review.employee_id
            if not review.grade or review.grade == employee.technician_grade:
                continue
            employee.technician_grade = review.grade
            employee._set_aftersales_grade_skill(review.grade)

    def _fill_lines(self):
        """Create or refresh one line per criterion with what the system measured."""
        self._check_not_mine()
        self.check_access("write")
        criteria = self.env["aftersales.review.criterion"].search([])
        for review in self:
            # sudo: the grade on the employee's file is shown on the review
            review.sudo().current_grade = review.employee_id.sudo().technician_grade
            measured = review._measure()
            # sudo: the figures are measured, nobody writes them by hand
            lines = {line.criterion_id: line for line in review.sudo().line_ids}
            for criterion in criteria.filtered(
                lambda c, review=review: (
                    c.company_id.id in (False, review.company_id.id)
                )
            ):
                value, count = measured.get(criterion.code, (None, 0))
                vals = {
                    "value": value or 0.0,
                    "count": count,
                    "is_measured": value is not None,
                    "score": criterion._get_score(value),
                }
                if criterion.code == "manual":
                    vals = {}
                if criterion in lines:
                    lines[criterion].write(vals)
                else:
                    review.sudo().line_ids = [
                        fields.Command.create(
                            {
                                "criterion_id": criterion.id,
                                "sequence": criterion.sequence,
                                "weight": criterion.weight,
                                **vals,
                            }
                        )
                    ]

    def _get_period_domain(self, date_field, person_field):
        self.ensure_one()
        start, end = self.date_from, fields.Date.add(self.date_to, days=1)
        if date_field != "event_date":
            start, end = self.company_id._get_aftersales_bounds(start, self.date_to)
        domain = (
            Domain(date_field, ">=", start)
            & Domain(date_field, "<", end)
            & Domain("company_id", "=", self.company_id.id)
        )
        if self.scope == "person":
            return domain & Domain(person_field, "=", self.employee_id.id)
        return domain & Domain("department_id", "child_of", self.department_id.id)

    def _measure(self):
        """Return ``{criterion code: (value or None, number of cases)}``."""
        self.ensure_one()
        self.env.flush_all()
        # sudo: the figures of the person reviewed, whichever cases the manager sees
        env = self.sudo().env

        def rate(model, date_field, person_field, measure):
            ((value, count),) = env[model]._read_group(
                self._get_period_domain(date_field, person_field),
                [],
                [f"{measure}:avg", f"{measure}:count"],
            )
            return (value if count else None, count)

        complaints = env["aftersales.complaint"].search_count(
            self._get_period_domain("received_at", "employee_id")
            & Domain("verdict", "=", "justified")
        )
        ((points, penalties),) = env["aftersales.penalty"]._read_group(
            self._get_period_domain("event_date", "employee_id")
            & Domain("state", "in", ("final", "posted")),
            [],
            ["points:sum", "__count"],
        )
        return {
            "on_time": rate(
                "aftersales.sla.report", "deadline", "employee_id", "on_time_rate"
            ),
            "satisfaction": rate(
                "aftersales.satisfaction.report",
                "date",
                "technician_id",
                "satisfied_rate",
            ),
            "first_time_fix": self._measure_first_time_fix(env),
            "complaints": (complaints, complaints),
            "points": (points or 0.0, penalties),
        }

    def _measure_first_time_fix(self, env):
        """Return the share of the cases of his visits fixed the first time."""
        orders = env["aftersales.order.report"]._read_group(
            self._get_period_domain("date", "technician_id")
            & Domain("state", "in", ("reported", "done")),
            [],
            ["request_id:array_agg"],
        )
        request_ids = [rid for rid in set(orders[0][0] or []) if rid]
        rows = env["aftersales.request.report"].search_read(
            [("request_id", "in", request_ids)], ["first_time_fix_rate", "state"]
        )
        rates = [
            row["first_time_fix_rate"]
            for row in rows
            if row["state"] in ("solved", "closed")
        ]
        return (sum(rates) / len(rates) if rates else None, len(rates))
