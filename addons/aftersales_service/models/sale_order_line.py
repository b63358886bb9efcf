# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    aftersales_part_id = fields.Many2one(
        "aftersales.order.part",
        string="Service Order Part",
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    aftersales_charge = fields.Selection(
        [
            ("part", "Part"),
            ("labour", "Labour"),
            ("travel", "Travel"),
            ("fee", "Repair Fee"),
        ],
        copy=False,
    )

    def write(self, vals):
        if {"price_unit", "discount"} & vals.keys():
            # another price asks for another approval
            sales = self.order_id.filtered(
                lambda sale: sale.service_price_user_id and sale.state != "sale"
            )
            sales.service_price_user_id = False
        return super().write(vals)

    def _get_net_price_unit(self):
        """Return the unit price after discount."""
        self.ensure_one()
        return self.price_unit * (1 - self.discount / 100)

    def _get_list_price_unit(self):
        """Return the unit price by the price list; of the repair fee its share of the
        parts (R-BIL-02)."""
        self.ensure_one()
        line = self.with_company(self.company_id)
        if self.aftersales_charge == "fee":
            parts = self.order_id.order_line.filtered(
                lambda line: line.aftersales_charge == "part"
            )
            percent = self.company_id.aftersales_station_fee_percent
            return self.currency_id.round(
                sum(parts.mapped("price_subtotal")) * percent / 100
            )
        return line.product_id._get_tax_included_unit_price_from_price(
            line._get_pricelist_price(),
            product_taxes=line.product_id.taxes_id._filter_taxes_by_company(
                line.company_id
            ),
            fiscal_position=line.order_id.fiscal_position_id,
        )

    def _action_launch_stock_rule(self, *, previous_product_uom_qty=False):
        """Parts of a service order leave from the technician's stock with the report;
        spare-parts orders wait for their down payment (R-BIL-04)."""
        lines = self.filtered(
            lambda line: not line.aftersales_part_id and not line.order_id._is_held()
        )
        if not lines:
            return True
        return super(SaleOrderLine, lines)._action_launch_stock_rule(
            previous_product_uom_qty=previous_product_uom_qty
        )
