# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.stock.models.stock_rule import Procurement


class AftersalesClaimLine(models.Model):
    """How one part gets to the customer."""

    _inherit = "aftersales.claim.line"

    def _get_part_lot(self):
        """Return the stock.lot of the part that is moved, if it has one."""
        self.ensure_one()
        return self.lot_id or self.order_part_id.lot_id

    def _get_missing_quantity(self):
        """Return what is approved and neither supplied nor on its way, in the
        product's unit of measure."""
        self.ensure_one()
        if self.supply == "none":
            return 0.0
        target = self.company_id.aftersales_warranty_location_id
        on_the_way = sum(
            self.move_ids.filtered(
                lambda move: (
                    move.state not in ("done", "cancel")
                    and (move.location_final_id or move.location_dest_id) == target
                )
            ).mapped("product_qty")
        )
        missing = self.approved_quantity - self.supplied_quantity - on_the_way
        return max(self.product_id.uom_id.round(missing), 0.0)

    def _prepare_claim_move_vals(self, source, target):
        self.ensure_one()
        return {
            "product_id": self.product_id.id,
            "product_uom_qty": self._get_missing_quantity(),
            "product_uom": self.product_id.uom_id.id,
            "location_id": source.id,
            "location_dest_id": target.id,
            "company_id": self.company_id.id,
            "aftersales_claim_line_id": self.id,
        }

    def _prepare_procurement(self):
        """Return the ``Procurement`` of what is missing.

        :raises UserError: through a technician, but no order names one
        """
        self.ensure_one()
        claim = self.claim_id
        company = self.company_id
        location = company.aftersales_warranty_location_id
        quantity = self._get_missing_quantity()
        if self.supply == "technician":
            technician = claim.order_id.technician_id
            location = technician._ensure_aftersales_location()
            if not location:
                raise UserError(
                    self.env._(
                        "%(claim)s has no service order with a technician to bring "
                        "%(part)s.",
                        claim=claim.name,
                        part=self.product_id.display_name,
                    )
                )
            quantity -= sum(
                self.move_ids.filtered(
                    lambda move: (
                        move.state != "cancel" and move.location_dest_id == location
                    )
                ).mapped("product_qty")
            )
        due = fields.Datetime.to_datetime(claim.supply_due_date)
        return Procurement(
            self.product_id,
            quantity,
            self.product_id.uom_id,
            location,
            claim.name,
            claim.name,
            company,
            {
                "company_id": company,
                "warehouse_id": company.aftersales_claim_type_id.warehouse_id,
                "route_ids": company.aftersales_claim_route_id,
                "reference_ids": claim.reference_id,
                "date_planned": due,
                "date_deadline": due,
                "priority": "1" if claim.priority != "0" else "0",
                "partner_id": claim.partner_id.id,
                "aftersales_claim_line_id": self.id,
            },
        )
