# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common_books import BooksCommon


@tagged("post_install", "-at_install")
class TestClaimSupply(BooksCommon):
    """From stock, purchase, production, through the technician; R-CLM-06, R-CLM-07,
    R-CLM-13."""

    def test_supply_from_stock(self):
        """R-CLM-06, R-CLM-07: shipped from stock; cost, tracking number, due date."""
        claim = self._create_shipped_claim()
        picking = claim.picking_ids
        self.assertEqual(picking.location_dest_id, self.warranty_location)
        self.assertEqual(picking.partner_id, self.customer)
        self.assertEqual(picking.priority, "1")
        self.assertEqual(claim.supply_state, "waiting")
        self.assertTrue(claim.supply_due_date)
        self.assertFalse(self._balance(self.warranty_expense_account))
        picking.move_ids.write({"quantity": 2, "picked": True})
        self.as_user(picking, "storekeeper").shipping_number = "SF1001"
        self.as_user(picking, "storekeeper").with_context(
            skip_backorder=True
        ).button_validate()
        self.assertEqual(claim.supply_state, "partial")
        self.assertEqual(claim.tracking_number, "SF1001")
        self.assertEqual(self._balance(self.warranty_expense_account), 520)
        backorder = claim.picking_ids - picking
        backorder.move_ids.write({"quantity": 1, "picked": True})
        backorder.button_validate()
        self.assertEqual(claim.supply_state, "done")
        self.assertTrue(claim.supplied_at)
        self.assertEqual(claim.cost_total, 780)
        claim._supply()
        self.assertEqual(len(claim.picking_ids), 2)

    def test_freight_of_the_shipments(self):
        """R-CLM-07, R-CLM-08: whoever ships enters carrier, number and freight on the
        transfer; the claim shows all of its numbers and keeps its carrier, each
        freight is a cost of the claim, posted once and then fixed."""
        carrier = self.env["res.partner"].create({"name": "SF", "is_carrier": True})
        claim = self._create_shipped_claim()
        claim.carrier_id = carrier
        first = self.as_user(claim.picking_ids, "storekeeper")
        first.move_ids.write({"quantity": 2, "picked": True})
        first.shipping_number = "SF1001"
        self.assertEqual(claim.carrier_id, carrier)
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            first.aftersales_freight = -1
            self.env.flush_all()
        first.invalidate_recordset()
        first.write({"carrier_partner_id": carrier.id, "aftersales_freight": 45})
        first.aftersales_freight = 48.5
        first.with_context(skip_backorder=True).button_validate()
        second = self.as_user(claim.picking_ids, "storekeeper") - first
        second.write({"shipping_number": "SF1002", "aftersales_freight": 20})
        self.assertEqual(claim.tracking_number, "SF1001, SF1002")
        freight = claim.cost_ids.filtered(lambda cost: cost.kind == "shipping")
        self.assertEqual(sorted(freight.mapped("amount")), [20, 48.5])
        self.assertEqual(freight[0].partner_id, carrier)
        second.aftersales_freight = 0
        self.assertEqual(freight.exists().amount, 48.5)
        with self.assertRaises(AccessError):
            first.aftersales_freight_cost_ids.read(["amount"])
        self.as_user(claim, "accountant").action_post_costs()
        self.assertEqual(
            self._balance(self.company.aftersales_cost_account_shipping_id), -48.5
        )
        with self.assertRaisesRegex(UserError, "is in the books"):
            first.aftersales_freight = 50
        first.carrier_partner_id = carrier
        self.assertEqual(claim.cost_total, 520 + 48.5)

    def test_damaged_shipment(self):
        """R-CLM-07: from the shipment and from the claim one comes to the claims on
        the carrier; a new one knows claim, shipment, carrier and number; from the
        claim to its entries."""
        carrier = self.env["res.partner"].create({"name": "SF", "is_carrier": True})
        claim = self._create_shipped_claim()
        picking = self.as_user(claim.picking_ids, "storekeeper")
        picking.write({"carrier_partner_id": carrier.id, "shipping_number": "SF1001"})
        action = picking.action_view_carrier_claims()
        Damage = self.as_user(
            self.env["aftersales.carrier.claim"], "storekeeper"
        ).with_context(**action["context"])
        self.assertFalse(Damage.search(action["domain"]))
        form = Form(Damage)
        form.amount = 300
        damage = form.save()
        self.assertEqual(
            (damage.carrier_id, damage.picking_id, damage.claim_id.id),
            (carrier, picking, claim.id),
        )
        self.assertEqual(damage.tracking_number, "SF1001")
        self.assertEqual(Damage.search(action["domain"]), damage)
        manager = self.as_user(claim, "service_manager")
        self.assertEqual(manager.carrier_claim_count, 1)
        action = manager.action_view_carrier_claims()
        self.assertEqual(
            self.as_user(damage, "service_manager").search(action["domain"]), damage
        )
        self.assertEqual(action["context"]["default_carrier_id"], carrier.id)
        # who reads no transfers enters one as well
        self.assertFalse(action["context"]["default_picking_id"])
        other = Form(
            self.as_user(damage.browse(), "service_manager").with_context(
                **action["context"]
            )
        )
        other.amount = 20
        self.assertEqual(other.save().claim_id, claim)
        damage.action_notify()
        accountant = self.as_user(damage, "accountant")
        accountant.amount_accepted = 250
        accountant.action_accept()
        entries = self.as_user(claim, "accountant").action_view_entries()
        self.assertEqual(entries["res_id"], accountant.account_move_id.id)

    def test_less_is_supplied_than_ordered(self):
        """R-CLM-06, R-CLM-05: corrected downwards after the approval, what is not out
        yet is called off; what is out already bounds the correction; upwards again
        the difference follows."""
        claim = self._create_shipped_claim(quantity=5)
        line = self.as_user(claim.line_ids, "service_manager")
        picking = claim.picking_ids
        self.assertEqual(picking.move_ids.product_uom_qty, 5)
        self.assertEqual(picking.move_ids.quantity, 5)
        line.write(
            {"decision": "reduced", "approved_quantity": 3, "reason": "Two are enough"}
        )
        self.assertEqual(
            (picking.move_ids.product_uom_qty, picking.move_ids.quantity), (3, 3)
        )
        picking.move_ids.write({"quantity": 1, "picked": True})
        picking.with_context(skip_backorder=True).button_validate()
        backorder = claim.picking_ids - picking
        self.assertEqual(backorder.move_ids.product_uom_qty, 2)
        with (
            self.assertRaisesRegex(UserError, "supplied already"),
            self.env.cr.savepoint(),
        ):
            line.write({"decision": "rejected", "reason": "None"})
        self.env.invalidate_all()
        self.assertEqual(line.approved_quantity, 3)
        line.approved_quantity = 1
        self.assertEqual(backorder.state, "cancel")
        self.assertEqual((claim.supply_state, claim.cost_total), ("done", 260))
        self.assertEqual(self._balance(self.warranty_expense_account), 260)
        # not above what was approved at first: nobody is asked again
        line.approved_quantity = 2
        self.assertEqual(claim.state, "approved")
        self.assertEqual(
            (claim.picking_ids - picking - backorder).move_ids.product_uom_qty, 1
        )

    def test_supply_by_purchase(self):
        """R-CLM-06: not in stock: the ERP's procurement makes the purchase order."""
        part = self._create_part(
            name="Frame bolt",
            seller_ids=[
                fields.Command.create({"partner_id": self.supplier.id, "price": 9})
            ],
            route_ids=[
                fields.Command.link(
                    self.env.ref("purchase_stock.route_warehouse0_buy").id
                )
            ],
        )
        claim = self._create_shipped_claim(part, 4, kind="emergency")
        order = claim._get_purchase_orders()
        self.assertEqual(order.partner_id, self.supplier)
        self.assertEqual(order.order_line.product_qty, 4)
        self.assertEqual(claim.purchase_count, 1)
        self.assertEqual(claim.supply_orders, order.name)
        order.order_line.date_planned = fields.Datetime.to_datetime(
            claim.supply_due_date
        ) + relativedelta(days=10)
        self.assertEqual(
            claim.supply_expected_date,
            claim.supply_due_date + relativedelta(days=10),
        )
        order.button_confirm()
        receipt = order.picking_ids
        receipt.move_ids.write({"quantity": 4, "picked": True})
        receipt.button_validate()
        picking = claim.picking_ids
        self.assertEqual(picking.state, "assigned")
        picking.move_ids.picked = True
        picking.button_validate()
        self.assertEqual(claim.supply_state, "done")

    def test_machine_down_is_first_in_line(self):
        """R-CLM-13: of two waiting claims, the goods that arrive are the stopped
        machine's, whichever was there first."""
        part = self._create_part(
            name="Toggle plate",
            standard_price=100,
            seller_ids=[
                fields.Command.create({"partner_id": self.supplier.id, "price": 99})
            ],
            route_ids=[
                fields.Command.link(
                    self.env.ref("purchase_stock.route_warehouse0_buy").id
                )
            ],
        )
        claims = self.env["aftersales.claim"]
        for kind in ("emergency", "machine_down"):
            claim = self._create_shipped_claim(
                part, 2, kind=kind, lot_id=self._create_machine(f"PE600-{kind}").id
            )
            claim.sudo().filed_at = fields.Datetime.now()
            claims |= claim
        first, urgent = claims
        self.assertEqual(
            self.env["aftersales.claim"].search([("id", "in", claims.ids)])[0], urgent
        )
        self._create_stock(part, 2)
        claims.picking_ids.action_assign()
        self.assertEqual(urgent.picking_ids.state, "assigned")
        self.assertNotEqual(first.picking_ids.state, "assigned")
        picking = urgent.picking_ids
        picking.move_ids.picked = True
        picking.button_validate()
        self.assertEqual(urgent.supply_state, "done")
        self.assertEqual(self._balance(self.warranty_expense_account), 200)

    def _create_made_part(self):
        """A part that is made of one forging, of which there are ten."""
        raw = self._create_part(name="Forging", standard_price=40)
        self._create_stock(raw, 10)
        part = self._create_part(
            name="Rotor shaft",
            standard_price=300,
            route_ids=[
                fields.Command.link(self.env.ref("mrp.route_warehouse0_manufacture").id)
            ],
        )
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": part.product_tmpl_id.id,
                "company_id": self.company.id,
                "bom_line_ids": [
                    fields.Command.create({"product_id": raw.id, "product_qty": 1})
                ],
            }
        )
        return part

    def test_supply_by_production(self):
        """R-CLM-06: a part that is made: the ERP's procurement makes the production
        order, the claim follows it, late as well, and its cost is the part's."""
        part = self._create_made_part()
        claim = self._create_shipped_claim(part, 2, kind="emergency")
        production = claim._get_production_orders()
        self.assertEqual(production.product_qty, 2)
        self.assertEqual(claim.production_count, 1)
        self.assertEqual(claim.supply_orders, production.name)
        self.assertEqual(claim.action_view_productions()["res_id"], production.id)
        technician = self.as_user(claim, "technician")
        self.assertEqual(technician.sudo(False).production_count, 0)
        self.assertEqual(claim.supply_state, "waiting")
        self.assertTrue(claim.supply_due_date)
        # planned later than promised, then not there on the day
        late = claim.supply_due_date + relativedelta(days=5)
        production.date_start = fields.Datetime.to_datetime(late)
        claim.invalidate_recordset()
        self.assertGreaterEqual(claim.supply_expected_date, late)
        claim.supply_due_date = fields.Date.today() - relativedelta(days=3)
        claim._cron_supply_lateness()
        self.assertEqual(claim.days_late, 3)
        picking = claim.picking_ids
        self.assertIn(picking.state, ("confirmed", "waiting"))
        before = self._balance(self.warranty_expense_account)
        production.action_confirm()
        production.qty_producing = 2
        production._set_qty_producing()
        production.move_raw_ids.picked = True
        production.button_mark_done()
        self.assertEqual(production.state, "done")
        self.assertEqual(picking.state, "assigned")
        self.assertEqual(self._balance(self.warranty_expense_account), before)
        picking.move_ids.picked = True
        picking.button_validate()
        self.assertEqual(claim.supply_state, "done")
        self.assertEqual(claim.supplied_at, fields.Date.today())
        self.assertFalse(claim.supply_expected_date)
        self.assertEqual(claim.cost_ids.amount, 600)
        self.assertEqual(self._balance(self.warranty_expense_account), before + 600)
        self.assertEqual(self._quantity(part, self.stock_location), 0)

    def test_orders_of_another_company(self):
        """R-CLM-06: whoever works in two companies opens the claim with whichever is
        active; the names of its orders are there, the buttons for who may open them."""
        planner = self.users["service_manager"]
        planner.group_ids += self.env.ref("mrp.group_mrp_user")
        south = self.env["res.company"].create({"name": "South"})
        planner.company_ids += south
        part = self._create_made_part()
        claim = self._create_shipped_claim(part, 2, kind="emergency")
        production = claim._get_production_orders()
        names = [
            "purchase_count",
            "production_count",
            "supply_orders",
            "supply_expected_date",
        ]
        for active in (self.company, self.company | south):
            claim.invalidate_recordset()
            mine = self.as_user(claim, "service_manager").with_context(
                allowed_company_ids=active.ids
            )
            (values,) = mine.read(names)
            self.assertEqual(values["production_count"], 1)
            self.assertEqual(values["supply_orders"], production.name)
        # the other company alone: he is sent to the claim's own, no figure breaks
        claim.invalidate_recordset()
        mine = mine.with_context(allowed_company_ids=south.ids)
        with self.assertRaisesRegex(AccessError, "switching to the company"):
            mine.read(names)
        self.assertEqual(mine.production_count, 0)
        self.assertEqual(mine.supply_orders, production.name)
        self.assertTrue(mine.supply_expected_date)

    def test_supply_through_technician(self):
        """R-CLM-06: stock to technician posts nothing, fitting it does."""
        claim = self._create_claim(
            [{"product_id": self.seal.id, "quantity": 2, "supply": "technician"}],
            kind="emergency",
            kind_reason="Stopped",
            order_id=self._create_order().id,
        )
        claim.action_submit()
        self._approve(claim, "service_manager")
        picking = claim.picking_ids
        location = self.technician.aftersales_location_id
        self.assertEqual(picking.move_ids.location_dest_id, location)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            claim.action_confirm_fitted()
        picking.move_ids.write({"quantity": 2, "picked": True})
        picking.button_validate()
        self.assertEqual(claim.supply_state, "waiting")
        self.assertFalse(self._balance(self.warranty_expense_account))
        with self.assertRaises(AccessError):
            self.as_user(claim, "storekeeper").action_confirm_fitted()
        claim.action_confirm_fitted()
        self.assertEqual(claim.supply_state, "done")
        self.assertEqual(self._balance(self.warranty_expense_account), 520)

    def test_lateness_is_stored(self):
        """R-CLM-06: days late are counted until the supply is complete."""
        claim = self._create_shipped_claim(
            quantity=1,
            supply_due_date=fields.Date.context_today(self.machine)
            - relativedelta(days=4),
        )
        self.env["aftersales.claim"]._cron_supply_lateness()
        self.assertEqual(claim.days_late, 4)
