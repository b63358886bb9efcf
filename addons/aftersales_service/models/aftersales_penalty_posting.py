# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesPenalty(models.Model):
    """Final wage deductions in the books: once, and undone by reversal (R-PEN-06)."""

    _inherit = "aftersales.penalty"

    move_id = fields.Many2one(
        "account.move",
        string="Journal Entry",
        readonly=True,
        copy=False,
        check_company=True,
        index="btree_not_null",
    )
    reversal_move_ids = fields.Many2many(
        "account.move",
        "aftersales_penalty_reversal_rel",
        "penalty_id",
        "move_id",
        string="Reversal Entries",
        readonly=True,
        copy=False,
    )
    deduction_id = fields.Many2one(
        "aftersales.deduction",
        string="Deduction Plan",
        readonly=True,
        copy=False,
        check_company=True,
        index="btree_not_null",
    )
    may_view_deduction = fields.Boolean(compute="_compute_may_view_deduction")

    # === COMPUTE METHODS ===#
    @api.depends("deduction_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_may_view_deduction(self):
        """Wages are HR's, the accountant's and the person's own."""
        readable = self.deduction_id._filtered_access("read")
        for penalty in self:
            penalty.may_view_deduction = penalty.deduction_id in readable

    # === ACTION METHODS ===#
    def action_post(self):
        """Charge final wage deductions to the employees: Dr employee receivable,
        Cr other income, and plan the monthly deductions. Each posts once.

        :raise UserError: not final, not a wage deduction, appeal still possible, or
            accounts missing in the settings
        """
        self.lock_for_update()
        self._ensure_states("final")
        self._check_independence()
        money = self.filtered("amount")
        wrong = self.filtered(lambda p: p.consequence != "wage" or not p.amount)
        if wrong:
            raise UserError(
                self.env._(
                    "Only wage deductions are charged to the employee; points and "
                    "bonus reductions end with being final: %(numbers)s.",
                    numbers=", ".join(wrong.mapped("name")),
                )
            )
        today = fields.Date.context_today(self)
        open_appeal = self.filtered(
            lambda p: (
                not p.is_accepted and not p.appealed_at and p.appeal_deadline >= today
            )
        )
        if open_appeal:
            raise UserError(
                self.env._(
                    "The employee may still appeal: %(numbers)s.",
                    numbers=", ".join(open_appeal.mapped("name")),
                )
            )
        money._give_up_bill()
        money._create_entries()
        money._decide({"state": "posted"})
        again = self.browse(set(money._get_wage_plans().mapped("res_id")))
        money._plan_deductions(again)
        return True

    def action_view_move(self):
        self.ensure_one()
        # sudo: which they are; the entries are read with own rights
        former = self.sudo().former_bill_ids.with_env(self.env)
        moves = self.move_id | self.reversal_move_ids | former
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Journal Entries"),
            "res_model": "account.move",
            "view_mode": "list,form",
            "domain": [("id", "in", moves.ids)],
        }

    def action_view_deduction(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "aftersales.deduction",
            "res_id": self.deduction_id.id,
            "view_mode": "form",
        }

    # === BUSINESS METHODS ===#
    def _prepare_move_vals(self):
        """Return the account.move values that charge one penalty."""
        self.ensure_one()
        company = self.company_id
        receivable = company.aftersales_employee_receivable_account_id
        income = company.aftersales_penalty_income_account_id
        journal = company.aftersales_penalty_journal_id
        if not (receivable and income and journal):
            raise UserError(
                self.env._(
                    "Please set the employee receivable account, the penalty income "
                    "account and the journal in the after-sales settings of "
                    "%(company)s.",
                    company=company.name,
                )
            )
        company._check_aftersales_in_use(
            "aftersales_employee_receivable_account_id",
            "aftersales_penalty_income_account_id",
            "aftersales_penalty_journal_id",
        )
        # sudo: the partner of the receivable, whoever posts
        partner = self.employee_id.sudo()._get_aftersales_partner()
        label = self.env._(
            "Penalty %(number)s: %(rule)s", number=self.name, rule=self.rule_id.name
        )
        common = {"name": label, "partner_id": partner.id}
        return {
            "move_type": "entry",
            "journal_id": journal.id,
            "company_id": company.id,
            "date": fields.Date.context_today(self),
            "ref": label,
            "line_ids": [
                fields.Command.create(
                    {**common, "account_id": receivable.id, "balance": self.amount}
                ),
                fields.Command.create(
                    {**common, "account_id": income.id, "balance": -self.amount}
                ),
            ],
        }

    def _prepare_deduction_vals(self):
        self.ensure_one()
        receivable = self.company_id.aftersales_employee_receivable_account_id
        return {
            "employee_id": self.employee_id.id,
            "company_id": self.company_id.id,
            "amount": self.amount,
            "res_model": self._name,
            "res_id": self.id,
            "reason": self.env._(
                "Penalty %(number)s: %(rule)s", number=self.name, rule=self.rule_id.name
            ),
            "receivable_line_id": self.move_id.line_ids.filtered(
                lambda line: line.account_id == receivable
            ).id,
        }

    def _plan_deductions(self, again):
        """Plan what the entries charge; of those posted ``again``, what payroll did not
        keep of the entry before."""
        for penalty in again:
            penalty._charge_wage(*penalty._get_wage_args())
        first = self - again
        if not first:
            return
        plans = self.env["aftersales.deduction"]._create_plans(
            [penalty._prepare_deduction_vals() for penalty in first]
        )
        for penalty, plan in zip(first, plans, strict=True):
            penalty._decide({"deduction_id": plan.id})

    def _create_entries(self):
        moves = self.env["account.move"].create(
            [penalty._prepare_move_vals() for penalty in self]
        )
        moves._post_validated()
        for penalty, move in zip(self, moves, strict=True):
            penalty._decide({"move_id": move.id})

    def _reverse_entries(self):
        """Reverse the entries of posted penalties and stop what is still planned."""
        posted = self.filtered("move_id")
        # the accountant's rights apply: whoever reverses an entry must be allowed to
        for penalty in posted._taking_back():
            move = penalty.move_id
            # sudo: the accounting may have taken it out of the books before; then who
            # reverses the penalty touches no entry, and need not read any
            books = move.sudo()
            reversal = books._get_reversals()[:1]
            if books._is_in_force():
                reversal = move._reverse_in_force(
                    self.env._("Reversal of penalty %(number)s", number=penalty.name)
                )
            elif books.state == "draft":
                move.button_cancel()
            penalty._write_guarded(
                {
                    "reversal_move_ids": [fields.Command.link(r.id) for r in reversal],
                    # what is reversed is not posted any more
                    "former_bill_ids": [fields.Command.link(move.id)],
                }
            )
        posted.deduction_id._stop()
        # sudo: the to-do may be somebody else's
        posted.sudo()._after_bill_back()

    def _correct_entries(self, old_amount):
        """Repost a penalty whose amount was corrected: the old entry is reversed."""
        for penalty in self.filtered(lambda p: p.state == "posted"):
            penalty._reverse_entries()
            penalty._decide({"move_id": False})
            if penalty.amount:
                penalty._create_entries()
                # what payroll deducted by the earlier plans counts
                penalty._charge_wage(*penalty._get_wage_args())
            else:
                penalty._get_wage_plans()._pay_back()
            penalty._message_log(
                body=self.env._(
                    "Entry over %(old)s reversed, new entry over %(new)s.",
                    old=old_amount,
                    new=penalty.amount,
                )
            )
