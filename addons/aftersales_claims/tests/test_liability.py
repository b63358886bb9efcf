# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import random

from dateutil.relativedelta import relativedelta
from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_liability import LiabilityCommon


@tagged("post_install", "-at_install")
class TestLiability(LiabilityCommon):
    """Liability decision and provision; R-CLM-09, R-CLM-10."""

    def test_spine(self):
        """R-CLM-10: 70 % supplier, 30 % department of 8,070.00: refund 5,649.00, net
        expense 2,421.00, a penalty proposed; balanced, and as before when reversed."""
        self.department.manager_id = self.employees["service_manager"]
        claim = self._posted_claim()
        before = self._balance()
        liability = self._decide(claim, [self._supplier(70), self._department(30)])
        self.assertEqual(liability.state, "approved")
        penalty = self.env["aftersales.penalty"].search(
            [("res_model", "=", liability._name), ("res_id", "=", liability.id)]
        )
        self.assertEqual(penalty.employee_id, self.employees["service_manager"])
        self.assertEqual(penalty.loss_amount, 2421)
        self.as_user(liability, "accountant").action_post()
        refund = liability.share_ids[0].account_move_id
        self.assertEqual(refund.state, "draft")
        self.assertEqual(refund.move_type, "in_refund")
        self.assertEqual(refund.amount_total, 5649)
        self.assertEqual(
            refund.invoice_line_ids.account_id, self.warranty_expense_account
        )
        self.assertEqual(refund._get_aftersales_claims(), claim)
        refund.action_post()
        self.assertEqual(self._balance(self.warranty_expense_account), 2421)
        self.assertFalse(round(sum(self._balance().values()), 2))
        self.assertEqual(liability.amount_recovered, 5649)
        with self.assertRaises(UserError):
            self.as_user(claim, "accountant").action_reverse("Wrong")
        self.as_user(liability, "accountant").action_reverse("Wrong supplier")
        self.assertEqual(self._balance(), before)
        self.assertEqual(liability.state, "cancelled")
        self.assertTrue(self._decide(claim, [self._supplier(100)]))

    def test_shares_are_exactly_hundred(self):
        """R-CLM-10: 99.99 % and 100.01 % are refused, in the database too."""
        claim = self._posted_claim()
        for percent in (29.99, 30.01):
            liability = self._decide(
                claim, [self._supplier(70), self._department(percent)], approve=False
            )
            with self.assertRaisesRegex(UserError, "not to 100"):
                self.as_user(liability, "quality_vp").action_submit()
            with (
                self.assertRaises(IntegrityError),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                liability.sudo().state = "approved"
                self.env.flush_all()
            liability.invalidate_recordset()
            self.assertEqual(liability.state, "draft")
            self.as_user(liability, "quality_vp").unlink()
        for percent in (0, -5, 100.01):
            with (
                self.assertRaises(IntegrityError),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                self._decide(claim, [self._supplier(percent)], approve=False)

    def test_shares_add_up_property(self):
        """R-CLM-10: whatever the shares, their amounts add up to the cost and each is
        within a cent of its percentage; recovered never above the share."""
        rng = random.Random(10)
        for _round in range(8):
            claim = self._posted_claim(round(rng.uniform(0.05, 99999), 2))
            cuts = sorted(rng.sample(range(1, 10000), 3))
            parts = [b - a for a, b in zip([0, *cuts], [*cuts, 10000], strict=True)]
            liability = self._decide(
                claim,
                [self._supplier(part / 100) for part in parts[:2]]
                + [self._department(parts[2] / 100)]
                + [{"party": "company", "percent": parts[3] / 100}],
            )
            total = sum(liability.share_ids.mapped("amount"))
            self.assertAlmostEqual(total, claim.cost_total, 2)
            for share in liability.share_ids:
                exact = claim.cost_total * share.percent / 100
                self.assertLessEqual(abs(share.amount - exact), 0.0101)
            self.as_user(liability, "accountant").action_post()
            refunds = liability.share_ids.account_move_id.filtered(
                lambda move: move.move_type == "in_refund"
            )
            self.assertAlmostEqual(
                sum(refunds.mapped("amount_total")), liability.amount_recovered, 2
            )

    def test_every_party_posts_its_own(self):
        """R-CLM-10: employee and carrier receivable, customer invoice, department
        re-charge; nothing twice."""
        carrier = self.env["res.partner"].create(
            {"name": "Deppon", "is_carrier": True, "is_company": True}
        )
        plan = self.env["account.analytic.plan"].create({"name": "Departments"})
        analytic = self.env["account.analytic.account"].create(
            {"name": "Assembly", "plan_id": plan.id, "company_id": self.company.id}
        )
        assembly = self.env["hr.department"].create(
            {
                "name": "Assembly",
                "company_id": self.company.id,
                "aftersales_analytic_account_id": analytic.id,
            }
        )
        claim = self._posted_claim(1000)
        liability = self._decide(
            claim,
            [
                {"party": "employee", "employee_id": self.technician.id, "percent": 10},
                {"party": "carrier", "partner_id": carrier.id, "percent": 20},
                {"party": "customer", "partner_id": self.customer.id, "percent": 15},
                {"party": "department", "department_id": assembly.id, "percent": 25},
                {"party": "company", "percent": 30},
            ],
        )
        before = self._balance()
        accountant = self.as_user(liability, "accountant")
        accountant.action_post()
        company = self.company
        self.assertEqual(
            self._balance(company.aftersales_employee_receivable_account_id), 100
        )
        self.assertEqual(self._balance(company.aftersales_carrier_account_id), 200)
        invoice = liability.share_ids.account_move_id.filtered(
            lambda move: move.move_type == "out_invoice"
        )
        self.assertEqual(invoice.amount_untaxed, 150)
        recharge = liability.share_ids[3].account_move_id.line_ids
        self.assertEqual(sum(recharge.mapped("balance")), 0)
        self.assertEqual(sum(recharge.analytic_line_ids.mapped("amount")), -250)
        self.assertEqual(self._balance(self.warranty_expense_account), 700)
        deduction = self.env["aftersales.deduction"].search(
            [("employee_id", "=", self.technician.id)]
        )
        self.assertEqual(deduction.amount, 100)
        with self.assertRaises(UserError):
            accountant.action_post()
        accountant.action_reverse("Wrong")
        self.assertEqual(self._balance(), before)
        self.assertEqual(invoice.state, "cancel")

    def test_reversed_share_is_paid_back(self):
        """R-CLM-10, R-PEN-06: reversed, an employee's share is deducted no further,
        and payroll pays back what it deducted: the receivable is settled."""
        self.technician.version_id.wage = 8000
        receivable = self.company.aftersales_employee_receivable_account_id
        receivable.reconcile = True
        claim = self._posted_claim(3000)
        liability = self._decide(
            claim,
            [
                {
                    "party": "employee",
                    "employee_id": self.technician.id,
                    "percent": 100,
                }
            ],
        )
        accountant = self.as_user(liability, "accountant")
        accountant.action_post()
        plan = self.env["aftersales.deduction"].search(
            [("res_model", "=", "aftersales.liability.share")]
        )
        first = plan.line_ids.sorted("month")[0]
        self.assertGreater(len(plan.line_ids), 1)
        self.as_user(first, "accountant").action_done()
        self.assertEqual(self._balance(receivable), 3000 - first.amount)
        accountant.action_reverse("The supplier's fault")
        self.assertEqual(self._balance(receivable), -first.amount)
        refund = plan.line_ids - first
        self.assertEqual((refund.kind, refund.amount), ("refund", first.amount))
        self.as_user(refund, "accountant").action_done()
        self.assertEqual(self._balance(receivable), 0)
        self.assertEqual(self._balance(self.warranty_expense_account), 3000)

    def test_foreign_supplier(self):
        """R-CLM-10: the refund is in the supplier's currency, the ledger in ours."""
        currency = self.env.ref("base.EUR")
        currency.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": currency.id,
                "company_id": self.company.id,
                "rate": 0.125,
                "name": fields.Date.today() - relativedelta(days=3),
            }
        )
        self.supplier.with_company(
            self.company
        ).property_purchase_currency_id = currency
        claim = self._posted_claim()
        liability = self._decide(claim, [self._supplier(70), self._department(30)])
        self.as_user(liability, "accountant").action_post()
        refund = liability.share_ids[0].account_move_id
        self.assertEqual(refund.currency_id, currency)
        self.assertAlmostEqual(refund.amount_total, 706.13, 2)
        refund.action_post()
        self.assertAlmostEqual(
            self._balance(self.warranty_expense_account), 2421, delta=0.05
        )

    def test_who_decides(self):
        """R-CLM-10: quality vice president decides, general manager approves."""
        claim = self._posted_claim()
        for role in ("service_manager", "sales_vp", "accountant", "quality"):
            with self.assertRaises(AccessError):
                self.as_user(self.env["aftersales.liability"], role).create(
                    {"claim_id": claim.id}
                )
        liability = self._decide(claim, [self._supplier(100)], approve=False)
        for role in ("hotline", "technician", "storekeeper", "hr"):
            self.assertFalse(self.as_user(liability, role).has_access("read"))
        with self.assertRaises(AccessError):
            self.as_user(liability, "quality").action_submit()
        self.as_user(liability, "quality_vp").action_submit()
        with self.assertRaises(UserError):
            self.as_user(liability, "quality_vp").action_approve()
        with self.assertRaises(UserError):
            self.as_user(liability.share_ids, "quality_vp").percent = 50
        with self.assertRaises(AccessError):
            self.as_user(liability, "quality_vp").action_post()
        self.as_user(liability, "general_manager").action_return("Ask the supplier")
        self.assertEqual(liability.state, "draft")
        self.as_user(liability, "quality_vp").action_submit()
        self.as_user(liability, "general_manager").action_approve()
        self.assertEqual(liability.state, "approved")
        with self.assertRaises(AccessError):
            self.as_user(liability, "general_manager").action_post()

    def test_bad_input(self):
        """R-CLM-10: no party, no supplier, no analysis, no cost, unposted costs."""
        claim = self._posted_claim()
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        for shares, message in (
            ([{"party": "supplier", "percent": 100}], "Name the partner"),
            ([self._supplier(100, partner_id=stranger.id)], "not a supplier"),
            (
                [{"party": "carrier", "partner_id": stranger.id, "percent": 100}],
                "not a carrier",
            ),
            ([{"party": "department", "percent": 100}], "Name the department"),
            ([{"party": "employee", "percent": 100}], "Name the employee"),
        ):
            liability = self._decide(claim, shares, approve=False)
            with self.assertRaisesRegex(UserError, message):
                self.as_user(liability, "quality_vp").action_submit()
            self.as_user(liability, "quality_vp").unlink()
            self.assertFalse(claim.liability_ids)
        # a price agreed is a contract, also before the first bill
        self.seal.seller_ids = [Command.create({"partner_id": stranger.id})]
        liability = self._decide(
            claim, [self._supplier(100, partner_id=stranger.id)], approve=False
        )
        self.as_user(liability, "quality_vp").action_submit()
        self.assertEqual(liability.state, "to_approve")
        self.as_user(liability, "quality_vp").action_cancel()
        liability = self._decide(claim, [self._supplier(100)])
        self._add_cost(claim, "labour", 10)
        with self.assertRaisesRegex(UserError, "Post the costs"):
            self.as_user(liability, "accountant").action_post()
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self._decide(claim, [self._supplier(100)], approve=False)

    def test_base_is_fixed_by_the_approval(self):
        """R-CLM-10: a refund is never larger than its share of the cost approved."""
        claim = self._posted_claim()
        liability = self._decide(claim, [self._supplier(70), self._department(30)])
        self._add_cost(claim, "labour", 1000)
        self.as_user(claim, "accountant").action_ask_costs("A second visit")
        self._approve(claim, "sales_vp")
        self.as_user(claim, "accountant").action_post_costs()
        self.assertEqual(claim.cost_total, 9070)
        self.assertEqual(liability.amount_base, 8070)
        self.assertEqual(liability.share_ids[0].amount, 5649)

    def test_refund_larger_than_the_share(self):
        """R-CLM-12: the draft refund may be lowered, never raised above the supplier's
        share of the cost; nothing is posted then."""
        claim = self._posted_claim()
        liability = self._decide(claim, [self._supplier(70), self._department(30)])
        self.as_user(liability, "accountant").action_post()
        refund = self.as_user(liability.share_ids[0].account_move_id, "accountant")
        before = self._balance()
        refund.invoice_line_ids.price_unit = 8070.01
        with (
            self.assertRaisesRegex(UserError, f"5,649.00 of {claim.name}"),
            self.env.cr.savepoint(),
        ):
            refund.action_post()
        self.env.invalidate_all()
        self.assertEqual(refund.state, "draft")
        self.assertEqual(self._balance(), before)
        refund.invoice_line_ids.price_unit = 5000
        refund.action_post()
        self.assertEqual(self._balance(self.warranty_expense_account), 3070)

    def test_locked_period_of_shares(self):
        """R-CLM-10: in a locked period the ERP's own error; no share is posted, the
        decision is as it was."""
        carrier = self.env["res.partner"].create({"name": "C", "is_carrier": True})
        claim = self._posted_claim(1000)
        liability = self._decide(
            claim,
            [
                {"party": "employee", "employee_id": self.technician.id, "percent": 40},
                {"party": "carrier", "partner_id": carrier.id, "percent": 60},
            ],
        )
        before = self._balance()
        posting = self.as_user(liability, "accountant")
        self.company.fiscalyear_lock_date = fields.Date.context_today(posting)
        with (
            self.assertRaisesRegex(UserError, "prior to and inclusive of"),
            self.env.cr.savepoint(),
        ):
            posting.action_post()
        self.env.invalidate_all()
        self.assertEqual(liability.state, "approved")
        self.assertEqual(set(liability.share_ids.mapped("state")), {"draft"})
        self.assertEqual(self._balance(), before)
        self.assertFalse(
            self.env["aftersales.deduction"].search(
                [("employee_id", "=", self.technician.id)]
            )
        )

    def test_list_reads_in_constant_queries(self):
        """R-CLM-10: lists of decisions and costs cost the same for 10 and 100."""
        products = self.env["product.product"].create(
            [{"name": f"Part {number}"} for number in range(60)]
        )
        claims = self.env["aftersales.claim"].create(
            [
                {
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "line_ids": [Command.create({"product_id": product.id})],
                }
                for product in products
            ]
        )
        Liability = self.as_user(self.env["aftersales.liability"], "quality_vp")
        liabilities = Liability.create(
            [
                {
                    "claim_id": claim.id,
                    "share_ids": [Command.create(self._supplier(100))],
                }
                for claim in claims
            ]
        )
        costs = self.env["aftersales.claim.cost"].create(
            [{"claim_id": claim.id, "kind": "travel", "amount": 5} for claim in claims]
        )
        for records in (liabilities, costs, liabilities.share_ids):
            names = records.get_view(view_type="list")["models"][records._name]
            spec = {
                name: {"fields": {"display_name": {}}}
                if records._fields[name].relational
                else {}
                for name in names
            }
            with self.subTest(model=records._name):
                self.assertNoQueryGrowth(
                    lambda some, spec=spec: some.browse().web_search_read(
                        [("id", "in", some.ids)], spec
                    ),
                    records[:10],
                    records,
                )
