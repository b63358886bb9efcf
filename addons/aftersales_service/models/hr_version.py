# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class HrVersion(models.Model):
    _inherit = "hr.version"

    def write(self, vals):
        """A changed wage moves the limits of the deduction plans (R-PEN-06)."""
        res = super().write(vals)
        if "wage" in vals and self.employee_id:
            self.env["aftersales.deduction"]._recompute_employees(self.employee_id)
        return res
