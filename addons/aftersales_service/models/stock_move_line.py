# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import defaultdict

from odoo import models
from odoo.exceptions import UserError


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def _check_aftersales_available(self):
        """:raise UserError: when more would leave a location than lies there; parts of
        service orders never make stock negative"""
        needed = defaultdict(float)
        for line in self:
            needed[line.product_id, line.location_id, line.lot_id] += (
                line.quantity_product_uom
            )
        Quant = self.env["stock.quant"]
        for (product, location, lot), quantity in needed.items():
            quants = Quant._gather(product, location, lot_id=lot or None, strict=False)
            held = sum(quants.mapped("quantity"))
            if product.uom_id.compare(held, quantity) < 0:
                raise UserError(
                    self.env._(
                        "%(location)s holds %(held)s of %(product)s, not "
                        "%(quantity)s: it can't be issued.",
                        location=location.display_name,
                        held=f"{held:g}",
                        product=f"{product.display_name} {lot.name or ''}".strip(),
                        quantity=f"{quantity:g}",
                    )
                )
