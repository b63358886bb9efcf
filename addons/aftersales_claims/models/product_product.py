# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import defaultdict

from odoo import models


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _get_bom_parts(self, company):
        """Return the parts of each product by its bills of materials, those of its
        sub-assemblies included; empty where there is none or no manufacturing.

        Earlier bills of materials count as well: machines made by them are at work.

        :return: {product.product: product.product}, with empty ones as default
        """
        direct = defaultdict(self.browse)
        # no dependency: a maker may plan his production outside the ERP
        Bom = self.env.get("mrp.bom")
        if Bom is None:
            return direct
        waiting = self
        seen = self
        while waiting:
            boms = Bom.with_context(active_test=False).search(
                [
                    ("product_tmpl_id", "in", waiting.product_tmpl_id.ids),
                    ("company_id", "in", (False, company.id)),
                ]
            )
            lines = boms.grouped("product_tmpl_id")
            for product in waiting:
                own = lines.get(product.product_tmpl_id, Bom)
                direct[product] = own.bom_line_ids.product_id
            parts = self.browse().union(*(direct[product] for product in waiting))
            waiting = parts - seen
            seen |= parts
        return defaultdict(
            self.browse, {product: product._follow_parts(direct) for product in self}
        )

    def _follow_parts(self, direct):
        """Return the parts of ``self`` on every level.

        :param direct: {product.product: product.product}, parts of one level each
        """
        parts = level = direct[self]
        while level:
            level = self.browse().union(*(direct[part] for part in level)) - parts
            parts |= level
        return parts
