# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from unittest.mock import patch

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools.translate import code_translations

from .common_books import BooksCommon


@tagged("post_install", "-at_install")
class TestBooks(BooksCommon):
    """Costs posted and reversed; R-CLM-08, R-CLM-09."""

    def _approved(self, **vals):
        claim = self._create_order_claim(**vals)
        claim.action_submit()
        self._approve(claim, "sales_vp")
        return claim

    def _posted(self):
        claim = self._approved(estimated_cost=1610)
        self._add_cost(claim, "shipping", 480)
        self._add_cost(claim, "labour", 480)
        self._add_cost(claim, "travel", 650)
        self.as_user(claim, "accountant").action_post_costs()
        return claim

    def test_posting_the_spine(self):
        """R-CLM-09: 6,460 of goods and 1,610 of costs make 8,070, by one entry."""
        claim = self._posted()
        self.assertEqual(claim.cost_total, 8070)
        self.assertEqual(claim.cost_posted, 8070)
        self.assertEqual(self._balance(self.warranty_expense_account), 8070)
        self.assertEqual(
            self._balance(self.company.aftersales_cost_account_travel_id), -650
        )
        entries = claim.cost_ids.filtered(
            lambda cost: cost.kind != "material"
        ).account_move_id
        self.assertEqual(len(entries), 1)
        self._assert_costs_are_entries(claim)
        self.assertFalse(sum(self._balance().values()))

    def test_nothing_twice(self):
        """R-CLM-09: posting again posts only what is new, or refuses."""
        claim = self._posted()
        accountant = self.as_user(claim, "accountant")
        with self.assertRaisesRegex(UserError, "no cost to post"):
            accountant.action_post_costs()
        self._add_cost(claim, "shipping", 20)
        accountant.action_post_costs()
        self.assertEqual(self._balance(self.warranty_expense_account), 8090)
        self._assert_costs_are_entries(claim)

    def test_posted_cost_is_fixed(self):
        """R-CLM-09: a posted cost changes by reversal only."""
        claim = self._posted()
        cost = self.as_user(claim.cost_ids[-1:], "accountant")
        for change in (lambda: cost.write({"amount": 1}), cost.unlink):
            with self.assertRaisesRegex(UserError, "reversing"):
                change()
        with self.assertRaises(UserError):
            claim.action_cancel()
        with self.assertRaises(UserError):
            self._add_cost(claim, "labour", 5, state="posted")
        draft = self.as_user(self._add_cost(claim, "labour", 5), "accountant")
        with self.assertRaises(AccessError):
            draft.state = "posted"

    def test_missing_cost_account(self):
        """R-CLM-09: the error names the setting; nothing is posted."""
        claim = self._approved(estimated_cost=650)
        self._add_cost(claim, "travel", 650)
        self.company.aftersales_cost_account_travel_id = False
        with self.assertRaisesRegex(UserError, "Travel Costs Account"):
            self.as_user(claim, "accountant").action_post_costs()
        self.assertEqual(claim.cost_posted, 6460)

    def test_locked_period(self):
        """R-CLM-09: the ERP's own error; the claim is as it was."""
        claim = self._approved(estimated_cost=650)
        today = fields.Date.context_today(claim)
        cost = self._add_cost(
            claim, "travel", 650, date=today - relativedelta(months=1)
        )
        self.company.fiscalyear_lock_date = today - relativedelta(days=20)
        before = self._balance()
        with (
            self.assertRaisesRegex(UserError, "prior to and inclusive of"),
            self.env.cr.savepoint(),
        ):
            self.as_user(claim, "accountant").action_post_costs()
        self.env.invalidate_all()
        self.assertEqual(cost.state, "draft")
        self.assertEqual(self._balance(), before)
        cost.date = today
        self.as_user(claim, "accountant").action_post_costs()
        self.assertEqual(claim.cost_posted, 7110)

    def test_reversal_restores_the_trial_balance(self):
        """R-CLM-09: reverse and redo: every account as before, to the cent."""
        start = self._balance()
        claim = self._posted()
        full = self._balance()
        self.as_user(claim, "accountant").action_reverse("Wrong machine")
        self.assertEqual(self._balance(), start)
        self.assertEqual(claim.state, "cancelled")
        self.assertEqual(claim.cost_total, 0)
        self.assertEqual(self._quantity(self.bearing, self.awaiting), 1)
        self.assertEqual(self._quantity(self.seal, self.awaiting), 1)
        number = claim.register_number
        claim.action_draft()
        claim.action_submit()
        self._approve(claim, "sales_vp")
        for kind, amount in (("shipping", 480), ("labour", 480), ("travel", 650)):
            self._add_cost(claim, kind, amount)
        self.as_user(claim, "accountant").action_post_costs()
        self.assertEqual(self._balance(), full)
        self._assert_costs_are_entries(claim)
        self.assertNotEqual(claim.register_number, number)
        self.assertFalse(claim.is_filing_overdue)

    def test_reversal_at_the_old_cost(self):
        """R-CLM-09: a cost price changed meanwhile does not leave a difference."""
        claim = self._posted()
        self.bearing.with_company(self.company).standard_price = 7000
        self.as_user(claim, "accountant").action_reverse("Wrong machine")
        self.assertEqual(self._balance(self.warranty_expense_account), 0)
        self.assertEqual(claim.cost_total, 0)

    def test_reversal_in_a_locked_period(self):
        """R-CLM-09: reversing into a locked period is refused by the ERP."""
        claim = self._posted()
        self.env.flush_all()
        self.company.fiscalyear_lock_date = fields.Date.context_today(claim)
        full = self._balance()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.as_user(claim, "accountant").action_reverse(
                "Wrong", date=fields.Date.context_today(claim)
            )
        self.env.invalidate_all()
        self.assertEqual(claim.state, "approved")
        self.assertEqual(self._balance(), full)

    def test_provision_is_used(self):
        """R-CLM-09: by provision, claims charge it instead of the expense."""
        self.company.write({"aftersales_provision_method": "provision"})
        claim = self._posted()
        provision = self.company.aftersales_provision_account_id
        self.assertEqual(self._balance(provision), 8070)
        self.assertFalse(self._balance(self.warranty_expense_account))
        self._assert_costs_are_entries(claim)
        self.company.aftersales_provision_method = "expense"
        self.as_user(claim, "accountant").action_reverse("Wrong")
        self.assertFalse(self._balance(provision))
        self.assertFalse(self._balance(self.warranty_expense_account))

    def test_provision_by_date(self):
        """R-CLM-09: the method takes effect on its date."""
        self.company.write(
            {
                "aftersales_provision_method": "provision",
                "aftersales_provision_from": fields.Date.today()
                + relativedelta(days=9),
            }
        )
        self._posted()
        self.assertEqual(self._balance(self.warranty_expense_account), 8070)

    def test_analytic_distribution(self):
        """R-CLM-09: goods and costs are analysed by customer, by machine type and by
        department at once; a distribution set by hand stands."""
        customer, crusher, service = self._create_plans()
        claim = self._approved(department_id=self.department.id, estimated_cost=750)
        # one amount in three plans, not three amounts
        ((key, percent),) = claim.analytic_distribution.items()
        self.assertEqual(
            set(key.split(",")), {str(customer.id), str(crusher.id), str(service.id)}
        )
        self.assertEqual(percent, 100)
        self._add_cost(claim, "travel", 650)
        self.as_user(claim, "accountant").action_post_costs()
        lines = claim.cost_ids.account_move_id.line_ids.analytic_line_ids
        self.assertEqual(sum(lines.mapped("amount")), -7110)
        for account in (customer, crusher, service):
            column = account.plan_id._column_name()
            self.assertEqual(lines.mapped(column), account)
        # a plan divided in itself is crossed, one left open in part is not
        other = crusher.copy({"name": "Mills"})
        halves = {str(customer.id): 100, str(crusher.id): 75, str(other.id): 25}
        crossed = claim._cross_distribution(halves, service)
        self.assertEqual(sorted(crossed.values()), [25, 75])
        self.assertEqual({len(key.split(",")) for key in crossed}, {3})
        del halves[str(other.id)]
        self.assertEqual(
            claim._cross_distribution(halves, service),
            {**halves, str(service.id): 100},
        )
        # the department does not come on top of one the models named already
        named = {str(service.copy({"name": "Field"}).id): 100}
        self.assertEqual(claim._cross_distribution(named, service), named)
        by_hand = {str(customer.id): 60, str(crusher.id): 40}
        claim.analytic_distribution = by_hand
        self._add_cost(claim, "shipping", 100)
        self.as_user(claim, "accountant").action_post_costs()
        entry = claim.cost_ids[-1:].account_move_id
        expense = entry.line_ids.filtered(
            lambda line: line.account_id == self.warranty_expense_account
        )
        self.assertEqual(expense.analytic_distribution, by_hand)

    def test_close(self):
        """R-CLM-09: closed when supplied, filed and posted."""
        claim = self._create_claim(
            kind="emergency", kind_reason="Down", estimated_cost=650
        )
        claim.action_submit()
        self._approve(claim, "service_manager")
        self._add_cost(claim, "travel", 650)
        with self.assertRaisesRegex(UserError, "not filed(.|\n)*not posted"):
            claim.action_done()
        claim.write(
            {
                "technology_analysis": "a",
                "quality_analysis": "b",
                "proposal": "compensate",
            }
        )
        claim.action_file()
        self.as_user(claim, "accountant").action_post_costs()
        claim.action_done()
        self.assertEqual(claim.state, "done")

    def test_set_up_accounts(self):
        """R-CLM-09: settings propose sub-accounts on the company's chart, once."""
        self.company.aftersales_cost_account_travel_id = False
        self.company.aftersales_provision_account_id = False
        created = self.company._setup_aftersales_accounts()
        self.assertTrue(
            self.company.aftersales_provision_account_id.with_company(
                self.company
            ).code.startswith("2801")
        )
        self.assertEqual(len(created), 2)
        self.assertFalse(self.company._setup_aftersales_accounts())

    def test_names_of_the_accounts(self):
        """R-CLM-09: accounts the set-up creates are named in every language the books
        are read in, whoever sets up; found again by any of the names."""
        self.env["res.lang"]._activate_lang("zh_CN")
        chinese = {"Warranty travel": "质保差旅费", "Warranty provision": "质保准备"}
        known = code_translations.get_python_translations("aftersales_claims", "zh_CN")
        fields_names = (
            "aftersales_cost_account_travel_id",
            "aftersales_provision_account_id",
        )
        self.company.write(dict.fromkeys(fields_names, False))
        with patch.dict(
            code_translations.python_translations,
            {("aftersales_claims", "zh_CN"): {**known, **chinese}},
        ):
            self.company.with_context(lang="en_US")._setup_aftersales_accounts()
            accounts = [self.company[fname] for fname in fields_names]
            for account, (english, text) in zip(accounts, chinese.items(), strict=True):
                for lang, name in (("en_US", english), ("zh_CN", text)):
                    self.assertEqual(account.with_context(lang=lang).name, name)
            # named by hand, in one language only
            accounts[0].update_field_translations(
                "name", {"en_US": "质保差旅费", "zh_CN": "质保差旅费"}
            )
            self.company.write(dict.fromkeys(fields_names, False))
            found = self.company._setup_aftersales_accounts()
            self.assertEqual(found, accounts[0] | accounts[1])
