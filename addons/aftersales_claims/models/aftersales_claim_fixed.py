# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.exceptions import AccessError, UserError

#: what the applicant states: his until it is handed in, fixed for the approvers
STATED_FIELDS = {
    "claim_date",
    "company_id",
    "damage",
    "failure_date",
    "kind",
    "kind_reason",
    "lot_id",
    "order_id",
    "partner_id",
    "request_id",
    "user_id",
}
#: what after-sales, technology and quality add before the approvers decide; of an
#: emergency, afterwards
PAPER_FIELDS = {
    "damage",
    "proposal",
    "proposal_comment",
    "quality_analysis",
    "technology_analysis",
}
#: what statistics and recoveries count a claim under
COUNTED_FIELDS = {"cause_id", "department_id"}
CLOSED_STATES = ("done", "rejected", "cancelled")


class AftersalesClaim(models.Model):
    """What a claim says stays what the approvers read (R-CLM-01, R-CLM-05)."""

    _inherit = "aftersales.claim"

    # === CRUD METHODS ===#
    def write(self, vals):
        if not self.env.su:
            if STATED_FIELDS & set(vals):
                self._check_stated()
            if (STATED_FIELDS - PAPER_FIELDS) & set(vals):
                self._ensure_state("draft", "submitted")
            self._check_papers(PAPER_FIELDS & set(vals))
            self._check_counted(COUNTED_FIELDS & set(vals))
            if "estimated_cost" in vals:
                # what is raised in any other state would ask nobody
                self._ensure_state("draft", "submitted", "to_approve", "approved")
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_handed_in(self):
        # sudo: whether it was handed in, whoever may read its versions
        handed_in = self.filtered(
            lambda claim: "submitted" in claim.sudo().version_ids.mapped("event")
        )
        if handed_in:
            raise UserError(
                self.env._(
                    "%(claims)s was handed in: what it said then stays on file. Cancel "
                    "it instead.",
                    claims=", ".join(handed_in.mapped("name")),
                )
            )

    # === ACTION METHODS ===#
    def action_verify(self):
        """:raises UserError: changed since, the claim could not be handed in now"""
        for claim in self.filtered(lambda claim: claim.state == "submitted"):
            if blockers := claim._get_submit_blockers():
                raise UserError("\n".join([claim.name, *blockers]))
        return super().action_verify()

    # === BUSINESS METHODS ===#
    def _check_stated(self):
        """Once handed in, only those who verify it correct what a claim states.

        :raises AccessError: the user does not verify claims
        """
        if (
            any(claim.state == "submitted" for claim in self)
            and not self.env.user.has_group("aftersales_service.group_manager")
            and not self.env.user.has_group("aftersales_service.group_quality")
        ):
            raise AccessError(
                self.env._(
                    "%(claims)s was handed in: who verifies it corrects it or sends it "
                    "back.",
                    claims=", ".join(self.mapped("name")),
                )
            )

    def _check_papers(self, fnames):
        """Decided, a claim reads as its approvers read it; the papers of an emergency
        are written until they are filed.

        :raises UserError: a field of ``fnames`` was decided on
        """
        for claim in self if fnames else ():
            open_papers = claim.released_by_id and not claim.filed_at
            if claim.state in CLOSED_STATES or (
                claim.state == "approved" and not open_papers
            ):
                claim._raise_decided(min(fnames))

    def _check_counted(self, fnames):
        """Closed, a claim stays where it was counted. The cause is as the liability
        decision gives it: quality finds it there, the claim may be closed meanwhile,
        and what is handed in to the general manager stays (R-CLM-08, R-CLM-10).

        :raises UserError: a field of ``fnames`` is settled
        """
        for claim in self if fnames else ():
            # sudo: whether there is a decision, whoever may read it
            decision = claim.sudo().liability_ids.filtered(
                lambda liability: liability.state != "cancelled"
            )
            settled = fnames if claim.state in CLOSED_STATES else set()
            if decision and decision.state != "draft":
                settled = settled | {"cause_id"} & fnames
            elif decision and self.env.user.has_group(
                "aftersales_service.group_quality"
            ):
                settled = settled - {"cause_id"}
            if settled:
                claim._raise_decided(min(settled))

    def _raise_decided(self, fname):
        """:raises UserError: always, in the words of the field ``fname``"""
        raise UserError(
            self.env._(
                "%(claim)s is decided: “%(field)s” stays as it is.",
                claim=self.name,
                field=self._get_field_label(fname),
            )
        )
