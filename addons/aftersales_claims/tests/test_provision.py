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
    """The months of the books: the warranty provision (R-CLM-09)."""

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
