# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ClaimsCommon


@tagged("post_install", "-at_install")
class TestRedo(ClaimsCommon):
    """Claims that were supplied in part, reversed and taken up again."""

    # === building blocks ===#
    def _create_supplied_claim(self, quantity=5, supply="ship", product=None, **vals):
        claim = self._create_claim(
            [
                {
                    "product_id": (product or self.seal).id,
                    "quantity": quantity,
                    "supply": supply,
                }
            ],
            kind="emergency",
            kind_reason="Stopped",
            **vals,
        )
        self._approve_again(claim)
        return claim

    def _approve_again(self, claim):
        claim.action_submit()
        self._approve(claim, "service_manager")
        claim.sudo().filed_at = fields.Datetime.now()

    def _reverse(self, claim):
        self.as_user(claim, "accountant").action_reverse("Wrong machine")

    def _get_open_picking(self, claim):
        return claim.picking_ids.filtered(
            lambda picking: picking.state not in ("done", "cancel")
        )

    def _bring(self, claim, quantity):
        """Send out, or bring to the technician, ``quantity`` of what is open."""
        picking = self._get_open_picking(claim)
        picking.move_ids.write({"quantity": quantity, "picked": True})
        picking.with_context(skip_backorder=True).button_validate()
        return picking

    def _bring_back(self, picking, quantity):
        """Return ``quantity`` of the done ``picking`` into the stock by the ERP's own
        dialog."""
        wizard = (
            self.env["stock.return.picking"]
            .with_context(active_id=picking.id, active_model="stock.picking")
            .create({"picking_id": picking.id})
        )
        wizard.product_return_moves.quantity = quantity
        back = self.env["stock.picking"].browse(
            wizard.action_create_returns()["res_id"]
        )
        back.location_dest_id = self.stock_location
        back.move_ids.location_dest_id = self.stock_location
        back.move_ids.write({"quantity": quantity, "picked": True})
        back.button_validate()
        self.assertEqual(back.state, "done")

    def _assert_stock(self, in_stock, waiting, supplied, product=None):
        product = product or self.seal
        self.assertEqual(
            (
                self._quantity(product, self.stock_location),
                self._quantity(product, self.awaiting),
                self.warranty_location.quant_ids.filtered(
                    lambda quant: quant.product_id == product
                ).quantity,
            ),
            (in_stock, waiting, supplied),
        )

    # === tests ===#
    def test_rest_of_a_shipment_is_sent(self):
        """R-CLM-06, R-CLM-09: of 5 approved 2 were shipped when the claim was reversed:
        approved again, these 2 are booked where they are and only 3 are shipped; every
        account and the stock as if it had gone well at once; reversed, as before."""
        start = self._balance()
        stock = self._quantity(self.seal, self.stock_location)
        claim = self._create_supplied_claim(5)
        first = self._bring(claim, 2)
        self.assertEqual(self._balance(self.warranty_expense_account), 520)
        self._reverse(claim)
        self.assertEqual(self._balance(), start)
        line = claim.line_ids
        self.assertEqual((line.supply, line.waiting_quantity), ("ship", 2))
        self._assert_stock(stock - 2, 2, 0)
        claim.action_draft()
        self._approve_again(claim)
        self.assertEqual((claim.supply_state, line.supplied_quantity), ("partial", 2))
        self.assertEqual((line.waiting_quantity, line.refused_quantity), (0, 0))
        self.assertEqual(self._balance(self.warranty_expense_account), 520)
        self._assert_stock(stock - 5, 0, 2)
        picking = self._get_open_picking(claim)
        self.assertEqual(picking.move_ids.product_uom_qty, 3)
        self.assertEqual(picking.location_id, self.stock_location)
        # safe to call again
        claim._supply()
        self.assertEqual(self._get_open_picking(claim), picking)
        self._bring(claim, 3)
        self.assertEqual((claim.supply_state, claim.cost_total), ("done", 1300))
        self.assertEqual(self._balance(self.warranty_expense_account), 1300)
        self._assert_stock(stock - 5, 0, 5)
        self._reverse(claim)
        self.assertEqual(self._balance(), start)
        self.assertEqual((line.supply, line.waiting_quantity), ("fitted", 5))
        self._assert_stock(stock - 5, 5, 0)
        self.assertNotEqual(first, picking)
        # once more, and all of it is outside
        claim.action_draft()
        self._approve_again(claim)
        self.assertEqual((claim.supply_state, claim.cost_total), ("done", 1300))
        self.assertFalse(self._get_open_picking(claim))
        self._assert_stock(stock - 5, 0, 5)

    def test_less_is_approved_again(self):
        """R-CLM-06, R-CLM-05: approved again with less than was shipped, nothing is
        sent; what is refused now is charged to the customer, who has it."""
        stock = self._quantity(self.seal, self.stock_location)
        claim = self._create_supplied_claim(5)
        self._bring(claim, 3)
        self._reverse(claim)
        start = self._balance()
        claim.action_draft()
        claim.action_submit()
        line = self.as_user(claim.line_ids, "service_manager")
        line.write({"decision": "reduced", "approved_quantity": 1, "reason": "One"})
        self._approve(claim, "service_manager")
        self.assertEqual((claim.supply_state, claim.cost_total), ("done", 260))
        self.assertFalse(self._get_open_picking(claim))
        self.assertEqual((line.waiting_quantity, line.refused_quantity), (2, 2))
        self._assert_stock(stock - 3, 2, 1)
        self.as_user(claim, "service_manager").action_charge_refused()
        self.assertEqual((line.charged_quantity, line.refused_quantity), (2, 0))
        self.assertEqual(line.sudo().charge_move_id.invoice_line_ids.quantity, 2)
        self._assert_stock(stock - 3, 0, 1)
        self.assertEqual(self._balance(self.warranty_expense_account), 260)
        self.assertEqual(
            self._balance(self.warranty_expense_account)
            - start.get(self.warranty_expense_account, 0),
            260,
        )

    def test_refused_after_a_reversal(self):
        """R-CLM-09: rejected the second time, of what was shipped in part only that
        part is charged: the customer has no more."""
        claim = self._create_supplied_claim(5)
        self._bring(claim, 2)
        self._reverse(claim)
        claim.action_draft()
        claim.action_submit()
        self.as_user(claim, "service_manager").action_reject("Wear")
        self.assertEqual(claim.line_ids.refused_quantity, 2)
        self.as_user(claim, "service_manager").action_charge_refused()
        self.assertEqual(claim.line_ids.charged_quantity, 2)
        self.assertEqual(self._quantity(self.seal, self.awaiting), 0)

    def test_what_came_back_is_sent_again(self):
        """R-CLM-06, R-CLM-09: parts the storekeeper took back into the stock after the
        reversal are shipped anew, those still outside are not."""
        start = self._balance()
        stock = self._quantity(self.seal, self.stock_location)
        claim = self._create_supplied_claim(5)
        self._bring(claim, 3)
        self._reverse(claim)
        returned = claim.picking_ids.filtered(
            lambda picking: picking.location_dest_id == self.awaiting
        )
        self._bring_back(returned, 2)
        self._assert_stock(stock - 1, 1, 0)
        self.assertEqual(claim.line_ids.waiting_quantity, 1)
        self.assertEqual(self._balance(), start)
        claim.action_draft()
        self._approve_again(claim)
        self.assertEqual(self._get_open_picking(claim).move_ids.product_uom_qty, 4)
        self._bring(claim, 4)
        self._assert_stock(stock - 5, 0, 5)
        self.assertEqual(self._balance(self.warranty_expense_account), 1300)

    def test_moved_away_by_hand(self):
        """R-CLM-06: what somebody moved out of where it waits without naming the claim
        is not there: it is shipped, nothing is taken that is not there."""
        stock = self._quantity(self.seal, self.stock_location)
        claim = self._create_supplied_claim(5)
        self._bring(claim, 2)
        self._reverse(claim)
        self._move(self.seal, 2, self.awaiting, self.stock_location)
        claim.action_draft()
        self._approve_again(claim)
        self.assertEqual(self._get_open_picking(claim).move_ids.product_uom_qty, 5)
        self._bring(claim, 5)
        self._assert_stock(stock - 5, 0, 5)
        self.assertEqual(self._balance(self.warranty_expense_account), 1300)
        self.assertFalse(claim.line_ids.refused_quantity)

    def test_serial_numbers_are_known(self):
        """R-CLM-09: the serial numbers that were shipped are booked again, without
        anybody typing them; the rest is shipped."""
        lots = self.env["stock.lot"].create(
            [
                {
                    "name": f"BRG-R{number}",
                    "product_id": self.bearing.id,
                    "company_id": self.company.id,
                }
                for number in range(3)
            ]
        )
        Quant = self.env["stock.quant"]
        for lot in lots:
            Quant._update_available_quantity(
                self.bearing, self.stock_location, 1, lot_id=lot
            )
        start = self._balance()
        self.bearing.with_company(self.company).standard_price = 1000
        claim = self._create_supplied_claim(3, product=self.bearing)
        picking = self._get_open_picking(claim)
        gone = picking.move_line_ids[:2].lot_id
        picking.move_line_ids[2:].unlink()
        picking.move_ids.picked = True
        picking.with_context(skip_backorder=True).button_validate()
        self.assertEqual(claim.line_ids.supplied_quantity, 2)
        full = self._balance()
        self._reverse(claim)
        self.assertEqual(
            self._balance().get(self.warranty_expense_account, 0),
            start.get(self.warranty_expense_account, 0),
        )
        claim.action_draft()
        self._approve_again(claim)
        self.assertEqual(self._balance(), full)
        booked = claim.picking_ids.filtered(
            lambda picking: (
                picking.location_id == self.awaiting and picking.state == "done"
            )
        )
        self.assertEqual(booked.move_line_ids.lot_id, gone)
        rest = self._get_open_picking(claim)
        self.assertEqual(rest.move_ids.product_uom_qty, 1)
        self.assertFalse(rest.move_line_ids.lot_id & gone)

    def test_rest_through_the_technician(self):
        """R-CLM-06, R-CLM-09: what the technician fitted before the reversal is booked
        again, what he got and did not fit is not brought a second time, only the rest
        is; raised later, only the difference is."""
        start = self._balance()
        stock = self._quantity(self.seal, self.stock_location)
        claim = self._create_supplied_claim(
            4, supply="technician", order_id=self._create_order().id
        )
        line = claim.line_ids
        location = self.technician.aftersales_location_id
        at_his = self._quantity(self.seal, location)
        manager = self.as_user(line, "service_manager")
        manager.write(
            {"decision": "reduced", "approved_quantity": 2, "reason": "Two will do"}
        )
        self._bring(claim, 2)
        claim.action_confirm_fitted()
        self.assertEqual(self._balance(self.warranty_expense_account), 520)
        # raised up to what was approved first: the difference is brought
        manager.write({"decision": "reduced", "approved_quantity": 4})
        self.assertEqual(self._get_open_picking(claim).move_ids.product_uom_qty, 2)
        self._bring(claim, 1)
        self.assertEqual(self._quantity(self.seal, location), at_his + 1)
        self._reverse(claim)
        self.assertEqual(self._balance(), start)
        self.assertEqual((line.supply, line.waiting_quantity), ("technician", 2))
        self._assert_stock(stock - 3, 2, 0)
        claim.action_draft()
        self._approve_again(claim)
        self.assertEqual(line.supplied_quantity, 2)
        self.assertEqual(self._balance(self.warranty_expense_account), 520)
        self.assertEqual(self._get_open_picking(claim).move_ids.product_uom_qty, 1)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            claim.action_confirm_fitted()
        self._bring(claim, 1)
        claim._supply()
        self.assertFalse(self._get_open_picking(claim))
        claim.action_confirm_fitted()
        self.assertEqual((claim.supply_state, claim.cost_total), ("done", 1040))
        self.assertEqual(self._quantity(self.seal, location), at_his)
        self._assert_stock(stock - 4, 0, 4)
        self._reverse(claim)
        self.assertEqual(self._balance(), start)
