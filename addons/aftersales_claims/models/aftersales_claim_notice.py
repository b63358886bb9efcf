# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

#: states in which somebody still has to judge the claim
OPEN_STATES = ("draft", "submitted", "to_approve")


class AftersalesClaim(models.Model):
    """What applicant and approvers should know before they go on: dates that cannot
    be, damage before the delivery, parts of unknown cost (R-CLM-01, R-CLM-04)."""

    _inherit = "aftersales.claim"

    notice = fields.Char(
        compute="_compute_notice",
        help="What to look at before this claim is decided; it keeps nobody from "
        "going on.",
    )

    # === COMPUTE METHODS ===#
    @api.depends(
        "state",
        "kind",
        "failure_date",
        "lot_id",
        "line_ids.has_unknown_cost",
        "approval_level",
        "reviewer_ids",
    )
    def _compute_notice(self):
        for claim in self:
            claim.notice = (
                claim.state in OPEN_STATES and "\n".join(claim._get_notices())
            ) or False

    # === CONSTRAINT METHODS ===#
    @api.constrains("failure_date", "claim_date", "lot_id")
    def _check_failure_possible(self):
        """Nothing fails tomorrow, nor before it was made (R-CLM-01). What failed
        before the delivery was damaged on the way: that is no error."""
        for claim in self:
            # either side of midnight, for whoever enters it
            today = max(
                fields.Date.context_today(claim),
                fields.Date.today(),
                claim.company_id._get_aftersales_today(),
            )
            if today < claim.failure_date <= claim.claim_date:
                raise ValidationError(
                    self.env._(
                        "%(claim)s: %(failed)s is still to come. Enter the day on "
                        "which the part failed.",
                        claim=claim.name,
                        failed=format_date(self.env, claim.failure_date),
                    )
                )
            # sudo: machine files are not every applicant's to read
            produced = claim.lot_id.sudo().production_date
            if produced and claim.failure_date < produced:
                raise ValidationError(
                    self.env._(
                        "%(claim)s: machine %(machine)s was made on %(produced)s, a "
                        "part of it did not fail on %(failed)s already. Correct the "
                        "date or the machine.",
                        claim=claim.name,
                        machine=claim.lot_id.name,
                        produced=format_date(self.env, produced),
                        failed=format_date(self.env, claim.failure_date),
                    )
                )

    # === BUSINESS METHODS ===#
    def _get_notices(self):
        """Return what to look at before the claim is decided, in the user's words."""
        self.ensure_one()
        notices = []
        # sudo: machine files are not every applicant's to read
        delivered = self.lot_id.sudo().delivery_date
        if delivered and self.failure_date and self.failure_date < delivered:
            notices.append(
                self.env._(
                    "Failed on %(failed)s, before the machine was delivered on "
                    "%(delivered)s: damage in transport is claimed from the carrier.",
                    failed=format_date(self.env, self.failure_date),
                    delivered=format_date(self.env, delivered),
                )
            )
        if self.state == "to_approve":
            notices += self._get_missing_approvers()
        if unknown := self._get_parts_of_unknown_cost():
            notices.append(
                self.env._(
                    "No cost is known of %(parts)s, so it counts nothing in the total. "
                    "As it stands the claim is approved by: %(level)s. Give the part a "
                    "cost or a supplier's price for a decision by amount.",
                    parts=", ".join(unknown.mapped("display_name")),
                    level=dict(
                        self._fields["approval_level"]._description_selection(self.env)
                    )[self.approval_level],
                )
            )
        return notices

    def _get_parts_of_unknown_cost(self):
        """Return the products of the lines that count nothing in the total."""
        return self.line_ids.filtered("has_unknown_cost").product_id
