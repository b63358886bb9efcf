# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    aftersales_claim_count = fields.Integer(
        compute="_compute_aftersales_claim_count",
        groups="aftersales_service.group_costs",
    )

    def _compute_aftersales_claim_count(self):
        """Smart button: from an entry to the claims it belongs to."""
        for move in self:
            move.aftersales_claim_count = len(move._get_aftersales_claims())

    def _get_aftersales_claims(self):
        """Return the claims whose costs or liability shares made this entry."""
        self.ensure_one()
        costs = self.env["aftersales.claim.cost"].search(
            [
                "|",
                ("account_move_id", "in", self.ids),
                ("reversal_move_id", "in", self.ids),
            ]
        )
        shares = self.env["aftersales.liability.share"].search(
            [
                "|",
                ("account_move_id", "in", self.ids),
                ("reversal_move_id", "in", self.ids),
            ]
        )
        return costs.claim_id | shares.claim_id

    def action_view_aftersales_claims(self):
        claims = self._get_aftersales_claims()
        return claims._get_records_action(claims, self.env._("Warranty Claims"))
