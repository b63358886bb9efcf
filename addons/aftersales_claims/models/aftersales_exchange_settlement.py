# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).


from odoo import Command, fields, models
from odoo.exceptions import UserError


class AftersalesExchange(models.Model):
    """Piece for piece, or charged with the repair fee (R-CLM-15, R-BIL-02)."""

    _inherit = "aftersales.exchange"

    # === ACTION METHODS ===#
    def action_exchange(self):
        """Swap piece for piece: the bad one into quarantine, the good one out.

        :raises UserError: not accepted, no good piece in stock, serial missing, or no
            account to post the good piece to
        """
        self.lock_for_update()
        for exchange in self:
            if exchange.state != "accepted":
                raise UserError(
                    self.env._("%(name)s is not accepted.", name=exchange.name)
                )
            if exchange.tracking == "serial" and (
                not exchange.lot_id or exchange.quantity != 1
            ):
                raise UserError(
                    self.env._(
                        "%(name)s: name the serial number given, one for each "
                        "exchange.",
                        name=exchange.name,
                    )
                )
            if exchange.tracking == "lot" and not exchange.lot_id:
                raise UserError(
                    self.env._("%(name)s: name the lot given.", name=exchange.name)
                )
            exchange._check_stock()
            exchange._check_account()
        for exchange in self:
            # sudo: the step is guarded by its state; its transfers need no right in
            # stock
            part = (
                self.env["aftersales.part.return"]
                .sudo()
                .create(exchange._prepare_part_return_vals())
            )
            part._receive()
            picking = exchange._give_good_part()
            exchange._write_guarded({"out_picking_id": picking.id})
        self._write_guarded({"state": "exchanged"})
        return True

    def action_charge(self):
        """Quote a chargeable swap: the part's price plus the repair fee (R-BIL-02)."""
        self.ensure_one()
        if self.state != "refused" or self.sale_order_id:
            raise UserError(
                self.env._(
                    "%(name)s: only a refused exchange is charged, once.",
                    name=self.name,
                )
            )
        company = self.company_id
        fee_product = company.aftersales_station_fee_product_id
        if not fee_product:
            raise UserError(
                self.env._("Choose the repair fee product in the settings.")
            )
        # sudo: a quotation at list price needs no right in sales
        Sale = self.env["sale.order"].sudo().with_company(company)
        vals = {
            "partner_id": self.partner_id.id,
            "company_id": company.id,
            "origin": self.name,
            "order_line": [
                Command.create(
                    {
                        "product_id": self.product_id.id,
                        "product_uom_qty": self.quantity,
                    }
                )
            ],
        }
        if company.aftersales_pricelist_id:
            vals["pricelist_id"] = company.aftersales_pricelist_id.id
        sale = Sale.create(vals)
        sale.order_line = [
            Command.create(
                {
                    "product_id": fee_product.id,
                    "product_uom_qty": 1,
                    "price_unit": sale.currency_id.round(
                        sale.order_line.price_subtotal
                        * company.aftersales_station_fee_percent
                        / 100
                    ),
                }
            )
        ]
        self._write_guarded({"sale_order_id": sale.id})
        self.message_post(
            body=self.env._("Quotation %(name)s drawn up.", name=sale.name)
        )
        return True

    # === BUSINESS METHODS ===#
    def _get_good_location(self):
        """Return where the good piece comes from: the station's own consigned stock,
        else the warehouse."""
        self.ensure_one()
        partner = self.partner_id.commercial_partner_id.with_company(self.company_id)
        # sudo: locations of partners are stock's to read
        location = partner.sudo().aftersales_consignment_location_id
        if location and self.partner_kind == "station":
            return location
        return self.sudo().company_id.aftersales_claim_type_id.warehouse_id.lot_stock_id

    def _check_stock(self):
        self.ensure_one()
        # sudo: service staff need not read stock to learn that it is short
        available = (
            self.env["stock.quant"]
            .sudo()
            ._get_available_quantity(
                self.product_id, self._get_good_location(), self.lot_id, strict=False
            )
        )
        if self.product_id.uom_id.compare(available, self.quantity) < 0:
            raise UserError(
                self.env._(
                    "%(name)s: only %(available)s of %(product)s in stock; the "
                    "exchange is piece for piece.",
                    name=self.name,
                    available=available,
                    product=self.product_id.display_name,
                )
            )

    def _check_account(self):
        """:raises UserError: the good piece would leave the books without an entry"""
        self.ensure_one()
        # sudo: how the product is valued is not the service's to read
        company = self.company_id.sudo()
        product = self.product_id.sudo().with_company(company)
        if product.valuation == "real_time":
            company._get_aftersales_warranty_account(
                fields.Date.context_today(self), check_location=True
            )

    def _prepare_part_return_vals(self):
        self.ensure_one()
        return {
            "exchange_id": self.id,
            "request_id": self.request_id.id,
            "company_id": self.company_id.id,
            "product_id": self.product_id.id,
            "quantity": self.quantity,
            "old_lot_name": self.old_lot_name or self.date_code,
            "holder_kind": "station" if self.partner_kind == "station" else "customer",
            "holder_partner_id": self.partner_id.id,
            "due_date": self.date,
            "photo_ids": [Command.set(self.photo_ids.ids)],
        }

    def _give_good_part(self):
        """Transfer the good piece out at the company's cost; returns the picking."""
        self.ensure_one()
        # sudo: see action_exchange
        company = self.company_id.sudo()
        source = self._get_good_location()
        target = company.aftersales_warranty_location_id
        route = {"location_id": source.id, "location_dest_id": target.id}
        picking = (
            self.env["stock.picking"]
            .sudo()
            .with_company(company)
            .create(
                {
                    **route,
                    "picking_type_id": company.aftersales_claim_type_id.id,
                    "partner_id": self.partner_id.id,
                    "origin": self.name,
                    "move_ids": [
                        Command.create(
                            {
                                **route,
                                "product_id": self.product_id.id,
                                "product_uom_qty": self.quantity,
                                "company_id": company.id,
                                "aftersales_exchange_id": self.id,
                            }
                        )
                    ],
                }
            )
        )
        picking.action_confirm()
        move = picking.move_ids
        move._take_goods(self.sudo().lot_id)
        move.picked = True
        picking._action_done()
        return picking.sudo(False)
