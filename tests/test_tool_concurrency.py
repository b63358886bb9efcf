# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Many counters at once (R-TOL-03): real transactions, real commits.

A ``TransactionCase`` shares one cursor, so nothing ever waits for anything there.
Here every attempt has its own session; what is committed is removed afterwards."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

from odoo import SUPERUSER_ID, Command, api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import tagged
from odoo.tests.common import BaseCase, get_db_name
from odoo.tools import mute_logger

#: sessions at the same time; the attempts of a test queue for them
SESSIONS = 12
SIGNATURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAA"
    "AABJRU5ErkJggg=="
)


@tagged("post_install", "-at_install")
class TestToolConcurrency(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())
        cls.mark = f"concurrency-{uuid.uuid4().hex[:8]}"
        with cls.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            cls.ids = cls._create_data(env)
        cls.addClassCleanup(cls._remove_data)

    @classmethod
    def _create_data(cls, env):
        warehouse = env["stock.warehouse"].search([], limit=1)
        company = warehouse.company_id
        company._create_aftersales_config()
        env = env(context={"allowed_company_ids": company.ids})
        product = env["product.product"].create(
            [
                {
                    "name": f"Multimeter {cls.mark}",
                    "tool_class_id": env.ref(
                        "aftersales_tools.tool_class_durable_1"
                    ).id,
                },
                {
                    "name": f"Gloves {cls.mark}",
                    "tool_class_id": env.ref(
                        "aftersales_tools.tool_class_consumable"
                    ).id,
                },
            ]
        )
        meter, gloves = product
        lot = env["stock.lot"].create(
            {"name": cls.mark, "product_id": meter.id, "company_id": company.id}
        )
        stock = warehouse.lot_stock_id
        Quant = env["stock.quant"]
        Quant._update_available_quantity(meter, stock, 1, lot_id=lot)
        Quant._update_available_quantity(gloves, stock, 1)
        people = env["hr.employee"].create(
            [
                {"name": f"Person {number} {cls.mark}", "company_id": company.id}
                for number in range(5)
            ]
        )
        people._ensure_aftersales_location()
        return {
            "company": company.id,
            "meter": meter.id,
            "gloves": gloves.id,
            "lot": lot.id,
            "stock": stock.id,
            "people": people.ids,
        }

    @classmethod
    def _remove_data(cls):
        """Finished moves are never deleted by the ERP, so the rows go by SQL."""
        with cls.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"active_test": False})
            products = env["product.product"].browse(
                [cls.ids["meter"], cls.ids["gloves"]]
            )
            people = env["hr.employee"].browse(cls.ids["people"])
            locations = people.aftersales_location_id
            slips = env["aftersales.tool.custody"].search(
                [("employee_id", "in", people.ids)]
            )
            pickings = slips.picking_ids
            moves = env["stock.move"].search([("product_id", "in", products.ids)])
            sheets = (
                ("stock_move_line", moves.move_line_ids),
                ("stock_move", moves),
                ("stock_picking", pickings),
                ("aftersales_tool_custody", slips),
                (
                    "stock_quant",
                    env["stock.quant"].search([("product_id", "in", products.ids)]),
                ),
            )
            for table, records in sheets:
                if records:
                    cr.execute(
                        f"DELETE FROM {table} WHERE id IN %s",  # noqa: S608
                        [records._ids],
                    )
            env.invalidate_all(flush=False)
            env["stock.lot"].browse(cls.ids["lot"]).unlink()
            resources = people.resource_id
            people.unlink()
            resources.exists().unlink()
            locations.unlink()
            products.product_tmpl_id.unlink()

    def _issue(self, number, values, barrier):
        """One storekeeper's click: its own session, repeated by the server as usual.

        :return: True when the slip was done, else the message"""
        person = self.ids["people"][number % len(self.ids["people"])]
        barrier.wait(timeout=60)
        with self.registry.cursor() as cr:
            env = api.Environment(
                cr, SUPERUSER_ID, {"allowed_company_ids": [self.ids["company"]]}
            )

            def click():
                slip = env["aftersales.tool.custody"].create(
                    {
                        "kind": "issue",
                        "employee_id": person,
                        "company_id": self.ids["company"],
                        "signature": SIGNATURE,
                        "line_ids": [Command.create(values)],
                    }
                )
                slip.action_done()
                return True

            try:
                return retrying(click, env)
            except UserError as error:
                cr.rollback()
                return str(error)

    def _click(self, attempts, values):
        results = []
        with mute_logger("odoo.sql_db", "odoo.service.model"):
            for start in range(0, attempts, SESSIONS):
                count = min(SESSIONS, attempts - start)
                barrier = threading.Barrier(count)
                with ThreadPoolExecutor(count) as pool:
                    results += pool.map(
                        lambda number, barrier=barrier: self._issue(
                            number, values, barrier
                        ),
                        range(start, start + count),
                    )
        return results

    def test_fifty_issues_of_one_tool(self):
        """R-TOL-03: 50 issues of one tool at once: exactly one succeeds."""
        results = self._click(
            50, {"product_id": self.ids["meter"], "lot_id": self.ids["lot"]}
        )
        self.assertEqual(results.count(True), 1, results)
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            lot = env["stock.lot"].browse(self.ids["lot"])
            self.assertEqual(lot.tool_state, "held")
            quants = lot.quant_ids.filtered("quantity")
            self.assertEqual(quants.mapped("quantity"), [1])
            self.assertEqual(
                env["stock.move.line"].search_count(
                    [("lot_id", "=", lot.id), ("state", "=", "done")]
                ),
                1,
            )
            done = env["aftersales.tool.custody.line"].search([("lot_id", "=", lot.id)])
            self.assertEqual(done.mapped("state"), ["done"])

    def test_twenty_clicks_on_the_last_consumable(self):
        """R-TOL-03: 20 clicks on the last consumable: stock 0, never below."""
        results = self._click(20, {"product_id": self.ids["gloves"]})
        self.assertEqual(results.count(True), 1, results)
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            quants = env["stock.quant"].search(
                [("product_id", "=", self.ids["gloves"]), ("quantity", "!=", 0)]
            )
            self.assertEqual(sum(quants.mapped("quantity")), 1)
            self.assertFalse(quants.filtered(lambda q: q.quantity < 0))
            self.assertFalse(
                quants.filtered(lambda q: q.location_id.id == self.ids["stock"])
            )
