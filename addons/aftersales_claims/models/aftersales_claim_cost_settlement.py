# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class AftersalesClaimCost(models.Model):
    _inherit = "aftersales.claim.cost"

    settlement_line_ids = fields.One2many(
        "aftersales.settlement.line", "claim_cost_id", string="Settlement Lines"
    )

    # === CRUD METHODS ===#
    def unlink(self):
        """What was settled is the cost's again that this one should have repeated:
        the next settlement takes it back (R-DSP-16)."""
        for cost in self.filtered("repeated_cost_id"):
            # sudo: what the station was shown stays, but for what it rests on
            lines = cost.sudo().settlement_line_ids
            lines.claim_cost_id = cost.repeated_cost_id
        return super().unlink()

    # === BUSINESS METHODS ===#
    def _take_over_settlement(self):
        """The work of a claim that was reversed and approved again is settled with its
        station once: what is on a settlement already stays there, for the new cost.
        What another settlement takes back is settled anew, unless nobody has seen that
        deduction yet: then it is dropped."""
        for cost in self:
            earlier = cost.claim_id.cost_ids.filtered(
                lambda item, cost=cost: (
                    item.state == "reversed"
                    and item.kind == cost.kind
                    and item.partner_id == cost.partner_id
                    and not item.currency_id.compare_amounts(item.amount, cost.amount)
                )
            )
            # sudo: what the station was shown stays as it is, but for what it rests on
            for line in earlier.sudo().settlement_line_ids.filtered("is_live"):
                deductions = line.deduction_ids.filtered("is_live")
                if deductions.settlement_id.filtered(lambda it: it.state != "draft"):
                    continue
                deductions.unlink()
                line.claim_cost_id = cost
                break
