# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

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
        # sudo: who claims a part need not read products' bills of materials
        boms = self.env["mrp.bom"].sudo()
        found = boms._bom_find(
            self.product_id, company_id=self.company_id.id, bom_type="phantom"
        )
        return found[self.product_id]
