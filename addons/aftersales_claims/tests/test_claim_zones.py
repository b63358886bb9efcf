# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date

from freezegun import freeze_time

from odoo import Command, fields
from odoo.tests import tagged

from .common_recovery import RecoveryCommon


@tagged("post_install", "-at_install")
class TestClaimZones(RecoveryCommon):
    """Days are those of the company, also where the clocks change."""

    def _move_to(self, zone):
        calendar = self.company.resource_calendar_id
        if not calendar:
            calendar = self.env["resource.calendar"].create(
                {"name": "Works", "company_id": self.company.id}
            )
            self.company.resource_calendar_id = calendar
        calendar.tz = zone

    def test_days_of_the_supplier_at_the_change_of_clocks(self):
        """R-CLM-12: the supplier's days to answer and collect begin on the day of the
        company, whoever sends, and he has the last of them whole."""
        self._move_to("Europe/Berlin")
        self.company.aftersales_collect_days = 5
        self.company.aftersales_answer_days = 10
        statement = self._create_statement(receive=True)
        part = statement.line_ids.part_return_ids
        quality = self.users["quality"]
        quality.tz = "America/New_York"
        # half past midnight in Berlin; an hour is left out this night
        with freeze_time("2027-03-27 23:30:00"):
            self.as_user(statement, "quality").with_context(tz=quality.tz).action_send()
        self.assertEqual(statement.answer_deadline, date(2027, 4, 7))
        self.assertEqual(statement.sent_on, date(2027, 3, 28))
        self.assertEqual(part.collect_deadline, date(2027, 4, 2))
        # 23:30 of the last day, then half past midnight
        for moment, state in (
            ("2027-04-02 21:30:00", "inspected"),
            ("2027-04-02 22:30:00", "done"),
        ):
            with freeze_time(moment), self.enter_registry_test_mode():
                self.env.ref(
                    "aftersales_claims.cron_part_return_collect"
                ).method_direct_trigger()
            self.assertEqual(part.state, state, moment)

    def test_month_of_a_settlement_at_the_change_of_clocks(self):
        """R-DSP-16: a month ends at midnight where the company works, summer time or
        not."""
        self._move_to("Europe/Berlin")
        Settlement = self.env["aftersales.settlement"]
        for month, end in (
            (date(2027, 2, 1), "2027-02-28 23:00:00"),
            (date(2027, 3, 1), "2027-03-31 22:00:00"),
            (date(2027, 9, 1), "2027-09-30 22:00:00"),
            (date(2027, 10, 1), "2027-10-31 23:00:00"),
        ):
            settlement = Settlement.create(
                {
                    "partner_id": self.station.id,
                    "company_id": self.company.id,
                    "period_start": month,
                }
            )
            self.assertEqual(
                settlement._get_period_end(), fields.Datetime.to_datetime(end)
            )

    def test_old_part_has_its_last_day(self):
        """R-CLM-11: in a company west of Greenwich an old part does not lapse on the
        evening of its last day."""
        self._move_to("America/Los_Angeles")
        self.company.aftersales_old_part_grace_days = 0
        part = self.env["aftersales.part.return"].create(
            {
                "product_id": self.seal.id,
                "holder_employee_id": self.technician.id,
                "company_id": self.company.id,
                "due_date": "2027-11-07",
            }
        )
        # the clocks go back on this day; midnight is 08:00 in London
        for moment, state in (
            ("2027-11-08 07:30:00", "expected"),
            ("2027-11-08 08:30:00", "invalid"),
        ):
            with freeze_time(moment), self.enter_registry_test_mode():
                self.env.ref(
                    "aftersales_claims.cron_part_return_chase"
                ).method_direct_trigger()
            self.assertEqual(part.state, state, moment)

    def test_station_claims_in_the_morning(self):
        """R-DSP-16: a station whose user has no time zone claims what failed today,
        before London has this day; and appeals on the last day."""
        self._move_to("Asia/Shanghai")
        self.station.is_dealer = True
        self.machine.customer_id = self.station
        self.station_user.tz = False
        Claim = self.env["aftersales.claim"].with_user(self.station_user)
        values = {
            "serial": self.machine.name,
            "part": "SEAL-600",
            "damage": "Leaks",
            "failure_date": "2026-11-29",
        }
        with freeze_time("2026-11-28 22:30:00"):
            claim = Claim.with_context(tz=False)._create_from_station(
                values, [("leak.png", self._attach(self.machine).raw)]
            )
        self.assertEqual(claim.claim_date, date(2026, 11, 29))
        self.assertEqual(claim.failure_date, date(2026, 11, 29))
        self.company.aftersales_appeal_days = 3
        with freeze_time("2026-11-30 23:00:00"):
            self._verify(claim)
            self.as_user(claim, "sales_vp").action_reject("Wear")
            version = claim._get_last_decision()
            version.date = fields.Datetime.now()
            claim.invalidate_recordset()
            self.assertEqual(claim.appeal_deadline, date(2026, 12, 4))
        Appeal = self.env["aftersales.claim.appeal"]
        with freeze_time("2026-12-04 15:30:00"):
            self.assertFalse(Appeal._get_obstacle(claim))
        with freeze_time("2026-12-04 16:30:00"):
            self.assertIn("ended on", Appeal._get_obstacle(claim))

    def test_goods_sent_from_another_company(self):
        """R-CLM-07, R-CLM-09: a storekeeper of two companies who works in the other
        one sends the parts: they are in the books of the claim's company, and so is a
        claim on the carrier."""
        other = self.env["res.company"].create(
            {"name": "Maker of the South", "currency_id": self.env.ref("base.USD").id}
        )
        both = {"allowed_company_ids": [other.id, self.company.id]}
        for role in ("storekeeper", "service_manager"):
            self.users[role].company_ids = [Command.link(other.id)]
        claim = self._create_claim(
            [{"product_id": self.seal.id, "quantity": 2, "supply": "ship"}],
            kind="emergency",
            kind_reason="Stopped",
        )
        claim.action_submit()
        self._approve(claim, "service_manager")
        picking = claim.picking_ids
        picking.move_ids.write({"quantity": 2, "picked": True})
        self.as_user(picking, "storekeeper").with_context(**both).button_validate()
        self.assertEqual(claim.supply_state, "done")
        self.assertEqual(self._balance(self.warranty_expense_account), 520)
        self.assertEqual(claim.cost_ids.amount, 520)
        carrier = self.env["res.partner"].create({"name": "C", "is_carrier": True})
        damage = (
            self.as_user(self.env["aftersales.carrier.claim"], "service_manager")
            .with_context(**both)
            .create({"claim_id": claim.id, "carrier_id": carrier.id, "amount": 40})
        )
        self.assertEqual(damage.company_id, self.company)

    def test_numbers_of_the_own_company(self):
        """R-CLM-01, R-CLM-12: who works in one company and files for another takes the
        other's numbers."""
        other = self.env["res.company"].create({"name": "Maker of the South"})
        Sequence = self.env["ir.sequence"]
        for code, prefix in (
            ("aftersales.claim", "SOUTH-"),
            ("aftersales.settlement", "SET-"),
            ("aftersales.liability", "DEC-"),
        ):
            Sequence.create(
                {
                    "name": code,
                    "code": code,
                    "prefix": prefix,
                    "padding": 3,
                    "company_id": other.id,
                }
            )
        self.env.user.company_ids = [Command.link(other.id)]
        self.customer.company_id = False
        vals = {"partner_id": self.customer.id, "department_id": False}
        claims = self.env["aftersales.claim"].create(
            [
                {**vals, "company_id": other.id},
                {**vals, "company_id": self.company.id},
                {**vals, "company_id": other.id},
            ]
        )
        self.assertEqual(claims[0].name, "SOUTH-001")
        self.assertEqual(claims[2].name, "SOUTH-002")
        self.assertNotIn("SOUTH", claims[1].name)
        settlement = self.env["aftersales.settlement"].create(
            {"partner_id": self.station.id, "company_id": other.id}
        )
        self.assertEqual(settlement.name, "SET-001")
        # sudo: no role decides in a company just founded
        Decision = self.env["aftersales.liability"].sudo()
        decision = Decision.create({"claim_id": claims[0].id})
        self.assertEqual(decision.name, "DEC-001")

    def test_numbers_follow_the_sequences(self):
        """R-CLM-01: a company's sequence counts from its creation to its end,
        although the look-up of sequences is remembered."""
        self.assertNotIn("OWN-", self._create_claim().name)
        own = self.env["ir.sequence"].create(
            {
                "name": "Own claims",
                "code": "aftersales.claim",
                "prefix": "OWN-",
                "company_id": self.company.id,
            }
        )
        claim = self._create_claim(failure_date="2026-01-02")
        self.assertTrue(claim.name.startswith("OWN-"))
        own.active = False
        claim = self._create_claim(failure_date="2026-01-03")
        self.assertNotIn("OWN-", claim.name)
        own.active = True
        claim = self._create_claim(failure_date="2026-01-04")
        self.assertTrue(claim.name.startswith("OWN-"))
        own.unlink()
        claim = self._create_claim(failure_date="2026-01-05")
        self.assertNotIn("OWN-", claim.name)
