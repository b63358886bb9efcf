# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Two crons of scheduled visits at once (R-FUP-03): real transactions and commits;
what is committed is removed afterwards."""

import uuid

from psycopg2 import IntegrityError

from odoo import SUPERUSER_ID, api, fields
from odoo.modules.registry import Registry
from odoo.tests import tagged
from odoo.tests.common import BaseCase, get_db_name
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestVisitConcurrency(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())
        with cls.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            company = env["res.company"].search([], limit=1)
            partner = env["res.partner"].create(
                {
                    "name": f"visits-{uuid.uuid4().hex[:8]}",
                    "company_id": company.id,
                    "is_key_customer": True,
                    "followup_interval": 3,
                }
            )
            partner.next_visit_date = fields.Date.today()
            cls.company_id, cls.partner_id = company.id, partner.id
        cls.addClassCleanup(cls._remove_data)

    @classmethod
    def _remove_data(cls):
        with cls.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"active_test": False})
            cls._visits(env).unlink()
            env["res.partner"].browse(cls.partner_id).unlink()

    @classmethod
    def _visits(cls, env):
        return env["aftersales.request"].search([("partner_id", "=", cls.partner_id)])

    def _run(self, env):
        company = env["res.company"].browse(self.company_id)
        Request = env["aftersales.request"].with_company(company)
        return Request._create_due_visits(company).filtered(
            lambda visit: visit.partner_id.id == self.partner_id
        )

    def test_two_crons_at_once(self):
        """R-FUP-03: while one cron holds a schedule the other passes it by; one that
        slept through is stopped by the unique key: one visit, whatever happens."""
        with self.registry.cursor() as first, self.registry.cursor() as second:
            one = api.Environment(first, SUPERUSER_ID, {})
            two = api.Environment(second, SUPERUSER_ID, {})
            # the second transaction has seen the schedule as it was
            due = two["res.partner"].browse(self.partner_id).next_visit_date
            self.assertTrue(due)
            self.assertEqual(len(self._run(one)), 1)
            self.assertFalse(self._run(two), "the first one holds the schedule")
            first.commit()
            second.rollback()
            self.assertFalse(self._run(two), "not due any more")
            second.rollback()
        with self.registry.cursor() as cr:
            visit = self._visits(api.Environment(cr, SUPERUSER_ID, {}))
            self.assertEqual(len(visit), 1)
            with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
                visit.copy({"visit_key": visit.visit_key})
                cr.flush()
            cr.rollback()
