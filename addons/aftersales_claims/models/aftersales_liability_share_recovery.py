# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class AftersalesLiabilityShare(models.Model):
    _inherit = "aftersales.liability.share"

    recovery_line_ids = fields.One2many(
        "aftersales.recovery.line", "share_id", string="Recovery Lines"
    )

    # === ACTION METHODS ===#
    def action_view_liability(self):
        return self.claim_id._get_records_action(
            self.liability_id, self.env._("Liability Decision")
        )

    # === BUSINESS METHODS ===#
    def _reverse(self, comment):
        """A decision taken back is claimed from nobody any more (R-CLM-12)."""
        withdrawn = self.filtered(lambda share: share.state == "posted")
        # first: a line whose note is reversed would be owed again
        # sudo: statements follow the books, whoever reverses
        withdrawn.sudo().recovery_line_ids._withdraw(comment)
        return super()._reverse(comment)
