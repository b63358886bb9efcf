# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class AccountMove(models.Model):
    """From an entry to the exchange whose good piece it posts, with its photos
    (R-CLM-09, R-CLM-15)."""

    _inherit = "account.move"

    aftersales_exchange_count = fields.Integer(
        string="Exchanges",
        compute="_compute_aftersales_exchange_count",
        groups="aftersales_service.group_costs",
    )

    def _compute_aftersales_exchange_count(self):
        for move in self:
            move.aftersales_exchange_count = len(move._get_aftersales_exchanges())

    def _get_aftersales_exchanges(self):
        """Return the exchanges whose goods the entries of ``self`` post."""
        # sudo: which goods made the entry; the exchanges are read with own rights
        moves = self.env["stock.move"].sudo()
        found = moves.search(
            [
                ("account_move_id", "in", self.ids),
                ("aftersales_exchange_id", "!=", False),
            ]
        )
        return found.aftersales_exchange_id.sudo(False)

    def action_view_aftersales_exchanges(self):
        exchanges = self._get_aftersales_exchanges()
        return self.env["aftersales.claim"]._get_records_action(
            exchanges, self.env._("Exchanges")
        )
