# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class AftersalesOrder(models.Model):
    _inherit = "aftersales.order"

    part_return_ids = fields.One2many(
        "aftersales.part.return", "order_id", string="Old Parts"
    )
    settlement_line_ids = fields.One2many(
        "aftersales.settlement.line", "order_id", string="Settlement Lines"
    )
    part_return_count = fields.Integer(compute="_compute_part_return_count")

    def _compute_part_return_count(self):
        counts = dict(
            self.env["aftersales.part.return"]._read_group(
                [("order_id", "in", self.ids)], ["order_id"], ["__count"]
            )
        )
        for order in self:
            order.part_return_count = counts.get(order, 0)

    def action_view_part_returns(self):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "aftersales_claims.aftersales_part_return_action"
            ),
            "domain": [("order_id", "=", self.id)],
            "context": {},
        }

    def _after_report(self):
        """The report says what was fitted: its old parts are expected (R-CLM-11)."""
        res = super()._after_report()
        self._create_part_returns()
        return res

    def _create_part_returns(self):
        """Expect the old parts of what was replaced free of charge (R-CLM-11).

        :return: the aftersales.part.return records created; none for parts that
            already have theirs
        """
        # sudo: the technician who reports creates what he himself must bring back
        orders = self.sudo()
        parts = orders.part_ids.filtered(
            lambda part: (
                part.in_warranty
                and part.quantity_used > 0
                and not part.part_return_ids
                and part._is_old_part_returned()
            )
        )
        vals_list = []
        for part in parts:
            vals_list += part._prepare_part_return_vals_list()
        return self.env["aftersales.part.return"].sudo().create(vals_list).sudo(False)

    def _prepare_part_return_holder_vals(self):
        """Return who brings the old parts back: the lead technician, or the customer
        when nobody was sent."""
        self.ensure_one()
        if self.technician_id:
            return {
                "holder_kind": "technician",
                "holder_employee_id": self.technician_id.id,
            }
        return {"holder_kind": "customer", "holder_partner_id": self.partner_id.id}
