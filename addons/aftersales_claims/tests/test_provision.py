# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta
from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ClaimsCommon


@tagged("post_install", "-at_install")
class TestProvision(ClaimsCommon):
    """The months of the books: warranty provision and stock closing (R-CLM-09)."""

    def _approved(self, **vals):
        claim = self._create_order_claim(**vals)
        claim.action_submit()
        self._approve(claim, "sales_vp")
        claim.sudo().filed_at = fields.Datetime.now()
        return claim

    # === closing of the stock ===#
    def _ship(self, quantity):
        """A claim of seals that were sent out of the stock."""
        claim = self._create_claim(
            [{"product_id": self.seal.id, "quantity": quantity, "supply": "ship"}],
            kind="machine_down",
            kind_reason="Stopped",
            lot_id=self._create_machine(f"PE600-{quantity}").id,
        )
        claim.action_submit()
        self._approve(claim, "service_manager")
        claim.sudo().filed_at = fields.Datetime.now()
        claim.picking_ids.move_ids.picked = True
        claim.picking_ids.button_validate()
        return claim

    def _close_stock(self):
        """Close the stock of the company as its accountant does; return the entry."""
        action = self.company.action_close_stock_valuation(auto_post=True)
        entry = self.env["account.move"].browse(action["res_id"])
        self.assertEqual(entry.state, "posted")
        return entry

    def test_periodic_valuation_posts_at_closing(self):
        """R-CLM-09: with periodic valuation the cost of goods is known at once, its
        entry is the closing's: once, with the claim's analytic distribution, and from
        its lines one comes to the claim; a claim that was reversed leaves nothing."""
        plan = self.env["account.analytic.plan"].create({"name": "Departments"})
        analytic = self.env["account.analytic.account"].create(
            {"name": "Service", "plan_id": plan.id, "company_id": self.company.id}
        )
        self.department.aftersales_analytic_account_id = analytic
        self.part_category.with_company(self.company).property_valuation = "periodic"
        before = self._balance()
        claim = self._approved(department_id=self.department.id)
        self.assertEqual(claim.cost_total, 6460)
        self.assertEqual(self._balance(), before)
        self.assertFalse(claim.cost_ids.account_move_id)
        entry = self._close_stock()
        self.assertEqual(self._balance(self.warranty_expense_account), 6460)
        lines = entry.line_ids.filtered(
            lambda line: line.account_id == self.warranty_expense_account
        )
        self.assertEqual(sum(lines.analytic_line_ids.mapped("amount")), -6460)
        charged = lines.filtered("analytic_distribution")
        self.assertEqual(charged.analytic_distribution, {str(analytic.id): 100})
        self.assertEqual(charged.balance, 6460)
        self.assertFalse(sum(entry.line_ids.mapped("balance")))
        opened = self.as_user(entry, "accountant").action_view_aftersales_claims()
        self.assertEqual(opened["res_id"], claim.id)
        self.assertIn(entry, claim._get_account_moves())
        cost = self.as_user(claim.cost_ids[:1], "accountant")
        self.assertEqual(cost.action_view_entry()["res_id"], entry.id)
        with self.assertRaisesRegex(UserError, "by reversing the claim"):
            cost.closing_move_id = False

    def test_periodic_valuation_uses_the_provision(self):
        """R-CLM-09: by provision, the closing charges the goods of claims to it from
        its date on, those of other claims to the expense; reversed before the closing
        nothing is left."""
        self.part_category.with_company(self.company).property_valuation = "periodic"
        provision = self.company.aftersales_provision_account_id
        early = self._approved()
        withdrawn, late = self._ship(4), self._ship(2)
        self.as_user(withdrawn, "accountant").action_reverse("Wrong machine")
        self.env.flush_all()
        early.picking_ids.move_ids.date = fields.Datetime.now() - relativedelta(days=3)
        self.company.write(
            {
                "aftersales_provision_method": "provision",
                "aftersales_provision_from": fields.Date.today()
                - relativedelta(days=1),
            }
        )
        entry = self._close_stock()
        self.assertEqual(self._balance(provision), 520)
        self.assertEqual(self._balance(self.warranty_expense_account), 6460)
        self.assertEqual(entry._get_aftersales_claims(), early | late | withdrawn)

    # === provision ===#
    def _invoice(
        self, product, amount, move_type="out_invoice", date=None, currency=None
    ):
        date = date or fields.Date.context_today(self.machine) - relativedelta(
            months=1, day=15
        )
        move = self.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": self.customer.id,
                "invoice_date": date,
                "date": date,
                "currency_id": (currency or self.company.currency_id).id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "price_unit": amount,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )
        move.action_post()

    def test_provision_by_sales(self):
        """R-CLM-09: a month's sales accrue the provision by policy, once."""
        self.env["aftersales.provision.policy"].create(
            [
                {
                    "name": "Crushers",
                    "product_tmpl_id": self.machine_product.product_tmpl_id.id,
                    "percent": 3,
                },
                {"name": "Spares", "categ_id": self.part_category.id, "percent": 1.5},
            ]
        )
        self._invoice(self.machine_product, 260000)
        self._invoice(self.machine_product, 10000, "out_refund")
        self._invoice(self.seal, 1000)
        before = self._balance()
        Provision = self.as_user(self.env["aftersales.provision"], "accountant")
        provision = Provision.create({})
        with self.assertRaisesRegex(UserError, "nothing to accrue"):
            provision.action_post()
        provision.action_calculate()
        provision.action_calculate()
        self.assertEqual(provision.amount, 7515)
        provision.action_post()
        account = self.company.aftersales_provision_account_id
        self.assertEqual(self._balance(account), -7515)
        self.assertEqual(self._balance(self.warranty_expense_account), 7515)
        with self.assertRaises(UserError):
            provision.action_post()
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            Provision.create({})
        provision.action_reverse()
        self.assertEqual(self._balance(), before)
        self.assertFalse(
            self.as_user(self.env["aftersales.provision"], "hotline").has_access("read")
        )

    def test_provision_used_beyond_the_accrual(self):
        """R-CLM-09: what claims used beyond all that was set aside is expensed with
        the accrual, so the provision never turns into a receivable; claims posted
        after the calculation ask for another one."""
        self.today = fields.Date.context_today(self.machine)
        self.company.aftersales_provision_method = "provision"
        account = self.company.aftersales_provision_account_id
        claim = self._create_claim(
            kind="emergency", kind_reason="Down", estimated_cost=8070
        )
        claim.action_submit()
        self._approve(claim, "sales_vp")
        self._add_cost(claim, "travel", 8070)
        self.as_user(claim, "accountant").action_post_costs()
        self.assertEqual(self._balance(account), 8070)
        self.env["aftersales.provision.policy"].create(
            {"name": "All", "percent": 1, "company_id": self.company.id}
        )
        self._invoice(self.seal, 300000, date=self.today)
        Provision = self.as_user(self.env["aftersales.provision"], "accountant")
        provision = Provision.create({"date_from": self.today})
        provision.action_calculate()
        self.assertEqual(
            (provision.balance_before, provision.amount, provision.shortfall),
            (-8070, 3000, 5070),
        )
        for name in ("balance_before", "shortfall"):
            with self.assertRaises(AccessError):
                provision.write({name: 0})
        self._add_cost(claim, "shipping", 30)
        self.as_user(claim, "accountant").action_post_costs()
        with self.assertRaisesRegex(UserError, "calculate it again"):
            provision.action_post()
        provision.action_calculate()
        before = self._balance()
        provision.action_post()
        self.assertEqual(self._balance(account), 0)
        self.assertEqual(self._balance(self.warranty_expense_account), 8100)
        items = self.env["account.move.line"].search(
            provision.action_view_items()["domain"]
        )
        self.assertEqual(sum(items.mapped("balance")), 0)
        provision.action_reverse()
        self.assertEqual(self._balance(), before)
        self.env.flush_all()
        # enough was set aside: nothing beyond
        self._invoice(self.seal, 900000, date=self.today)
        provision = Provision.create({"date_from": self.today})
        provision.action_calculate()
        self.assertEqual((provision.amount, provision.shortfall), (12000, 0))
        provision.action_post()
        self.assertEqual(self._balance(account), 8100 - 12000)

    def test_provision_of_the_whole_month(self):
        """R-CLM-09: whichever day of it is chosen, a month is accrued from its first
        day to its last, once, in February of a leap year too; sales and credit notes
        in a foreign currency count at what is in the books."""
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": euro.id,
                "company_id": self.company.id,
                "rate": 0.125,
                "name": "2023-12-01",
            }
        )
        self.env["aftersales.provision.policy"].create({"name": "All", "percent": 2})
        for day, amount, move_type, currency in (
            ("2024-01-31", 7000, "out_invoice", None),
            ("2024-02-01", 10000, "out_invoice", None),
            ("2024-02-29", 1000, "out_invoice", euro),
            ("2024-02-29", 200, "out_refund", euro),
            ("2024-03-01", 9000, "out_invoice", None),
        ):
            self._invoice(
                self.seal,
                amount,
                move_type,
                date=fields.Date.to_date(day),
                currency=currency,
            )
        Provision = self.as_user(self.env["aftersales.provision"], "accountant")
        provision = Provision.create({"date_from": "2024-02-29"})
        first, last = map(fields.Date.to_date, ("2024-02-01", "2024-02-29"))
        self.assertEqual((provision.date_from, provision.date_to), (first, last))
        provision.action_calculate()
        self.assertEqual(provision.line_ids.sales, 10000 + 8000 - 1600)
        self.assertEqual(provision.amount, 328)
        provision.date_from = "2024-02-10"
        self.assertEqual(provision.date_from, first)
        provision.action_calculate()
        self.assertEqual(provision.amount, 328)
        provision.action_post()
        self.assertEqual(provision.account_move_id.date, last)
        self.assertEqual(self._balance(self.warranty_expense_account), 328)
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            Provision.create({"date_from": "2024-02-15"})

    def test_locked_period_of_the_provision(self):
        """R-CLM-09: in a locked period the ERP's own error, at posting and at taking
        back; month and books are as before."""
        self.env["aftersales.provision.policy"].create({"name": "All", "percent": 2})
        self._invoice(self.seal, 10000)
        provision = self.as_user(self.env["aftersales.provision"], "accountant").create(
            {}
        )
        provision.action_calculate()
        self.assertEqual(provision.amount, 200)
        before = self._balance()
        today = fields.Date.context_today(provision)
        for state, date, step in (
            ("draft", provision.date_to, provision.action_post),
            ("posted", today, provision.action_reverse),
        ):
            self.env.flush_all()
            self.company.fiscalyear_lock_date = date
            with (
                self.subTest(state=state),
                self.assertRaisesRegex(UserError, "prior to and inclusive of"),
                self.env.cr.savepoint(),
            ):
                step()
            self.env.invalidate_all()
            self.assertEqual(provision.state, state)
            self.assertEqual(self._balance(), before)
            self.company.fiscalyear_lock_date = False
            step()
            before = self._balance()
        self.assertEqual(provision.state, "reversed")

    def test_provision_reversed_in_the_accounting(self):
        """R-CLM-09: an accrual reversed in the accounting is calculated and posted
        again, once; what took it out of the books stays, and nothing is reversed
        twice."""
        self.env["aftersales.provision.policy"].create({"name": "All", "percent": 2})
        self._invoice(self.seal, 10000)
        before = self._balance()
        provision = self.as_user(self.env["aftersales.provision"], "accountant").create(
            {}
        )
        provision.action_calculate()
        provision.action_post()
        after = self._balance()
        entry = provision.account_move_id
        reversal = entry._reverse_moves([{"date": provision.date_to}], cancel=True)
        self.assertEqual((provision.state, self._balance()), ("draft", before))
        reversal.button_draft()
        self.assertEqual(provision.state, "posted")
        reversal.action_post()
        provision.action_calculate()
        provision.action_post()
        self.assertEqual((provision.state, self._balance()), ("posted", after))
        self.assertEqual(provision.former_bill_ids, entry)
        with self.assertRaisesRegex(UserError, "owed twice"):
            reversal.button_draft()
        provision.action_reverse()
        self.assertEqual((provision.state, self._balance()), ("reversed", before))

    def test_reversal_of_costs_in_a_locked_period(self):
        """R-CLM-09: the entry of freight, labour and travel alone is not taken back in
        a locked period either, and not on another day than asked."""
        claim = self._create_claim(
            kind="emergency", kind_reason="Down", estimated_cost=650
        )
        claim.action_submit()
        self._approve(claim, "service_manager")
        self._add_cost(claim, "travel", 650)
        accountant = self.as_user(claim, "accountant")
        accountant.action_post_costs()
        before = self._balance()
        self.env.flush_all()
        today = fields.Date.context_today(accountant)
        self.company.fiscalyear_lock_date = today
        with (
            self.assertRaisesRegex(UserError, "prior to and inclusive of"),
            self.env.cr.savepoint(),
        ):
            accountant.action_reverse("Wrong", date=today)
        self.env.invalidate_all()
        self.assertEqual((claim.state, self._balance()), ("approved", before))
        self.company.fiscalyear_lock_date = False
        accountant.action_reverse("Wrong", date=today)
        self.assertEqual(claim.cost_ids.reversal_move_id.date, today)
        self.assertFalse(self._balance(self.warranty_expense_account))
