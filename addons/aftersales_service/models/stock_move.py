# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class StockMove(models.Model):
    _inherit = "stock.move"

    aftersales_part_id = fields.Many2one(
        "aftersales.order.part",
        string="Service Order Part",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    aftersales_kind = fields.Selection(related="picking_id.aftersales_kind")

    @api.model
    def _prepare_merge_moves_distinct_fields(self):
        """Two lines of an order may name the same product; each keeps its move."""
        return super()._prepare_merge_moves_distinct_fields() + ["aftersales_part_id"]

    @api.model_create_multi
    def create(self, vals_list):
        moves = super().create(vals_list)
        moves._sync_aftersales_parts()
        return moves

    def write(self, vals):
        res = super().write(vals)
        if {"state", "product_uom_qty", "aftersales_part_id"} & vals.keys():
            self._sync_aftersales_parts()
        return res

    def _sync_aftersales_parts(self):
        if not self.aftersales_part_id:
            return
        # sudo: quantities follow the goods, whoever validates the transfer
        self.sudo().aftersales_part_id._sync_quantities()

    def _action_done(self, cancel_backorder=False):
        self._check_aftersales_issue()
        moves = super()._action_done(cancel_backorder=cancel_backorder)
        moves._sync_aftersales_parts()
        moves._set_aftersales_lots()
        return moves

    def _check_aftersales_issue(self):
        """:raise UserError: when more would leave than lies there (R-DSP-05)"""
        for move in self:
            if (
                move.aftersales_part_id
                and move.product_id.is_storable
                and move.state not in ("done", "cancel")
                and move.location_id.usage == "internal"
            ):
                move.move_line_ids._check_aftersales_available()

    def _set_aftersales_lots(self):
        """Write the serial number issued onto the line of the order."""
        for move in self:
            part = move.aftersales_part_id
            if (
                move.aftersales_kind == "requisition"
                and part
                and not part.lot_id
                and part.tracking != "none"
                and len(move.move_line_ids.lot_id) == 1
            ):
                # sudo: the storekeeper issues; the order is the technician's
                part.sudo().lot_id = move.move_line_ids.lot_id

    def _set_aftersales_lines(self, lot, quantity):
        """Replace the lines of a move by one with ``lot`` (any lot when empty)."""
        self.ensure_one()
        if lot or self.product_id.tracking == "none":
            self.move_line_ids.unlink()
            self.env["stock.move.line"].create(
                {
                    **self._prepare_move_line_vals(quantity=0),
                    "lot_id": lot.id,
                    "quantity": quantity,
                    "picked": True,
                }
            )
        else:
            self._action_assign()
            self.quantity = quantity
        self.picked = True
