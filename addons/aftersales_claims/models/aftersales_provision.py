# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import defaultdict

from dateutil.relativedelta import relativedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class AftersalesProvision(models.Model):
    """A month's accrual of the warranty provision by its sales (R-CLM-09)."""

    _name = "aftersales.provision"
    _inherit = ["aftersales.month.mixin", "aftersales.billed.mixin"]
    _bill_types = ("entry",)
    _bill_field = "account_move_id"
    # calculated and posted again once its entry has left the books
    _billed_states = ("posted", "draft")
    _month_field = "date_from"
    _guarded_fields = (
        "state",
        "balance_before",
        "shortfall",
        "account_move_id",
        "reversal_move_id",
        "former_bill_ids",
    )
    _editable_in = {("draft",): ("company_id", "date_from")}
    _description = "Warranty Provision"
    _order = "date_from desc, id desc"
    _check_company_auto = True

    # === FIELDS ===#
    name = fields.Char(compute="_compute_name", store=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_from = fields.Date(
        string="Month",
        required=True,
        default=lambda self: (
            fields.Date.context_today(self) - relativedelta(months=1, day=1)
        ),
    )
    date_to = fields.Date(
        string="Month End", compute="_compute_date_to", store=True, precompute=True
    )
    state = fields.Selection(
        [("draft", "Draft"), ("posted", "Posted"), ("reversed", "Reversed")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    line_ids = fields.One2many("aftersales.provision.line", "provision_id")
    amount = fields.Monetary(string="Accrual", compute="_compute_amount", store=True)
    balance_before = fields.Monetary(
        string="Left of the Provision",
        readonly=True,
        copy=False,
        help="Provision in the books at the end of the month, before this accrual; "
        "negative if claims used more than was set aside.",
    )
    shortfall = fields.Monetary(
        string="Used Beyond It",
        readonly=True,
        copy=False,
        help="What claims used beyond all that was set aside, this month included. It "
        "is expensed with the accrual: a provision is never a receivable.",
    )
    account_move_id = fields.Many2one(
        "account.move", readonly=True, copy=False, index="btree_not_null"
    )
    reversal_move_id = fields.Many2one("account.move", readonly=True, copy=False)

    _month_uniq = models.UniqueIndex(
        "(company_id, date_to) WHERE state != 'reversed'",
        "The provision of this month exists already.",
    )

    # === COMPUTE METHODS ===#
    @api.depends("date_from")
    def _compute_name(self):
        for provision in self:
            provision.name = provision.date_from and provision.date_from.strftime(
                "%Y-%m"
            )

    @api.depends("date_from")
    def _compute_date_to(self):
        for provision in self:
            provision.date_to = provision.date_from and (
                provision.date_from + relativedelta(day=31)
            )

    @api.depends("line_ids.amount")
    def _compute_amount(self):
        for provision in self:
            provision.amount = sum(provision.line_ids.mapped("amount"))

    # === CRUD METHODS ===#
    @api.ondelete(at_uninstall=False)
    def _unlink_except_posted(self):
        if any(provision.state != "draft" for provision in self):
            raise UserError(self.env._("Posted provisions are reversed, not deleted."))

    # === ACTION METHODS ===#
    def action_calculate(self):
        """Sum the month's posted sales by policy; may be repeated until posted."""
        self._ensure_draft()
        for provision in self:
            sales = provision._get_sales()
            provision.line_ids = [
                Command.clear(),
                *(
                    Command.create(
                        {
                            "policy_id": policy.id,
                            "sales": amount,
                            "percent": policy.percent,
                            "amount": provision.currency_id.round(
                                amount * policy.percent / 100
                            ),
                        }
                    )
                    for policy, amount in sales.items()
                ),
            ]
            left = provision._get_balance()
            provision._write_guarded(
                {
                    "balance_before": left,
                    "shortfall": max(-left - provision.amount, 0.0),
                }
            )
        return True

    def action_post(self):
        """Post Dr warranty expense / Cr provision of each month, once.

        :raises UserError: nothing to accrue, an account is missing, or the ERP's own
            error on a locked period
        """
        self._ensure_draft()
        for provision in self:
            provision.lock_for_update()
            if not provision.amount and not provision.shortfall:
                raise UserError(
                    self.env._("There is nothing to accrue for %s.", provision.name)
                )
            if provision.currency_id.compare_amounts(
                provision.balance_before, provision._get_balance()
            ):
                raise UserError(
                    self.env._(
                        "The provision in the books has changed since %(month)s was "
                        "calculated: calculate it again.",
                        month=provision.name,
                    )
                )
            provision._give_up_bill()
            provision = provision.with_company(provision.company_id)
            move = self.env["account.move"].create(provision._prepare_entry())
            move._post_validated()
            provision._write_guarded({"state": "posted", "account_move_id": move.id})
        return True

    def action_reverse(self):
        """Reverse posted provisions; the month can be accrued again."""
        for provision in self._taking_back():
            if provision.state != "posted":
                raise UserError(self.env._("Only posted provisions are reversed."))
            move = provision.account_move_id
            # reset to draft in the accounting, it is in the books no more
            reversal = move.browse()
            if move.state == "posted":
                reversal = move._reverse_in_force(provision.name)
            else:
                move.button_cancel()
            provision._write_guarded(
                {"state": "reversed", "reversal_move_id": reversal.id}
            )
        return True

    def action_view_items(self):
        """Open what was set aside and used: the provision's journal items."""
        self.ensure_one()
        # looked at also where it was archived since
        account = self.company_id.aftersales_provision_account_id
        domain = [
            ("company_id", "=", self.company_id.id),
            ("account_id", "=", account.id),
            ("parent_state", "=", "posted"),
            ("date", "<=", self.date_to),
        ]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Warranty Provision"),
            "res_model": "account.move.line",
            "view_mode": "list,form",
            "domain": domain,
            "context": {"create": False},
        }

    # === BUSINESS METHODS ===#
    def _log_bill(self, body):
        """The state says it; a month has no log."""

    def _after_bill_back(self):
        """Nothing waits for anybody."""

    def _ensure_draft(self):
        if any(provision.state != "draft" for provision in self):
            raise UserError(self.env._("This provision is posted already."))

    def _get_balance(self):
        """Return what is left of the provision in the books at the month's end; none
        where claims are expensed directly."""
        self.ensure_one()
        company = self.company_id
        if company.aftersales_provision_method != "provision":
            return 0.0
        account = company._get_aftersales_account("aftersales_provision_account_id")
        ((balance,),) = self.env["account.move.line"]._read_group(
            [
                ("company_id", "=", company.id),
                ("account_id", "=", account.id),
                ("parent_state", "=", "posted"),
                ("date", "<=", self.date_to),
            ],
            aggregates=["balance:sum"],
        )
        return company.currency_id.round(-(balance or 0.0))

    def _get_sales(self):
        """Return ``{policy: sales of the month}`` in company currency; each sale under
        the policy of its day, the percentage may change within the month."""
        self.ensure_one()
        policies = self.env["aftersales.provision.policy"].search(
            [("company_id", "=", self.company_id.id)]
        )
        groups = self.env["account.move.line"]._read_group(
            [
                ("company_id", "=", self.company_id.id),
                ("parent_state", "=", "posted"),
                ("move_id.move_type", "in", ("out_invoice", "out_refund")),
                ("display_type", "=", "product"),
                ("account_id.internal_group", "=", "income"),
                ("date", ">=", self.date_from),
                ("date", "<=", self.date_to),
            ],
            ["product_id", "date:day"],
            ["balance:sum"],
        )
        sales = defaultdict(float)
        for product, day, balance in groups:
            policy = policies._match(product, day)
            if policy:
                sales[policy] -= balance
        return sales

    def _prepare_entry(self):
        self.ensure_one()
        company = self.company_id
        label = self.env._("Warranty provision %(month)s", month=self.name)
        beyond = self.env._("Used beyond the provision, %(month)s", month=self.name)
        lines = [
            (fname, text, sign * amount)
            for text, amount in ((label, self.amount), (beyond, self.shortfall))
            if amount
            for fname, sign in (
                ("aftersales_warranty_account_id", 1),
                ("aftersales_provision_account_id", -1),
            )
        ]
        return {
            "move_type": "entry",
            "journal_id": company._get_aftersales_claim_journal().id,
            "date": self.date_to,
            "ref": label,
            "line_ids": [
                Command.create(
                    {
                        "name": text,
                        "account_id": company._get_aftersales_account(fname).id,
                        "balance": balance,
                    }
                )
                for fname, text, balance in lines
            ],
        }
