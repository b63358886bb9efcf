# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import ClaimsCommon


@tagged("post_install", "-at_install")
class TestClaimCostsApproval(ClaimsCommon):
    """Freight, labour and travel above what was approved."""

    def _approved(self, **vals):
        claim = self._create_claim(kind="emergency", kind_reason="Down", **vals)
        claim.action_submit()
        self._approve_release(claim)
        return claim

    def test_within_the_tolerance(self):
        """R-CLM-05: up to the larger of percent and amount nobody is asked."""
        claim = self._approved(estimated_cost=100)
        self._add_cost(claim, "travel", 600)
        self.assertFalse(claim.has_cost_excess)
        self.as_user(claim, "accountant").action_post_costs()
        # what is in the books counts
        self._add_cost(claim, "travel", 0.01)
        self.assertTrue(claim.has_cost_excess)
        self.company.aftersales_cost_tolerance_percent = 200
        self.assertFalse(claim.has_cost_excess)

    def test_part_of_a_cost(self):
        """R-CLM-08: which part a cost is of, the move of the goods says: nobody writes
        or imports it, least of all a part of another claim."""
        claim = self._create_claim()
        other = self._create_claim(lot_id=self._create_machine("PE600-9").id)
        cost = self._add_cost(claim, "shipping", 100)
        for line in claim.line_ids | other.line_ids:
            with self.assertRaises(AccessError):
                cost.claim_line_id = line
            with self.assertRaises(AccessError):
                self._add_cost(claim, "labour", 50, claim_line_id=line.id)
        done = cost.browse().load(
            ["claim_id/.id", "kind", "amount", "claim_line_id/.id"],
            [[str(claim.id), "labour", "50", str(other.line_ids.id)]],
        )
        self.assertFalse(done["ids"])
        # nor does the system mix them up
        with (
            self.assertRaisesRegex(ValidationError, f"{other.name}.*{claim.name}"),
            self.env.cr.savepoint(),
        ):
            cost.sudo().claim_line_id = other.line_ids
        cost.invalidate_recordset()
        cost.sudo().claim_line_id = claim.line_ids
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            cost.claim_id = other

    def test_asked_and_approved(self):
        """R-CLM-05: the excess is posted only after the approvers have agreed."""
        claim = self._approved()
        self._add_cost(claim, "travel", 3000)
        accountant = self.as_user(claim, "accountant")
        before = self._balance()
        with self.assertRaisesRegex(UserError, "3,000"):
            accountant.action_post_costs()
        self.assertEqual(self._balance(), before)
        with self.assertRaises(UserError):
            accountant.action_ask_costs()
        accountant.action_ask_costs("Mountain road")
        self.assertEqual(claim.state, "to_approve")
        self.assertEqual(claim.amount_total, 3260)
        version = claim.version_ids.filtered(lambda v: v.event == "raised")
        self.assertEqual(version.comment, "Mountain road")
        with self.assertRaises(UserError):
            accountant.action_post_costs()
        self._approve(claim, "service_manager")
        self.assertEqual(claim.other_cost_approved, 3000)
        accountant.action_post_costs()
        self.assertEqual(claim.cost_posted, 3000)

    def test_refused(self):
        """R-CLM-05: refused, the claim is approved as before; nothing is posted."""
        claim = self._approved(estimated_cost=200)
        cost = self._add_cost(claim, "travel", 3000)
        accountant = self.as_user(claim, "accountant")
        accountant.action_ask_costs("Mountain road")
        self.as_user(claim, "service_manager").action_reject("Too dear")
        self.assertEqual(claim.state, "approved")
        self.assertEqual((claim.estimated_cost, claim.amount_approved), (200, 460))
        self.assertTrue(claim.has_cost_excess)
        self.assertEqual(claim.activity_ids.user_id, self.users["accountant"])
        with self.assertRaises(UserError):
            accountant.action_post_costs()
        self.as_user(cost, "accountant").amount = 700
        self.assertFalse(claim.activity_ids)
        accountant.action_post_costs()

    def test_who_asks(self):
        """R-CLM-05: accountant, manager and applicant ask; figures stay hidden."""
        claim = self._approved(user_id=self.users["technician"].id)
        self._add_cost(claim, "travel", 3000)
        mine = self.as_user(claim, "technician")
        self.assertTrue(Form(mine).can_ask_costs)
        self.assertNotIn("3,000", mine.on_hold_reason)
        with self.assertRaises(AccessError):
            mine.read(["other_cost"])
        with self.assertRaises(AccessError):
            self.as_user(claim, "quality").action_ask_costs("No")
        mine.action_ask_costs("Mountain road")
        self.assertEqual(claim.state, "to_approve")

    # === what counts as excess ===#
    def test_material_typed_in(self):
        """R-CLM-05, R-CLM-08: material of parts that nothing supplies is within what
        was approved for them; what goes beyond it, and material typed in for parts
        that are supplied, asks."""
        claim = self._approved()
        self._add_cost(claim, "material", 260)
        self.assertEqual(claim.other_cost, 0)
        self._add_cost(claim, "material", 500)
        self.assertEqual((claim.other_cost, claim.has_cost_excess), (500, False))
        extra = self._add_cost(claim, "material", 0.01)
        self.assertTrue(claim.has_cost_excess)
        self.as_user(extra, "accountant").unlink()
        self.assertFalse(claim.has_cost_excess)
        self.assertFalse(claim.activity_ids)
        supplied = self._approved(
            lines=[{"product_id": self.seal.id, "quantity": 2, "supply": "ship"}],
            lot_id=self._create_machine("PE600-2").id,
        )
        self._add_cost(supplied, "material", 501)
        self.assertEqual((supplied.other_cost, supplied.has_cost_excess), (501, True))

    def test_freight_of_a_shipment(self):
        """R-CLM-05, R-CLM-07: freight the storekeeper enters asks like any other; the
        applicant has it on his list once, and no more once it is corrected."""
        claim = self._approved(
            lines=[{"product_id": self.seal.id, "quantity": 2, "supply": "ship"}],
            user_id=self.users["dispatcher"].id,
            department_id=False,
        )
        picking = self.as_user(claim.picking_ids, "storekeeper")
        picking.aftersales_freight = 480
        self.assertFalse(claim.has_cost_excess)
        picking.aftersales_freight = 1800
        self.assertTrue(claim.has_cost_excess)
        picking.aftersales_freight = 1900
        self.assertEqual(claim.activity_ids.user_id, self.users["dispatcher"])
        with self.assertRaisesRegex(UserError, "1,900"):
            self.as_user(claim, "accountant").action_post_costs()
        picking.aftersales_freight = 450
        self.assertFalse(claim.activity_ids)
        self.as_user(claim, "accountant").action_post_costs()
        self.assertEqual(claim.cost_posted, 450)

    def test_work_of_a_station(self):
        """R-CLM-05, R-DSP-16: a station's work is expected at its contract's prices;
        what its claim says beyond them asks."""
        station = self.env["res.partner"].create(
            {"name": "Ganzhou", "is_company": True, "is_service_station": True}
        )
        self.env["aftersales.station"].create(
            {
                "partner_id": station.id,
                "company_id": self.company.id,
                "labour_rate": 120,
                "travel_rate": 2,
            }
        )
        vals = {"station_id": station.id, "station_hours": 5, "station_distance": 400}
        claim = self._approved(**vals, estimated_cost=1400)
        self.assertEqual(claim.other_cost, 1400)
        self.assertFalse(claim.has_cost_excess)
        self._add_cost(claim, "shipping", 500)
        self.assertFalse(claim.has_cost_excess)
        self._add_cost(claim, "shipping", 0.01)
        self.assertTrue(claim.has_cost_excess)

    def test_closed_and_asked_again(self):
        """R-CLM-05, R-CLM-09: a bill that comes after the end opens the claim for its
        approvers; approved and posted it is closed again, and what was posted before
        is not posted twice."""
        claim = self._approved(estimated_cost=1000)
        accountant = self.as_user(claim, "accountant")
        self._add_cost(claim, "travel", 1000)
        accountant.action_post_costs()
        claim.sudo().filed_at = "2026-01-05 08:00:00"
        number = claim.register_number
        accountant.action_done()
        before = self._balance(self.warranty_expense_account)
        self._add_cost(claim, "shipping", 900)
        self.assertTrue(claim.has_cost_excess)
        with self.assertRaises(UserError):
            accountant.action_post_costs()
        accountant.action_ask_costs("Bill of the carrier")
        self.assertEqual(claim.state, "to_approve")
        self._approve_release(claim)
        self.assertEqual(claim.state, "approved")
        self.assertEqual(claim.register_number, number)
        self.assertTrue(claim.filed_at)
        with self.assertRaises(UserError):
            accountant.action_done()
        accountant.action_post_costs()
        self.assertEqual(self._balance(self.warranty_expense_account), before + 900)
        accountant.action_done()
        self.assertEqual((claim.state, claim.cost_posted), ("done", 1900))
        self.assertFalse(claim.activity_ids)

    def test_closed_and_refused(self):
        """R-CLM-05: refused, the late bill waits on the claim, which is not closed
        with it open."""
        claim = self._approved(estimated_cost=1000)
        claim.sudo().filed_at = "2026-01-05 08:00:00"
        accountant = self.as_user(claim, "accountant")
        accountant.action_done()
        cost = self._add_cost(claim, "shipping", 1900)
        accountant.action_ask_costs("Bill of the carrier")
        self.as_user(claim, "service_manager").action_reject("Not ours")
        self.assertEqual((claim.state, claim.estimated_cost), ("approved", 1000))
        with self.assertRaises(UserError):
            accountant.action_done()
        self.as_user(cost, "accountant").unlink()
        accountant.action_done()
        self.assertEqual(claim.state, "done")

    # === companies ===#
    def test_tolerance_of_each_company(self):
        """R-CLM-05: each claim goes by the tolerances of its company, whichever
        company the user of both is working in."""
        south = self.env["res.company"].create({"name": "Huakuang South"})
        south._create_aftersales_config()
        south.aftersales_department_id = self.env["hr.department"].create(
            {"name": "Service South", "company_id": south.id}
        )
        south.aftersales_cost_tolerance_amount = 2000
        self.seal.with_company(south).standard_price = 260
        for role in ("accountant", "service_manager"):
            self.users[role].company_ids = [Command.link(south.id)]
        self.env["hr.employee"].create(
            {
                "name": "Boss, South",
                "user_id": self.users["service_manager"].id,
                "company_id": south.id,
                "department_id": south.aftersales_department_id.id,
            }
        )
        customer = self.env["res.partner"].create({"name": "Anywhere Quarry"})
        claims = here, there = [
            self._approved(company_id=company.id, partner_id=customer.id, lot_id=False)
            for company in (self.company, south)
        ]
        both = (self.company | south).ids
        # a claim for another company is its department's
        self.assertEqual(there.department_id, south.aftersales_department_id)
        here.sudo().user_id = self.users["hotline"]
        for claim in claims:
            self.as_user(self.env["aftersales.claim.cost"], "accountant").with_context(
                allowed_company_ids=both
            ).create({"claim_id": claim.id, "kind": "travel", "amount": 1500})
        self.assertEqual(here.activity_ids.user_id, self.users["hotline"])
        self.assertEqual([claim.has_cost_excess for claim in claims], [True, False])
        south.aftersales_cost_tolerance_amount = 1499
        self.assertTrue(there.has_cost_excess)
        self.company.aftersales_cost_tolerance_amount = 1500
        self.assertFalse(here.has_cost_excess)
        # at home in the one company, at work on the claim of the other
        accountant = self.as_user(there, "accountant").with_context(
            allowed_company_ids=both
        )
        self.assertIn(there.currency_id.format(1500), accountant.on_hold_reason)
        with self.assertRaises(UserError):
            (accountant | accountant.browse(here.id)).action_post_costs()
        accountant.action_ask_costs("Mountain road")
        self.as_user(there, "service_manager").action_approve()
        self.assertFalse(there.has_cost_excess)
        self.assertEqual(there.other_cost_approved, 1500)
        only_here = self.as_user(there, "accountant").with_context(
            allowed_company_ids=self.company.ids
        )
        self.assertFalse(only_here.search([("id", "=", there.id)]))

    # === speed ===#
    def _create_approved(self, count):
        """Claims as the approvers left them, nothing approved beside the parts."""
        claims = self.env["aftersales.claim"].create(
            [
                {
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "user_id": self.users["hotline"].id,
                    "department_id": False,
                }
                for _index in range(count)
            ]
        )
        claims._set_state("approved")
        return claims

    def _add_costs(self, claims, amount=600):
        return self.as_user(self.env["aftersales.claim.cost"], "accountant").create(
            [
                {"claim_id": claim.id, "kind": "shipping", "amount": amount}
                for claim in claims
            ]
        )

    def test_many_cost_lines(self):
        """R-CLM-05, R-CLM-08: 100 cost lines of a claim cost no more queries than 10,
        entered, corrected, posted."""
        claim = self._create_approved(1)

        def work(numbers):
            costs = self._add_costs([claim] * len(numbers))
            self.env.flush_all()
            costs.write({"amount": 650})
            self.env.flush_all()
            self.assertTrue(claim.has_cost_excess)
            costs.unlink()

        self.assertNoQueryGrowth(work, range(10), range(100), slack=2)
        self.assertFalse(claim.has_cost_excess)

        def post(numbers):
            posted = self._create_approved(1)
            self._add_costs([posted] * len(numbers), 1)
            self.as_user(posted, "accountant").action_post_costs()
            self.assertEqual(posted.cost_posted, len(numbers))

        # the ERP writes 100 rows in a statement: 200 items are two
        self.assertNoQueryGrowth(post, range(10), range(100), slack=6)

    def test_many_claims(self):
        """R-CLM-05: a bill for 100 claims costs no more queries than one for 10,
        to-dos of the applicants included; so do the list, and another tolerance."""
        claims = self._create_approved(110)
        fresh = self._create_approved(120)
        self.env.flush_all()

        def bill(numbers):
            nonlocal fresh
            some, fresh = fresh[: len(numbers)], fresh[len(numbers) :]
            self._add_costs(some)
            self.env.flush_all()
            self.assertTrue(all(claim.has_cost_excess for claim in some))

        # one more statement where the ERP writes 100 rows at a time
        self.assertNoQueryGrowth(bill, range(10), range(100), slack=2)
        self._add_costs(claims)
        self.assertEqual(len(claims.activity_ids), 110)
        self.assertEqual(claims.activity_ids.user_id, self.users["hotline"])
        accountant = self.as_user(claims, "accountant")
        self.assertNoQueryGrowth(
            lambda some: some.web_search_read(
                [("id", "in", some.ids)],
                {
                    name: {}
                    for name in (
                        "has_cost_excess",
                        "can_ask_costs",
                        "on_hold_reason",
                        "other_cost",
                    )
                },
            ),
            accountant[:10],
            accountant[10:],
        )
        self.company.aftersales_cost_tolerance_amount = 600
        self.env.flush_all()
        self.assertFalse(any(claim.has_cost_excess for claim in claims))
