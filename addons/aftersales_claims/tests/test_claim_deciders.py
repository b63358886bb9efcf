# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import ClaimsCommon


@tagged("post_install", "-at_install")
class TestClaimDeciders(ClaimsCommon):
    """Who decides and who sees: nobody his own, raised amounts, substitutes, roles;
    R-CLM-05."""

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
                "damage": "Seal torn",
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

    def test_substitution_changes(self):
        """R-CLM-05: who stands in for whom counts as it is at that moment, also
        right after it was asked for."""
        claim = self._create_claim()
        self._verify(claim)
        Substitution = self.as_user(self.env["aftersales.substitution"], "sales_vp")
        today = fields.Date.context_today(Substitution)
        self.assertFalse(Substitution._get_current(self.users["sales_vp"]))
        substitution = Substitution.create(
            {"substitute_id": self.users["quality_vp"].id, "date_to": today}
        )
        for users in (self.users["sales_vp"], self.users["sales_vp"] + self.env.user):
            self.assertEqual(Substitution._get_current(users), substitution)
        self.assertFalse(Substitution._get_current(self.users["quality_vp"]))
        substitution.active = False
        for lookup in (Substitution.with_context(active_test=False), Substitution):
            self.assertFalse(lookup._get_current(self.users["sales_vp"]))
        substitution.active = True
        self.assertEqual(
            Substitution._get_current(self.users["sales_vp"]), substitution
        )
        self.assertIn(self.users["quality_vp"], claim.reviewer_ids)
        substitution.unlink()
        self.assertFalse(Substitution._get_current(self.users["sales_vp"]))
        self.assertNotIn(self.users["quality_vp"], claim.reviewer_ids)

    def test_substitution_after_midnight(self):
        """R-CLM-05: a substitution holds on the days of the approver, also while it is
        the day before in the time zone of whoever asks."""
        Substitution = self.env["aftersales.substitution"]
        own = self.as_user(Substitution, "sales_vp")
        approver = self.users["sales_vp"]
        # in Shanghai it is 01:30 of the day after
        with freeze_time("2026-03-01 17:30:00"):
            mine = own.create(
                {"substitute_id": self.users["quality_vp"].id, "date_to": "2026-03-02"}
            )
            self.assertEqual(mine.date_from, fields.Date.to_date("2026-03-02"))
            for asking in (own, Substitution.with_context(tz="UTC")):
                self.assertEqual(asking._get_current(approver), mine)
        with freeze_time("2026-03-02 16:30:00"):
            self.assertFalse(Substitution.with_context(tz="UTC")._get_current(approver))

    def test_substitution_begins_and_ends_by_itself(self):
        """R-CLM-05: on its first day the substitute may decide on what waits already,
        after its last one no more."""
        claim = self._create_claim()
        self._verify(claim)
        substitute = self.users["quality_vp"]
        Substitution = self.as_user(self.env["aftersales.substitution"], "sales_vp")
        today = fields.Date.context_today(Substitution)
        substitution = Substitution.create(
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
