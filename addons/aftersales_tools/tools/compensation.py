# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""The arithmetic of the tool compensation sheet 器械赔偿单 (R-TOL-06).

Nothing here knows the database: the sheet can always be recomputed by hand."""

from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from dateutil.relativedelta import relativedelta


class Compensation(NamedTuple):
    """How an amount came about, step by step, as printed on the sheet."""

    half_years: int
    depreciation: float
    residual_percent: float
    residual_value: float
    amount: float
    expired: bool


def completed_half_years(start, date):
    """Return how many whole half-years lie between two dates; never negative.

    A half-year from the 31st ends on the last day of a shorter month, so one
    from 31 August is complete on 28 (or 29) February."""
    if not start or date < start:
        return 0
    count = max(0, (date.year - start.year) * 2 + (date.month - start.month) // 6 - 1)
    while start + relativedelta(months=6 * (count + 1)) <= date:
        count += 1
    return count


def end_of_life(start, life_months):
    """Return the first day on which nothing is owed any more, or None."""
    if not start or not life_months:
        return None
    return start + relativedelta(months=life_months)


def compute_compensation(
    price,
    start,
    date,
    *,
    rate,
    floor,
    life_months,
    fault_share=100.0,
    digits=2,
):
    """Return the ``Compensation`` owed for a tool lost or broken by fault.

    :param price: original price, not negative
    :param start: date of first use; None for a tool never used
    :param date: date of the loss
    :param rate: depreciation in percent of the price for each completed half-year
    :param floor: the residual never falls below this percentage within the life
    :param life_months: life of the class; 0 means no end
    :param fault_share: the person's share of the fault in percent
    :raises ValueError: for figures or dates that make no sense
    """
    if price < 0:
        raise ValueError("the price is negative")
    if not (0 <= rate <= 100 and 0 <= floor <= 100 and 0 <= fault_share <= 100):
        raise ValueError("a percentage lies outside 0 to 100")
    if start and date < start:
        raise ValueError("the loss lies before the first use")
    half_years = completed_half_years(start, date)
    end = end_of_life(start, life_months)
    if end and date >= end:
        return Compensation(half_years, 100.0, 0.0, 0.0, 0.0, True)
    percent = Decimal(str(rate)) * half_years
    depreciation = min(percent, 100 - Decimal(str(floor)))
    residual_percent = 100 - depreciation
    step = Decimal(1).scaleb(-digits)
    residual = Decimal(str(price)) * residual_percent / 100
    amount = residual * Decimal(str(fault_share)) / 100
    return Compensation(
        half_years,
        float(depreciation),
        float(residual_percent),
        float(residual.quantize(step, ROUND_HALF_UP)),
        float(amount.quantize(step, ROUND_HALF_UP)),
        False,
    )
