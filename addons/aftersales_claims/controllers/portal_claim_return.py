# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.exceptions import UserError, ValidationError
from odoo.http import request, route

from .portal_claim import AftersalesClaimPortal


class AftersalesClaimReturnPortal(AftersalesClaimPortal):
    """A station sees why its claim was sent back and hands it in again."""

    @route(
        ["/my/station_claims/<int:claim_id>/resubmit"],
        type="http",
        auth="user",
        website=True,
        methods=["GET", "POST"],
    )
    def portal_resubmit_station_claim(self, claim_id, **post):
        """Hand in again, with the corrected report and part and further files."""
        claim = self._get_station_claim(claim_id)
        if not claim:
            return request.redirect("/my")
        if request.httprequest.method != "POST":
            # he had to log in again: what was typed is lost, the page is not
            return request.redirect(f"/my/station_claims/{claim_id}")
        values = self._read_claim_fields(post)
        try:
            # all or nothing: a refused claim keeps neither text nor file
            with request.env.cr.savepoint():
                claim._resubmit_from_station(values, self._read_files())
        except (UserError, ValidationError) as error:
            return self._render_station_claim(claim, error=error.args[0], post=values)
        return request.redirect(f"/my/station_claims/{claim_id}")
