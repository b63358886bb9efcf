# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Pure arithmetic of penalties and wage deductions, in whole cents.

No records, no environment: the same functions serve the models and the property
tests.
"""

import math
from decimal import ROUND_HALF_UP, Decimal


def to_cents(amount):
    """Return ``amount`` (number or None) in whole cents."""
    return int(
        (Decimal(str(amount or 0)) * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    )


def from_cents(cents):
    """Return the float amount of ``cents``."""
    return cents / 100


def progressive_slices(loss, brackets):
    """Cut ``loss`` into the slices of ``brackets``, like an income tax (R-PEN-02).

    :param loss: amount, not negative
    :param brackets: list of (lower, upper, rate in percent) in rising order; the
        upper limit of the last may be 0 or None: open
    :return: list of (slice amount, rate, fine of the slice), empty slices left out
    """
    if loss < 0:
        raise ValueError("negative loss")
    loss_cents = to_cents(loss)
    slices = []
    for lower, upper, rate in brackets:
        lower_cents = to_cents(lower)
        upper_cents = to_cents(upper) if upper else loss_cents
        part = min(loss_cents, upper_cents) - lower_cents
        if part <= 0:
            continue
        fine = int(
            (Decimal(part) * Decimal(str(rate)) / 100).quantize(
                Decimal(1), rounding=ROUND_HALF_UP
            )
        )
        slices.append((from_cents(part), rate, from_cents(fine)))
    return slices


def find_bracket_problem(brackets, step=0):
    """Return why ``brackets`` do not cover everything from their start, or None.

    :param brackets: list of (lower, upper) in rising order
    :param step: distance between an upper limit and the next lower one: 0 for
        amounts, 1 for counts
    :return: None, or one of "empty", "start", "hole", "overlap", "inverted", "open"
    """
    if not brackets:
        return "empty"
    if brackets[0][0] != step:
        return "start"
    for index, (lower, upper) in enumerate(brackets):
        last = index == len(brackets) - 1
        if last:
            if upper and upper < lower:
                return "inverted"
            return "open" if upper else None
        if not upper:
            return "overlap"
        if upper < lower or (not step and upper == lower):
            return "inverted"
        following = brackets[index + 1][0]
        if following > upper + step:
            return "hole"
        if following < upper + step:
            return "overlap"
    return None


def month_capacity(wage, taken, percent, minimum):
    """Return what may still be deducted from one month's wage (R-PEN-06).

    :param wage: wage of the month
    :param taken: already deducted or planned in that month
    :param percent: largest share of the wage, in percent
    :param minimum: wage that must remain
    """
    wage_cents = to_cents(wage)
    share = math.floor(Decimal(wage_cents) * Decimal(str(percent)) / 100)
    room = min(share, wage_cents - to_cents(minimum)) - to_cents(taken)
    return from_cents(max(room, 0))


def spread(total, capacities):
    """Spread ``total`` over months so that none exceeds its capacity.

    :param total: amount to spread
    :param capacities: iterable of amounts, one per month, taken as far as needed
    :return: list of amounts, one per month; months without room hold 0
    :raise ValueError: the capacities end before the total is spread
    """
    rest = to_cents(total)
    result = []
    if rest <= 0:
        return result
    for capacity in capacities:
        part = min(rest, to_cents(capacity))
        result.append(from_cents(part))
        rest -= part
        if not rest:
            return result
    raise ValueError("not enough capacity")
