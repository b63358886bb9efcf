# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class AftersalesClaimLine(models.Model):
    """What a part costs the company, as well as it is known (R-CLM-04, R-CLM-08)."""

    _inherit = "aftersales.claim.line"

    unit_cost = fields.Monetary(
        compute="_compute_unit_cost",
        store=True,
        readonly=False,
        groups="aftersales_service.group_costs",
        help="By the part's valuation; where it has none, its supplier's price, or of "
        "a kit the cost of its components.",
    )
    has_unknown_cost = fields.Boolean(
        string="Cost Unknown",
        compute="_compute_has_unknown_cost",
        store=True,
        help="Goods with neither a cost nor a supplier's price count nothing in the "
        "total: they are approved at a higher level.",
    )

    # === COMPUTE METHODS ===#
    @api.depends("product_id", "lot_id", "company_id")
    def _compute_unit_cost(self):
        """Cost by the product's own valuation, per serial number if so valued; of a
        part never received yet, what its supplier asks, of a kit what its components
        cost."""
        for line in self:
            product = line.product_id.with_company(line.company_id)
            if product.lot_valuated and line.lot_id:
                lot = line.lot_id.with_company(line.company_id)
                cost = lot.standard_price
            else:
                cost = product.standard_price
            line.unit_cost = cost or line._get_supplier_price() or line._get_kit_cost()

    @api.depends("unit_cost", "product_id", "decision")
    def _compute_has_unknown_cost(self):
        for line in self:
            line.has_unknown_cost = (
                line.decision != "rejected"
                and bool(line.product_id)
                and line.product_id.type != "service"
                and not line.unit_cost
            )

    # === BUSINESS METHODS ===#
    def _get_supplier_price(self):
        """Return the price of one unit in the currency of the claim by the suppliers'
        price list, zero if there is none."""
        self.ensure_one()
        # sudo: suppliers' prices, for an amount only those who see costs may read
        product = self.product_id.sudo().with_company(self.company_id)
        seller = product.seller_ids and product._select_seller(quantity=None)
        if not seller:
            return 0.0
        return seller.currency_id._convert(
            seller.price_discounted,
            self.company_id.currency_id,
            self.company_id,
            fields.Date.context_today(self),
        )
