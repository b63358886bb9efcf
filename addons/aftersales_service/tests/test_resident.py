# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import datetime, timedelta

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import AftersalesCommon

#: a Monday; 08:00 in Shanghai
MONDAY = datetime(2026, 6, 1, 0, 0)


@tagged("post_install", "-at_install")
class TestResident(AftersalesCommon):
    """People stationed at a customer's site under a contract."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.department.manager_id = cls.employees["service_manager"]
        cls.calendar = cls.env["resource.calendar"].create(
            {
                "name": "On site 8-12, 14-18",
                "tz": "Asia/Shanghai",
                "company_id": cls.company.id,
                "attendance_ids": [
                    Command.create(
                        {
                            "name": "shift",
                            "dayofweek": str(day),
                            "hour_from": start,
                            "hour_to": end,
                            "day_period": period,
                        }
                    )
                    for day in range(5)
                    for start, end, period in (
                        (8, 12, "morning"),
                        (14, 18, "afternoon"),
                    )
                ],
            }
        )
        cls.customer.aftersales_calendar_id = cls.calendar
        cls.contract = cls.env["aftersales.contract"].create(
            {
                "name": "FW-R",
                "partner_id": cls.customer.id,
                "company_id": cls.company.id,
                "date_start": "2026-01-01",
                "date_end": "2026-12-31",
            }
        )
        cls.stay = cls.env["aftersales.resident.assignment"].create(
            {
                "contract_id": cls.contract.id,
                "employee_id": cls.technician.id,
                "date_start": "2026-06-01",
            }
        )

    def _plan(self, first="2026-06-01", last="2026-06-30"):
        first, last = (datetime.fromisoformat(day).date() for day in (first, last))
        return self.stay._plan_days(first, last).sorted("date")

    def _attend(self, day, late=0, early=0):
        """Record ``day`` as the dispatcher does, so many minutes late and early."""
        day.write(
            {
                "check_in": day.planned_start + timedelta(minutes=late),
                "check_out": day.planned_end - timedelta(minutes=early),
            }
        )

    # === PLANNING ===#
    def test_days_from_the_hours_on_site(self):
        """R-DSP-14: days are planned from the customer's hours, less holidays, each
        once; leave on file is proposed; holidays entered later take days back."""
        self.assertEqual(self.stay.calendar_id, self.calendar)
        self.assertEqual(self.contract.partner_id, self.stay.partner_id)
        # hr_holidays, where installed, reads public holidays in the user's time zone
        Leave = self.as_user(self.env["resource.calendar.leaves"], "hr").sudo()
        Leave.create(
            {
                "name": "Dragon Boat Festival",
                "calendar_id": self.calendar.id,
                "company_id": self.company.id,
                "date_from": datetime(2026, 6, 18, 16),
                "date_to": datetime(2026, 6, 19, 15, 59),
            }
        )
        Leave.create(
            {
                "name": "Family",
                "calendar_id": self.calendar.id,
                "resource_id": self.technician.resource_id.id,
                "company_id": self.company.id,
                "date_from": datetime(2026, 6, 2, 16),
                "date_to": datetime(2026, 6, 3, 15, 59),
            }
        )
        with freeze_time(MONDAY):
            days = self._plan()
            self.assertEqual(len(days), 21, "22 weekdays less the festival")
            first = days[0]
            self.assertEqual(first.planned_start, MONDAY)
            self.assertEqual(first.planned_end, MONDAY + timedelta(hours=10))
            self.assertEqual(
                days.filtered("is_leave").mapped("date"),
                [datetime(2026, 6, 3).date()],
            )
            self.assertEqual(set(days.mapped("kind")), {"planned", "leave"})
            self.assertFalse(self._plan(), "nothing twice")
            Leave.create(
                {
                    "name": "Company outing",
                    "calendar_id": self.calendar.id,
                    "company_id": self.company.id,
                    "date_from": datetime(2026, 6, 24, 16),
                    "date_to": datetime(2026, 6, 25, 15, 59),
                }
            )
            self._plan()
            self.assertEqual(len(self.stay.day_ids), 20)
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                first.copy({"date": first.date})
                self.env.flush_all()
            self.stay.date_end = "2026-06-10"
            self.assertEqual(
                max(self.stay.day_ids.mapped("date")), datetime(2026, 6, 10).date()
            )

    def test_planning_by_the_cron(self):
        """R-DSP-14: the cron plans ahead, settles the past and runs twice unharmed."""
        cron = self.env.ref("aftersales_service.cron_resident_days")
        with freeze_time(MONDAY), self.enter_registry_test_mode():
            cron.method_direct_trigger()
            cron.method_direct_trigger()
        self.env.invalidate_all()
        days = self.stay.day_ids
        self.assertEqual(len(days), len(set(days.mapped("date"))))
        self.assertEqual(max(days.mapped("date")), datetime(2026, 7, 2).date())
        self.assertEqual(set(days.mapped("kind")), {"planned"})
        with freeze_time(MONDAY + timedelta(days=2)), self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(
            days.filtered(lambda day: day.kind == "absent").mapped("date"),
            [datetime(2026, 6, 2).date(), datetime(2026, 6, 1).date()],
        )

    # === THE DAY ===#
    def test_late_and_early(self):
        """R-DSP-19: beyond 15 minutes is late or early; the tolerance is a setting."""
        with freeze_time("2026-06-30 12:00"):
            days = self._plan()
            self._attend(days[0], late=15, early=15)
            self.assertFalse(days[0].is_late or days[0].is_early)
            self.assertEqual(days[0].kind, "present")
            self._attend(days[1], late=16, early=16)
            self.assertTrue(days[1].is_late and days[1].is_early)
            self.assertEqual(days[1].late_minutes, 16)
            self.company.aftersales_resident_tolerance = 30
            self._attend(days[2], late=20)
            self.assertFalse(days[2].is_late)
            days[3].check_in = days[3].planned_start
            self.assertEqual(days[3].kind, "absent", "did not stamp out")
            sheet = days.sheet_id
            self.assertEqual(len(sheet), 1)
            self.assertEqual(sheet.late_count, 1)
            self.assertAlmostEqual(sheet.late_hours, 16 / 60)
            self.assertEqual(sheet.presence_count, 3)

    def test_bad_days(self):
        """R-DSP-19: times in the wrong order, ahead of time, on other days, with
        leave or outside the stay are refused, and nothing changes."""
        with freeze_time("2026-06-03 12:00"):
            days = self._plan(last="2026-06-10")
            day = days[0]
            now = datetime(2026, 6, 3, 12)
            for vals, text in (
                ({"check_out": day.planned_end}, "coming is missing"),
                ({"check_in": now + timedelta(hours=1)}, "in advance"),
                ({"check_in": now}, "other days"),
                ({"check_in": day.planned_start, "is_leave": True}, "no leave"),
                ({"date": "2026-05-30"}, "isn't stationed"),
            ):
                with self.assertRaisesRegex(ValidationError, text):
                    with self.env.cr.savepoint():
                        day.write(vals)
                        self.env.flush_all()
                self.assertFalse(day.check_in or day.check_out or day.is_leave)
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                day.write({"check_in": day.planned_end, "check_out": day.planned_start})
                self.env.flush_all()

    def test_stamps_by_himself(self):
        """R-DSP-19: the technician stamps his own day of today, once, with the
        button, which readers are not shown; he writes no time by hand and sees no
        colleague's list."""
        with freeze_time(MONDAY + timedelta(minutes=20)):
            days = self._plan()
            today = self.as_user(days[0], "technician")
            for role, stamps in (
                ("technician", True),
                ("dispatcher", True),
                ("sales_vp", False),
            ):
                self.assertEqual(self.as_user(today, role).may_stamp, stamps)
            with self.assertRaises(AccessError):
                today.check_in = MONDAY
            with self.assertRaises(AccessError):
                self.as_user(days[0], "technician2").action_check_in()
            with self.assertRaises(AccessError):
                self.as_user(days[0], "technician2").read(["date"])
            with self.assertRaises(AccessError):
                self.as_user(days[0], "employee").read(["date"])
            with self.assertRaises(AccessError):
                days[0].with_user(self.portal_user).read(["date"])
            today.action_check_in()
            self.assertEqual(today.late_minutes, 20)
            with self.assertRaisesRegex(UserError, "already"):
                today.action_check_in()
            with self.assertRaisesRegex(UserError, "today"):
                self.as_user(days[1], "technician").action_check_in()
        with freeze_time(MONDAY + timedelta(hours=10)):
            today.action_check_out()
            self.assertFalse(today.is_early)
        with freeze_time(MONDAY + timedelta(days=2)):
            with self.assertRaisesRegex(UserError, "leave"):
                days[2].is_leave = True
                self.as_user(days[2], "technician").action_check_in()

    # === THE MONTH ===#
    def test_three_absences(self):
        """R-DSP-19: three absences are allowed, the fourth asks for an explanation;
        a correction takes the question back."""
        with freeze_time("2026-06-05 12:00"):
            days = self._plan()
            sheet = days.sheet_id
            self.assertEqual(sheet.absence_count, 4)
            self.assertEqual(sheet.state, "to_explain")
            self.assertEqual(
                sheet.activity_ids.user_id, self.users["technician"], "he is asked"
            )
            self.as_user(days[0], "dispatcher").write(
                {"is_leave": True, "reason": "Sick note handed in later"}
            )
            self.assertEqual(sheet.absence_count, 3)
            self.assertEqual(sheet.state, "open")
            self.assertFalse(sheet.activity_ids)

    def test_three_hours_late(self):
        """R-DSP-19: 3 hours late in a month pass, a minute more asks; explained by
        the person, decided by the manager, closed after that."""
        with freeze_time("2026-06-30 12:00"):
            days = self._plan()
            for day in days[:3]:
                self._attend(day, late=60)
            for day in days[3:]:
                self._attend(day)
            sheet = days.sheet_id
            self.assertEqual(sheet.late_hours, 3)
            self.assertEqual(sheet.state, "open")
            self._attend(days[3], late=16)
            self.assertEqual(sheet.state, "to_explain")
            own = self.as_user(sheet, "technician")
            with self.assertRaisesRegex(UserError, "write the explanation"):
                own.action_explain()
            with self.assertRaises(AccessError):
                own.state = "accepted"
            with self.assertRaises(AccessError):
                own.action_accept()
            # nor does he write himself a better month
            for vals in (
                {"late_hours": 0.0},
                {"absence_count": 0},
                {"needs_explanation": False},
                {"employee_id": self.employees["service_manager"].id},
            ):
                with self.assertRaises(AccessError):
                    own.write(vals)
            own.explanation = "The bus to the quarry was cancelled"
            own.action_explain()
            self.assertEqual(sheet.state, "explained")
            self.assertEqual(sheet.activity_ids.user_id, self.users["service_manager"])
            with self.assertRaises(UserError):
                own.explanation = "Another story"
            manager = self.as_user(sheet, "service_manager")
            with self.assertRaisesRegex(UserError, "reason"):
                manager.action_breach()
            wizard = self.env["aftersales.resident.decision"].with_user(
                self.users["service_manager"]
            )
            wizard.create({"sheet_id": sheet.id, "note": "Fine"}).action_apply()
            self.assertEqual(sheet.state, "accepted")
            self.assertEqual(sheet.decided_by_id, self.users["service_manager"])
            self.assertFalse(sheet.activity_ids)
            with self.assertRaisesRegex(UserError, "closed"):
                self._attend(days[4], late=10)
            self.assertEqual(days[4].late_minutes, 0)
            with self.assertRaisesRegex(UserError, "closed"):
                days[4].unlink()

    def test_explanation_not_given(self):
        """R-DSP-19: an explanation not given in time is escalated once, and may be
        judged a breach with the reason; an open month is not accepted early."""
        Sheet = self.env["aftersales.resident.sheet"]
        with freeze_time("2026-06-05 12:00"):
            sheet = self._plan().sheet_id
            self.assertFalse(Sheet._escalate_unexplained(self.company, sheet.asked_on))
        with freeze_time("2026-06-09 12:00"):
            today = datetime(2026, 6, 9).date()
            self.assertEqual(Sheet._escalate_unexplained(self.company, today), sheet)
            self.assertFalse(Sheet._escalate_unexplained(self.company, today))
            self.assertIn(self.users["service_manager"], sheet.activity_ids.user_id)
            self.as_user(sheet, "service_manager").action_breach(note="No answer")
            self.assertEqual(sheet.state, "breach")
            july = self._plan("2026-07-01", "2026-07-05").sheet_id
            with self.assertRaisesRegex(UserError, "isn't over"):
                july.action_accept()
            self._check_breach_is_proposed(sheet)

    def _check_breach_is_proposed(self, sheet):
        """R-DSP-19, R-PEN-04: a breach costs what the contract's rule says, proposed
        once, and nothing where no such rule was entered."""
        Penalty = self.env["aftersales.penalty"]
        domain = [("res_model", "=", sheet._name), ("res_id", "=", sheet.id)]
        Penalty._cron_propose()
        self.assertFalse(Penalty.search(domain))
        self.env["aftersales.penalty.rule"].create(
            {
                "name": "Resident contract, clause 5",
                "code": "resident",
                "kind": "range",
                "amount": 50,
                "amount_max": 500,
                "trigger": "resident_breach",
                "valid_from": "2026-01-01",
            }
        )
        Penalty._cron_propose()
        Penalty._cron_propose()
        penalty = Penalty.search(domain)
        self.assertEqual(penalty.employee_id, sheet.employee_id)
        self.assertEqual((penalty.amount, penalty.state), (50, "draft"))
        self.assertEqual(penalty.source_name, sheet.display_name)
        self.assertIn("No answer", penalty.evidence)

    # === CHANGE OF PERSON ===#
    def test_change_of_person(self):
        """R-DSP-19: a change is announced one month before, or says why not; the
        old stay ends the day before and its planned days go."""
        with freeze_time(MONDAY):
            self._plan(last="2026-07-10")
            Change = self.env["aftersales.resident.change"].with_user(
                self.users["dispatcher"]
            )
            form = Form(Change.with_context(default_assignment_id=self.stay.id))
            form.employee_id = self.technician2
            self.assertEqual(form.date, datetime(2026, 7, 1).date())
            self.assertFalse(form.is_short_notice)
            form.date = datetime(2026, 6, 20).date()
            self.assertTrue(form.is_short_notice)
            wizard = Change.create(
                {
                    "assignment_id": self.stay.id,
                    "employee_id": self.technician2.id,
                    "announced_on": "2026-06-01",
                    "date": "2026-06-20",
                }
            )
            with self.assertRaisesRegex(ValidationError, "record the reason"):
                with self.env.cr.savepoint():
                    wizard.action_change()
            self.assertFalse(self.stay.date_end, "nothing changed")
            wizard.reason = "Accident"
            new = self.env["aftersales.resident.assignment"].browse(
                wizard.action_change()["res_id"]
            )
            self.assertTrue(new.is_short_notice)
            self.assertEqual(new.replaces_id, self.stay)
            self.assertEqual(self.stay.date_end, datetime(2026, 6, 19).date())
            self.assertEqual(
                max(self.stay.day_ids.mapped("date")), datetime(2026, 6, 19).date()
            )
            self.assertIn("Accident", self.contract.message_ids[0].body)
            self.assertEqual(self.contract.resident_employee_ids, self.technician)
        with freeze_time("2026-06-22"):
            self.env.invalidate_all()
            for role in ("hotline", "dispatcher", "service_manager", "sales_vp"):
                self.env.invalidate_all()
                shown = self.as_user(self.contract, role).web_read(
                    {"resident_employee_ids": {"fields": {"display_name": {}}}}
                )
                name = shown[0]["resident_employee_ids"][0]["display_name"]
                self.assertEqual(name, self.technician2.name, role)
            self.assertEqual(self.contract.resident_employee_ids, self.technician2)
            found = self.env["aftersales.contract"].search(
                [("resident_employee_ids", "in", self.technician2.ids)]
            )
            self.assertEqual(found, self.contract)

    def test_bad_stays(self):
        """R-DSP-14: no stay outside its contract, none at two places at once."""
        Stay = self.env["aftersales.resident.assignment"]
        vals = {
            "contract_id": self.contract.id,
            "employee_id": self.technician2.id,
            "date_start": "2026-06-01",
        }
        for wrong, text in (
            ({"date_start": "2025-12-31"}, "only while contract"),
            ({"date_end": "2027-01-01"}, "only while contract"),
            ({"employee_id": self.technician.id}, "already resident"),
        ):
            with self.assertRaisesRegex(ValidationError, text):
                with self.env.cr.savepoint():
                    Stay.create({**vals, **wrong})
        with self.assertRaises(AccessError):
            self.as_user(Stay, "technician").create(vals)
        self.assertEqual(self.contract.assignment_ids, self.stay)
        self.company.aftersales_require_training = True
        self.assertIn("no training", self.stay.qualification_issue)

    # === TRAINING FILE ===#
    def test_training_is_proposed(self):
        """R-DSP-19: who failed or was never trained gets a training planned and the
        manager is asked to train or replace; each once."""
        Qualification = self.env["aftersales.qualification"]
        order = self._create_order()
        line = Qualification.create(
            {
                "name": "Hydraulics",
                "employee_id": self.technician.id,
                "company_id": self.company.id,
                "kind": "exam",
            }
        )
        with self.assertRaises(AccessError):
            line.result = "passed"
        with self.assertRaises(AccessError):
            Qualification.create({**line.copy_data()[0], "result": "passed"})
        with self.assertRaises(AccessError):
            self.as_user(line, "technician").action_pass()
        self.assertFalse(
            Qualification._cron_propose_training().filtered(
                lambda planned: planned.employee_id == self.technician
            ),
            "an examination is planned already",
        )
        self.as_user(line, "service_manager").action_fail()
        with self.assertRaisesRegex(UserError, "already"):
            line.action_pass()
        self.company.aftersales_require_training = True
        created = Qualification._cron_propose_training()
        mine = created.filtered(lambda new: new.employee_id == self.technician)
        self.assertEqual(mine.kind, "training")
        self.assertIn("Hydraulics", mine.name)
        activity = mine.activity_ids
        self.assertEqual(activity.user_id, self.users["service_manager"])
        self.assertIn(order.name, activity.note)
        never = created.filtered(lambda new: new.employee_id == self.technician2)
        self.assertEqual(never.name, "Training before the first job")
        self.assertFalse(Qualification._cron_propose_training())
        never.action_pass()
        self.assertFalse(
            self.technician2._get_qualification_issues(), "trained, may be sent"
        )

    def test_partner_technicians(self):
        """R-DSP-19: partners' technicians are re-evaluated when their last
        evaluation ends."""
        Qualification = self.env["aftersales.qualification"]
        line = Qualification.create(
            {
                "name": "Certification",
                "partner_id": self.dealer.id,
                "company_id": self.company.id,
                "kind": "certification",
                "date": datetime.today().date() - relativedelta(months=11, days=15),
            }
        )
        line.action_pass()
        created = Qualification._cron_propose_training()
        mine = created.filtered(lambda new: new.partner_id == self.dealer)
        self.assertEqual(mine.kind, "evaluation")
        self.assertEqual(mine.date, line.valid_until)
        self.assertFalse(Qualification._cron_propose_training())

    def test_nobody_decides_for_himself(self):
        """R-DSP-02, R-DSP-19: nobody certifies himself or accepts his own month."""
        manager = self.employees["service_manager"]
        manager.write({"is_technician": True, "technician_grade": "senior"})
        line = self.env["aftersales.qualification"].create(
            {
                "name": "Certification",
                "employee_id": manager.id,
                "company_id": self.company.id,
                "kind": "certification",
            }
        )
        with self.assertRaisesRegex(UserError, "which grade"):
            line.action_pass()
        line.grade = "expert"
        with self.assertRaisesRegex(AccessError, "himself"):
            self.as_user(line, "service_manager").action_pass()
        self.assertEqual(manager.technician_grade, "senior")
        self.as_user(line, "hr").action_pass()
        self.assertEqual(manager.technician_grade, "expert")
        with freeze_time("2026-07-01 12:00"):
            stay = self.stay.create(
                {
                    "contract_id": self.contract.id,
                    "employee_id": manager.id,
                    "date_start": "2026-06-01",
                    "date_end": "2026-06-02",
                }
            )
            days = stay._plan_days(stay.date_start, stay.date_end)
            sheet = days.sheet_id
            with self.assertRaisesRegex(AccessError, "own month"):
                self.as_user(sheet, "service_manager").action_accept()

    def test_no_query_growth(self):
        """R-DSP-14: planning many days costs no more queries than planning few."""
        with freeze_time(MONDAY):
            Day = self.env["aftersales.resident.day"]

            def create(days):
                vals = [{"assignment_id": self.stay.id, **values} for values in days]
                Day.create(vals)

            def values(first, count):
                return [
                    {
                        "date": (MONDAY + timedelta(days=first + number)).date(),
                        "planned_start": MONDAY + timedelta(days=first + number),
                        "planned_end": MONDAY
                        + timedelta(days=first + number, hours=10),
                    }
                    for number in range(count)
                ]

            create(values(0, 2))
            with self._count_queries() as small:
                create(values(2, 2))
            with self._count_queries() as large:
                create(values(4, 24))
            self.assertLessEqual(large["count"], small["count"] + 2)
