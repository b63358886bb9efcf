# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import http
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.http import request

from ..tools.forms import read_text

#: length taken of the comment on a decision
COMMENT_LENGTH = 5000


class ApprovalLink(http.Controller):
    """The page behind the personal link of an approver (R-CLM-05)."""

    @http.route(
        ["/aftersales/approval/<string:token>"],
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def show(self, token, **kwargs):
        """Show what is to be decided. Reading decides nothing: scanners of mail open
        links too."""
        review, obstacle = request.env["tier.review"]._check_approval_link(token)
        return self._render(token, review, obstacle)

    @http.route(
        ["/aftersales/approval/<string:token>/decide"],
        type="http",
        auth="user",
        website=True,
        methods=["GET", "POST"],
    )
    def decide(self, token, decision=None, comment=None, **kwargs):
        """Approve or reject as the user the link was made for, with his rights."""
        if request.httprequest.method != "POST":
            # he had to log in again: back to the page
            return request.redirect(f"/aftersales/approval/{token}")
        review, obstacle = request.env["tier.review"]._check_approval_link(token)
        if obstacle or decision not in ("approve", "reject"):
            return self._render(token, review, obstacle)
        document = review._get_document()
        try:
            # all or nothing: a refused decision leaves no comment either
            with request.env.cr.savepoint():
                document.with_company(document.company_id).with_context(
                    aftersales_approval_link=True
                )._decide_review(
                    review.with_context(aftersales_approval_link=True),
                    decision,
                    read_text(comment, COMMENT_LENGTH),
                )
        except (UserError, ValidationError) as error:
            return self._render(token, review, False, error=error.args[0])
        return self._render(token, review, False, done=decision)

    def _render(self, token, review, obstacle, error=None, done=None):
        document = summary = None
        earlier = request.env["tier.review"]
        if review:
            document = review._get_document()
            try:
                document.check_access("read")
                summary = document._get_approval_summary()
                earlier = document.review_ids.filtered("done_by") - review
            except AccessError:
                document = None
                obstacle = request.env._("You have no access to this document.")
        return request.render(
            "aftersales_service.approval_link_page",
            {
                "token": token,
                "review": review,
                "document": document,
                "summary": summary,
                "earlier": earlier.sorted("reviewed_date"),
                "obstacle": obstacle,
                "error": error,
                "done": done,
            },
        )
