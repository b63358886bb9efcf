# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.aftersales_service.tools.jobs import trigger_job

from ..tools.text import is_blank

EMERGENCY_KINDS = ("emergency", "machine_down")


class AftersalesClaim(models.Model):
    """Evidence, verification and approval by tiers."""

    _inherit = "aftersales.claim"

    on_hold_reason = fields.Char(compute="_compute_on_hold_reason")

    # === CRUD METHODS ===#
    def write(self, vals):
        """A higher amount asks the approvers again (R-CLM-05)."""
        res = super().write(vals)
        if "estimated_cost" in vals:
            self._check_raised()
        return res

    # === COMPUTE METHODS ===#
    def _compute_on_hold_reason(self):
        """What the form says while the claim cannot go on."""
        for claim in self:
            reason = False
            if claim.state == "draft":
                reason = "\n".join(claim._get_submit_blockers()) or False
            elif claim.is_filing_overdue:
                reason = self.env._("The papers of this emergency release are overdue.")
            claim.on_hold_reason = reason

    # === ACTION METHODS ===#
    def action_submit(self):
        """Submit the drafts of ``self``; emergencies go straight to approval.

        :raises UserError: no evidence (R-CLM-01), no line, no reason (R-CLM-13)
        """
        self.check_access("write")
        self._ensure_state("draft")
        for claim in self:
            if blockers := claim._get_submit_blockers():
                raise UserError("\n".join([claim.name, *blockers]))
        urgent = self.filtered(lambda claim: claim.kind in EMERGENCY_KINDS)
        now = fields.Datetime.now()
        for claims, state in ((self - urgent, "submitted"), (urgent, "to_approve")):
            if claims:
                claims._set_state(state, submitted_at=now)
        self._log_version("submitted")
        urgent._request_approval()
        return True

    def action_verify(self):
        """After-sales has verified the evidence and proposes (R-CLM-02).

        :raises UserError: an analysis or the proposal is missing
        """
        self._ensure_group("aftersales_service.group_manager")
        self._ensure_state("submitted")
        for claim in self:
            missing = claim._get_missing_analysis()
            if missing:
                raise UserError(
                    self.env._(
                        "%(claim)s cannot be proposed yet, these are missing: "
                        "%(missing)s.",
                        claim=claim.name,
                        missing=", ".join(missing),
                    )
                )
        # sudo: who verified is written by the action only
        self.sudo().verified_by_id = self.env.user
        self._log_version("verified")
        self._request_approval()
        return True

    def action_return(self, comment=None):
        """Send claims back to the applicant with a comment.

        :raises UserError: no comment, or the user neither verifies nor approves
        """
        self._ensure_state("submitted", "to_approve")
        self._ensure_comment(comment)
        for claim in self:
            if not (
                self.env.user in claim.reviewer_ids
                or self.env.user.has_group("aftersales_service.group_manager")
            ):
                raise UserError(
                    self.env._(
                        "%(claim)s is returned by its approvers or by the service "
                        "manager.",
                        claim=claim.name,
                    )
                )
            if claim._was_executed():
                raise UserError(
                    self.env._(
                        "%(claim)s was carried out already: approve or reject what "
                        "has changed.",
                        claim=claim.name,
                    )
                )
        self._log_version("returned", comment)
        self._reopen("draft")
        return True

    def action_cancel(self, comment=None):
        """Give up claims that have not reached the books.

        :raises UserError: goods have moved or costs are posted: reverse instead
        """
        self._ensure_group("aftersales_service.group_manager")
        self._ensure_state("draft", "submitted", "to_approve", "approved", "rejected")
        for claim in self:
            if claim.cost_ids.filtered(lambda cost: cost.state == "posted"):
                raise UserError(
                    self.env._(
                        "%(claim)s has costs in the books; reverse it instead.",
                        claim=claim.name,
                    )
                )
            # sudo: goods without cost leave no cost behind
            if any(line._has_goods_out() for line in claim.sudo().line_ids):
                raise UserError(
                    self.env._(
                        "Parts of %(claim)s are at the customer's; reverse it instead.",
                        claim=claim.name,
                    )
                )
        # sudo: open transfers of a cancelled claim are cancelled with it
        self.sudo()._cancel_open_transfers()
        self._log_version("cancelled", comment)
        self._set_state("cancelled")
        self._get_open_appeals().with_env(self.env)._close(granted=False)
        return True

    def action_draft(self):
        """Take rejected or cancelled claims up again."""
        self._ensure_group("aftersales_service.group_manager")
        self._ensure_state("rejected", "cancelled")
        self._reopen("draft")
        return True

    def action_file(self):
        """The papers of an emergency release are complete (R-CLM-04, R-CLM-13).

        :raises UserError: evidence, analysis or proposal still missing
        """
        self.check_access("write")
        for claim in self:
            if not claim.released_by_id or claim.filed_at:
                raise UserError(
                    self.env._("%(claim)s has nothing to file.", claim=claim.name)
                )
            missing = claim._get_missing_analysis()
            if not claim._has_evidence():
                missing.append(self.env._("evidence"))
            if missing:
                raise UserError(
                    self.env._(
                        "%(claim)s cannot be filed yet, these are missing: "
                        "%(missing)s.",
                        claim=claim.name,
                        missing=", ".join(missing),
                    )
                )
        # sudo: filing is recorded by the action only
        self.sudo().write(
            {"filed_at": fields.Datetime.now(), "filed_by_id": self.env.uid}
        )
        self._log_version("filed")
        return True

    def action_done(self):
        """Close claims that are supplied, filed and posted.

        :raises UserError: something is still open, see ``_get_close_blockers``
        """
        self._ensure_group(
            "aftersales_service.group_manager", "aftersales_service.group_accountant"
        )
        self._ensure_state("approved")
        for claim in self:
            if blockers := claim._get_close_blockers():
                raise UserError("\n".join([claim.name, *blockers]))
        self._log_version("done")
        self._set_state("done")
        return True

    # === BUSINESS METHODS ===#
    def _get_submit_blockers(self):
        """Return the reasons, in the user's words, why this claim can't go in."""
        self.ensure_one()
        blockers = []
        if not self.line_ids and not self.sudo().estimated_cost:
            blockers.append(self.env._("Add at least one part."))
        if self.kind != "normal" and is_blank(self.kind_reason):
            blockers.append(self.env._("Write down the reason."))
        # machine down: the written reason ships the part, the papers follow
        if self.kind != "machine_down" and not self._has_evidence():
            blockers.append(
                self.env._(
                    "Attach the evidence: the customer's letter or e-mail, or a "
                    "damage report with photos."
                )
            )
        if self.kind == "goodwill" and not self.env.user.has_group(
            "aftersales_service.group_manager"
        ):
            blockers.append(
                self.env._("Goodwill is applied for by the service manager.")
            )
        return blockers

    def _get_missing_analysis(self):
        self.ensure_one()
        return [
            self._fields[fname]._description_string(self.env)
            for fname in ("technology_analysis", "quality_analysis", "proposal")
            if is_blank(self[fname])
        ]

    def _get_close_blockers(self):
        """Return the reasons, in the user's words, why this claim can't close;
        extended by whatever hangs on a claim (old parts, recovery)."""
        self.ensure_one()
        blockers = []
        if self.supply_state in ("waiting", "partial"):
            blockers.append(self.env._("Parts are still to be supplied."))
        if self.released_by_id and not self.filed_at:
            blockers.append(self.env._("The emergency release is not filed yet."))
        if any(cost.state == "draft" for cost in self.sudo().cost_ids):
            blockers.append(self.env._("Costs are not posted yet."))
        if any(
            liability.state in ("to_approve", "approved")
            for liability in self.sudo().liability_ids
        ):
            blockers.append(self.env._("The liability decision is not posted yet."))
        if self._get_open_appeals():
            blockers.append(self.env._("An appeal is not decided yet."))
        return blockers

    def _log_decision(self, event, comment=None, on_behalf=None):
        self._log_version(event, comment, on_behalf)

    def _check_can_approve(self):
        """Something is left to approve, and the releaser's papers are in order."""
        res = super()._check_can_approve()
        lines = self.line_ids
        if lines and all(line.decision == "rejected" for line in lines):
            raise UserError(
                self.env._(
                    "Every line of %(claim)s is rejected: reject the claim itself.",
                    claim=self.name,
                )
            )
        self._check_filings_of_releaser()
        return res

    def _apply_approval(self):
        """All tiers said yes: fix the lines, register, inform, move the goods."""
        self.ensure_one()
        # sudo: execution follows the approval, whoever gave it
        claim = self.sudo()
        lines = claim.line_ids
        vals = {
            "approved_at": fields.Datetime.now(),
            "amount_approved": claim.amount_total,
            "other_cost_approved": claim.estimated_cost,
        }
        emergency = claim.kind in EMERGENCY_KINDS
        if emergency:
            vals.update(self._prepare_release_vals())
        lines.filtered(lambda line: line.decision == "pending").decision = "approved"
        claim._set_state("approved", **vals)
        if emergency:
            trigger_job(self.env, "aftersales_claims.cron_claim_notice")
        claim._supply()

    def _check_raised(self):
        """Approved claims whose total has risen go to approval again (R-CLM-05)."""
        raised = self.sudo().filtered(
            lambda claim: (
                claim.state == "approved"
                and claim.currency_id.compare_amounts(
                    claim.amount_total, claim.amount_approved
                )
                > 0
            )
        )
        for claim in raised.with_env(self.env):
            claim._log_version("raised")
            claim._request_approval()
