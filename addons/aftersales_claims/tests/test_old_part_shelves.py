# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import runpy

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools.misc import file_path

from .common import ClaimsCommon
from .common_capa import CapaCommon


@tagged("post_install", "-at_install")
class TestOldPartShelves(CapaCommon, ClaimsCommon):
    """The storekeeper keeps goods on shelves: they are in quarantine, blocked or in
    stock all the same; R-CLM-11, R-CLM-15, R-INT-11."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.quarantine = cls.company.aftersales_quarantine_location_id
        cls.shelf = cls._create_shelf(cls.quarantine)

    @classmethod
    def _create_shelf(cls, location):
        return cls.env["stock.location"].create(
            {"name": "Shelf", "location_id": location.id}
        )

    def _receive_on_shelf(self, **vals):
        part = self.env["aftersales.part.return"].create(
            {
                "product_id": self.seal.id,
                "quantity": 2,
                "machine_id": self.machine.id,
                "holder_kind": "technician",
                "holder_employee_id": self.technician.id,
                "company_id": self.company.id,
                "supplier_id": self.supplier.id,
                **vals,
            }
        )
        self.as_user(part, "storekeeper")._receive()
        self._move(
            part.product_id,
            part.quantity,
            self.quarantine,
            self.shelf,
            part.old_lot_id,
        )
        return part

    def _get_stock(self, location):
        quants = self.env["stock.quant"].search([("location_id", "=", location.id)])
        return sorted(quant.quantity for quant in quants if quant.quantity)

    def test_shelf_has_no_value(self):
        """R-CLM-11: what lies on a shelf of the quarantine is not in the books and not
        for sale, and putting it there posts nothing."""
        self.assertTrue(self.shelf.is_aftersales_quarantine)
        self.assertTrue(self._create_shelf(self.shelf).is_aftersales_quarantine)
        self.assertFalse(self.shelf.is_valued_internal)
        outside = self._create_shelf(self.stock_location)
        self.assertFalse(outside.is_aftersales_quarantine)
        outside.location_id = self.quarantine
        self.assertTrue(outside.is_aftersales_quarantine)
        seal = self.seal.with_company(self.company)
        value = seal.total_value
        self._receive_on_shelf()
        seal.invalidate_recordset()
        self.assertEqual(seal.total_value, value)
        moves = self.env["stock.move"].search(
            [("location_dest_id", "=", self.shelf.id)]
        )
        self.assertFalse(moves.filtered(lambda move: move.is_in or move.is_out))

    def test_shelf_leaves_quarantine(self):
        """R-CLM-11: a shelf moved out of the quarantine, with those on it, is stock;
        not while goods lie there, which would enter the books without a transfer."""
        inner = self._create_shelf(self.shelf)
        part = self._receive_on_shelf()
        for location, parent in (
            (self.shelf, self.stock_location),
            (self.stock_location, self.quarantine),
        ):
            with self.assertRaisesRegex(UserError, "move the goods by a transfer"):
                location.location_id = parent
            self.env.invalidate_all()
        self._move(part.product_id, 2, self.shelf, self.quarantine)
        self.shelf.location_id = self.stock_location
        self.assertFalse((self.shelf | inner).filtered("is_aftersales_quarantine"))
        self.assertTrue(inner.is_valued_internal)
        self.shelf.location_id = self.quarantine
        self.assertTrue(inner.is_aftersales_quarantine)
        # the quarantine itself stays one, wherever it stands
        own = self._create_shelf(self.quarantine)
        self.company.aftersales_rework_location_id = own
        own.location_id = self.stock_location.location_id
        self.assertTrue(own.is_aftersales_quarantine)

    def test_moved_away_by_hand(self):
        """R-CLM-11: an old part that somebody took out of the quarantine in the stock
        is not disposed of from there: the storekeeper reads where it went."""
        for vals in ({}, {"product_id": self.bearing.id, "quantity": 1}):
            part = self._receive_on_shelf(**vals)
            part.write({"inspection_result": "supplier", "disposition": "scrap"})
            self.as_user(part, "quality").action_inspect()
            goods = part.product_id, part.quantity
            lot = part.old_lot_id
            self._move(*goods, self.shelf, self.stock_location, lot)
            with (
                self.assertRaisesRegex(UserError, "moved it to .*/Stock: bring"),
                self.env.cr.savepoint(),
            ):
                self.as_user(part, "storekeeper").action_dispose()
            self.env.invalidate_all()
            self.assertEqual(part.state, "inspected")
            self._move(*goods, self.stock_location, self.quarantine, lot)
            self.as_user(part, "storekeeper").action_dispose()
            self.assertEqual(part.state, "done")
            self.assertFalse(self._get_stock(self.quarantine))

    def test_place_not_set_up(self):
        """R-CLM-11: without a quarantine in the settings nothing is disposed of; what
        is missing is told."""
        part = self._receive_on_shelf()
        part.write({"inspection_result": "supplier", "disposition": "scrap"})
        self.as_user(part, "quality").action_inspect()
        self.company.aftersales_quarantine_location_id = False
        with (
            self.assertRaisesRegex(UserError, "quarantine location of"),
            self.env.cr.savepoint(),
        ):
            self.as_user(part, "storekeeper").action_dispose()
        self.assertEqual(part.state, "inspected")

    def test_shelves_from_before(self):
        """R-CLM-11: shelves the quarantine had before the upgrade are quarantine."""
        outside = self._create_shelf(self.stock_location)
        self.shelf.is_aftersales_quarantine = False
        path = file_path("aftersales_claims/migrations/19.0.1.3.0/post-quarantine.py")
        runpy.run_path(path)["migrate"](self.env.cr, "19.0.1.2.0")
        self.assertTrue(self.shelf.is_aftersales_quarantine)
        self.assertFalse(outside.is_aftersales_quarantine)

    def test_taken_from_the_shelf(self):
        """R-CLM-11: sent to the supplier, to rework or scrapped, the part leaves the
        shelf it lies on, with or without a serial number."""
        for disposition in ("supplier", "rework", "scrap"):
            for vals in ({}, {"product_id": self.bearing.id, "quantity": 1}):
                part = self._receive_on_shelf(**vals)
                part.write(
                    {"inspection_result": "supplier", "disposition": disposition}
                )
                self.as_user(part, "quality").action_inspect()
                self.assertEqual(self._get_stock(self.shelf), [part.quantity])
                self.as_user(part, "storekeeper").action_dispose()
                self.assertFalse(self._get_stock(self.shelf), disposition)
                self.assertFalse(self._get_stock(self.quarantine), disposition)

    def test_taken_back_to_a_shelf(self):
        """R-INT-11: what lies on a shelf of the quarantine or of the blocked stock is
        not listed and not moved again."""
        requests = self._create_batch_requests(3)
        alert = self._find_alert()
        product = self.machine_product
        Quant = self.env["stock.quant"]
        secured = self._create_machine("B2401-secured", production_batch="B2401")
        blocked = self._create_shelf(self.company.aftersales_blocked_location_id)
        Quant._update_available_quantity(product, blocked, 1, lot_id=secured)
        alert.finding = "Porous"
        self.as_user(alert, "quality").action_confirm()
        self.assertEqual(alert.line_ids.lot_id, requests.lot_id)
        first = requests.lot_id[0]
        Quant._update_available_quantity(product, self.shelf, 1, lot_id=first)
        self.as_user(alert.line_ids, "quality").action_take_back()
        for lot in (first, secured):
            quants = Quant.search([("lot_id", "=", lot.id), ("quantity", ">", 0)])
            self.assertIn(quants.location_id, self.shelf | blocked)

    def test_good_part_from_a_shelf(self):
        """R-CLM-15: the good piece of an exchange leaves the shelf it lies on."""
        stock_shelf = self._create_shelf(self.stock_location)
        self._move(self.seal, 10, self.stock_location, stock_shelf)
        exchange = self.env["aftersales.exchange"].create(
            {
                "partner_id": self.customer.id,
                "product_id": self.seal.id,
                "quantity": 2,
                "fault": "Worn",
                "company_id": self.company.id,
            }
        )
        exchange.sudo().state = "accepted"
        self.as_user(exchange, "hotline").action_exchange()
        self.assertEqual(self._quantity(self.seal, stock_shelf), 8)
        quants = self.env["stock.quant"].search(
            [
                ("product_id", "=", self.seal.id),
                ("location_id", "child_of", self.stock_location.id),
                ("quantity", "<", 0),
            ]
        )
        self.assertFalse(quants)
