# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_books import BooksCommon

ACTIVITY = "aftersales_claims.mail_activity_type_supply"


@tagged("post_install", "-at_install")
class TestClaimStoreroom(BooksCommon):
    """Whatever the storekeeper does to a claim's transfers in the ERP's own screens,
    what leaves is what was approved, and the books and the claim agree; R-CLM-05,
    R-CLM-06, R-CLM-09."""

    def _send(self, picking, quantity=None):
        picking = self.as_user(picking, "storekeeper")
        if quantity is not None:
            picking.move_ids.quantity = quantity
        picking.move_ids.picked = True
        # a request of its own: nothing is known from what others read before
        self.env.invalidate_all()
        return picking.with_context(skip_backorder=True).button_validate()

    def _return(self, picking, quantity, exchange=False):
        """The ERP's own return of a done transfer, not yet validated."""
        Wizard = self.as_user(self.env["stock.return.picking"], "storekeeper")
        wizard = Wizard.with_context(
            active_id=picking.id, active_ids=picking.ids, active_model=picking._name
        ).create({})
        wizard.product_return_moves.quantity = quantity
        if exchange:
            action = wizard.action_create_exchanges()
        else:
            action = wizard.action_create_returns()
        return picking.browse(action["res_id"])

    def _assert_books(self, claim, amount):
        self.assertEqual(claim.cost_total, amount)
        self.assertEqual(self._balance(self.warranty_expense_account), amount)
        self._assert_costs_are_entries(claim)

    def test_more_than_approved(self):
        """R-CLM-05: more than is approved is not sent, nor corrected to afterwards;
        the message names claim and quantities."""
        claim = self._create_shipped_claim(quantity=3)
        picking = claim.picking_ids
        with (
            self.assertRaisesRegex(UserError, f"Only 3 .* on {claim.name}, not 5"),
            self.env.cr.savepoint(),
        ):
            self._send(picking, 5)
        self.env.invalidate_all()
        self.assertEqual(picking.state, "assigned")
        self._send(picking, 3)
        self._assert_books(claim, 780)
        done = self.as_user(picking.move_ids.move_line_ids, "storekeeper")
        picking.action_toggle_is_locked()
        with self.assertRaisesRegex(UserError, "Only 3"), self.env.cr.savepoint():
            done.quantity = 4
        self.env.invalidate_all()
        self._assert_books(claim, 780)

    def test_other_goods(self):
        """R-CLM-05, R-CLM-09: what is not on the claim is not sent with it."""
        other = self._create_part(name="Gasket")
        self._create_stock(other, 5)
        claim = self._create_shipped_claim(quantity=1)
        picking = self.as_user(claim.picking_ids, "storekeeper")
        picking.move_ids = [
            Command.create(
                {
                    "product_id": other.id,
                    "product_uom_qty": 2,
                    "location_id": picking.location_id.id,
                    "location_dest_id": picking.location_dest_id.id,
                }
            )
        ]
        extra = picking.move_ids.filtered(lambda move: move.product_id == other)
        extra.quantity = 2
        with (
            self.assertRaisesRegex(UserError, f"Gasket is not on {claim.name}"),
            self.env.cr.savepoint(),
        ):
            self._send(picking)
        extra.quantity = 0
        self._send(picking.with_context(cancel_backorder=True))
        self._assert_books(claim, 260)

    def test_elsewhere(self):
        """R-CLM-09: sent to another place the cost would be nowhere: refused."""
        claim = self._create_shipped_claim(quantity=1)
        picking = self.as_user(claim.picking_ids, "storekeeper")
        customers = self.env.ref("stock.stock_location_customers")
        picking.location_dest_id = customers
        picking.move_ids.location_dest_id = customers
        with (
            self.assertRaisesRegex(UserError, "where their cost is booked"),
            self.env.cr.savepoint(),
        ):
            self._send(picking)

    def test_two_companies_at_once(self):
        """R-CLM-09: validated from the list together with another company's transfer,
        the goods of the claim are in the books of their own."""
        other = self.env["res.company"].create({"name": "Maker of the South"})
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", other.id)])
        if not warehouse:
            warehouse = self.env["stock.warehouse"].create(
                {"name": "South", "code": "STH", "company_id": other.id}
            )
        route = {
            "location_id": warehouse.lot_stock_id.id,
            "location_dest_id": self.env.ref("stock.stock_location_customers").id,
        }
        theirs = (
            self.env["stock.picking"]
            .with_company(other)
            .create(
                {
                    **route,
                    "picking_type_id": warehouse.out_type_id.id,
                    "move_ids": [
                        Command.create(
                            {
                                **route,
                                "product_id": self.seal.id,
                                "product_uom_qty": 1,
                                "company_id": other.id,
                            }
                        )
                    ],
                }
            )
        )
        theirs.action_confirm()
        theirs.move_ids.write({"quantity": 1, "picked": True})
        keeper = self.users["storekeeper"]
        keeper.company_ids = [Command.link(other.id)]
        claims = self._create_shipped_claim(quantity=2) | self._create_shipped_claim(
            quantity=1, lot_id=self._create_machine("PE600-2").id
        )
        pickings = claims.picking_ids | theirs
        pickings.move_ids.picked = True
        self.as_user(pickings, "storekeeper").with_context(
            allowed_company_ids=[other.id, self.company.id]
        ).button_validate()
        self.assertEqual(set(pickings.mapped("state")), {"done"})
        self.assertEqual([claim.cost_total for claim in claims], [520, 260])
        self.assertEqual(self._balance(self.warranty_expense_account), 780)

    def test_many_with_backorders(self):
        """R-CLM-06: many transfers validated from the list, some in part: the rest
        of each waits on a backorder of its claim, or is called off and told."""
        claims = self.env["aftersales.claim"]
        for number in range(3):
            claims |= self._create_shipped_claim(
                quantity=3, lot_id=self._create_machine(f"PE600-{number}").id
            )
        pickings = self.as_user(claims.picking_ids, "storekeeper")
        for picking, quantity in zip(pickings, (3, 2, 1), strict=True):
            picking.move_ids.write({"quantity": quantity, "picked": True})
        action = pickings.button_validate()
        wizard = (
            self.as_user(self.env["stock.backorder.confirmation"], "storekeeper")
            .with_context(**action["context"])
            .create({})
        )
        wizard.backorder_confirmation_line_ids[-1].to_backorder = False
        wizard.process()
        self.env.invalidate_all()
        self.assertEqual(claims.mapped("supply_state"), ["done", "partial", "partial"])
        open_moves = claims.picking_ids.move_ids.filtered(
            lambda move: move.state not in ("done", "cancel")
        )
        self.assertEqual(open_moves.mapped("product_uom_qty"), [1])
        self.assertEqual(open_moves.picking_id.aftersales_claim_id, claims[1])
        todos = [len(claim.activity_search([ACTIVITY])) for claim in claims]
        self.assertEqual(todos, [0, 0, 1])
        self.assertEqual(
            self._balance(self.warranty_expense_account), sum((780, 520, 260))
        )

    def test_returned_in_the_warehouse(self):
        """R-CLM-06, R-CLM-09: the customer sends a part back, the storekeeper returns
        the transfer: the cost is taken back, the follower told, and what is supplied
        again is booked once."""
        claim = self._create_shipped_claim(quantity=3)
        picking = claim.picking_ids
        self._send(picking)
        back = self._return(picking, 2)
        self.assertEqual(back.aftersales_claim_id, claim)
        self.assertFalse(claim.activity_search([ACTIVITY]))
        self._send(back)
        self._assert_books(claim, 260)
        self.assertEqual((claim.supply_state, claim.supplied_at), ("partial", False))
        self.assertEqual(
            claim.activity_search([ACTIVITY]).summary,
            "Parts were returned to the warehouse",
        )
        self.env.invalidate_all()
        manager = self.as_user(claim, "service_manager")
        self.assertTrue(manager.has_supply_gap)
        manager.action_supply_again()
        self._send(claim.picking_ids - picking - back)
        self._assert_books(claim, 780)
        self.assertEqual(claim.supply_state, "done")
        # reversed, what is still outside comes back once
        self.as_user(claim, "accountant").action_reverse("Wrong machine")
        self._assert_books(claim, 0)
        self.assertEqual(self._quantity(self.seal, self.awaiting), 3)

    def test_returned_after_closing(self):
        """R-CLM-06, R-CLM-09: parts come back after the claim was closed: its cost is
        taken back and its follower told."""
        claim = self._create_shipped_claim(quantity=1)
        self._send(claim.picking_ids)
        claim.sudo().filed_at = claim.approved_at
        # old parts are another matter
        claim.part_return_ids.action_cancel()
        self.as_user(claim, "service_manager").action_done()
        self.assertEqual(claim.state, "done")
        self._send(self._return(claim.picking_ids, 1))
        self._assert_books(claim, 0)
        todo = claim.activity_search([ACTIVITY])
        self.assertIn("The claim is closed.", todo.note)

    def test_exchanged_in_the_warehouse(self):
        """R-CLM-06, R-CLM-09: *Exchange* in the ERP sends the part anew for the same
        claim: nothing is sent twice, and its cost is booked."""
        claim = self._create_shipped_claim(quantity=2)
        picking = claim.picking_ids
        self._send(picking)
        back = self._return(picking, 1, exchange=True)
        again = claim.picking_ids - picking - back
        self.assertEqual(len(again), 1)
        # the machine stands still: the good one leaves before the bad one is back
        self._send(again)
        self._assert_books(claim, 780)
        self._send(back)
        self.assertFalse(claim.activity_search([ACTIVITY]))
        self._assert_books(claim, 520)
        self.assertEqual(claim.supply_state, "done")

    def test_awaiting_on_a_shelf(self):
        """R-CLM-06, R-CLM-09: fitted parts with a serial number that were put on a
        shelf of the awaiting location are booked from there."""
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self.awaiting.id}
        )
        lot = self._create_stock(self.bearing, 1, "NEW-1", location=self.awaiting)
        self._move(self.bearing, 1, self.awaiting, shelf, lot)
        claim = self._create_claim(
            [
                {
                    "product_id": self.bearing.id,
                    "quantity": 1,
                    "supply": "fitted",
                    "lot_id": lot.id,
                }
            ],
            kind="emergency",
            kind_reason="Stopped",
        )
        claim.action_submit()
        self._approve_release(claim)
        self.assertEqual(claim.supply_state, "done")
        quants = self.env["stock.quant"].search([("lot_id", "=", lot.id)])
        self.assertFalse(
            quants.filtered(
                lambda quant: (
                    quant.quantity and quant.location_id in shelf | self.awaiting
                )
            )
        )

    def test_exchange_kept(self):
        """R-CLM-05, R-CLM-06: the good one left in exchange, the bad one's return is
        called off: more is out than approved, and whoever follows the claim is told
        until it comes back."""
        claim = self._create_shipped_claim(quantity=2)
        picking = claim.picking_ids
        self._send(picking)
        back = self._return(picking, 1, exchange=True)
        self._send(claim.picking_ids - picking - back)
        self.assertFalse(claim.on_hold_reason)
        self.as_user(back, "storekeeper").action_cancel()
        self.env.invalidate_all()
        todo = claim.activity_search([ACTIVITY])
        self.assertEqual(todo.summary, "More parts are out than approved")
        self.assertRegex(todo.note, "3 of .*Seal kit.* instead of 2")
        self.assertRegex(claim.on_hold_reason, "3 of .*Seal kit.* instead of 2")
        self._send(self._return(picking, 1))
        self.env["aftersales.claim"]._cron_supply_lateness()
        self.env.invalidate_all()
        self.assertFalse(claim.on_hold_reason)
        self.assertFalse(claim.activity_search([ACTIVITY]))
        self._assert_books(claim, 520)

    def test_from_shelf_and_package(self):
        """R-CLM-06, R-CLM-09: taken from a shelf and out of a package, sent in another
        one, and all of it back at the reversal."""
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self.stock_location.id}
        )
        part = self._create_part(name="Liner", standard_price=50)
        package = self.env["stock.package"].create({"name": "BOX-1"})
        Quant = self.env["stock.quant"].with_company(self.company)
        Quant._update_available_quantity(part, shelf, 2, package_id=package)
        claim = self._create_shipped_claim(part, 2)
        self.assertFalse(claim.notice)
        picking = claim.picking_ids
        self.assertEqual(picking.state, "assigned")
        picking.move_ids.picked = True
        self.as_user(picking, "storekeeper").action_put_in_pack()
        self._send(picking)
        self._assert_books(claim, 100)
        self.as_user(claim, "accountant").action_reverse("Wrong machine")
        self._assert_books(claim, 0)
        negative = self.env["stock.quant"].search(
            [
                ("product_id", "=", part.id),
                ("quantity", "<", 0),
                ("location_id.usage", "=", "internal"),
            ]
        )
        self.assertFalse(negative)

    def test_consigned_goods(self):
        """R-CLM-09: goods of somebody else's are sent without a cost of ours."""
        part = self._create_part(name="Pump", standard_price=80)
        self.env["stock.quant"].with_company(self.company)._update_available_quantity(
            part, self.stock_location, 2, owner_id=self.supplier
        )
        claim = self._create_shipped_claim(part, 2)
        picking = claim.picking_ids
        self.assertEqual(picking.state, "assigned")
        self._send(picking)
        self.assertEqual(claim.supply_state, "done")
        self._assert_books(claim, 0)

    def test_scrapped_before_it_left(self):
        """R-CLM-06: what was reserved is scrapped in the warehouse: the claim says
        that its transfer waits for nothing."""
        part = self._create_part(name="Liner", standard_price=50)
        self._create_stock(part, 2)
        claim = self._create_shipped_claim(part, 2)
        scrap = self.env["stock.scrap"].create(
            {
                "product_id": part.id,
                "scrap_qty": 2,
                "location_id": self.stock_location.id,
                "company_id": self.company.id,
            }
        )
        scrap.do_scrap()
        self.env.invalidate_all()
        self.assertEqual(claim.supply_state, "waiting")
        self.assertIn("nothing is on order: Liner", claim.on_hold_reason)

    def test_two_warehouses(self):
        """R-CLM-06: the part lies in the other warehouse, which resupplies the claims'
        own: the transfers follow, and the claim is told when it is there."""
        other = self.env["stock.warehouse"].create(
            {"name": "Chongqing", "code": "CQ", "company_id": self.company.id}
        )
        self.warehouse.resupply_wh_ids = other
        route = self.warehouse.resupply_route_ids
        part = self._create_part(
            name="Liner", standard_price=50, route_ids=[Command.link(route.id)]
        )
        self._create_stock(part, 5, location=other.lot_stock_id)
        claim = self._create_claim(
            [{"product_id": part.id, "quantity": 2, "supply": "ship"}],
            kind="emergency",
            kind_reason="Stopped",
        )
        self.assertFalse(claim.notice)
        claim.action_submit()
        self._approve(claim, "service_manager")
        picking = claim.picking_ids
        self.assertEqual(len(picking), 1)
        self.env.invalidate_all()
        self.assertFalse(claim.on_hold_reason)
        # the hotline tells the customer where the part is
        way = self.as_user(claim, "hotline").supply_chain.split("\n")
        self.assertEqual(len(way), 3)
        self.assertIn("CQ/Stock → ", way[0])
        self.assertIn("Liner", way[0])
        self.assertIn(picking.name, way[2])
        chain = self.env["stock.move"].search(
            [("product_id", "=", part.id), ("picking_id", "!=", picking.id)]
        )
        for move in chain.sorted(lambda move: move.location_id != other.lot_stock_id):
            move._action_assign()
            move.picked = True
            move.picking_id.button_validate()
        self.assertEqual(picking.state, "assigned")
        self._send(picking)
        self._assert_books(claim, 100)

    def test_pick_pack_ship(self):
        """R-CLM-06: a warehouse that delivers in three steps, whose claims go the same
        way: one need, one cost, whichever step is validated."""
        self.warehouse.delivery_steps = "pick_pack_ship"
        rules = self.company.aftersales_claim_route_id.rule_ids
        rule = rules.filtered(
            lambda r: r.location_dest_id == self.company.aftersales_warranty_location_id
        )
        rule.write(
            {
                "location_src_id": self.warehouse.wh_output_stock_loc_id.id,
                "procure_method": "make_to_order",
            }
        )
        rule.copy(
            {
                "name": "Stock to Output",
                "location_src_id": self.stock_location.id,
                "location_dest_id": self.warehouse.wh_output_stock_loc_id.id,
                "picking_type_id": self.warehouse.pick_type_id.id,
                "procure_method": "mts_else_mto",
            }
        )
        claim = self._create_shipped_claim(quantity=2)
        self.assertEqual(claim.picking_ids.move_ids.state, "waiting")
        pick = claim.picking_ids.move_ids.move_orig_ids.picking_id
        self.assertEqual(pick.state, "assigned")
        self.assertRegex(
            claim.supply_chain,
            f"^{pick.name}: .*/Stock → .*/Output, Ready, .*: 2 .*\n"
            f"{claim.picking_ids.name}: .*Waiting Another Operation",
        )
        self._send(pick)
        self.env.invalidate_all()
        self.assertRegex(claim.supply_chain, f"^{pick.name}: .*Done")
        self.assertEqual(claim.supply_state, "waiting")
        self.assertEqual(claim.picking_ids.state, "assigned")
        self._send(claim.picking_ids)
        self._assert_books(claim, 520)

    def test_negative_stock(self):
        """R-CLM-06: below zero there is nothing to send; received, it goes."""
        part = self._create_part(name="Liner", standard_price=50)
        self._create_stock(part, -3)
        claim = self._create_claim(
            [{"product_id": part.id, "quantity": 2, "supply": "ship"}],
            kind="emergency",
            kind_reason="Stopped",
        )
        self.assertIn("Liner", claim.notice)
        claim.action_submit()
        self._approve(claim, "service_manager")
        self.assertEqual(claim.picking_ids.state, "confirmed")
        self._create_stock(part, 5)
        claim.picking_ids.action_assign()
        self._send(claim.picking_ids)
        self._assert_books(claim, 100)

    def test_pairs_and_boxes(self):
        """R-CLM-06, R-CLM-11: a part kept in pairs is claimed, sent, charged and
        expected back in pairs; a box in the purchase or on the transfer is converted.
        """
        pair = self.env["uom.uom"].create(
            {
                "name": "Pair",
                "relative_factor": 2,
                "relative_uom_id": self.env.ref("uom.product_uom_unit").id,
            }
        )
        part = self._create_part(name="Shoe", standard_price=40, uom_id=pair.id)
        self._create_stock(part, 3)
        claim = self._create_shipped_claim(part, 1)
        self.assertEqual(claim.line_ids.uom_id, pair)
        self.assertEqual(claim.amount_total, 40 + claim.estimated_cost)
        move = claim.picking_ids.move_ids
        # the storekeeper counts two pieces
        move.move_line_ids.product_uom_id = self.env.ref("uom.product_uom_unit")
        move.move_line_ids.quantity = 2
        self.assertEqual(move.quantity, 1)
        self._send(claim.picking_ids)
        self.assertEqual(claim.line_ids.supplied_quantity, 1)
        self._assert_books(claim, 40)
