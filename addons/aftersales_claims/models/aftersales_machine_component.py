# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class AftersalesMachineComponent(models.Model):
    _inherit = "aftersales.machine.component"

    def _was_fitted(self, serial, date):
        """Whether the part numbered ``serial`` sat in the machine on ``date``: as the
        part fitted, until it was removed, or as the old part, until it came out."""
        self.ensure_one()
        serial = serial.upper()
        if (self.serial or "").strip().upper() == serial:
            return self.fitted_on <= date and not (
                self.removed_on and self.removed_on < date
            )
        if (self.old_serial or "").strip().upper() == serial:
            return date <= self.fitted_on
        return False
