# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_station import StationCommon


@tagged("post_install", "-at_install")
class TestConsignmentCount(StationCommon):
    """Stock consigned to stations is counted against its use (R-CLM-14)."""

    def test_consigned_stock_is_counted(self):
        """R-CLM-14: planned every six months, counted against book and use; the
        difference goes through the ERP's inventory adjustment and is explained."""
        location = self._create_station_stock(5)
        self.env["stock.scrap"].create(
            {
                "product_id": self.seal.id,
                "scrap_qty": 1,
                "location_id": location.id,
                "company_id": self.company.id,
            }
        ).do_scrap()
        Count = self.env["aftersales.consignment.count"].sudo()
        Count._cron_plan()
        Count._cron_plan()
        count = Count.search([("partner_id", "=", self.station.id)])
        self.assertEqual(len(count), 1)
        counted = self.as_user(count.sudo(False), "storekeeper")
        counted.action_start()
        line = count.line_ids
        self.assertEqual((line.quantity_book, line.quantity_used), (4, 1))
        mine = self.as_user(line, "storekeeper")
        for vals in ({"quantity_book": 3}, {"quantity_used": 2}, {"difference": 0}):
            with self.assertRaises(AccessError):
                mine.write(vals)
        with self.assertRaises(UserError):
            counted.action_apply()
        line.write({"quantity_counted": 3, "is_counted": True})
        with self.assertRaises(UserError):
            counted.action_apply()
        line.reason = "One used without a report"
        counted.action_apply()
        self.assertEqual(count.state, "done")
        with self.assertRaisesRegex(UserError, "while the count is running"):
            mine.quantity_counted = 4
        with self.assertRaisesRegex(UserError, "stays as it is"):
            counted.partner_id = self.dealer
        quants = self.env["stock.quant"].search([("location_id", "=", location.id)])
        self.assertEqual(sum(quants.mapped("quantity")), 3)
        with self.assertRaises(UserError):
            counted.action_apply()
        Count._cron_plan()
        self.assertEqual(Count.search_count([("partner_id", "=", self.station.id)]), 1)
        count.sudo().date = fields.Date.today() - relativedelta(months=7)
        Count._cron_plan()
        self.assertEqual(Count.search_count([("partner_id", "=", self.station.id)]), 2)

    def test_what_is_used_up_is_counted(self):
        """R-CLM-14: what was used up since the last count has a line as well; the use
        counts from the moment of that count; a difference is taken from where the
        pieces lie."""
        location = self._create_station_stock(5)
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": location.id}
        )
        self._create_stock(self.seal, 3, location=shelf)

        def use(quantity, product=self.seal):
            scrap = self.env["stock.scrap"].create(
                {
                    "product_id": product.id,
                    "scrap_qty": quantity,
                    "location_id": location.id,
                    "company_id": self.company.id,
                }
            )
            scrap.do_scrap()

        use(1)
        vals = {"partner_id": self.station.id, "company_id": self.company.id}
        # planned long before it was carried out
        planned = fields.Date.today() - relativedelta(days=20)
        count = self.env["aftersales.consignment.count"].create(
            {**vals, "date": planned}
        )
        counted = self.as_user(count, "storekeeper")
        counted.action_start()
        line = count.line_ids
        self.assertEqual((line.quantity_book, line.quantity_used), (7, 1))
        self.as_user(line, "storekeeper").write(
            {"quantity_counted": 2, "is_counted": True, "reason": "Used, no report"}
        )
        counted.action_apply()
        Quant = self.env["stock.quant"]
        self.assertEqual(Quant._get_available_quantity(self.seal, location), 2)
        for place in (location, shelf):
            own = Quant.search(
                [("location_id", "=", place.id), ("product_id", "=", self.seal.id)]
            )
            self.assertGreaterEqual(min(own.mapped("quantity"), default=0), 0)
        # the next one: all of another part was used up meanwhile
        now = fields.Datetime.now()
        moves = self.env["stock.move"].search(
            [("location_id", "child_of", location.id)]
        )
        moves.date = now - relativedelta(days=2)
        count.sudo().done_at = now - relativedelta(days=1)
        gasket = self.env["product.product"].create(
            {"name": "Gasket", "is_storable": True}
        )
        self._create_stock(gasket, 2, location=location)
        use(2, gasket)
        again = self.env["aftersales.consignment.count"].create(vals)
        self.assertEqual(
            again.previous_date, fields.Date.context_today(again, count.done_at)
        )
        again.action_start()
        lines = {item.product_id: item for item in again.line_ids}
        self.assertEqual(
            (lines[gasket].quantity_book, lines[gasket].quantity_used), (0, 2)
        )
        self.assertEqual(
            (lines[self.seal].quantity_book, lines[self.seal].quantity_used), (2, 0)
        )
        # found after all
        self.as_user(again.line_ids, "storekeeper").write({"is_counted": True})
        for item, quantity in ((lines[gasket], 1), (lines[self.seal], 2)):
            self.as_user(item, "storekeeper").write(
                {"quantity_counted": quantity, "reason": "Found again"}
            )
        self.as_user(again, "storekeeper").action_apply()
        self.assertEqual(Quant._get_available_quantity(gasket, location), 1)
        self.assertEqual(Quant._get_available_quantity(self.seal, location), 2)
