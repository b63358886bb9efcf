# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class AftersalesLiability(models.Model):
    """From the decision to what it rests on and to what became of it."""

    _inherit = "aftersales.liability"

    recovery_count = fields.Integer(compute="_compute_recovery_count")

    def _compute_recovery_count(self):
        for liability in self:
            # sudo: a count; who reads the decision need not see statements
            lines = liability.sudo().share_ids.recovery_line_ids
            liability.recovery_count = len(lines.recovery_id)

    # === ACTION METHODS ===#
    def action_view_evidence(self):
        return self.claim_id.action_view_evidence()

    def action_view_part_returns(self):
        return self.claim_id.action_view_part_returns()

    def action_view_recoveries(self):
        return self.claim_id._get_records_action(
            self.share_ids.recovery_line_ids.recovery_id,
            self.env._("Supplier Statements"),
        )
