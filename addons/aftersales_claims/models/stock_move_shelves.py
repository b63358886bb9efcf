# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.fields import Command


class StockMove(models.Model):
    _inherit = "stock.move"

    def _take_goods(self, lot):
        """Take the goods of the move from where they lie at its source: off the shelf,
        out of the package. What is nowhere is taken from the source itself.

        :param lot: the stock.lot taken; an empty record for goods without one
        """
        self.ensure_one()
        self.move_line_ids.unlink()
        self._take_lot(lot, self.product_qty)

    def _take_lot(self, lot, quantity):
        """Take ``quantity`` (in the product's unit) of ``lot`` beside what the move has
        taken already."""
        left = quantity
        if not self._should_bypass_reservation():
            left -= self._update_reserved_quantity(
                left, self.location_id, lot_id=lot, strict=False
            )
        uom = self.product_id.uom_id
        if uom.compare(left, 0) > 0:
            self.move_line_ids = [
                Command.create(
                    {
                        **self._prepare_move_line_vals(),
                        "lot_id": lot.id,
                        "quantity": uom._compute_quantity(left, self.product_uom),
                    }
                )
            ]
