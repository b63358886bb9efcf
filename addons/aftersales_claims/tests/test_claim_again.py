# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ClaimsCommon


@tagged("post_install", "-at_install")
class TestClaimAgain(ClaimsCommon):
    """Claims decided by more than one, or more than once."""

    # === four eyes ===#
    def _hand_over(self, role, substitute):
        return self.env["aftersales.substitution"].create(
            {
                "user_id": self.users[role].id,
                "substitute_id": self.users[substitute].id,
                "date_to": fields.Date.today() + relativedelta(days=5),
            }
        )

    def test_approver_and_substitute(self):
        """R-CLM-03, R-CLM-05: who stands in for the second approver and has decided as
        the first does not decide twice; the second himself does."""
        self._hand_over("general_manager", "sales_vp")
        claim = self._create_claim()
        self._verify(claim)
        second = claim.review_ids.sorted("sequence")[-1]
        self.assertIn(self.users["sales_vp"], second.reviewer_ids)
        self._approve(claim, "sales_vp")
        self.assertEqual(second.reviewer_ids, self.users["general_manager"])
        with self.assertRaisesRegex(UserError, "somebody else's"):
            self._approve(claim, "sales_vp")
        with self.assertRaises(UserError):
            self.as_user(claim, "sales_vp").validate_tier()
        self.assertEqual((claim.state, claim.notice), ("to_approve", False))
        self._approve(claim, "general_manager")
        self.assertEqual(claim.state, "approved")

    def test_substitute_of_both(self):
        """R-CLM-05: one who stands in for both decides at one tier only."""
        self._hand_over("sales_vp", "quality")
        self._hand_over("general_manager", "quality")
        claim = self._create_claim()
        self._verify(claim)
        self._approve(claim, "quality")
        with self.assertRaises(UserError):
            self._approve(claim, "quality")
        # behind his link it is the same
        second = claim.review_ids.sorted("sequence")[-1]
        self.assertNotIn(self.users["quality"], second._get_link_reviewers())
        self._approve(claim, "general_manager")
        self.assertEqual(claim.state, "approved")

    def test_both_offices(self):
        """R-CLM-03, R-CLM-05: one person holds both offices: the arbiter is the second
        pair of eyes."""
        boss = self.users["general_manager"]
        boss.group_ids |= self.env.ref("aftersales_service.group_sales_vp")
        claim = self._create_claim()
        self._verify(claim)
        self._approve(claim, "general_manager")
        self.assertEqual(claim.reviewer_ids, self.users["quality_vp"])
        self._approve(claim, "quality_vp")
        self.assertEqual(claim.state, "approved")

    def test_nobody_is_left(self):
        """R-CLM-05: nobody is left for the second tier: applicant and approver are
        told, the claim says so, and a substitute decides."""
        self.users["quality_vp"].active = False
        boss = self.users["general_manager"]
        boss.group_ids |= self.env.ref("aftersales_service.group_sales_vp")
        claim = self._create_claim(user_id=self.users["hotline"].id)
        self._verify(claim)
        self._approve(claim, "general_manager")
        self.assertFalse(claim.reviewer_ids)
        self.assertIn("nobody is left", self.as_user(claim, "hotline").notice)
        told = self.env["mail.message"].search(
            [("subject", "=", claim.name), ("body", "ilike", "nobody is left")]
        )
        for role in ("hotline", "general_manager"):
            self.assertIn(self.users[role].partner_id, told.partner_ids)
        self._hand_over("general_manager", "quality")
        claim.invalidate_recordset()
        self.assertFalse(claim.notice)
        self._approve(claim, "quality")
        self.assertEqual(claim.state, "approved")

    # === appeals and raised amounts ===#
    def _reduced(self):
        claim = self._create_claim([(self.seal, 4)], kind="emergency", kind_reason="x")
        claim.action_submit()
        self.as_user(claim.line_ids, "service_manager").write(
            {"decision": "reduced", "approved_quantity": 1, "reason": "One is enough"}
        )
        self._approve(claim, "service_manager")
        return claim

    def test_costs_leave_the_appeal_alone(self):
        """R-CLM-05: decisions on costs, granted or refused, neither prolong the time
        for an appeal nor make others its first deciders."""
        claim = self._reduced()
        deadline = claim.appeal_deadline
        self.assertEqual(
            deadline, fields.Date.context_today(claim) + relativedelta(days=15)
        )
        accountant = self.as_user(claim, "accountant")
        for days, decide in ((3, "action_approve"), (6, "action_reject")):
            with freeze_time(fields.Datetime.now() + relativedelta(days=days)):
                self._add_cost(claim, "travel", 7000 * days)
                accountant.action_ask_costs("Mountain road")
                decider = {7000: "sales_vp", 21000: "general_manager"}
                role = decider.get(7000 * days, "general_manager")
                getattr(self.as_user(claim, role), decide)("Costs")
            self.assertEqual(claim.state, "approved")
            self.assertEqual(claim.appeal_deadline, deadline, decide)
        appeal = self.as_user(self.env["aftersales.claim.appeal"], "hotline").create(
            {"claim_id": claim.id, "grounds": "All four leak"}
        )
        self.assertEqual(
            appeal.with_env(self.env).first_decider_ids, self.users["service_manager"]
        )

    def test_parts_decided_again_are_appealed(self):
        """R-CLM-05: raised by parts, the new decision on them is one to appeal
        against."""
        claim = self._reduced()
        deadline = claim.appeal_deadline
        with freeze_time(fields.Datetime.now() + relativedelta(days=3)):
            claim.line_ids = [
                Command.create(
                    {"product_id": self.bearing.id, "quantity": 1, "supply": "none"}
                )
            ]
            self.assertEqual(claim.state, "to_approve")
            self._approve_release(claim)
        self.assertEqual(claim.appeal_deadline, deadline + relativedelta(days=3))

    def test_open_appeal_keeps_it_open(self):
        """R-CLM-05: a claim is not closed over an appeal nobody has decided."""
        claim = self._reduced()
        claim.sudo().filed_at = fields.Datetime.now()
        appeal = self.as_user(self.env["aftersales.claim.appeal"], "hotline").create(
            {"claim_id": claim.id, "grounds": "All four leak"}
        )
        with self.assertRaisesRegex(UserError, "appeal"):
            self.as_user(claim, "accountant").action_done()
        self.as_user(appeal, "service_manager").action_take_up()
        self.as_user(claim, "sales_vp").action_reject("One is enough")
        self.as_user(claim, "accountant").action_done()
        self.assertEqual(claim.state, "done")

    # === supply ===#
    def _shipped(self, product=None, **vals):
        claim = self._create_claim(
            [
                {
                    "product_id": (product or self.seal).id,
                    "quantity": 3,
                    "supply": "ship",
                }
            ],
            kind="emergency",
            kind_reason="Stopped",
            **vals,
        )
        self._send(claim)
        return claim

    def _send(self, claim):
        """Approve, and ship what is open then."""
        if claim.state == "draft":
            claim.action_submit()
            self._approve_release(claim)
            claim.sudo().filed_at = fields.Datetime.now()
        picking = claim.picking_ids.filtered(
            lambda item: item.state not in ("done", "cancel")
        )
        picking.move_ids.picked = True
        picking.button_validate()

    def _bring_back(self, picking, quantity):
        wizard = (
            self.env["stock.return.picking"]
            .with_context(active_id=picking.id, active_model="stock.picking")
            .create({"picking_id": picking.id})
        )
        wizard.product_return_moves.quantity = quantity
        back = self.env["stock.picking"].browse(
            wizard.action_create_returns()["res_id"]
        )
        back.move_ids.write({"quantity": quantity, "picked": True})
        back.button_validate()

    def test_late_again_after_a_return(self):
        """R-CLM-06: supplied and come back in part, the supply is late again until it
        is complete once more."""
        today = fields.Date.context_today(self.machine)
        Claim = self.env["aftersales.claim"]
        claim = self._shipped(supply_due_date=today - relativedelta(days=1))
        Claim._cron_supply_lateness()
        self.assertEqual((claim.supplied_at, claim.days_late), (today, 1))
        self._bring_back(claim.picking_ids, 2)
        self.assertEqual(claim.supply_state, "partial")
        now = fields.Datetime.now()
        with freeze_time(now + relativedelta(days=3)):
            Claim._cron_supply_lateness()
            self.assertEqual((claim.supplied_at, claim.days_late), (False, 4))
            if claim.has_supply_gap:
                claim.action_supply_again()
            self._send(claim)
            self.assertEqual(claim.supply_state, "done")
            Claim._cron_supply_lateness()
        with freeze_time(now + relativedelta(days=9)):
            Claim._cron_supply_lateness()
        self.assertEqual(claim.supplied_at, today + relativedelta(days=3))
        self.assertEqual(claim.days_late, 4)

    def test_promised_anew(self):
        """R-CLM-06: taken up again after a reversal, the parts are due as many days
        after the new approval, and not late by the old date."""
        today = fields.Date.context_today(self.as_user(self.machine, "service_manager"))
        claim = self._create_claim(
            [{"product_id": self.seal.id, "quantity": 3, "supply": "ship"}],
            kind="emergency",
            kind_reason="Stopped",
        )
        claim.action_submit()
        self._approve_release(claim)
        self.assertEqual(claim.supply_due_date, today + relativedelta(days=7))
        self.as_user(claim, "accountant").action_reverse("Wrong machine")
        now = fields.Datetime.now()
        with freeze_time(now + relativedelta(days=20)):
            claim.action_draft()
            self.assertFalse(claim.supply_due_date)
            claim.action_submit()
            self._approve_release(claim)
            self.assertEqual(claim.supply_due_date, today + relativedelta(days=27))
            self.env["aftersales.claim"]._cron_supply_lateness()
        self.assertEqual(claim.days_late, 0)

    def test_goods_without_cost_are_gone(self):
        """R-CLM-09: parts at the customer's are not forgotten by cancelling, whether
        they cost anything or not: the claim is reversed."""
        part = self.env["product.product"].create(
            {"name": "Sticker", "is_storable": True, "standard_price": 0}
        )
        self._create_stock(part, 3)
        claim = self._shipped(part)
        self.assertEqual(claim.line_ids.supplied_quantity, 3)
        self.assertFalse(claim.cost_total)
        with self.assertRaisesRegex(UserError, "reverse it instead"):
            self.as_user(claim, "service_manager").action_cancel("Wrong machine")
        self.as_user(claim, "accountant").action_reverse("Wrong machine")
        self.assertEqual(claim.state, "cancelled")
        self.assertEqual(self._quantity(part, self.awaiting), 3)

    # === old parts ===#
    def test_late_part_is_accepted(self):
        """R-CLM-11: accepted after it lapsed, its line is open for decision again; what
        an approver decided meanwhile stays as he decided."""
        order = self._create_order()
        self._fit(order, self.bearing, 1, self.bearing_lot, "BRG-OLD-77")
        self._fit(order, self.seal)
        order._create_part_returns()
        order.action_create_claim()
        claim = order.claim_ids
        claim.write({"kind": "emergency", "kind_reason": "Quarry stands still"})
        self._attach(claim)
        claim.action_submit()
        part = order.part_return_ids
        line = part.claim_line_id
        part.action_lapse()
        self.assertEqual(
            (line.decision, line.is_invalid, line.approved_quantity),
            ("rejected", True, 0),
        )
        self.as_user(part, "quality").action_reinstate()
        self.assertEqual(
            (line.decision, line.is_invalid, line.approved_quantity, line.reason),
            ("pending", False, 1, False),
        )
        # what an approver had decided before or has decided since
        vp = self.as_user(line, "sales_vp")
        vp.write({"decision": "rejected", "reason": "Wear"})
        part.action_lapse()
        self.as_user(part, "quality").action_reinstate()
        self.assertEqual(
            (line.decision, line.reason, line.is_invalid), ("rejected", "Wear", False)
        )
        vp.write({"decision": "pending", "reason": False})
        part.action_lapse()
        vp.reason = "Wear"
        self.as_user(part, "quality").action_reinstate()
        self.assertEqual((line.decision, line.reason), ("rejected", "Wear"))

    def test_reduced_before_the_lapse(self):
        """R-CLM-11: a line reduced before its old part lapsed is reduced again once
        that is accepted; sent back, it is decided anew."""
        order = self._create_order()
        self._create_stock(self.seal, 3)
        self._fit(order, self.seal, 3, old_serial="SEALS")
        order._create_part_returns()
        order.action_create_claim()
        claim = order.claim_ids
        claim.write({"kind": "emergency", "kind_reason": "Quarry stands still"})
        self._attach(claim)
        claim.action_submit()
        part, line = order.part_return_ids, claim.line_ids
        self.as_user(line, "service_manager").write(
            {"decision": "reduced", "approved_quantity": 2, "reason": "Two will do"}
        )
        part.action_lapse()
        self.as_user(part, "quality").action_reinstate()
        self.assertEqual(
            (line.decision, line.approved_quantity, line.reason),
            ("reduced", 2, "Two will do"),
        )
        part.action_lapse()
        claim.action_return("Photos are missing")
        self.assertEqual(line.decision, "rejected")
        self.as_user(part, "quality").action_reinstate()
        self.assertEqual((line.decision, line.approved_quantity), ("pending", 3))
