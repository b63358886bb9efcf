# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_recovery import RecoveryCommon


@tagged("post_install", "-at_install")
class TestClaimRecharge(RecoveryCommon):
    """What a claim costs by customer, machine type and department, and the departments
    that bear it (R-CLM-09, R-CLM-10)."""

    def _decide_for(self, department):
        """A posted claim of 8,070 that ``department`` bears; approved."""
        return self._decide(
            self._create_spine_claim(),
            {"party": "department", "department_id": department.id, "percent": 100},
            post=False,
        )

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
