# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common_approval import ApprovalPageCommon
from .common_books import BooksCommon

ACTIVITY = "aftersales_claims.mail_activity_type_supply"


class ShortageCommon(BooksCommon):
    """A part that is not in stock and that nothing says how to buy or make."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bolt = (
            cls.env["product.product"]
            .with_company(cls.company)
            .create(
                {
                    "name": "Frame bolt",
                    "type": "consu",
                    "is_storable": True,
                    "standard_price": 9,
                    "categ_id": cls.part_category.id,
                }
            )
        )

    def _claim_bolts(self, quantity=4, lines=None, **vals):
        return self._create_claim(
            [
                {"product_id": self.bolt.id, "quantity": quantity, "supply": "ship"},
                *(lines or []),
            ],
            **{
                "kind": "emergency",
                "kind_reason": "Stopped",
                "user_id": self.users["hotline"].id,
                **vals,
            },
        )

    def _get_todos(self, claim):
        return claim.activity_search([ACTIVITY])


@tagged("post_install", "-at_install")
class TestClaimShortage(ShortageCommon):
    """Neither in stock nor to be bought or made: said in time, and nothing is lost;
    R-CLM-06."""

    def test_said_when_it_is_handed_in(self):
        """R-CLM-06: applicant and approver read which part nobody could send, and
        where else it is; nothing is said where the stock or an order suffices."""
        claim = self._claim_bolts()
        for role in ("hotline", "service_manager"):
            notice = self.as_user(claim, role).notice
            self.assertIn("no rule says how to buy or make them: Frame bolt", notice)
        other = self.env["stock.warehouse"].create(
            {"name": "Chongqing", "code": "CQ", "company_id": self.company.id}
        )
        self._create_stock(self.bolt, 7, location=other.lot_stock_id)
        claim.invalidate_recordset()
        self.assertIn("(7 in Chongqing)", self.as_user(claim, "hotline").notice)
        self.as_user(claim, "hotline").action_submit()
        self.assertEqual(claim.state, "to_approve")
        self.assertIn("Frame bolt", self.as_user(claim, "service_manager").notice)
        for enough in (
            lambda: self._create_stock(self.bolt, 4),
            lambda: self.bolt.write(
                {"seller_ids": [Command.create({"partner_id": self.supplier.id})]}
            ),
        ):
            with self.subTest(), self.env.cr.savepoint() as savepoint:
                enough()
                self.env.invalidate_all()
                self.assertFalse(self.as_user(claim, "service_manager").notice)
                savepoint.rollback()
        claim.line_ids.sudo().supply = "none"
        self.assertFalse(claim.notice)

    def test_said_while_it_is_entered(self):
        """R-CLM-06: the form says so before it is saved."""
        with Form(self.as_user(self.env["aftersales.claim"], "hotline")) as form:
            form.partner_id = self.customer
            form.lot_id = self.machine
            with form.line_ids.new() as line:
                line.product_id = self.bolt
                line.supply = "technician"
            self.assertIn("Frame bolt", form.notice)

    def test_approved_all_the_same(self):
        """R-CLM-06, R-CLM-04: the emergency is released, what is there is reserved,
        the rest waits; whoever follows the claim is asked, the claim says so, and once
        there is a supplier the parts are called for again."""
        self._create_stock(self.bolt, 1)
        seal = {"product_id": self.seal.id, "quantity": 1, "supply": "ship"}
        claim = self._claim_bolts(lines=[seal])
        claim.action_submit()
        self._approve(claim, "service_manager")
        self.assertEqual(claim.state, "approved")
        moves = {move.product_id: move for move in claim.picking_ids.move_ids}
        self.assertEqual(moves[self.seal].state, "assigned")
        self.assertEqual(moves[self.bolt].state, "partially_available")
        self.assertEqual(moves[self.bolt].product_uom_qty, 4)
        self.assertEqual(self._get_todos(claim).user_id, self.users["hotline"])
        self.assertIn("Frame bolt", self._get_todos(claim).note)
        manager = self.as_user(claim, "service_manager")
        self.assertTrue(manager.has_supply_gap)
        self.assertIn("nothing is on order: Frame bolt", manager.on_hold_reason)
        with self.assertRaisesRegex(UserError, "nothing is on order: Frame bolt"):
            manager.action_supply_again()
        self.bolt.seller_ids = [Command.create({"partner_id": self.supplier.id})]
        self.env.invalidate_all()
        manager.action_supply_again()
        self.assertEqual(claim._get_purchase_orders().order_line.product_qty, 3)
        self.assertFalse(self._get_todos(claim))
        self.env.invalidate_all()
        self.assertFalse(manager.on_hold_reason)
        live = claim.picking_ids.move_ids.filtered(lambda m: m.state != "cancel")
        self.assertEqual(sum(live.mapped("product_uom_qty")), 5)

    def test_goods_arrive(self):
        """R-CLM-06: what waits is reserved as soon as it is there, however it came."""
        claim = self._claim_bolts()
        claim.action_submit()
        self._approve(claim, "service_manager")
        self.assertTrue(self._get_todos(claim))
        self._create_stock(self.bolt, 2)
        self.env["stock.rule"].run_scheduler(company_id=self.company.id)
        # two of four are not enough
        self.assertTrue(self._get_todos(claim))
        self._create_stock(self.bolt, 2)
        self.env["stock.rule"].run_scheduler(company_id=self.company.id)
        picking = claim.picking_ids
        self.assertEqual(picking.state, "assigned")
        self.assertFalse(self._get_todos(claim))
        self.env.invalidate_all()
        self.assertFalse(claim.on_hold_reason)
        picking.move_ids.picked = True
        self.as_user(picking, "storekeeper").button_validate()
        self.assertEqual(claim.supply_state, "done")
        self.assertEqual(claim.cost_total, 36)

    def test_to_do_settled_otherwise(self):
        """R-CLM-06: the to-do ends by itself when an order brings the parts, too."""
        claim = self._claim_bolts()
        claim.action_submit()
        self._approve(claim, "service_manager")
        self._create_receipt(4)
        self.env.invalidate_all()
        self.env["aftersales.claim"]._cron_supply_lateness()
        self.assertFalse(self._get_todos(claim))

    def test_on_its_way_already(self):
        """R-CLM-06: what a purchase brings into stock need not be asked for."""
        self._create_receipt(4)
        claim = self._claim_bolts()
        self.assertFalse(claim.notice)
        claim.action_submit()
        self._approve(claim, "service_manager")
        self.assertEqual(claim.state, "approved")
        self.assertFalse(self._get_todos(claim))

    def _create_receipt(self, quantity):
        incoming = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.in_type_id.id,
                "location_id": self.env.ref("stock.stock_location_suppliers").id,
                "location_dest_id": self.stock_location.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.bolt.id,
                            "product_uom_qty": quantity,
                            "location_id": self.env.ref(
                                "stock.stock_location_suppliers"
                            ).id,
                            "location_dest_id": self.stock_location.id,
                        }
                    )
                ],
            }
        )
        incoming.action_confirm()
        return incoming

    def test_two_at_once(self):
        """R-CLM-06: approved together, one has what is there and the other waits;
        neither keeps the other from being approved."""
        self._create_stock(self.bolt, 4)
        claims = self._claim_bolts() | self._claim_bolts(
            lot_id=self._create_machine("PE600-2").id
        )
        claims.action_submit()
        self._approve(claims, "service_manager")
        self.assertEqual(set(claims.mapped("state")), {"approved"})
        states = [claim.picking_ids.state for claim in claims]
        self.assertEqual(states, ["assigned", "confirmed"])
        todos = [len(self._get_todos(claim)) for claim in claims]
        self.assertEqual(todos, [0, 1])

    def test_two_parts(self):
        """R-CLM-06: of two parts not in stock, the one with a supplier is bought."""
        other = self._create_part(
            name="Anchor",
            seller_ids=[Command.create({"partner_id": self.supplier.id})],
        )
        claim = self._claim_bolts(
            lines=[{"product_id": other.id, "quantity": 2, "supply": "ship"}]
        )
        self.assertNotIn("Anchor", claim.notice)
        claim.action_submit()
        self._approve(claim, "service_manager")
        self.assertEqual(claim._get_purchase_orders().order_line.product_id, other)
        self.assertEqual(len(claim.picking_ids.move_ids), 2)
        self.assertNotIn("Anchor", claim.on_hold_reason)
        self.assertIn("Frame bolt", claim.on_hold_reason)

    def test_nobody_sells_it(self):
        """R-CLM-06: a part with the route to buy and without a supplier is bought from
        nobody: said in time, and called for again in vain."""
        buy = self.env.ref("purchase_stock.route_warehouse0_buy")
        self.bolt.route_ids = [Command.link(buy.id)]
        claim = self._claim_bolts()
        self.assertIn("Frame bolt", claim.notice)
        claim.action_submit()
        self._approve(claim, "service_manager")
        self.assertTrue(self._get_todos(claim))
        self.env.invalidate_all()
        manager = self.as_user(claim, "service_manager")
        with self.assertRaisesRegex(UserError, "nothing is on order: Frame bolt"):
            manager.action_supply_again()
        self.assertTrue(self._get_todos(claim))

    def test_some_wait_still(self):
        """R-CLM-06: called for again, what nobody can send even now stays on the list
        of whoever follows the claim, by its name."""
        anchor = self._create_part(name="Anchor")
        claim = self._claim_bolts(
            lines=[{"product_id": anchor.id, "quantity": 2, "supply": "ship"}]
        )
        claim.action_submit()
        self._approve(claim, "service_manager")
        self.assertIn("Anchor", self._get_todos(claim).note)
        anchor.seller_ids = [Command.create({"partner_id": self.supplier.id})]
        self.env.invalidate_all()
        self.as_user(claim, "service_manager").action_supply_again()
        self.assertEqual(claim._get_purchase_orders().order_line.product_id, anchor)
        todo = self._get_todos(claim)
        self.assertEqual(todo.user_id, self.users["hotline"])
        self.assertIn("Frame bolt", todo.note)
        self.assertNotIn("Anchor", todo.note)

    def test_consumables_need_no_stock(self):
        """R-CLM-06: what is not kept in stock goes out, and nobody is troubled."""
        self.bolt.is_storable = False
        claim = self._claim_bolts()
        self.assertFalse(claim.notice)
        claim.action_submit()
        self._approve(claim, "service_manager")
        self.assertEqual(claim.picking_ids.state, "assigned")
        self.assertFalse(self._get_todos(claim))

    def test_set_up_wrongly(self):
        """R-CLM-06: a claim for whose own transfer no rule exists is not approved."""
        self.company.aftersales_claim_route_id.rule_ids.active = False
        claim = self._claim_bolts()
        claim.action_submit()
        with self.assertRaisesRegex(UserError, "No rule"), self.env.cr.savepoint():
            self._approve(claim, "service_manager")
        self.env.invalidate_all()
        self.assertEqual(claim.state, "to_approve")


@tagged("post_install", "-at_install")
class TestClaimShortageByLink(ShortageCommon, ApprovalPageCommon):
    """The same behind the approver's mailed link (R-CLM-05, R-CLM-06)."""

    def test_by_link(self):
        """R-CLM-05, R-CLM-06: the page says before and after the decision which parts
        wait, in words."""
        claim = self._claim_bolts()
        self.as_user(claim, "hotline").action_submit()
        link = self._get_link("service_manager")
        self._login("service_manager")
        self.assertIn("no rule says how to buy or make", self.url_open(link).text)
        page = self._decide(link, "approve")
        self.assertIn("Approved. Not in stock, and nothing is on order: Frame", page)
        self.assertEqual(claim.state, "approved")
        self.assertEqual(claim.picking_ids.state, "confirmed")
