# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Several deductions for one person at once (R-PEN-06): real transactions, real
commits; what is committed is removed afterwards."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import tagged
from odoo.tests.common import BaseCase, get_db_name
from odoo.tools import mute_logger

SESSIONS = 5


@tagged("post_install", "-at_install")
class TestDeductionConcurrency(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())
        cls.mark = f"concurrency-{uuid.uuid4().hex[:8]}"
        with cls.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            company = env.ref("base.main_company")
            employee = env["hr.employee"].create(
                {"name": f"Person {cls.mark}", "company_id": company.id, "wage": 5000}
            )
            cls.employee_id = employee.id
        cls.addClassCleanup(cls._remove_data)

    @classmethod
    def _remove_data(cls):
        """A plan is never deleted by its users, so the rows go by SQL."""
        with cls.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"active_test": False})
            employee = env["hr.employee"].browse(cls.employee_id)
            plans = env["aftersales.deduction"].search(
                [("employee_id", "=", employee.id)]
            )
            plans.message_ids.unlink()
            for table in ("aftersales_deduction_line", "aftersales_deduction"):
                cr.execute(
                    f"DELETE FROM {table} WHERE employee_id = %s",  # noqa: S608
                    [employee.id],
                )
            env.invalidate_all(flush=False)
            resource = employee.resource_id
            employee.unlink()
            resource.exists().unlink()

    def _plan(self, amount, barrier):
        """One decision: its own session, repeated by the server as usual."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            # the view of the data is taken before any of them has planned
            env["hr.employee"].browse(self.employee_id).name  # noqa: B018
            barrier.wait(timeout=60)

            def decide():
                plans = env["aftersales.deduction"]._create_plans(
                    [
                        {
                            "employee_id": self.employee_id,
                            "amount": amount,
                            "reason": self.mark,
                        }
                    ]
                )
                return plans.ids

            return retrying(decide, env)

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_share_of_the_wage(self):
        """R-PEN-06: five plans of 700 at once stay within 20 % of 5,000 a month, all
        together, and add up to what is owed."""
        barrier = threading.Barrier(SESSIONS)
        with ThreadPoolExecutor(SESSIONS) as pool:
            results = [
                pool.submit(self._plan, 700, barrier) for _number in range(SESSIONS)
            ]
            plan_ids = [plan_id for future in results for plan_id in future.result()]
        self.assertEqual(len(plan_ids), SESSIONS)
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            months = env["aftersales.deduction.line"]._read_group(
                [("employee_id", "=", self.employee_id)],
                ["month:month"],
                ["amount:sum"],
            )
            amounts = [amount for _month, amount in months]
            self.assertEqual(amounts, [1000, 1000, 1000, 500])
