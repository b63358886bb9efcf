# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class AftersalesOrder(models.Model):
    """Work taken from the customer's site to the workshop (R-DSP-11, R-DSP-21)."""

    _inherit = "aftersales.order"

    receipt_ids = fields.One2many("aftersales.machine.receipt", "order_id")
    receipt_count = fields.Integer(compute="_compute_workshop_counts")
    tracking_count = fields.Integer(compute="_compute_workshop_counts")

    def _compute_workshop_counts(self):
        for fname, model in (
            ("receipt_count", "aftersales.machine.receipt"),
            ("tracking_count", "aftersales.repair.tracking"),
        ):
            groups = self.env[model]._read_group(
                [("order_id", "in", self.ids)], ["order_id"], ["__count"]
            )
            counts = {order.id: count for order, count in groups}
            for order in self:
                order[fname] = counts.get(order.id, 0)

    def _get_paper_action(self, xmlid, **defaults):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        action["domain"] = [("order_id", "=", self.id)]
        action["context"] = {"default_order_id": self.id, **defaults}
        return action

    def action_view_receipts(self):
        return self._get_paper_action(
            "aftersales_service.aftersales_machine_receipt_action"
        )

    def action_take_to_workshop(self):
        """Open a new receipt for the customer's machine."""
        action = self.action_view_receipts()
        action.update(view_mode="form", views=[(False, "form")], target="current")
        return action

    def action_view_trackings(self):
        return self._get_paper_action(
            "aftersales_service.aftersales_repair_tracking_action",
            default_request_id=self.request_id.id,
        )
