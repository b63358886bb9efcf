# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common_recovery import RecoveryCommon


@tagged("post_install", "-at_install")
class TestMandatoryPlans(RecoveryCommon):
    """Analytic plans the company asks for on the warranty expense (R-CLM-09)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        code = cls.warranty_expense_account.with_company(cls.company).code
        plan = cls.env["account.analytic.plan"].create(
            {
                "name": "Service Products",
                "default_applicability": "optional",
                "applicability_ids": [
                    Command.create(
                        {
                            "business_domain": domain,
                            "applicability": "mandatory",
                            "account_prefix": code,
                            "company_id": cls.company.id,
                        }
                    )
                    for domain in ("general", "invoice", "bill")
                ],
            }
        )
        cls.analytic = cls.env["account.analytic.account"].create(
            {"name": "Crushers", "plan_id": plan.id, "company_id": cls.company.id}
        )

    def _analyse(self, claim):
        claim.analytic_distribution = {str(self.analytic.id): 100}

    def _plan_refused(self, call, *records):
        """The ERP's own error; states and books stay as they were."""
        balances = self._balance()
        states = [record.mapped("state") for record in records]
        with (
            self.assertRaisesRegex(ValidationError, "100% analytic distribution"),
            self.env.cr.savepoint(),
        ):
            call()
        self.env.invalidate_all()
        self.assertEqual([record.mapped("state") for record in records], states)
        self.assertEqual(self._balance(), balances)

    def _create_costs(self):
        claim = self._create_order_claim("emergency", estimated_cost=1610)
        claim.action_submit()
        self._approve(claim, "sales_vp")
        self._add_cost(claim, "travel", 1610)
        return claim

    def test_claim_costs(self):
        """R-CLM-09: costs are posted once the plan is filled on the claim."""
        claim = self._create_costs()
        accountant = self.as_user(claim, "accountant")
        self._plan_refused(accountant.action_post_costs, claim, claim.cost_ids)
        self._analyse(claim)
        accountant.action_post_costs()
        self.assertEqual(claim.cost_posted, 8070)
        self.assertEqual(self.analytic.balance, -1610)
        # a reversal asks for nothing: it takes back what is there
        accountant.action_reverse("Wrong machine")
        self.assertEqual(claim.cost_posted, 0)

    def test_liability(self):
        """R-CLM-10: so are the entries of a decision."""
        claim = self._create_costs()
        self._analyse(claim)
        self.as_user(claim, "accountant").action_post_costs()
        liability = self._decide(
            claim,
            {"party": "employee", "employee_id": self.technician.id, "percent": 100},
            post=False,
        )
        claim.analytic_distribution = False
        accountant = self.as_user(liability, "accountant")
        self._plan_refused(accountant.action_post, liability, liability.share_ids)
        self.assertFalse(
            self.env["aftersales.deduction"].search_count(
                [("employee_id", "=", self.technician.id)]
            )
        )
        self._analyse(claim)
        accountant.action_post()
        self.assertEqual((liability.state, self.analytic.balance), ("posted", 6460))

    def test_statement(self):
        """R-CLM-12: and the credit notes of a statement, with the disposal fee, which
        carries the analysis of its claim as the refund does."""
        claim = self._create_costs()
        self._analyse(claim)
        self.as_user(claim, "accountant").action_post_costs()
        liability = self._create_posted_liability(claim=claim)
        self.company.aftersales_disposal_fee = 35
        statement = self._create_statement(liability, receive=True)
        self._send(statement)
        line = statement.line_ids
        line.part_return_ids._dispose_at_supplier_cost()
        line._answer("accept")
        statement.action_answer()
        note = liability.share_ids.account_move_id
        note.invoice_line_ids.analytic_distribution = False
        accountant = self.as_user(statement, "accountant")
        self._plan_refused(accountant.action_credit, statement, line, note)
        self._analyse(note.invoice_line_ids)
        accountant.action_credit()
        self.assertEqual((statement.state, note.state), ("credited", "posted"))
        self.assertEqual(line.fee_move_ids.state, "posted")
        self.assertEqual(self.analytic.balance, -1610 + 5649 + 35)

    def test_settlement(self):
        """R-DSP-16: the bill of a settlement is a draft, which the ERP's own button
        checks."""
        self.company.aftersales_settlement_account_id = self.warranty_expense_account
        settlement = self._create_settlement()
        bill = settlement.bill_id
        self._plan_refused(bill.with_context(validate_analytic=True).action_post, bill)
        self._analyse(bill.invoice_line_ids)
        bill.with_context(validate_analytic=True).action_post()
        self.assertEqual(bill.state, "posted")

    def test_old_part_of_a_technician(self):
        """R-CLM-11: what a technician owes for an old part reduces the warranty expense
        where its claim was analysed."""
        claim = self._create_costs()
        self._analyse(claim)
        self.as_user(claim, "accountant").action_post_costs()
        part = claim.part_return_ids
        part.write(
            {
                "holder_kind": "technician",
                "holder_employee_id": self.technician.id,
            }
        )
        part.action_lapse()
        manager = self.as_user(part, "service_manager")
        manager.charge_amount = 120
        claim.analytic_distribution = False
        self._plan_refused(manager.action_charge)
        self.assertEqual(part.charge_state, "to_charge")
        self._analyse(claim)
        manager.action_charge()
        self.assertEqual(part.charge_state, "charged")
        self.assertEqual(self.analytic.balance, -1610 + 120)

    def test_carrier(self):
        """R-CLM-07, R-CLM-09: what a carrier accepts is checked as well."""
        claim = self._create_costs()
        self._analyse(claim)
        carrier = self.env["res.partner"].create({"name": "SF", "is_carrier": True})
        damage = self.env["aftersales.carrier.claim"].create(
            {
                "claim_id": claim.id,
                "carrier_id": carrier.id,
                "tracking_number": "SF1001",
                "amount": 300,
                "company_id": self.company.id,
            }
        )
        self._attach(damage)
        damage.action_notify()
        damage.amount_accepted = 250
        claim.analytic_distribution = False
        self._plan_refused(self.as_user(damage, "accountant").action_accept, damage)
        self._analyse(claim)
        self.as_user(damage, "accountant").action_accept()
        self.assertEqual(damage.state, "accepted")
