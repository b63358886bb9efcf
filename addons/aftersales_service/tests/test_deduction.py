# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import TransactionCase, tagged

from ..tools.penalty_math import (
    find_bracket_problem,
    month_capacity,
    progressive_slices,
    spread,
    to_cents,
)

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
