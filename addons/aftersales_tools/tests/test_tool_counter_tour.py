# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import HttpCase, tagged

from .common import ToolsCommon


@tagged("post_install", "-at_install")
class TestToolCounterTour(HttpCase, ToolsCommon):
    def test_counter_tour(self):
        """R-TOL-03, R-TOL-04: the storekeeper scans, lets sign and takes back, in the
        browser."""
        self.technician.barcode = "0417777"
        self.storekeeper.write({"password": "as_storekeeper"})
        self.start_tour(
            "/odoo/tool-counter", "aftersales_tool_counter", login="as_storekeeper"
        )
        issue, back = self.env["aftersales.tool.custody"].search(
            [("employee_id", "=", self.technician.id)], order="id"
        )
        self.assertEqual((issue.kind, issue.state), ("issue", "done"))
        self.assertTrue(issue.signature)
        self.assertEqual(issue.user_id, self.storekeeper)
        self.assertEqual(back.line_ids.condition, "damaged")
        self.assertTrue(back.signature)
        self.assertEqual(self.meter_1.tool_state, "repair")
        self.assertEqual(
            self._stock(self.gloves, self.technician.aftersales_location_id), 1
        )

    def test_counter_by_keyboard(self):
        """R-TOL-03, R-TOL-04: scan, sign and issue, then take back, without touching
        the mouse."""
        self.technician.barcode = "0417777"
        self.storekeeper.write({"password": "as_storekeeper"})
        self.start_tour(
            "/odoo/tool-counter",
            "aftersales_tool_counter_keyboard",
            login="as_storekeeper",
        )
        issue, back = self.env["aftersales.tool.custody"].search(
            [("employee_id", "=", self.technician.id)], order="id"
        )
        self.assertEqual((issue.kind, issue.state), ("issue", "done"))
        self.assertEqual((back.kind, back.state), ("return", "done"))
        self.assertTrue(issue.signature and back.signature)
        self.assertEqual(self.meter_1.tool_state, "stock")
