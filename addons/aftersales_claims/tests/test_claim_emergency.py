# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ClaimsCommon


@tagged("post_install", "-at_install")
class TestClaimEmergency(ClaimsCommon):
    """Emergency path by total, filing afterwards, machine down; R-CLM-04, R-CLM-13."""

    def test_emergency_levels(self):
        """R-CLM-04: up to 5,000 manager, 20,000 vice president, then manager."""
        for quantity, estimated, level, role in (
            (1, 4740, "manager", "service_manager"),
            (1, 4740.01, "sales_vp", "sales_vp"),
            (1, 19740, "sales_vp", "sales_vp"),
            (1, 19740.01, "general_manager", "general_manager"),
        ):
            with self.subTest(estimated=estimated):
                claim = self._create_claim(
                    [(self.seal, quantity)],
                    kind="emergency",
                    kind_reason="Quarry stands still",
                    estimated_cost=estimated,
                    lot_id=self._create_machine(f"E{level}{estimated}").id,
                )
                claim.action_submit()
                self.assertEqual(claim.approval_level, level)
                self.assertEqual(claim.review_ids.reviewer_ids, self.users[role])
                for other in ("service_manager", "sales_vp", "general_manager"):
                    if other != role:
                        with self.assertRaises(UserError):
                            self._approve(claim, other)
                self._approve(claim, role)
                self.assertEqual(claim.state, "approved")
                claim.sudo().filed_at = fields.Datetime.now()

    def test_limits_are_the_companys(self):
        """R-CLM-04: the limits are settings, read when the claim is made."""
        self.company.aftersales_emergency_manager_limit = 100
        claim = self._create_claim(kind="emergency", kind_reason="Down")
        self.assertEqual(claim.approval_level, "sales_vp")

    def test_emergency_registered_and_notified(self):
        """R-CLM-04: sent to the other vice presidents and departments, registered."""
        claim = self._create_claim(kind="emergency", kind_reason="Down")
        claim.action_submit()
        self._approve(claim, "service_manager")
        self.assertTrue(claim.register_number)
        self.assertEqual(claim.released_by_id, self.users["service_manager"])
        self.assertEqual(
            claim.filing_deadline,
            fields.Date.context_today(self.as_user(claim, "service_manager"))
            + relativedelta(days=3),
        )
        # told by a job that starts at once: who releases does not wait for the mails
        job = self.env.ref("aftersales_claims.cron_claim_notice")
        self.assertTrue(
            self.env["ir.cron.trigger"].search([("cron_id", "=", job.id)], limit=1)
        )
        withdrawn = self._create_claim(
            kind="emergency",
            kind_reason="Down",
            lot_id=self._create_machine("WITHDRAWN").id,
        )
        withdrawn.action_submit()
        self._approve(withdrawn, "service_manager")
        withdrawn.action_cancel()
        for _run in range(2):
            with self.enter_registry_test_mode():
                job.method_direct_trigger()
        notice = claim.message_ids.filtered("partner_ids")
        self.assertEqual(len(notice), 1)
        self.assertIn(claim.register_number, notice.body)
        self.assertEqual(notice.author_id, self.users["service_manager"].partner_id)
        for role in ("sales_vp", "quality_vp", "general_manager"):
            self.assertIn(self.users[role].partner_id, notice.notified_partner_ids)
        self.assertNotIn(notice.author_id, notice.partner_ids)
        self.assertFalse(withdrawn.message_ids.partner_ids)

    def test_overdue_filing_blocks_next_release(self):
        """R-CLM-04: overdue papers block the same person's next release."""
        claim = self._create_claim(kind="emergency", kind_reason="Down")
        claim.action_submit()
        self._approve(claim, "service_manager")
        claim.sudo().filing_deadline = fields.Date.today() - relativedelta(days=1)
        self.assertTrue(claim.is_filing_overdue)
        self.assertIn(
            claim,
            self.env["aftersales.claim"].search([("is_filing_overdue", "=", True)]),
        )
        second = self._create_claim(
            [(self.bearing, 0.5)], kind="emergency", kind_reason="Down again"
        )
        second.action_submit()
        with self.assertRaisesRegex(UserError, claim.name):
            self._approve(second, "service_manager")
        self.assertEqual(second.state, "to_approve")
        with self.assertRaisesRegex(UserError, "missing"):
            claim.action_file()
        claim.write(
            {
                "technology_analysis": "a",
                "quality_analysis": "b",
                "proposal": "compensate",
            }
        )
        claim.action_file()
        self.assertFalse(claim.is_filing_overdue)
        self._approve(second, "service_manager")
        self.assertEqual(second.state, "approved")

    def test_overdue_papers_are_chased(self):
        """R-CLM-04: applicant and releaser are asked for overdue papers, once; papers
        in time, filed or of a claim that was cancelled are left alone."""
        late, withdrawn, in_time = (
            self._create_claim(
                kind="emergency",
                kind_reason="Down",
                user_id=self.users["hotline"].id,
                lot_id=self._create_machine(f"FILE-{number}").id,
            )
            for number in range(3)
        )
        for claim in (late, withdrawn, in_time):
            claim.action_submit()
            self._approve(claim, "service_manager")
        yesterday = fields.Date.today() - relativedelta(days=1)
        (late + withdrawn).sudo().filing_deadline = yesterday
        withdrawn.action_cancel("Not needed")
        job = self.env.ref("aftersales_claims.cron_claim_filing")
        for _run in range(2):
            with self.enter_registry_test_mode():
                job.method_direct_trigger()
        asked = late.activity_ids.filtered(
            lambda item: item.summary == "File the papers of the emergency release"
        )
        self.assertEqual(
            sorted(asked.user_id.mapped("login")), ["as_hotline", "as_service_manager"]
        )
        self.assertEqual(len(asked), 2)
        for claim in (withdrawn, in_time):
            self.assertNotIn(asked[:1].summary, claim.activity_ids.mapped("summary"))

    def test_machine_down(self):
        """R-CLM-13: written reason, manager's approval, first in line, papers after."""
        claim = self._create_claim(kind="machine_down", evidence=False)
        self.assertEqual(claim.priority, "2")
        with self.assertRaisesRegex(UserError, "reason"):
            claim.action_submit()
        claim.kind_reason = "Main drive stopped, 3,000 t a day"
        claim.action_submit()
        self._approve(claim, "service_manager")
        self.assertEqual(claim.state, "approved")
        self._write_analysis(claim)
        with self.assertRaisesRegex(UserError, "evidence"):
            claim.action_file()
        self._attach(claim)
        claim.action_file()
        self.assertTrue(claim.filed_at)

    def _write_analysis(self, claim):
        claim.write(
            {
                "technology_analysis": "a",
                "quality_analysis": "b",
                "proposal": "compensate",
            }
        )
