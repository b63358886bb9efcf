# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ClaimsCommon


@tagged("post_install", "-at_install")
class TestClaim(ClaimsCommon):
    """From evidence to approval on the normal path; R-CLM-01 to R-CLM-03."""

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

    def test_photo_needs_its_report(self):
        """R-CLM-01: photos are evidence with a damage report, written or filed; the
        customer's letter is by itself, and a transport record is neither."""
        other = {"kind": "other", "name": "Note"}
        photo = {"kind": "photo"}
        for damage, loose, filed, is_enough in (
            (False, True, (), False),
            (" ", False, (photo,), False),
            (False, False, (photo, {"kind": "transport"}), False),
            ("Cage broken", False, (), False),
            ("Cage broken", False, ({"kind": "transport"}, other), False),
            ("Cage broken", True, (), True),
            ("Cage broken", False, (photo,), True),
            (False, False, (photo, {"kind": "report"}), True),
            (False, False, ({"kind": "letter"},), True),
            (False, False, ({"kind": "email"},), True),
        ):
            with (
                self.subTest(damage=damage, loose=loose, filed=filed),
                self.env.cr.savepoint() as savepoint,
            ):
                claim = self._create_claim(evidence=loose, damage=damage)
                self.env["aftersales.claim.evidence"].create(
                    [
                        {
                            "claim_id": claim.id,
                            "attachment_ids": [
                                Command.create({"name": "a.png", "raw": b"x"})
                            ],
                            **vals,
                        }
                        for vals in filed
                    ]
                )
                # what has no file counts for nothing
                claim.evidence_ids = [Command.create({"kind": "fax"})]
                if is_enough:
                    claim.action_submit()
                else:
                    with self.assertRaisesRegex(UserError, "report with photos"):
                        claim.action_submit()
                savepoint.rollback()

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
