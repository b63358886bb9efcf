# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.exceptions import UserError


class AftersalesOrder(models.Model):
    """Who pays what of an order, at which prices (R-BIL-01, -02, R-DSP-16)."""

    _inherit = "aftersales.order"

    # === BUSINESS METHODS ===#
    def _get_billing_partner(self):
        """Return who pays: the dealer where his agreement says so (R-DSP-16)."""
        self.ensure_one()
        dealer = self._get_charged_dealer()
        return dealer or self.partner_id

    def _get_charged_dealer(self):
        """Return the dealer charged for this order's work (may be empty)."""
        self.ensure_one()
        customer = self.partner_id.commercial_partner_id
        dealer = self.partner_id.dealer_id or customer.dealer_id
        return dealer if dealer.dealer_charge in ("labour", "all") else dealer[:0]

    def _get_charge_flags(self):
        """Return ``{order: {"labour": bool, "travel": bool}}``: what of the work is
        charged. Guidance by phone is free."""
        # sudo: the answer concerns the machine and customer of the order
        answers = self.lot_id.sudo()._get_warranty_entitlement()
        contracts = (
            self.env["aftersales.contract"]
            .sudo()
            ._get_contracts([(order.partner_id, order.lot_id) for order in self])
        )
        flags = {}
        for order in self:
            category = order.request_id.service_category
            answer = answers.get(order.lot_id.id)
            contract = contracts.get((order.partner_id, order.lot_id))
            charged = {"labour": False, "travel": False}
            if order.kind == "remote" or category == "d":
                pass
            elif order._get_charged_dealer() or category == "a":
                charged = {"labour": True, "travel": True}
            elif category == "b":
                charged = {
                    "labour": not (contract and contract.covers_labour),
                    "travel": not (contract and contract.covers_travel),
                }
            elif category == "c" and answer and answer["state"] == "in":
                charged = {
                    "labour": not answer["labour"],
                    "travel": not answer["travel"],
                }
            if order.station_id:
                # R-BIL-02: the repair fee stands for work and travel
                charged = {"labour": False, "travel": False}
            flags[order] = charged
        return flags

    def _get_chargeable_parts(self):
        """Return the parts of ``self`` the customer pays."""
        return self.part_ids.filtered(
            lambda part: not part.in_warranty and part._get_charged_quantity() > 0
        )

    def _filter_chargeable(self):
        """Return the orders of ``self`` with anything to charge."""
        flags = self._get_charge_flags()
        return self.filtered(
            lambda order: (
                order.state != "cancelled"
                and (order._get_chargeable_parts() or any(flags[order].values()))
            )
        )

    def _prepare_sale_vals(self):
        self.ensure_one()
        partner = self._get_billing_partner()
        if not partner:
            raise UserError(
                self.env._("%(order)s has no customer to charge.", order=self.name)
            )
        if not partner.active:
            raise UserError(
                self.env._(
                    "%(partner)s is archived and cannot be charged.",
                    partner=partner.display_name,
                )
            )
        vals = {
            "partner_id": partner.id,
            "company_id": self.company_id.id,
            "origin": self.name,
            "aftersales_order_id": self.id,
            "client_order_ref": self.request_id.contract_ref,
        }
        if self.partner_id and self.partner_id != partner:
            vals["partner_shipping_id"] = (self.site_id or self.partner_id).id
        elif self.site_id:
            vals["partner_shipping_id"] = self.site_id.id
        pricelist = self._get_charge_pricelist()
        if pricelist:
            vals["pricelist_id"] = pricelist.id
        return vals

    def _get_charge_pricelist(self):
        """Return the price list that binds: the contract's, the charged dealer's or
        station's own, else the company's service price list (R-BIL-01)."""
        self.ensure_one()
        contract = self.request_id.contract_id
        dealer = self._get_charged_dealer()
        if self.request_id.service_category == "b" and contract.pricelist_id:
            return contract.pricelist_id
        station = self.env["aftersales.station"]._get_station(dealer)
        if dealer and station.pricelist_id:
            return station.pricelist_id
        return self.company_id.aftersales_pricelist_id

    def _prepare_charge_lines(self, charged):
        """Return ``{key: sale.order.line values}`` of all this order charges; the key
        names what the line stands for, so that it is found again."""
        self.ensure_one()
        company = self.company_id
        lines = {}
        for part in self._get_chargeable_parts():
            lines["part", part.id] = {
                "product_id": part.product_id.id,
                "product_uom_qty": part._get_charged_quantity(),
                "aftersales_part_id": part.id,
                "aftersales_charge": "part",
            }
        reported = self.state in ("reported", "done")
        hours = self.charged_hours
        if not hours and not reported:
            hours = self._get_planned_charge_hours()
        for name, product, quantity in (
            ("labour", company.aftersales_labour_product_id, hours),
            ("travel", company.aftersales_travel_product_id, self.charged_distance),
        ):
            if not charged[name] or not quantity:
                continue
            if not product:
                raise UserError(
                    self.env._("Choose the labour and travel products in the settings.")
                )
            lines[name, False] = {
                "product_id": product.id,
                "product_uom_qty": quantity,
                "aftersales_charge": name,
            }
        if self.station_id and lines and company.aftersales_station_fee_percent:
            product = company.aftersales_station_fee_product_id
            if not product:
                raise UserError(
                    self.env._("Choose the repair fee product in the settings.")
                )
            lines["fee", False] = {
                "product_id": product.id,
                "product_uom_qty": 1,
                "aftersales_charge": "fee",
            }
        return lines

    def _get_planned_charge_hours(self):
        """Return the hours quoted before the work is done: those planned."""
        self.ensure_one()
        if self.planned_start and self.planned_end:
            seconds = (self.planned_end - self.planned_start).total_seconds()
            return max(round(seconds / 3600, 1), 0.0)
        return 1.0
