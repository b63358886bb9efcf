# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.fields import Domain


class ProductPricelist(models.Model):
    _inherit = "product.pricelist"

    def _get_price_card_domain(self):
        """Return the domain of the products on the card: parts in stock with a price
        of their own on this list or by category, and the company's work."""
        self.ensure_one()
        company = self.company_id or self.env.company
        work = (
            company.aftersales_labour_product_id
            | company.aftersales_travel_product_id
            | company.aftersales_station_fee_product_id
        )
        items = self.item_ids
        domain = Domain("id", "in", (work | items.product_id).ids)
        domain |= Domain("product_tmpl_id", "in", items.product_tmpl_id.ids)
        if items.categ_id:
            domain |= Domain("categ_id", "child_of", items.categ_id.ids)
        return domain & Domain("is_machine", "=", False)

    def _get_price_card(self):
        """Return what the service price card prints (R-BIL-01, R-DSP-07): a list of
        ``{"product", "price", "percent"}``, work first, then parts by number; the
        repair fee is a percentage of the parts' price (R-BIL-02)."""
        self.ensure_one()
        company = self.company_id or self.env.company
        fee = company.aftersales_station_fee_product_id
        products = self.env["product.product"].search(
            self._get_price_card_domain(), order="type desc, default_code, name, id"
        )
        prices = self._get_products_price(products, 1.0)
        return [
            {
                "product": product,
                "price": prices[product.id],
                "percent": product == fee and company.aftersales_station_fee_percent,
            }
            for product in products
        ]
