# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import http
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.http import request

from ..tools.forms import read_text

#: length taken of the comment on a decision
COMMENT_LENGTH = 5000
#: length taken of a figure the approver corrects
FIGURE_LENGTH = 40


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
        comment = read_text(comment, COMMENT_LENGTH)
        entered = {}
        try:
            # all or nothing: a refused decision leaves no comment either
            with request.env.cr.savepoint():
                # what was not on the page stays as it is
                entered = {
                    name: read_text(kwargs[name], FIGURE_LENGTH)
                    for name in document._get_approval_figures()
                    if name in kwargs
                }
                notice = (
                    document.with_company(document.company_id)
                    .with_context(aftersales_approval_link=True)
                    ._decide_review(
                        review.with_context(aftersales_approval_link=True),
                        decision,
                        comment,
                        entered,
                    )
                )
        except (UserError, ValidationError) as error:
            # what was typed stays on the page that refuses it
            return self._render(
                token,
                review,
                False,
                error=error.args[0],
                typed={**entered, "comment": comment},
            )
        return self._render(
            token, review.exists(), False, document, done=decision, notice=notice
        )

    def _render(
        self,
        token,
        review,
        obstacle,
        document=None,
        error=None,
        typed=None,
        done=None,
        notice=None,
    ):
        summary = None
        earlier = request.env["tier.review"]
        if review or document:
            document = document or review._get_document()
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
                "typed": typed or {},
                "done": done,
                "notice": notice,
            },
        )
