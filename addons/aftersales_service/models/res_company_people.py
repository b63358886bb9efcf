# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import UTC, datetime, time

from dateutil.relativedelta import relativedelta

from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    aftersales_employee_receivable_account_id = fields.Many2one(
        "account.account",
        string="Employee Receivable",
        check_company=True,
        help="Other receivables from employees: penalties and compensation.",
    )
    aftersales_penalty_income_account_id = fields.Many2one(
        "account.account", string="Penalty Income", check_company=True
    )
    aftersales_payroll_account_id = fields.Many2one(
        "account.account",
        string="Payroll Payable",
        check_company=True,
        help="Debited when payroll deducts a month; empty: the accountant posts it.",
    )
    aftersales_penalty_journal_id = fields.Many2one(
        "account.journal",
        string="Penalty Journal",
        check_company=True,
        domain=[("type", "=", "general")],
    )
    aftersales_deduction_percent = fields.Float(
        string="Largest Share of the Wage (%)",
        default=20.0,
        help="All deductions of one month together; the law's default is 20 %.",
    )
    aftersales_minimum_wage = fields.Monetary(
        string="Minimum Wage",
        default=2000.0,
        help="Remains of each month's wage. Our own default: set that of your place.",
    )

    aftersales_budget_limit = fields.Monetary(
        string="Unplanned Need up to",
        default=50000.0,
        help="Unplanned needs above this are approved by the general manager.",
    )
    aftersales_missed_dispatch_hours = fields.Integer(
        string="Dispatch Missed after (hours)",
        default=24,
        help="A dispatch not made this long after its limit counts as missed, not as "
        "late. Our own default: the source names no figure.",
    )
    aftersales_bad_rating = fields.Integer(
        string="Dissatisfied up to",
        default=2,
        help="A customer's rating of 1 to this one (of 5) counts as dissatisfied: a "
        "penalty is proposed and the request taken up again.",
    )

    _aftersales_bad_rating_range = models.Constraint(
        "CHECK (aftersales_bad_rating BETWEEN 0 AND 4)",
        "The rating that counts as dissatisfied is between 0 (none) and 4.",
    )
    _aftersales_missed_dispatch_hours_positive = models.Constraint(
        "CHECK (aftersales_missed_dispatch_hours >= 0)",
        "The hours after which a dispatch is missed can't be negative.",
    )

    def write(self, vals):
        """Another minimum wage moves the limits of the deduction plans (R-PEN-06)."""
        if "aftersales_minimum_wage" not in vals:
            return super().write(vals)
        # sudo: the plans of the company, whoever keeps its settings
        plans = (
            self.env["aftersales.deduction"]
            .sudo()
            .search(
                [
                    ("company_id", "in", self.ids),
                    ("state", "in", ("draft", "planned")),
                ]
            )
        )
        with plans._following_minimum_wage(plans.employee_id):
            return super().write(vals)

    def _get_aftersales_bounds(self, first, last):
        """Return first moment and end, in UTC, of the days ``first`` to ``last`` where
        the company works: a month in Shanghai begins at 16:00 UTC."""
        zone = self._get_aftersales_zone()

        def utc(day):
            local = datetime.combine(day, time.min, tzinfo=zone)
            return local.astimezone(UTC).replace(tzinfo=None)

        return utc(first), utc(last + relativedelta(days=1))

    def _get_aftersales_date(self, moment):
        """Return the day of a moment in UTC where the company works."""
        zone = self._get_aftersales_zone()
        return moment.replace(tzinfo=UTC).astimezone(zone).date()

    def _get_aftersales_minimum_wage(self, work_location):
        """Return the monthly minimum wage at a place of work, else the company's."""
        self.ensure_one()
        return work_location.aftersales_minimum_wage or self.aftersales_minimum_wage

    def _create_aftersales_config(self):
        res = super()._create_aftersales_config()
        # sudo: set-up of a company by whoever may create it
        for company in self.sudo():
            company._propose_aftersales_penalty_accounts()
        return res

    def _propose_aftersales_penalty_accounts(self):
        """Propose accounts of the Chinese charts and a journal where none is set."""
        self.ensure_one()
        Account = self.env["account.account"].with_company(self)
        prefixes = {
            "aftersales_employee_receivable_account_id": ["1221"],
            "aftersales_penalty_income_account_id": ["6301", "5301"],
            "aftersales_payroll_account_id": ["2211"],
        }
        for fname, codes in prefixes.items():
            for code in codes:
                if self[fname]:
                    break
                self[fname] = Account.search(
                    [
                        *Account._check_company_domain(self),
                        ("code", "=like", code + "%"),
                    ],
                    limit=1,
                )
        if not self.aftersales_penalty_journal_id:
            Journal = self.env["account.journal"]
            # those of the company it is a branch of, too
            self.aftersales_penalty_journal_id = Journal.search(
                [*Journal._check_company_domain(self), ("type", "=", "general")],
                limit=1,
            )

    def _get_aftersales_stand_in(self, *groups):
        """Return the res.users who is told what is nobody's: the first one of
        ``groups`` (names of ``aftersales_service``) who works in the company; who runs
        the system has all groups and is told only if there is nobody else."""
        self.ensure_one()
        # sudo: see below
        system = self.env.ref("base.group_system").sudo().all_user_ids
        for name in groups:
            # sudo: members of a group are not everyone's to read
            group = self.env.ref(f"aftersales_service.{name}").sudo()
            users = group.all_user_ids.filtered(
                lambda user: user.active and not user.share and self in user.company_ids
            )
            if users:
                first = min(users, key=lambda user: (user in system, user.id))
                return first.with_env(self.env)
        return self.env["res.users"]
