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

    def _was_supplied(self):
        """Whether something of the part has reached the customer."""
        self.ensure_one()
        target = self.company_id.aftersales_warranty_location_id
        return any(
            move.state == "done" and move.location_dest_id == target
            for move in self.move_ids
        )

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

    def _reduce_open_supply(self):
        """Take out of the open transfers what is approved no more (R-CLM-06). What a
        purchase or production brings beyond it stays in stock.

        :raises UserError: more than is approved has gone out already
        """
        for line in self.filtered("move_ids"):
            uom = line.product_id.uom_id
            if uom.compare(line.supplied_quantity, line.approved_quantity) > 0:
                raise UserError(
                    self.env._(
                        "%(quantity)s of %(part)s were supplied already: no less can "
                        "be approved.",
                        quantity=line.supplied_quantity,
                        part=line.product_id.display_name,
                    )
                )
            goal = line._get_supply_location()
            moves = line.move_ids.filtered(
                lambda move, goal=goal: (
                    (move.location_final_id or move.location_dest_id) == goal
                )
            )
            there = line.supplied_quantity
            if line.supply == "technician":
                done = moves.filtered(lambda move: move.state == "done")
                there = sum(done.mapped("product_qty"))
            open_moves = moves.filtered(
                lambda move: move.state not in ("done", "cancel")
            )
            excess = sum(open_moves.mapped("product_qty")) - max(
                line.approved_quantity - there, 0.0
            )
            for move in open_moves.sorted("id", reverse=True):
                if uom.compare(excess, 0) <= 0:
                    break
                left = max(move.product_qty - excess, 0.0)
                excess -= move.product_qty - left
                if uom.is_zero(left):
                    move._action_cancel()
                else:
                    move.product_uom_qty = uom._compute_quantity(left, move.product_uom)
                    move._action_assign()

    def _get_supply_location(self):
        """Return where the part is brought: the warranty location, or the technician
        who fits it."""
        self.ensure_one()
        if self.supply == "technician":
            return self.claim_id.order_id.technician_id._ensure_aftersales_location()
        return self.company_id.aftersales_warranty_location_id

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
