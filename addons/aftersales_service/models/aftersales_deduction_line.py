# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesDeductionLine(models.Model):
    """One month of a wage deduction plan."""

    _name = "aftersales.deduction.line"
    _inherit = "aftersales.billed.mixin"
    # written by nobody, see write
    _guarded_fields = ()
    _description = "Monthly Wage Deduction"
    _order = "month, id"
    _check_company_auto = True

    deduction_id = fields.Many2one(
        "aftersales.deduction", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="deduction_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    employee_id = fields.Many2one(
        related="deduction_id.employee_id", store=True, index=True
    )
    employee_user_id = fields.Many2one(
        related="deduction_id.employee_user_id", store=True, index="btree_not_null"
    )
    reason = fields.Char(related="deduction_id.reason")
    month = fields.Date(required=True, index=True)
    kind = fields.Selection(
        [
            ("wage", "From the wage"),
            ("settlement", "Settlement at leaving"),
            ("refund", "Paid back"),
        ],
        default="wage",
        required=True,
    )
    amount = fields.Monetary(required=True)
    payroll_amount = fields.Monetary(
        string="Effect on the Pay",
        compute="_compute_payroll_amount",
        store=True,
        help="Negative: payroll pays it back.",
    )
    wage = fields.Monetary(
        groups="hr.group_hr_user,aftersales_service.group_accountant",
    )
    state = fields.Selection(
        [
            ("planned", "Planned"),
            ("done", "Deducted"),
            ("cancelled", "Taken Back"),
        ],
        default="planned",
        required=True,
        readonly=True,
        index=True,
    )
    move_id = fields.Many2one(
        "account.move",
        string="Journal Entry",
        readonly=True,
        copy=False,
        check_company=True,
        index="btree_not_null",
    )

    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "A monthly deduction is positive."
    )
    _month_unique = models.UniqueIndex(
        "(deduction_id, month, kind) WHERE state != 'cancelled'",
        "A plan deducts once a month.",
    )

    @api.depends("amount", "kind")
    def _compute_payroll_amount(self):
        for line in self:
            sign = -1 if line.kind == "refund" else 1
            line.payroll_amount = sign * line.amount

    @api.depends("deduction_id.name", "month")
    def _compute_display_name(self):
        for line in self:
            line.display_name = f"{line.deduction_id.name} {line.month:%Y-%m}"

    def write(self, vals):
        """:raise UserError: by hand; months come from the plan, which keeps to the
        limits of the law (R-PEN-06)"""
        if not self.env.su:
            raise UserError(
                self.env._("Months are planned by the system; recompute the plan.")
            )
        return super().write(vals)

    def action_done(self):
        """Record that payroll deducted (or paid back) these months.

        Posts Dr payroll payable / Cr employee receivable where the accounts are set,
        and reconciles with the entry that charged the employee; what is paid back is
        posted the other way round and reconciles with what was deducted.

        :raise UserError: deducted already
        """
        self.check_access("write")
        self.lock_for_update()
        if any(line.state == "done" for line in self):
            raise UserError(self.env._("This month was deducted already."))
        if any(line.state == "cancelled" for line in self):
            raise UserError(
                self.env._(
                    "The entry of this month was taken out of the books: the amount "
                    "is planned anew, see the plan."
                )
            )
        # sudo: what is deducted anew never comes back from before
        self.sudo()._give_up_taken_back()
        posted = self.filtered(lambda line: line._is_booked())
        moves = self.env["account.move"].create(
            [line._prepare_move_vals() for line in posted]
        )
        moves._post_validated()
        for line, move in zip(posted, moves, strict=True):
            # sudo: closed to direct writing; rights were checked above
            line.sudo().move_id = move
            line._reconcile_move(move)
        # sudo: see above
        self.sudo().write({"state": "done"})
        self.sudo().deduction_id._close_done()
        return True

    def _is_booked(self):
        """Return whether payroll's work on this month makes an entry here."""
        self.ensure_one()
        # what was deducted without an entry is paid back without one
        return bool(
            self.company_id.aftersales_payroll_account_id and self._get_counterpart()
        )

    def _get_counterpart(self):
        """Return the account.move.line on the employee's receivable this month is set
        against: what charged him, or what was deducted and is paid back, also when
        the charge was deleted meanwhile."""
        self.ensure_one()
        plan = self.deduction_id
        if self.kind != "refund":
            return plan.receivable_line_id
        deducted = plan._get_deducted_entries(lambda line: line.kind != "refund")
        # the employee is credited, payroll is debited
        return deducted.line_ids.filtered(lambda entry: entry.balance < 0)

    def _reconcile_move(self, move):
        """Set the receivable of ``move`` against the charge, or what was deducted."""
        self.ensure_one()
        counterpart = self._get_counterpart()
        account = counterpart.account_id[:1]
        if not account.reconcile:
            return
        lines = (counterpart | move.line_ids).filtered(
            lambda entry: (
                entry.account_id == account
                and entry.parent_state == "posted"
                and not entry.reconciled
            )
        )
        if len(lines) > 1:
            lines.reconcile()

    def _prepare_move_vals(self):
        """Return the account.move values of one month of payroll."""
        self.ensure_one()
        company = self.company_id
        company._check_aftersales_in_use(
            "aftersales_payroll_account_id", "aftersales_penalty_journal_id"
        )
        charged = self._get_counterpart()[:1]
        common = {"name": self.deduction_id.reason, "partner_id": charged.partner_id.id}
        return {
            "move_type": "entry",
            "journal_id": company.aftersales_penalty_journal_id.id,
            "company_id": company.id,
            "date": fields.Date.context_today(self),
            "ref": self.display_name,
            "line_ids": [
                fields.Command.create(
                    {
                        **common,
                        "account_id": company.aftersales_payroll_account_id.id,
                        "balance": self.payroll_amount,
                    }
                ),
                fields.Command.create(
                    {
                        **common,
                        "account_id": charged.account_id.id,
                        "balance": -self.payroll_amount,
                    }
                ),
            ],
        }
