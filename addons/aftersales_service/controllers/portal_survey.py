# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import http
from odoo.exceptions import AccessError, MissingError
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal


class AftersalesPortalSurvey(CustomerPortal):
    """The survey on the customer's own page (R-FUP-04), by Odoo's rating."""

    @http.route(
        "/my/requests/<int:request_id>/rate/<int:rate>",
        type="http",
        auth="public",
        website=True,
    )
    def portal_request_rate(self, request_id, rate, access_token=None, **kwargs):
        """Lead on to the rating page of a request that waits for an answer."""
        try:
            record = self._document_check_access(
                "aftersales.request", request_id, access_token
            )
        except (AccessError, MissingError):
            return request.redirect("/my")
        if rate not in (1, 3, 5) or not record._get_survey_followups():
            return request.redirect(f"/my/requests/{request_id}")
        # sudo: the rating the customer is to fill in is made for him
        token = record.sudo()._rating_get_access_token()
        return request.redirect(f"/rate/{token}/{rate}")
