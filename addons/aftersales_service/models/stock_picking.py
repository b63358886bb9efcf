# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    aftersales_order_id = fields.Many2one(
        "aftersales.order",
        string="Service Order",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    aftersales_receipt_id = fields.Many2one(
        "aftersales.machine.receipt",
        string="Receipt for the Machine",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )

    def _action_done(self):
        res = super()._action_done()
        self._register_machine_deliveries()
        return res

    def _register_machine_deliveries(self):
        """Tell the machine files of a delivery to a customer (R-DSP-18)."""
        for picking in self:
            if picking.picking_type_code != "outgoing" or picking.state != "done":
                continue
            lines = picking.move_line_ids.filtered(
                lambda line: (
                    line.lot_id.is_machine and line.location_dest_id.usage == "customer"
                )
            )
            if lines and not picking._is_service_transfer():
                # sudo: the storekeeper ships, he has no rights on machine files
                lines.lot_id.sudo()._register_delivery(picking.sudo())

    def _is_service_transfer(self):
        """Whether the transfer belongs to a service, not to a sale of the machine."""
        self.ensure_one()
        return bool(self.aftersales_order_id or self.aftersales_receipt_id)
