# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.fields import Domain


class AftersalesClaim(models.Model):
    """Claims of exchanged pieces: the exchange has posted their cost (R-CLM-08,
    R-CLM-15)."""

    _inherit = "aftersales.claim"

    exchange_ids = fields.One2many(
        "aftersales.exchange", "claim_id", string="Exchanges"
    )
    exchange_count = fields.Integer(compute="_compute_exchange_count")
    is_of_exchange = fields.Boolean(
        string="Of an Exchange",
        readonly=True,
        copy=False,
        help="The piece claimed was exchanged. Other claims need not look for one.",
    )

    def _compute_exchange_count(self):
        for claim in self:
            # sudo: a count; who opens the claim need not see exchanges
            claim.exchange_count = (
                len(claim.sudo().exchange_ids) if claim.is_of_exchange else 0
            )

    # === ACTION METHODS ===#
    def action_view_exchanges(self):
        return self._get_records_action(self.exchange_ids, self.env._("Exchanges"))

    def action_reverse(self, comment=None, date=None):
        """The exchange stands: its goods leave the claim, not the books."""
        res = super().action_reverse(comment=comment, date=date)
        # sudo: the cost of the goods follows the claim, whoever reverses
        self.sudo().filtered("is_of_exchange").cost_ids.filtered(
            lambda cost: cost.stock_move_id.aftersales_exchange_id
        ).unlink()
        return res

    # === BUSINESS METHODS ===#
    def _get_evidence_domain(self):
        if not self.is_of_exchange:
            return super()._get_evidence_domain()
        # sudo: which exchanges it is about; their photos are read with own rights
        exchanges = self.sudo().exchange_ids
        return super()._get_evidence_domain() | (
            Domain("res_model", "=", exchanges._name)
            & Domain("res_id", "in", exchanges.ids)
        )

    def _apply_approval(self):
        res = super()._apply_approval()
        # sudo: the costs follow the approval, whoever gave it
        self.sudo().filtered("is_of_exchange")._take_exchange_costs()
        return res

    def _take_exchange_costs(self):
        """Count what the exchanges of approved claims posted, each move once."""
        moves = self.exchange_ids.out_picking_id.move_ids
        taken = self.env["aftersales.claim.cost"].search(
            [("stock_move_id", "in", moves.ids)]
        )
        self.env["aftersales.claim.cost"].create(
            [
                {
                    "claim_id": move.aftersales_exchange_id.claim_id.id,
                    "claim_line_id": move.aftersales_exchange_id.claim_id.line_ids[
                        :1
                    ].id,
                    "kind": "material",
                    "name": move.product_id.display_name,
                    "date": fields.Date.context_today(self, move.date),
                    "amount": move.value,
                    "stock_move_id": move.id,
                    "account_move_id": move.account_move_id.id,
                    "closing_move_id": move.aftersales_exchange_id.closing_move_id.id,
                    "state": "posted",
                }
                for move in moves - taken.stock_move_id
                if move.state == "done"
            ]
        )
