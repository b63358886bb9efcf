# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_capa import CapaCommon


@tagged("post_install", "-at_install")
class TestBatchAlertGoods(CapaCommon):
    """What a batch alert lists is taken back or cleared."""

    def test_batch_confirmed_taken_back(self):
        """R-INT-11: confirmed on site, every machine and piece of stock of the batch
        is listed, taken back by transfer, the freight is the company's cost."""
        requests = self._create_batch_requests(3)
        alert = self._find_alert()
        self.assertEqual(alert.line_ids.lot_id, requests.lot_id)
        self.assertEqual(alert.line_ids.partner_id, self.customer)
        self.machine_product.with_company(self.company).standard_price = 90000
        stocked = self._create_stock(self.machine_product, 1, "B2401-stock")
        stocked.production_batch = "B2401"
        quality = self.as_user(alert, "quality")
        with self.assertRaises(UserError):
            quality.action_confirm()
        with self.assertRaises(UserError):
            self.as_user(alert, "hotline").action_confirm()
        quality.finding = "Castings of one heat are porous"
        quality.action_confirm()
        self.assertEqual(len(alert.line_ids), 4)
        line = alert.line_ids.filtered(lambda line: line.lot_id == stocked)
        self.assertEqual(line.location_id, self.stock_location)
        with self.assertRaises(UserError):
            quality.action_close()
        product = self.machine_product.with_company(self.company)
        value, entries = product.total_value, self.env["account.move"].search_count([])
        self.assertTrue(value)
        self.assertEqual(product.qty_available, 1)
        self.as_user(alert.line_ids, "quality").action_take_back()
        self.assertEqual(set(alert.line_ids.mapped("state")), {"taken_back"})
        self.assertEqual(set(alert.line_ids.picking_id.mapped("state")), {"done"})
        # what was sold has no value, what is ours keeps it; neither is for sale
        company = self.company
        for location, lots in (
            (company.aftersales_quarantine_location_id, requests.lot_id),
            (company.aftersales_blocked_location_id, stocked),
        ):
            quants = self.env["stock.quant"].search(
                [
                    ("location_id", "=", location.id),
                    ("product_id", "=", product.id),
                ]
            )
            self.assertEqual(quants.lot_id, lots)
            self.assertEqual(sum(quants.mapped("quantity")), len(lots))
        self.env.flush_all()
        product.invalidate_recordset()
        self.assertEqual((product.qty_available, product.free_qty), (0, 0))
        self.assertEqual(product.total_value, value)
        self.assertEqual(self.env["account.move"].search_count([]), entries)
        with self.assertRaises(UserError):
            alert.line_ids[:1].action_take_back()
        # the cost so far: what the requests' claims cost, and the freight
        claim = self._create_cost(requests[0], 260)
        alert.freight_amount = 3200
        alert.invalidate_recordset(["cost_amount"])
        self.assertEqual(alert.cost_amount, 3460)
        # and opens from there
        self.assertEqual(quality.claim_count, 1)
        self.assertEqual(quality.action_view_claims()["res_id"], claim.id)
        costs = self.env["aftersales.claim.cost"].search(
            quality.action_view_costs()["domain"]
        )
        self.assertEqual(sum(costs.mapped("amount")), 260)
        self.assertFalse(alert.with_user(self.engineer).claim_count)
        capa = self._create_capa(batch_alert_id=alert.id)
        measures = self.env["aftersales.capa"].search(
            quality.action_view_capas()["domain"]
        )
        self.assertEqual(measures, capa)
        quality.action_close()
        self.assertEqual(alert.state, "closed")

    def test_batch_of_a_lot_is_taken_back_whole(self):
        """R-INT-11: a lot of many pieces in several places is taken back with all its
        pieces, also those moved since it was listed."""
        seal = self.env["product.product"].create(
            {
                "name": "Seal ring",
                "is_storable": True,
                "tracking": "lot",
                "standard_price": 4,
            }
        )
        lot = self._create_stock(seal, 7, "L-31")
        lot.production_batch = "L31"
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self.stock_location.id}
        )
        Quant = self.env["stock.quant"]
        Quant._update_available_quantity(seal, shelf, 5, lot_id=lot)
        alert = self.env["aftersales.batch.alert"].create(
            {
                "product_id": seal.id,
                "production_batch": "L31",
                "company_id": self.company.id,
                "finding": "Wrong rubber",
            }
        )
        self.as_user(alert, "quality").action_confirm()
        self.assertEqual(alert.line_ids.quantity, 12)
        Quant._update_available_quantity(seal, shelf, -2, lot_id=lot)
        Quant._update_available_quantity(seal, self.stock_location, 3, lot_id=lot)
        # a company set up before there was such a place gets it now
        self.company.aftersales_blocked_location_id = False
        self.as_user(alert.line_ids, "quality").action_take_back()
        blocked = self.company.aftersales_blocked_location_id
        for location, quantity in (
            (blocked, 13),
            (self.stock_location, 0),
            (shelf, 0),
        ):
            self.assertEqual(
                Quant._get_available_quantity(seal, location, lot_id=lot, strict=True),
                quantity,
            )
        self.assertEqual(len(alert.line_ids.picking_id), 1)
        # some of a lot came back another way, the customer has the rest
        rest = self._create_stock(
            seal, 2, "L-32", self.company.aftersales_quarantine_location_id
        )
        rest.write({"production_batch": "L31", "customer_id": self.customer.id})
        self.as_user(alert, "quality").action_refresh_lines()
        line = alert.line_ids.filtered(lambda line: line.lot_id == rest)
        self.assertEqual(line.partner_id, self.customer)

    def test_what_is_concerned_is_nobodys_to_write(self):
        """R-INT-11: what an alert lists follows from its batch: nobody lists a machine
        of another batch, sends it elsewhere, or deletes a line; settled is settled."""
        requests = self._create_batch_requests(3)
        alert = self._find_alert()
        stranger = self._create_machine("STRANGER")
        line = alert.line_ids[0]
        for role in ("quality", "service_manager"):
            lines = self.as_user(line, role)
            for vals in (
                {"lot_id": stranger.id},
                {"location_id": self.stock_location.id},
                {"partner_id": self.dealer.id},
                {"state": "cleared"},
            ):
                with self.subTest(role=role, vals=vals):
                    with self.assertRaises(AccessError):
                        lines.write(vals)
            with self.assertRaises(AccessError):
                lines.create({"alert_id": alert.id, "lot_id": stranger.id})
            with self.assertRaises(AccessError):
                lines.unlink()
        quality = self.as_user(line, "quality")
        quality.note = "Another heat"
        with self.assertRaisesRegex(UserError, "not confirmed"):
            quality.action_clear()
        for role in ("hotline", "quality", "service_manager"):
            with self.assertRaisesRegex(AccessError, "joins the alert"):
                self.as_user(requests[0], role).batch_alert_id = False
        with self.assertRaises(AccessError):
            self.as_user(alert, "quality").request_ids = [Command.clear()]
        alert.finding = "Porous"
        self.as_user(alert, "quality").action_confirm()
        quality.action_clear()
        with self.assertRaisesRegex(UserError, "stays as it is"):
            quality.note = "Nothing"
        self.assertEqual(alert.line_ids.lot_id, requests.lot_id)
        # the rest at once
        self.assertTrue(alert.has_open_lines)
        with self.assertRaisesRegex(UserError, "Only quality"):
            self.as_user(alert, "hotline").action_take_back_all()
        with patch.object(
            type(self.company),
            "_get_aftersales_taken_back_locations",
            autospec=True,
            side_effect=type(self.company)._get_aftersales_taken_back_locations,
        ) as asked:
            self.as_user(alert, "quality").action_take_back_all()
        self.assertEqual(asked.call_count, 1, "once, however many are taken back")
        self.assertFalse(alert.has_open_lines)
        self.assertEqual(line.state, "cleared")
        self.assertEqual((alert.line_ids - line).mapped("state"), ["taken_back"] * 2)

    def test_what_is_elsewhere_is_not_taken_back(self):
        """R-INT-11: pieces in another company's stock, or already where they are taken
        to, are not listed; what came back another way since is not moved again."""
        other = self.env["res.company"].create({"name": "Other Works"})
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", other.id)])
        if not warehouse:
            warehouse = self.env["stock.warehouse"].create(
                {"name": "Other", "code": "OTH", "company_id": other.id}
            )
        quarantine = self.company.aftersales_quarantine_location_id
        requests = self._create_batch_requests(2)
        theirs = self._create_machine(
            "B2401-theirs",
            production_batch="B2401",
            company_id=False,
            customer_id=False,
        )
        secured = self._create_machine("B2401-secured", production_batch="B2401")
        product = self.machine_product
        Quant = self.env["stock.quant"]
        Quant.with_company(other)._update_available_quantity(
            product, warehouse.lot_stock_id, 1, lot_id=theirs
        )
        Quant._update_available_quantity(product, quarantine, 1, lot_id=secured)
        requests |= self._create_request(
            lot_id=self._create_machine("B2401-2", production_batch="B2401").id
        )
        alert = self._find_alert()
        self.assertEqual(alert.line_ids.lot_id, requests.lot_id)
        alert.finding = "Porous"
        self.as_user(alert, "quality").action_confirm()
        self.assertEqual(alert.line_ids.lot_id, requests.lot_id)
        came_back, in_stock, _sold = requests.lot_id
        Quant._update_available_quantity(product, quarantine, 1, lot_id=came_back)
        Quant._update_available_quantity(
            product, self.stock_location, 1, lot_id=in_stock
        )
        self.as_user(alert.line_ids, "quality").action_take_back()
        self.assertEqual(set(alert.line_ids.mapped("state")), {"taken_back"})
        for lot in requests.lot_id | secured:
            quants = Quant.search(
                [
                    ("lot_id", "=", lot.id),
                    ("location_id.usage", "=", "internal"),
                    ("quantity", ">", 0),
                ]
            )
            self.assertEqual(sum(quants.mapped("quantity")), 1, lot.name)
            self.assertNotIn(self.stock_location, quants.location_id)
