# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import ClaimsCommon


@tagged("post_install", "-at_install")
class TestClaimCostsApproval(ClaimsCommon):
    """Freight, labour and travel above what was approved."""

    def _approved(self, **vals):
        claim = self._create_claim(kind="emergency", kind_reason="Down", **vals)
        claim.action_submit()
        self._approve(claim, claim.approval_level.replace("manager", "service_manager"))
        return claim

    def test_within_the_tolerance(self):
        """R-CLM-05: up to the larger of percent and amount nobody is asked."""
        claim = self._approved(estimated_cost=100)
        self._add_cost(claim, "travel", 600)
        self.assertFalse(claim.has_cost_excess)
        self.as_user(claim, "accountant").action_post_costs()
        # what is in the books counts
        self._add_cost(claim, "travel", 0.01)
        self.assertTrue(claim.has_cost_excess)
        self.company.aftersales_cost_tolerance_percent = 200
        self.assertFalse(claim.has_cost_excess)

    def test_asked_and_approved(self):
        """R-CLM-05: the excess is posted only after the approvers have agreed."""
        claim = self._approved()
        self._add_cost(claim, "travel", 3000)
        accountant = self.as_user(claim, "accountant")
        before = self._balance()
        with self.assertRaisesRegex(UserError, "3,000"):
            accountant.action_post_costs()
        self.assertEqual(self._balance(), before)
        with self.assertRaises(UserError):
            accountant.action_ask_costs()
        accountant.action_ask_costs("Mountain road")
        self.assertEqual(claim.state, "to_approve")
        self.assertEqual(claim.amount_total, 3260)
        version = claim.version_ids.filtered(lambda v: v.event == "raised")
        self.assertEqual(version.comment, "Mountain road")
        with self.assertRaises(UserError):
            accountant.action_post_costs()
        self._approve(claim, "service_manager")
        self.assertEqual(claim.other_cost_approved, 3000)
        accountant.action_post_costs()
        self.assertEqual(claim.cost_posted, 3000)

    def test_refused(self):
        """R-CLM-05: refused, the claim is approved as before; nothing is posted."""
        claim = self._approved(estimated_cost=200)
        cost = self._add_cost(claim, "travel", 3000)
        accountant = self.as_user(claim, "accountant")
        accountant.action_ask_costs("Mountain road")
        self.as_user(claim, "service_manager").action_reject("Too dear")
        self.assertEqual(claim.state, "approved")
        self.assertEqual((claim.estimated_cost, claim.amount_approved), (200, 460))
        self.assertTrue(claim.has_cost_excess)
        self.assertEqual(claim.activity_ids.user_id, self.users["accountant"])
        with self.assertRaises(UserError):
            accountant.action_post_costs()
        self.as_user(cost, "accountant").amount = 700
        self.assertFalse(claim.activity_ids)
        accountant.action_post_costs()

    def test_who_asks(self):
        """R-CLM-05: accountant, manager and applicant ask; figures stay hidden."""
        claim = self._approved(user_id=self.users["technician"].id)
        self._add_cost(claim, "travel", 3000)
        mine = self.as_user(claim, "technician")
        self.assertTrue(Form(mine).can_ask_costs)
        self.assertNotIn("3,000", mine.on_hold_reason)
        with self.assertRaises(AccessError):
            mine.read(["other_cost"])
        with self.assertRaises(AccessError):
            self.as_user(claim, "quality").action_ask_costs("No")
        mine.action_ask_costs("Mountain road")
        self.assertEqual(claim.state, "to_approve")
