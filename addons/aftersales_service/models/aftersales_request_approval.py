# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError

from .aftersales_request import OPEN_STATES

#: states in which somebody is at it
STARTED_STATES = ("in_progress", "waiting")
#: what an approval was given for; locked while it is under way
LOCKED_FIELDS = {
    "kind_id",
    "level",
    "service_category",
    "partner_id",
    "lot_id",
    "needs_visit",
    "company_id",
}


class AftersalesRequest(models.Model):
    """Approval before dispatch by OCA tier validation (R-INT-07, R-INT-08)."""

    _inherit = "aftersales.request"
    _tier_validation_manual_config = False

    lacks_approval = fields.Boolean(
        compute="_compute_lacks_approval",
        help="Work began when nobody had to be asked; a visit after guidance in vain, "
        "say, has to be approved first.",
    )

    # === COMPUTE METHODS ===#
    @api.depends("review_ids", "state", *sorted(LOCKED_FIELDS))
    def _compute_need_validation(self):
        # with its dependencies, so that nothing stale is read in one transaction
        return super()._compute_need_validation()

    @api.depends("review_ids", "state", "estimated_cost", *sorted(LOCKED_FIELDS))
    def _compute_lacks_approval(self):
        started = self.filtered(lambda request: request.state in STARTED_STATES)
        (self - started).lacks_approval = False
        tiers = self.env["tier.definition"]
        if started:
            tiers = tiers.search([("model", "=", self._name)])
        for request in started:
            own = tiers.filtered(
                lambda tier, company=request.company_id: (
                    tier.company_id in (company, company.browse())
                )
            )
            request.lacks_approval = not request.review_ids and any(
                request.evaluate_tier(tier) for tier in own
            )

    # === ACTION METHODS ===#
    def action_submit(self):
        """assessed → to approve, or straight to work where no tier applies; back to
        approval what needs it only since it was started."""
        started = self.filtered(
            lambda request: request.state == "in_progress" and request.lacks_approval
        )
        started._set_state("assessed")
        self._check_state_in(("new", "assessed"))
        new = self.filtered(lambda request: request.state == "new")
        new.action_assess()
        for request in self:
            if request.need_validation:
                request.request_validation()
            else:
                request._start()
        return True

    def request_validation(self):
        reviews = super().request_validation()
        requested = self.browse(reviews.mapped("res_id"))
        for request in requested:
            if request.state in ("new", "assessed"):
                request._set_state("to_approve")
        requested._notify_reviewers(reviews)
        return reviews

    # === HOOKS OF TIER VALIDATION ===#
    def _add_tier_validation_buttons(self, node, params):
        """Leave out the button "Request Validation": "Submit" does it."""
        buttons = super()._add_tier_validation_buttons(node, params)
        for button in buttons.findall("button[@name='request_validation']"):
            buttons.remove(button)
        return buttons

    def _validate_tier(self, tiers=False):
        """Nobody approves his own; the last approval starts the work."""
        self.ensure_one()
        mine = (tiers or self.review_ids).filtered(
            lambda review: (
                review.status in ("waiting", "pending")
                and review.requested_by == self.env.user
            )
        )
        # sudo: the members of a group, for the comparison only
        groups = mine.sudo().definition_id.reviewer_group_id
        if self.env.user in groups.all_user_ids:
            raise UserError(self.env._("Nobody approves his own request."))
        res = super()._validate_tier(tiers)
        if self.validation_status == "validated" and self.state == "to_approve":
            # sudo: the approver may read the request only; approving starts it
            self.sudo()._start()
            self._drop_review_activities()
        return res

    def _rejected_tier(self, tiers=False):
        res = super()._rejected_tier(tiers)
        for request in self.sudo():  # sudo: as in _validate_tier
            request._drop_review_activities()
            request.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Approval refused"),
                user_id=(request.user_id or self.env.user).id,
            )
        return res

    def restart_validation(self):
        """Take the request back for another assessment."""
        res = super().restart_validation()
        for request in self:
            if request.state == "to_approve":
                request._set_state("assessed")
        return res

    @api.model
    def _get_validation_exceptions(self, extra_domain=None, add_base_exceptions=True):
        """Everything may be written under validation but what it is about.

        Without the addon's query per written record."""
        if not add_base_exceptions:
            return []
        return [fname for fname in self._fields if fname not in LOCKED_FIELDS]

    # === BUSINESS METHODS ===#
    def _notify_reviewers(self, reviews):
        """One activity per reviewer, so that nobody has to look for it."""
        for review in reviews:
            # sudo: the requester does not read every reviewer's activities
            request = self.browse(review.res_id).sudo()
            for user in review.sudo().reviewer_ids.filtered(
                lambda user, request=request: request.company_id in user.company_ids
            ):
                request.with_context(mail_activity_quick_update=True).activity_schedule(
                    "aftersales_service.mail_activity_type_approval",
                    summary=review.name,
                    user_id=user.id,
                )

    def _drop_review_activities(self):
        # sudo: activities of all reviewers
        self.sudo().activity_unlink(["aftersales_service.mail_activity_type_approval"])

    def _get_dispatch_blockers(self):
        """Return why nobody may be dispatched yet (R-INT-07, R-INT-08).

        For the orders' dispatch; a list of texts in the user's words."""
        self.ensure_one()
        if self.state not in OPEN_STATES:
            return []
        if self.review_ids and self.validation_status != "validated":
            return [self.env._("%(name)s is not approved yet.", name=self.name)]
        if self.state == "waiting" and self.lacks_approval:
            return [
                self.env._(
                    "%(name)s must be approved before dispatch, but waits for the "
                    "customer: resume it first, then submit it.",
                    name=self.name,
                )
            ]
        if self.need_validation or self.lacks_approval:
            return [
                self.env._(
                    "%(name)s must be approved before dispatch: submit it first.",
                    name=self.name,
                )
            ]
        return []
