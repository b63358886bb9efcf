# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Working-time arithmetic, pure: no ORM, no calendar, only intervals.

The clocks of the time limits (R-SLA-01 … R-SLA-08) are computed here from work
intervals somebody else has read, so that one read serves a whole batch and the
arithmetic can be tested by brute force.
"""

from bisect import bisect_left, bisect_right
from datetime import datetime, timedelta

EPOCH = datetime(1970, 1, 1)


def to_seconds(moment):
    """Return the naive UTC datetime ``moment`` as whole seconds since 1970."""
    return round((moment - EPOCH).total_seconds())


def to_datetime(seconds):
    return EPOCH + timedelta(seconds=seconds)


class WorkingTime:
    """Sorted, disjoint work intervals with the questions a clock asks.

    All moments are naive UTC datetimes. Nothing is known after the last interval:
    whoever builds it reads far enough (see :attr:`until`).
    """

    def __init__(self, intervals, until=None):
        """
        :param intervals: iterable of (start, end) naive UTC datetimes
        :param until: how far the calendar was read; end of the last interval by
            default
        """
        self._build([(to_seconds(start), to_seconds(end)) for start, end in intervals])
        if until:
            self._until = to_seconds(until)
        else:
            self._until = self._ends[-1] if self._ends else 0

    @classmethod
    def _from_seconds(cls, pairs, until):
        work = cls(())
        work._build(pairs)
        work._until = until
        return work

    def _build(self, pairs):
        self._starts, self._ends, self._totals = [], [], []
        for start, end in sorted(pairs):
            if end <= start:
                continue
            if self._ends and start <= self._ends[-1]:
                self._ends[-1] = max(self._ends[-1], end)
            else:
                self._starts.append(start)
                self._ends.append(end)
        total = 0
        for start, end in zip(self._starts, self._ends, strict=True):
            total += end - start
            self._totals.append(total)

    @property
    def until(self):
        return to_datetime(self._until)

    def _worked_until(self, moment):
        """Return the seconds worked from the first interval up to ``moment``."""
        index = bisect_right(self._starts, moment) - 1
        if index < 0:
            return 0
        before = self._totals[index - 1] if index else 0
        return before + min(moment, self._ends[index]) - self._starts[index]

    def worked(self, start, end):
        """Return the working seconds between two datetimes."""
        return self._worked_until(to_seconds(end)) - self._worked_until(
            to_seconds(start)
        )

    def add(self, start, seconds):
        """Return the first moment at which ``seconds`` are worked since ``start``;
        None if the intervals end before."""
        if seconds <= 0:
            return start
        target = self._worked_until(to_seconds(start)) + seconds
        index = bisect_left(self._totals, target)
        if index == len(self._totals):
            return None
        return to_datetime(self._ends[index] - (self._totals[index] - target))

    def without(self, pauses):
        """Return the working time outside ``pauses``, pairs of datetimes.

        A pause without end lasts as far as the intervals do."""
        cuts = []
        for start, end in pauses:
            cuts.append((to_seconds(start), to_seconds(end) if end else self._until))
        if not cuts:
            return self
        paused = WorkingTime._from_seconds(cuts, self._until)
        pairs = []
        for start, end in zip(self._starts, self._ends, strict=True):
            cursor = start
            index = bisect_right(paused._ends, start)
            while index < len(paused._starts) and paused._starts[index] < end:
                if paused._starts[index] > cursor:
                    pairs.append((cursor, paused._starts[index]))
                cursor = max(cursor, paused._ends[index])
                index += 1
            if cursor < end:
                pairs.append((cursor, end))
        return WorkingTime._from_seconds(pairs, self._until)


def deadline(work, start, seconds, pauses=()):
    """Return when ``seconds`` of working time outside ``pauses`` have run since
    ``start``; None if ``work`` was not read far enough.

    A pause that begins after the deadline changes nothing: what is missed stays
    missed."""
    return work.without(pauses).add(start, seconds)


def paused_seconds(work, start, end, pauses=()):
    """Return the working seconds between ``start`` and ``end`` lost to pauses."""
    if not pauses:
        return 0
    return work.worked(start, end) - work.without(pauses).worked(start, end)
