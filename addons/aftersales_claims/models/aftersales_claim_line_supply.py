# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import defaultdict

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

    def _get_moves_to(self, location):
        """Return the moves that bring the part to ``location`` or have brought it."""
        return self.move_ids.filtered(
            lambda move: (
                move.state != "cancel"
                and (move.location_final_id or move.location_dest_id) == location
            )
        )

    def _get_missing_quantity(self):
        """Return what is approved and neither supplied nor on its way, in the
        product's unit of measure."""
        self.ensure_one()
        if self.supply == "none":
            return 0.0
        target = self.company_id.aftersales_warranty_location_id
        carried = self._get_carried_quantity(
            self._get_moves_to(target), self._get_moves_back(target)
        )
        missing = self.approved_quantity - carried
        return max(self.product_id.uom_id.round(missing), 0.0)

    def _get_quantity_at(self, location, with_open=False):
        """Return how much this line has brought to ``location`` and not taken away
        again, in the product's unit of measure.

        :param with_open: count what is on its way there as well
        """
        self.ensure_one()
        quantity = 0.0
        for move in self.move_ids:
            if move.state == "done":
                moved = move.product_uom._compute_quantity(
                    move.quantity, move.product_id.uom_id
                )
                quantity += moved * (
                    (move.location_dest_id in location) - (move.location_id in location)
                )
            elif with_open and move.state != "cancel":
                quantity += move.product_qty * (move.location_dest_id in location)
        return quantity

    def _get_quantity_out(self):
        """Return what was supplied and is not on its way back, in the product's unit
        of measure."""
        self.ensure_one()
        target = self.company_id.aftersales_warranty_location_id
        back = self.move_ids.filtered(
            lambda move: (
                move.state not in ("done", "cancel") and move.location_id == target
            )
        )
        return self.supplied_quantity - self._get_carried_quantity(back)

    def _get_quantity_to_procure(self):
        """Return what is still to be brought: to the customer, or to the technician
        who does not have it yet."""
        self.ensure_one()
        quantity = self._get_missing_quantity()
        if self.supply == "technician":
            van = self._get_supply_location()
            # a shelf in the van is the technician's, too
            places = van.search([("id", "child_of", van.ids)])
            quantity -= self._get_quantity_at(places, with_open=True)
        return max(self.product_id.uom_id.round(quantity), 0.0)

    def _get_goods_outside(self):
        """Return what of the missing parts of ``self`` is outside already and only to
        be booked: fitted ones, and those an earlier round of the claim has sent out
        that nobody has brought back into the stock since its reversal (R-CLM-09).

        :return: {aftersales.claim.line: {stock.lot: quantity}}
        """
        goods = {}
        taken = defaultdict(float)
        for line in self:
            left = line._get_missing_quantity()
            if line.supply == "fitted":
                goods[line] = line._split_by_lot(left)
                continue
            if not line.waiting_quantity:
                continue
            # what was refused and charged to the customer is his
            left = min(left, line.waiting_quantity - line.charged_quantity)
            for lot, quantity in line._get_waiting_lots().items():
                place = line.company_id.aftersales_awaiting_location_id
                there = place._get_available_part(line.product_id, lot)
                key = line.product_id, lot
                quantity = min(quantity, left, there - taken[key])
                if line.product_id.uom_id.compare(quantity, 0) > 0:
                    goods.setdefault(line, {})[lot] = quantity
                    taken[key] += quantity
                    left -= quantity
        return goods

    def _get_waiting_lots(self):
        """Return what waits for the claim since its reversal, by serial number:
        {stock.lot: quantity}; goods without one under an empty record."""
        self.ensure_one()
        location = self.company_id.aftersales_awaiting_location_id
        if not location:
            return {}
        lots = defaultdict(float)
        for item in self.move_ids.move_line_ids:
            if item.state == "done":
                sign = item.location_dest_id._child_of(location) - (
                    item.location_id._child_of(location)
                )
                lots[item.lot_id] += sign * item.quantity_product_uom
        compare = self.product_id.uom_id.compare
        return {lot: qty for lot, qty in lots.items() if compare(qty, 0) > 0}

    def _split_by_lot(self, quantity):
        """Return ``quantity`` of the part by serial number: the one named, else those
        that wait for the claim; {stock.lot: quantity}."""
        self.ensure_one()
        lot = self._get_part_lot()
        if lot or self.product_id.tracking == "none":
            return {lot: quantity}
        uom = self.product_id.uom_id
        lots = {}
        for waiting, there in self._get_waiting_lots().items():
            if uom.compare(quantity, 0) > 0:
                lots[waiting] = min(quantity, there)
                quantity -= lots[waiting]
        if uom.compare(quantity, 0) > 0:
            lots[lot] = lots.get(lot, 0.0) + quantity
        return lots

    def _get_moves_back(self, location):
        """Return the moves that took the part away from ``location`` again."""
        return self.move_ids.filtered(
            lambda move: move.state == "done" and move.location_id == location
        )

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
            if uom.is_zero(line.approved_quantity) and line._has_goods_out():
                raise UserError(
                    self.env._(
                        "Components of %(part)s were supplied already: it cannot be "
                        "rejected any more.",
                        part=line.product_id.display_name,
                    )
                )
            goal = line._get_supply_location()
            incoming = line._get_moves_to(goal)
            outgoing = incoming.browse()
            if line.supply != "technician":
                # what leaves a technician is what he fits
                outgoing = line._get_moves_back(goal)
            carried = line._get_carried_quantity(incoming, outgoing)
            if uom.compare(carried, line.approved_quantity) <= 0:
                continue
            # of a kit, as much less of each component
            for product, moves in incoming.grouped("product_id").items():
                back = outgoing.filtered(lambda move, p=product: move.product_id == p)
                total = moves._get_claimed_quantity() - back._get_claimed_quantity()
                moves._call_off_for_claim(
                    total - total * line.approved_quantity / carried
                )

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
        if self.supply == "technician":
            location = self._get_supply_location()
            if not location:
                raise UserError(
                    self.env._(
                        "%(claim)s has no service order with a technician to bring "
                        "%(part)s.",
                        claim=claim.name,
                        part=self.product_id.display_name,
                    )
                )
        due = fields.Datetime.to_datetime(claim.supply_due_date)
        return Procurement(
            self.product_id,
            self._get_quantity_to_procure(),
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
