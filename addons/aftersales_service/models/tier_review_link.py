# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools.misc import hash_sign, verify_hash_signed

from ..tools.jobs import trigger_job

#: what the signature of a link is good for, and nothing else
LINK_SCOPE = "aftersales-approval-link"


class TierReview(models.Model):
    """Approval by a personal link (R-CLM-05): the mail, the link and its checks.

    The link names review, reviewer, day of expiry and what the document said, all
    signed. It shows and decides only for that reviewer, who is logged in: whoever
    else gets hold of the mail can do nothing with it.
    """

    _inherit = "tier.review"

    decided_via = fields.Selection(
        [("screen", "Screen"), ("link", "E-mail Link")],
        readonly=True,
        copy=False,
        help="How the reviewer decided: in the application or by the link mailed "
        "to him.",
    )
    is_link_due = fields.Boolean(
        string="Link to Be Mailed",
        readonly=True,
        copy=False,
        help="The reviewers' personal links go out with the next run of the job, "
        "unless the review is decided before.",
    )

    _link_due_idx = models.Index("(id) WHERE is_link_due IS TRUE")

    # === CRUD METHODS ===#
    def write(self, vals):
        if vals.get("status") in ("approved", "rejected"):
            by_link = self.env.context.get("aftersales_approval_link")
            vals = {**vals, "decided_via": "link" if by_link else "screen"}
        return super().write(vals)

    # === CORE METHODS OVERRIDES ===#
    def _notify_pending_status(self, review_ids):
        """One mail for one request: whom a link reaches gets no other notice."""
        linked = review_ids.filtered("definition_id.mail_approval_link").filtered(
            # sudo: who asks for the decision need not read the reviewers' addresses
            lambda review: review._get_link_reviewers() == review.sudo().reviewer_ids
        )
        res = super()._notify_pending_status(review_ids - linked)
        review_ids._queue_approval_links()
        return res

    def _send_review_reminder(self):
        """Whose turn has not come is not reminded: he cannot decide yet."""
        early = self.filtered(
            lambda review: review.status == "waiting" and review._get_link_reviewers()
        )
        due = (self - early)._in_flow()
        return super(TierReview, due)._send_review_reminder()

    def _notify_review_reminder(self, record):
        """The reminder is the link once more: the first one may have expired."""
        if not self._get_link_reviewers():
            return super()._notify_review_reminder(record)
        return self._send_approval_links()

    def _schedule_review_reminder_activity(self, record):
        """A single approver has it among his activities as well; the mail is the
        link, not one more about the activity."""
        if not self._get_link_reviewers():
            return super()._schedule_review_reminder_activity(record)
        self._send_approval_links()
        return super()._schedule_review_reminder_activity(
            record.with_context(mail_activity_quick_update=True)
        )

    # === BUSINESS METHODS ===#
    def _get_document(self):
        """Return the document the review is about."""
        self.ensure_one()
        return self.env[self.model].browse(self.res_id)

    def _get_link_reviewers(self):
        """Return the reviewers who get a link; for our documents only."""
        self.ensure_one()
        if (
            not (self.model or "").startswith("aftersales.")
            or not self.definition_id.mail_approval_link
        ):
            return self.env["res.users"]
        # sudo: who asks for the decision need not read the reviewers' addresses
        return self.sudo().reviewer_ids.filtered("email")

    def _queue_approval_links(self):
        """Have each reviewer of each review mailed his own link by the job, so that
        who asks does not wait for the mails; our documents only."""
        due = self.filtered(lambda review: review._get_link_reviewers())
        if due:
            due._in_flow().is_link_due = True
            # an emergency does not wait for the job's next hour
            trigger_job(self.env, "aftersales_service.cron_send_approval_links")

    @api.model
    def _cron_send_approval_links(self, limit=200):
        """Mail the links of reviews still to be decided (R-CLM-05)."""
        domain = [("is_link_due", "=", True)]
        reviews = self.search(domain, limit=limit).try_lock_for_update()
        still_open = reviews.filtered(
            lambda review: (
                review.status in ("waiting", "pending")
                and review._has_resource_model()
                and review._get_document().exists()
            )
        )
        still_open._send_approval_links()
        reviews.is_link_due = False
        self.env["ir.cron"]._commit_progress(
            len(reviews), remaining=self.search_count(domain)
        )

    def _send_approval_links(self):
        """Mail each reviewer of each open review his own link; our documents only.

        :return: the mail.mail records, sent by the queue
        """
        vals_list = [
            review._prepare_approval_mail_vals(user)
            for review in self
            for user in review._get_link_reviewers()
        ]
        # sudo: mails of the system
        mails = self.env["mail.mail"].sudo().create(vals_list)
        if mails:
            # an emergency does not wait for the queue's next hour
            trigger_job(self.env, "mail.ir_cron_mail_scheduler_action")
        return mails

    def _prepare_approval_mail_vals(self, user):
        """Return the mail.mail values for ``user``, in his language."""
        self.ensure_one()
        # sudo: the mail names the document and who asks, no figures
        review = self.sudo().with_context(lang=user.lang)
        document = review._get_document()
        subject = review.env._(
            "%(document)s waits for your decision", document=document.display_name
        )
        body = review.env["ir.qweb"]._render(
            "aftersales_service.approval_link_mail",
            {
                "review": review,
                "document": document,
                "user": user,
                "url": self._get_approval_url(user),
                "expires": self._get_link_expiry(),
            },
            lang=user.lang,
        )
        return {
            "subject": subject,
            "body_html": body,
            "email_from": document.company_id.email_formatted
            or review.requested_by.email_formatted,
            "email_to": user.email_formatted,
            "auto_delete": True,
        }

    def _get_link_expiry(self):
        """Return the last day on which a link made today can be used."""
        company = self._get_document().sudo().company_id or self.env.company
        return fields.Date.today() + relativedelta(
            days=company.aftersales_approval_link_days
        )

    def _get_approval_url(self, user):
        """Return the personal address at which ``user`` decides on this review."""
        self.ensure_one()
        # sudo: the fingerprint covers figures the asking user may not see
        document = self.sudo()._get_document()
        values = [
            self.id,
            user.id,
            fields.Date.to_string(self._get_link_expiry()),
            document._get_approval_fingerprint(),
        ]
        # sudo: the signing key is the database's
        token = hash_sign(self.env(su=True), LINK_SCOPE, values)
        return f"{document.get_base_url()}/aftersales/approval/{token}"

    @api.model
    def _check_approval_link(self, token):
        """Read a link in the hands of the current user.

        :param token: last part of the link's address
        :return: (tier.review, why it cannot be used or False)
        """
        nothing = self.browse()
        try:
            # sudo: the signing key is the database's
            values = verify_hash_signed(self.env(su=True), LINK_SCOPE, token)
        except ValueError:
            # bad base64 or an unknown version, both are ValueErrors
            values = None
        if not values:
            return nothing, self.env._("This link is not valid.")
        review_id, user_id, expires, fingerprint = values
        if user_id != self.env.uid:
            return nothing, self.env._(
                "This link is personal and was sent to somebody else. You are logged "
                "in as %(user)s.",
                user=self.env.user.name,
            )
        # a review of an earlier round is gone
        review = self.browse(review_id).exists()
        # sudo: he may have been taken off the list, and then reads neither
        if not review or not review.sudo()._get_document().exists():
            return nothing, self.env._(
                "Your decision is no longer asked for: the document was sent back, "
                "withdrawn or went on to another tier."
            )
        if not review.has_access("read"):
            return nothing, self.env._("You are no longer asked to decide on this.")
        return review, review._get_link_obstacle(expires, fingerprint)

    def _get_link_obstacle(self, expires, fingerprint):
        """Return why the current user's link cannot be used now, or False."""
        self.ensure_one()
        if obstacle := self._get_decided_obstacle():
            return obstacle
        if expires < fields.Date.to_string(fields.Date.today()):
            return self.env._("This link has expired. Decide in the application.")
        if self.env.user not in self.reviewer_ids:
            return self.env._("You are no longer asked to decide on this.")
        # sudo: compared, not shown
        if self.sudo()._get_document()._get_approval_fingerprint() != fingerprint:
            return self.env._(
                "The document has changed since this link was sent. Look at it again "
                "and decide in the application."
            )
        return False

    def _get_decided_obstacle(self):
        """Return who decided on the review already, as a text, or False."""
        self.ensure_one()
        if self.status in ("waiting", "pending"):
            return False
        # sudo: who decided, for the colleague who comes too late
        return self.env._(
            "This was decided already: %(status)s by %(user)s.",
            status=self.display_status,
            user=self.sudo().done_by.name or "–",
        )
