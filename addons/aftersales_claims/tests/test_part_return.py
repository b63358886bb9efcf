# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta
from psycopg2.errors import CheckViolation

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_part_return import PartReturnCommon


@tagged("post_install", "-at_install")
class TestPartReturn(PartReturnCommon):
    """Old parts received, inspected and disposed of."""

    # === expected parts ===#
    def test_expected_from_the_order(self):
        """R-CLM-11: the parts fitted free of charge are expected back, one tag for
        each serial number, once; the technician who was there brings them."""
        order = self._create_order(
            part_ids=[
                Command.create(
                    {
                        "product_id": self.bearing.id,
                        "quantity": 1,
                        "quantity_used": 1,
                        "lot_id": self.bearing_lot.id,
                        "old_lot_name": "BRG-OLD-0001",
                        "in_warranty": True,
                    }
                ),
                Command.create(
                    {
                        "product_id": self.seal.id,
                        "quantity": 2,
                        "quantity_used": 1,
                        "in_warranty": True,
                    }
                ),
            ]
        )
        parts = order._create_part_returns()
        self.assertEqual(parts.product_id, self.bearing)
        self.assertEqual(parts.old_lot_name, "BRG-OLD-0001")
        self.assertEqual(parts.holder_employee_id, self.technician)
        self.assertEqual(parts.supplier_id, self.supplier)
        self.assertEqual(parts.due_date, fields.Date.today() + relativedelta(days=15))
        self.assertFalse(order._create_part_returns())
        self.assertEqual(order.part_return_count, 1)
        self.assertTrue(order.request_id._get_close_blockers())

    def test_bad_input(self):
        """R-CLM-11: no holder, zero or negative quantity, two pieces on one tag of
        a serial product are refused."""
        with self.assertRaises(ValidationError):
            self._create_part(holder_employee_id=False)
        with self.assertRaises(ValidationError):
            self._create_part(quantity=2)
        for quantity in (0, -1):
            with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
                self._create_seals(quantity)

    # === receipt ===#
    def test_receipt_into_quarantine_has_no_value(self):
        """R-CLM-11: received by one done transfer into quarantine: there is stock
        there, nothing for sale, no journal entry, no value."""
        part = self._create_part()
        self.env.flush_all()
        value = self.bearing.with_company(self.company).total_value
        available = self.bearing.with_company(self.company).qty_available
        entries = self._stock_entries()
        picking = self.as_user(part, "storekeeper")._receive()
        self.assertEqual(part.state, "received")
        self.assertEqual(picking.state, "done")
        self.assertEqual(len(picking.move_ids), 1)
        self.assertEqual(picking.location_dest_id, self.quarantine)
        self.assertEqual(part.old_lot_id.name, "BRG-OLD-0001")
        quant = self.env["stock.quant"].search(
            [("location_id", "=", self.quarantine.id)]
        )
        self.assertEqual((quant.lot_id, quant.quantity), (part.old_lot_id, 1))
        self.bearing.invalidate_recordset()
        bearing = self.bearing.with_company(self.company)
        self.assertEqual(bearing.total_value, value)
        self.assertEqual(bearing.qty_available, available)
        self.assertEqual(self._stock_entries(), entries)
        self.assertFalse(picking.move_ids.is_in)
        self.assertEqual(picking.move_ids.value, 0)

    def test_receipt_leaves_fifo_and_average_alone(self):
        """R-CLM-11: also with FIFO and average cost, old parts count for nothing."""
        for method in ("fifo", "average"):
            category = self.part_category.copy(
                {"property_cost_method": method, "property_valuation": "real_time"}
            )
            product = self.env["product.product"].create(
                {
                    "name": method,
                    "is_storable": True,
                    "standard_price": 10,
                    "categ_id": category.id,
                }
            )
            picking = self.env["stock.picking"].create(
                {
                    "picking_type_id": self.warehouse.in_type_id.id,
                    "location_id": self.env.ref("stock.stock_location_suppliers").id,
                    "location_dest_id": self.stock_location.id,
                    "move_ids": [
                        Command.create(
                            {
                                "product_id": product.id,
                                "product_uom_qty": 5,
                                "price_unit": 10,
                                "location_id": self.env.ref(
                                    "stock.stock_location_suppliers"
                                ).id,
                                "location_dest_id": self.stock_location.id,
                            }
                        )
                    ],
                }
            )
            picking.action_confirm()
            picking.move_ids.quantity = 5
            picking.move_ids.picked = True
            picking._action_done()
            product.invalidate_recordset()
            before = product.total_value
            self.assertTrue(before)
            part = self._create_part(
                product_id=product.id, old_lot_name=False, quantity=3
            )
            part._receive()
            self.env.flush_all()
            product.invalidate_recordset()
            self.assertEqual(product.total_value, before, method)
            self.assertEqual(product.qty_available, 5)

    def test_partial_and_too_much(self):
        """R-CLM-11: part of it may come first; more than was replaced is refused,
        and nothing moves."""
        part = self._create_seals(2)
        part._receive({part: 1})
        self.assertEqual((part.state, part.quantity_received), ("expected", 1))
        moves = len(part.move_ids)
        for quantity in (2, 0, -1):
            with self.assertRaises(UserError):
                part._receive({part: quantity})
        self.assertEqual((part.quantity_received, len(part.move_ids)), (1, moves))
        part._receive({part: 1})
        self.assertEqual(part.state, "received")
        self.assertEqual(len(part.move_ids.picking_id), 2)
        with self.assertRaises(UserError):
            part._receive()

    def test_receipt_wizard_by_tag(self):
        """R-CLM-11: the storekeeper scans the tags and receives."""
        part = self._create_seals(2)
        other = self._create_part(old_lot_name="BRG-OLD-0009")
        wizard = self.env["aftersales.part.return.receive"].new({})
        wizard.on_barcode_scanned(part.name)
        wizard.on_barcode_scanned(part.name)
        self.assertEqual(len(wizard.line_ids), 1)
        with self.assertRaises(UserError):
            wizard.on_barcode_scanned("no such tag")
        wizard = (
            self.env["aftersales.part.return.receive"]
            .with_user(self.users["storekeeper"])
            .with_context(default_part_return_ids=(part | other).ids)
            .create({})
        )
        self.assertEqual(wizard.line_ids.mapped("quantity"), [2, 1])
        wizard.action_confirm()
        self.assertEqual((part | other).mapped("state"), ["received"] * 2)
        self.assertEqual(len((part | other).move_ids.picking_id), 1)
        with self.assertRaises(UserError):
            self.env["aftersales.part.return.receive"].create({}).action_confirm()

    # === inspection and disposition ===#
    def test_scrap(self):
        """R-CLM-11: scrapped from quarantine by a scrap order; no value posted."""
        part = self._create_part()
        part._receive()
        with self.assertRaises(UserError):
            part.action_dispose()
        with self.assertRaises(UserError):
            self.as_user(part, "quality").action_inspect()
        self._inspect(part, "scrap", "wear")
        entries = self._stock_entries()
        self.as_user(part, "storekeeper").action_dispose()
        scrap = self.env["stock.scrap"].search(
            [("aftersales_part_return_id", "=", part.id)]
        )
        self.assertEqual(scrap.state, "done")
        self.assertEqual(scrap.location_id, self.quarantine)
        self.assertEqual(part.state, "done")
        self.assertEqual(self._stock_entries(), entries)
        self.assertFalse(
            self.env["stock.quant"].search(
                [("location_id", "=", self.quarantine.id), ("quantity", ">", 0)]
            )
        )
        with self.assertRaises(UserError):
            part.action_dispose()

    def test_judged_is_settled(self):
        """R-CLM-11: what is expected of whom is fixed by the receipt, what quality
        found by its inspection; the tag keeps its number."""
        part = self._create_part()
        keeper = self.as_user(part, "storekeeper")
        keeper.due_date = fields.Date.today()
        with self.assertRaises(AccessError):
            keeper.name = "OP-1"
        part._receive()
        for vals in (
            {"due_date": fields.Date.today()},
            {"quantity": 3},
            {"holder_employee_id": self.technician2.id},
        ):
            with self.assertRaisesRegex(UserError, "stays as it is"):
                keeper.write(vals)
        self._inspect(part, "scrap", "wear")
        for vals in (
            {"inspection_result": "supplier"},
            {"disposition": "supplier"},
        ):
            for role in ("quality", "storekeeper"):
                with self.assertRaisesRegex(UserError, "stays as it is"):
                    self.as_user(part, role).write(vals)
        self.as_user(part, "quality").inspection_note = "Photos added"
        keeper.action_dispose()
        with self.assertRaisesRegex(UserError, "stays as it is"):
            self.as_user(part, "quality").inspection_note = "Never seen"

    def test_supplier_rework_evidence(self):
        """R-CLM-11: each movement is a transfer of its own."""
        parts = self._create_part()
        for index in (2, 3):
            parts |= self._create_part(old_lot_name=f"BRG-OLD-000{index}")
        supplier, rework, evidence = parts
        parts._receive()
        self._inspect(supplier, "supplier")
        self._inspect(rework, "rework", "own")
        self._inspect(evidence, "evidence", "misuse")
        (supplier | rework).action_dispose()
        self.assertEqual(
            supplier.move_ids.mapped("location_dest_id.usage"),
            ["internal", "supplier"],
        )
        self.assertEqual(supplier.move_ids[-1:].picking_id.partner_id, self.supplier)
        self.assertEqual(
            rework.move_ids[-1:].location_dest_id,
            self.company.aftersales_rework_location_id,
        )
        with self.assertRaises(UserError):
            evidence.action_dispose()
        self.as_user(evidence, "quality").action_release_evidence()
        evidence.action_dispose()
        self.assertEqual(evidence.state, "done")

    def test_reworked_part_is_worth_its_cost_again(self):
        """R-CLM-11: a reworked part returns to stock, crediting warranty expense."""
        self.company.aftersales_rework_location_id.valuation_account_id = (
            self.warranty_expense_account
        )
        part = self._create_part()
        part._receive()
        self._inspect(part, "rework", "own")
        part.action_dispose()
        self.as_user(part, "storekeeper").action_reworked()
        move = part.move_ids[-1:]
        self.assertEqual(move.location_dest_id, self.stock_location)
        line = move.account_move_id.line_ids.filtered(
            lambda line: line.account_id == self.warranty_expense_account
        )
        self.assertEqual(line.balance, -6200)
        with self.assertRaises(UserError):
            part.action_reworked()

    # === roles and speed ===#
    def test_roles(self):
        """R-CLM-11: who sees, receives, inspects; amounts only for some."""
        part = self._create_part()
        self.assertTrue(self.as_user(part, "technician").has_access("read"))
        self.assertFalse(self.as_user(part, "technician2").has_access("read"))
        self.assertFalse(self.as_user(part, "employee").has_access("read"))
        with self.assertRaises(AccessError):
            self.as_user(part, "technician").write({"due_date": "2030-01-01"})
        with self.assertRaises(UserError):
            self.as_user(part, "technician")._receive()
        for role in ("technician", "storekeeper", "quality"):
            with self.assertRaisesRegex(UserError, "Your role does not allow"):
                self.as_user(part, role).action_cancel()
        with self.assertRaises(AccessError):
            self.as_user(part, "technician").read(["charge_amount"])
        self.as_user(part, "storekeeper")._receive()
        part.write({"inspection_result": "supplier", "disposition": "scrap"})
        with self.assertRaises(UserError):
            self.as_user(part, "storekeeper").action_inspect()
        with self.assertRaises(UserError):
            part.unlink()
        spare = self._create_part(old_lot_name="BRG-OLD-0002")
        self.as_user(spare, "service_manager").action_cancel()
        self.assertEqual(spare.state, "cancelled")

    def test_list_reads_are_constant(self):
        """Lists read with a constant number of queries."""
        parts = self.env["aftersales.part.return"].create(
            [
                {
                    "product_id": self.seal.id,
                    "holder_kind": "technician",
                    "holder_employee_id": self.technician.id,
                    "company_id": self.company.id,
                }
                for _i in range(110)
            ]
        )
        spec = {
            name: {}
            for name in (
                "name",
                "product_id",
                "quantity",
                "quantity_received",
                "due_date",
                "is_overdue",
                "claim_id",
                "supplier_id",
                "state",
            )
        }
        self.assertNoQueryGrowth(
            lambda records: records.web_search_read([("id", "in", records.ids)], spec),
            parts[:10],
            parts[10:],
        )

    def test_tag_prints(self):
        """R-CLM-11: the tag shows number, part, serial number and date."""
        part = self._create_part()
        html = self.env["ir.actions.report"]._render_qweb_html(
            "aftersales_claims.report_part_return_tag", part.ids
        )[0]
        for text in (part.name, "BRG-OLD-0001", self.bearing.name):
            self.assertIn(text, html.decode())
