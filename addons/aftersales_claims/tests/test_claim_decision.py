# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import PIXEL
from .common_approval import ApprovalPageCommon


@tagged("post_install", "-at_install")
class TestClaimDecision(ApprovalPageCommon):
    """Decisions by mailed link, and who writes them (R-CLM-05)."""

    # === decision by link ===#
    def test_approval_by_link(self):
        """R-CLM-05: each approver gets his own link to a page with amount, lines and
        photos; only he, logged in, decides there, once; the log says how."""
        claim = self._create_claim(evidence=False, user_id=self.users["hotline"].id)
        photo = self._attach(claim, "bearing.png")
        photo.raw = PIXEL
        self._verify(claim)
        link = self._get_link("sales_vp")
        # nobody logged in: the login page, no figures
        page = self.url_open(link)
        self.assertIn("/web/login", page.url)
        self.assertNotIn("SEAL-600", page.text)
        # somebody else, whatever he may do elsewhere
        self._login("general_manager")
        page = self.url_open(link).text
        self.assertIn("personal", page)
        self.assertIn("/web/session/logout?redirect=/aftersales/approval/", page)
        self.assertNotIn("SEAL-600", page)
        self._login("sales_vp")
        page = self.url_open(link).text
        self.assertIn("SEAL-600", page)
        self.assertIn("260.00", page)
        self.assertIn(f"/web/image/{photo.id}/", page)
        self.assertEqual(claim.state, "to_approve")
        self.assertEqual(set(claim.review_ids.mapped("status")), {"waiting", "pending"})
        # a rejection needs a comment and leaves nothing behind without
        page = self._decide(link, "reject")
        self.assertIn("Give a comment", page)
        self.assertEqual(claim.state, "to_approve")
        page = self._decide(link, "approve", "Good customer")
        self.assertIn("Approved. Thank you.", page)
        review = claim.review_ids.filtered(lambda r: r.status == "approved")
        self.assertEqual(review.done_by, self.users["sales_vp"])
        self.assertEqual(review.decided_via, "link")
        version = claim.version_ids.sorted("id")[-1]
        self.assertEqual(
            (version.event, version.via_link, version.comment),
            ("accepted", True, "Good customer"),
        )
        self.assertIn("by e-mail link", claim.message_ids.mapped("body")[0])
        # used once
        self.assertIn("decided already", self.url_open(link).text)
        # the next one reads what was decided before him, and finds the claim itself
        self._login("general_manager")
        link = self._get_link("general_manager")
        page = self.url_open(link).text
        self.assertIn("Good customer", page)
        self.assertIn(self.users["sales_vp"].name, page)
        self.assertIn(f"/odoo/aftersales.claim/{claim.id}", page)
        self._decide(link, "approve")
        self.assertEqual(claim.state, "approved")
        self.assertEqual(claim.line_ids.decision, "approved")

    def test_one_mail_for_one_request(self):
        """R-CLM-05: whom the link reaches gets no other mail about the same review;
        without the link he gets the ordinary notice."""
        approver = self.users["service_manager"]
        vals = {"kind": "emergency", "kind_reason": "Stopped"}
        today = fields.Date.today()
        for by_link, day in ((True, today), (False, today - relativedelta(days=1))):
            claim = self._create_claim(failure_date=day, **vals)
            before = self.env["mail.mail"].search([])
            tier = self.env.ref("aftersales_claims.tier_claim_emergency_manager")
            tier.mail_approval_link = by_link
            claim.action_submit()
            self._mail_links()
            mails = (self.env["mail.mail"].search([]) - before).filtered(
                lambda mail: (
                    approver.email in (mail.email_to or "")
                    or approver.partner_id in mail.recipient_ids
                )
            )
            self.assertEqual(len(mails), 1)
            self.assertEqual("/aftersales/approval/" in mails.body_html, by_link)

    def test_link_of_what_is_decided(self):
        """R-CLM-05: who decides before the job runs gets no mail about it; the others
        get one, once."""
        vals = {"kind": "emergency", "kind_reason": "Stopped"}
        decided, waiting = (
            self._create_claim(lot_id=self._create_machine(name).id, **vals)
            for name in ("LINK-1", "LINK-2")
        )
        (decided + waiting).action_submit()
        self.assertEqual(
            (decided + waiting).review_ids.mapped("is_link_due"), [True] * 2
        )
        job = self.env.ref("aftersales_service.cron_send_approval_links")
        self.assertTrue(
            self.env["ir.cron.trigger"].search([("cron_id", "=", job.id)], limit=1)
        )
        self._approve(decided, "service_manager")
        Mail = self.env["mail.mail"]
        before = Mail.search([])
        for _run in range(2):
            self._mail_links()
        mails = (Mail.search([]) - before).filtered("email_to")
        self.assertEqual(
            mails.mapped("email_to"), [self.users["service_manager"].email_formatted]
        )
        self.assertIn(waiting.name, mails.subject)
        self.assertFalse(any((decided + waiting).review_ids.mapped("is_link_due")))

    def test_reminder_is_the_link(self):
        """R-CLM-05: approvers who wait too long get their links again; whose turn has
        not come is not reminded."""
        approvers = self.users["sales_vp"] | self.users["quality_vp"]
        self.env.ref("aftersales_service.group_sales_vp").user_ids = [
            Command.link(user.id) for user in approvers
        ]
        claim = self._create_claim(user_id=self.users["hotline"].id)
        self._verify(claim)
        waiting = claim.review_ids.filtered(lambda review: review.status == "waiting")
        self.assertTrue(waiting)
        self._mail_links()
        Mail = self.env["mail.mail"]
        before = Mail.search([])
        claim.review_ids._send_review_reminder()
        mails = (Mail.search([]) - before).filtered("email_to")
        self.assertEqual(
            sorted(mails.mapped("email_to")),
            sorted(approvers.mapped("email_formatted")),
        )
        for mail in mails:
            self.assertIn("/aftersales/approval/", mail.body_html)
        self.assertFalse(claim.activity_ids.user_id & waiting.reviewer_ids)
        # a single approver has it among his activities, and the link as the only mail
        self.env.ref("aftersales_service.group_sales_vp").user_ids = [
            Command.unlink(self.users["quality_vp"].id)
        ]
        claim.review_ids.invalidate_recordset()
        before = Mail.search([])
        claim.review_ids._send_review_reminder()
        mails = Mail.search([]) - before
        self.assertEqual(
            mails.mapped("email_to"), [self.users["sales_vp"].email_formatted]
        )
        self.assertIn("/aftersales/approval/", mails.body_html)
        self.assertEqual(claim.activity_ids.user_id, self.users["sales_vp"])

    def test_texts_of_the_tiers(self):
        """R-CLM-05: form and log name the roles asked, in texts of our own, which
        have a translation."""
        claim = self._create_claim()
        self._verify(claim)
        role = self.env.ref("aftersales_service.group_sales_vp").name
        self.assertIn(f" Pending validation by {role}", claim.to_validate_message)
        pending = claim.review_ids.filtered(lambda review: review.status == "pending")
        # sudo: kept in the language of whoever asked; read in the reader's
        pending.sudo().todo_by = "General manager of another language"
        claim.invalidate_recordset(["to_validate_message"])
        self.assertIn(f" Pending validation by {role}", claim.to_validate_message)
        pending.sudo()._compute_todo_by()
        self.assertEqual(
            claim._notify_requested_review_body(pending),
            f"Review pending for {role}, requested by {self.env.user.display_name}.",
        )
        self.assertEqual(
            pending._notify_review_reminder_body(),
            "A review has been requested 0 days ago.",
        )
        self.as_user(claim, "sales_vp").action_reject("<Wear>")
        body = claim._notify_rejected_review_body()
        self.assertEqual(body, f"A review was rejected by {self.env.user.name}.")
        own = self.as_user(claim, "sales_vp")
        self.assertIn("(<Wear>)", own._notify_rejected_review_body())

    def test_rejection_by_link(self):
        """R-CLM-05: rejected behind the link as by the button."""
        claim = self._create_claim()
        self._verify(claim)
        self._login("sales_vp")
        page = self._decide(self._get_link("sales_vp"), "reject", "Wear")
        self.assertIn("Rejected.", page)
        self.assertEqual(claim.state, "rejected")
        version = claim.version_ids.sorted("id")[-1]
        self.assertEqual((version.event, version.via_link), ("rejected", True))

    def test_link_no_longer_good(self):
        """R-CLM-05: expired, changed, withdrawn, forged, one's own: a clear page and
        nothing decided."""
        claim = self._create_claim([(self.seal, 4)])
        with freeze_time(fields.Datetime.now().replace(year=2020)):
            self._verify(claim)
            old = claim.review_ids.sorted("sequence")[0]._get_approval_url(
                self.users["sales_vp"]
            )
        self._login("sales_vp")
        token = old.rsplit("/", 1)[1]
        self.assertIn("expired", self.url_open(f"/aftersales/approval/{token}").text)
        review = claim.review_ids.filtered(lambda r: r.status == "pending")
        url = review._get_approval_url(self.users["sales_vp"])
        link = f"/aftersales/approval/{url.rsplit('/', 1)[1]}"
        self.as_user(claim.line_ids, "sales_vp").write(
            {"decision": "reduced", "approved_quantity": 3, "reason": "Own use"}
        )
        page = self.url_open(link).text
        self.assertIn("has changed", page)
        self.assertNotIn('value="approve"', page)
        # a post without the page does not get round it
        self.url_open(
            f"{link}/decide",
            data={"csrf_token": self._get_token(page), "decision": "approve"},
        )
        self.assertEqual(review.status, "pending")
        for bad in ("nonsense", f"{url.rsplit('/', 1)[1][:-4]}AAAA"):
            page = self.url_open(f"/aftersales/approval/{bad}").text
            self.assertIn("not valid", page)
        # a link for somebody who is no approver, his own claim say, decides nothing
        url = review._get_approval_url(self.users["hotline"])
        self._login("hotline")
        self.assertIn(
            "no longer asked",
            self.url_open(f"/aftersales/approval/{url.rsplit('/', 1)[1]}").text,
        )
        self._login("sales_vp")
        url = review._get_approval_url(self.users["sales_vp"])
        self.as_user(claim, "sales_vp").action_return("Too many")
        page = self.url_open(f"/aftersales/approval/{url.rsplit('/', 1)[1]}").text
        self.assertIn("sent back", page)
        self.assertEqual(claim.state, "draft")

    def test_link_of_a_liability_decision(self):
        """R-CLM-10: the general manager sees the shares behind his link."""
        claim = self._create_order_claim()
        claim.action_submit()
        self._approve(claim, "sales_vp")
        liability = self.as_user(self.env["aftersales.liability"], "quality_vp").create(
            {
                "claim_id": claim.id,
                "analysis": "Cage out of tolerance",
                "share_ids": [
                    Command.create(
                        {
                            "party": "supplier",
                            "partner_id": self.supplier.id,
                            "percent": 70,
                        }
                    ),
                    Command.create({"party": "company", "percent": 30}),
                ],
            }
        )
        liability.action_submit()
        self._login("general_manager")
        link = self._get_link("general_manager")
        page = self.url_open(link).text
        self.assertIn(self.supplier.name, page)
        self.assertIn("4,522.00", page)
        self._decide(link, "approve")
        self.assertEqual(liability.state, "approved")

    def test_no_review_is_written_by_hand(self):
        """R-CLM-05: nobody deletes a tier's review so that the others decide alone,
        changes one or restarts a round without a word; returning it is logged."""
        claim = self._create_claim([(self.seal, 4)])
        self._verify(claim)
        reviews = claim.review_ids.sorted("sequence")
        self.assertGreater(len(reviews), 1)
        mine = self.as_user(reviews, "sales_vp")
        for refused in (
            lambda: mine[-1].unlink(),
            lambda: mine.unlink(),
            lambda: mine.write({"status": "approved"}),
            lambda: mine[-1].write({"sequence": 0}),
        ):
            with self.assertRaisesRegex(AccessError, "by its buttons only"):
                refused()
        with self.assertRaisesRegex(UserError, "sending the document back"):
            self.as_user(claim, "sales_vp").restart_validation()
        with self.assertRaises(UserError):
            self.as_user(claim, "service_manager").with_context(
                skip_validation_check=True
            ).partner_id = self.dealer
        self.assertEqual(claim.review_ids, reviews)
        self.as_user(claim, "sales_vp").action_return("Photos are missing")
        self.assertFalse(reviews.exists())
        self.assertEqual(claim.state, "draft")
        self.assertEqual(claim.version_ids.sorted("id")[-1].event, "returned")

    # === what only the actions write ===#
    def test_who_and_when_is_not_written(self):
        """R-CLM-07, R-CLM-11, R-CLM-15, R-CLM-16, R-INT-11: who received, inspected,
        judged, verified and recognised, when, and what was posted for it, follows
        from the buttons; those who edit the documents do not write it."""
        claim = self._create_claim()
        company = {"company_id": self.company.id}
        now, today = fields.Datetime.now(), fields.Date.today()
        user = self.users["quality"].id
        Part = self.env["aftersales.part.return"]
        part = {
            "product_id": self.seal.id,
            "holder_employee_id": self.technician.id,
            **company,
        }
        exchange = {
            "partner_id": self.dealer.id,
            "product_id": self.seal.id,
            "fault": "Leaks",
            **company,
        }
        capa = {
            "product_id": self.seal.id,
            "symptom_id": self.env.ref("aftersales_claims.symptom_overheating").id,
            "problem": "Hot bearing",
            **company,
        }
        carrier = self.env["res.partner"].create({"name": "C", "is_carrier": True})
        freight = {"carrier_id": carrier.id, "amount": 400, **company}
        batch = {
            "product_id": self.machine_product.id,
            "production_batch": "B-guard",
            **company,
        }
        line = {"claim_id": claim.id, "product_id": self.bearing.id}
        for role, model, vals, said in (
            (
                "service_manager",
                Part._name,
                part,
                {
                    "received_at": now,
                    "inspector_id": user,
                    "inspected_at": now,
                    "collect_notified_on": today,
                    "collect_deadline": today,
                    "disposed_at_supplier_cost": True,
                    "charge_move_id": 1,
                    "chased_on": today,
                },
            ),
            (
                "service_manager",
                "aftersales.claim.line",
                line,
                {"is_invalid": True, "charge_move_id": 1, "charged_quantity": 1},
            ),
            (
                "hotline",
                "aftersales.exchange",
                exchange,
                {
                    "judged_by_id": user,
                    "limit_date": today,
                    "production_date": today,
                    "sale_order_id": 1,
                    "out_picking_id": 1,
                },
            ),
            (
                "quality",
                "aftersales.capa",
                capa,
                {"verified_by_id": user, "verified_on": today, "recurrence_count": 3},
            ),
            (
                "service_manager",
                "aftersales.carrier.claim",
                freight,
                {"notified_at": today, "is_late": True},
            ),
            (
                "quality",
                "aftersales.batch.alert",
                batch,
                {"recognised_at": now, "recognised_by_id": user, "warned": True},
            ),
        ):
            Model = self.as_user(self.env[model], role)
            record = Model.create(vals)
            for name, value in said.items():
                with self.subTest(model=model, field=name):
                    with self.assertRaisesRegex(AccessError, "its buttons only"):
                        record.write({name: value})
                    with self.assertRaisesRegex(AccessError, "its buttons only"):
                        Model.create({**vals, name: value})
