# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

from ..tools.language import in_company_language


class StockLot(models.Model):
    """The machine in the workshop: receipts, repairs, days that suspend warranty."""

    _inherit = "stock.lot"

    receipt_ids = fields.One2many(
        "aftersales.machine.receipt", "lot_id", string="Workshop Register"
    )
    aftersales_repair_count = fields.Integer(compute="_compute_aftersales_repair_count")

    @api.depends("receipt_ids.received_at", "receipt_ids.returned_at")
    def _compute_warranty_suspended_days(self):
        now = fields.Datetime.now()
        for lot in self:
            lot.warranty_suspended_days = sum(
                ((receipt.returned_at or now) - receipt.received_at).days
                for receipt in lot.receipt_ids
                if receipt.received_at
            )

    def _compute_aftersales_repair_count(self):
        # sudo: a count, for people without rights on repairs too
        groups = (
            self.env["repair.order"]
            .sudo()
            ._read_group([("lot_id", "in", self.ids)], ["lot_id"], ["__count"])
        )
        counts = {lot.id: count for lot, count in groups}
        for lot in self:
            lot.aftersales_repair_count = counts.get(lot.id, 0)

    @api.model
    @in_company_language
    def _cron_update_warranty_state(self):
        standing = self.env["aftersales.machine.receipt"].search(
            [("state", "in", ("received", "in_repair", "ready"))]
        )
        standing.lot_id._compute_warranty_suspended_days()
        return super()._cron_update_warranty_state()

    def action_view_repairs(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Repairs"),
            "res_model": "repair.order",
            "view_mode": "list,form",
            "domain": [("lot_id", "=", self.id)],
        }
