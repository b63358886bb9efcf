# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, fields, models
from odoo.exceptions import UserError


class AftersalesLiabilityShare(models.Model):
    """What each share does to the books and to people (R-CLM-10)."""

    _inherit = "aftersales.liability.share"

    #: penalty rule of losses through a department's or a person's fault (R-PEN-02)
    _penalty_rule_code = "major_accident"

    # === BUSINESS METHODS ===#
    def _post(self):
        """Post the open shares of ``self``, each by the way of its party.

        :raises UserError: an account is missing, or the period is locked
        """
        for share in self.filtered(lambda share: share.state == "draft"):
            # sudo: the bill of a share follows its entry only
            share.sudo()._give_up_bill()
            move = getattr(share, f"_post_{share.party}")()
            # sudo: the state of a share follows its entry only
            share.sudo().write(
                {"state": "posted", "account_move_id": move.id if move else False}
            )

    def _post_supplier(self):
        """Draft vendor refund that reduces the warranty expense."""
        self.company_id._check_aftersales_in_use("aftersales_settlement_journal_id")
        journal = self.company_id.aftersales_settlement_journal_id
        return self._create_invoice(
            "in_refund",
            self._get_recovery_account(),
            self._get_refund_currency(),
            **({"journal_id": journal.id} if journal else {}),
        )

    def _post_customer(self):
        """Draft invoice to the customer, his share before the taxes of the settings."""
        move = self._create_invoice(
            "out_invoice", self._get_warranty_account(), self.currency_id
        )
        move.invoice_line_ids.write(
            self.company_id._prepare_aftersales_recharge_vals(
                move.partner_id, self.amount, self.currency_id
            )
        )
        return move

    def _post_carrier(self):
        """Receivable from the carrier, unless he has accepted a claim meanwhile.

        :raises UserError: he has
        """
        self._check_carrier_claims()
        account = self.company_id._get_aftersales_account(
            "aftersales_carrier_account_id"
        )
        return self._create_entry(account, self.partner_id.commercial_partner_id)

    def _post_employee(self):
        """Receivable from the employee, deducted from his wage by plan."""
        account = self.company_id._get_aftersales_account(
            "aftersales_employee_receivable_account_id"
        )
        # sudo: the accountant charges people whose file he may not read
        employee = self.employee_id.sudo()
        move = self._create_entry(account, employee._get_aftersales_partner())
        self._charge_wage(employee, self.liability_id.name, move, account)
        return move

    def _post_department(self):
        """Re-charge between analytic accounts; the expense stays the company's.

        :return: the entry; none in a company that analyses no department
        :raises UserError: other departments have an analytic account, this one none
        """
        # sudo: accounts of the department, for whoever posts
        department = self.department_id.sudo()
        analytic = department.aftersales_analytic_account_id
        if not analytic:
            analysed = [
                ("company_id", "=", self.company_id.id),
                ("aftersales_analytic_account_id", "!=", False),
            ]
            if not department.search_count(analysed, limit=1):
                return None
            raise UserError(
                self.env._(
                    "Set the analytic account of the department %(department)s.",
                    department=department.name,
                )
            )
        return self._create_entry(
            self._get_warranty_account(),
            self.env["res.partner"],
            # sudo: see above
            analytic_distribution=self.claim_id.sudo()._redirect_distribution(analytic),
        )

    def _post_company(self):
        """The company's own share stays where it is."""
        return None

    def _get_warranty_account(self):
        """Return the account the claim was charged to."""
        self.ensure_one()
        return self.claim_id._get_charged_account()

    def _get_recovery_account(self):
        """Return the account that what suppliers pay is credited to: the setting's,
        else the one the claim was charged to."""
        self.ensure_one()
        self.company_id._check_aftersales_in_use("aftersales_recovery_account_id")
        # sudo: see _get_aftersales_account
        own = self.company_id.sudo().aftersales_recovery_account_id
        return own or self._get_warranty_account()

    def _get_refund_currency(self):
        """Return the currency the supplier is credited in: that of his purchases."""
        self.ensure_one()
        partner = self.partner_id.commercial_partner_id.with_company(self.company_id)
        return partner.property_purchase_currency_id or self.currency_id

    def _prepare_label(self):
        self.ensure_one()
        return self.env._(
            "%(decision)s, claim %(claim)s: %(percent)s %% of %(base)s",
            decision=self.liability_id.name,
            claim=self.claim_id.name,
            percent=f"{self.percent:g}",
            base=self.currency_id.format(self.liability_id.amount_base),
        )

    def _create_invoice(self, move_type, account, currency, **vals):
        """Draft the refund or invoice of one share.

        :param account: account.account of its line
        :param currency: res.currency it is drawn up in
        :param vals: further values of the account.move
        """
        self.ensure_one()
        partner = self.partner_id.commercial_partner_id
        company = self.company_id
        date = fields.Date.context_today(self)
        return self.env["account.move"].create(
            {
                **vals,
                "move_type": move_type,
                "partner_id": partner.id,
                "company_id": company.id,
                "currency_id": currency.id,
                "invoice_date": date,
                "date": date,
                "ref": self.liability_id.name,
                "invoice_origin": self.claim_id.name,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": self._prepare_label(),
                            "quantity": 1,
                            "price_unit": self.currency_id._convert(
                                self.amount, currency, company, date
                            ),
                            "account_id": account.id,
                            "tax_ids": [Command.clear()],
                            "analytic_distribution": (
                                self.claim_id.analytic_distribution or False
                            ),
                        }
                    )
                ],
            }
        )

    def _create_entry(self, account, partner, analytic_distribution=None):
        """Post Dr ``account`` / Cr the account the claim was charged to."""
        self.ensure_one()
        common = {"name": self._prepare_label(), "partner_id": partner.id}
        move = self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": self.company_id._get_aftersales_claim_journal().id,
                "date": fields.Date.context_today(self),
                "ref": self.liability_id.name,
                "line_ids": [
                    Command.create(
                        {
                            **common,
                            "account_id": account.id,
                            "balance": self.amount,
                            "analytic_distribution": analytic_distribution or False,
                        }
                    ),
                    Command.create(
                        {
                            **common,
                            "account_id": self._get_warranty_account().id,
                            "balance": -self.amount,
                            "analytic_distribution": (
                                self.claim_id.analytic_distribution or False
                            ),
                        }
                    ),
                ],
            }
        )
        move._post_validated()
        return move

    def _reverse(self, comment):
        """Take the shares' entries out of the books again.

        :raises UserError: one red-letter invoice credits other claims as well
        """
        self._check_shared_credit()
        for share in self.filtered(lambda share: share.state != "reversed"):
            move = share.account_move_id
            # the accounting may have reversed it before
            reversal = move._get_reversals()[:1] if move else move
            if move and move._is_in_force():
                reversal = move._reverse_in_force(
                    f"{share.liability_id.name}: {comment}"
                )
            elif move.state == "draft":
                move.button_cancel()
            share._stop_wage_plans()
            # sudo: the state of a share follows its entry only
            share.sudo().write({"state": "reversed", "reversal_move_id": reversal.id})

    def _check_shared_credit(self):
        """A credit for several claims is not reversed for one of them."""
        moves = self.account_move_id.filtered(lambda move: move._is_in_force())
        others = self.search(
            [
                ("account_move_id", "in", moves.ids),
                ("id", "not in", self.ids),
                ("state", "=", "posted"),
            ]
        )
        if others:
            raise UserError(
                self.env._(
                    "%(entries)s credit other claims too: %(claims)s. Reverse them in "
                    "the accounting first.",
                    entries=", ".join(others.account_move_id.mapped("name")),
                    claims=", ".join(others.claim_id.mapped("name")),
                )
            )

    def _propose_penalties(self):
        """Propose the fine of the person answering for a share (R-CLM-10)."""
        vals_list = []
        for share in self:
            employee = share._get_answerable()
            if not employee:
                continue
            vals_list.append(
                {
                    "rule_code": self._penalty_rule_code,
                    "employee_id": employee.id,
                    "company_id": share.company_id.id,
                    "res_model": share.liability_id._name,
                    "res_id": share.liability_id.id,
                    "event_date": share.liability_id.date,
                    "evidence": share._prepare_label(),
                    "loss_amount": share.amount,
                }
            )
        if vals_list:
            self.env["aftersales.penalty"]._propose(vals_list)

    def _get_answerable(self):
        """Return the hr.employee who answers for a department's or person's share."""
        self.ensure_one()
        # sudo: heads of departments are employees' private data
        share = self.sudo()
        if share.party == "department":
            return share.employee_id or share.department_id.manager_id
        return share.employee_id if share.party == "employee" else share.employee_id[:0]

    def _get_penalties(self):
        """Return the penalties that rest on these shares, each with its share."""
        # sudo: penalties follow the decision, whoever posts it
        penalties = (
            self.env["aftersales.penalty"]
            .sudo()
            .search(
                [
                    ("res_model", "=", "aftersales.liability"),
                    ("res_id", "in", self.liability_id.ids),
                    ("rule_code", "=", self._penalty_rule_code),
                ]
            )
        )
        shares = {
            (share.liability_id.id, share._get_answerable()): share
            # who answers for several is fined for the first
            for share in reversed(self)
        }
        pairs = [
            (penalty, shares.get((penalty.res_id, penalty.employee_id)))
            for penalty in penalties
        ]
        return [(penalty, share) for penalty, share in pairs if share]

    def _lower_penalties(self, labels):
        """The loss of penalties is that of the lower shares; what was told already
        waits for a decision.

        :param labels: {share: what it was called before the costs came down}
        """
        for penalty, share in self._get_penalties():
            if penalty.state == "draft":
                # what was written by hand beside it stays
                text, former = penalty.evidence or "", labels[share]
                present = share._prepare_label()
                penalty.evidence = (
                    text.replace(former, present)
                    if former in text
                    else "\n".join(filter(None, [text, present]))
                )
            penalty._follow_loss(share.amount)
