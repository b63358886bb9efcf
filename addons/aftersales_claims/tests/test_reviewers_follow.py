# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import Command, fields
from odoo.tests import new_test_user, tagged

from .common import ClaimsCommon


@tagged("post_install", "-at_install")
class TestReviewersFollow(ClaimsCommon):
    """Who decides on what waits already, when people move or leave (R-CLM-05)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Department = cls.env["hr.department"]
        cls.part = Department.create(
            {
                "name": "After-Sales, Crushers",
                "parent_id": cls.department.id,
                "company_id": cls.company.id,
            }
        )
        cls.elsewhere = Department.create(
            {"name": "Foundry", "company_id": cls.company.id}
        )
        cls.manager = cls._create_manager("manager_two", cls.department)
        cls.file = cls.manager.employee_id

    @classmethod
    def _create_manager(cls, login, department, **vals):
        user = new_test_user(
            cls.env,
            login=f"as_{login}",
            groups="aftersales_service.group_manager",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.env["hr.employee"].create(
            {
                "name": login,
                "user_id": user.id,
                "department_id": department.id,
                "company_id": cls.company.id,
                **vals,
            }
        )
        return user

    def _release(self, **vals):
        """Return an emergency that waits for a service manager."""
        claim = self._create_waiting_emergency(**vals)
        self.assertIn(self.manager, claim.review_ids.reviewer_ids)
        return claim

    def _get_reviewers(self, claim):
        self.env.flush_all()
        self.env.invalidate_all()
        return claim.review_ids.reviewer_ids

    def test_another_department(self):
        """R-CLM-05: whoever changes department is not asked any more what is decided
        by his former colleagues, at once; back again, he is."""
        claim = self._release()
        hr = self.users["hr"]
        self.file.with_user(hr).department_id = self.elsewhere
        self.assertEqual(self._get_reviewers(claim), self.users["service_manager"])
        self.assertFalse(claim.with_user(self.manager).has_access("read"))
        # a version of his contract says so as well
        self.file.with_user(hr).version_id.department_id = self.department
        self.assertIn(self.manager, self._get_reviewers(claim))

    def test_departments_change(self):
        """R-CLM-05: the department that becomes part of another one is decided on by
        its manager as well."""
        claim = self._release(department_id=self.part.id)
        self.part.parent_id = self.elsewhere
        self.assertNotIn(self.manager, self._get_reviewers(claim))
        self.part.parent_id = self.department
        self.assertIn(self.manager, self._get_reviewers(claim))

    def test_another_login(self):
        """R-CLM-05: the file given to another login takes the decisions with it."""
        claim = self._release()
        successor = new_test_user(
            self.env,
            login="as_successor",
            groups="aftersales_service.group_manager",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        self.assertNotIn(successor, self._get_reviewers(claim))
        self.file.user_id = successor
        self.assertIn(successor, self._get_reviewers(claim))
        self.assertNotIn(self.manager, self._get_reviewers(claim))

    def test_who_leaves(self):
        """R-CLM-05: an archived file or login, or one of another company, decides
        nothing any more; nobody else loses his place."""
        claim = self._release()
        self.file.active = False
        self.assertEqual(self._get_reviewers(claim), self.users["service_manager"])
        self.file.active = True
        self.assertIn(self.manager, self._get_reviewers(claim))
        self.manager.active = False
        self.assertEqual(self._get_reviewers(claim), self.users["service_manager"])
        self.manager.active = True
        self.assertIn(self.manager, self._get_reviewers(claim))
        other = self.env["res.company"].create({"name": "Other"})
        self.manager.write(
            {"company_id": other.id, "company_ids": [Command.set(other.ids)]}
        )
        self.assertEqual(self._get_reviewers(claim), self.users["service_manager"])
        # the next one up when nobody is left, also of those who never decided here
        self.users["service_manager"].active = False
        self.assertEqual(self._get_reviewers(claim), self.users["sales_vp"])

    def test_queries(self):
        """R-CLM-05: a change of department finds out anew who decides on the claims
        that wait all at once: 50 cost no more queries than 5."""
        claims = self.env["aftersales.claim"]
        for number in range(50):
            claims |= self._release(lot_id=self._create_machine(f"PE600-{number}").id)
        reviews = claims.review_ids
        departments = [self.elsewhere, self.department]

        def move(some):
            # the others do not wait for the time being
            others = (reviews - some).sudo()
            self.env.cr.execute(
                "UPDATE tier_review SET status = 'cancel' WHERE id = ANY(%s)",
                [others.ids],
            )
            self.env.invalidate_all()
            departments.reverse()
            self.file.department_id = departments[0]
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE tier_review SET status = 'pending' WHERE id = ANY(%s)",
                [others.ids],
            )

        move(reviews)
        self.assertNoQueryGrowth(move, reviews[:5], reviews, slack=2)

    def test_substitute_of_the_next_one_up(self):
        """R-CLM-05: a substitution counts at once for a claim that came to the one up
        as well, who is not of the tier's own group."""
        claim = self._release()
        for user in (self.users["service_manager"], self.manager):
            user.active = False
        self.assertEqual(self._get_reviewers(claim), self.users["sales_vp"])
        self.as_user(self.env["aftersales.substitution"], "sales_vp").create(
            {
                "substitute_id": self.users["quality_vp"].id,
                "date_to": fields.Date.today() + relativedelta(days=5),
            }
        )
        self.assertIn(self.users["quality_vp"], self._get_reviewers(claim))
