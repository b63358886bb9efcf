# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import defaultdict

from odoo import api, models

#: who decides in place of a group whose members may not (own claim, nobody there)
NEXT_GROUP = {
    "aftersales_service.group_manager": "aftersales_service.group_sales_vp",
    "aftersales_service.group_sales_vp": "aftersales_service.group_general_manager",
}
#: who decides when all who might have decided already: the arbiter
ARBITER_GROUP = "aftersales_service.group_quality_vp"
#: nobody who applied for one of these decides on it
OWN_MODELS = ("aftersales.claim", "aftersales.liability")
#: nobody decides at two tiers of one of these
TIERED_MODELS = (*OWN_MODELS, "aftersales.accident")


class TierReview(models.Model):
    _inherit = "tier.review"

    def _compute_reviewer_ids(self):
        # who they were, read for all at once, not as each is written
        self.fetch(["reviewer_ids"])
        ours = self._filter_aftersales()
        by_reviewers = defaultdict(self.browse)
        for review in ours:
            by_reviewers[review._get_reviewers()] |= review
        # those of the same people together: each writing is a query
        for reviewers, reviews in by_reviewers.items():
            reviews.reviewer_ids = reviewers
        return super(TierReview, self - ours)._compute_reviewer_ids()

    def _get_reviewers(self):
        """Approvers of the document's company, with the substitutes of those who
        are away and without anybody who applied for it (R-CLM-05)."""
        reviewers = super()._get_reviewers()
        if not (self.model or "").startswith("aftersales."):
            return reviewers
        # sudo: the pool is the same whoever asks
        record = self._get_document().sudo()
        if self.model not in OWN_MODELS:
            excluded = self.env["res.users"]
            if self.definition_id.exclude_requester:
                excluded |= self.requested_by
            if self.model in TIERED_MODELS:
                excluded |= self._get_other_deciders(record)
            return self._extend_reviewers(reviewers, record) - excluded
        applicants = self.requested_by | record.user_id | record.create_uid
        first = self._get_first_deciders(record) | self._get_other_deciders(record)
        applicants |= first
        pool = self._extend_reviewers(reviewers, record) - applicants
        # sudo: see above
        group = self.sudo().reviewer_group_id
        while not pool and group:
            xmlid = NEXT_GROUP.get(group.get_external_id()[group.id])
            group = self.env.ref(xmlid).sudo() if xmlid else False
            if group:
                pool = self._extend_reviewers(group.user_ids, record) - applicants
        if not pool and first:
            arbiters = self.env.ref(ARBITER_GROUP).sudo().user_ids
            pool = self._extend_reviewers(arbiters, record) - applicants
        return pool

    def _get_document(self):
        """Return the document, to be read together with those of the other reviews
        of its kind at hand."""
        self.ensure_one()
        same = self.browse(self._prefetch_ids).filtered(
            lambda review: review.model == self.model
        )
        document = self.env[self.model].browse(self.res_id)
        return document.with_prefetch(same.mapped("res_id"))

    def _get_first_deciders(self, record):
        """Return who decided what is appealed against: somebody else decides now."""
        if record._name != "aftersales.claim":
            return self.env["res.users"]
        return record._get_excluded_deciders()

    def _get_other_deciders(self, record):
        """Return who decided at another tier of this round: nobody is two pairs of
        eyes, whether he holds both offices or stands in for one."""
        others = record.review_ids.filtered(
            lambda review: review.status == "approved" and review.id != self.id
        )
        return others.done_by

    def _extend_reviewers(self, users, record):
        substitutes = (
            self.env["aftersales.substitution"]._get_current(users).substitute_id
        )
        company = record.company_id
        pool = (users | substitutes).filtered(
            lambda user: (
                user.active and (not company or company in user.sudo().company_ids)
            )
        )
        return record._filter_readers(pool) if self.model in OWN_MODELS else pool

    @api.model
    def _refresh_reviewers(self, users=None):
        """Find out anew who decides on what waits for a decision: what ``users``
        (default: anybody) may see has changed, or who stands in for them (R-CLM-05).

        Does nothing if none of them may come to decide on any of it."""
        # sudo: reviewers are computed, whoever moves people or names a substitute
        Review = self.sudo()
        reviews = Review.search(
            [
                ("status", "in", ("waiting", "pending")),
                ("model", "=like", "aftersales.%"),
            ]
        )
        if reviews and (users is None or users & reviews._get_candidates()):
            self.env.add_to_compute(Review._fields["reviewer_ids"], reviews)

    def _get_candidates(self):
        """Return everybody who decides on reviews of ``self`` or may come to: members
        of their groups and of those above, who are there or not, and substitutes."""
        groups = self.reviewer_group_id
        for xmlid in {*NEXT_GROUP.values(), ARBITER_GROUP}:
            groups |= self.env.ref(xmlid)
        users = groups.with_context(active_test=False).all_user_ids
        users |= self.reviewer_id | self.reviewer_ids
        substitutions = self.env["aftersales.substitution"]._get_current(users)
        return users | substitutions.substitute_id

    def _get_substituted(self, user):
        """Return whom ``user`` stands in for on these reviews, if anybody."""
        # sudo: the members of a group, for the record of the decision
        members = self.sudo().reviewer_group_id.user_ids | self.sudo().reviewer_id
        if user in members:
            return self.env["res.users"]
        current = self.env["aftersales.substitution"]._get_current(members)
        return current.filtered(lambda s: s.substitute_id == user).user_id[:1]
