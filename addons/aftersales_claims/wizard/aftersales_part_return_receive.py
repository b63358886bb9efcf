# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class AftersalesPartReturnReceive(models.TransientModel):
    """Receipt of old parts at the quarantine counter, tags scanned (R-CLM-11)."""

    _name = "aftersales.part.return.receive"
    _description = "Receive Old Parts"
    _inherit = "barcodes.barcode_events_mixin"

    line_ids = fields.One2many(
        "aftersales.part.return.receive.line", "wizard_id", string="Old Parts"
    )

    @api.model
    def default_get(self, fields_list):
        vals = super().default_get(fields_list)
        part_ids = self.env.context.get("default_part_return_ids") or (
            self.env.context.get("active_ids", [])
            if self.env.context.get("active_model") == "aftersales.part.return"
            else []
        )
        parts = self.env["aftersales.part.return"].browse(part_ids)
        vals["line_ids"] = [
            Command.create(
                {
                    "part_return_id": part.id,
                    "quantity": part.quantity - part.quantity_received,
                    "old_lot_name": part.old_lot_name,
                }
            )
            for part in parts
        ]
        return vals

    def on_barcode_scanned(self, barcode):
        """Add the old part whose tag was scanned; a second scan changes nothing."""
        part = self.env["aftersales.part.return"].search(
            [("name", "=", barcode)], limit=1
        )
        if not part:
            raise UserError(self.env._("No old part has the tag %(tag)s.", tag=barcode))
        if part in self.line_ids.part_return_id:
            return
        self.line_ids += self.line_ids.new(
            {
                "part_return_id": part.id,
                "quantity": part.quantity - part.quantity_received,
                "old_lot_name": part.old_lot_name,
            }
        )

    def action_confirm(self):
        """Receive the lines by transfer; opens nothing, closes the wizard.

        :raises UserError: no line, or a quantity that cannot be received
        """
        self.ensure_one()
        if not self.line_ids:
            raise UserError(self.env._("Scan or choose the old parts received."))
        parts = self.line_ids.part_return_id
        if len(parts) != len(self.line_ids):
            raise UserError(self.env._("Each old part can be received once only."))
        quantities = {}
        for line in self.line_ids:
            part = line.part_return_id
            lot_name = (line.old_lot_name or "").strip()
            if lot_name and not part.old_lot_id:
                part.old_lot_name = lot_name
            elif lot_name:
                part = part._split_other_lot(lot_name)
            quantities[part] = line.quantity
        parts.browse([part.id for part in quantities])._receive(quantities)
        return {"type": "ir.actions.act_window_close"}


class AftersalesPartReturnReceiveLine(models.TransientModel):
    _name = "aftersales.part.return.receive.line"
    _description = "Received Old Part"

    wizard_id = fields.Many2one(
        "aftersales.part.return.receive", required=True, ondelete="cascade"
    )
    part_return_id = fields.Many2one(
        "aftersales.part.return",
        string="Old Part",
        required=True,
        domain=[("state", "=", "expected")],
    )
    product_id = fields.Many2one(related="part_return_id.product_id")
    expected = fields.Float(related="part_return_id.quantity", string="Expected")
    already_received = fields.Float(
        related="part_return_id.quantity_received", string="Already Received"
    )
    quantity = fields.Float(string="Received Now", digits="Product Unit")
    old_lot_name = fields.Char(string="Old Serial Number")
