# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesToolCompensation(models.Model):
    """The sheet in the books and in stock: once, and undone by reversal."""

    _inherit = "aftersales.tool.compensation"

    move_id = fields.Many2one(
        "account.move",
        string="Journal Entry",
        readonly=True,
        copy=False,
        check_company=True,
        index="btree_not_null",
    )
    reversal_move_id = fields.Many2one(
        "account.move", readonly=True, copy=False, check_company=True
    )
    payment_move_ids = fields.One2many(
        "account.move", "tool_compensation_id", string="Payments", readonly=True
    )
    deduction_id = fields.Many2one(
        "aftersales.deduction",
        string="Deduction Plan",
        readonly=True,
        copy=False,
        check_company=True,
        index="btree_not_null",
    )
    scrap_id = fields.Many2one(
        "stock.scrap", readonly=True, copy=False, check_company=True
    )
    found_picking_id = fields.Many2one(
        "stock.picking", readonly=True, copy=False, check_company=True
    )
    amount_paid = fields.Monetary(
        string="Paid", compute="_compute_amount_paid", store=True, compute_sudo=True
    )
    amount_residual = fields.Monetary(
        string="Open", compute="_compute_amount_paid", store=True, compute_sudo=True
    )
    payment_state = fields.Selection(
        [
            ("none", "Nothing to pay"),
            ("open", "Open"),
            ("partial", "Partly paid"),
            ("paid", "Paid"),
            ("refund", "To pay back"),
            ("refunded", "Paid back"),
        ],
        compute="_compute_amount_paid",
        store=True,
        compute_sudo=True,
        index=True,
    )
    amount_refund = fields.Monetary(
        string="To Pay Back",
        compute="_compute_amount_paid",
        store=True,
        compute_sudo=True,
        help="Paid to finance for a tool that was found again.",
    )

    @api.depends(
        "state",
        "amount",
        "payment_move_ids.state",
        "payment_move_ids.tool_compensation_amount",
        "payment_move_ids.reversal_move_ids.state",
        "deduction_id.deducted_amount",
        "amount_kept",
    )
    def _compute_amount_paid(self):
        for sheet in self:
            posted = sheet._get_payments()
            cash = sheet._get_paid_cash()
            deducted = sheet.amount_kept + sheet.deduction_id.deducted_amount
            sheet.amount_paid = cash + deducted
            residual = sheet.amount - sheet.amount_paid
            is_posted = sheet.state == "posted"
            sheet.amount_residual = max(residual, 0.0) if is_posted else 0.0
            sheet.amount_refund = cash if sheet.state == "reversed" else 0.0
            sheet.payment_state = sheet._get_payment_state(bool(posted))

    def _get_payments(self):
        """Return the payments in the books, the paying back as well."""
        return self.payment_move_ids.filtered(lambda move: move._is_in_force())

    def _get_paid_cash(self):
        """Return what finance was paid; what it paid back counts negative."""
        return sum(self._get_payments().mapped("tool_compensation_amount"))

    def _get_payment_state(self, has_payments):
        self.ensure_one()
        is_zero = self.currency_id.is_zero
        if self.state == "reversed" and has_payments:
            return "refunded" if is_zero(self.amount_refund) else "refund"
        if self.state != "posted" or not self.amount:
            return "none"
        if is_zero(self.amount_residual):
            return "paid"
        return "partial" if self.amount_paid else "open"

    # === ACTION METHODS ===#
    def action_post(self):
        """Charge the person and scrap the tool, each once (R-TOL-06, R-PEN-06).

        Dr employee receivable / Cr other income in the company's currency; deducted
        from wages by a plan when the sheet says so. An amount of zero posts nothing.

        :raises UserError: not approved, or accounts missing"""
        self._check_accountant()
        self.lock_for_update(allow_referencing=True)
        self._check_state({"approved"})
        self._give_up_bill()
        owed = self.filtered(
            lambda sheet: sheet.currency_id.compare_amounts(sheet.amount, 0) > 0
        )
        moves = self.env["account.move"].create(
            [sheet._prepare_account_move_vals() for sheet in owed]
        )
        moves._post_validated()
        for sheet, move in zip(owed, moves, strict=True):
            sheet._write_guarded({"move_id": move.id})
        self._scrap_tools()
        again = self.filtered("is_charge_gone")
        self._write_guarded({"state": "posted"})
        again._settle_again()
        (owed - again).filtered(
            lambda s: s.payment_mode == "deduction"
        )._plan_deductions()
        return True

    def action_found(self):
        """The tool turned up again: undo entry, deductions and scrap (R-TOL-06).

        What payroll deducted it pays back; what was paid to finance is paid back
        there, see :meth:`action_register_payment`."""
        self._check_accountant()
        self.lock_for_update(allow_referencing=True)
        self.filtered(lambda it: not it.is_charge_gone)._check_state({"posted"})
        for sheet in self._taking_back():
            move = sheet.move_id
            # the accounting may have taken it out of the books before
            reversal = move._get_reversals()[:1] if move else move
            if move and move._is_in_force():
                # what was paid of it is open again, and paid back
                reversal = move._reverse_in_force(
                    self.env._("Found again: %(sheet)s", sheet=sheet.name)
                )
            elif move.state == "draft":
                move.button_cancel()
            sheet._write_guarded(
                {
                    "reversal_move_id": reversal.id,
                    # what is reversed is not posted any more
                    "former_bill_ids": [fields.Command.link(it.id) for it in move],
                }
            )
        self._stop_wage_plans()
        self._return_found_tools()
        self._write_guarded({"state": "reversed"})
        # sudo: the to-do may be somebody else's
        self.sudo()._after_bill_back()
        for sheet in self.filtered("amount_refund"):
            sheet.message_post(
                body=self.env._(
                    "%(amount)s were paid already and are owed to %(person)s.",
                    amount=sheet.currency_id.format(sheet.amount_refund),
                    person=sheet.employee_id.name,
                )
            )
        return True

    def action_register_payment(self):
        """Open the payment of the sheet at finance, or what finance pays back."""
        self.ensure_one()
        self._check_state({"posted", "reversed"})
        refund = self.state == "reversed"
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Pay Back")
            if refund
            else self.env._("Register Payment"),
            "res_model": "aftersales.tool.payment",
            "view_mode": "form",
            "target": "new",
            "context": {"default_compensation_id": self.id},
        }

    def action_view_move(self):
        """Open the journal entries of the sheet."""
        # sudo: which they are; the entries are read with own rights
        former = self.sudo().former_bill_ids.with_env(self.env)
        moves = self.move_id | self.reversal_move_id | self.payment_move_ids | former
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Journal Entries"),
            "res_model": "account.move",
            "view_mode": "list,form",
            "domain": [("id", "in", moves.ids)],
        }

    # === BUSINESS METHODS ===#
    @api.model
    def _check_accountant(self):
        """The sheets reach books and stock through finance only."""
        if not self.env.su and not self.env.user.has_group(
            "aftersales_service.group_accountant"
        ):
            raise UserError(
                self.env._("Only the accountant posts or reverses a compensation.")
            )

    def _get_receivable_line(self):
        """Return the posted line on the employee's receivable."""
        account = self.company_id.aftersales_employee_receivable_account_id
        return self.move_id.line_ids.filtered(lambda line: line.account_id == account)

    def _reconcile_receivable(self):
        """Set what is still open on the person's account for this sheet off."""
        self.ensure_one()
        moves = self.move_id | self.reversal_move_id | self.payment_move_ids
        account = self.company_id.aftersales_employee_receivable_account_id
        lines = moves.line_ids.filtered(
            lambda line: (
                line.account_id == account
                and line.parent_state == "posted"
                and not line.reconciled
            )
        )
        if account.reconcile and len(lines) > 1:
            lines.reconcile()

    def _prepare_account_move_vals(self):
        """Return the account.move values that charge one person for one tool."""
        self.ensure_one()
        company = self.company_id
        receivable = company.aftersales_employee_receivable_account_id
        income = company.aftersales_tool_income_account_id
        journal = company.aftersales_tool_journal_id
        if not (receivable and income and journal):
            raise UserError(
                self.env._(
                    "Please set the employee receivable account, the compensation "
                    "income account and the journal in the after-sales settings of "
                    "%(company)s.",
                    company=company.name,
                )
            )
        company._check_aftersales_in_use(
            "aftersales_employee_receivable_account_id",
            "aftersales_tool_income_account_id",
            "aftersales_tool_journal_id",
        )
        # sudo: the partner of the receivable, made when the person has none
        partner = self.employee_id.sudo()._get_aftersales_partner()
        # sudo: the accountant posts a sheet without rights on the tool itself
        label = self.env._(
            "Compensation %(sheet)s: %(tool)s",
            sheet=self.name,
            tool=self.sudo().lot_id.display_name,
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

    def _plan_deductions(self):
        """Hand the amounts to the deduction plans of section 7 (R-PEN-06)."""
        plans = self.env["aftersales.deduction"]._create_plans(
            [
                {
                    "employee_id": sheet.employee_id.id,
                    "company_id": sheet.company_id.id,
                    "amount": sheet.amount,
                    "reason": self.env._(
                        "Tool compensation %(sheet)s", sheet=sheet.name
                    ),
                    "res_model": sheet._name,
                    "res_id": sheet.id,
                    "receivable_line_id": sheet._get_receivable_line().id,
                }
                for sheet in self
            ]
        )
        for sheet, plan in zip(self, plans, strict=True):
            sheet._write_guarded({"deduction_id": plan.id})

    def _scrap_tools(self):
        """Scrap the tools through stock; one that is scrapped already stays so."""
        for sheet in self.filtered(lambda sheet: not sheet.scrap_id):
            # sudo: the accountant posts, the stock follows
            lot = sheet.sudo().lot_id
            if lot.tool_state in ("stock", "held", "repair"):
                scrap = lot._tool_scrap(origin=sheet.name)
                sheet._write_guarded({"scrap_id": scrap.id})
            elif lot.tool_state == "conflict":
                lot._tool_scrap(origin=sheet.name)

    def _return_found_tools(self):
        """Bring the scrapped tools back into stock."""
        for sheet in self.filtered("scrap_id"):
            # sudo: the accountant reverses, the stock follows
            sheet = sheet.sudo()
            picking_type = sheet.company_id.aftersales_tool_return_type_id
            sheet.found_picking_id = (
                self.env["aftersales.tool.custody"]
                .sudo()
                ._transfer_lots(
                    sheet.lot_id,
                    picking_type,
                    picking_type.default_location_dest_id,
                    # a tool that once came in by a count lies nowhere when scrapped
                    source=sheet.scrap_id.scrap_location_id,
                )
            )
