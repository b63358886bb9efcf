# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.exceptions import UserError


class AftersalesToolCustodyLine(models.Model):
    """What cannot be issued, replaced or taken back (R-TOL-03, R-TOL-07, R-TOL-08)."""

    _inherit = "aftersales.tool.custody.line"

    # === BUSINESS METHODS ===#
    def _check_lines(self):
        """Raise for lines that cannot be done whatever the stock says."""
        for line in self:
            product = line.product_id
            if not product.is_tool:
                raise UserError(
                    self.env._(
                        "%(product)s has no tool class, so it is not a tool.",
                        product=product.display_name,
                    )
                )
            if product.tracking != "none" and not line.lot_id:
                raise UserError(
                    self.env._(
                        "Scan or choose the serial number of %(product)s.",
                        product=product.display_name,
                    )
                )
            lot_company = line.lot_id.company_id
            if lot_company and lot_company != line.company_id:
                raise UserError(
                    self.env._(
                        "%(tool)s belongs to another company.",
                        tool=line.lot_id.display_name,
                    )
                )
            if line.custody_id.kind == "replace" and product.is_durable_tool:
                raise UserError(
                    self.env._(
                        "Only consumables are replaced old for new. Return "
                        "%(tool)s and issue another one.",
                        tool=product.display_name,
                    )
                )
        self._check_old_for_new()
        issued = self.filtered(lambda line: line.custody_id.kind != "return")
        overdue = issued.lot_id._get_calibration_overdue()
        if overdue:
            raise UserError(
                self.env._(
                    "Calibration overdue, so not to be issued: %(tools)s.",
                    tools=", ".join(overdue.mapped("display_name")),
                )
            )
        seen = set()
        for line in self.filtered("lot_id"):
            if line.lot_id in seen:
                raise UserError(
                    self.env._(
                        "%(tool)s is listed twice.", tool=line.lot_id.display_name
                    )
                )
            if line.product_id.tracking == "serial":
                seen.add(line.lot_id)

    def _check_old_for_new(self):
        """Raise unless everybody has the old things he hands in (R-TOL-07)."""
        lines = self.filtered(lambda line: line.custody_id.kind == "replace")
        for custody, custody_lines in lines.grouped("custody_id").items():
            held = custody.sudo().employee_id._get_held_quants()
            for product, same in custody_lines.grouped("product_id").items():
                quants = held.filtered(
                    lambda q, product=product: q.product_id == product
                )
                old = sum(quants.mapped("quantity"))
                if product.uom_id.compare(old, sum(same.mapped("quantity"))) < 0:
                    raise UserError(
                        self.env._(
                            "%(person)s has nothing old to hand in for %(tool)s. "
                            "Issue it instead.",
                            person=custody.employee_id.name,
                            tool=product.display_name,
                        )
                    )
