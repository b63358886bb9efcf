# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re

from odoo import Command
from odoo.tests import tagged

from .common_approval import ApprovalPageCommon


@tagged("post_install", "-at_install")
class TestClaimApprovalPage(ApprovalPageCommon):
    """The approver corrects the estimate on the page of his mailed link (R-CLM-05)."""

    def _apply(self, cost=300, **vals):
        claim = self._create_claim(
            kind="emergency",
            kind_reason="Down",
            estimated_cost=cost,
            user_id=self.users["hotline"].id,
            **vals,
        )
        self.as_user(claim, "hotline").action_submit()
        return claim

    def _get_typed(self, page):
        """What the field of the estimate holds; None without one."""
        found = re.search(r'<input[^>]*name="estimated_cost"[^>]*>', page)
        return found and re.search(r'value="([^"]*)"', found.group()).group(1)

    def test_correct(self):
        """R-CLM-05: the page shows the estimate in a field; corrected there it is
        approved, logged, and asks nobody again."""
        claim = self._apply()
        link = self._get_link("service_manager")
        self._login("service_manager")
        page = self.url_open(link).text
        self.assertEqual(self._get_typed(page), "300.00")
        self.assertIn('inputmode="decimal"', page)
        page = self._decide(
            link, "approve", "By express", estimated_cost=" １,９００．50 "
        )
        self.assertIn("Approved. Thank you.", page)
        self.assertIsNone(self._get_typed(page))
        self.assertEqual(
            (claim.state, claim.estimated_cost, claim.other_cost_approved),
            ("approved", 1900.5, 1900.5),
        )
        version = claim.version_ids.filtered(lambda v: v.event == "estimated")
        self.assertEqual(
            (version.user_id, version.comment, version.via_link),
            (self.users["service_manager"], "By express", True),
        )
        # the button pressed twice decides once
        self._decide(link, "approve", estimated_cost="9")
        self.assertEqual(claim.estimated_cost, 1900.5)
        self.assertIn("decided already", self.url_open(link).text)

    def test_as_shown(self):
        """R-CLM-05: approved as it is shown, nothing is corrected; rejected, what
        stands in the field does not count."""
        claim = self._apply()
        self._login("service_manager")
        link = self._get_link("service_manager")
        page = self._decide(link, "reject", "Wear", estimated_cost="77")
        self.assertIn("Rejected.", page)
        self.assertEqual((claim.state, claim.estimated_cost), ("rejected", 300))
        other = self._apply()
        link = self._get_link("service_manager")
        page = self._decide(link, "approve", estimated_cost="300.00")
        self.assertIn("Approved. Thank you.", page)
        self.assertEqual(other.state, "approved")
        for claims in (claim, other):
            self.assertNotIn("estimated", claims.version_ids.mapped("event"))

    def test_above_the_limit(self):
        """R-CLM-04, R-CLM-05: with more than the approver may release the claim goes
        on to whoever may, and the page says so; his link is used up."""
        claim = self._apply()
        self._login("service_manager")
        link = self._get_link("service_manager")
        page = self._decide(link, "approve", estimated_cost="5000")
        self.assertIn("Sales Vice President has been asked", page)
        self.assertIn(claim.name, page)
        self.assertNotIn("Approved. Thank you.", page)
        self.assertNotIn('value="approve"', page)
        self.assertEqual((claim.state, claim.amount_approved), ("to_approve", 0))
        self.assertEqual(claim.review_ids.reviewer_ids, self.users["sales_vp"])
        self.assertIn("went on", self.url_open(link).text)
        self._decide(link, "approve", estimated_cost="1")
        self.assertEqual((claim.state, claim.estimated_cost), ("to_approve", 5000))
        self._login("sales_vp")
        link = self._get_link("sales_vp")
        self.assertEqual(self._get_typed(self.url_open(link).text), "5000.00")
        self._decide(link, "approve", estimated_cost="4000")
        self.assertEqual((claim.state, claim.amount_approved), ("approved", 4260))

    def test_bad_figures(self):
        """R-CLM-05: what is no amount is refused in clear words, nothing is decided,
        and what was typed stays on the page."""
        claim = self._apply()
        self._login("service_manager")
        link = self._get_link("service_manager")
        for typed in ("", "-1", "abc", "1,5", "1e5", "nan", "9" * 12, "<b>", "\x00"):
            with self.subTest(typed=typed):
                page = self._decide(link, "approve", "Mine", estimated_cost=typed)
                self.assertIn("Expected Other Costs: enter an amount", page)
                self.assertIn(">Mine</textarea>", page)
                self.assertNotIn("<b>", page)
        self.assertEqual(self._get_typed(page), "")
        # a file under the name of the figure
        data = {"csrf_token": self._get_token(page), "decision": "approve"}
        page = self.url_open(
            f"{link}/decide",
            data=data,
            files={"estimated_cost": ("a.txt", b"1", "text/plain")},
        ).text
        self.assertIn("enter an amount", page)
        # and no token, no decision
        del data["csrf_token"]
        answer = self.url_open(f"{link}/decide", data={**data, "estimated_cost": "1"})
        self.assertEqual(answer.status_code, 400)
        self.assertEqual((claim.state, claim.estimated_cost), ("to_approve", 300))
        self.assertEqual(claim.version_ids.mapped("event"), ["submitted"])

    def test_without_costs(self):
        """R-CLM-05: an approver who sees no costs corrects none, whatever he posts."""
        costs = self.env.ref("aftersales_service.group_costs")
        claim = self._apply()
        clerk = self.users["dispatcher"]
        self.assertNotIn(costs, clerk.all_group_ids)
        self.env["aftersales.substitution"].create(
            {
                "user_id": self.users["service_manager"].id,
                "substitute_id": clerk.id,
                "date_to": "2099-12-31",
            }
        )
        self.assertIn(clerk, claim.reviewer_ids)
        self._login("dispatcher")
        link = self._get_link("dispatcher")
        page = self.url_open(link).text
        self.assertIsNone(self._get_typed(page))
        self.assertNotIn("300.00", page)
        self._decide(link, "approve", estimated_cost="9")
        self.assertEqual((claim.state, claim.estimated_cost), ("approved", 300))

    def test_changed_meanwhile(self):
        """R-CLM-05: two of one tier have their links; whoever comes second decides
        nothing, nor does his figure count."""
        self.env.ref("aftersales_service.group_manager").user_ids = [
            Command.link(self.users["quality_vp"].id)
        ]
        claim = self._apply()
        links = {
            role: self._get_link(role) for role in ("service_manager", "quality_vp")
        }
        self._login("quality_vp")
        page = self.url_open(links["quality_vp"]).text
        self.assertEqual(self._get_typed(page), "300.00")
        self.as_user(claim, "service_manager").action_approve("Mine", 200)
        answer = self.url_open(
            f"{links['quality_vp']}/decide",
            data={
                "csrf_token": self._get_token(page),
                "decision": "approve",
                "estimated_cost": "900",
            },
        ).text
        self.assertIn("decided already", answer)
        self.assertEqual(claim.estimated_cost, 200)
