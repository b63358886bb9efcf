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
    aftersales_kind = fields.Selection(
        [
            ("requisition", "Parts requisition"),
            ("fitted", "Parts fitted"),
            ("return", "Unused parts return"),
        ],
        string="Service Parts",
        readonly=True,
        index="btree_not_null",
    )

    def action_view_aftersales_order(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "aftersales.order",
            "res_id": self.aftersales_order_id.id,
            "view_mode": "form",
        }

    def _confirm_aftersales(self):
        """Confirm and reserve transfers drawn up by a service order."""
        # sudo: whoever dispatches or reports needs no stock rights for the paper;
        # the storekeeper validates it
        pickings = self.sudo().filtered("move_ids")
        if pickings:
            pickings.action_confirm()
            pickings.action_assign()

    def _action_done(self):
        res = super()._action_done()
        self._register_machine_deliveries()
        self._tell_parts_issued()
        return res

    def _send_confirmation_email(self):
        """Announce shipments only, not what the customer has in his machine."""
        shipments = self.filtered(lambda picking: not picking._is_aftersales_booking())
        return super(StockPicking, shipments)._send_confirmation_email()

    def _is_aftersales_booking(self):
        """Hook: whether the transfer books parts fitted at the customer's before."""
        self.ensure_one()
        return self.aftersales_kind == "fitted"

    def _tell_parts_issued(self):
        for picking in self:
            if picking.aftersales_kind == "requisition" and picking.state == "done":
                # sudo: the storekeeper reports to an order he may only read
                order = picking.aftersales_order_id.sudo()
                order.message_post(
                    body=self.env._("Parts issued: %(name)s.", name=picking.name),
                    partner_ids=order.technician_id.user_id.partner_id.ids,
                )

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
