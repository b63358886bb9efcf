# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class StockLot(models.Model):
    """Which parts machines consist of, as far as anybody has written it down."""

    _inherit = "stock.lot"

    def _get_known_parts(self):
        """Return the parts of each machine of ``self``: the parts list of its model
        and its bills of materials with all sub-assemblies, and then what it was built
        with and what was fitted since.

        Costs a constant number of queries for each level of sub-assemblies.

        :return: {stock.lot: product.product}, empty where neither parts list nor bill
            of materials is known
        """
        # sudo: who claims a part need not read products' bills of materials
        machines = self.sudo()
        listed = {}
        for company, lots in machines.grouped("company_id").items():
            boms = lots.product_id._get_bom_parts(company)
            for lot in lots:
                product = lot.product_id
                listed[lot] = product.aftersales_part_ids | boms[product]
        known = machines.filtered(listed.get)
        built = known._get_built_in_parts()
        for lot in known:
            listed[lot] |= lot.component_ids.product_id | built[lot]
        return listed

    def _get_built_in_parts(self):
        """Return what the production orders of the machines took, e.g. a substitute.

        :return: {stock.lot: product.product}
        """
        built = dict.fromkeys(self, self.env["product.product"])
        # no dependency: a maker may plan his production outside the ERP
        Production = self.env.get("mrp.production")
        if Production is None or not self:
            return built
        for production in Production.search([("lot_producing_ids", "in", self.ids)]):
            for lot in production.lot_producing_ids & self:
                built[lot] |= production.move_raw_ids.product_id
        return built

    def _is_out_of_warranty(self, product, answer):
        """Whether the part is known to be outside warranty, rather than not known.

        :param answer: of ``product``, from ``_get_warranty_entitlement``
        """
        self.ensure_one()
        policy = self.warranty_policy_id
        line = policy and policy._get_line(product.component_class_id)
        known = self.warranty_void or answer["end"] or (line and line.is_excluded)
        return bool(known) and not answer["covered"]
