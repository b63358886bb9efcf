# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import defaultdict

from odoo import models


class AftersalesClaimLine(models.Model):
    """How much of a part its stock moves carry: in its own unit of measure, and of a
    kit, which goes out in its components, the kits that are complete (R-CLM-06)."""

    _inherit = "aftersales.claim.line"

    def _get_carried_quantity(self, incoming, outgoing=None):
        """Return how much of the part is where it goes.

        :param incoming: stock.move records that bring it
        :param outgoing: stock.move records that took some of it back
        """
        self.ensure_one()
        outgoing = outgoing or incoming.browse()
        kit = self._get_kit(incoming | outgoing)
        if kit:
            return (incoming | outgoing)._compute_kit_quantities(
                self.product_id,
                self.quantity,
                kit,
                {
                    "incoming_moves": lambda move: move in incoming,
                    "outgoing_moves": lambda move: move in outgoing,
                },
            )
        return incoming._get_claimed_quantity() - outgoing._get_claimed_quantity()

    def _get_kit(self, moves):
        """Return the mrp.bom by which the part went out in its components, if so."""
        self.ensure_one()
        # no dependency: kits come with manufacturing
        if "bom_line_id" not in moves._fields or not moves.bom_line_id:
            return None
        return self._find_kit()

    def _find_kit(self):
        """Return the mrp.bom of the part if it is a kit."""
        # sudo: who claims a part need not read products' bills of materials
        boms = self.env["mrp.bom"].sudo()
        found = boms._bom_find(
            self.product_id, company_id=self.company_id.id, bom_type="phantom"
        )
        return found[self.product_id]

    def _get_kit_cost(self):
        """Return what the components of one kit cost, in the currency of the company;
        zero for other parts, and if the cost of a component is unknown."""
        self.ensure_one()
        costs = [
            quantity * product.with_company(self.company_id).standard_price
            for product, quantity in self._get_components(1).items()
            if product.type != "service"
        ]
        return sum(costs) if all(costs) else 0.0

    def _get_components(self, quantity):
        """Return what goes out for ``quantity`` kits, none for other parts.

        :return: {product.product: quantity in its own unit}
        """
        self.ensure_one()
        # no dependency: kits come with manufacturing
        if "mrp.bom" not in self.env or not self.product_id:
            return {}
        kit = self._find_kit()
        if not kit:
            return {}
        times = self.product_id.uom_id._compute_quantity(quantity, kit.product_uom_id)
        _kits, components = kit.explode(self.product_id, times / kit.product_qty)
        quantities = defaultdict(float)
        for item, values in components:
            quantities[item.product_id] += item.product_uom_id._compute_quantity(
                values["qty"], item.product_id.uom_id, round=False
            )
        return quantities

    def _has_goods_out(self):
        """Whether some of the part is at the customer's: of a kit a component, also
        while no kit is complete."""
        self.ensure_one()
        target = self.company_id.aftersales_warranty_location_id
        done = self.move_ids.filtered(lambda move: move.state == "done")
        return any(
            product.uom_id.compare(
                moves.filtered(
                    lambda move: move.location_dest_id == target
                )._get_claimed_quantity(),
                moves.filtered(
                    lambda move: move.location_id == target
                )._get_claimed_quantity(),
            )
            > 0
            for product, moves in done.grouped("product_id").items()
        )
