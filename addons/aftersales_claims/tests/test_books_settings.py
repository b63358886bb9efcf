# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, fields
from odoo.tests import tagged

from .common_recovery import RecoveryCommon


@tagged("post_install", "-at_install")
class TestBooksSettings(RecoveryCommon):
    """Accounts and journals of the settings that were archived, taxes due on payment
    (R-CLM-09, R-CLM-10, R-CLM-12)."""

    def _archive(self, fname):
        record = self.company[fname]
        record.active = False
        return record

    def _refused_archived(self, fname, call, *args):
        """``call`` is refused while what ``fname`` names is archived."""
        record = self._archive(fname)
        setting = self.env["res.company"]._fields[fname].string
        self._refused(f"is archived, the {setting} of", call, *args)
        record.active = True

    def _create_journal(self, fname, kind, code):
        self.company[fname] = self.env["account.journal"].create(
            {
                "name": fname,
                "type": kind,
                "code": code,
                "company_id": self.company.id,
            }
        )

    def test_archived_for_costs(self):
        """R-CLM-09: costs are not posted with an archived journal or account: the
        error names the setting, and the costs wait."""
        self._create_journal("aftersales_claim_journal_id", "general", "CLM")
        self.company.aftersales_provision_method = "provision"
        claim = self._create_claim(kind="emergency", kind_reason="Stopped")
        claim.action_submit()
        self._approve(claim, "service_manager")
        cost = self._add_cost(claim, "shipping", 100)
        accountant = self.as_user(claim, "accountant")
        for fname in (
            "aftersales_claim_journal_id",
            "aftersales_provision_account_id",
            "aftersales_cost_account_shipping_id",
        ):
            with self.subTest(fname):
                self._refused_archived(fname, accountant.action_post_costs)
                self.assertEqual(cost.state, "draft")
        accountant.action_post_costs()
        self.assertEqual(cost.state, "posted")

    def test_archived_for_goods(self):
        """R-CLM-06, R-CLM-09: no goods leave for an account that is archived."""
        claim = self._create_order_claim("emergency")
        claim.action_submit()
        approver = self.as_user(claim, "sales_vp")
        self._refused_archived(
            "aftersales_warranty_account_id", approver.action_approve, "Agreed"
        )
        self.assertEqual(claim.state, "to_approve")
        self._approve(claim, "sales_vp")

    def test_archived_for_shares(self):
        """R-CLM-10, R-CLM-12: neither is a share drafted or posted with one."""
        self._create_journal("aftersales_settlement_journal_id", "purchase", "REC")
        self.company.aftersales_recovery_account_id = (
            self.warranty_expense_account.copy({"code": "660192"})
        )
        liability = self._decide(
            self._create_spine_claim(),
            {"party": "supplier", "partner_id": self.supplier.id, "percent": 60},
            {"party": "employee", "employee_id": self.technician.id, "percent": 10},
            {"party": "company", "percent": 30},
            post=False,
        )
        accountant = self.as_user(liability, "accountant")
        settings = (
            "aftersales_settlement_journal_id",
            "aftersales_recovery_account_id",
        )
        for fname in (*settings, "aftersales_employee_receivable_account_id"):
            with self.subTest(fname):
                self._refused_archived(fname, accountant.action_post)
                self.assertEqual(set(liability.share_ids.mapped("state")), {"draft"})
        accountant.action_post()
        statement = self._answer(self._create_statement(liability))
        liability.share_ids.account_move_id.filtered("invoice_date").button_cancel()
        again = self.as_user(statement, "accountant")
        for fname in settings:
            with self.subTest(fname, statement=True):
                self._refused_archived(fname, again.action_credit)
        again.action_credit()
        self.assertEqual(statement.state, "credited")

    def test_archived_for_settlements(self):
        """R-DSP-16, R-CLM-12: nor is a station's month billed with one."""
        self._create_journal("aftersales_settlement_journal_id", "purchase", "REC")
        self.company.aftersales_settlement_account_id = (
            self.warranty_expense_account.copy({"code": "660193"})
        )
        settlement = self._create_settlement(bill=False)
        accountant = self.as_user(settlement, "accountant")
        for fname in (
            "aftersales_settlement_journal_id",
            "aftersales_settlement_account_id",
        ):
            with self.subTest(fname):
                self._refused_archived(fname, accountant.action_bill)
        self.assertFalse(settlement.bill_id)

    # === taxes due on payment ===#
    def _create_cash_tax(self, use):
        """A tax of 13 % that is due when the invoice is paid."""
        Account = self.env["account.account"].with_company(self.company)
        due, waiting = (
            Account.create(
                {"name": name, "code": code, "account_type": "liability_current"}
            )
            for name, code in (("VAT due", "222191"), ("VAT not due", "222192"))
        )
        waiting.reconcile = True
        self.company.tax_exigibility = True
        tax = self.env["account.tax"].create(
            {
                "name": "13 % on payment",
                "amount": 13,
                "type_tax_use": use,
                "tax_exigibility": "on_payment",
                "cash_basis_transition_account_id": waiting.id,
                "company_id": self.company.id,
                "country_id": self.company.account_fiscal_country_id.id,
            }
        )
        shares = tax.invoice_repartition_line_ids | tax.refund_repartition_line_ids
        shares.filtered(lambda line: line.repartition_type == "tax").account_id = due
        return tax, due, waiting

    def test_customers_share_taxed_on_payment(self):
        """R-CLM-10: the tax of a customer's share is due when he pays; the decision
        reversed after that, neither tax nor share is left, his money is."""
        tax, due, waiting = self._create_cash_tax("sale")
        self.company.aftersales_recharge_tax_ids = tax
        liability = self._decide(
            self._create_spine_claim(),
            {"party": "customer", "partner_id": self.customer.id, "percent": 20},
            {"party": "company", "percent": 80},
        )
        invoice = liability.share_ids[0].account_move_id
        self.assertEqual(invoice.amount_untaxed, 1614)
        invoice.action_post()
        self.assertEqual((self._balance(waiting), self._balance(due)), (-209.82, 0))
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({})._create_payments()
        self.assertEqual((self._balance(waiting), self._balance(due)), (0, -209.82))
        self.assertEqual(liability.share_ids[0].state, "posted")
        self.as_user(liability, "accountant").action_reverse("Not his fault")
        self.assertEqual((self._balance(waiting), self._balance(due)), (0, 0))
        self.assertEqual(self._balance(self.warranty_expense_account), 8070)
        open_lines = self.env["account.move.line"].search(
            [
                ("partner_id", "child_of", self.customer.id),
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
            ]
        )
        self.assertEqual(sum(open_lines.mapped("amount_residual")), -1823.82)

    def test_red_letter_taxed_on_payment(self):
        """R-CLM-12: a red-letter invoice whose tax is due on payment credits before tax
        what was agreed; set off against a bill and reversed, it is owed again."""
        tax, due, waiting = self._create_cash_tax("purchase")
        purchases = self.company.aftersales_cost_account_processing_id
        liability = self._create_posted_liability(percent=70)
        statement = self._answer(self._create_statement(liability))

        def draw(move_type, price, ref):
            return self.env["account.move"].create(
                {
                    "move_type": move_type,
                    "partner_id": self.supplier.id,
                    "company_id": self.company.id,
                    "invoice_date": fields.Date.today(),
                    "ref": ref,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": "Bearing",
                                "price_unit": price,
                                "account_id": purchases.id,
                                "tax_ids": [Command.set(tax.ids)],
                            }
                        )
                    ],
                }
            )

        letter = draw("in_refund", 5649, f"RED-78 {statement.name}")
        self.as_user(letter, "accountant").action_post()
        self.assertEqual(statement.state, "credited")
        self.assertEqual(self._balance(waiting), -734.37)
        bill = draw("in_invoice", 9000, "B-1")
        bill.action_post()
        self.as_user(statement, "accountant").action_offset()
        self.assertEqual(letter.payment_state, "paid")
        self.assertEqual(statement.state, "credited")
        self.assertEqual(self._balance(due), 0)
        self._reverse_in_accounting(letter)
        self.assertEqual(self._balance(waiting) + self._balance(due), 1170)
        self.assertNotEqual(statement.state, "credited")
        self.assertEqual(self._balance(self.warranty_expense_account), 8070)
