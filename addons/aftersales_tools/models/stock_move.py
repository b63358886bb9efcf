# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.exceptions import LockError, UserError


class StockMove(models.Model):
    _inherit = "stock.move"

    tool_custody_line_id = fields.Many2one(
        "aftersales.tool.custody.line",
        index="btree_not_null",
        ondelete="restrict",
    )

    def _action_done(self, cancel_backorder=False):
        """A serial tool can be in one place only, whoever moves it and however many
        people move it at once: the rows of the tools are taken first (R-TOL-03)."""
        lots = self.move_line_ids.lot_id.filtered("is_tool")
        if lots:
            try:
                lots.lock_for_update(allow_referencing=True)
            except LockError as error:
                raise LockError(
                    self.env._(
                        "Somebody else is moving one of these tools right now: "
                        "%(tools)s. Try again in a moment.",
                        tools=", ".join(lots.mapped("display_name")),
                    )
                ) from error
        moves = super()._action_done(cancel_backorder=cancel_backorder)
        done = moves.filtered(lambda move: move.state == "done")
        tool_moves = done.filtered("product_id.is_tool")
        if tool_moves:
            tool_moves._check_tools_in_one_place()
            tool_moves._update_tool_files()
        return moves

    def _check_tools_in_one_place(self):
        """Raise when a tool is now in two places or was taken where it is not."""
        durable = self.filtered("product_id.is_durable_tool")
        lots = durable.move_line_ids.lot_id
        if not lots:
            return
        # sudo: another person's location counts too, whatever the mover may see
        groups = (
            self.env["stock.quant"]
            .sudo()
            ._read_group(
                [
                    ("lot_id", "in", lots.ids),
                    ("location_id.usage", "in", ("internal", "transit")),
                ],
                ["lot_id", "location_id"],
                ["quantity:sum"],
            )
        )
        places = {}
        for lot, _location, quantity in groups:
            if quantity < 0:
                places[lot] = 2
            elif quantity > 0:
                places[lot] = places.get(lot, 0) + 1
        wrong = [lot.display_name for lot, count in places.items() if count > 1]
        if wrong:
            raise UserError(
                self.env._(
                    "A tool can be in one place only. Not where this transfer takes "
                    "it from: %(tools)s.",
                    tools=", ".join(wrong),
                )
            )

    def _update_tool_files(self):
        """Note on the tools moved: the holder's since, first use, price paid."""
        now = fields.Datetime.now()
        today = fields.Date.context_today(self)
        Lot = self.env["stock.lot"].sudo()
        to_people = first_used = Lot
        for move in self:
            # sudo: whoever moves a tool need not be allowed to edit its file
            lots = move.move_line_ids.lot_id.sudo()
            if move.location_dest_id._get_aftersales_person():
                to_people |= lots
                first_used |= lots.filtered(lambda lot: not lot.in_service_since)
            purchase_line = move.sudo().purchase_line_id
            if move.location_id.usage == "supplier" and purchase_line:
                lots.write(
                    {
                        "tool_price": purchase_line._get_tool_unit_price(),
                        "tool_currency_id": purchase_line.currency_id.id,
                    }
                )
        if to_people:
            to_people.write({"custody_since": now})
        if first_used:
            first_used.write({"in_service_since": today})
