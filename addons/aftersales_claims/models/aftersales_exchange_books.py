# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class AftersalesExchange(models.Model):
    """The good piece in the books: posted at once, or by the stock closing (R-CLM-09,
    R-CLM-15)."""

    _inherit = "aftersales.exchange"

    closing_move_id = fields.Many2one(
        "account.move",
        string="Closing Entry",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="With periodic valuation the goods are posted by the stock closing.",
    )
    entry_count = fields.Integer(compute="_compute_entry_count")

    def _compute_entry_count(self):
        """Figure of the smart button of one form."""
        for exchange in self:
            exchange.entry_count = len(exchange._get_account_moves())

    # === ACTION METHODS ===#
    def action_view_entries(self):
        return self.env["aftersales.claim"]._get_records_action(
            self._get_account_moves(), self.env._("Journal Entries")
        )

    # === BUSINESS METHODS ===#
    def _get_account_moves(self):
        """Return the journal entries of the goods given."""
        # sudo: which they are; they are read with own rights
        exchanges = self.sudo()
        moves = exchanges.out_picking_id.move_ids.account_move_id
        return (moves | exchanges.closing_move_id).sudo(False)
