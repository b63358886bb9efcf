# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import fields, models

from ..tools.serials import split_serials


class AftersalesOrderPart(models.Model):
    _inherit = "aftersales.order.part"

    part_return_ids = fields.One2many(
        "aftersales.part.return", "order_part_id", string="Old Parts"
    )

    def _is_old_part_returned(self):
        """Say if the part taken out has to come back: by its component class, and
        whenever its serial number was read."""
        self.ensure_one()
        return bool(
            self.product_id.component_class_id.return_old_part or self.old_lot_name
        )

    def _prepare_part_return_vals_list(self):
        """Return the values of the old parts of this line: one for each piece that
        has a serial number."""
        self.ensure_one()
        order = self.order_id
        company = order.company_id
        vals = {
            "order_part_id": self.id,
            "order_id": order.id,
            "request_id": order.request_id.id,
            "machine_id": order.lot_id.id,
            "company_id": company.id,
            "product_id": self.product_id.id,
            "quantity": self.quantity_used,
            "old_lot_name": self.old_lot_name,
            "due_date": company._get_aftersales_today()
            + relativedelta(days=company.aftersales_old_part_days),
            **order._prepare_part_return_holder_vals(),
        }
        if self.product_id.tracking != "serial":
            return [vals]
        return [
            {**vals, "quantity": 1.0, "old_lot_name": name}
            for name in split_serials(self.old_lot_name, int(self.quantity_used))
        ]
