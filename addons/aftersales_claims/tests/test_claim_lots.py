# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from ..tools.serials import split_serials
from .common import ClaimsCommon


@tagged("post_install", "-at_install")
class TestClaimLots(ClaimsCommon):
    """Parts tracked by lot, and several pieces with serial numbers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pad = cls.bearing.create(
            {
                "name": "Wear pad",
                "default_code": "PAD-9",
                "type": "consu",
                "is_storable": True,
                "tracking": "lot",
                "standard_price": 30,
                "categ_id": cls.part_category.id,
            }
        )
        cls.first = cls._create_stock(cls.pad, 3, "LOT-1")
        cls.second = cls._create_stock(cls.pad, 4, "LOT-2")

    def _ship(self, picking, lots):
        """Send exactly ``lots``, {stock.lot: quantity}."""
        move = picking.move_ids
        move.move_line_ids.unlink()
        move.move_line_ids = [
            Command.create(
                {
                    **move._prepare_move_line_vals(),
                    "lot_id": lot.id,
                    "quantity": quantity,
                }
            )
            for lot, quantity in lots.items()
        ]
        move.picked = True
        picking._action_done()

    def _approve_emergency(self, claim):
        claim.write({"kind": "emergency", "kind_reason": "Stopped"})
        claim.action_submit()
        self._approve(claim, "service_manager")

    def test_two_lots_in_one_line(self):
        """R-CLM-06, R-CLM-09: five pieces go out of two lots; some are back by hand
        when the claim is reversed: of each lot the rest comes back, none twice.
        Approved again they are booked once more, nothing is sent."""
        claim = self._create_claim(
            [{"product_id": self.pad.id, "quantity": 5, "supply": "ship"}]
        )
        self._approve_emergency(claim)
        picking = claim.picking_ids
        self._ship(picking, {self.first: 3, self.second: 2})
        self.assertEqual(claim.supply_state, "done")
        self.assertEqual(self._balance(self.warranty_expense_account), 150)
        # one piece of the first lot was sent back before
        move = picking.move_ids
        back = self.env["stock.picking"].create(
            {
                "picking_type_id": self.company.aftersales_claim_type_id.id,
                "location_id": self.warranty_location.id,
                "location_dest_id": self.awaiting.id,
                "return_id": picking.id,
                "aftersales_claim_id": claim.id,
                "move_ids": [
                    Command.create(
                        {
                            **move._prepare_claim_return_vals(self.awaiting),
                            "product_uom_qty": 1,
                        }
                    )
                ],
            }
        )
        back.action_confirm()
        self._ship(back, {self.first: 1})
        self.as_user(claim, "accountant").action_reverse("Wrong machine")
        quantities = {
            lot: self.env["stock.quant"]._get_available_quantity(
                self.pad, self.awaiting, lot_id=lot, strict=True
            )
            for lot in (self.first, self.second)
        }
        self.assertEqual(quantities, {self.first: 3, self.second: 2})
        self.assertEqual(self._balance(self.warranty_expense_account), 0)
        self.assertEqual(claim.line_ids.waiting_quantity, 5)
        self.as_user(claim, "service_manager").action_draft()
        claim.action_submit()
        self._approve(claim, "service_manager")
        self.assertEqual(claim.supply_state, "done")
        self.assertEqual(self._quantity(self.pad, self.awaiting), 0)
        self.assertEqual(self._quantity(self.pad, self.stock_location), 2)
        self.assertEqual(self._balance(self.warranty_expense_account), 150)

    def test_part_of_a_lot_is_fitted(self):
        """R-CLM-01, R-CLM-06: one part fitted of two lots is claimed with both, each of
        them once; a claim by hand is still the same part."""
        order = self._create_order()
        self._fit(order, self.pad, 2, self.first)
        self._fit(order, self.pad, 1, self.second)
        order.action_create_claim()
        claim = order.claim_ids
        self._attach(claim)
        self._approve_emergency(claim)
        self.assertEqual(claim.supply_state, "done")
        moved = {item.lot_id: item.quantity for item in claim.picking_ids.move_line_ids}
        self.assertEqual(moved, {self.first: 2, self.second: 1})
        self.assertEqual(self._quantity(self.pad, self.awaiting), 0)
        with self.assertRaisesRegex(ValidationError, "is claimed already"):
            self._create_claim([(self.pad, 1)], failure_date=claim.failure_date)
        with self.assertRaisesRegex(UserError, "claim"):
            order.action_create_claim()

    def test_lot_of_another_product(self):
        """R-CLM-01, R-CLM-14, R-CLM-15: a lot is its own product's, and a serial number
        one piece."""
        line = {"product_id": self.seal.id, "quantity": 1, "supply": "none"}
        for vals, text in (
            ({"lot_id": self.first.id}, "is not one of"),
            (
                {
                    "product_id": self.bearing.id,
                    "lot_id": self.bearing_lot.id,
                    "quantity": 2,
                },
                "one line for each",
            ),
        ):
            with self.assertRaisesRegex(ValidationError, text):
                self._create_claim([{**line, **vals}])
        with self.assertRaisesRegex(ValidationError, "is not one of"):
            self._create_exchange(product_id=self.seal.id, lot_id=self.first.id)
        station = self.dealer
        station.is_service_station = True
        station.with_company(
            self.company
        ).aftersales_consignment_location_id = self.stock_location
        count = self.env["aftersales.consignment.count"].create(
            {"partner_id": station.id, "company_id": self.company.id}
        )
        count.action_start()
        with self.assertRaisesRegex(ValidationError, "is not one of"):
            count.line_ids = [
                Command.create({"product_id": self.seal.id, "lot_id": self.first.id})
            ]

    def _create_exchange(self, **vals):
        return self.env["aftersales.exchange"].create(
            {
                "partner_id": self.dealer.id,
                "product_id": self.pad.id,
                "quantity": 2,
                "fault": "Worn",
                "date_code": "260101",
                "company_id": self.company.id,
                **vals,
            }
        )

    def test_exchange_of_a_lot(self):
        """R-CLM-15: the lot given is named, enough of it is there, and the old pieces
        stand under their own lot."""
        exchange = self._create_exchange(old_lot_name="LOT-OLD", quantity=4)
        exchange.sudo().state = "accepted"
        hotline = self.as_user(exchange, "hotline")
        with self.assertRaisesRegex(UserError, "name the lot given"):
            hotline.action_exchange()
        hotline.lot_id = self.first
        with self.assertRaisesRegex(UserError, "only 3"):
            hotline.action_exchange()
        hotline.lot_id = self.second
        hotline.action_exchange()
        self.assertEqual(exchange.out_picking_id.move_line_ids.lot_id, self.second)
        self.assertEqual(exchange.part_return_ids.old_lot_id.name, "LOT-OLD")

    def test_old_parts_of_two_lots(self):
        """R-CLM-11: old pieces come back in parts; those of another lot get a tag of
        their own, those of the same stay on theirs."""
        part = self.env["aftersales.part.return"].create(
            {
                "product_id": self.pad.id,
                "quantity": 6,
                "holder_employee_id": self.technician.id,
                "company_id": self.company.id,
            }
        )
        for lot, quantity in (("OLD-1", 2), ("OLD-1", 1), ("OLD-2", 3)):
            self.env["aftersales.part.return.receive"].create(
                {
                    "line_ids": [
                        Command.create(
                            {
                                "part_return_id": part.id,
                                "quantity": quantity,
                                "old_lot_name": lot,
                            }
                        )
                    ]
                }
            ).action_confirm()
        rest = self.env["aftersales.part.return"].search(
            [("product_id", "=", self.pad.id), ("id", "!=", part.id)]
        )
        for tag, lot in ((part, "OLD-1"), (rest, "OLD-2")):
            self.assertEqual(tag.state, "received")
            self.assertEqual((tag.quantity, tag.quantity_received), (3, 3))
            self.assertEqual(tag.old_lot_id.name, lot)
            self.assertEqual(tag.move_ids.move_line_ids.lot_id.name, lot)

    def test_old_serial_numbers_of_several_pieces(self):
        """R-CLM-11: each of several pieces has the number typed for it; no two share
        one, so that all can be received."""
        for text, count, names in (
            ("A1, A2、A3", 3, ["A1", "A2", "A3"]),
            ("A1", 3, ["A1", False, False]),
            ("A1 A2", 3, ["A1 A2", False, False]),
            ("A1 A1", 2, ["A1 A1", False]),
            ("A 1", 1, ["A 1"]),
            (False, 2, [False, False]),
        ):
            found = split_serials(text, count)
            self.assertEqual([name or False for name in found], names)
        for serials, names in (("B1, B2", {"B1", "B2"}), ("B9", {"B9", False})):
            claim = self._create_claim(
                [
                    {
                        "product_id": self.bearing.id,
                        "quantity": 2,
                        "supply": "none",
                        "old_lot_name": serials,
                    }
                ],
            )
            claim.write({"kind": "emergency", "kind_reason": "Stopped"})
            claim.action_submit()
            self._approve(claim, "sales_vp")
            parts = claim.part_return_ids
            self.assertEqual(set(parts.mapped("old_lot_name")), names)
            parts._receive()
            self.assertEqual(len(parts.old_lot_id), 2)
            self.assertEqual(set(parts.mapped("state")), {"received"})
