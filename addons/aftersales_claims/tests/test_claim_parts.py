# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import Command, fields
from odoo.exceptions import (
    AccessError,
    UserError,
    ValidationError,
)
from odoo.tests import tagged

from .common import ClaimsCommon


@tagged("post_install", "-at_install")
class TestClaimParts(ClaimsCommon):
    """Which parts can be claimed: of their machine, under warranty."""

    def test_part_of_another_machine(self):
        """R-CLM-01: a part that is not on the machine's parts list, or whose serial
        number sat in another machine, is refused with what to do; the service manager
        lets it pass by saying why; where nothing is listed, nothing is refused."""
        stranger = self._create_claim([(self.seal, 1)])
        self.assertFalse(stranger.line_ids._get_part_obstacles())
        frame = self.env["product.product"].create(
            {"name": "Swing jaw", "type": "consu"}
        )
        Bom = self.env["mrp.bom"]
        for product, part in ((self.machine_product, frame), (frame, self.bearing)):
            Bom.create(
                {
                    "product_tmpl_id": product.product_tmpl_id.id,
                    "company_id": self.company.id,
                    "bom_line_ids": [Command.create({"product_id": part.id})],
                }
            )
        text = "SEAL-600.* is no part of machine PE600-2024-001"
        with self.assertRaisesRegex(UserError, text):
            stranger.action_submit()
        self.assertEqual(stranger.state, "draft")
        self.assertIn("Why This Part", stranger.on_hold_reason)
        # a station has no such field; it asks the service
        lines = stranger.line_ids.with_user(self.portal_user).sudo()
        self.assertIn("our service decides", lines._get_part_obstacles()[0])
        # of a sub-assembly, of the parts list, fitted before
        self.assertFalse(
            self._create_claim([(self.bearing, 1)]).line_ids._get_part_obstacles()
        )
        self.machine_product.aftersales_part_ids = self.seal
        self.assertFalse(stranger.line_ids._get_part_obstacles())
        self.machine_product.aftersales_part_ids = False
        component = self.env["aftersales.machine.component"].create(
            {"lot_id": self.machine.id, "product_id": self.seal.id}
        )
        self.assertFalse(stranger.line_ids._get_part_obstacles())
        component.unlink()
        # with a reason, which is the service manager's to give
        with self.assertRaises(AccessError):
            self.as_user(stranger.line_ids, "dispatcher").part_reason = "Newer version"
        self.as_user(stranger.line_ids, "service_manager").part_reason = "Newer version"
        stranger.action_submit()
        self.assertEqual(stranger.state, "submitted")
        self.assertIn("Newer version", stranger.version_ids.content)
        # changed after submitting: looked at again before it goes to the approvers
        stranger.line_ids.part_reason = False
        stranger.write(
            {
                "technology_analysis": "Hard",
                "quality_analysis": "Hard",
                "proposal": "compensate",
            }
        )
        with self.assertRaisesRegex(UserError, text):
            stranger.action_verify()
        self.assertFalse(stranger.review_ids)

    def test_applicant_says_why_this_part(self):
        """R-CLM-01: with the applicant's reason a part that is not on the parts list
        goes in; it reaches no approver before the service manager lets it pass, an
        emergency does not go in, and a serial number of another machine never does."""
        frame = self.env["product.product"].create({"name": "Jaw", "type": "consu"})
        self.machine_product.aftersales_part_ids = frame
        claim = self._create_claim([(self.seal, 1)], user_id=self.users["hotline"].id)
        mine = self.as_user(claim, "hotline")
        with self.assertRaisesRegex(UserError, "Applicant's Reason"):
            mine.action_submit()
        with self.assertRaisesRegex(UserError, "gave no reason"):
            self.as_user(claim.line_ids, "service_manager").action_pass_part()
        mine.line_ids.part_note = "Replaces SEAL-500"
        claim.write({"kind": "emergency", "kind_reason": "Stopped"})
        with self.assertRaisesRegex(UserError, "is no part of machine"):
            mine.action_submit()
        claim.kind = "normal"
        mine.action_submit()
        self.assertEqual(claim.state, "submitted")
        self.assertIn("Replaces SEAL-500", claim.on_hold_reason)
        self.assertIn("Replaces SEAL-500", claim.version_ids.content)
        analysis = {
            "technology_analysis": "Hard",
            "quality_analysis": "Hard",
            "proposal": "compensate",
        }
        claim.write(analysis)
        manager = self.as_user(claim, "service_manager")
        with self.assertRaisesRegex(UserError, "The applicant says: Replaces SEAL-500"):
            manager.action_verify()
        with self.assertRaises(AccessError):
            mine.line_ids.part_note = "Something else"
        with self.assertRaises(AccessError):
            mine.line_ids.action_pass_part()
        manager.line_ids.action_pass_part()
        self.assertEqual(claim.line_ids.part_reason, "Replaces SEAL-500")
        self.assertFalse(claim.on_hold_reason)
        manager.action_verify()
        self.assertEqual(claim.state, "to_approve")

    def test_part_added_after_approval(self):
        """R-CLM-01: a part added to an approved claim is looked at as well; what was
        approved before the parts list was written is left alone."""
        claim = self._create_claim(
            [(self.seal, 1)], kind="emergency", kind_reason="Stopped"
        )
        claim.action_submit()
        self._approve(claim, "service_manager")
        frame = self.env["product.product"].create({"name": "Jaw", "type": "consu"})
        self.machine_product.aftersales_part_ids = frame
        self._add_cost(claim, "shipping", 90)
        self.assertEqual(claim.line_ids.product_id, self.seal)
        vals = {"claim_id": claim.id, "product_id": self.bearing.id, "supply": "none"}
        manager = self.as_user(claim.line_ids, "service_manager")
        with (
            self.assertRaisesRegex(UserError, "is no part of machine"),
            self.env.cr.savepoint(),
        ):
            manager.create(vals)
        self.env.invalidate_all()
        self.assertEqual(claim.line_ids.product_id, self.seal)

    def test_serial_number_of_another_machine(self):
        """R-CLM-01: where the component history knows a serial number, it is claimed
        of the machine it sat in when it failed."""
        today = fields.Date.today()
        other = self._create_machine("PE600-2024-002")
        component = self.env["aftersales.machine.component"].create(
            {
                "lot_id": other.id,
                "product_id": self.bearing.id,
                "serial": "BRG-7",
                "fitted_on": today - relativedelta(days=30),
            }
        )
        claim = self._create_claim(
            [{"product_id": self.bearing.id, "old_lot_name": "brg-7", "supply": "none"}]
        )
        with self.assertRaisesRegex(UserError, "was in machine PE600-2024-002"):
            claim.action_submit()
        # a station learns nothing of others' machines
        lines = claim.line_ids.with_user(self.portal_user).sudo()
        text = lines._get_part_obstacles()[0]
        self.assertIn("was not in machine PE600-2024-001", text)
        self.assertNotIn("PE600-2024-002", text)
        # taken out there before, it may have come here
        component.removed_on = today - relativedelta(days=5)
        self.assertFalse(claim.line_ids._get_part_obstacles())
        component.write({"removed_on": False, "lot_id": self.machine.id})
        self.assertFalse(claim.line_ids._get_part_obstacles())
        # the old part that came out of the other machine only later
        component.write({"lot_id": other.id, "serial": "N-1", "old_serial": "BRG-7"})
        claim.failure_date = today - relativedelta(days=31)
        with self.assertRaisesRegex(UserError, "was in machine PE600-2024-002"):
            claim.action_submit()
        self.assertEqual(claim.state, "draft")

    def test_outside_warranty_it_is_goodwill(self):
        """R-WAR-01, R-CLM-03: a part known to be outside warranty when it failed goes
        in as goodwill only; what is under warranty, not known, or fitted free of
        charge by a service order is not asked."""
        today = fields.Date.today()
        old = self._create_machine(
            "PE600-2020-001",
            delivery_date=today - relativedelta(months=40),
            acceptance_date=today - relativedelta(months=39),
        )
        claim = self._create_claim(
            [(self.seal, 1)], lot_id=old.id, failure_date=today - relativedelta(days=2)
        )
        with self.assertRaisesRegex(UserError, "warranty ended.*goodwill"):
            claim.action_submit()
        self.assertEqual(claim.state, "draft")
        claim.write({"kind": "goodwill", "kind_reason": "Good customer"})
        claim.action_submit()
        self.assertEqual(claim.state, "submitted")
        # failed while it was under warranty
        early = self._create_claim(
            [(self.seal, 1)],
            lot_id=old.id,
            failure_date=today - relativedelta(months=30),
        )
        self.assertFalse(early._get_part_blockers())
        # wear parts have no warranty, also on a machine that has
        self.seal.component_class_id = self.env.ref(
            "aftersales_service.component_class_wear"
        )
        wear = self._create_claim([(self.seal, 1)])
        with self.assertRaisesRegex(UserError, "no warranty.*goodwill"):
            wear.action_submit()
        self.seal.component_class_id = False
        # no date to count from
        unknown = self._create_machine(
            "PE600-X", delivery_date=False, acceptance_date=False
        )
        claim = self._create_claim([(self.seal, 1)], lot_id=unknown.id)
        self.assertFalse(claim._get_part_blockers())
        # judged by the report of the visit
        order = self._create_order(self._create_request(lot_id=old.id))
        self._fit(order, self.seal, 1)
        order.action_create_claim()
        self.assertFalse(order.claim_ids._get_part_blockers())

    def test_failed_before_it_is_claimed(self):
        """R-CLM-01: a part does not fail after it was claimed; the message names both
        dates, and nothing is changed."""
        today = fields.Date.context_today(self.machine)
        tomorrow = today + relativedelta(days=1)
        with self.assertRaisesRegex(ValidationError, "Correct one of the dates"):
            with self.env.cr.savepoint():
                self._create_claim(failure_date=tomorrow)
        claim = self._create_claim(failure_date=today)
        with self.assertRaisesRegex(ValidationError, claim.name):
            with self.env.cr.savepoint():
                claim.claim_date = today - relativedelta(days=1)
        claim.invalidate_recordset()
        self.assertEqual(claim.claim_date, today)

    def test_failed_tomorrow(self):
        """R-CLM-01: nothing fails tomorrow, also where the claim is dated then."""
        today = fields.Date.context_today(self.machine)
        tomorrow = max(today, fields.Date.today()) + relativedelta(days=1)
        with self.assertRaisesRegex(ValidationError, "still to come"):
            with self.env.cr.savepoint():
                self._create_claim(failure_date=tomorrow, claim_date=tomorrow)
        claim = self._create_claim(claim_date=tomorrow)
        with self.assertRaisesRegex(ValidationError, "still to come"):
            with self.env.cr.savepoint():
                claim.failure_date = tomorrow

    def test_failed_before_it_was_made(self):
        """R-CLM-01: no part of a machine fails before that was made; what failed before
        the delivery was damaged on the way, and both sides read so."""
        today = fields.Date.context_today(self.machine)
        machine = self._create_machine(
            "PE600-9",
            production_date=today - relativedelta(days=40),
            delivery_date=today - relativedelta(days=10),
            acceptance_date=today - relativedelta(days=5),
        )
        early = today - relativedelta(days=41)
        with self.assertRaisesRegex(ValidationError, "PE600-9 was made on"):
            with self.env.cr.savepoint():
                self._create_claim(lot_id=machine.id, failure_date=early)
        claim = self._create_claim(
            lot_id=machine.id,
            failure_date=today - relativedelta(days=20),
            user_id=self.users["hotline"].id,
        )
        self.assertIn("damage in transport", self.as_user(claim, "hotline").notice)
        self._verify(claim)
        self.assertIn("damage in transport", self.as_user(claim, "sales_vp").notice)
        fine = self._create_claim(lot_id=machine.id, failure_date=today)
        self.assertFalse(fine.notice)
        # an older machine is chosen first, the right one afterwards
        claim = self._create_claim(failure_date=early)
        with self.assertRaisesRegex(ValidationError, "PE600-9 was made on"):
            with self.env.cr.savepoint():
                claim.lot_id = machine

    # === old parts of claims given up ===#
    def test_claim_given_up_asks_for_no_old_part(self):
        """R-CLM-11: a claim that is cancelled or reversed asks the customer for its
        old part no more, nobody is chased or charged for it; approved again it is
        expected again. What a service order replaced stays owed."""
        claim = self._create_claim(
            [
                {
                    "product_id": self.seal.id,
                    "supply": "ship",
                    "old_lot_name": "SEAL-OLD",
                }
            ],
            kind="emergency",
            kind_reason="Stopped",
        )
        claim.action_submit()
        self._approve(claim, "service_manager")
        claim.sudo().filed_at = fields.Datetime.now()
        part = claim.part_return_ids
        self.assertEqual(part.holder_partner_id, self.customer)
        self.as_user(claim, "service_manager").action_cancel("Not needed")
        self.assertEqual(part.state, "cancelled")
        long_ago = fields.Date.today() - relativedelta(days=60)
        part.sudo().due_date = long_ago
        with self.enter_registry_test_mode():
            self.env.ref(
                "aftersales_claims.cron_part_return_chase"
            ).method_direct_trigger()
        self.assertEqual((part.state, part.charge_state), ("cancelled", "none"))
        self.assertFalse(part.activity_ids)
        self.as_user(claim, "service_manager").action_draft()
        claim.action_submit()
        self._approve(claim, "service_manager")
        claim.sudo().filed_at = fields.Datetime.now()
        again = claim.part_return_ids - part
        self.assertEqual((again.state, again.old_lot_name), ("expected", "SEAL-OLD"))
        # what came back already is not undone
        self.as_user(again, "storekeeper")._receive()
        self.as_user(claim, "accountant").action_reverse("Wrong machine")
        self.assertEqual(again.state, "received")
        # the technician has the old part of a visit, whatever becomes of the claim
        visit = self._create_order_claim()
        visit.action_submit()
        self._approve(visit, "sales_vp")
        expected = visit.part_return_ids
        self.assertEqual(expected.order_part_id.order_id, visit.order_id)
        self.as_user(visit, "accountant").action_reverse("Wrong machine")
        self.assertEqual(expected.state, "expected")

    def test_reworked_part_leads_to_its_claim(self):
        """R-CLM-09, R-CLM-11: a reworked part credits the warranty expense; from that
        entry, too, the accountant comes to the claim and its photos."""
        self.company.aftersales_rework_location_id.valuation_account_id = (
            self.warranty_expense_account
        )
        claim = self._create_order_claim()
        claim.action_submit()
        self._approve(claim, "sales_vp")
        part = claim.part_return_ids
        self.as_user(part, "storekeeper")._receive()
        quality = self.as_user(part, "quality")
        quality.write({"inspection_result": "own", "disposition": "rework"})
        quality.action_inspect()
        keeper = self.as_user(part, "storekeeper")
        keeper.action_dispose()
        keeper.action_reworked()
        entry = self.as_user(part.move_ids[-1:].account_move_id, "accountant")
        self.assertEqual(entry.state, "posted")
        self.assertEqual(entry.aftersales_claim_count, 1)
        opened = entry.action_view_aftersales_claims()
        self.assertEqual(opened["res_id"], claim.id)
