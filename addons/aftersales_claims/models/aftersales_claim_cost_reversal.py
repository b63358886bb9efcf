# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.exceptions import UserError


class AftersalesClaimCost(models.Model):
    """Costs follow the reversal of their entry, whoever reverses it (R-CLM-09)."""

    _inherit = "aftersales.claim.cost"

    # === BUSINESS METHODS ===#
    def _follow_reversal(self, reversal):
        """The entry of these costs was reversed: they are taken back at its date. By
        hand in the accounting, the claim stands as it was approved: its costs wait to
        be posted again, dated as the reversal."""
        posted = self.filtered(lambda cost: cost.state == "posted")
        if not posted:
            return
        posted._set_reversal(reversal)
        if self.env.context.get("aftersales_reversing_claim"):
            return
        again = self.create(
            [cost._prepare_repeated_vals() for cost in posted.sorted("id")]
        )
        again._take_over_settlement()
        for claim, own in posted.grouped("claim_id").items():
            claim._message_log(
                body=self.env._(
                    "%(entry)s was reversed in the accounting with %(reversal)s: "
                    "%(amount)s of costs wait to be posted again.",
                    entry=own.account_move_id.display_name,
                    reversal=reversal.display_name,
                    amount=claim.currency_id.format(sum(own.mapped("amount"))),
                )
            )

    def _prepare_repeated_vals(self):
        self.ensure_one()
        return {
            "claim_id": self.claim_id.id,
            "kind": self.kind,
            "name": self.name,
            "date": self.reversal_move_id.date,
            "amount": self.amount,
            "partner_id": self.partner_id.id,
            "claim_line_id": self.claim_line_id.id,
            "picking_id": self.picking_id.id,
            "repeated_cost_id": self.id,
        }

    def _raise_reversed(self):
        """:raises UserError: there are any, whose entries and reversals stay"""
        if not self:
            return
        entries = self.account_move_id | self.reversal_move_id
        raise UserError(
            self.env._(
                "%(entries)s: the costs of %(claims)s were taken back, entries and "
                "reversals stay in the books. Post the costs on the claim again, or "
                "take a claim that was reversed up again, instead.",
                entries=", ".join(entries.mapped("display_name")),
                claims=", ".join(self.claim_id.mapped("name")),
            )
        )
