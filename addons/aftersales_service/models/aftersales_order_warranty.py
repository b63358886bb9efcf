# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class AftersalesOrder(models.Model):
    """What an order leaves in the machine file (R-WAR-05)."""

    _inherit = "aftersales.order"

    warranty_state = fields.Selection(related="lot_id.warranty_state")
    warranty_end = fields.Date(related="lot_id.warranty_end")
    component_ids = fields.One2many(
        "aftersales.machine.component", "order_id", string="Fitted in the Machine"
    )
    reading_ids = fields.One2many("aftersales.machine.reading", "order_id")

    def _register_fitted_parts(self):
        """Write the parts fitted on the orders of ``self`` into the component
        history of their machines, each part once; the part taken out is closed.

        :return: the new ``aftersales.machine.component`` records
        """
        # sudo: the technician records history by his report, he does not edit it
        Component = self.env["aftersales.machine.component"].sudo()
        parts = self.filtered("lot_id").part_ids.filtered(
            lambda part: part.quantity_used > 0
        )
        known = Component.search([("part_id", "in", parts.ids)]).part_id
        parts = (parts - known).sudo()
        if not parts:
            return Component
        parts._close_replaced_components()
        return Component.create([part._prepare_component_vals() for part in parts])


class AftersalesOrderPart(models.Model):
    _inherit = "aftersales.order.part"

    def _close_replaced_components(self):
        """Mark what the parts of ``self`` replace as taken out."""
        Component = self.env["aftersales.machine.component"]
        present = Component.search(
            [
                ("lot_id", "in", self.order_id.lot_id.ids),
                ("serial", "in", [part.old_lot_name for part in self]),
                ("removed_on", "=", False),
            ]
        )
        by_key = {(c.lot_id, c.product_id, c.serial): c for c in present if c.serial}
        for part in self:
            key = (part.order_id.lot_id, part.product_id, part.old_lot_name)
            if component := by_key.get(key):
                component.removed_on = max(part._get_fitted_on(), component.fitted_on)

    def _get_fitted_on(self):
        self.ensure_one()
        order = self.order_id
        moment = order.finished_at or order.reported_at or fields.Datetime.now()
        return fields.Datetime.context_timestamp(self, moment).date()

    def _prepare_component_vals(self):
        self.ensure_one()
        return {
            "lot_id": self.order_id.lot_id.id,
            "product_id": self.product_id.id,
            "quantity": self.quantity_used,
            "old_serial": self.old_lot_name,
            "part_lot_id": self.lot_id.id,
            "fitted_on": self._get_fitted_on(),
            "order_id": self.order_id.id,
            "part_id": self.id,
            "in_warranty": self.in_warranty,
            "warranty_months": self._get_replacement_months(),
        }

    def _get_replacement_months(self):
        """Return the months of warranty the part itself carries from now on."""
        self.ensure_one()
        product = self.product_id
        if product.replacement_warranty_months:
            return product.replacement_warranty_months
        policy = self.order_id.lot_id.warranty_policy_id
        if not policy:
            return 0
        return policy._get_line(product.component_class_id).replacement_months
