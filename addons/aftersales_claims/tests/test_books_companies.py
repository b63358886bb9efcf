# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, fields
from odoo.tests import tagged

from .common import ACCOUNTS
from .common_recovery import RecoveryCommon


@tagged("post_install", "-at_install")
class TestBooksCompanies(RecoveryCommon):
    """Books of branches, of companies of several currencies at once, of currencies with
    three decimals (R-CLM-09, R-CLM-10)."""

    def _give(self, company, *roles):
        """Let the people of ``roles`` work in ``company`` too."""
        for role in roles:
            self.users[role].company_ids |= company

    def _create_books(self, name, currency):
        """A company of its own with a chart, and the accounts of the claims."""
        company = self.env["res.company"].create(
            {
                "name": name,
                "currency_id": currency.id,
                "country_id": self.company.country_id.id,
            }
        )
        self.env["account.chart.template"].try_loading(
            "generic_coa", company=company, install_demo=False
        )
        # the chart may bring another one
        company.currency_id = currency
        self._set_accounts(company)
        return company

    def _create_branch(self):
        branch = self.env["res.company"].create(
            {"name": "Huakuang Yantai", "parent_id": self.company.id}
        )
        # the ERP gives it the properties of the chart then
        self.env.cr.precommit.run()
        return branch

    def _set_accounts(self, company):
        Account = self.env["account.account"].with_company(company)
        for number, (fname, (_code, kind)) in enumerate(ACCOUNTS.items()):
            company[fname] = Account.create(
                {"name": fname, "code": f"9919{number}", "account_type": kind}
            )
        expense = Account.create(
            {"name": "Warranty", "code": "99100", "account_type": "expense"}
        )
        company.aftersales_warranty_location_id.valuation_account_id = expense

    def _create_claim_of(self, company, *amounts, post=True):
        """An approved claim of ``company`` with freight of ``amounts``, posted.

        :param post: its costs wait if not
        """
        self._give(
            company, "service_manager", "accountant", "quality_vp", "general_manager"
        )
        self.customer.company_id = False
        claim = self._create_claim(
            [{"product_id": self.seal.id, "quantity": 1, "supply": "none"}],
            company_id=company.id,
            lot_id=False,
            kind="emergency",
            kind_reason="Stopped",
            estimated_cost=sum(amounts),
        )
        self.seal.with_company(company).standard_price = 1
        claim.action_submit()
        self._approve_release(claim)
        for amount in amounts:
            self._add_cost(claim, "shipping", amount)
        if post:
            self.as_user(claim, "accountant").action_post_costs()
        return claim

    def _get_balances(self, company):
        groups = self.env["account.move.line"]._read_group(
            [("parent_state", "=", "posted"), ("company_id", "=", company.id)],
            ["account_id"],
            ["balance:sum"],
        )
        currency = company.currency_id
        return {
            account: currency.round(balance)
            for account, balance in groups
            if not currency.is_zero(balance)
        }

    def _assert_share_bills(self, liability):
        currency = liability.currency_id
        total = sum(liability.share_ids.mapped("amount"))
        self.assertFalse(currency.compare_amounts(total, liability.amount_base))
        for share in liability.share_ids.filtered("account_move_id"):
            self.assertFalse(
                currency.compare_amounts(
                    abs(share.account_move_id.amount_untaxed_signed), share.amount
                ),
                (share.amount, share.account_move_id.amount_untaxed_signed),
            )

    def test_three_decimals(self):
        """R-CLM-10: in a currency of three decimals the bills of the shares are the
        shares, also where prices have two, and are posted."""
        dinar = self.env.ref("base.KWD").with_context(active_test=False)
        dinar.active = True
        self.assertEqual(dinar.decimal_places, 3)
        company = self._create_books("Kuwait Crushing", dinar)
        company.aftersales_recharge_tax_ids = False
        claim = self._create_claim_of(company, 10.125, 0.333)
        self.assertFalse(dinar.compare_amounts(claim.cost_posted, 10.458))
        liability = self._decide_parts(claim, 33.33, 41.29, 25.38)
        self._assert_share_bills(liability)
        booked = self._get_balances(company)
        expense = company.aftersales_warranty_account_id
        self.assertFalse(dinar.compare_amounts(booked[expense], 10.458))
        liability.share_ids.account_move_id.action_post()
        booked = self._get_balances(company)
        own = liability.share_ids[-1].amount
        self.assertFalse(dinar.compare_amounts(booked[expense], own))
        self.as_user(liability, "accountant").action_reverse("Ours")
        self.as_user(claim, "accountant").action_reverse("Ours")
        self.assertFalse(self._get_balances(company))

    def test_companies_at_once(self):
        """R-CLM-09, R-CLM-10: decisions of companies of two currencies are posted and
        adjusted together by an accountant of both, each in its own books."""
        dollar = self.env.ref("base.USD")
        dollar.active = True
        company = self._create_books("Crushing Overseas", dollar)
        claims = self._create_claim_of(company, 100) | self._create_claim_of(
            self.company, 700
        )
        liabilities = self.env["aftersales.liability"]
        for claim in claims:
            liability = self._decide(
                claim,
                {"party": "customer", "partner_id": self.customer.id, "percent": 60},
                {"party": "company", "percent": 40},
                post=False,
            )
            liabilities |= liability
        both = {"allowed_company_ids": (self.company | company).ids}
        accountant = self.as_user(liabilities, "accountant").with_context(**both)
        accountant.action_post()
        for liability, amount in zip(liabilities, (60, 420), strict=True):
            move = liability.share_ids[0].account_move_id
            self.assertEqual(move.company_id, liability.company_id)
            self.assertEqual(move.currency_id, liability.currency_id)
            self.assertEqual(move.amount_untaxed, amount)
            self.assertLessEqual(
                move.line_ids.account_id.company_ids.root_id,
                liability.company_id.root_id,
            )
        for claim in claims:
            self._add_cost(claim, "labour", 50)
        self.as_user(claims, "accountant").with_context(**both).action_post_costs()
        for claim in claims:
            cost = claim.cost_ids.filtered(lambda it: it.kind == "shipping")
            self._reverse_in_accounting(cost.account_move_id)
            draft = claim.cost_ids.filtered(lambda it: it.state == "draft")
            self.as_user(draft, "accountant").unlink()
        accountant.action_adjust_costs()
        for liability in liabilities:
            move = liability.share_ids[0].account_move_id
            self.assertEqual(
                (move.amount_untaxed, move.company_id), (30, liability.company_id)
            )
        accountant.action_reverse("Ours")
        self.as_user(claims, "accountant").with_context(**both).action_reverse("Ours")
        self.assertFalse(self._get_balances(company))

    def test_branch(self):
        """R-CLM-09, R-CLM-10: a branch keeps its books with the chart and journals of
        its company; a lock of that one holds for it."""
        branch = self._create_branch()
        self.assertEqual(branch.root_id, self.company)
        branch.aftersales_warranty_location_id.valuation_account_id = (
            self.warranty_expense_account
        )
        for fname in ACCOUNTS:
            branch[fname] = self.company[fname]
        before = self._balance()
        claim = self._create_claim_of(branch, 480)
        entry = claim.cost_ids.account_move_id
        self.assertEqual(entry.company_id, branch)
        liability = self._decide_parts(claim, 50, 30, 20)
        self._assert_share_bills(liability)
        for move in liability.share_ids.account_move_id:
            self.assertEqual(move.company_id, branch)
        today = fields.Date.context_today(self.as_user(claim, "accountant"))
        self.company.fiscalyear_lock_date = today
        self._refused(
            "prior to and inclusive of", claim._reverse_cost_entries, today, "Ours"
        )
        self.company.fiscalyear_lock_date = False
        self.as_user(liability, "accountant").action_reverse("Ours")
        self.as_user(claim, "accountant").action_reverse("Ours")
        self.assertFalse(self._get_balances(branch))
        self.assertEqual(self._balance(), before)

    def test_locked_above_the_branch(self):
        """R-CLM-09, R-CLM-10: where the company locked its books, its branch posts
        nothing either: costs and shares wait as they are, and are posted after it."""
        branch = self._create_branch()
        branch.aftersales_warranty_location_id.valuation_account_id = (
            self.warranty_expense_account
        )
        for fname in ACCOUNTS:
            branch[fname] = self.company[fname]
        claim = self._create_claim_of(branch, 480)
        liability = self._decide(
            claim,
            {"party": "company", "percent": 40},
            {
                "party": "carrier",
                "partner_id": self._create_carrier().id,
                "percent": 60,
            },
            post=False,
        )
        late = self._create_claim_of(branch, 60, post=False)
        today = fields.Date.context_today(self.as_user(claim, "accountant"))
        self.company.fiscalyear_lock_date = today
        locked = "prior to and inclusive of"
        self._refused(locked, self.as_user(late, "accountant").action_post_costs)
        self.assertEqual(late.cost_ids.mapped("state"), ["draft"])
        self._refused(locked, self.as_user(liability, "accountant").action_post)
        self.assertEqual(set(liability.share_ids.mapped("state")), {"draft"})
        self._refused(locked, self.as_user(claim, "accountant").action_reverse, "Ours")
        self.assertEqual(claim.state, "approved")
        self.company.fiscalyear_lock_date = False
        self.as_user(late, "accountant").action_post_costs()
        self.as_user(liability, "accountant").action_post()
        for move in late.cost_ids.account_move_id | liability.share_ids.account_move_id:
            self.assertEqual((move.company_id, move.date), (branch, today))

    def _create_carrier(self):
        return self.env["res.partner"].create({"name": "Carrier", "is_carrier": True})

    def test_accounts_of_a_branch(self):
        """R-CLM-09: the accounts proposed for a branch are those of its company."""
        branch = self._create_branch()
        branch._setup_aftersales_accounts()
        for fname in ACCOUNTS:
            # the chart of its company may have given it one before
            if fname != "aftersales_employee_receivable_account_id":
                self.assertEqual(branch[fname], self.company[fname])
        self.assertTrue(branch._get_aftersales_claim_journal())
        branch._propose_aftersales_penalty_accounts()
        self.assertTrue(branch.aftersales_penalty_journal_id)

    # === taxes in the price ===#
    def test_red_letter_with_tax_in_the_price(self):
        """R-CLM-12: a red-letter invoice whose tax is in its price credits before tax
        what was agreed, once it is ours as well."""
        tax = self.env["account.tax"].create(
            {
                "name": "13 % included",
                "amount": 13,
                "type_tax_use": "purchase",
                "price_include_override": "tax_included",
                "company_id": self.company.id,
                "country_id": self.company.account_fiscal_country_id.id,
            }
        )
        liability = self._create_posted_liability(percent=70)
        statement = self._answer(self._create_statement(liability))
        letter = self.env["account.move"].create(
            {
                "move_type": "in_refund",
                "partner_id": self.supplier.id,
                "company_id": self.company.id,
                "invoice_date": fields.Date.today(),
                "ref": f"RED-77 {statement.name}",
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Bearing",
                            "price_unit": 6383.37,
                            "tax_ids": [Command.set(tax.ids)],
                        }
                    )
                ],
            }
        )
        self.assertEqual(letter.amount_untaxed, 5649)
        total = letter.amount_total
        self.as_user(letter, "accountant").action_post()
        self.assertEqual(statement.state, "credited")
        self.assertEqual((letter.amount_untaxed, letter.amount_total), (5649, total))
