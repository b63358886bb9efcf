# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestBilling(AftersalesCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pricelist = cls.env["product.pricelist"].create(
            {
                "name": "Service prices",
                "company_id": cls.company.id,
                "currency_id": cls.company.currency_id.id,
                "item_ids": [
                    Command.create(
                        {
                            "applied_on": "1_product",
                            "product_tmpl_id": cls.seal.product_tmpl_id.id,
                            "compute_price": "fixed",
                            "fixed_price": 500,
                        }
                    )
                ],
            }
        )
        cls.company.aftersales_pricelist_id = cls.pricelist
        cls.env["product.product"].search([]).taxes_id = False
        cls.old_machine = cls._create_machine(
            "B-OLD", delivery_date="2015-01-10", acceptance_date="2015-02-10"
        )
        cls._create_stock(
            cls.seal, 5, location=cls.technician.sudo().aftersales_location_id
        )

    def _create_chargeable_order(self, **vals):
        """Return an order out of warranty with two seals to be charged."""
        request = self._create_request(lot_id=self.old_machine.id)
        order = self._create_order(request, **vals)
        self.env["aftersales.order.part"].create(
            {
                "order_id": order.id,
                "product_id": self.seal.id,
                "quantity": 2,
                "source": "own",
            }
        )
        return order

    def _report(self, order, used=2):
        """Bring the order on site and hand in its report, after three hours' work."""
        self._bring_on_site(order)
        order.part_ids.quantity_used = used
        order.write({"price_list_shown": True, "customer_consent": True})
        arrived = fields.Datetime.now() - timedelta(hours=3)
        order._set_values(departed_at=arrived - timedelta(hours=7), arrived_at=arrived)
        self._fill_report(order).action_submit_report()
        self.assertEqual(order.state, "reported")

    def _pay(self, invoices, amount=None):
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=invoices.ids)
            .create({"amount": amount} if amount else {})
        )
        return wizard._create_payments()

    # === QUOTATION ===#
    def test_quotation_at_list_prices(self):
        """R-BIL-01, R-BIL-05: out of warranty, parts by the price list plus labour
        and travel; called twice there is one quotation."""
        order = self._create_chargeable_order()
        self.assertEqual(order.request_id.service_category, "a")
        self.assertEqual(order.billing_state, "to_quote")
        order = self.as_user(order, "technician")
        order.action_create_quotation()
        order.action_create_quotation()
        sale = order.sudo().sale_order_id
        self.assertEqual(sale.pricelist_id, self.pricelist)
        self.assertEqual(
            self.env["sale.order"].search_count(
                [("aftersales_order_id", "=", order.id)]
            ),
            1,
        )
        lines = {line.aftersales_charge: line for line in sale.order_line}
        self.assertEqual(set(lines), {"part", "labour", "travel"})
        self.assertEqual(lines["part"].price_unit, 500)
        self.assertEqual(lines["part"].product_uom_qty, 2)
        self.assertEqual(lines["travel"].product_uom_qty, 840)
        self.assertEqual(order.billing_state, "quoted")
        self.assertEqual(order.amount_uncollected, 0)

    def test_warranty_is_free(self):
        """R-BIL-01: in warranty nothing is charged."""
        order = self._create_order()
        self.env["aftersales.order.part"].create(
            {"order_id": order.id, "product_id": self.seal.id}
        )
        self.assertEqual(order.billing_state, "none")
        with self.assertRaisesRegex(UserError, "Nothing to charge"):
            order.action_create_quotation()

    def test_other_price_needs_the_manager(self):
        """R-BIL-01: any other price is blocked until the service manager agrees."""
        order = self._create_chargeable_order()
        order.action_create_quotation()
        sale = order.sale_order_id
        line = sale.order_line.filtered(lambda line: line.aftersales_part_id)
        line.price_unit = 350
        self.assertTrue(sale.has_other_prices)
        with self.assertRaisesRegex(UserError, "service manager"):
            sale.action_confirm()
        self.assertEqual(sale.state, "draft")
        with self.assertRaises(UserError):
            self.as_user(sale, "technician").action_approve_service_prices()
        self.as_user(sale, "service_manager").action_approve_service_prices()
        line.discount = 50
        with self.assertRaises(UserError):
            sale.action_confirm()
        line.discount = 0
        self.as_user(sale, "service_manager").action_approve_service_prices()
        sale.action_confirm()
        self.assertEqual(sale.state, "sale")
        self.assertEqual(sale.service_price_user_id, self.users["service_manager"])

    def test_technician_gives_nothing_away(self):
        """R-BIL-01: only dispatcher and manager give parts away, not the technician."""
        order = self._create_chargeable_order()
        part = order.part_ids
        with self.assertRaisesRegex(UserError, "gives it away"):
            self.as_user(part, "technician").in_warranty = True
        part.invalidate_recordset()
        self.as_user(part, "dispatcher").in_warranty = True
        self.assertTrue(part.in_warranty)

    def test_archived_customer(self):
        """R-BIL-05: an archived customer is not charged."""
        order = self._create_chargeable_order()
        self.customer.active = False
        with self.assertRaisesRegex(UserError, "archived"):
            order.action_create_quotation()

    def test_archived_before_the_report(self):
        """R-BIL-05: archived while the technician is there, the customer still gets
        his report; only charging him waits."""
        order = self._create_chargeable_order()
        self._bring_on_site(order)
        self.customer.active = False
        order.part_ids.quantity_used = 2
        order.write({"price_list_shown": True, "customer_consent": True})
        self._fill_report(order)
        self.as_user(order, "technician").action_submit_report()
        self.assertEqual(order.state, "reported")
        self.assertFalse(order.sale_order_id)
        self.assertEqual(order.activity_ids.user_id, order.request_id.user_id)
        self.assertIn("archived", order.activity_ids.note)
        self.customer.active = True
        order.action_create_quotation()
        order.action_confirm_charges()
        self.assertEqual(order.sale_order_id.picking_ids.state, "done")

    def test_closed_month(self):
        """R-BIL-03: the month of the visit is closed meanwhile: the report is taken
        all the same, the invoice is dated on the first open day."""
        order = self._create_chargeable_order()
        self._plan(order, days=-4)
        self._bring_on_site(order)
        order.part_ids.quantity_used = 2
        order.write({"price_list_shown": True, "customer_consent": True})
        today = fields.Date.context_today(order)
        closed = today - timedelta(days=2)
        self.company.fiscalyear_lock_date = closed
        self._fill_report(order).action_submit_report()
        picking = order.sale_order_id.picking_ids
        self.assertEqual(picking.state, "done")
        self.assertGreater(picking.scheduled_date.date(), closed)
        order.action_create_charge_invoice()
        invoice = order.sale_order_id.invoice_ids
        invoice.invoice_date = closed
        invoice.action_post()
        self.assertEqual(invoice.state, "posted")
        self.assertGreater(invoice.date, closed)
        self.assertEqual(order.billing_state, "invoiced")

    def test_contract_and_dealer(self):
        """R-BIL-01, R-DSP-16: the contract's terms and prices; the dealer charged
        after, by his agreement."""
        contract_prices = self.pricelist.copy({"name": "Contract prices"})
        contract_prices.item_ids.fixed_price = 450
        today = self.company._get_aftersales_today()
        self.env["aftersales.contract"].create(
            {
                "name": "FW-B",
                "partner_id": self.customer.id,
                "date_start": today,
                "date_end": today,
                "pricelist_id": contract_prices.id,
                "company_id": self.company.id,
            }
        )
        order = self._create_chargeable_order()
        order.action_create_quotation()
        line = order.sale_order_id.order_line
        self.assertEqual(line.mapped("aftersales_charge"), ["part"])
        self.assertEqual(line.price_unit, 450)
        self.customer.dealer_id = self.dealer
        self.dealer.dealer_charge = "labour"
        in_warranty = self._create_order()
        in_warranty.action_create_quotation()
        sale = in_warranty.sale_order_id
        self.assertEqual(sale.partner_id, self.dealer)
        self.assertEqual(
            set(sale.order_line.mapped("aftersales_charge")), {"labour", "travel"}
        )

    def test_repair_point_fee(self):
        """R-BIL-02: at a repair point, part price plus 10 % repair fee."""
        order = self._create_chargeable_order(station_id=self.dealer.id)
        order.action_create_quotation()
        sale = order.sale_order_id
        self.assertEqual(
            set(sale.order_line.mapped("aftersales_charge")), {"part", "fee"}
        )
        self.assertEqual(sale.amount_untaxed, 1100)
        self.assertFalse(sale.has_other_prices)

    # === DELIVERY, INVOICE, PAYMENT ===#
    def test_report_to_payment(self):
        """R-BIL-01, -03, -05: the parts charged leave the technician's stock with the
        report; invoiced once; on his list until paid."""
        order = self._create_chargeable_order()
        order.action_create_quotation()
        self.as_user(order, "technician").action_confirm_charges()
        sale = order.sale_order_id
        self.assertEqual(sale.state, "sale")
        self.assertFalse(sale.picking_ids, "parts leave with the report only")
        self._report(order)
        picking = sale.picking_ids
        self.assertEqual(picking.state, "done")
        location = self.technician.sudo().aftersales_location_id
        self.assertEqual(picking.move_ids.location_id, location)
        self.assertEqual(self.seal.with_context(location=location.id).qty_available, 3)
        lines = {line.aftersales_charge: line for line in sale.order_line}
        self.assertEqual(lines["part"].qty_delivered, 2)
        self.assertEqual(lines["labour"].product_uom_qty, 3)
        self.assertEqual(order.billing_state, "to_invoice")
        self.assertEqual(order.amount_uncollected, sale.amount_total)
        order._settle_charges()
        self.assertEqual(len(sale.picking_ids), 1)
        order.action_create_charge_invoice()
        invoice = sale.invoice_ids
        with self.assertRaises(UserError):
            order.action_create_charge_invoice()
        self.assertEqual(order.billing_state, "to_invoice")
        invoice.action_post()
        self.assertEqual(order.billing_state, "invoiced")
        uncollected = self.env["aftersales.order"].search(
            [("amount_uncollected", ">", 0), ("technician_id", "=", self.technician.id)]
        )
        self.assertIn(order, uncollected)
        self._pay(invoice, 100)
        self.assertEqual(order.amount_uncollected, sale.amount_total - 100)
        self._pay(invoice)
        self.assertEqual(order.billing_state, "paid")
        self.assertEqual(order.amount_uncollected, 0)

    def test_report_draws_up_charges(self):
        """R-BIL-01: used out of warranty and not quoted before: the report charges
        it, with the quantity used."""
        order = self._create_chargeable_order()
        self._report(order, used=1)
        sale = order.sale_order_id
        self.assertEqual(sale.state, "sale")
        part = sale.order_line.filtered("aftersales_part_id")
        self.assertEqual(part.product_uom_qty, 1)
        self.assertEqual(part.qty_delivered, 1)

    def test_amounts_by_role(self):
        """R-BIL-03: the technician sees the charges of his own orders only."""
        order = self._create_chargeable_order()
        order.action_create_quotation()
        sale = order.sale_order_id
        self.assertTrue(self.as_user(sale, "technician").has_access("read"))
        self.assertFalse(self.as_user(sale, "technician").has_access("write"))
        self.assertFalse(self.as_user(sale, "technician2").has_access("read"))
        self.assertTrue(self.as_user(sale, "service_manager").has_access("read"))
        other = self.env["sale.order"].create(
            {"partner_id": self.customer.id, "company_id": self.company.id}
        )
        self.assertFalse(self.as_user(other, "service_manager").has_access("read"))
        with self.assertRaises(AccessError):
            self.as_user(order, "employee").action_create_quotation()

    # === SPARE PARTS ===#
    def _create_spare_parts_order(self, percent=30):
        return self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "is_spare_parts_order": True,
                "down_payment_percent": percent,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.seal.id,
                            "product_uom_qty": 4,
                            "price_unit": 500,
                        }
                    )
                ],
            }
        )

    def _invoice_down_payment(self, sale, amount=30):
        wizard = (
            self.env["sale.advance.payment.inv"]
            .with_context(active_model="sale.order", active_ids=sale.ids)
            .create({"advance_payment_method": "percentage", "amount": amount})
        )
        invoice = wizard._create_invoices(sale)
        invoice.action_post()
        return invoice

    def test_spare_parts_wait_for_the_down_payment(self):
        """R-BIL-04: procurement starts when the down payment is really paid, by
        itself and once."""
        sale = self._create_spare_parts_order()
        sale.action_confirm()
        self.assertEqual(sale.parts_release_state, "waiting")
        self.assertFalse(sale.picking_ids)
        invoice = self._invoice_down_payment(sale)
        self.assertEqual(invoice.amount_total, 600)
        self.assertFalse(sale.picking_ids, "an invoice is no payment")
        self._pay(invoice, 200)
        self.assertEqual(sale.amount_down_payment_paid, 200)
        self.assertFalse(sale.picking_ids)
        sale.order_line[0].product_uom_qty = 4
        self.assertFalse(sale.picking_ids)
        self._pay(invoice)
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual(sale.parts_release_state, "released")
        self.assertTrue(sale.parts_released_at)
        self.assertEqual(len(sale.picking_ids), 1)
        self.assertEqual(sale.picking_ids.move_ids.product_uom_qty, 4)
        sale._release_paid_spare_parts()
        invoice._invoice_paid_hook()
        self.assertEqual(len(sale.picking_ids.move_ids), 1)
        self.assertIn("production notice", str(sale.message_ids.mapped("body")))

    def test_spare_parts_bank_reconciliation(self):
        """R-BIL-04: a payment on account releases the order when it is reconciled."""
        sale = self._create_spare_parts_order()
        sale.action_confirm()
        invoice = self._invoice_down_payment(sale)
        entry = self.env["account.move"].create(
            {
                "journal_id": self.company_data["default_journal_bank"].id,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": self.company_data[
                                "default_journal_bank"
                            ].default_account_id.id,
                            "debit": 600,
                        }
                    ),
                    Command.create(
                        {
                            "account_id": self.company_data[
                                "default_account_receivable"
                            ].id,
                            "partner_id": self.customer.id,
                            "credit": 600,
                        }
                    ),
                ],
            }
        )
        entry.action_post()
        self.assertFalse(sale.picking_ids)
        (invoice + entry).line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        ).reconcile()
        self.assertEqual(sale.parts_release_state, "released")
        self.assertEqual(len(sale.picking_ids), 1)

    def test_refund_is_no_payment(self):
        """R-BIL-04: a down-payment invoice reversed by a refund releases nothing."""
        sale = self._create_spare_parts_order()
        sale.action_confirm()
        invoice = self._invoice_down_payment(sale)
        invoice._reverse_moves([{"invoice_date": invoice.invoice_date}], cancel=True)
        self.assertEqual(sale.amount_down_payment_paid, 0)
        self.assertFalse(sale.picking_ids)

    def test_spare_parts_without_down_payment(self):
        """R-BIL-04: the terms are fixed once agreed; 0 % holds nothing."""
        sale = self._create_spare_parts_order(percent=0)
        sale.down_payment_percent = 0
        sale.action_confirm()
        self.assertEqual(sale.parts_release_state, "free")
        self.assertTrue(sale.picking_ids)
        waiting = self._create_spare_parts_order()
        self.assertEqual(waiting.amount_down_payment, 600)
        waiting.action_confirm()
        with self.assertRaises(UserError):
            waiting.down_payment_percent = 0

    def test_lists_do_not_grow(self):
        """R-BIL-03: the uncollected list costs the same for 10 and for 60 orders."""
        request = self._create_request(lot_id=self.old_machine.id)
        orders = self.env["aftersales.order"].create(
            [
                {
                    "request_id": request.id,
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "technician_id": self.technician.id,
                }
                for __ in range(60)
            ]
        )
        spec = {
            "name": {},
            "partner_id": {"fields": {"display_name": {}}},
            "billing_state": {},
            "amount_charged": {},
            "amount_uncollected": {},
        }
        self.assertNoQueryGrowth(
            lambda records: records.web_search_read([("id", "in", records.ids)], spec),
            orders[:10],
            orders,
        )
