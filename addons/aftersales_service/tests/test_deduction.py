# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged

from ..tools.penalty_math import (
    find_bracket_problem,
    month_capacity,
    progressive_slices,
    spread,
    to_cents,
)
from .common import AftersalesCommon

money = st.integers(min_value=0, max_value=50_000_00).map(lambda cents: cents / 100)


@tagged("post_install", "-at_install")
class TestPenaltyMath(TransactionCase):
    @settings(max_examples=300, deadline=None)
    @given(
        total=st.integers(1, 200_000_00).map(lambda cents: cents / 100),
        months=st.lists(st.tuples(money, money), min_size=1, max_size=40),
        percent=st.integers(1, 100),
        minimum=money,
    )
    def test_spread(self, total, months, percent, minimum):
        """R-PEN-06: each month ≤ the share of its wage, remainder ≥ minimum wage,
        Σ instalments = total."""
        capacities = [
            month_capacity(wage, taken, percent, minimum) for wage, taken in months
        ]
        try:
            parts = spread(total, capacities)
        except ValueError:
            self.assertLess(sum(map(to_cents, capacities)), to_cents(total))
            return
        self.assertEqual(sum(map(to_cents, parts)), to_cents(total))
        for part, (wage, taken) in zip(parts, months, strict=False):
            if part:
                whole = to_cents(part) + to_cents(taken)
                self.assertLessEqual(whole * 100, to_cents(wage) * percent)
                self.assertGreaterEqual(to_cents(wage) - whole, to_cents(minimum))

    @settings(max_examples=300, deadline=None)
    @given(
        loss=money,
        limits=st.lists(st.integers(1, 100_000), min_size=1, max_size=6, unique=True),
        rates=st.lists(st.integers(0, 30), min_size=7, max_size=7),
    )
    def test_slices(self, loss, limits, rates):
        """R-PEN-02: the slices add up to the loss, and a higher loss never costs
        less."""
        limits = [0, *sorted(limits)]
        brackets = [
            (low, high, rate)
            for low, high, rate in zip(
                limits, [*limits[1:], 0], rates[: len(limits)], strict=True
            )
        ]
        self.assertIsNone(find_bracket_problem([b[:2] for b in brackets]))
        slices = progressive_slices(loss, brackets)
        self.assertEqual(sum(to_cents(part) for part, *_ in slices), to_cents(loss))
        more = progressive_slices(loss + 1, brackets)
        self.assertGreaterEqual(
            sum(to_cents(s[2]) for s in more), sum(to_cents(s[2]) for s in slices)
        )

    def test_bracket_problems(self):
        """R-PEN-02: holes, overlaps and missing ends are named."""
        self.assertEqual(find_bracket_problem([]), "empty")
        self.assertEqual(find_bracket_problem([(5, 0)]), "start")
        self.assertEqual(find_bracket_problem([(0, 10), (11, 0)]), "hole")
        self.assertEqual(find_bracket_problem([(0, 10), (9, 0)]), "overlap")
        self.assertEqual(find_bracket_problem([(0, 10)]), "open")
        self.assertIsNone(find_bracket_problem([(1, 1), (2, 0)], step=1))
        self.assertEqual(find_bracket_problem([(1, 1), (3, 0)], step=1), "hole")
        with self.assertRaises(ValueError):
            progressive_slices(-1, [(0, 0, 5)])


