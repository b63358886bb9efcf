# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    """Closings of the stock that post goods of claims leave the books the last one
    first: each takes up where the one before it ended (R-CLM-09)."""

    _inherit = "account.move"

    aftersales_closed_move_ids = fields.Many2many(
        "stock.move",
        "aftersales_closing_stock_move_rel",
        "move_id",
        "stock_move_id",
        string="Goods of Claims",
        readonly=True,
        copy=False,
        groups="aftersales_service.group_accountant",
        help="Transfers of claims and exchanges whose goods this closing posts.",
    )

    # === CORE METHODS OVERRIDES ===#
    def button_draft(self):
        """:raises UserError: the stock was closed again since"""
        posted = self.filtered(lambda move: move.state == "posted")
        (posted | posted.reversed_entry_id)._check_last_closing()
        return super().button_draft()

    def _post(self, soft=True):
        """:raises UserError: it is or reverses a closing, and the stock was closed
        again, or its goods were posted by another one meanwhile"""
        (self | self.reversed_entry_id)._check_last_closing()
        closings = self.filtered(
            lambda move: (
                move.move_type == "entry"
                and move.journal_id == move.company_id.account_stock_journal_id
            )
        )
        closings._check_closed_once()
        posted = super()._post(soft)
        (closings & posted)._link_closed_goods()
        return posted

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

    def _check_closed_once(self):
        """Closings drawn up before either was posted hold the same goods."""
        # sudo: who works in the accounting need not read transfers
        for closing in self.sudo().filtered("aftersales_closed_move_ids"):
            others = closing.search(
                [
                    (
                        "aftersales_closed_move_ids",
                        "in",
                        closing.aftersales_closed_move_ids.ids,
                    ),
                    ("id", "!=", closing.id),
                ]
            )
            posted = others.filtered(lambda it: it in self or it._is_in_force())
            if posted:
                raise UserError(
                    self.env._(
                        "%(closing)s holds goods of claims that %(posted)s posts "
                        "already: delete it and close the stock again, for what was "
                        "moved since.",
                        closing=closing.display_name,
                        posted=", ".join(posted.mapped("display_name")),
                    )
                )

    def _link_closed_goods(self):
        """The goods are posted by this closing; another one was drawn up since."""
        # sudo: the entry of a cost follows the closing, whoever posts it
        for closing in self.sudo().filtered("aftersales_closed_move_ids"):
            goods = closing.aftersales_closed_move_ids
            costs = self.env["aftersales.claim.cost"].sudo()
            costs.search([("stock_move_id", "in", goods.ids)]).filtered(
                lambda cost, closing=closing: cost.closing_move_id != closing
            ).closing_move_id = closing
            goods.aftersales_exchange_id.closing_move_id = closing

    def _get_closed_claims(self):
        """Return the costs of claims, or exchanges, whose goods these closings post."""
        closed = [("closing_move_id", "in", self.ids)]
        # sudo: who works in the accounting need not have rights on claims
        env = self.env(su=True)
        return env["aftersales.claim.cost"].search(closed, limit=1) or env[
            "aftersales.exchange"
        ].search(closed, limit=1)
