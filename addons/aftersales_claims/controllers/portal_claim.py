# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.http import request, route

from odoo.addons.aftersales_service.tools.forms import read_text

from .portal import TEXT_LENGTH, AftersalesClaimsPortal


class AftersalesClaimPortal(AftersalesClaimsPortal):
    """One claim of a station, and its appeal against the decision (R-CLM-05)."""

    @route(
        ["/my/station_claims/<int:claim_id>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_station_claim(self, claim_id, **kwargs):
        """Show the claim with the decision on each part."""
        claim = self._get_station_claim(claim_id)
        if not claim:
            return request.redirect("/my")
        return self._render_station_claim(claim)

    @route(
        ["/my/station_claims/<int:claim_id>/appeal"],
        type="http",
        auth="user",
        website=True,
        methods=["GET", "POST"],
    )
    def portal_appeal_station_claim(self, claim_id, grounds=None, **post):
        """File the station's appeal with its files."""
        claim = self._get_station_claim(claim_id)
        if not claim:
            return request.redirect("/my")
        if request.httprequest.method != "POST":
            # he had to log in again: what was typed is lost, the page is not
            return request.redirect(f"/my/station_claims/{claim_id}")
        grounds = read_text(grounds, TEXT_LENGTH)
        try:
            # all or nothing: a refused appeal leaves no files
            with request.env.cr.savepoint():
                files = (
                    # sudo: files of the station's own claim
                    request.env["ir.attachment"]
                    .sudo()
                    .create(
                        [
                            {
                                "name": name,
                                "raw": content,
                                "res_model": claim._name,
                                "res_id": claim.id,
                            }
                            for name, content in self._read_files()
                        ]
                    )
                )
                # sudo: a station has no rights on claims; it appeals on its own
                request.env["aftersales.claim.appeal"].sudo().create(
                    {
                        "claim_id": claim.id,
                        "grounds": grounds,
                        "attachment_ids": [Command.set(files.ids)],
                    }
                )
        except (UserError, ValidationError) as error:
            return self._render_station_claim(
                claim, error=error.args[0], grounds=grounds
            )
        return request.redirect(f"/my/station_claims/{claim_id}")

    @route(
        ["/my/station_claims/<int:claim_id>/file/<int:attachment_id>"],
        type="http",
        auth="user",
        readonly=True,
    )
    def portal_station_claim_file(self, claim_id, attachment_id, **kwargs):
        """Stream a file the station handed in with its own claim."""
        claim = self._get_station_claim(claim_id)
        files = claim and claim._get_station_files()
        file = files and files.filtered(lambda record: record.id == attachment_id)
        if not file:
            return request.not_found()
        return request.env["ir.binary"]._get_stream_from(file).get_response()

    def _get_station_claim(self, claim_id):
        # sudo: stations have no rights on claims; the domain is their own
        return (
            request.env["aftersales.claim"]
            .sudo()
            .search([("id", "=", claim_id), *self._get_station_claim_domain()])
        )

    def _render_station_claim(self, claim, error=None, grounds=None, post=None):
        values = self._prepare_portal_layout_values()
        values.update(
            page_name="station_claim",
            claim=claim,
            rejection=claim._get_last_decision().comment,
            may_appeal=bool(
                claim.appeal_deadline
                and claim.appeal_deadline >= claim.company_id._get_aftersales_today()
                and not claim.has_open_appeal
            ),
            error=error,
            grounds=grounds,
            # what was typed stays on the page that refuses it
            post=post or {},
        )
        return request.render("aftersales_claims.portal_my_station_claim", values)
