# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from hashlib import sha256

from odoo import models
from odoo.exceptions import AccessError, UserError

from odoo.addons.aftersales_service.models.tier_review import TIER_FLOW

#: in the context while a document falls back to an approval it has: an object, which
#: nobody can send from outside
EARLIER_APPROVAL = object()


class AftersalesDecisionMixin(models.AbstractModel):
    """A document decided by tiers whose state only its own actions write.

    Extends the tiers' hooks: the row is locked, so two deciding at once decide once;
    nobody decides on his own document; each decision is logged with its comment;
    the last approval executes ``_apply_approval``.
    """

    _name = "aftersales.decision.mixin"
    _description = "Document Decided by Tiers"
    _inherit = ["aftersales.state.mixin", "tier.validation"]

    #: state after a rejection
    _rejected_state = "rejected"

    # === ACTION METHODS ===#
    def action_approve(self, comment=None):
        """Approve as one of the approvers.

        :raises UserError: the user is no approver of a document
        """
        for record in self:
            record._decide("validate", comment)
        return True

    def action_reject(self, comment=None):
        """Reject as one of the approvers.

        :raises UserError: no comment, or the user is no approver of a document
        """
        self._ensure_comment(comment)
        for record in self:
            record._decide("reject", comment)
        return True

    def restart_validation(self):
        """Not for these documents: each has a button that logs who takes it back.

        :raises UserError: always
        """
        raise UserError(
            self.env._(
                "%(documents)s: a round of approval ends by a decision or by sending "
                "the document back.",
                documents=", ".join(self.mapped("display_name")),
            )
        )

    # === CORE METHODS OVERRIDES ===#
    def _validate_tier(self, tiers=False):
        """Approve the user's reviews; the last one executes the document."""
        self.ensure_one()
        if self.state not in self._state_from:
            # decided already, by the buttons of the tiers' own module
            return
        self._check_can_decide()
        self._check_can_approve()
        reviews = self._get_own_reviews()
        super()._validate_tier(tiers)
        accepted = reviews.filtered(lambda review: review.status == "approved")
        if not accepted:
            return
        self._exclude_deciders()
        self.review_ids._update_review_status()
        last = self.validation_status == "validated"
        self._log_decision(
            "approved" if last else "accepted",
            accepted[:1].comment,
            accepted._get_substituted(self.env.user),
        )
        if last:
            self._apply_approval()
        elif texts := self._get_missing_approvers():
            self._tell_missing_approvers(texts)

    def _rejected_tier(self, tiers=False):
        self.ensure_one()
        if self.state not in self._state_from:
            # decided already, by the buttons of the tiers' own module
            return
        self._check_can_reject()
        reviews = self._get_own_reviews()
        super()._rejected_tier(tiers)
        rejected = reviews.filtered(lambda review: review.status == "rejected")
        if rejected:
            self._log_decision(
                "rejected",
                rejected[:1].comment,
                rejected._get_substituted(self.env.user),
            )
            state = self._get_state_after_rejection()
            if state in self._state_to:
                # sudo: the round is over and logged; what was approved before stands
                self.sudo().review_ids.unlink()
                self = self.with_context(aftersales_earlier_approval=EARLIER_APPROVAL)
            self._set_state(state)
            self._after_rejection()

    def _check_state_conditions(self, vals):
        """Falling back to an earlier approval is not approving."""
        if self.env.context.get("aftersales_earlier_approval") is EARLIER_APPROVAL:
            return False
        return super()._check_state_conditions(vals)

    def _tier_validation_check_write_allowed(self, vals):
        """The tiers look their exceptions up at each write, even of documents that
        no review holds: two queries saved for each of these."""
        if self.env.su and self.env.context.get("skip_validation_check"):
            return None
        held = {*self._state_from, *self._state_to, self._cancel_state}
        records = self.filtered(
            lambda record: record[self._state_field] in held and record.review_ids
        )
        return super(
            AftersalesDecisionMixin, records
        )._tier_validation_check_write_allowed(vals)

    def _compute_need_validation(self):
        """What has reviews asks for no more: the tiers would be searched first."""
        if self.env.context.get("aftersales_tier_flow") is TIER_FLOW:
            # asked while reviews are made: which tiers apply is searched next
            for record in self:
                record.need_validation = not record.review_ids
            return None
        reviewed = self.filtered("review_ids")
        reviewed.need_validation = False
        return super(
            AftersalesDecisionMixin, self - reviewed
        )._compute_need_validation()

    def _decide_review(self, review, decision, comment=None, entered=None):
        """By link as by button: the same checks, the same log."""
        if decision == "approve":
            self.action_approve(comment)
        else:
            self.action_reject(comment)
        return False

    # === BUSINESS METHODS ===#
    def _apply_approval(self):
        """Hook: every tier has approved."""
        self._set_state(self._state_to[0])

    def _log_decision(self, event, comment=None, on_behalf=None):
        """Hook: record accepted, approved and rejected."""

    def _check_can_decide(self):
        """Hook: whether the user may decide on this document now.

        :raises UserError: he may not, with the reason
        """
        self.ensure_one()
        # sudo: whether he is asked; what he reads of it is a question of its own
        document = self.sudo()
        decided = document.review_ids.filtered(lambda r: r.status == "approved")
        if self.env.user in decided.done_by:
            raise UserError(
                self.env._(
                    "You have decided on %(document)s already: the next tier is "
                    "somebody else's.",
                    document=self.display_name,
                )
            )
        if self.env.user not in document.reviewer_ids:
            raise UserError(
                self.env._(
                    "You are not asked to approve %(document)s. Nobody approves his "
                    "own document.",
                    document=self.display_name,
                )
            )

    def _check_can_approve(self):
        """Hook: whether the document may be approved now.

        :raises UserError: it may not, with the reason
        """
        self.ensure_one()

    def _check_can_reject(self):
        """Hook: whether the document may be rejected now.

        :raises UserError: it may not, with the reason
        """
        self.ensure_one()

    def _get_state_after_rejection(self):
        """Hook: where a rejection leads."""
        return self._rejected_state

    def _after_rejection(self):
        """Hook: the document has been rejected."""
        self.ensure_one()

    def _exclude_deciders(self):
        """Who has decided at one tier does not decide at the next (R-CLM-05)."""
        # sudo: reviewers are computed, whoever has decided
        still_open = self.sudo().review_ids.filtered(
            lambda review: review.status in ("waiting", "pending")
        )
        self.env.add_to_compute(still_open._fields["reviewer_ids"], still_open)
        # nothing but that has changed, so nothing else is read anew
        self.invalidate_recordset(["reviewer_ids", "can_review"], flush=False)

    def _get_missing_approvers(self):
        """Return, in the user's words, which tiers wait for nobody: all who might
        decide there have decided already, or applied for it."""
        self.ensure_one()
        # sudo: who decides what, for whoever is told that nobody is left
        return [
            self.env._(
                "%(document)s waits at the tier %(tier)s, where nobody is left: nobody "
                "decides twice or on what he applied for. Name a substitute, or give "
                "somebody else the role.",
                document=self.display_name,
                tier=review.name,
            )
            for review in self.sudo().review_ids
            if review.status in ("waiting", "pending") and not review.reviewer_ids
        ]

    def _tell_missing_approvers(self, texts):
        """Tell whoever asked for the approval, and whoever has just decided."""
        # sudo: who asked, for the message
        document = self.sudo()
        told = document.review_ids.requested_by | self.env.user
        if "user_id" in document._fields:
            told |= document.user_id
        document.message_notify(
            partner_ids=told.partner_id.ids,
            subject=self.display_name,
            body="\n".join(texts),
        )

    def _request_approval(self):
        """Open the tiers' reviews.

        :raises UserError: no tier applies, or nobody may approve
        """
        state = self._state_from[0]
        if other := self.filtered(lambda record: record.state != state):
            other._set_state(state)
        # the answer may be one of before, read with those of other documents
        self.invalidate_recordset(["need_validation"], flush=False)
        for record in self:
            reviews = record.request_validation()
            record.invalidate_recordset(["need_validation"], flush=False)
            record._forget_reviewers()
            if not reviews:
                raise UserError(
                    self.env._(
                        "No approval tier applies to %(document)s; ask your "
                        "administrator.",
                        document=record.display_name,
                    )
                )
            for review in reviews:
                if not review.reviewer_ids:
                    raise UserError(
                        self.env._(
                            "Nobody may approve %(document)s at the tier %(tier)s: "
                            "nobody decides twice or on what he applied for. Name a "
                            "substitute, or give somebody else the role.",
                            document=record.display_name,
                            tier=review.name,
                        )
                    )

    def _decide(self, decision, comment):
        """Run one approver's decision with its comment on his reviews."""
        self.ensure_one()
        self._ensure_state(*self._state_from)
        self._check_can_decide()
        reviews = self._get_reviews_in_turn()
        if comment:
            reviews.write({"comment": comment})
        if decision == "validate":
            self._validate_tier(reviews)
        else:
            self._rejected_tier(reviews)
        self._update_counter({"review_deleted": True})

    def _get_reviews_in_turn(self):
        """Return the open reviews the user decides on now.

        :raises UserError: others decide first
        """
        sequences = self._get_sequences_to_approve(self.env.user)
        reviews = self._get_own_reviews().filtered(
            lambda review: review.sequence in sequences
        )
        if not reviews:
            raise UserError(
                self.env._(
                    "It is not your turn to decide on %(document)s.",
                    document=self.display_name,
                )
            )
        return reviews

    def _get_own_reviews(self):
        """Return the open reviews the user may decide on."""
        return self.review_ids.filtered(
            lambda review: (
                review.status in ("waiting", "pending")
                and self.env.user in review.reviewer_ids
            )
        )

    # === TOOLING ===#
    def _filter_readers(self, users):
        """Return those of ``users`` who may open the document: the manager of another
        department may not. Their own companies count, not those of whoever asks; the
        rules are kept in memory, so nothing is searched for it."""
        self.ensure_one()
        document = self.with_context(allowed_company_ids=None)
        return users.filtered(lambda user: document.with_user(user).has_access("read"))

    def _hash_fingerprint(self, parts):
        """Return a short text standing for ``parts``, for a link's address."""
        return sha256("|".join(parts).encode()).hexdigest()[:16]

    def _forget_reviewers(self):
        """The tiers' computed fields do not notice reviews created meanwhile."""
        self.invalidate_recordset(
            ["review_ids", "reviewer_ids", "can_review", "need_validation"]
        )

    def _set_state(self, state, **vals):
        """Write the state: the only way it changes."""
        # sudo: write() refuses the state to everyone else
        self.sudo().with_context(skip_validation_check=True).write(
            {"state": state, **vals}
        )

    def _ensure_state(self, *states):
        """:raises UserError: a record is in none of ``states``"""
        for record in self:
            if record.state not in states:
                labels = dict(self._fields["state"]._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "%(document)s is %(state)s; this is possible only in: "
                        "%(states)s.",
                        document=record.display_name,
                        state=labels[record.state],
                        states=", ".join(labels[state] for state in states),
                    )
                )

    def _ensure_group(self, *xmlids):
        """:raises AccessError: the user is in none of the groups"""
        if not self.env.su and not any(map(self.env.user.has_group, xmlids)):
            raise AccessError(
                self.env._(
                    "This is done by: %(groups)s.",
                    # sudo: names of groups, for the message
                    groups=", ".join(self.env.ref(x).sudo().name for x in xmlids),
                )
            )

    def _ensure_comment(self, comment):
        """:raises UserError: ``comment`` is empty"""
        if not (comment or "").strip():
            raise UserError(self.env._("Give a comment with this decision."))
