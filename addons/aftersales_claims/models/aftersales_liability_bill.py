# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class AftersalesLiability(models.Model):
    """Shares whose entry or invoice left the books are posted again (R-CLM-10)."""

    _inherit = "aftersales.liability"

    has_open_share = fields.Boolean(
        string="Shares to Post Again",
        compute="_compute_has_open_share",
        store=True,
        help="The entry or invoice of a share was cancelled, deleted or reversed in "
        "the accounting. It is posted once more, or the decision is reversed.",
    )

    # === COMPUTE METHODS ===#
    @api.depends("state", "share_ids.state")
    def _compute_has_open_share(self):
        for liability in self:
            liability.has_open_share = liability.state == "posted" and (
                "draft" in liability.share_ids.mapped("state")
            )

    # === ACTION METHODS ===#
    def action_view_entries(self):
        """Open the entries and invoices of the shares, those given up as well."""
        return self.claim_id._get_records_action(
            self.share_ids._get_account_moves(), self.env._("Journal Entries")
        )
