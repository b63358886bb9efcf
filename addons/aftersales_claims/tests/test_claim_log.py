# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo.tests import tagged
from odoo.tools import format_date

from .common import ClaimsCommon


@tagged("post_install", "-at_install")
class TestClaimLog(ClaimsCommon):
    """What is kept of a claim's way: versions and log (R-CLM-05)."""

    def test_versions_keep_the_whole_claim(self):
        """R-CLM-05: a version tells customer, machine, dates, kind, expected costs and
        files as they were, also after the claim was sent back and changed."""
        claim = self._create_claim(estimated_cost=1200)
        file = claim._get_evidence_attachments()
        claim.action_submit()
        self.as_user(claim, "service_manager").action_return("Wrong customer")
        other = self.env["res.partner"].create({"name": "North Quarry"})
        earlier = claim.failure_date - relativedelta(days=40)
        claim.write(
            {
                "kind": "emergency",
                "kind_reason": "Line down",
                "partner_id": other.id,
                "lot_id": self._create_machine("M-OTHER").id,
                "failure_date": earlier,
                "estimated_cost": 0,
            }
        )
        name = file.name
        file.unlink()
        self._attach(claim, "letter.pdf")
        claim.action_submit()
        first, last = (
            claim.version_ids.filtered(lambda v: v.event == "submitted")
            .sorted("id")
            .mapped("content")
        )
        told = (self.customer.name, self.machine.name, name, "1,200.00", "Normal")
        for text in told:
            self.assertIn(text, first)
            self.assertNotIn(text, last)
        for text in ("North Quarry", "M-OTHER", "letter.pdf", "Emergency", "Line down"):
            self.assertIn(text, last)
            self.assertNotIn(text, first)
        self.assertIn(format_date(self.env, earlier), last)
        self.assertNotIn(format_date(self.env, earlier), first)

    def test_log_of_decisions(self):
        """R-CLM-05: the log tells each change of state and who brought it about in
        one message, in the words of the record of versions, and what changes no state
        in a message of its own."""
        claim = self._create_claim().with_context(
            tracking_disable=False, mail_notrack=False
        )

        own = self.env.user.partner_id
        manager, approver = (
            self.users[role].partner_id for role in ("service_manager", "sales_vp")
        )

        def log(step):
            """Messages that ``step``, a transaction of its own, adds to the log."""
            before = claim.message_ids
            step()
            self.env.cr.flush()
            return [
                (
                    message.author_id,
                    str(message.body),
                    [
                        (value.old_value_char, value.new_value_char)
                        for value in message.sudo().tracking_value_ids
                        if value.field_id.name == "state"
                    ],
                )
                for message in claim.message_ids - before
            ]

        # in the transaction that creates a claim no change is tracked
        self.assertEqual(log(claim.action_submit), [(own, "<p>Submitted</p>", [])])
        self.env.cr.execute(
            "UPDATE aftersales_claim SET create_date = create_date - interval '1 hour'"
            " WHERE id = %s",
            claim.ids,
        )
        claim.invalidate_recordset(["create_date"])
        returning = self.as_user(claim, "service_manager")
        self.assertEqual(
            log(lambda: returning.action_return("Photo?")),
            [(manager, "<p>Returned: Photo?</p>", [("Submitted", "Draft")])],
        )
        self.assertEqual(
            log(claim.action_submit),
            [(own, "<p>Submitted</p>", [("Draft", "Submitted")])],
        )
        self.assertEqual(
            log(lambda: self._verify(claim)),
            [(own, "<p>Verified</p>", [("Submitted", "To Approve")])],
        )
        self.assertEqual(
            log(lambda: self._approve(claim, "sales_vp", comment="Good customer")),
            [(approver, "<p>Accepted by One Approver: Good customer</p>", [])],
        )
