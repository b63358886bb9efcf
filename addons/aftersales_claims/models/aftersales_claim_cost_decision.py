# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models


class AftersalesClaimCost(models.Model):
    """Costs that come down after the liability decision are told to whoever posts its
    shares (R-CLM-10)."""

    _inherit = "aftersales.claim.cost"

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        costs = super().create(vals_list)
        # goods that came back; what an entry's reversal takes back waits to be posted
        # again, and is followed when it is dropped
        lower = costs.filtered(lambda it: it.amount < 0 and not it.reversed_cost_id)
        if lower:
            lower._get_decisions()._follow_costs()
        return costs

    def write(self, vals):
        if not {"amount", "claim_id"} & set(vals):
            return super().write(vals)
        decisions = self._get_decisions()
        res = super().write(vals)
        (decisions | self._get_decisions())._follow_costs()
        return res

    def unlink(self):
        decisions = self._get_decisions()
        res = super().unlink()
        decisions._follow_costs()
        return res

    # === BUSINESS METHODS ===#
    def _get_decisions(self):
        # sudo: who enters costs need not have rights on decisions
        return self.sudo().claim_id.liability_ids
