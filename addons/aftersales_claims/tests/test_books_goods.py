# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_books import BooksCommon


@tagged("post_install", "-at_install")
class TestBooksGoods(BooksCommon):
    """Goods of claims in the books: moved on, refused, charged; R-CLM-06, R-CLM-09."""

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
        # told, not sent to books he may not open
        self.assertEqual(action["tag"], "display_notification")
        invoice = self.env["account.move"].search(
            [("partner_id", "=", self.customer.id), ("move_type", "=", "out_invoice")],
            order="id desc",
            limit=1,
        )
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

    def _get_to_charge(self, claim):
        kind = self.env.ref("aftersales_claims.mail_activity_type_charge_again")
        return claim.activity_ids.filtered(lambda it: it.activity_type_id == kind)

    def test_first_charge_is_the_managers(self):
        """R-CLM-09: what was never charged the accountant does not hand over: that is
        decided by the manager."""
        claim = self._create_order_claim()
        claim.action_submit()
        self.as_user(claim, "sales_vp").action_reject("No grease")
        accountant = self.as_user(claim, "accountant")
        with self.assertRaises(AccessError):
            accountant.action_charge_refused()
        with self.assertRaisesRegex(UserError, "no refused parts"):
            accountant.action_charge_again()
        self.assertFalse(claim.line_ids.charge_move_id)

    def test_refused_parts_are_charged_again(self):
        """R-CLM-09: refused parts whose invoice was cancelled in the accounting are
        charged once more, without goods; the former invoice is never posted. The
        accountant has it on his list, and may; not whoever runs the system."""
        # has all roles, as on many a system, and reads nobody's to-dos
        administrator = self.env.ref("base.user_admin")
        administrator.company_ids += self.company
        administrator.group_ids += self.env.ref("aftersales_service.group_accountant")
        claim = self._create_order_claim()
        claim.action_submit()
        self.as_user(claim, "sales_vp").action_reject("No grease")
        manager = self.as_user(claim, "service_manager")
        manager.action_charge_refused()
        lines = claim.line_ids
        invoice = lines.charge_move_id
        pickings = claim.picking_ids
        self.assertFalse(manager.has_refused_goods)
        invoice.button_cancel()
        self.assertEqual(set(lines.mapped("charge_state")), {"to_charge"})
        self.assertTrue(manager.has_refused_goods)
        self.assertIn("drafted bill was cancelled: to be", claim.message_ids[:1].body)
        told = self._get_to_charge(claim)
        self.assertEqual(told.user_id, self.users["accountant"])
        invoice.button_draft()
        self.assertFalse(manager.has_refused_goods)
        self.assertFalse(self._get_to_charge(claim))
        for call in (manager.action_charge_again, manager.action_charge_refused):
            lines.charge_move_id.button_cancel()
            # he may not open the invoice, and handed over nothing
            message = call()["params"]["message"]
            self.assertIn("drafted once more", message)
        invoice = lines.charge_move_id
        invoice.button_cancel()
        accountant = self.as_user(claim, "accountant")
        self.assertTrue(accountant.has_charge_gone)
        accountant.action_charge_again()
        self.assertFalse(self._get_to_charge(claim))
        self.assertFalse(accountant.has_charge_gone)
        with self.assertRaisesRegex(UserError, "no refused parts"):
            accountant.action_charge_again()
        again = lines.charge_move_id
        self.assertNotEqual(again, invoice)
        self.assertEqual(
            {line.product_id: line.quantity for line in again.invoice_line_ids},
            {self.seal: 1, self.bearing: 1},
        )
        self.assertEqual(set(lines.mapped("charged_quantity")), {1})
        self.assertEqual(claim.picking_ids, pickings)
        self.assertIn(invoice, lines.former_bill_ids)
        self.assertEqual(invoice._get_aftersales_claims(), claim)
        with self.assertRaisesRegex(UserError, "no refused parts"):
            manager.action_charge_refused()
        invoice.button_draft()
        with self.assertRaisesRegex(UserError, "owed twice"):
            invoice.action_post()
        again.unlink()
        self.assertTrue(manager.has_refused_goods)
        manager.action_charge_refused()
        lines.charge_move_id.action_post()
