# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ClaimsCommon


@tagged("post_install", "-at_install")
class TestClaim(ClaimsCommon):
    """From evidence to approval; sections R-CLM-01 to R-CLM-05, R-CLM-13."""

    # === evidence and verification ===#
    def test_no_evidence_no_submission(self):
        """R-CLM-01: none attached, it cannot be submitted; the request's counts."""
        claim = self._create_claim(evidence=False)
        with self.assertRaisesRegex(UserError, "evidence"):
            claim.action_submit()
        self.assertEqual(claim.state, "draft")
        request = self._create_request()
        self._attach(request, "letter.pdf")
        claim.request_id = request
        claim.action_submit()
        self.assertEqual(claim.state, "submitted")

    def test_evidence_lines_hold_their_files(self):
        """R-CLM-01: files filed by type on evidence lines count."""
        claim = self._create_claim(evidence=False)
        attachment = self.env["ir.attachment"].create({"name": "fax.pdf", "raw": b"x"})
        claim.evidence_ids = [
            Command.create(
                {"kind": "fax", "attachment_ids": [Command.set(attachment.ids)]}
            )
        ]
        self.assertEqual(claim._get_evidence_attachments(), attachment)
        claim.action_submit()
        self.assertEqual(claim.state, "submitted")

    def test_evidence_stays(self):
        """R-CLM-01: once a claim is handed in its evidence is neither deleted, changed
        nor moved, by the button of the log either; more can be added."""
        claim = self._create_claim([(self.seal, 1)], user_id=self.users["hotline"].id)
        Evidence = self.as_user(self.env["aftersales.claim.evidence"], "hotline")
        Attachment = self.as_user(self.env["ir.attachment"], "hotline")
        paper = {"res_model": claim._name, "res_id": claim.id, "raw": b"x"}
        letter = Attachment.create({**paper, "name": "letter.pdf"})
        draft = Attachment.create({**paper, "name": "wrong.pdf"})
        evidence = Evidence.create({"claim_id": claim.id, "kind": "letter"})
        photo = Attachment.create(
            {"name": "a.png", "raw": b"y", "res_model": evidence._name}
        )
        evidence.attachment_ids = photo
        self.assertEqual(photo.res_id, evidence.id)
        draft.unlink()
        self.as_user(claim, "hotline").action_submit()
        for number, attempt in enumerate(
            (
                lambda: letter.unlink(),
                lambda: photo.unlink(),
                lambda: letter.write({"raw": b"another"}),
                lambda: letter.write({"res_id": claim.id + 1}),
                lambda: letter.sudo()._delete_and_notify(),
                lambda: evidence.unlink(),
                lambda: evidence.write({"attachment_ids": [Command.clear()]}),
                lambda: evidence.write({"kind": "other"}),
            )
        ):
            with (
                self.subTest(number=number),
                self.assertRaisesRegex(UserError, "was handed in"),
                self.env.cr.savepoint(),
            ):
                attempt()
        self.env.invalidate_all()
        self.assertEqual((letter.raw, evidence.attachment_ids), (b"x", photo))
        more = Attachment.create({"name": "b.png", "raw": b"z"})
        evidence.write({"attachment_ids": [Command.link(more.id)], "name": "Both"})
        self.assertEqual(evidence.attachment_ids, photo + more)
        # an administrator removes what does not belong there
        letter.with_env(self.env).unlink()
        # sent back it is the applicant's to put in order
        self.as_user(claim, "service_manager").action_return("Unreadable")
        photo.unlink()
        evidence.unlink()
        self.assertTrue(claim.exists())

    def test_empty_claim_is_refused(self):
        """R-CLM-01: nothing claimed."""
        claim = self._create_claim(lines=[])
        with self.assertRaisesRegex(UserError, "at least one part"):
            claim.action_submit()

    def test_verification_needs_both_analyses_and_a_proposal(self):
        """R-CLM-02: analysis by technology and quality, proposal."""
        claim = self._create_claim()
        claim.action_submit()
        with self.assertRaisesRegex(UserError, "Technology Analysis"):
            claim.action_verify()
        claim.technology_analysis = "Undersized"
        with self.assertRaisesRegex(UserError, "Quality Analysis"):
            claim.action_verify()
        self._verify(claim)
        self.assertEqual(claim.state, "to_approve")
        self.assertEqual(claim.verified_by_id, self.env.user)

    def test_zero_and_negative_quantity(self):
        """R-CLM-01: quantities are positive, in the database too."""
        for quantity in (0, -1):
            with (
                self.assertRaises(IntegrityError),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                self._create_claim([(self.seal, quantity)])

    def test_negative_figures(self):
        """R-CLM-08: neither estimate, hours nor kilometres of a claim are negative."""
        claim = self._create_claim()
        for name in ("estimated_cost", "station_hours", "station_distance"):
            with self.subTest(name=name), mute_logger("odoo.sql_db"):
                with self.assertRaises(IntegrityError):
                    claim[name] = -1
                    claim.flush_recordset()

    def test_what_was_decided_is_not_written(self):
        """R-CLM-04, R-CLM-05: the amount approved, who verified, released and filed,
        and the totals of lines follow from the buttons and the lines."""
        claim = self._create_claim()
        now = fields.Datetime.now()
        for role in ("hotline", "service_manager", "quality"):
            mine = self.as_user(claim, role)
            for vals in (
                {"amount_approved": 1000000},
                {"approved_at": now},
                {"verified_by_id": self.users["quality"].id},
                {"released_by_id": self.users["sales_vp"].id},
                {"register_number": "E-1"},
                {"filed_at": now},
                {"supplied_at": fields.Date.today()},
            ):
                with self.subTest(role=role, vals=vals):
                    with self.assertRaises(AccessError):
                        mine.write(vals)
        line = self.as_user(claim.line_ids[:1], "service_manager")
        for vals in ({"amount": 1}, {"approved_amount": 9999}):
            with self.assertRaises(AccessError):
                line.write(vals)
            with self.assertRaises(AccessError):
                line.create({"claim_id": claim.id, "product_id": self.seal.id, **vals})

    def test_machine_of_the_order(self):
        """R-CLM-01: a claim is about its order's machine, its parts are parts."""
        order = self._create_order()
        other = self._create_machine("PE600-2024-002")
        with self.assertRaises(ValidationError):
            self._create_claim(order_id=order.id, lot_id=other.id)
        with self.assertRaises(ValidationError):
            self._create_claim([(self.machine_product, 1)])
        with self.assertRaises(ValidationError):
            self._create_claim(
                [{"product_id": self.seal.id, "lot_id": self.bearing_lot.id}]
            )
        foreign = self._fit(self._create_order(), self.seal)
        with self.assertRaises(ValidationError):
            self._create_claim(
                [{"product_id": self.seal.id, "order_part_id": foreign.id}],
                order_id=order.id,
            )

    def test_claim_of_an_order(self):
        """R-CLM-08: lines from the parts fitted, serials, cost of the valuation."""
        claim = self._create_order_claim()
        self.assertEqual(claim.lot_id, self.machine)
        bearing = claim.line_ids.filtered(lambda line: line.lot_id)
        self.assertEqual(bearing.old_lot_name, "BRG-OLD-77")
        self.assertEqual(bearing.unit_cost, 6200)
        self.assertEqual(claim.amount_total, 6460)
        self.assertEqual(set(claim.line_ids.mapped("supply")), {"fitted"})
        with self.assertRaisesRegex(UserError, "not claimed"):
            claim.order_id.action_create_claim()

    # === normal path ===#
    def test_normal_path(self):
        """R-CLM-03: sales vice president, then general manager, logged."""
        claim = self._create_claim()
        self._verify(claim)
        self.assertEqual(claim.approval_level, "normal")
        with self.assertRaises(UserError):
            self._approve(claim, "general_manager")
        self._approve(claim, "sales_vp", comment="Good customer")
        self.assertEqual(claim.state, "to_approve")
        self._approve(claim, "general_manager")
        self.assertEqual(claim.state, "approved")
        self.assertEqual(claim.amount_approved, 260)
        self.assertEqual(claim.line_ids.decision, "approved")
        log = claim.version_ids.sorted("id")
        self.assertEqual(
            log.mapped("event"), ["submitted", "verified", "accepted", "approved"]
        )
        self.assertEqual(log.mapped("number"), [1, 2, 3, 4])
        self.assertEqual(log[2].user_id, self.users["sales_vp"])
        self.assertEqual(log[2].comment, "Good customer")
        self.assertIn("SEAL-600", log[0].content)

    def test_verified_one_after_another(self):
        """R-CLM-03: several claims verified in one transaction are all put before
        their approvers, also those looked at before."""
        claims = self.env["aftersales.claim"].union(
            *(
                self._create_claim(lot_id=self._create_machine(f"ROW-{number}").id)
                for number in range(3)
            )
        )
        claims.action_submit()
        claims.write(
            {
                "technology_analysis": "Cage broke",
                "quality_analysis": "Heat treatment",
                "proposal": "compensate",
            }
        )
        self.assertFalse(claims.filtered("need_validation"))
        for claim in claims:
            self.as_user(claim, "service_manager").action_verify()
            self.assertEqual(len(claim.review_ids), 2)
        self.assertEqual(set(claims.mapped("state")), {"to_approve"})

    def test_validate_tier_button_of_the_tiers(self):
        """R-CLM-03: the tiers' own button decides as well."""
        claim = self._create_claim()
        self._verify(claim)
        self.as_user(claim, "sales_vp").validate_tier()
        self.as_user(claim, "general_manager").validate_tier()
        self.assertEqual(claim.state, "approved")

    def test_reduce_and_reject_lines(self):
        """R-CLM-03: approvers decide per line, with a reason."""
        claim = self._create_claim([(self.seal, 4), (self.bearing, 1)])
        self._verify(claim)
        seal, bearing = (
            self.as_user(line, "sales_vp") for line in claim.line_ids.sorted("id")
        )
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            bearing.decision = "rejected"
        bearing.write({"decision": "rejected", "reason": "Wear"})
        seal.write({"decision": "reduced", "approved_quantity": 3, "reason": "Own use"})
        with self.assertRaises(AccessError):
            seal.quantity = 2
        self.assertEqual(claim.amount_total, 780)
        self.assertEqual(claim.amount_requested, 7240)
        self._approve(claim, "sales_vp", "general_manager")
        self.assertEqual(claim.amount_approved, 780)
        self.assertEqual(claim.line_ids.mapped("decision"), ["reduced", "rejected"])
        # told in words, not in keys, and in those of who reads it
        version = claim.version_ids.sorted("id")[-1]
        for decision in ("Reduced", "Rejected"):
            self.assertIn(f">{decision}</span>", version.content)
        self.env["res.lang"]._activate_lang("zh_CN")
        chinese = version.with_context(lang="zh_CN")
        labels = dict(
            seal._fields["decision"]._description_selection(chinese.env),
        )
        self.assertNotEqual(labels["reduced"], "Reduced")
        self.assertIn(f">{labels['reduced']}</span>", chinese.content)
        # what it said stays, whatever becomes of the claim
        before = version.content
        self.seal.name = "Renamed"
        version.invalidate_recordset()
        self.assertEqual(version.content, before)

    def test_every_line_rejected(self):
        """R-CLM-03: a claim with nothing left is rejected, not approved."""
        claim = self._create_claim(kind="emergency", kind_reason="Down")
        claim.action_submit()
        self.as_user(claim.line_ids, "service_manager").write(
            {"decision": "rejected", "reason": "Wear"}
        )
        with self.assertRaisesRegex(UserError, "reject the claim"):
            self._approve(claim, "service_manager")
        self.as_user(claim, "service_manager").action_reject("Wear")
        self.assertEqual(claim.state, "rejected")

    def test_return_and_submit_again(self):
        """R-CLM-05: returned with a comment; both versions stay readable."""
        claim = self._create_claim([(self.seal, 4)])
        self._verify(claim)
        with self.assertRaisesRegex(UserError, "comment"):
            self.as_user(claim, "sales_vp").action_return()
        self.as_user(claim, "sales_vp").action_return("Too many")
        self.assertEqual(claim.state, "draft")
        self.assertFalse(claim.review_ids)
        claim.line_ids.quantity = 2
        self._verify(claim)
        amounts = claim.version_ids.sorted("id").mapped("amount")
        self.assertEqual(amounts[:3], [1040, 1040, 1040])
        self.assertEqual(amounts[-1], 520)

    def test_rejected_then_appealed(self):
        """R-CLM-05: a rejection needs a comment; an appeal opens it again."""
        claim = self._create_claim()
        self._verify(claim)
        with self.assertRaises(UserError):
            self.as_user(claim, "sales_vp").action_reject()
        self.as_user(claim, "sales_vp").action_reject("No warranty")
        self.assertEqual(claim.state, "rejected")
        with self.assertRaises(UserError):
            self._approve(claim, "general_manager")
        claim.action_draft()
        self._verify(claim)
        self._approve(claim, "sales_vp", "general_manager")
        self.assertEqual(claim.state, "approved")

    def test_goodwill(self):
        """R-CLM-03: goodwill is the service manager's to apply for, with a reason."""
        claim = self._create_claim(kind="goodwill")
        with self.assertRaisesRegex(UserError, "reason"):
            claim.action_submit()
        claim.kind_reason = "Key customer, two months over"
        with self.assertRaisesRegex(UserError, "service manager"):
            self.as_user(claim, "hotline").action_submit()
        self._verify(claim)
        self.assertEqual(claim.approval_level, "normal")
        self._approve(claim, "sales_vp", "general_manager")
        self._add_cost(claim, "shipping", 80)
        self.as_user(claim, "accountant").action_post_costs()
        self.assertEqual(self._balance(self.warranty_expense_account), 80)

    # === emergency path ===#
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

    # === nobody his own, raised amounts, substitutes ===#
    def test_nobody_approves_his_own(self):
        """R-CLM-05: the manager's own claim goes to the next one up."""
        self.env.user.group_ids -= self.env.ref("aftersales_service.group_manager")
        Claim = self.as_user(self.env["aftersales.claim"], "service_manager")
        claim = Claim.create(
            {
                "partner_id": self.customer.id,
                "lot_id": self.machine.id,
                "kind": "emergency",
                "kind_reason": "Down",
                "line_ids": [
                    Command.create({"product_id": self.seal.id, "supply": "none"})
                ],
            }
        )
        self._attach(claim)
        claim.action_submit()
        self.assertEqual(claim.sudo().review_ids.reviewer_ids, self.users["sales_vp"])
        with self.assertRaisesRegex(UserError, "his own"):
            claim.action_approve()
        with self.assertRaises(UserError):
            claim.validate_tier()
        self.assertEqual(claim.state, "to_approve")
        with self.assertRaises(AccessError):
            claim.review_ids.write({"status": "approved"})
        self._approve(claim, "sales_vp")
        self.assertEqual(claim.state, "approved")

    def test_state_is_not_written(self):
        """R-CLM-05: no way round the approvers by writing the state."""
        claim = self._create_claim()
        with self.assertRaises(AccessError):
            claim.state = "approved"
        with self.assertRaises(AccessError):
            self._create_claim(state="approved")

    def test_raised_amount_is_approved_again(self):
        """R-CLM-05: a higher amount re-enters approval, a lower one does not."""
        claim = self._create_claim([(self.seal, 2)])
        self._verify(claim)
        self._approve(claim, "sales_vp", "general_manager")
        claim.line_ids.quantity = 1
        self.assertEqual(claim.state, "approved")
        claim.line_ids.quantity = 3
        self.assertEqual(claim.state, "to_approve")
        self.assertIn("raised", claim.version_ids.mapped("event"))
        self.assertEqual(len(claim.review_ids), 2)
        self._approve(claim, "sales_vp", "general_manager")
        self.assertEqual(claim.amount_approved, 780)
        claim.line_ids = [
            Command.create({"product_id": self.bearing.id, "supply": "none"})
        ]
        self.assertEqual(claim.state, "to_approve")

    def test_approved_claim_is_fixed(self):
        """R-CLM-05: what the approvers saw stays; a higher estimate asks them again."""
        claim = self._create_claim(kind="emergency", kind_reason="Down")
        claim.action_submit()
        self._approve(claim, "service_manager")
        with self.assertRaises(UserError):
            claim.kind = "goodwill"
        with self.assertRaises(UserError):
            claim.user_id = self.users["hotline"]
        claim.estimated_cost = 5000
        self.assertEqual(claim.state, "to_approve")
        self.assertEqual(claim.approval_level, "sales_vp")

    def test_substitute_decides(self):
        """R-CLM-05: while someone is away his substitute decides, and is logged."""
        claim = self._create_claim()
        self._verify(claim)
        Substitution = self.as_user(self.env["aftersales.substitution"], "sales_vp")
        today = fields.Date.today()
        substitution = Substitution.create(
            {
                "user_id": self.users["sales_vp"].id,
                "substitute_id": self.users["quality_vp"].id,
                "date_from": today - relativedelta(days=1),
                "date_to": today + relativedelta(days=5),
            }
        )
        self.assertIn(self.users["quality_vp"], claim.reviewer_ids)
        self._approve(claim, "quality_vp", comment="In his place")
        log = claim.version_ids.filtered(lambda v: v.event == "accepted")
        self.assertEqual(log.on_behalf_of_id, self.users["sales_vp"])
        with self.assertRaises(AccessError):
            self.as_user(substitution, "general_manager").unlink()
        with self.assertRaises(ValidationError):
            Substitution.create(
                {
                    "user_id": self.users["sales_vp"].id,
                    "substitute_id": self.users["employee"].id,
                    "date_to": today + relativedelta(days=9),
                }
            )

    def test_substitution_over(self):
        """R-CLM-05: the substitute decides in the days given only."""
        claim = self._create_claim()
        self._verify(claim)
        today = fields.Date.today()
        self.as_user(self.env["aftersales.substitution"], "sales_vp").create(
            {
                "substitute_id": self.users["quality_vp"].id,
                "date_from": today + relativedelta(days=2),
                "date_to": today + relativedelta(days=5),
            }
        )
        self.assertNotIn(self.users["quality_vp"], claim.reviewer_ids)
        with self.assertRaises(UserError):
            self._approve(claim, "quality_vp")

    def test_substitution_begins_and_ends_by_itself(self):
        """R-CLM-05: on its first day the substitute may decide on what waits already,
        after its last one no more."""
        claim = self._create_claim()
        self._verify(claim)
        substitute = self.users["quality_vp"]
        today = fields.Date.context_today(self.env.user)
        substitution = self.as_user(
            self.env["aftersales.substitution"], "sales_vp"
        ).create(
            {
                "substitute_id": substitute.id,
                "date_from": today + relativedelta(days=2),
                "date_to": today + relativedelta(days=5),
            }
        )
        job = self.env.ref("aftersales_claims.cron_substitution_refresh")
        for days, decides in ((1, False), (2, True), (5, True), (6, False)):
            with freeze_time(fields.Datetime.now() + relativedelta(days=days)):
                with self.enter_registry_test_mode():
                    job.method_direct_trigger()
                claim.invalidate_recordset()
                self.assertEqual(substitute in claim.reviewer_ids, decides, days)
        self.assertTrue(substitution.exists())

    def test_second_approver_does_nothing_twice(self):
        """R-CLM-03: approving what is decided already changes nothing."""
        claim = self._create_claim(kind="emergency", kind_reason="Down")
        claim.action_submit()
        self._approve(claim, "service_manager")
        versions = len(claim.version_ids)
        self.as_user(claim, "service_manager")._validate_tier(claim.review_ids)
        self.assertEqual(len(claim.version_ids), versions)
        with self.assertRaisesRegex(UserError, "Approved"):
            self._approve(claim, "service_manager")

    def test_cancelled_claim_is_not_approved(self):
        """R-CLM-05: approving a cancelled claim is refused."""
        claim = self._create_claim(kind="emergency", kind_reason="Down")
        claim.action_submit()
        claim.action_cancel("Customer withdrew")
        self.env.flush_all()
        versions, total = len(claim.version_ids), self._balance()
        with self.assertRaisesRegex(UserError, "Cancelled"):
            self._approve(claim, "service_manager")
        self.assertEqual(claim.state, "cancelled")
        self.assertEqual(len(claim.version_ids), versions)
        self.assertFalse(claim.picking_ids)
        self.assertEqual(self._balance(), total)

    # === roles and speed ===#
    def test_roles(self):
        """R-CLM-05: who reads, writes and decides what."""
        claim = self._create_order_claim()
        self.assertTrue(self.as_user(claim, "technician").has_access("read"))
        self.assertFalse(self.as_user(claim, "technician2").has_access("read"))
        self.assertTrue(self.as_user(claim, "hotline").has_access("write"))
        self.assertTrue(self.as_user(claim, "storekeeper").has_access("read"))
        self.assertFalse(self.as_user(claim, "storekeeper").has_access("write"))
        self.assertFalse(self.as_user(claim, "employee").has_access("read"))
        self.assertFalse(self.as_user(claim, "hr").has_access("read"))
        self.assertTrue(self.as_user(claim, "accountant").read(["amount_total"]))
        for role in ("technician", "hotline", "storekeeper"):
            with self.assertRaises(AccessError):
                self.as_user(claim, role).read(["amount_total"])
            with self.assertRaises(AccessError):
                self.as_user(claim.line_ids, role).read(["unit_cost"])
        with self.assertRaises(AccessError):
            self.as_user(claim, "hotline").action_verify()
        with self.assertRaises(AccessError):
            self.as_user(claim, "service_manager").action_post_costs()
        for role in ("hotline", "technician", "storekeeper"):
            with self.assertRaises(AccessError):
                self.as_user(self.env["aftersales.claim.cost"], role).search([])
        with self.assertRaises(AccessError):
            self.as_user(claim.version_ids, "service_manager").browse().create(
                {"claim_id": claim.id, "event": "approved"}
            )

    def test_technician_writes_his_own_claim(self):
        """R-CLM-01: service staff draft and submit the claims of their orders."""
        order = self._create_order()
        self._fit(order, self.seal)
        self.as_user(order, "technician").action_create_claim()
        claim = self.as_user(order.claim_ids, "technician")
        self._attach(claim)
        claim.action_submit()
        self.assertEqual(claim.state, "submitted")
        self.assertEqual(claim.sudo().amount_total, 260)
        with self.assertRaises(AccessError):
            claim.line_ids.quantity = 5

    def test_companies_are_apart(self):
        """R-CLM-05: a claim of one company is not seen from another."""
        claim = self._create_claim()
        other = self.env["res.company"].create({"name": "Other maker"})
        self.assertTrue(other.aftersales_awaiting_location_id)
        self.users["sales_vp"].write(
            {"company_ids": [Command.link(other.id)], "company_id": other.id}
        )
        self.assertFalse(
            self.as_user(self.env["aftersales.claim"], "sales_vp")
            .with_company(other)
            .with_context(allowed_company_ids=other.ids)
            .search([("id", "=", claim.id)])
        )

    def test_list_reads_in_constant_queries(self):
        """R-CLM-03: the approval list costs the same for 10 and for 100 claims."""
        claims = self.env["aftersales.claim"].create(
            [
                {
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "line_ids": [
                        Command.create({"product_id": self.seal.id, "supply": "none"})
                    ],
                }
                for _index in range(100)
            ]
        )
        view = self.env["aftersales.claim"].get_view(view_type="list")
        names = view["models"]["aftersales.claim"]
        spec = {name: {} for name in names}
        self.assertNoQueryGrowth(
            lambda some: self.env["aftersales.claim"].web_search_read(
                [("id", "in", some.ids)], spec
            ),
            claims[:10],
            claims,
        )
