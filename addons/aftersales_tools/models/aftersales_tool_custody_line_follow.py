# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class AftersalesToolCustodyLine(models.Model):
    """What follows from the condition a tool comes back in (R-TOL-06, R-TOL-07)."""

    _inherit = "aftersales.tool.custody.line"

    # === BUSINESS METHODS ===#
    def _after_done(self):
        """What follows from the condition: loss reports and used-up old things."""
        returned = self.filtered(lambda line: line.custody_id.kind == "return")
        returned._open_compensations()
        returned._withdraw_compensations()
        self.filtered(lambda line: line.custody_id.kind == "replace")._scrap_old()

    def _open_compensations(self):
        """Open a loss report for each durable tool lost or broken by fault."""
        lines = self.filtered(
            lambda line: (
                line.lot_id
                and (
                    line.condition == "lost"
                    or (line.condition == "damaged" and line.by_fault)
                )
            )
        )
        compensations = self.env["aftersales.tool.compensation"]._report_losses(
            [line._prepare_compensation_vals() for line in lines]
        )
        for line, compensation in zip(lines, compensations, strict=True):
            line.compensation_id = compensation

    def _withdraw_compensations(self):
        """A tool reported lost that is given back after all is not paid for."""
        back = self.filtered(lambda line: line.lot_id and not line.compensation_id)
        for custody, lines in back.grouped("custody_id").items():
            self.env["aftersales.tool.compensation"]._withdraw_returned(
                lines.lot_id, custody.name
            )

    def _prepare_compensation_vals(self):
        self.ensure_one()
        return {
            "employee_id": self.custody_id.employee_id.id,
            "lot_id": self.lot_id.id,
            "company_id": self.company_id.id,
            "reason": "lost" if self.condition == "lost" else "damaged",
            "circumstances": self.note,
        }

    def _scrap_old(self):
        """Scrap the old things handed in against the new ones (R-TOL-07)."""
        vals_list = []
        for line in self:
            location = line.custody_id._get_person_location(line.employee_id)
            vals_list.append(
                {
                    "product_id": line.product_id.id,
                    "scrap_qty": line.quantity,
                    "location_id": location.id,
                    "company_id": line.company_id.id,
                    "origin": line.custody_id.name,
                }
            )
        self.env["stock.scrap"].create(vals_list).do_scrap()
