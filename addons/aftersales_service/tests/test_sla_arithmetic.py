# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import random
from datetime import datetime, timedelta

import pytz

from odoo import Command, fields
from odoo.tests import TransactionCase, tagged

from ..tools.working_time import WorkingTime, deadline, paused_seconds

MINUTE = timedelta(minutes=1)
ZONES = (
    "Asia/Shanghai",
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "America/St_Johns",
)
#: cases of the property test: calendars × cases each
CALENDARS, CASES = 40, 300


@tagged("post_install", "-at_install")
class TestSlaArithmetic(TransactionCase):
    """Deadlines equal a minute-by-minute brute force, difference 0."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.random = random.Random(19)
        # a fixed stretch with both changes of summer time in several zones
        cls.begin = datetime(2026, 3, 2)
        cls.days = 42

    def _random_calendar(self, index):
        """A calendar with odd intervals, lunch, leaves and a time zone."""
        rnd = self.random
        attendances = []
        for day in range(7):
            if rnd.random() < 0.25:
                continue
            cuts = sorted(rnd.sample(range(0, 24 * 60), 2 * rnd.randint(1, 4)))
            for start, end in zip(cuts[::2], cuts[1::2], strict=True):
                attendances.append(
                    Command.create(
                        {
                            "name": "shift",
                            "dayofweek": str(day),
                            "hour_from": start / 60,
                            "hour_to": end / 60,
                            "day_period": "lunch"
                            if rnd.random() < 0.15
                            else rnd.choice(("morning", "afternoon")),
                        }
                    )
                )
        zone = rnd.choice(ZONES)
        calendar = self.env["resource.calendar"].create(
            {"name": f"Odd {index}", "tz": zone, "attendance_ids": attendances}
        )
        start = self.begin
        for _number in range(rnd.randint(0, 5)):
            # one after the other: public holidays may not overlap
            start += timedelta(minutes=rnd.randint(6001, 16000))
            self.env["resource.calendar.leaves"].create(
                {
                    "name": "leave",
                    "calendar_id": calendar.id,
                    "company_id": self.env.company.id,
                    "date_from": start,
                    "date_to": start + timedelta(minutes=rnd.randint(30, 6000)),
                }
            )
        return calendar

    def _minutes_worked(self, calendar, mode):
        """The brute force's own reading of the calendar: True per minute."""
        zone = pytz.timezone(calendar.tz)
        work = {}
        for attendance in calendar.attendance_ids:
            if attendance.day_period == "lunch":
                continue
            spans = work.setdefault(int(attendance.dayofweek), [])
            spans.append(
                (
                    round(attendance.hour_from * 60),
                    round(attendance.hour_to * 60),
                )
            )
        leaves = [
            (leave.date_from, leave.date_to)
            for leave in self.env["resource.calendar.leaves"].search(
                [
                    ("calendar_id", "in", [calendar.id, False]),
                    ("resource_id", "=", False),
                    ("company_id", "in", [self.env.company.id, False]),
                ]
            )
        ]
        # each local shift as instants, as the wall clock says at its two ends
        shifts = []
        for offset in range(-2, self.days + 3):
            day = self.begin.date() + timedelta(days=offset)
            for start, end in work.get(day.weekday(), []):
                moments = []
                for minute in (start, end):
                    local = datetime(day.year, day.month, day.day) + timedelta(
                        minutes=minute
                    )
                    aware = zone.localize(local)
                    moments.append(aware.astimezone(pytz.utc).replace(tzinfo=None))
                shifts.append(moments)
        result = [mode == "clock"] * (self.days * 1440)
        if mode == "work":
            for start, end in shifts:
                self._mark(result, start, end, True)
        for start, end in leaves:
            self._mark(result, start, end, False)
        return result

    def _mark(self, minutes, start, end, value):
        first = max(0, int((start - self.begin) / MINUTE))
        last = min(len(minutes), int((end - self.begin) / MINUTE))
        for index in range(first, last):
            minutes[index] = value

    def _brute_deadline(self, worked, start, limit, pauses):
        """Walk minute by minute until ``limit`` minutes have been worked."""
        paused = {minute for begin, end in pauses for minute in range(begin, end)}
        count = lost = 0
        for minute in range(start, len(worked)):
            if not worked[minute]:
                continue
            if minute in paused:
                lost += 1
                continue
            count += 1
            if count == limit:
                return minute + 1, lost
        return None, lost

    def test_equal_to_brute_force(self):
        """R-SLA-01 … R-SLA-08: over 10,000 random cases, calendars with odd
        intervals, leaves, time zones and several pauses, difference 0."""
        rnd = self.random
        Policy = self.env["aftersales.sla.policy"]
        company = self.env.company
        end = self.begin + timedelta(days=self.days)
        checked = 0
        for index in range(CALENDARS):
            calendar = self._random_calendar(index)
            mode = "clock" if index % 5 == 4 else "work"
            work = Policy._read_working_time(calendar, mode, company, self.begin, end)
            worked = self._minutes_worked(calendar, mode)
            for _case in range(CASES):
                start = rnd.randrange(30 * 1440)
                limit = rnd.choice((1, 10, 60, rnd.randint(1, 600), 1440, 2880))
                pauses = []
                moment = start
                for _pause in range(rnd.randint(0, 4)):
                    begin = moment + rnd.randint(0, 900)
                    moment = begin + rnd.randint(0, 2000)
                    pauses.append((begin, moment))
                expected, lost = self._brute_deadline(worked, start, limit, pauses)
                started_at = self.begin + start * MINUTE
                pairs = [
                    (self.begin + a * MINUTE, self.begin + b * MINUTE)
                    for a, b in pauses
                ]
                due = deadline(work, started_at, limit * 60, pairs)
                if expected is None:
                    self.assertTrue(due is None or due > end - MINUTE)
                    continue
                self.assertEqual(
                    due,
                    self.begin + expected * MINUTE,
                    f"{calendar.name} {calendar.tz} {start} {limit} {pauses}",
                )
                self.assertEqual(
                    paused_seconds(work, started_at, due, pairs), lost * 60
                )
                checked += 1
        self.assertGreaterEqual(checked, 10000)

    def test_as_plan_hours(self):
        """The arithmetic agrees with resource.calendar's own plan_hours."""
        calendar = self.env["resource.calendar"].create(
            {"name": "40 hours", "tz": "Asia/Shanghai"}
        )
        end = self.begin + timedelta(days=self.days)
        work = self.env["aftersales.sla.policy"]._read_working_time(
            calendar, "work", self.env.company, self.begin, end
        )
        for _case in range(100):
            start = self.begin + self.random.randrange(20 * 1440) * MINUTE
            hours = self.random.randint(1, 60)
            planned = calendar.plan_hours(hours, pytz.utc.localize(start))
            self.assertEqual(
                deadline(work, start, hours * 3600),
                planned.astimezone(pytz.utc).replace(tzinfo=None),
            )

    def test_edges(self):
        """Nothing read, nothing to count, a pause without end."""
        start = fields.Datetime.to_datetime("2026-03-02 08:00:00")
        work = WorkingTime([(start, start + timedelta(hours=4))])
        self.assertEqual(deadline(work, start, 0), start)
        self.assertIsNone(deadline(work, start, 5 * 3600))
        self.assertIsNone(deadline(WorkingTime([]), start, 1))
        hour = timedelta(hours=1)
        self.assertIsNone(deadline(work, start, 7200, [(start + hour, None)]))
        self.assertEqual(
            deadline(work, start, 3600, [(start + hour, None)]), start + hour
        )
        self.assertEqual(work.worked(start - hour, start + 9 * hour), 4 * 3600)
