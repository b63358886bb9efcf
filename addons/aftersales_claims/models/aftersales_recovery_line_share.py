# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models


class AftersalesRecoveryLine(models.Model):
    """A share is claimed by the statement it is on; taken off it, the share follows its
    own credit note again (R-CLM-10, R-CLM-12)."""

    _inherit = "aftersales.recovery.line"

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        # sudo: shares follow the statements, whoever draws these up
        lines.sudo().share_id._follow_bill()
        return lines

    def write(self, vals):
        res = super().write(vals)
        if "state" in vals:
            # sudo: see above
            self.sudo().share_id._follow_bill()
        return res

    def unlink(self):
        # sudo: see above
        shares = self.sudo().share_id
        res = super().unlink()
        shares._follow_bill()
        return res
