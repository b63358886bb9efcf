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
        """Return the exchanges whose goods the entries of ``self`` post, at once or by
        the closing of the stock; a reversal belongs to those of its entry."""
        entries = self._with_reversed_entries()
        # sudo: which goods made the entry; the exchanges are read with own rights
        env = self.env(su=True)
        found = env["stock.move"].search(
            [
                ("account_move_id", "in", entries.ids),
                ("aftersales_exchange_id", "!=", False),
            ]
        )
        closed = env["aftersales.exchange"].search(
            [("closing_move_id", "in", entries.ids)]
        )
        return (found.aftersales_exchange_id | closed).sudo(False)

    def action_view_aftersales_exchanges(self):
        exchanges = self._get_aftersales_exchanges()
        return self.env["aftersales.claim"]._get_records_action(
            exchanges, self.env._("Exchanges")
        )
