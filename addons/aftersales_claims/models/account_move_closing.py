# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    """Closings of the stock that post goods of claims leave the books the last one
    first: each takes up where the one before it ended (R-CLM-09)."""

    _inherit = "account.move"

    # === CORE METHODS OVERRIDES ===#
    def button_draft(self):
        """:raises UserError: the stock was closed again since"""
        posted = self.filtered(lambda move: move.state == "posted")
        (posted | posted.reversed_entry_id)._check_last_closing()
        return super().button_draft()

    def _post(self, soft=True):
        """:raises UserError: it is or reverses a closing, and the stock was closed
        again"""
        (self | self.reversed_entry_id)._check_last_closing()
        return super()._post(soft)

    # === BUSINESS METHODS ===#
    def _check_last_closing(self):
        entries = self.filtered(lambda move: move.move_type == "entry")
        for company, moves in entries.grouped("company_id").items():
            closings = company._get_stock_closings()
            own = closings & moves
            if not own:
                continue
            later = closings[closings.ids.index(own.ids[0]) + 1 :] - own
            later = later.filtered(lambda move: move._is_in_force())
            if later and (own | later)._get_closed_claims():
                raise UserError(
                    self.env._(
                        "%(closing)s posts goods of claims, and the stock was closed "
                        "again with %(later)s since: take that out of the books first.",
                        closing=own[:1].display_name,
                        later=", ".join(later.mapped("display_name")),
                    )
                )

    def _get_closed_claims(self):
        """Return the costs of claims, or exchanges, whose goods these closings post."""
        closed = [("closing_move_id", "in", self.ids)]
        # sudo: who works in the accounting need not have rights on claims
        env = self.env(su=True)
        return env["aftersales.claim.cost"].search(closed, limit=1) or env[
            "aftersales.exchange"
        ].search(closed, limit=1)
