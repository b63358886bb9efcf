# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

#: to-do of whoever may take up an appeal
APPEAL_ACTIVITY = "aftersales_claims.mail_activity_type_appeal"


class AftersalesClaim(models.Model):
    """Claims decided again: appeals, raised amounts, second tries (R-CLM-05)."""

    _inherit = "aftersales.claim"

    appeal_ids = fields.One2many("aftersales.claim.appeal", "claim_id")
    appeal_count = fields.Integer(compute="_compute_appeal_count")
    has_open_appeal = fields.Boolean(
        compute="_compute_appeal_count", search="_search_has_open_appeal"
    )
    appeal_deadline = fields.Date(
        compute="_compute_appeal_deadline",
        help="Last day to appeal against the decision; empty if there is nothing to "
        "appeal against.",
    )

    # === COMPUTE METHODS ===#
    @api.depends("appeal_ids.state")
    def _compute_appeal_count(self):
        for claim in self:
            claim.appeal_count = len(claim.appeal_ids)
            claim.has_open_appeal = bool(claim._get_open_appeals())

    def _search_has_open_appeal(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("appeal_ids", "any", [("state", "in", ("filed", "in_decision"))])]

    @api.depends("state", "line_ids.decision", "version_ids", "appeal_ids.state")
    def _compute_appeal_deadline(self):
        """The decision on an appeal is final; a second one is not heard."""
        for claim in self:
            # sudo: how lines were decided, for whoever may know the claim
            lines = claim.sudo().line_ids
            contested = claim.state == "rejected" or (
                claim.state == "approved"
                and any(line.decision in ("reduced", "rejected") for line in lines)
            )
            heard = claim.sudo().appeal_ids.filtered(
                lambda appeal: appeal.state in ("granted", "refused")
            )
            last = claim._get_last_decision()
            claim.appeal_deadline = (
                claim.company_id._get_aftersales_date(last.date)
                + relativedelta(days=claim.company_id.aftersales_appeal_days)
                if contested and last and not heard
                else False
            )

    # === ACTION METHODS ===#
    def action_view_appeals(self):
        return self._get_records_action(self.appeal_ids, self.env._("Appeals"))

    # === BUSINESS METHODS ===#
    def _get_last_decision(self):
        """Return the version in which the parts were last decided. What was decided on
        raised amounts and left the parts as they were, costs above all, is nothing a
        station could appeal against."""
        return self._get_decisions()[-1:]

    def _get_decisions(self):
        """Return the versions in which the parts were decided, by every tier and in
        every round, the latest last; see ``_get_last_decision``."""
        self.ensure_one()
        # sudo: versions hold amounts; date and person are used here
        versions = self.sudo().version_ids.sorted("id")
        decisions = last = accepted = versions.browse()
        raised = False
        for version in versions:
            if version.event in ("raised", "submitted", "verified", "returned"):
                # what a tier accepted in a round given up has decided nothing
                accepted = versions.browse()
            if version.event in ("raised", "submitted"):
                raised = version.event == "raised"
            elif version.event == "accepted":
                accepted += version
            elif version.event in ("approved", "rejected"):
                if not (raised and last and version._has_same_parts(last)):
                    last = version
                    decisions += accepted + version
                accepted = versions.browse()
        return decisions

    def _get_open_appeals(self):
        # sudo: the appeal is the claim's, whoever decides
        return self.sudo().appeal_ids.filtered(
            lambda appeal: appeal.state in ("filed", "in_decision")
        )

    def _get_decided_appeals(self):
        """Return the appeals that a decision on the claim closes. One approved before
        is decided again for other reasons too, raised amounts: an appeal nobody has
        taken up waits on."""
        appeals = self._get_open_appeals()
        if self.approved_at:
            return appeals.filtered(lambda appeal: appeal.state == "in_decision")
        return appeals

    def _get_excluded_deciders(self):
        """Return who may not decide now: whoever decided what is appealed against, at
        whichever tier."""
        return (
            self._get_open_appeals()
            .filtered(lambda appeal: appeal.state == "in_decision")
            .first_decider_ids
        )

    def _notify_appeal(self):
        """Ask the service managers to take the appeal up."""
        self.ensure_one()
        # sudo: members of a group are not everyone's to read
        group = self.env.ref("aftersales_service.group_manager").sudo()
        managers = group.user_ids.filtered(
            lambda user: user.active and self.company_id in user.company_ids
        )
        for user in self._filter_readers(managers):
            self.activity_schedule(
                APPEAL_ACTIVITY,
                user_id=user.id,
                summary=self.env._("Take up the appeal"),
            )

    def _reopen(self, state, **vals):
        """Take up a claim again: nothing of the earlier round is decided any more.

        :param state: ``draft`` or ``submitted``
        :raises ValidationError: the same part has been claimed anew meanwhile
        """
        self.line_ids._refuse_duplicates()
        # sudo: the reviews of a round that ended belong to nobody
        self.sudo().review_ids.unlink()
        # sudo: decisions on lines belong to the approvers of a round; what is invalid
        # was decided by nobody
        self.sudo().line_ids.filtered(lambda line: not line.is_invalid).write(
            {"decision": "pending", "reason": False}
        )
        # a new emergency release is registered and filed anew
        self._set_state(
            state,
            approved_at=False,
            amount_approved=0.0,
            other_cost_approved=0.0,
            released_by_id=False,
            register_number=False,
            filing_deadline=False,
            filed_at=False,
            filed_by_id=False,
            **vals,
        )

    def _was_executed(self):
        """Whether an earlier approval has moved goods or cost something."""
        self.ensure_one()
        # sudo: transfers and costs, for whoever decides
        claim = self.sudo()
        return bool(claim.approved_at) and bool(
            claim.picking_ids.filtered(lambda picking: picking.state != "cancel")
            or claim.cost_ids.filtered(lambda cost: cost.state != "reversed")
            or claim._get_excluded_deciders()
        )

    # === DECISIONS ===#
    def _check_can_reject(self):
        """What was executed is not rejected: only what goes beyond it is. Costs above
        the approved ones are refused as they are."""
        res = super()._check_can_reject()
        # sudo: amounts of the claim, compared only
        claim = self.sudo()
        if (
            self._was_executed()
            and claim.currency_id.compare_amounts(
                claim.amount_total - claim._get_cost_raise(), claim.amount_approved
            )
            > 0
        ):
            raise UserError(
                self.env._(
                    "%(claim)s was approved with %(amount)s before and carried out. "
                    "Reduce or reject the lines that go beyond it first.",
                    claim=claim.name,
                    amount=claim.currency_id.format(claim.amount_approved),
                )
            )
        return res

    def _get_state_after_rejection(self):
        """What was carried out stays approved as it was."""
        if self._was_executed():
            return "approved"
        return super()._get_state_after_rejection()

    def _after_rejection(self):
        res = super()._after_rejection()
        self._get_decided_appeals()._close(granted=False)
        return res

    def _apply_approval(self):
        appeals = self._get_decided_appeals()
        before = sum(appeals.mapped("amount_before"))
        res = super()._apply_approval()
        claim = self.sudo()
        appeals.with_env(self.env)._close(
            granted=claim.currency_id.compare_amounts(claim.amount_approved, before) > 0
        )
        return res
