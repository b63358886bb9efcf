# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.exceptions import UserError


class StockMove(models.Model):
    """What leaves for a claim is what was approved, and goes where its cost is booked;
    whatever the storekeeper does in the ERP's own screens (R-CLM-05, R-CLM-06)."""

    _inherit = "stock.move"

    # === CORE METHODS OVERRIDES ===#
    def _action_done(self, cancel_backorder=False):
        """:raises UserError: a transfer of a claim brings other goods, more than was
        approved, or goes elsewhere"""
        self._check_claim_goods()
        moves = super()._action_done(cancel_backorder=cancel_backorder)
        moves._check_claim_quantities()
        moves._tell_claims_of_returns()
        if cancel_backorder:
            moves._tell_claims_of_less()
        return moves

    def _set_value(self, correction_quantity=None):
        """:raises UserError: a transfer done is corrected above what was approved"""
        res = super()._set_value(correction_quantity=correction_quantity)
        if correction_quantity:
            self._check_claim_quantities()
        return res

    # === BUSINESS METHODS ===#
    def _check_claim_goods(self):
        for move in self:
            # sudo: the storekeeper ships; the claim is not his to read
            claim = move.picking_id.sudo().aftersales_claim_id
            if not claim or move.state in ("done", "cancel"):
                continue
            target = move.company_id.aftersales_warranty_location_id
            goal = move.location_dest_id
            if not move.aftersales_claim_line_id:
                if goal == target and not move.product_uom.is_zero(move.quantity):
                    raise UserError(
                        self.env._(
                            "%(part)s is not on %(claim)s: take it out of this "
                            "transfer, and have the service manager add it to the "
                            "claim, which calls for it then.",
                            part=move.product_id.display_name,
                            claim=claim.name,
                        )
                    )
            elif (
                move.location_final_id == target
                and goal != target
                and goal.usage == "customer"
            ):
                raise UserError(
                    self.env._(
                        "The parts of %(claim)s go to %(location)s, where their cost "
                        "is booked, not to %(other)s.",
                        claim=claim.name,
                        location=target.display_name,
                        other=goal.display_name,
                    )
                )

    def _check_claim_quantities(self):
        supplied = self.filtered(
            lambda move: (
                move.aftersales_claim_line_id
                and move.location_dest_id
                == move.company_id.aftersales_warranty_location_id
            )
        )
        # sudo: see above
        for line in supplied.sudo().aftersales_claim_line_id:
            uom = line.product_id.uom_id
            if uom.compare(line.supplied_quantity, line.approved_quantity) <= 0:
                continue
            # in exchange for what is on its way back
            quantity = line._get_quantity_out()
            if uom.compare(quantity, line.approved_quantity) > 0:
                raise UserError(
                    self.env._(
                        "Only %(approved)s of %(part)s are approved on %(claim)s, not "
                        "%(quantity)s: send no more, or have the service manager "
                        "raise the claim.",
                        approved=f"{line.approved_quantity:g}",
                        part=line.product_id.display_name,
                        claim=line.claim_id.name,
                        quantity=f"{quantity:g}",
                    )
                )

    def _tell_claims_of_returns(self):
        """Goods that the storekeeper takes back, by the ERP's own return, are nobody's
        to send any more: whoever follows the claim is told."""
        returned = self.filtered(
            lambda move: (
                move.aftersales_claim_line_id
                and move.location_id == move.company_id.aftersales_warranty_location_id
                # reversed claims keep theirs there
                and move.location_dest_id
                != move.company_id.aftersales_awaiting_location_id
            )
        )
        # sudo: who moves the goods need not write claims
        returned.sudo().aftersales_claim_line_id.claim_id._notify_supply_returned()

    def _tell_claims_of_less(self):
        """Less was sent, and no backorder wanted: nobody sends the rest."""
        less = self.filtered(
            lambda move: (
                move.aftersales_claim_line_id
                and move.product_uom.compare(move.quantity, move.product_uom_qty) < 0
            )
        )
        # sudo: see above
        less.sudo().aftersales_claim_line_id.claim_id._notify_supply_cancelled()
