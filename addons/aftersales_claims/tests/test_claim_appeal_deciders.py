# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import runpy

from dateutil.relativedelta import relativedelta

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged
from odoo.tools.misc import file_path

from .common import ClaimsCommon


@tagged("post_install", "-at_install")
class TestClaimAppealDeciders(ClaimsCommon):
    """Who decides on appeals, and who is asked at all (R-CLM-05)."""

    def _reduce(self):
        """A claim both vice president and general manager allowed in part."""
        claim = self._create_claim([(self.seal, 4)], user_id=self.users["hotline"].id)
        self._verify(claim)
        self.as_user(claim.line_ids, "sales_vp").write(
            {"decision": "reduced", "approved_quantity": 1, "reason": "One is enough"}
        )
        self._approve(claim, "sales_vp", "general_manager")
        return claim

    def _appeal(self, claim):
        appeal = self.as_user(self.env["aftersales.claim.appeal"], "hotline").create(
            {"claim_id": claim.id, "grounds": "All four leak"}
        )
        return appeal.with_env(self.env)

    # === appeals ===#
    def test_nobody_of_any_tier(self):
        """R-CLM-05: who decided at whichever tier takes no part in the decision on
        the appeal; where nobody is left it is said, and a substitute decides."""
        claim = self._reduce()
        appeal = self._appeal(claim)
        deciders = self.users["sales_vp"] | self.users["general_manager"]
        self.assertEqual(appeal.first_decider_ids, deciders)
        self.as_user(appeal, "service_manager").action_take_up()
        self.assertEqual(claim.review_ids.reviewer_ids, self.users["quality_vp"])
        for role in ("sales_vp", "general_manager"):
            with self.assertRaisesRegex(UserError, "not asked"):
                self._approve(claim, role)
        self.as_user(claim.line_ids, "quality_vp").approved_quantity = 4
        self._approve(claim, "quality_vp")
        # the arbiter was the last one left
        self.assertEqual(claim.state, "to_approve")
        self.assertIn("nobody is left", claim.notice)
        self.as_user(self.env["aftersales.substitution"], "general_manager").create(
            {
                "substitute_id": self.users["quality"].id,
                "date_to": fields.Date.today() + relativedelta(days=5),
            }
        )
        claim.invalidate_recordset()
        self.assertFalse(claim.notice)
        self._approve(claim, "quality")
        self.assertEqual((claim.state, appeal.state), ("approved", "granted"))
        self.assertEqual(claim.amount_approved, 1040)

    def test_nobody_from_the_start(self):
        """R-CLM-05: the arbiter decided as well: taking the appeal up says what to
        do, and goes through once it is done."""
        claim = self._reduce()
        today = fields.Date.today()
        accepted = claim.version_ids.filtered(lambda item: item.event == "accepted")
        # sudo: as if the vice president had stood in for the arbiter
        accepted.sudo().on_behalf_of_id = self.users["quality_vp"]
        appeal = self._appeal(claim)
        self.assertIn(self.users["quality_vp"], appeal.first_decider_ids)
        take_up = self.as_user(appeal, "service_manager").action_take_up
        with (
            self.assertRaisesRegex(UserError, "Name a substitute"),
            self.env.cr.savepoint(),
        ):
            take_up()
        self.env.invalidate_all()
        self.assertEqual((claim.state, appeal.state), ("approved", "filed"))
        self.env["aftersales.substitution"].create(
            {
                "user_id": self.users["quality_vp"].id,
                "substitute_id": self.users["quality"].id,
                "date_to": today + relativedelta(days=5),
            }
        )
        take_up()
        self.assertEqual(claim.review_ids.reviewer_ids, self.users["quality"])

    def test_rounds_that_count(self):
        """R-CLM-05: deciders of every round in which parts were decided are left out;
        of one given up, and of costs alone, they are not."""
        claim = self._create_claim([(self.seal, 4)], user_id=self.users["hotline"].id)
        self._verify(claim)
        self._approve(claim, "sales_vp")
        self.as_user(claim, "general_manager").action_return("Photos")
        self.assertFalse(claim._get_decisions())
        claim.action_submit()
        claim.action_verify()
        self.as_user(claim, "sales_vp").action_reject("Wear")
        self.assertEqual(claim._get_decisions().user_id, self.users["sales_vp"])
        self.as_user(claim, "service_manager").action_draft()
        self._verify(claim)
        self._approve(claim, "sales_vp", "general_manager")
        decided = claim._get_decisions()
        self.assertEqual(decided.mapped("event"), ["rejected", "accepted", "approved"])
        self.assertEqual(claim._get_last_decision(), decided[-1])
        # costs above the approved ones: another vice president decides on them alone
        self._add_cost(claim, "travel", 9000)
        self.as_user(claim, "accountant").action_ask_costs("Mountain road")
        self._approve(claim, "sales_vp", "general_manager")
        self.assertEqual(claim._get_decisions(), decided)

    def test_appeals_open_at_the_upgrade(self):
        """R-CLM-05: an appeal filed before leaves out who decided at the first tier
        from the upgrade on."""
        claim = self._reduce()
        appeal = self._appeal(claim)
        appeal.sudo().first_decider_ids = self.users["general_manager"]
        self.as_user(appeal, "service_manager").action_take_up()
        self.assertIn(self.users["sales_vp"], claim.review_ids.reviewer_ids)
        path = file_path("aftersales_claims/migrations/19.0.1.2.0/post-migration.py")
        runpy.run_path(path)["migrate"](self.env.cr, "19.0.1.1.0")
        self.env.invalidate_all()
        self.assertEqual(claim.review_ids.reviewer_ids, self.users["quality_vp"])

    # === who is asked ===#
    def _create_manager(self, name, department):
        user = new_test_user(
            self.env,
            login=name,
            groups="aftersales_service.group_manager",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        self.env["hr.employee"].create(
            {
                "name": name,
                "user_id": user.id,
                "company_id": self.company.id,
                "department_id": department.id,
            }
        )
        return user

    def test_managers_who_read_the_claim(self):
        """R-CLM-05: the manager of another department, who cannot open the claim, is
        not asked to decide on it; nor does he get the to-do of an appeal."""
        south = self.env["hr.department"].create(
            {"name": "South", "company_id": self.company.id}
        )
        part = self.env["hr.department"].create(
            {"name": "Crew", "company_id": self.company.id, "parent_id": south.id}
        )
        stranger = self._create_manager("as_south", south)
        claim = self._create_waiting_emergency(station_id=self.customer.id)
        self.assertEqual(claim.review_ids.reviewer_ids, self.users["service_manager"])
        with self.assertRaises(UserError):
            claim.with_user(stranger).action_approve()
        # below his own department he reads, and decides
        theirs = self._create_waiting_emergency(
            department_id=part.id, lot_id=self._create_machine("PE600-S").id
        )
        self.assertEqual(theirs.review_ids.reviewer_ids, stranger)
        self.as_user(claim, "service_manager").action_reject("Wear")
        self._appeal(claim)
        asked = claim.activity_ids.filtered(
            lambda activity: activity.summary == "Take up the appeal"
        ).user_id
        self.assertIn(self.users["service_manager"], asked)
        self.assertNotIn(stranger, asked)

    def test_no_manager_reads_it(self):
        """R-CLM-05: where no manager may open the claim, the next one up decides."""
        north = self.env["hr.department"].create(
            {"name": "North", "company_id": self.company.id}
        )
        claim = self._create_waiting_emergency()
        claim.review_ids.sudo().unlink()
        claim._set_state("draft", department_id=north.id, user_id=self.users["hr"].id)
        claim.action_submit()
        self.assertEqual(claim.review_ids.reviewer_ids, self.users["sales_vp"])

    def test_pool_in_constant_queries(self):
        """R-CLM-05: whom a tier asks costs the same for few and for many claims and
        managers."""
        managers = [
            self._create_manager(f"manager{number}", self.department)
            for number in range(3)
        ]
        reviews = self.env["tier.review"]
        for number in range(10):
            reviews |= self._create_waiting_emergency(
                lot_id=self._create_machine(f"PE600-{number}").id
            ).review_ids

        self.assertIn(managers[0], reviews.reviewer_ids)
        users = reviews[:1].reviewer_ids
        claims = self.env["aftersales.claim"].browse(reviews.mapped("res_id"))
        # the rules of each user are kept from here on
        claims[:1]._filter_readers(users)
        self.assertNoQueryGrowth(
            lambda some: [claim._filter_readers(users) for claim in some],
            claims[:2],
            claims,
        )
        self.assertNoQueryGrowth(
            lambda some: claims[:1]._filter_readers(some), users[:1], users
        )
