# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_recovery import RecoveryCommon


@tagged("post_install", "-at_install")
class TestClaimAccounting(RecoveryCommon):
    """Provision by the day, re-charges, refunds in the right account, journal and
    currency, corrections before the closing (R-CLM-09, R-CLM-10, R-CLM-12)."""

    def _use_euro(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].create(
            {
                "name": fields.Date.today() - relativedelta(days=3),
                "currency_id": euro.id,
                "company_id": self.company.id,
                "rate": 0.125,
            }
        )
        return euro

    def _decide_for(self, department):
        """A posted claim of 8,070 that ``department`` bears; approved."""
        liability = self.as_user(self.env["aftersales.liability"], "quality_vp").create(
            {
                "claim_id": self._create_spine_claim().id,
                "analysis": "Wrong torque",
                "share_ids": [
                    Command.create(
                        {
                            "party": "department",
                            "department_id": department.id,
                            "percent": 100,
                        }
                    )
                ],
            }
        )
        liability.action_submit()
        self.as_user(liability, "general_manager").action_approve("Agreed")
        return liability.with_env(self.env)

    # === provision ===#
    def test_percentage_changes_within_the_month(self):
        """R-CLM-09: a sale is accrued by the policy of its day, also in the month in
        which the percentage changes."""
        month = self.month - relativedelta(months=1)
        self.env["aftersales.provision.policy"].create(
            [
                {
                    "name": "Until the 15th",
                    "percent": 1,
                    "date_to": month + relativedelta(day=15),
                    "company_id": self.company.id,
                },
                {
                    "name": "From the 16th",
                    "percent": 2,
                    "date_from": month + relativedelta(day=16),
                    "company_id": self.company.id,
                },
            ]
        )
        for day, price in ((15, 1000), (16, 3000)):
            self.env["account.move"].create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.customer.id,
                    "invoice_date": month + relativedelta(day=day),
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "product_id": self.seal.id,
                                "price_unit": price,
                                "tax_ids": [],
                            }
                        )
                    ],
                }
            ).action_post()
        provision = self.env["aftersales.provision"].create(
            {"company_id": self.company.id, "date_from": month}
        )
        provision.action_calculate()
        self.assertEqual(
            [(line.sales, line.amount) for line in provision.line_ids],
            [(1000, 10), (3000, 60)],
        )

    # === re-charge ===#
    def test_recharge_keeps_customer_and_machine(self):
        """R-CLM-09, R-CLM-10: a re-charge moves the cost from one department to the
        other; what the customer and the machine type cost stays."""
        customer, machine, service = self._create_plans()
        assembly = self.env["hr.department"].create(
            {
                "name": "Assembly",
                "company_id": self.company.id,
                "aftersales_analytic_account_id": service.copy({"name": "Own"}).id,
            }
        )
        liability = self._decide_for(assembly)
        before = self._balance()
        self.as_user(liability, "accountant").action_post()
        self.assertEqual(self._balance(), before)
        own = assembly.aftersales_analytic_account_id
        balances = [account.balance for account in (customer, machine, service, own)]
        self.assertEqual(balances, [-8070, -8070, 0, -8070])
        self.as_user(liability, "accountant").action_reverse("Wrong")
        self.env.invalidate_all()
        balances = [account.balance for account in (customer, machine, service, own)]
        self.assertEqual(balances, [-8070, -8070, -8070, 0])

    def test_recharge_of_any_distribution(self):
        """R-CLM-09: whatever is analysed by hand, the department bears the whole."""
        customer, machine, service = self._create_plans()
        own = service.copy({"name": "Own"})
        claim = self._create_claim()
        for distribution, expected in (
            (
                {f"{customer.id},{service.id}": 60, f"{machine.id},{service.id}": 40},
                {str(customer.id): 60, str(machine.id): 40, str(own.id): 100},
            ),
            (
                {f"{customer.id},{service.id}": 50, str(customer.id): 50},
                {f"{customer.id},{own.id}": 100},
            ),
            (False, {str(own.id): 100}),
        ):
            claim.analytic_distribution = distribution
            self.assertEqual(claim._redirect_distribution(own), expected)

    def test_department_without_analytic_account(self):
        """R-CLM-10: where departments are analysed, one without its account is named
        and nothing is posted; where none is, its share stays with the company."""
        paint = self.env["hr.department"].create(
            {"name": "Paint Shop", "company_id": self.company.id}
        )
        liability = self._decide_for(paint)
        *_others, service = self._create_plans()
        accountant = self.as_user(liability, "accountant")
        with (
            self.assertRaisesRegex(UserError, "analytic account .* Paint Shop"),
            self.env.cr.savepoint(),
        ):
            accountant.action_post()
        self.assertEqual(liability.state, "approved")
        self.assertEqual(liability.share_ids.state, "draft")
        self.department.aftersales_analytic_account_id = False
        accountant.action_post()
        self.assertEqual(liability.share_ids.state, "posted")
        self.assertFalse(liability.share_ids.account_move_id)
        self.assertFalse(service.balance)

    # === refunds ===#
    def test_settings_of_the_refund(self):
        """R-CLM-12: journal and account of the settings are those of the credit note
        the decision drafts, too."""
        account = self.warranty_expense_account.copy(
            {"code": "660195", "name": "Recovered from suppliers"}
        )
        journal = self.env["account.journal"].create(
            {
                "name": "Recovery",
                "code": "RECOV",
                "type": "purchase",
                "company_id": self.company.id,
            }
        )
        self.company.write(
            {
                "aftersales_recovery_account_id": account.id,
                "aftersales_settlement_journal_id": journal.id,
            }
        )
        statement = self._answer(self._create_statement())
        note = statement.line_ids.share_id.account_move_id
        self.assertEqual(note.journal_id, journal)
        self.as_user(statement, "accountant").action_credit()
        self.assertEqual(self._balance(account), -5649)
        self.assertEqual(self._balance(self.warranty_expense_account), 8070)

    def test_refund_drawn_up_again(self):
        """R-CLM-12: a note drawn up anew by the statement is one like the decision's:
        in the supplier's currency, at the claim's account and analysis."""
        euro = self._use_euro()
        self.supplier.with_company(self.company).property_purchase_currency_id = euro
        customer, machine, service = self._create_plans()
        self.company.aftersales_provision_method = "provision"
        statement = self._answer(self._create_statement())
        statement.line_ids.share_id.account_move_id.button_cancel()
        self.as_user(statement, "accountant").action_credit()
        note = statement.line_ids.refund_move_id
        self.assertEqual((note.state, note.currency_id), ("posted", euro))
        self.assertAlmostEqual(note.amount_total, 706.13, 2)
        provision = self.company.aftersales_provision_account_id
        self.assertAlmostEqual(self._balance(provision), 8070 - 5649, delta=0.05)
        self.assertFalse(self._balance(self.warranty_expense_account))
        for account in (customer, machine, service):
            self.assertAlmostEqual(account.balance, 5649 - 8070, delta=0.05)

    def test_journal_in_another_currency(self):
        """R-DSP-16, R-CLM-12: amounts of the company's currency are not taken for
        those of the journal's."""
        journal = self.env["account.journal"].create(
            {
                "name": "Euro purchases",
                "code": "EURP",
                "type": "purchase",
                "currency_id": self._use_euro().id,
                "company_id": self.company.id,
            }
        )
        self.company.aftersales_settlement_journal_id = journal
        self.company.aftersales_disposal_fee = 35
        self.company.aftersales_settlement_account_id = self.warranty_expense_account
        settlement = self.env["aftersales.settlement"].create(
            {
                "partner_id": self.station.id,
                "company_id": self.company.id,
                "line_ids": [Command.create({"name": "Work", "amount": 260})],
            }
        )
        settlement.action_send()
        settlement.action_confirm()
        self.as_user(settlement, "accountant").action_bill()
        bill = settlement.bill_id
        self.assertEqual(bill.currency_id, self.company.currency_id)
        self.assertEqual(bill.amount_total_signed, -260)
        statement = self._answer(self._create_statement(receive=True))
        self.as_user(statement, "accountant").action_credit()
        statement.line_ids.part_return_ids._dispose_at_supplier_cost()
        (statement.line_ids.fee_move_ids).action_post()
        self.assertEqual(self._balance(self.warranty_expense_account), 8070 - 5649 - 35)

    def test_credit_in_a_locked_period(self):
        """R-CLM-12: a note of a month that is closed meanwhile is a credit of today;
        with today locked the ERP says so, and the statement waits."""
        today = fields.Date.context_today(self.company)
        statement = self._answer(self._create_statement())
        note = statement.line_ids.share_id.account_move_id
        earlier = today - relativedelta(days=40)
        note.write({"invoice_date": earlier, "date": earlier})
        accountant = self.as_user(statement, "accountant")
        before = self._balance()
        for lock in ("fiscalyear_lock_date", "purchase_lock_date"):
            with (
                self.subTest(lock),
                self.assertRaisesRegex(UserError, "prior to and inclusive of"),
                self.env.cr.savepoint(),
            ):
                self.company[lock] = today
                accountant.action_credit()
            self.env.invalidate_all()
            self.assertEqual((statement.state, note.state), ("answered", "draft"))
            self.assertEqual(self._balance(), before)
        self.company.fiscalyear_lock_date = today - relativedelta(days=30)
        accountant.action_credit()
        self.assertEqual((note.date, note.invoice_date), (today, today))
        self.assertEqual(statement.state, "credited")

    def test_credit_of_an_open_month(self):
        """R-CLM-12: a note keeps its day while the books are open for it."""
        statement = self._answer(self._create_statement())
        note = statement.line_ids.share_id.account_move_id
        earlier = fields.Date.today() - relativedelta(days=40)
        note.write({"invoice_date": earlier, "date": earlier})
        self.as_user(statement, "accountant").action_credit()
        self.assertEqual((note.state, note.date), ("posted", earlier))

    # === red letters ===#
    def test_analysis_is_looked_up_once(self):
        """R-CLM-09: claims of one customer and type of machine ask the ERP's
        distribution models once, however many are filed together."""

        def file(numbers):
            self.env["aftersales.claim"].create(
                [
                    {
                        "partner_id": self.customer.id,
                        "lot_id": self.machine.id,
                        "company_id": self.company.id,
                        "damage": f"Cracked {number}",
                    }
                    for number in numbers
                ]
            )

        self.assertNoQueryGrowth(file, range(10), range(100))

    def _create_letter(self, ref, amount=5649, **vals):
        return self.env["account.move"].create(
            {
                "move_type": "in_refund",
                "partner_id": self.supplier.id,
                "invoice_date": fields.Date.today(),
                "ref": ref,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Bearings",
                            "price_unit": amount,
                            "account_id": self.warranty_expense_account.id,
                            "tax_ids": [],
                        }
                    )
                ],
                **vals,
            }
        )

    def test_red_letter_entered_twice(self):
        """R-CLM-12: the same red-letter invoice entered by two people is posted once;
        another paper that happens to have its number is marked as none."""
        statement = self._answer(self._create_statement())
        first, second = self._create_letter("RED-1"), self._create_letter("RED-1")
        first.action_post()
        self.assertEqual(statement.state, "credited")
        before = self._balance()
        with (
            self.assertRaisesRegex(UserError, "RED-1 is filed with"),
            self.env.cr.savepoint(),
        ):
            second.action_post()
        self.assertEqual(second.state, "draft")
        self.assertEqual(self._balance(), before)
        other = self._create_letter("RED-1", partner_id=self.other_supplier.id)
        other.action_post()
        second.aftersales_no_recovery = True
        second.action_post()
        self.assertEqual((other.state, second.state), ("posted", "posted"))
        # reset and posted again, the letter itself is the credit as before
        first.button_draft()
        first.action_post()
        self.assertEqual((first.state, statement.state), ("posted", "credited"))

    def test_filed_letter_posted_after_all(self):
        """R-CLM-12: a red letter filed with notes in the books is not posted by
        setting it to draft first."""
        statement = self._answer(self._create_statement())
        self.as_user(statement, "accountant").action_credit()
        for ref in ("RED-2", False):
            statement.red_letter_ref = False
            letter = self._create_letter(ref, aftersales_recovery_id=statement.id)
            letter.action_post()
            self.assertEqual(letter.state, "cancel")
            before = self._balance()
            letter.button_draft()
            with (
                self.subTest(ref),
                self.assertRaisesRegex(UserError, "is filed with"),
                self.env.cr.savepoint(),
            ):
                letter.action_post()
            self.assertEqual(self._balance(), before)

    # === settlements ===#
    def test_settlement_that_balances(self):
        """R-DSP-16: work and deductions that come to zero are billed as well, so that
        both leave the books; a settlement of nothing is not."""
        self.company.aftersales_settlement_account_id = self.warranty_expense_account
        claim = self._create_spine_claim()
        self._add_cost(claim, "labour", 260, partner_id=self.station.id)
        self.as_user(claim, "accountant").action_post_costs()
        part = self.env["aftersales.part.return"].create(
            {
                "product_id": self.seal.id,
                "holder_kind": "station",
                "holder_partner_id": self.station.id,
                "company_id": self.company.id,
            }
        )
        part.action_lapse()
        self.as_user(part, "service_manager").action_charge()
        settlement, empty = self.env["aftersales.settlement"].create(
            [
                {"partner_id": station.id, "company_id": self.company.id}
                for station in (self.station, self.other_supplier)
            ]
        )
        settlement.action_collect_lines()
        empty.line_ids = [Command.create({"name": "Nothing", "amount": 0})]
        (settlement | empty).action_send()
        (settlement | empty).action_confirm()
        labour = self.company.aftersales_cost_account_labour_id
        self.assertEqual(self._balance(labour), -480 - 260)
        self.as_user(settlement, "accountant").action_bill()
        settlement.bill_id.action_post()
        self.assertEqual(self._balance(labour), -480)
        self.assertEqual(self._balance(self.warranty_expense_account), 8070)
        self.assertEqual(settlement.bill_id.amount_residual, 0)
        with self.assertRaisesRegex(UserError, "comes to nothing"):
            self.as_user(empty, "accountant").action_bill()

    def test_month_ends_where_the_company_works(self):
        """R-DSP-16: an order reported in the first hours of a month in China is not of
        the month before."""
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        settlement = self.env["aftersales.settlement"].create(
            {
                "partner_id": self.station.id,
                "company_id": self.company.id,
                "period_start": "2026-06-01",
            }
        )
        self.assertEqual(
            settlement._get_period_end(),
            fields.Datetime.to_datetime("2026-06-30 16:00:00"),
        )

    # === goods ===#
    def test_transfer_corrected_before_the_closing(self):
        """R-CLM-08, R-CLM-09: with periodic valuation, a quantity corrected in a done
        transfer is the claim's cost, as it will be the closing's."""
        self.part_category.with_company(self.company).property_valuation = "periodic"
        claim = self._create_claim(
            [{"product_id": self.seal.id, "quantity": 3, "supply": "ship"}],
            kind="machine_down",
            kind_reason="Stopped",
        )
        claim.action_submit()
        self._approve(claim, "service_manager")
        picking = claim.picking_ids
        picking.move_ids.picked = True
        picking.button_validate()
        self.assertEqual(claim.cost_total, 780)
        picking.is_locked = False
        picking.move_ids.move_line_ids.quantity = 2
        self.assertEqual(claim.cost_total, 520)
        action = self.company.action_close_stock_valuation(auto_post=True)
        self.assertEqual(self._balance(self.warranty_expense_account), 520)
        # in the books, it changes by reversal only
        picking.move_ids.move_line_ids.quantity = 1
        self.assertEqual(claim.cost_total, 520)
        self.assertEqual(claim.cost_ids.closing_move_id.id, action["res_id"])

    # === old parts ===#
    def test_part_judged_after_the_statement(self):
        """R-CLM-12: the days to collect a part begin when the supplier is told of it,
        also where quality judges it after the statement was sent."""
        liability = self._create_posted_liability()
        statement = self._send(self._create_statement(liability))
        part = statement.line_ids.part_return_ids
        self.assertFalse(part.collect_deadline)
        part._receive()
        part.write({"inspection_result": "supplier", "disposition": "supplier"})
        messages = statement.message_ids
        self.as_user(part, "quality").action_inspect()
        self.assertEqual(
            part.collect_deadline,
            fields.Date.context_today(part) + relativedelta(days=5),
        )
        told = statement.message_ids - messages
        self.assertIn(part.name, told.body)
        self.assertIn(self.supplier, told.notified_partner_ids)
