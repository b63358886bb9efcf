# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_compare

#: what makes a price another one
PRICE_FIELDS = {"price_unit", "discount", "product_id", "product_uom_id"}


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

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_charge_fields(vals)
        lines = super().create(vals_list)
        others = lines.filtered(lambda line: line._has_other_price())
        others.order_id._withdraw_price_approval()
        others._check_agreed_price()
        return lines

    def write(self, vals):
        self._check_charge_fields(vals)
        if not PRICE_FIELDS & vals.keys():
            return super().write(vals)
        self.order_id._withdraw_price_approval()
        res = super().write(vals)
        self.filtered(lambda line: line._has_other_price())._check_agreed_price()
        return res

    def _check_charge_fields(self, vals):
        """:raise UserError: what a line charges is written by hand"""
        if self.env.su:
            return
        given = {"aftersales_charge", "aftersales_part_id"} & vals.keys()
        if any(vals[name] for name in given) or (
            given and any(line.aftersales_charge for line in self)
        ):
            raise UserError(
                self.env._("What a line charges follows from the service order.")
            )

    def _check_agreed_price(self):
        """Once the customer has agreed only the service manager changes a price
        (R-BIL-01).

        :raise UserError: for anybody else
        """
        if self.env.su or self.env.user.has_group("aftersales_service.group_manager"):
            return
        agreed = self.filtered(lambda line: line.order_id.state == "sale")
        if agreed:
            raise UserError(
                self.env._(
                    "Prices other than the price list's need the service manager: "
                    "%(lines)s",
                    lines=", ".join(agreed.product_id.mapped("display_name")),
                )
            )

    # === BUSINESS METHODS ===#
    def _has_other_price(self):
        """Whether the line charges service at a price that is not the list's."""
        self.ensure_one()
        if (
            not self.order_id.aftersales_order_id
            or not self.product_id
            or not self.product_uom_qty
            or self.is_downpayment
            or self.is_expense
        ):
            return False
        return bool(
            float_compare(
                self._get_net_price_unit(),
                self._get_list_price_unit(),
                precision_rounding=self.currency_id.rounding,
            )
        )

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
