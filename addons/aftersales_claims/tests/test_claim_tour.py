# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import fields
from odoo.tests import Form, HttpCase, tagged

from .common import PIXEL, ClaimsCommon


@tagged("post_install", "-at_install")
class TestClaimTour(HttpCase, ClaimsCommon):
    """Claim, approval, liability and refund on the screen, each by its own role;
    errors of the browser's console fail."""

    def _run_tour(self, record, tour, role):
        """Run ``tour``, which opens ``record``, the only one in its list."""
        action = record._name.replace(".", "_")
        self.start_tour(
            f"/odoo/action-aftersales_claims.{action}_action",
            tour,
            login=self.users[role].login,
            # minutes rather than the usual 60 s: other tests may share the machine
            timeout=240,
        )
        self.env.invalidate_all()

    def test_form_of_every_role(self):
        """R-CLM-01, R-CLM-10: whoever may read a claim opens its form, at every stage,
        also who sees no transfers, entries or liability decisions; other people see
        no claim."""
        claim = self._create_order_claim()
        readers = {
            role for role in self.users if self.as_user(claim, role).has_access("read")
        }
        self.assertNotIn("employee", readers)
        self.assertLessEqual(
            {"hotline", "dispatcher", "technician", "quality", "accountant"}, readers
        )
        self._open_forms(claim, readers)
        claim.action_submit()
        self._approve(claim, "sales_vp")
        self.as_user(self.env["aftersales.liability"], "quality_vp").create(
            {"claim_id": claim.id}
        )
        self._open_forms(claim, readers)
        self.assertEqual(self.as_user(claim, "hotline").liability_count, 1)

    def _open_forms(self, claim, roles):
        for role in sorted(roles):
            with self.subTest(role=role, state=claim.state):
                self.env.invalidate_all()
                form = Form(self.as_user(claim, role))
                self.assertEqual(form.name, claim.name)

    def test_ledger_to_photo(self):
        """R-CLM-09, R-CLM-12: the accountant goes from a journal item to the photo of
        the broken part in three clicks."""
        claim = self._create_order_claim(estimated_cost=650)
        claim.action_submit()
        self._approve(claim, "sales_vp")
        self._add_cost(claim, "travel", 650)
        self.as_user(claim, "accountant").action_post_costs()
        part = claim.part_return_ids
        self.assertEqual(part.old_lot_name, "BRG-OLD-77")
        part.photo_ids = self.env["ir.attachment"].create(
            {"name": "cage.png", "raw": PIXEL}
        )
        self.start_tour(
            "/odoo/action-account.action_account_moves_all",
            "aftersales_ledger_to_photo",
            login=self.users["accountant"].login,
            timeout=240,
        )

    def test_deadline_in_days(self):
        """R-CLM-16: a date due counts in days, not "next month", whatever the calendar
        says of the month."""
        capa = self.as_user(self.env["aftersales.capa"], "quality").create(
            {
                "product_id": self.bearing.id,
                "symptom_id": self.env.ref("aftersales_claims.symptom_overheating").id,
                "problem": "Hot bearing",
                "due_date": fields.Date.context_today(self.env.user)
                + timedelta(days=40),
                "company_id": self.company.id,
            }
        )
        self._run_tour(capa, "aftersales_deadline_in_days", "quality")

    def test_claim_to_refund(self):
        """R-CLM-01, R-CLM-02, R-CLM-03, R-CLM-08, R-CLM-09, R-CLM-10: submitted,
        verified, approved twice with comments, its costs posted, divided 70 to 30 and
        charged: the supplier's credit note is his share, the books balance."""
        claim = self._create_claim(
            evidence=False,
            user_id=self.users["dispatcher"].id,
            technology_analysis="Bearing undersized",
            quality_analysis="Cage material out of tolerance",
            proposal="compensate",
            estimated_cost=8000,
        )
        self._attach(claim, "bearing.png").raw = PIXEL
        self._run_tour(claim, "aftersales_claim_submit", "dispatcher")
        self.assertEqual(claim.state, "submitted")
        self._run_tour(claim, "aftersales_claim_verify", "service_manager")
        self.assertEqual(claim.verified_by_id, self.users["service_manager"])
        for role in ("sales_vp", "general_manager"):
            self.assertEqual(claim.state, "to_approve")
            self._run_tour(claim, "aftersales_approve", role)
        self._check_approval(claim)

        before = self._balance(self.warranty_expense_account)
        self._run_tour(claim, "aftersales_claim_costs", "accountant")
        self.assertEqual((claim.cost_total, claim.cost_posted), (8070, 8070))
        charged = self._balance(self.warranty_expense_account) - before
        self.assertEqual(charged, 8070)

        self._run_tour(claim, "aftersales_liability_decision", "quality_vp")
        liability = claim.liability_ids
        self.assertEqual(liability.state, "to_approve")
        self.assertEqual(liability.user_id, self.users["quality_vp"])
        self._run_tour(liability, "aftersales_approve", "general_manager")
        self.assertEqual(liability.state, "approved")
        self.assertEqual(liability.amount_base, 8070)
        self.assertFalse(liability.share_ids.account_move_id)
        self._run_tour(liability, "aftersales_liability_refund", "accountant")
        self._check_refund(liability)

    def _check_approval(self, claim):
        self.assertEqual(claim.state, "approved")
        reviews = claim.review_ids
        self.assertEqual(
            reviews.done_by,
            self.users["sales_vp"] | self.users["general_manager"],
        )
        self.assertEqual(set(reviews.mapped("status")), {"approved"})
        accepted = claim.version_ids.filtered(lambda line: line.event == "accepted")
        self.assertIn("Good customer, agreed", accepted.mapped("comment"))

    def _check_refund(self, liability):
        self.assertEqual(liability.state, "posted")
        self.assertEqual(liability.amount_recovered, 5649)
        supplier, department = liability.share_ids
        self.assertEqual((supplier.amount, department.amount), (5649, 2421))
        self.assertEqual(department.department_id, self.department)
        refund = supplier.account_move_id
        self.assertEqual((refund.move_type, refund.state), ("in_refund", "draft"))
        self.assertEqual(refund.partner_id, self.supplier)
        self.assertEqual(refund.amount_total, 5649)
        refund.action_post()
        self.assertEqual(self._balance(self.warranty_expense_account), 2421)
        self.assertFalse(round(sum(self._balance().values()), 2))
