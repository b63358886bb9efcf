# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import PIXEL
from .common_approval import ApprovalPageCommon


@tagged("post_install", "-at_install")
class TestClaimAppeal(ApprovalPageCommon):
    """Appeals of stations and dealers, and claims decided again (R-CLM-05)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.station = cls.env["res.partner"].create(
            {"name": "Ganzhou Station", "is_company": True, "is_service_station": True}
        )
        cls.station_user = cls._create_portal_user("as_dealer", cls.station)
        cls._create_portal_user(
            "as_stranger",
            cls.env["res.partner"].create(
                {
                    "name": "Other Station",
                    "is_company": True,
                    "is_service_station": True,
                }
            ),
        )

    def test_station_appeals_against_a_rejection(self):
        """R-CLM-05: in its portal, with files, in time; decided by somebody else than
        the first time; every version stays readable."""
        claim = self._create_claim(station_id=self.station.id)
        self._verify(claim)
        self.as_user(claim, "sales_vp").action_reject("No warranty")
        self._login("stranger")
        url = f"/my/station_claims/{claim.id}"
        self.assertNotIn(claim.name, self.url_open(url).text)
        self._login("dealer")
        page = self.url_open(url).text
        self.assertIn("No warranty", page)
        data = {"csrf_token": self._get_token(page), "grounds": " "}
        self.assertIn("Say why", self.url_open(f"{url}/appeal", data=data).text)
        self.assertFalse(claim.appeal_ids)
        data["grounds"] = "Delivered in May, see the receipt"
        page = self.url_open(
            f"{url}/appeal",
            data=data,
            files={"evidence": ("r.png", PIXEL, "image/png")},
        ).text
        appeal = claim.appeal_ids
        self.assertEqual(appeal.user_id, self.station_user)
        self.assertEqual(appeal.state, "filed")
        self.assertEqual(appeal.first_decider_ids, self.users["sales_vp"])
        self.assertIn(appeal.attachment_ids, claim._get_evidence_attachments())
        self.assertNotIn("File Appeal", page)
        self.assertEqual(claim.state, "rejected")
        version = claim.version_ids.sorted("id")[-1]
        self.assertEqual(version.event, "appealed")
        self.assertEqual(version.user_id, self.station_user)
        self.assertIn("SEAL-600", version.content)
        with self.assertRaises(AccessError):
            self.as_user(appeal, "hotline").action_take_up()
        self.as_user(appeal, "service_manager").action_take_up()
        self.assertEqual((claim.state, appeal.state), ("submitted", "in_decision"))
        self.assertEqual(claim.line_ids.decision, "pending")
        with self.assertRaises(UserError):
            self.as_user(appeal, "service_manager").action_take_up()
        claim.action_verify()
        # the vice president who refused is not asked, the next one up is
        first = claim.review_ids.sorted("sequence")[0]
        self.assertNotIn(self.users["sales_vp"], first.reviewer_ids)
        self.assertIn(self.users["general_manager"], first.reviewer_ids)
        with self.assertRaises(UserError):
            self._approve(claim, "sales_vp")
        self._approve(claim, "general_manager")
        # he has decided in the vice president's place: the second pair of eyes is
        # the arbiter's
        with self.assertRaisesRegex(UserError, "somebody else's"):
            self._approve(claim, "general_manager")
        self._approve(claim, "quality_vp")
        self.assertEqual(claim.state, "approved")
        self.assertEqual(appeal.state, "granted")
        self.assertEqual(appeal.decided_by_id, self.users["quality_vp"])
        self.assertEqual(
            claim.version_ids.sorted("id").mapped("event")[:5],
            ["submitted", "verified", "rejected", "appealed", "submitted"],
        )
        self.assertIn("Granted", self.url_open(url).text)

    def test_station_sees_what_is_sent(self):
        """R-CLM-07: the station's page says when its parts are due, by whom they come
        and under which number."""
        claim = self._create_claim(
            [{"product_id": self.seal.id, "quantity": 1, "supply": "ship"}],
            kind="emergency",
            kind_reason="Stopped",
            station_id=self.station.id,
        )
        self._login("dealer")
        url = f"/my/station_claims/{claim.id}"
        self.assertNotIn("Delivery", self.url_open(url).text)
        claim.action_submit()
        self._approve(claim, "service_manager")
        page = self.url_open(url).text
        self.assertIn("To Supply", page)
        self.assertIn("due", page)
        picking = claim.picking_ids
        picking.write({"shipping_number": "SF-7788"})
        picking.move_ids.write({"quantity": 1, "picked": True})
        picking.button_validate()
        page = self.url_open(url).text
        self.assertIn("SF-7788", page)
        self.assertIn("Supplied", page)

    def test_appeal_against_a_reduction(self):
        """R-CLM-05: a reduced line is decided again while the rest goes ahead; what
        was approved and posted stays, only the difference comes on top."""
        claim = self._create_claim(
            [{"product_id": self.seal.id, "quantity": 4, "supply": "ship"}],
            kind="emergency",
            kind_reason="Stopped",
            station_id=self.station.id,
        )
        claim.action_submit()
        self.as_user(claim.line_ids, "service_manager").write(
            {"decision": "reduced", "approved_quantity": 1, "reason": "One is enough"}
        )
        self._approve(claim, "service_manager")
        picking = claim.picking_ids
        picking.move_ids.write({"quantity": 1, "picked": True})
        picking.button_validate()
        self.assertEqual(self._balance(self.warranty_expense_account), 260)
        appeals = self.as_user(self.env["aftersales.claim.appeal"], "hotline")
        vals = {"claim_id": claim.id, "grounds": "All four leak"}
        # neither in another's name nor on another day
        for forged in (
            {"user_id": self.users["sales_vp"].id},
            {"date": fields.Datetime.now() - relativedelta(days=3)},
        ):
            with self.assertRaises(AccessError):
                appeals.create({**vals, **forged})
        appeal = appeals.create(vals)
        with self.assertRaises(AccessError):
            appeal.user_id = self.users["sales_vp"]
        appeal = appeal.with_env(self.env)
        self.assertEqual(appeal.amount_before, 260)
        with self.assertRaises(AccessError):
            self.as_user(appeal, "hotline").state = "granted"
        self.as_user(appeal, "service_manager").action_take_up()
        self.assertEqual(claim.state, "to_approve")
        with self.assertRaises(UserError):
            self._approve(claim, "service_manager")
        # carried out: not sent back, and not rejected beyond what was approved
        with self.assertRaisesRegex(UserError, "carried out"):
            claim.action_return("No")
        self.as_user(claim.line_ids, "sales_vp").approved_quantity = 3
        with self.assertRaisesRegex(UserError, "260.00"):
            self.as_user(claim, "sales_vp").action_reject("No")
        self.assertEqual(claim.state, "to_approve")
        self._approve(claim, "sales_vp")
        self.assertEqual((claim.state, appeal.state), ("approved", "granted"))
        self.assertEqual(claim.amount_approved, 780)
        rest = claim.picking_ids - picking
        self.assertEqual(rest.move_ids.product_uom_qty, 2)
        rest.move_ids.write({"quantity": 2, "picked": True})
        rest.button_validate()
        self.assertEqual(claim.supply_state, "done")
        self.assertEqual(self._balance(self.warranty_expense_account), 780)
        # an appeal is heard once
        with self.assertRaisesRegex(UserError, "no decision to appeal"):
            appeal.create({"claim_id": claim.id, "grounds": "The fourth too"})

    def test_appeal_refused_and_bad_appeals(self):
        """R-CLM-05: refused, the claim stays as it was; too late, twice or against
        nothing is refused with the reason."""
        claim = self._create_claim([(self.seal, 4)], station_id=self.station.id)
        Appeal = self.as_user(self.env["aftersales.claim.appeal"], "service_manager")
        vals = {"claim_id": claim.id, "grounds": "All four leak"}
        with self.assertRaisesRegex(UserError, "no decision"):
            Appeal.create(vals)
        with self.assertRaisesRegex(UserError, "no decision"):
            Appeal.with_context(default_claim_id=claim.id).create({"grounds": "x"})
        self._verify(claim)
        self.as_user(claim.line_ids, "sales_vp").write(
            {"decision": "reduced", "approved_quantity": 1, "reason": "One is enough"}
        )
        self._approve(claim, "sales_vp", "general_manager")
        self.company.aftersales_appeal_days = 5
        decided = claim._get_last_decision()
        decided.date = fields.Datetime.subtract(decided.date, days=6)
        claim.invalidate_recordset()
        with self.assertRaisesRegex(UserError, "ended on"):
            Appeal.create(vals)
        self.company.aftersales_appeal_days = 15
        claim.invalidate_recordset()
        foreign, own = self.env["ir.attachment"].create(
            [
                {
                    "name": "agreement.txt",
                    "raw": b"of another document",
                    "res_model": "res.partner",
                    "res_id": self.customer.id,
                },
                {
                    "name": "leak.png",
                    "raw": PIXEL,
                    "res_model": "aftersales.claim.appeal",
                    "public": True,
                },
            ]
        )
        vals["attachment_ids"] = [Command.set((foreign | own).ids)]
        # who appealed and when is the system's to say
        forged = (
            {"user_id": self.users["hotline"].id},
            {"date": "2020-01-01 00:00:00"},
        )
        for said in forged:
            with self.assertRaises(AccessError):
                Appeal.create({**vals, **said})
        appeal = Appeal.create(vals).with_env(self.env)
        self.assertEqual((own.res_model, own.res_id), (claim._name, claim.id))
        self.assertEqual(
            (foreign.res_model, foreign.res_id),
            ("res.partner", self.customer.id),
            "a file named on an appeal does not leave its own document",
        )
        with self.assertRaisesRegex(UserError, "dealt with already"):
            Appeal.create(vals)
        self.assertEqual(appeal.user_id, self.users["service_manager"])
        for said in forged:
            with self.assertRaises(AccessError):
                self.as_user(appeal, "service_manager").write(said)
        with self.assertRaises(AccessError):
            self.as_user(appeal, "service_manager").unlink()
        self.as_user(appeal, "service_manager").action_take_up()
        # both decided first: the arbiter decides in their place
        self.assertEqual(claim.review_ids.reviewer_ids, self.users["quality_vp"])
        with self.assertRaisesRegex(UserError, "not asked"):
            self.as_user(claim, "sales_vp").action_reject("One is enough")
        self.as_user(claim, "quality_vp").action_reject("One is enough")
        self.assertEqual((claim.state, appeal.state), ("approved", "refused"))
        self.assertEqual(claim.amount_approved, 260)
        self.assertEqual(claim.line_ids.approved_quantity, 1)
        with self.assertRaises(UserError):
            self.as_user(appeal, "service_manager").grounds = "Changed"
