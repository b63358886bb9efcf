# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from .aftersales_claim_amounts import LEVELS


class AftersalesClaim(models.Model):
    """What freight, labour and travel are expected to cost: by the company's rates
    when the claim is handed in, since whoever applies need not see costs; corrected by
    whoever approves it (R-CLM-04, R-CLM-05)."""

    _inherit = "aftersales.claim"

    # === ACTION METHODS ===#
    def action_submit(self):
        """Claims without an estimate are handed in with that of their company."""
        # sudo: the applicant need not see what it costs
        for claim in self.sudo():
            if claim.state == "draft" and not claim.estimated_cost:
                claim.estimated_cost = claim._get_expected_cost()
        return super().action_submit()

    def action_approve(self, comment=None, estimated_cost=None):
        """Approve as one of the approvers.

        :param estimated_cost: what the approver of one claim expects beside the
            parts, if he corrects it. Above his limit the claim goes on to whoever
            approves so much instead of being approved
        :raises UserError: the user is no approver of a claim, or the estimate is
            corrected without the right to see costs
        """
        if estimated_cost is not None:
            self.ensure_one()
            if self._correct_estimate(estimated_cost, comment):
                return True
        return super().action_approve(comment)

    # === BUSINESS METHODS ===#
    def _correct_estimate(self, amount, comment=None):
        """Let the approver whose turn it is correct the expected other costs.

        :return: whether the claim has gone on to somebody above him by that
        """
        self.ensure_one()
        # in the words of the tiers if somebody else decides at this moment
        self._lock_tiers()
        self._ensure_state("to_approve")
        self._ensure_group("aftersales_service.group_costs")
        self._check_can_decide()
        self._get_reviews_in_turn()
        before = self.estimated_cost
        level = self.approval_level
        if not self.currency_id.compare_amounts(amount, before):
            return False
        # sudo: he is asked to decide, on this amount too; the tiers would refuse it
        claim = self.sudo().with_context(skip_validation_check=True)
        claim.estimated_cost = amount
        self._log_version("estimated", comment)
        if not self._is_higher_level(self.approval_level, level):
            return False
        # sudo: the reviews of a level that is not enough any more
        self.sudo().review_ids.unlink()
        self._request_approval()
        return True

    def _get_gone_on_text(self, level):
        """Return what an approver reads whose correction has taken the claim beyond
        his limit, or False.

        :param level: the level of approval before he decided
        """
        self.ensure_one()
        if self.approval_level == level or self.state != "to_approve":
            return False
        levels = dict(self._fields["approval_level"]._description_selection(self.env))
        return self.env._(
            "With these costs %(claim)s is above your limit: %(approver)s has been "
            "asked.",
            claim=self.name,
            approver=levels[self.approval_level],
        )

    def _is_higher_level(self, level, other):
        """Whether ``level`` of approval has the higher limit than ``other``."""
        if level not in LEVELS or other not in LEVELS:
            return False
        return LEVELS.index(level) > LEVELS.index(other)

    def _get_expected_cost(self):
        """Return what the company expects beside the parts: freight of parts that are
        shipped, and the work and travel of the visit or of the station."""
        self.ensure_one()
        company = self.company_id
        expected = 0.0
        if any(line.supply in ("ship", "technician") for line in self.line_ids):
            expected += company.aftersales_expected_freight
        if self.station_id:
            expected += sum(self._get_station_amounts().values())
        elif self._is_visit_unclaimed():
            order = self.order_id
            hours = order.charged_hours or order.planned_hours
            expected += hours * company.aftersales_expected_hour_cost
            if order.kind != "remote":
                expected += order.charged_distance * company.aftersales_expected_km_cost
        return self.currency_id.round(expected)

    def _is_visit_unclaimed(self):
        """Whether the visit is the company's own and no other claim counts it."""
        self.ensure_one()
        others = self.order_id.claim_ids - self
        return (
            bool(self.order_id)
            and not self.order_id.station_id
            and all(
                claim.state in ("rejected", "cancelled")
                # whichever is handed in first counts it
                or (claim.state == "draft" and not claim.estimated_cost)
                for claim in others
            )
        )
