# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_recovery import PIXEL, RecoveryCommon


@tagged("post_install", "-at_install")
class TestClaimGuards(RecoveryCommon):
    """Refusals of a claim that stand alone: nothing behind them would notice."""

    def _denied(self, pattern, call, *args):
        """``call`` is not for this user, and nothing of it is done."""
        with self.assertRaisesRegex(AccessError, pattern), self.env.cr.savepoint():
            call(*args)
        self.env.invalidate_all()

    def _enter(self, **values):
        """What the station types; returns the claim."""
        Claim = self.env["aftersales.claim"].with_user(self.station_user)
        return Claim._create_from_station(
            {
                "serial": self.machine.name,
                "part": "SEAL-600",
                "damage": "Leaks at the main shaft",
                **values,
            },
            [("leak.png", PIXEL)],
        )

    def _make_dealer(self):
        """The station deals as well, and the machine is its own."""
        self.station.is_dealer = True
        self.machine.customer_id = self.station

    # === stations ===#
    def test_station_report_and_figures(self):
        """R-CLM-01, R-DSP-16: a station's claim has a damage report, a quantity of
        which something is left, whole pieces where they have numbers, and a day on
        which the customer had the machine."""
        self._make_dealer()
        day = fields.Date.today() - relativedelta(months=8)
        figures = "Check the figures and the date"
        for values, pattern in (
            ({"damage": ""}, "Describe the damage"),
            ({"quantity": "0.0001"}, figures),
            ({"part": "BRG-23148", "quantity": "1.5"}, figures),
            ({"failure_date": str(day)}, "was delivered on .* check the failure date"),
        ):
            with self.subTest(values=values):
                self._refused(pattern, lambda values=values: self._enter(**values))
        self.assertEqual(self._enter().state, "submitted")

    def test_station_answers_what_was_sent_back(self):
        """R-DSP-16: a station completes a claim that was sent back, none it has handed
        in and none that staff are still writing."""
        self._make_dealer()
        claim = self._enter()
        draft = self._create_claim(
            [(self.bearing, 1)], station_id=self.station.id, partner_id=self.station.id
        )
        values = {"damage": "Other"}
        for record in (claim, draft):
            state = record.state
            self._refused(
                "was handed in already",
                record.with_user(self.station_user)._resubmit_from_station,
                values,
                [],
            )
            self.assertEqual(record.state, state)
        self.as_user(claim, "service_manager").action_return("Which shaft?")
        claim.with_user(self.station_user)._resubmit_from_station(values, [])
        self.assertEqual((claim.state, claim.damage), ("submitted", "Other"))

    # === handed in ===#
    def test_handed_in_is_verified_and_kept(self):
        """R-CLM-01, R-CLM-02: handed in, a claim is corrected by who verifies it, sent
        back by him or its approvers, proposed only with its evidence, and kept."""
        claim = self._create_claim(user_id=self.users["hotline"].id)
        files = claim._get_evidence_attachments()
        applicant = self.as_user(claim, "hotline")
        applicant.action_submit()
        self._denied(
            "who verifies it corrects it", applicant.write, {"damage": "Other"}
        )
        self._refused(
            "is returned by its approvers or by the service manager",
            applicant.action_return,
            "Once more",
        )
        self.as_user(claim, "quality").damage = "Cage broken, rollers seized"
        claim.write(
            {
                "technology_analysis": "A",
                "quality_analysis": "B",
                "proposal": "compensate",
            }
        )
        # lost, whatever the way
        files.sudo().unlink()
        manager = self.as_user(claim, "service_manager")
        self._refused("Attach the evidence", manager.action_verify)
        manager.action_return("Where are the photos?")
        self._refused("was handed in: what it said then", manager.unlink)
        manager.action_cancel()
        self._refused("was handed in: what it said then", manager.unlink)

    def test_refused_parts_are_charged_by_whom(self):
        """R-CLM-09: the manager hands refused parts over, he or the accountant has
        them invoiced once more; nothing refused, nothing to charge."""
        claim = self._create_claim()
        self._denied(
            "done by: Service Manager",
            self.as_user(claim, "accountant").action_charge_refused,
        )
        for role in ("hotline", "sales_vp", "quality"):
            self._denied(
                "done by: Claims Accountant, Service Manager",
                self.as_user(claim, role).action_charge_again,
            )
        for role, method in (
            ("service_manager", "action_charge_refused"),
            ("accountant", "action_charge_again"),
        ):
            self._refused(
                "has no refused parts at the customer's",
                getattr(self.as_user(claim, role), method),
            )

    def test_one_line_for_each_serial_number(self):
        """R-CLM-06: a serial number is one piece."""
        line = {"product_id": self.bearing.id, "lot_id": self.bearing_lot.id}
        self._refused(
            "BRG-N-0001 is one piece of .*: one line for each serial number",
            self._create_claim,
            [{**line, "quantity": 2, "supply": "none"}],
        )
