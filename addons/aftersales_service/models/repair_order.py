# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class RepairOrder(models.Model):
    """A workshop repair of a customer's machine (R-DSP-11)."""

    _inherit = "repair.order"

    aftersales_receipt_id = fields.Many2one(
        "aftersales.machine.receipt",
        string="Receipt for the Machine",
        index="btree_not_null",
        copy=False,
        check_company=True,
    )
    aftersales_request_id = fields.Many2one(
        related="aftersales_receipt_id.request_id", store=True, index="btree_not_null"
    )

    def write(self, vals):
        res = super().write(vals)
        if "state" in vals:
            self._update_receipt_state()
        return res

    def _update_receipt_state(self):
        """A finished repair makes the machine ready to be returned."""
        # sudo: the workshop has no rights on the service department's register
        receipts = self.sudo().aftersales_receipt_id
        for receipt in receipts.filtered(lambda r: r.state in ("in_repair", "ready")):
            states = set(receipt.repair_ids.mapped("state")) - {"cancel"}
            if states == {"done"} and receipt.state == "in_repair":
                receipt.state = "ready"
            elif states - {"done"} and receipt.state == "ready":
                receipt.state = "in_repair"

    def action_view_receipt(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "aftersales.machine.receipt",
            "res_id": self.aftersales_receipt_id.id,
            "view_mode": "form",
        }
