# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import Command, fields

from .common import ClaimsCommon


class LiabilityCommon(ClaimsCommon):
    """Claims with costs in the books, and decisions on them."""

    def _posted_claim(self, amount=8070.0):
        """An approved claim whose costs of ``amount`` are in the books."""
        claim = self._create_claim(
            kind="emergency",
            kind_reason="Down",
            failure_date=self._next_day(),
            estimated_cost=amount,
        )
        claim.action_submit()
        self._approve_release(claim)
        claim.sudo().filed_at = fields.Datetime.now()
        self._add_cost(claim, "travel", amount)
        self.as_user(claim, "accountant").action_post_costs()
        return claim

    def _next_day(self):
        self.day = getattr(self, "day", 0) + 1
        return fields.Date.today() - relativedelta(days=self.day)

    def _decide(self, claim, shares, approve=True):
        liability = self.as_user(self.env["aftersales.liability"], "quality_vp").create(
            {
                "claim_id": claim.id,
                "analysis": "<p>Cage material out of tolerance</p>",
                "share_ids": [Command.create(vals) for vals in shares],
            }
        )
        if approve:
            liability.action_submit()
            self.as_user(liability, "general_manager").action_approve("Agreed")
        return liability.with_env(self.env)

    def _supplier(self, percent, **vals):
        return {
            "party": "supplier",
            "partner_id": self.supplier.id,
            "percent": percent,
            **vals,
        }

    def _department(self, percent):
        return {
            "party": "department",
            "department_id": self.department.id,
            "percent": percent,
        }
