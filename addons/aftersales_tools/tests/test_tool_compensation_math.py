# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import TransactionCase, tagged

from odoo.addons.aftersales_tools.tools.compensation import (
    completed_half_years,
    compute_compensation,
    end_of_life,
)

TERMS = {
    "I": {"rate": 10, "floor": 20, "life_months": 60},
    "II": {"rate": 15, "floor": 10, "life_months": 36},
}
prices = st.integers(0, 10_000_000).map(lambda cents: cents / 100)
starts = st.dates(date(1990, 1, 1), date(2080, 12, 31))
terms = st.sampled_from(sorted(TERMS)).map(TERMS.get) | st.fixed_dictionaries(
    {
        "rate": st.integers(0, 100),
        "floor": st.integers(0, 100),
        "life_months": st.integers(1, 240),
    }
)
days = st.integers(0, 9000)
quick = settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


@tagged("post_install", "-at_install")
class TestToolCompensationMath(TransactionCase):
    """R-TOL-06, the arithmetic alone."""

    def test_examples_by_hand(self):
        """R-TOL-06: the two classes of the manual, reckoned by hand."""
        start = date(2021, 3, 15)
        for class_, when, half_years, amount in (
            ("I", date(2021, 3, 15), 0, 1000),
            ("I", date(2021, 9, 14), 0, 1000),
            ("I", date(2021, 9, 15), 1, 900),
            ("I", date(2024, 3, 15), 6, 400),
            ("I", date(2025, 9, 15), 9, 200),
            ("I", date(2026, 3, 14), 9, 200),
            ("I", date(2026, 3, 15), 10, 0),
            ("II", date(2021, 9, 15), 1, 850),
            ("II", date(2023, 9, 15), 5, 250),
            ("II", date(2024, 3, 14), 5, 250),
            ("II", date(2024, 3, 15), 6, 0),
        ):
            result = compute_compensation(1000, start, when, **TERMS[class_])
            self.assertEqual((result.half_years, result.amount), (half_years, amount))

    def test_leap_years_and_month_ends(self):
        """R-TOL-06: a half-year from the 31st ends with a shorter month."""
        self.assertEqual(completed_half_years(date(2023, 8, 31), date(2024, 2, 28)), 0)
        self.assertEqual(completed_half_years(date(2023, 8, 31), date(2024, 2, 29)), 1)
        self.assertEqual(completed_half_years(date(2022, 8, 31), date(2023, 2, 28)), 1)
        self.assertEqual(end_of_life(date(2024, 2, 29), 60), date(2029, 2, 28))
        self.assertEqual(completed_half_years(date(2024, 2, 29), date(2029, 2, 28)), 10)

    def test_price_zero_and_never_used(self):
        """R-TOL-06: nothing costs nothing; a tool never used costs its price."""
        self.assertEqual(
            compute_compensation(
                0, date(2024, 1, 1), date(2024, 2, 1), **TERMS["I"]
            ).amount,
            0,
        )
        self.assertEqual(
            compute_compensation(99.99, None, date(2024, 2, 1), **TERMS["I"]).amount,
            99.99,
        )

    def test_nonsense_is_refused(self):
        """R-TOL-06, bad input: negative price, loss before first use, bad share."""
        day = date(2024, 1, 1)
        for kwargs in (
            {"price": -1},
            {"date": day - timedelta(1)},
            {"fault_share": 101},
        ):
            values = {"price": 10, "start": day, "date": day, **TERMS["I"], **kwargs}
            with self.assertRaises(ValueError):
                compute_compensation(
                    values.pop("price"),
                    values.pop("start"),
                    values.pop("date"),
                    **values,
                )

    @quick
    @given(price=prices, start=starts, after=days, term=terms)
    def test_between_floor_and_price(self, price, start, after, term):
        """R-TOL-06: never above the price, never below the floor within the life,
        nothing after it."""
        when = start + timedelta(after)
        result = compute_compensation(price, start, when, **term)
        self.assertLessEqual(result.amount, price)
        if when < start + relativedelta(months=term["life_months"]):
            self.assertFalse(result.expired)
            self.assertGreaterEqual(result.amount + 0.005, price * term["floor"] / 100)
        else:
            self.assertTrue(result.expired)
            self.assertEqual(result.amount, 0)

    @quick
    @given(price=prices, start=starts, after=days, more=days, term=terms)
    def test_falls_with_time(self, price, start, after, more, term):
        """R-TOL-06: a later loss never costs more."""
        early = compute_compensation(price, start, start + timedelta(after), **term)
        late = compute_compensation(
            price, start, start + timedelta(after + more), **term
        )
        self.assertLessEqual(late.amount, early.amount)

    @quick
    @given(start=starts, after=days)
    def test_half_years_are_whole(self, start, after):
        """R-TOL-06: only half-years that are complete count."""
        when = start + timedelta(after)
        count = completed_half_years(start, when)
        self.assertLessEqual(start + relativedelta(months=6 * count), when)
        self.assertGreater(start + relativedelta(months=6 * (count + 1)), when)

    @quick
    @given(price=prices, start=starts, after=days, share=st.integers(0, 100))
    def test_share_of_the_fault(self, price, start, after, share):
        """R-TOL-06: half the fault is half the amount, to the cent."""
        when = start + timedelta(after)
        full = compute_compensation(price, start, when, **TERMS["I"])
        part = compute_compensation(price, start, when, fault_share=share, **TERMS["I"])
        self.assertAlmostEqual(part.amount, full.amount * share / 100, delta=0.0101)
