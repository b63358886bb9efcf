# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from unittest.mock import patch

from dateutil.relativedelta import relativedelta
from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger
from odoo.tools.translate import code_translations

from .common import ClaimsCommon


@tagged("post_install", "-at_install")
class TestBooks(ClaimsCommon):
    """Goods, costs, posting and reversal; R-CLM-06 to R-CLM-09, R-CLM-13."""

    def _approved(self, **vals):
        claim = self._create_order_claim(**vals)
        claim.action_submit()
        self._approve(claim, "sales_vp")
        return claim

    def _posted(self):
        claim = self._approved(estimated_cost=1610)
        self._add_cost(claim, "shipping", 480)
        self._add_cost(claim, "labour", 480)
        self._add_cost(claim, "travel", 650)
        self.as_user(claim, "accountant").action_post_costs()
        return claim

    def _assert_costs_are_entries(self, claim):
        """Invariant: what the claim says it cost is what the ledger says."""
        lines = claim._get_account_moves().line_ids.filtered(
            lambda line: (
                line.account_id in self.company._get_aftersales_warranty_accounts()
                and line.parent_state == "posted"
            )
        )
        self.assertAlmostEqual(claim.cost_posted, sum(lines.mapped("balance")), 2)

    # === goods ===#
    def test_fitted_part_is_not_saleable_and_posts_nothing(self):
        """R-CLM-09: fitted parts wait outside the warehouse, still in the books."""
        before = self._balance()
        order = self._create_order()
        self.assertEqual(order._get_free_parts_location(), self.awaiting)
        self._fit(order, self.bearing, 1, self.bearing_lot)
        self.assertEqual(self._balance(), before)
        self.assertEqual(self._quantity(self.bearing, self.awaiting), 1)
        self.assertEqual(self.bearing.qty_available, 0)
        self.assertEqual(self.bearing.free_qty, 0)

    def test_goods_cost_is_posted_by_approval(self):
        """R-CLM-09: the approval moves the goods on; valuation posts the cost."""
        claim = self._create_order_claim()
        claim.action_submit()
        self.assertFalse(self._balance(self.warranty_expense_account))
        self._approve(claim, "sales_vp")
        self.assertEqual(self._balance(self.warranty_expense_account), 6460)
        stock_account = self.bearing.with_company(self.company)._get_product_accounts()[
            "stock_valuation"
        ]
        self.assertEqual(self._balance(stock_account), -6460)
        self.assertEqual(sum(self._balance().values()), 0)
        self.assertEqual(self._quantity(self.bearing, self.awaiting), 0)
        self.assertEqual(self.bearing_lot.location_id, self.warranty_location)
        self.assertEqual(claim.supply_state, "done")
        self.assertEqual(claim.cost_total, 6460)
        self.assertEqual(claim.cost_ids.mapped("kind"), ["material"] * 2)
        self._assert_costs_are_entries(claim)
        move = claim.cost_ids.account_move_id
        self.assertEqual(move._get_aftersales_claims(), claim)

    def test_average_and_fifo(self):
        """R-CLM-09: material costs are what the valuation took, by method."""
        for method, expected in (("average", 300.0), ("fifo", 240.0)):
            with self.subTest(method=method):
                category = self.part_category.copy(
                    {"name": method, "property_cost_method": method}
                )
                category.with_company(self.company).write(
                    {
                        "property_cost_method": method,
                        "property_valuation": "real_time",
                    }
                )
                product = self._create_part(name=method, categ_id=category.id)
                supplier = self.env.ref("stock.stock_location_suppliers")
                for price in (240, 360):
                    self._receive(product, 1, price, supplier)
                order = self._create_order()
                self._fit(order, product, 1)
                order.action_create_claim()
                claim = order.claim_ids
                claim.write({"kind": "emergency", "kind_reason": "Down"})
                self._attach(claim)
                claim.action_submit()
                before = self._balance(self.warranty_expense_account)
                self._approve(claim, "service_manager")
                posted = self._balance(self.warranty_expense_account) - before
                self.assertEqual(posted, expected)
                self.assertEqual(claim.cost_total, expected)
                claim.sudo().filed_at = fields.Datetime.now()

    def _create_part(self, **vals):
        return (
            self.env["product.product"]
            .with_company(self.company)
            .create(
                {
                    "type": "consu",
                    "is_storable": True,
                    "standard_price": 9,
                    "categ_id": self.part_category.id,
                    **vals,
                }
            )
        )

    def _receive(self, product, quantity, price, supplier):
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.in_type_id.id,
                "location_id": supplier.id,
                "location_dest_id": self.stock_location.id,
                "move_ids": [
                    fields.Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            "location_id": supplier.id,
                            "location_dest_id": self.stock_location.id,
                            "price_unit": price,
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        picking.move_ids.quantity = quantity
        picking.move_ids.picked = True
        picking._action_done()
        picking.move_ids.value_manual = price * quantity

    def test_goods_missing_at_the_location(self):
        """R-CLM-06: nothing is moved or approved when the goods are not there."""
        order = self._create_order()
        self.env["aftersales.order.part"].create(
            {
                "order_id": order.id,
                "product_id": self.seal.id,
                "quantity_used": 1,
                "in_warranty": True,
            }
        )
        order.action_create_claim()
        claim = order.claim_ids
        claim.write({"kind": "emergency", "kind_reason": "Down"})
        self._attach(claim)
        claim.action_submit()
        with (
            self.assertRaisesRegex(UserError, "only 0 is there"),
            self.env.cr.savepoint(),
        ):
            self._approve(claim, "service_manager")
        claim.invalidate_recordset()
        self.assertEqual(claim.state, "to_approve")
        self.assertFalse(claim.picking_ids)

    def test_missing_warranty_account(self):
        """R-CLM-09: no expense account, no silent move without an entry."""
        self.warranty_location.valuation_account_id = False
        claim = self._create_order_claim()
        claim.action_submit()
        with (
            self.assertRaisesRegex(UserError, "Warranty Expense Account"),
            self.env.cr.savepoint(),
        ):
            self._approve(claim, "sales_vp")
        claim.invalidate_recordset()
        self.assertEqual(claim.state, "to_approve")
        self.assertEqual(self._quantity(self.bearing, self.awaiting), 1)

    def test_from_the_visit_to_the_ledger(self):
        """R-CLM-08, R-CLM-09: parts drawn, fitted and reported by the visit itself
        wait for their claim; the approval posts them, the unused one is in stock."""
        order = self._create_order(
            self._create_request(service_category="c"),
            part_ids=[
                Command.create({"product_id": self.bearing.id, "quantity": 1}),
                Command.create({"product_id": self.seal.id, "quantity": 2}),
            ],
        )
        bearing, seal = order.part_ids
        order.action_request_parts()
        self._issue_parts(order)
        self._bring_on_site(order)
        bearing.write(
            {"quantity_used": 1, "old_lot_name": "OLD-77", "in_warranty": True}
        )
        seal.write({"quantity_used": 1, "in_warranty": True})
        mine = self.as_user(order, "technician")
        self._fill_report(mine)
        mine.action_submit_report()
        self.assertEqual(self._quantity(self.bearing, self.awaiting), 1)
        self.assertFalse(self._balance(self.warranty_expense_account))
        mine.action_create_claim()
        claim = order.claim_ids
        self.assertEqual(claim.amount_total, 6460)
        claim.write({"kind": "emergency", "kind_reason": "Quarry stands still"})
        self._attach(order.request_id)
        self.as_user(claim, "service_manager").action_submit()
        self.assertEqual(claim.review_ids.reviewer_ids, self.users["sales_vp"])
        self._approve(claim, "sales_vp")
        self.assertEqual(self._balance(self.warranty_expense_account), 6460)
        self.assertEqual(self._quantity(self.bearing, self.awaiting), 0)
        self.assertEqual(self.bearing_lot.location_id, self.warranty_location)

    def test_reduced_and_rejected_parts_cost_nothing(self):
        """R-CLM-03, R-CLM-09: per line reduced or rejected with a reason: only what
        is allowed leaves the location and reaches the books."""
        order = self._create_order()
        self._fit(order, self.bearing, 1, self.bearing_lot, "BRG-OLD-77")
        self._fit(order, self.seal, 4)
        order.action_create_claim()
        claim = order.claim_ids
        claim.write({"kind": "emergency", "kind_reason": "Quarry stands still"})
        self._attach(claim)
        claim.action_submit()
        bearing = claim.line_ids.filtered(lambda line: line.product_id == self.bearing)
        seals = claim.line_ids - bearing
        self.as_user(bearing, "sales_vp").write(
            {"decision": "rejected", "reason": "No grease: customer's fault"}
        )
        self.assertEqual(claim.approval_level, "manager")
        self.as_user(seals, "sales_vp").write(
            {"decision": "reduced", "approved_quantity": 3, "reason": "One spare"}
        )
        self._approve(claim, "sales_vp")
        self.assertEqual(self._balance(self.warranty_expense_account), 780)
        self.assertEqual(self._quantity(self.seal, self.awaiting), 1)
        self.assertEqual(self._quantity(self.bearing, self.awaiting), 1)
        self.assertEqual(claim.cost_total, 780)
        self.assertEqual(claim.supply_state, "done")
        self._assert_costs_are_entries(claim)
        # what is refused does not stay in our stock for ever: the customer has it
        with self.assertRaises(AccessError):
            self.as_user(claim, "hotline").action_charge_refused()
        stock = self.seal.with_company(self.company)._get_product_accounts()[
            "stock_valuation"
        ]
        before = self._balance(stock)
        action = self.as_user(claim, "service_manager").action_charge_refused()
        invoice = self.env["account.move"].browse(action["res_id"])
        self.assertEqual(invoice.partner_id, self.customer)
        self.assertEqual(
            {line.product_id: line.quantity for line in invoice.invoice_line_ids},
            {self.seal: 1, self.bearing: 1},
        )
        self.assertEqual(self._balance(stock), before)
        self.assertEqual(self._quantity(self.seal, self.awaiting), 0)
        self.assertEqual(self._quantity(self.bearing, self.awaiting), 0)
        self.assertEqual(
            self.bearing_lot.location_id, self.customer.property_stock_customer
        )
        invoice.action_post()
        self.assertEqual(self._balance(stock), before - 6460)
        self.assertEqual(self._balance(self.warranty_expense_account), 780)
        self.assertEqual(claim.cost_total, 780)
        self.assertEqual(invoice._get_aftersales_claims(), claim)
        with self.assertRaisesRegex(UserError, "no refused parts"):
            self.as_user(claim, "service_manager").action_charge_refused()
        # compensated and charged at once is impossible
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            seals.sudo().write({"decision": "approved", "approved_quantity": 4})
            self.env.flush_all()

    def test_rejected_claim_is_charged(self):
        """R-CLM-09: a rejected claim's fitted parts are charged once, after which it
        is neither taken up again nor claimed anew."""
        claim = self._create_order_claim()
        claim.action_submit()
        self.as_user(claim, "sales_vp").action_reject("No grease")
        start = self._balance(self.warranty_expense_account)
        manager = self.as_user(claim, "service_manager")
        manager.action_charge_refused()
        self.assertEqual(self._quantity(self.bearing, self.awaiting), 0)
        self.assertEqual(set(claim.line_ids.mapped("reason")), {"No grease"})
        self.assertEqual(self._balance(self.warranty_expense_account), start)
        with self.assertRaisesRegex(UserError, "are charged"):
            manager.action_draft()
        with self.assertRaisesRegex(UserError, "not claimed"):
            claim.order_id.action_create_claim()

    # === supply ===#
    def test_supply_from_stock(self):
        """R-CLM-06, R-CLM-07: shipped from stock; cost, tracking number, due date."""
        claim = self._create_claim(
            [{"product_id": self.seal.id, "quantity": 3, "supply": "ship"}],
            kind="machine_down",
            kind_reason="Stopped",
        )
        claim.action_submit()
        self._approve(claim, "service_manager")
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
        claim = self._create_claim(
            [{"product_id": self.seal.id, "quantity": 3, "supply": "ship"}],
            kind="machine_down",
            kind_reason="Stopped",
        )
        claim.action_submit()
        self._approve(claim, "service_manager")
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
        claim = self._create_claim(
            [{"product_id": self.seal.id, "quantity": 3, "supply": "ship"}],
            kind="machine_down",
            kind_reason="Stopped",
        )
        claim.action_submit()
        self._approve(claim, "service_manager")
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
        claim = self._create_claim(
            [{"product_id": self.seal.id, "quantity": 5, "supply": "ship"}],
            kind="machine_down",
            kind_reason="Stopped",
        )
        claim.action_submit()
        self._approve(claim, "service_manager")
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
        claim = self._create_claim(
            [{"product_id": part.id, "quantity": 4, "supply": "ship"}],
            kind="emergency",
            kind_reason="Stopped",
        )
        claim.action_submit()
        self._approve(claim, "service_manager")
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
            claim = self._create_claim(
                [{"product_id": part.id, "quantity": 2, "supply": "ship"}],
                kind=kind,
                kind_reason="Stopped",
                lot_id=self._create_machine(f"PE600-{kind}").id,
            )
            claim.action_submit()
            self._approve(claim, "service_manager")
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

    def test_supply_by_production(self):
        """R-CLM-06: a part that is made: the ERP's procurement makes the production
        order, the claim follows it, late as well, and its cost is the part's."""
        raw = self._create_part(name="Forging", standard_price=40)
        self.env["stock.quant"]._update_available_quantity(raw, self.stock_location, 10)
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
        claim = self._create_claim(
            [{"product_id": part.id, "quantity": 2, "supply": "ship"}],
            kind="emergency",
            kind_reason="Stopped",
        )
        claim.action_submit()
        self._approve(claim, "service_manager")
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
        claim = self._create_claim(
            [{"product_id": self.seal.id, "supply": "ship"}],
            kind="emergency",
            kind_reason="Stopped",
            supply_due_date=fields.Date.context_today(self.machine)
            - relativedelta(days=4),
        )
        claim.action_submit()
        self._approve(claim, "service_manager")
        self.env["aftersales.claim"]._cron_supply_lateness()
        self.assertEqual(claim.days_late, 4)

    # === posting ===#
    def test_posting_the_spine(self):
        """R-CLM-09: 6,460 of goods and 1,610 of costs make 8,070, by one entry."""
        claim = self._posted()
        self.assertEqual(claim.cost_total, 8070)
        self.assertEqual(claim.cost_posted, 8070)
        self.assertEqual(self._balance(self.warranty_expense_account), 8070)
        self.assertEqual(
            self._balance(self.company.aftersales_cost_account_travel_id), -650
        )
        entries = claim.cost_ids.filtered(
            lambda cost: cost.kind != "material"
        ).account_move_id
        self.assertEqual(len(entries), 1)
        self._assert_costs_are_entries(claim)
        self.assertFalse(sum(self._balance().values()))

    def test_nothing_twice(self):
        """R-CLM-09: posting again posts only what is new, or refuses."""
        claim = self._posted()
        accountant = self.as_user(claim, "accountant")
        with self.assertRaisesRegex(UserError, "no cost to post"):
            accountant.action_post_costs()
        self._add_cost(claim, "shipping", 20)
        accountant.action_post_costs()
        self.assertEqual(self._balance(self.warranty_expense_account), 8090)
        self._assert_costs_are_entries(claim)

    def test_posted_cost_is_fixed(self):
        """R-CLM-09: a posted cost changes by reversal only."""
        claim = self._posted()
        cost = self.as_user(claim.cost_ids[-1:], "accountant")
        for change in (lambda: cost.write({"amount": 1}), cost.unlink):
            with self.assertRaisesRegex(UserError, "reversing"):
                change()
        with self.assertRaises(UserError):
            claim.action_cancel()
        with self.assertRaises(UserError):
            self._add_cost(claim, "labour", 5, state="posted")
        draft = self.as_user(self._add_cost(claim, "labour", 5), "accountant")
        with self.assertRaises(AccessError):
            draft.state = "posted"

    def test_missing_cost_account(self):
        """R-CLM-09: the error names the setting; nothing is posted."""
        claim = self._approved(estimated_cost=650)
        self._add_cost(claim, "travel", 650)
        self.company.aftersales_cost_account_travel_id = False
        with self.assertRaisesRegex(UserError, "Travel Costs Account"):
            self.as_user(claim, "accountant").action_post_costs()
        self.assertEqual(claim.cost_posted, 6460)

    def test_locked_period(self):
        """R-CLM-09: the ERP's own error; the claim is as it was."""
        claim = self._approved(estimated_cost=650)
        today = fields.Date.context_today(claim)
        cost = self._add_cost(
            claim, "travel", 650, date=today - relativedelta(months=1)
        )
        self.company.fiscalyear_lock_date = today - relativedelta(days=20)
        before = self._balance()
        with (
            self.assertRaisesRegex(UserError, "prior to and inclusive of"),
            self.env.cr.savepoint(),
        ):
            self.as_user(claim, "accountant").action_post_costs()
        self.env.invalidate_all()
        self.assertEqual(cost.state, "draft")
        self.assertEqual(self._balance(), before)
        cost.date = today
        self.as_user(claim, "accountant").action_post_costs()
        self.assertEqual(claim.cost_posted, 7110)

    def test_reversal_restores_the_trial_balance(self):
        """R-CLM-09: reverse and redo: every account as before, to the cent."""
        start = self._balance()
        claim = self._posted()
        full = self._balance()
        self.as_user(claim, "accountant").action_reverse("Wrong machine")
        self.assertEqual(self._balance(), start)
        self.assertEqual(claim.state, "cancelled")
        self.assertEqual(claim.cost_total, 0)
        self.assertEqual(self._quantity(self.bearing, self.awaiting), 1)
        self.assertEqual(self._quantity(self.seal, self.awaiting), 1)
        number = claim.register_number
        claim.action_draft()
        claim.action_submit()
        self._approve(claim, "sales_vp")
        for kind, amount in (("shipping", 480), ("labour", 480), ("travel", 650)):
            self._add_cost(claim, kind, amount)
        self.as_user(claim, "accountant").action_post_costs()
        self.assertEqual(self._balance(), full)
        self._assert_costs_are_entries(claim)
        self.assertNotEqual(claim.register_number, number)
        self.assertFalse(claim.is_filing_overdue)

    def test_reversal_at_the_old_cost(self):
        """R-CLM-09: a cost price changed meanwhile does not leave a difference."""
        claim = self._posted()
        self.bearing.with_company(self.company).standard_price = 7000
        self.as_user(claim, "accountant").action_reverse("Wrong machine")
        self.assertEqual(self._balance(self.warranty_expense_account), 0)
        self.assertEqual(claim.cost_total, 0)

    def test_reversal_in_a_locked_period(self):
        """R-CLM-09: reversing into a locked period is refused by the ERP."""
        claim = self._posted()
        self.env.flush_all()
        self.company.fiscalyear_lock_date = fields.Date.context_today(claim)
        full = self._balance()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.as_user(claim, "accountant").action_reverse(
                "Wrong", date=fields.Date.context_today(claim)
            )
        self.env.invalidate_all()
        self.assertEqual(claim.state, "approved")
        self.assertEqual(self._balance(), full)

    def test_provision_is_used(self):
        """R-CLM-09: by provision, claims charge it instead of the expense."""
        self.company.write({"aftersales_provision_method": "provision"})
        claim = self._posted()
        provision = self.company.aftersales_provision_account_id
        self.assertEqual(self._balance(provision), 8070)
        self.assertFalse(self._balance(self.warranty_expense_account))
        self._assert_costs_are_entries(claim)
        self.company.aftersales_provision_method = "expense"
        self.as_user(claim, "accountant").action_reverse("Wrong")
        self.assertFalse(self._balance(provision))
        self.assertFalse(self._balance(self.warranty_expense_account))

    def test_provision_by_date(self):
        """R-CLM-09: the method takes effect on its date."""
        self.company.write(
            {
                "aftersales_provision_method": "provision",
                "aftersales_provision_from": fields.Date.today()
                + relativedelta(days=9),
            }
        )
        self._posted()
        self.assertEqual(self._balance(self.warranty_expense_account), 8070)

    def test_analytic_distribution(self):
        """R-CLM-09: goods and costs are analysed by customer, by machine type and by
        department at once; a distribution set by hand stands."""
        plans = self.env["account.analytic.plan"].create(
            [{"name": name} for name in ("Customers", "Machines", "Departments")]
        )
        customer, crusher, service = self.env["account.analytic.account"].create(
            [
                {"name": name, "plan_id": plan.id, "company_id": self.company.id}
                for name, plan in zip(
                    ("Quarries", "Crushers", "Service"), plans, strict=True
                )
            ]
        )
        self.env["account.analytic.distribution.model"].create(
            [
                {
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "analytic_distribution": {str(customer.id): 100},
                },
                {
                    "product_categ_id": self.machine_product.categ_id.id,
                    "company_id": self.company.id,
                    "analytic_distribution": {str(crusher.id): 100},
                },
            ]
        )
        self.department.aftersales_analytic_account_id = service
        claim = self._approved(department_id=self.department.id, estimated_cost=750)
        # one amount in three plans, not three amounts
        ((key, percent),) = claim.analytic_distribution.items()
        self.assertEqual(
            set(key.split(",")), {str(customer.id), str(crusher.id), str(service.id)}
        )
        self.assertEqual(percent, 100)
        self._add_cost(claim, "travel", 650)
        self.as_user(claim, "accountant").action_post_costs()
        lines = claim.cost_ids.account_move_id.line_ids.analytic_line_ids
        self.assertEqual(sum(lines.mapped("amount")), -7110)
        for plan, account in zip(plans, (customer, crusher, service), strict=True):
            column = plan._column_name()
            self.assertEqual(lines.mapped(column), account)
        # a plan divided in itself is crossed, one left open in part is not
        other = crusher.copy({"name": "Mills"})
        halves = {str(customer.id): 100, str(crusher.id): 75, str(other.id): 25}
        crossed = claim._cross_distribution(halves, service)
        self.assertEqual(sorted(crossed.values()), [25, 75])
        self.assertEqual({len(key.split(",")) for key in crossed}, {3})
        del halves[str(other.id)]
        self.assertEqual(
            claim._cross_distribution(halves, service),
            {**halves, str(service.id): 100},
        )
        # the department does not come on top of one the models named already
        named = {str(service.copy({"name": "Field"}).id): 100}
        self.assertEqual(claim._cross_distribution(named, service), named)
        by_hand = {str(customer.id): 60, str(crusher.id): 40}
        claim.analytic_distribution = by_hand
        self._add_cost(claim, "shipping", 100)
        self.as_user(claim, "accountant").action_post_costs()
        entry = claim.cost_ids[-1:].account_move_id
        expense = entry.line_ids.filtered(
            lambda line: line.account_id == self.warranty_expense_account
        )
        self.assertEqual(expense.analytic_distribution, by_hand)

    def test_close(self):
        """R-CLM-09: closed when supplied, filed and posted."""
        claim = self._create_claim(
            kind="emergency", kind_reason="Down", estimated_cost=650
        )
        claim.action_submit()
        self._approve(claim, "service_manager")
        self._add_cost(claim, "travel", 650)
        with self.assertRaisesRegex(UserError, "not filed(.|\n)*not posted"):
            claim.action_done()
        claim.write(
            {
                "technology_analysis": "a",
                "quality_analysis": "b",
                "proposal": "compensate",
            }
        )
        claim.action_file()
        self.as_user(claim, "accountant").action_post_costs()
        claim.action_done()
        self.assertEqual(claim.state, "done")

    def test_set_up_accounts(self):
        """R-CLM-09: settings propose sub-accounts on the company's chart, once."""
        self.company.aftersales_cost_account_travel_id = False
        self.company.aftersales_provision_account_id = False
        created = self.company._setup_aftersales_accounts()
        self.assertTrue(
            self.company.aftersales_provision_account_id.with_company(
                self.company
            ).code.startswith("2801")
        )
        self.assertEqual(len(created), 2)
        self.assertFalse(self.company._setup_aftersales_accounts())

    def test_names_of_the_accounts(self):
        """R-CLM-09: accounts the set-up creates are named in every language the books
        are read in, whoever sets up; found again by any of the names."""
        self.env["res.lang"]._activate_lang("zh_CN")
        chinese = {"Warranty travel": "质保差旅费", "Warranty provision": "质保准备"}
        known = code_translations.get_python_translations("aftersales_claims", "zh_CN")
        fields_names = (
            "aftersales_cost_account_travel_id",
            "aftersales_provision_account_id",
        )
        self.company.write(dict.fromkeys(fields_names, False))
        with patch.dict(
            code_translations.python_translations,
            {("aftersales_claims", "zh_CN"): {**known, **chinese}},
        ):
            self.company.with_context(lang="en_US")._setup_aftersales_accounts()
            accounts = [self.company[fname] for fname in fields_names]
            for account, (english, text) in zip(accounts, chinese.items(), strict=True):
                for lang, name in (("en_US", english), ("zh_CN", text)):
                    self.assertEqual(account.with_context(lang=lang).name, name)
            # named by hand, in one language only
            accounts[0].update_field_translations(
                "name", {"en_US": "质保差旅费", "zh_CN": "质保差旅费"}
            )
            self.company.write(dict.fromkeys(fields_names, False))
            found = self.company._setup_aftersales_accounts()
            self.assertEqual(found, accounts[0] | accounts[1])
