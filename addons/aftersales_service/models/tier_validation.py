# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.exceptions import LockError, UserError

from ..tools.guard import check_computed
from .tier_review import TIER_FLOW


class TierValidation(models.AbstractModel):
    """The tiers of our documents: decided in turn, one decision at a time, and by
    their own methods only; and what a document shows and does when it is decided by
    a mailed link (R-INT-08, R-CLM-05)."""

    _inherit = "tier.validation"

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_validation_status(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_validation_status(vals)
        return super().write(vals)

    def unlink(self):
        return super(TierValidation, self._in_tier_flow()).unlink()

    # === ACTION METHODS ===#
    def request_validation(self):
        """Open the reviews.

        :raises AccessError: the user may not write the document
        """
        self._check_tier_access()
        reviews = super(TierValidation, self._in_tier_flow()).request_validation()
        # the caller's own environment, without the pass
        return reviews.with_env(self.env)

    def restart_validation(self):
        """Drop the reviews.

        :raises AccessError: the user may not write the document
        """
        self._check_tier_access()
        res = super(TierValidation, self._in_tier_flow()).restart_validation()
        return res or True

    def validate_tier(self):
        # XML-RPC has no word for nothing
        return super().validate_tier() or True

    def reject_tier(self):
        return super().reject_tier() or True

    # === CORE METHODS OVERRIDES ===#
    @api.model
    def _add_tier_validation_buttons(self, node, params):
        """Ask for the approval, and start it over: shown to whoever works on it."""
        buttons = super()._add_tier_validation_buttons(node, params)
        if self._is_aftersales() and "may_write" in self._fields:
            for button in buttons.findall("button"):
                condition = button.get("invisible")
                button.set("invisible", f"({condition}) or not may_write")
        return buttons

    def _validate_tier(self, tiers=False):
        """Approve the user's reviews among ``tiers``.

        :raises UserError: it is not his turn
        """
        self._prepare_decision(tiers)
        return super(TierValidation, self._in_tier_flow())._validate_tier(
            tiers and tiers._in_flow()
        )

    def _rejected_tier(self, tiers=False):
        """Reject the user's reviews among ``tiers``.

        :raises UserError: it is not his turn
        """
        self._prepare_decision(tiers)
        return super(TierValidation, self._in_tier_flow())._rejected_tier(
            tiers and tiers._in_flow()
        )

    def _tier_validation_check_write_remove_reviews(self, vals):
        return super(
            TierValidation, self._in_tier_flow()
        )._tier_validation_check_write_remove_reviews(vals)

    def _tier_validation_check_write_allowed(self, vals):
        skips = self.env.context.get("skip_validation_check")
        if skips and self._is_aftersales() and not self.env.su:
            # sent from outside it opens nothing
            self = self.with_context(skip_validation_check=False)
        return super()._tier_validation_check_write_allowed(vals)

    def _check_state_from_condition(self):
        skips = self.env.context.get("skip_check_state_condition")
        if skips and self._is_aftersales():
            # sent from outside, reviews would be asked for before the time
            self = self.with_context(skip_check_state_condition=False)
        return super()._check_state_from_condition()

    # === BUSINESS METHODS ===#
    def _is_aftersales(self):
        return self._name.startswith("aftersales.")

    def _in_tier_flow(self):
        """Return the documents while the tiers' own methods change their reviews."""
        return self.with_context(aftersales_tier_flow=TIER_FLOW)

    def _check_validation_status(self, vals):
        """What the reviews say is not written by hand."""
        if "validation_status" in vals and self._is_aftersales():
            check_computed(self, vals)

    def _check_tier_access(self):
        if self._is_aftersales():
            self.check_access("write")

    def _prepare_decision(self, tiers):
        """Take the document for the decision on ``tiers``.

        :raises UserError: somebody else is deciding, or it is not their turn
        """
        self.ensure_one()
        if not self._is_aftersales():
            return
        self._lock_tiers()
        still_open = self.review_ids.filtered(
            lambda review: review.status in ("waiting", "pending")
        )
        chosen = (tiers or still_open) & still_open
        before = still_open - chosen
        early = before and chosen.filtered(
            lambda review: (
                review.approve_sequence
                and not review.approve_sequence_bypass
                and review.sequence > min(before.mapped("sequence"))
            )
        )
        if early or (tiers and tiers - self.review_ids):
            raise UserError(
                self.env._(
                    "It is not your turn to decide on %(document)s.",
                    document=self.display_name,
                )
            )

    def _lock_tiers(self):
        """Let one decide at a time. Who decides touches a review, so that whoever
        looked at them before starts over.

        :raises LockError: somebody else is deciding
        """
        try:
            self.lock_for_update(allow_referencing=True)
            self.review_ids.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise LockError(
                self.env._(
                    "Somebody else is working on %(documents)s at this moment. Look "
                    "at it again in a few seconds.",
                    documents=", ".join(self.mapped("display_name")),
                )
            ) from error

    # === DECISION BY LINK ===#
    def _get_approval_summary(self):
        """Hook: what the page of the link shows, with the reviewer's own rights.

        :return: dict of ``facts`` (list of (label, text)), ``header`` and ``lines``
            of a table (lists of texts), ``images`` and ``files`` (ir.attachment),
            ``figures`` see ``_get_approval_figures``
        """
        self.ensure_one()
        facts = []
        for fname in ("partner_id", "lot_id", "employee_id", "user_id"):
            field = self._fields.get(fname)
            if field and field.type == "many2one" and self[fname]:
                facts.append((self._get_field_label(fname), self[fname].display_name))
        attachments = self.env["ir.attachment"]
        return {
            "facts": facts,
            "figures": list(self._get_approval_figures().values()),
            "header": [],
            "lines": [],
            "images": attachments,
            "files": attachments,
        }

    def _get_approval_figures(self):
        """Hook: what the reviewer may correct on the page as he approves.

        :return: dict by name, of dicts of ``name``, ``label``, ``value`` (the text in
            the field), ``unit`` and ``help``
        """
        self.ensure_one()
        return {}

    def _get_approval_fingerprint(self):
        """Hook: a text that changes when a decision would be about something else,
        so that a link sent before that can no longer be used."""
        self.ensure_one()
        return ""

    def _decide_review(self, review, decision, comment=None, entered=None):
        """Decide as the current user on one of his reviews.

        :param decision: ``approve`` or ``reject``
        :param comment: required to reject
        :param entered: texts typed for ``_get_approval_figures``, by name
        :return: what the reviewer reads if his decision led elsewhere than he may
            expect, or False
        :raises UserError: no comment, somebody was faster, or what the document
            itself refuses
        """
        self.ensure_one()
        if decision == "reject" and not (comment or "").strip():
            raise UserError(self.env._("Give a comment with this decision."))
        self._lock_tiers()
        if obstacle := review._get_decided_obstacle():
            raise UserError(obstacle)
        if comment:
            review.comment = comment
        if decision == "approve":
            self._validate_tier(review)
        else:
            self._rejected_tier(review)
        self._update_counter({"review_deleted": True})
        return False

    def _get_field_label(self, fname):
        return self._fields[fname]._description_string(self.env)