@tagged("post_install", "-at_install")
class TestDeductionPlan(AftersalesCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.today()

    def _plan(self, amount, wage=5000, **vals):
        self.technician.version_id.wage = wage
        return self.env["aftersales.deduction"]._create_plans(
            [
                {
                    "employee_id": self.technician.id,
                    "amount": amount,
                    "reason": "test",
                    **vals,
                }
            ]
        )

    def test_deduction_limits(self):
        """R-PEN-06: at most 20 % of the wage a month, all plans together, and never
        below the minimum wage."""
        plan = self._plan(2500)
        self.assertEqual(plan.line_ids.mapped("amount"), [1000, 1000, 500])
        second = self._plan(700)
        self.assertEqual(second.line_ids.mapped("amount"), [500, 200])
        self.assertEqual(
            second.line_ids[0].month,
            self.today.replace(day=1) + relativedelta(months=2),
        )
        low = self.env["aftersales.deduction"]._create_plans(
            [
                {
                    "employee_id": self.technician2.id,
                    "amount": 150,
                    "reason": "low wage",
                    "wage": 2100,
                }
            ]
        )
        self.assertEqual(low.line_ids.mapped("amount"), [100, 50])
        self.technician2.version_id.wage = 1900
        self.assertEqual((low.state, low.line_ids.ids), ("draft", []))
        with self.assertRaisesRegex(UserError, "leaves no room above the minimum wage"):
            self.env["aftersales.deduction"]._create_plans(
                [
                    {
                        "employee_id": self.technician2.id,
                        "amount": 150,
                        "reason": "no room",
                    }
                ]
            )

    def test_wage_missing(self):
        """R-PEN-06, bad input: without a wage the plan waits and says so; nothing is
        lost; HR enters it and it is planned."""
        plan = self._plan(500, wage=0)
        self.assertEqual((plan.state, plan.line_ids.ids), ("draft", []))
        hr = self.as_user(plan, "hr")
        message = f"enter the monthly wage of {self.technician.name}"
        for action in (hr.action_plan, hr.action_recompute):
            with self.assertRaisesRegex(UserError, message):
                action()
        self.assertEqual((plan.state, plan.residual_amount), ("draft", 500))
        hr.wage = 4000
        hr.action_plan()
        self.assertEqual(
            (plan.state, plan.line_ids.mapped("amount")), ("planned", [500])
        )

    def test_wage_change_recomputes(self):
        """R-PEN-06: a changed wage spreads the open amount anew; what was deducted
        stays."""
        plan = self._plan(2500)
        plan.line_ids[0].action_done()
        self.technician.version_id.wage = 10000
        self.assertEqual(plan.line_ids.mapped("amount"), [1000, 1500])
        self.assertEqual(sum(plan.line_ids.mapped("amount")), plan.amount)
        self.assertEqual(plan.residual_amount, 1500)

    def test_settled_at_leaving(self):
        """R-PEN-06: on leaving the rest is settled in one line."""
        plan = self._plan(2500)
        plan.line_ids[0].action_done()
        self.technician.departure_date = self.today
        settlement = plan.line_ids.filtered(lambda line: line.kind == "settlement")
        self.assertEqual(settlement.amount, 1500)
        settlement.action_done()
        self.assertEqual(plan.state, "done")

    def test_settled_without_a_wage(self):
        """R-PEN-06: a plan that still waits for the wage is settled at leaving too, and
        closed by the payment; a later change of the wage leaves the settlement."""
        version = self.technician.version_id
        version.wage = 0
        plan = self._plan(700, wage=0)
        self.assertEqual(plan.state, "draft")
        self.as_user(plan, "hr").action_settle()
        self.assertEqual(plan.state, "planned")
        version.wage = 5000
        self.assertEqual(plan.line_ids.mapped("kind"), ["settlement"])
        self.as_user(plan.line_ids, "accountant").action_done()
        self.assertEqual((plan.state, plan.residual_amount), ("done", 0))

    def test_deduction_privacy(self):
        """R-PEN-06: wages are for HR and the accountant only; the employee sees his
        own plan without stopping it, a colleague nothing."""
        plan = self._plan(500)
        own = self.as_user(plan, "technician")
        self.assertEqual(own.line_ids.mapped("amount"), [500])
        with self.assertRaises(AccessError):
            own.read(["wage"])
        for action in (own.action_stop, own.action_settle, own.action_recompute):
            with self.assertRaises(AccessError):
                action()
        self.assertFalse(self.as_user(plan, "technician2").has_access("read"))
        self.assertFalse(self.as_user(plan, "service_manager").has_access("read"))
        self.assertEqual(self.as_user(plan, "hr").wage, 5000)

    def test_minimum_wage_change_replans(self):
        """R-PEN-06: another minimum wage of the place of work or the company, or
        another place, plans the open months anew; a figure entered by hand stays
        unless the law's is higher; what was deducted stays."""
        place = self.env["hr.work.location"].create(
            {
                "name": "Yichun yard",
                "company_id": self.company.id,
                "address_id": self.company.partner_id.id,
                "aftersales_minimum_wage": 2000,
            }
        )
        self.technician.version_id.work_location_id = place
        plan = self._plan(600, wage=2500)
        self.assertEqual(plan.minimum_wage, 2000)
        self.assertEqual(plan.line_ids.mapped("amount"), [500, 100])
        plan.line_ids[0].action_done()
        place.aftersales_minimum_wage = 2450
        self.assertEqual(plan.minimum_wage, 2450)
        self.assertEqual(plan.line_ids.mapped("amount"), [500, 50, 50])
        place.aftersales_minimum_wage = 2600
        self.assertEqual(plan.state, "draft")
        self.assertEqual(plan.line_ids.mapped("amount"), [500])
        self.company.aftersales_minimum_wage = 1000
        self.assertEqual(plan.minimum_wage, 2600)
        self.technician.version_id.work_location_id = False
        self.assertEqual(plan.minimum_wage, 1000)
        self.assertEqual(plan.state, "planned")
        self.assertEqual(plan.line_ids.mapped("amount"), [500, 100])
        plan.minimum_wage = 2420
        self.company.aftersales_minimum_wage = 2100
        self.assertEqual(plan.minimum_wage, 2420)
        self.assertEqual(plan.line_ids.mapped("amount"), [500, 80, 20])
        self.company.aftersales_minimum_wage = 2430
        self.assertEqual(plan.minimum_wage, 2430)
        other = self._plan(30, wage=2500)
        self.assertEqual(other.line_ids.mapped("amount"), [30])
        self.assertEqual(plan.line_ids.mapped("amount"), [500, 70, 30])

    def test_minimum_wage_of_a_later_place(self):
        """R-PEN-06: months after a planned move keep to the new place's minimum."""
        place = self.env["hr.work.location"].create(
            {
                "name": "Shanghai office",
                "company_id": self.company.id,
                "address_id": self.company.partner_id.id,
                "aftersales_minimum_wage": 2900,
            }
        )
        plan = self._plan(1200, wage=3000)
        self.assertEqual(plan.line_ids.mapped("amount"), [600, 600])
        self.technician.create_version(
            {
                "date_version": self.today.replace(day=1) + relativedelta(months=1),
                "work_location_id": place.id,
                "wage": 3000,
            }
        )
        self.assertEqual(plan.line_ids.mapped("amount"), [600] + [100] * 6)
        self.assertEqual(plan.minimum_wage, 2000)
