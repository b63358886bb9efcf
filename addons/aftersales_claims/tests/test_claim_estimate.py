# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import ClaimsCommon


@tagged("post_install", "-at_install")
class TestClaimEstimate(ClaimsCommon):
    """What claims are expected to cost before their bills are there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write(
            {
                "aftersales_expected_freight": 300,
                "aftersales_expected_hour_cost": 80,
                "aftersales_expected_km_cost": 1.5,
            }
        )

    def _applied(self, role="hotline", supply="ship", **vals):
        """A release that somebody who sees no costs has applied for."""
        claim = self._create_claim(
            [{"product_id": self.seal.id, "quantity": 1, "supply": supply}],
            kind="emergency",
            kind_reason="Down",
            user_id=self.users[role].id,
            **vals,
        )
        self.as_user(claim, role).action_submit()
        return claim

    def _open_wizard(self, claims, role):
        return Form(
            self.as_user(self.env["aftersales.decision"], role).with_context(
                active_model="aftersales.claim",
                active_ids=claims.ids,
                default_action="action_approve",
            )
        )

    # === by the company's rates ===#
    def test_freight_by_default(self):
        """R-CLM-04, R-CLM-05: who sees no costs hands in the company's estimate; a
        freight bill within it asks nobody again."""
        claim = self._applied()
        self.assertEqual((claim.estimated_cost, claim.amount_total), (300, 560))
        with self.assertRaises(AccessError):
            self.as_user(claim, "hotline").read(["estimated_cost"])
        self._approve_release(claim)
        self.as_user(claim.picking_ids, "storekeeper").aftersales_freight = 800
        self.assertFalse(claim.has_cost_excess)
        self.as_user(claim.picking_ids, "storekeeper").aftersales_freight = 801
        self.assertTrue(claim.has_cost_excess)

    def test_visit_by_default(self):
        """R-CLM-05: hours and kilometres of the visit, by its first claim only."""
        order = self._create_order()
        order.write({"charged_hours": 5, "charged_distance": 840})
        self._fit(order, self.seal)
        order.action_create_claim()
        claim = order.claim_ids
        self._attach(claim)
        self.as_user(claim, "technician").action_submit()
        self.assertEqual(claim.estimated_cost, 5 * 80 + 840 * 1.5)
        self._fit(order, self.bearing, 1, self.bearing_lot)
        order.action_create_claim()
        second = order.claim_ids - claim
        self._attach(second)
        self.as_user(second, "technician").action_submit()
        self.assertEqual(second.estimated_cost, 0)
        # nor does a second draft keep the first from counting the visit
        (claim | second)._set_state("cancelled")
        order = self._create_order()
        order.write({"charged_hours": 5, "charged_distance": 840})
        other = self.env["product.product"].create(
            {"name": "Seal kit 700", "is_storable": True, "standard_price": 90}
        )
        for part in (self.seal, other):
            self._fit(order, part)
            order.action_create_claim()
        drafts = order.claim_ids
        self.assertEqual(len(drafts), 2)
        for draft in drafts:
            self._attach(draft)
        self.as_user(drafts, "technician").action_submit()
        self.assertEqual(
            sorted(drafts.mapped("estimated_cost")), [0, 5 * 80 + 840 * 1.5]
        )
        # on the phone nobody travels
        remote = self._create_order(kind="remote")
        remote.write({"charged_hours": 1, "charged_distance": 840})
        called = self._applied("technician", "none", order_id=remote.id, lot_id=False)
        self.assertEqual(called.estimated_cost, 80)

    def test_entered_estimate_stays(self):
        """R-CLM-05: what somebody has estimated is not overwritten."""
        claim = self._applied(estimated_cost=120)
        self.assertEqual(claim.estimated_cost, 120)
        nothing = self._applied(supply="none", lot_id=False)
        self.assertEqual(nothing.estimated_cost, 0)

    def test_rates_of_each_company(self):
        """R-CLM-05: a claim is estimated by the rates of its company, whichever the
        applicant is working in."""
        south = self.env["res.company"].create({"name": "Huakuang South"})
        south._create_aftersales_config()
        south.aftersales_expected_freight = 700
        self.seal.with_company(south).standard_price = 260
        self.users["hotline"].company_ids = [Command.link(south.id)]
        customer = self.env["res.partner"].create({"name": "Anywhere Quarry"})
        claim = self._create_claim(
            [{"product_id": self.seal.id, "quantity": 1, "supply": "ship"}],
            kind="emergency",
            kind_reason="Down",
            company_id=south.id,
            partner_id=customer.id,
            lot_id=False,
            user_id=self.users["hotline"].id,
        )
        self.users["service_manager"].company_ids = [Command.link(south.id)]
        self.as_user(claim, "hotline").with_context(
            allowed_company_ids=(self.company | south).ids
        ).action_submit()
        self.assertEqual(claim.estimated_cost, 700)

    # === by the approver ===#
    def test_approver_corrects(self):
        """R-CLM-05: the approver sees the estimate and corrects it as he approves; it
        is logged, and costs up to it ask nobody."""
        claim = self._applied()
        form = self._open_wizard(claim, "service_manager")
        self.assertEqual(form.estimated_cost, 300)
        form.estimated_cost = 1900
        form.comment = "By express"
        form.save().action_apply()
        self.assertEqual(claim.state, "approved")
        self.assertEqual(
            (claim.estimated_cost, claim.other_cost_approved, claim.amount_approved),
            (1900, 1900, 2160),
        )
        version = claim.version_ids.filtered(lambda v: v.event == "estimated")
        self.assertEqual(version.user_id, self.users["service_manager"])
        self.assertEqual((version.comment, version.amount), ("By express", 2160))
        self._add_cost(claim, "shipping", 1900)
        self.as_user(claim, "accountant").action_post_costs()
        self.assertEqual(claim.cost_posted, 1900)

    def test_approver_lowers(self):
        """R-CLM-05: less than estimated may be approved; what comes above it asks."""
        claim = self._applied(estimated_cost=4000)
        self.as_user(claim, "service_manager").action_approve("Bus", 0)
        self.assertEqual((claim.state, claim.amount_approved), ("approved", 260))
        self._add_cost(claim, "travel", 501)
        self.assertTrue(claim.has_cost_excess)

    def test_above_the_limit_of_the_approver(self):
        """R-CLM-04, R-CLM-05: with more than he may release the claim goes on to
        whoever may; nothing is approved, and he does not decide there."""
        claim = self._applied()
        form = self._open_wizard(claim, "service_manager")
        form.estimated_cost = 5000
        action = form.save().action_apply()
        self.assertIn("Sales Vice President", action["params"]["message"])
        self.assertEqual((claim.state, claim.amount_approved), ("to_approve", 0))
        self.assertEqual(claim.review_ids.reviewer_ids, self.users["sales_vp"])
        with self.assertRaises(UserError):
            self._approve(claim, "service_manager")
        with self.assertRaises(UserError):
            self.as_user(claim, "service_manager").action_approve("No", 10)
        self._approve(claim, "sales_vp")
        self.assertEqual((claim.state, claim.amount_approved), ("approved", 5260))

    def test_only_approvers_correct(self):
        """R-CLM-05: neither applicant nor a colleague corrects it this way, nor below
        zero, nor of a claim decided already; several are approved as they are."""
        claim = self._applied()
        for role in ("hotline", "accountant", "sales_vp", "quality"):
            with self.subTest(role=role), self.assertRaises(UserError):
                self.as_user(claim, role).action_approve("No", 10)
        manager = self.as_user(claim, "service_manager")
        with self.assertRaises(Exception) as error, self.env.cr.savepoint():
            manager.action_approve("No", -1)
            self.env.flush_all()
        self.assertIn("figures_positive", str(error.exception))
        self.env.invalidate_all()
        other = self._applied(lot_id=self._create_machine("PE600-2").id)
        form = self._open_wizard(claim | other, "service_manager")
        self.assertFalse(form.claim_id)
        form.save().action_apply()
        self.assertEqual((claim.estimated_cost, claim.state), (300, "approved"))
        self.assertEqual(other.state, "approved")
        with self.assertRaises(UserError):
            manager.action_approve("More", 900)

    def test_asked_again_and_corrected(self):
        """R-CLM-05: asked for the costs the approver may grant a part of them; the
        rest waits."""
        claim = self._applied(estimated_cost=100)
        self._approve_release(claim)
        self._add_cost(claim, "travel", 3000)
        self.as_user(claim, "accountant").action_ask_costs("Mountain road")
        self.as_user(claim, "service_manager").action_approve("Half", 1500)
        self.assertEqual((claim.state, claim.other_cost_approved), ("approved", 1500))
        self.assertTrue(claim.has_cost_excess)

    # === other limits ===#
    def test_limits_changed_meanwhile(self):
        """R-CLM-04, R-CLM-05: limits lowered while a claim waits: whoever was asked
        decides on what he was asked for, but corrects it only up to the new limit;
        what is decided keeps its level, what is asked for later has the new one."""
        decided, waiting, corrected, draft = (
            self._create_claim(
                kind="emergency",
                kind_reason="Down",
                user_id=self.users["hotline"].id,
                estimated_cost=1000,
                lot_id=self._create_machine(f"PE600-{number}").id,
            )
            for number in range(4)
        )
        (decided | waiting | corrected).action_submit()
        self._approve_release(decided)
        self.env.flush_all()
        self.company.aftersales_emergency_manager_limit = 500
        self.assertEqual(
            (decided | waiting | corrected).mapped("approval_level"), ["manager"] * 3
        )
        self.assertEqual(draft.approval_level, "sales_vp")
        manager = self.as_user(corrected, "service_manager")
        manager.action_approve("By express", 3000)
        self.assertEqual(
            (corrected.state, corrected.approval_level), ("to_approve", "sales_vp")
        )
        self.assertEqual(corrected.review_ids.reviewer_ids, self.users["sales_vp"])
        self._approve(waiting, "service_manager")
        self.assertEqual(waiting.state, "approved")
        # asked once more, by the limit of today
        self._add_cost(decided, "travel", 3000)
        self.as_user(decided, "accountant").action_ask_costs("Mountain road")
        self.assertEqual(decided.review_ids.reviewer_ids, self.users["sales_vp"])

    # === parts of unknown cost ===#
    def _create_part(self, **vals):
        return (
            self.env["product.product"]
            .with_company(self.company)
            .create({"name": "Toggle plate", "is_storable": True, **vals})
        )

    def test_cost_unknown(self):
        """R-CLM-04: a part nobody knows the cost of is no small amount: the vice
        president at least approves it, applicant and approver read why."""
        part = self._create_part()
        lines = [{"product_id": part.id, "quantity": 1, "supply": "none"}]
        claim = self._create_claim(
            lines,
            kind="emergency",
            kind_reason="Down",
            user_id=self.users["hotline"].id,
        )
        self.assertTrue(claim.line_ids.has_unknown_cost)
        mine = self.as_user(claim, "hotline")
        self.assertIn("Toggle plate", mine.notice)
        self.assertIn("Sales Vice President", mine.notice)
        mine.action_submit()
        self.assertEqual(claim.approval_level, "sales_vp")
        with self.assertRaises(UserError):
            self._approve(claim, "service_manager")
        self.assertIn(
            "Toggle plate",
            str(self.as_user(claim, "sales_vp")._get_approval_summary()["facts"]),
        )
        self._approve(claim, "sales_vp")
        self.assertFalse(claim.notice)
        # learned since, it is an amount like any other
        claim.line_ids.unit_cost = 100
        self.assertEqual((claim.state, claim.approval_level), ("to_approve", "manager"))

    def test_level_of_unknown_cost(self):
        """R-CLM-04: who decides on unknown costs is the company's to say; a service
        and a rejected part have none to know."""
        lines = [{"product_id": self._create_part().id, "supply": "none"}]
        claim = self._create_claim(lines, kind="emergency", kind_reason="Down")
        self.company.aftersales_unknown_cost_level = "general_manager"
        self.assertEqual(claim.approval_level, "general_manager")
        self.company.aftersales_unknown_cost_level = "manager"
        self.assertEqual(claim.approval_level, "manager")
        self.company.aftersales_unknown_cost_level = "sales_vp"
        claim.estimated_cost = 30000
        self.assertEqual(claim.approval_level, "general_manager")
        claim.estimated_cost = 0
        claim.action_submit()
        self.as_user(claim.line_ids, "sales_vp").write(
            {"decision": "rejected", "reason": "Wear"}
        )
        self.assertFalse(claim.line_ids.has_unknown_cost)
        self.assertEqual(claim.approval_level, "manager")
        service = self._create_part(type="service", is_storable=False)
        other = self._create_claim(
            [{"product_id": service.id, "supply": "none"}],
            kind="emergency",
            kind_reason="Down",
        )
        self.assertEqual(other.approval_level, "manager")

    def test_supplier_price(self):
        """R-CLM-04, R-CLM-08: a part never received costs what its supplier asks, in
        the currency of the company."""
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].create(
            {
                "name": "2020-01-01",
                "currency_id": euro.id,
                "company_id": self.company.id,
                "rate": 0.125,
            }
        )
        part = self._create_part(
            seller_ids=[
                Command.create(
                    {
                        "partner_id": self.supplier.id,
                        "price": 1000,
                        "currency_id": euro.id,
                        "company_id": self.company.id,
                    }
                )
            ]
        )
        claim = self._create_claim(
            [{"product_id": part.id, "quantity": 1, "supply": "none"}],
            kind="emergency",
            kind_reason="Down",
            user_id=self.users["hotline"].id,
        )
        self.assertEqual(claim.line_ids.unit_cost, 8000)
        self.assertFalse(claim.line_ids.has_unknown_cost)
        self.assertFalse(claim.notice)
        self.assertEqual(claim.approval_level, "sales_vp")
