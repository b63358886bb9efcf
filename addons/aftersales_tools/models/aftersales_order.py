# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class AftersalesOrder(models.Model):
    """The toolbox check runs against what the technicians hold (R-TOL-09)."""

    _inherit = "aftersales.order"

    def _prepare_check_vals(self, stage):
        vals_list = super()._prepare_check_vals(stage)
        if stage in ("before", "after"):
            # sudo: whoever dispatches need not see the stock of the technicians
            order = self.sudo()
            vals_list += order._prepare_tool_checks(len(vals_list))
            if stage == "before":
                vals_list += order._prepare_kit_checks(len(vals_list))
        return vals_list

    def _prepare_tool_checks(self, position):
        """Return one check for each tool the technicians hold; durable ones count."""
        self.ensure_one()
        vals_list = []
        for employee in self.technician_ids | self.technician_id:
            for quant in employee._get_held_quants():
                position += 1
                product = quant.product_id
                vals_list.append(
                    {
                        "name": self.env._(
                            "Tool: %(tool)s %(serial)s",
                            tool=product.display_name,
                            serial=quant.lot_id.name or "",
                        ).strip(),
                        "required": product.is_durable_tool,
                        "sequence": position,
                        "employee_id": employee.id,
                        "product_id": product.id,
                        "lot_id": quant.lot_id.id,
                    }
                )
        return vals_list

    def _prepare_kit_checks(self, position):
        """Return one check for each tool of the kit that nobody sent holds."""
        self.ensure_one()
        return [
            {
                "name": self.env._(
                    "Draw from the tool store: %(quantity)g × %(tool)s",
                    quantity=quantity,
                    tool=product.display_name,
                ),
                "required": True,
                "sequence": position + number,
                "product_id": product.id,
            }
            for number, (product, quantity) in enumerate(
                self._get_missing_kit_tools(), start=1
            )
        ]

    def _get_missing_kit_tools(self):
        """Return ``[(product, quantity)]``: what the kits for this kind of order ask
        for and the technicians together do not hold."""
        self.ensure_one()
        kits = self.env["aftersales.tool.kit"].search(
            [
                ("order_kind", "=", self.kind),
                ("company_id", "in", (False, self.company_id.id)),
            ]
        )
        if not kits:
            return []
        held = (self.technician_ids | self.technician_id)._get_held_quants()
        missing = []
        for product, lines in kits.line_ids.grouped("product_id").items():
            has = sum(
                held.filtered(
                    lambda q, product=product: q.product_id == product
                ).mapped("quantity")
            )
            quantity = sum(lines.mapped("quantity")) - has
            if product.uom_id.compare(quantity, 0) > 0:
                missing.append((product, quantity))
        return missing

    def _get_dispatch_blockers(self, employee):
        """Nobody is sent with measuring tools whose calibration is overdue."""
        blockers = super()._get_dispatch_blockers(employee)
        # sudo: the dispatcher does not see the tools of the technicians
        overdue = employee.sudo()._get_held_quants().lot_id._get_calibration_overdue()
        if overdue:
            blockers.append(
                self.env._(
                    "%(person)s holds tools whose calibration is overdue: %(tools)s.",
                    person=employee.name,
                    tools=", ".join(overdue.mapped("display_name")),
                )
            )
        return blockers
