# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import runpy

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools.misc import file_path

from .common import ToolsCommon


@tagged("post_install", "-at_install")
class TestToolShelf(ToolsCommon):
    """The storekeeper gives a technician's van shelves: what lies on one is held by
    him all the same; R-TOL-03, R-TOL-04, R-TOL-08."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._issue(cls.technician, cls.meter_1, (cls.gloves, 5))
        cls.van = cls.technician.aftersales_location_id
        cls.shelf = cls.env["stock.location"].create(
            {"name": "Shelf", "location_id": cls.van.id}
        )
        cls._put_on_shelf(cls.multimeter, 1, cls.meter_1)
        cls._put_on_shelf(cls.gloves, 2)

    @classmethod
    def _put_on_shelf(cls, product, quantity, lot=None):
        Quant = cls.env["stock.quant"].with_company(cls.company)
        Quant._update_available_quantity(product, cls.van, -quantity, lot_id=lot)
        Quant._update_available_quantity(product, cls.shelf, quantity, lot_id=lot)

    def _start_count(self):
        campaign = self.env["aftersales.tool.campaign"].with_user(self.storekeeper)
        action = campaign.create(
            {
                "name": "Year end",
                "company_id": self.company.id,
                "employee_ids": [Command.set(self.technician.ids)],
            }
        ).action_start()
        return self.env["aftersales.tool.count"].search(action["domain"])

    def test_held(self):
        """R-TOL-03, R-TOL-04: it is among what he holds, keeps him from leaving, and
        is taken back from the shelf."""
        self.assertEqual(self.meter_1.tool_state, "held")
        self.assertEqual(self.meter_1.custodian_id, self.technician)
        held = self.technician._get_held_quants()
        self.assertEqual(sum(held.mapped("quantity")), 6)
        self.assertIn(self.meter_1, self.technician._get_outstanding_tools())
        with self._refused(UserError, "still holds"):
            self.technician.company_id = self.env["res.company"].create({"name": "B"})
        self._return(self.technician, self.meter_1, (self.gloves, 4))
        self.assertFalse(self.meter_1.custodian_id)
        self.assertEqual(self._stock(self.gloves, self.van), 1)

    def test_shared_and_handed_on(self):
        """R-TOL-03, R-TOL-09: two who share a van are both asked for nothing that is in
        it; when one has left, the other holds what it carries."""
        self.technician2.aftersales_location_id = self.van
        self.env["aftersales.tool.kit"].create(
            {
                "name": "Senior",
                "company_id": self.company.id,
                "technician_grade": "senior",
                "line_ids": [Command.create({"product_id": self.gloves.id})],
            }
        )
        order = self._create_order()
        order.technician_ids = self.technician | self.technician2
        self.assertFalse(order._get_missing_kit_tools())
        self.technician.with_context(tools_waived=True).active = False
        self.assertEqual(self.shelf._get_aftersales_person(), self.technician2)
        self.technician.aftersales_location_id = False
        self.assertEqual(self.meter_1.custodian_id, self.technician2)

    def test_shelf_before_the_upgrade(self):
        """R-TOL-03: what lay on a shelf before counted as nobody's: the upgrade says
        whose it is."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE stock_lot SET custodian_id = NULL, tool_state = 'stock' "
            "WHERE id = %s",
            [self.meter_1.id],
        )
        self.env.invalidate_all()
        path = file_path("aftersales_tools/migrations/19.0.1.2.0/post-shelves.py")
        runpy.run_path(path)["migrate"](self.env.cr, "19.0.1.1.0")
        self.assertEqual(self.meter_1.tool_state, "held")
        self.assertEqual(self.meter_1.custodian_id, self.technician)

    def test_counted(self):
        """R-TOL-08: counted once, wherever in the van it lies; a difference is settled
        in sum, not for each place."""
        count = self._start_count()
        expected = {line.product_id: line.expected for line in count.line_ids}
        self.assertEqual(expected, {self.multimeter: 1, self.gloves: 5})
        own = self.as_user(count, "technician")
        gloves = own.line_ids.filtered(lambda line: line.product_id == self.gloves)
        for counted, on_shelf in ((3, 2), (1, 1)):
            with self.subTest(counted), self.env.cr.savepoint() as savepoint:
                gloves.counted = counted
                own.action_confirm()
                count.with_user(self.storekeeper).action_settle()
                self.assertEqual(self._stock(self.gloves, self.van), counted)
                self.assertEqual(self._stock(self.gloves, self.shelf), on_shelf)
                self.env.flush_all()
                savepoint.rollback()
                self.env.invalidate_all()
