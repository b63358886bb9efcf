# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import uuid

from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, MissingError, UserError, ValidationError
from odoo.http import request, route

from odoo.addons.aftersales_service.tools.forms import read_text
from odoo.addons.aftersales_service.tools.uploads import is_evidence
from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager

#: files a station may attach to a claim, and their size
MAX_FILES = 10
MAX_BYTES = 20 * 1024 * 1024
#: fields of the claim form and the length taken of each
CLAIM_FIELDS = {
    "serial": 64,
    "part": 64,
    "quantity": 16,
    # of several pieces all of them
    "old_serial": 500,
    "part_note": 500,
    "hours": 16,
    "distance": 16,
    "failure_date": 10,
    "damage": 5000,
}
#: length taken of a supplier's reason, and of an objection or the grounds of an appeal
NOTE_LENGTH, TEXT_LENGTH = 500, 5000
#: refuses a claim form sent twice at the same moment
PORTAL_KEY_INDEX = "aftersales_claim_portal_key_unique"


class AftersalesClaimsPortal(CustomerPortal):
    """Suppliers answer their statements; stations enter claims and settle."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        for counter, model in (
            ("recovery_count", "aftersales.recovery"),
            ("settlement_count", "aftersales.settlement"),
        ):
            if counter in counters:
                Model = request.env[model]
                values[counter] = (
                    Model.search_count([]) if Model.has_access("read") else 0
                )
        if "station_claim_count" in counters:
            values["station_claim_count"] = (
                # sudo: counted for the user's own station only
                request.env["aftersales.claim"]
                .sudo()
                .search_count(self._get_station_claim_domain())
            )
        return values

    # === SUPPLIER STATEMENTS ===#
    @route(
        ["/my/recoveries", "/my/recoveries/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_recoveries(self, page=1, **kwargs):
        return self._render_list(
            "aftersales.recovery",
            "/my/recoveries",
            page,
            "aftersales_claims.portal_my_recoveries",
        )

    @route(
        ["/my/recoveries/<int:recovery_id>"],
        type="http",
        auth="user",
        website=True,
    )
    def portal_my_recovery(
        self, recovery_id, report_type=None, download=False, **kwargs
    ):
        try:
            statement = self._document_check_access("aftersales.recovery", recovery_id)
        except (AccessError, MissingError):
            return request.redirect("/my")
        if report_type == "pdf":
            return self._show_report(
                # sudo: his own statement, checked above, as it is printed
                statement.sudo(),
                report_type,
                "aftersales_claims.aftersales_recovery_report_action",
                download=download,
            )
        return self._render_recovery(statement)

    def _render_recovery(self, statement, error=None, post=None):
        """Show a statement; no address makes it show an error of its own."""
        values = self._prepare_portal_layout_values()
        values.update(
            statement=statement,
            page_name="recovery",
            error=error,
            # typed answers stay on the page that refuses them
            post=post or {},
        )
        return request.render("aftersales_claims.portal_my_recovery", values)

    @route(
        ["/my/recoveries/<int:recovery_id>/answer"],
        type="http",
        auth="user",
        website=True,
        methods=["GET", "POST"],
    )
    def portal_answer_recovery(self, recovery_id, **post):
        """Record the answers of the form: ``answer_<line>`` and ``note_<line>``."""
        try:
            statement = self._document_check_access("aftersales.recovery", recovery_id)
        except (AccessError, MissingError):
            return request.redirect("/my")
        if request.httprequest.method != "POST":
            # he had to log in again: what was typed is lost, the page is not
            return request.redirect(f"/my/recoveries/{recovery_id}")
        typed = {name: read_text(value, NOTE_LENGTH) for name, value in post.items()}
        try:
            # sudo: the supplier answers his own lines, he writes nothing else; the
            # user stays his
            own = request.env["aftersales.recovery"].browse(recovery_id).sudo()
            # all or nothing: a refused answer leaves none of the form behind
            with request.env.cr.savepoint():
                for line in own._get_live_lines():
                    answer = typed.get(f"answer_{line.id}")
                    if answer in ("accept", "dispute"):
                        line._answer(answer, note=typed.get(f"note_{line.id}"))
                if "pending" not in own.line_ids.mapped("state"):
                    own.action_answer()
        except UserError as error:
            return self._render_recovery(statement, error=error.args[0], post=typed)
        return request.redirect(f"/my/recoveries/{recovery_id}")

    @route(
        ["/my/recoveries/<int:recovery_id>/photo/<int:attachment_id>"],
        type="http",
        auth="user",
        readonly=True,
    )
    def portal_recovery_photo(self, recovery_id, attachment_id, **kwargs):
        """Stream a photo of an old part on the supplier's own statement."""
        try:
            statement = self._document_check_access("aftersales.recovery", recovery_id)
        except (AccessError, MissingError):
            return request.not_found()
        # sudo: photos of the parts the supplier is asked to pay for
        photos = statement.sudo().line_ids.part_return_ids.photo_ids
        photo = photos.filtered(lambda attachment: attachment.id == attachment_id)
        if not photo:
            return request.not_found()
        return request.env["ir.binary"]._get_stream_from(photo).get_response()

    # === STATION SETTLEMENTS ===#
    @route(
        ["/my/settlements", "/my/settlements/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_settlements(self, page=1, **kwargs):
        return self._render_list(
            "aftersales.settlement",
            "/my/settlements",
            page,
            "aftersales_claims.portal_my_settlements",
        )

    @route(
        ["/my/settlements/<int:settlement_id>"],
        type="http",
        auth="user",
        website=True,
    )
    def portal_my_settlement(
        self, settlement_id, report_type=None, download=False, **kwargs
    ):
        try:
            settlement = self._document_check_access(
                "aftersales.settlement", settlement_id
            )
        except (AccessError, MissingError):
            return request.redirect("/my")
        if report_type == "pdf":
            return self._show_report(
                # sudo: its own settlement, checked above, as it is printed
                settlement.sudo(),
                report_type,
                "aftersales_claims.aftersales_settlement_report_action",
                download=download,
            )
        return self._render_settlement(settlement)

    def _render_settlement(self, settlement, error=None):
        """Show a settlement; no address makes it show an error of its own."""
        values = self._prepare_portal_layout_values()
        values.update(settlement=settlement, page_name="settlement", error=error)
        return request.render("aftersales_claims.portal_my_settlement", values)

    @route(
        ["/my/settlements/<int:settlement_id>/confirm"],
        type="http",
        auth="user",
        website=True,
        methods=["GET", "POST"],
    )
    def portal_confirm_settlement(self, settlement_id, **post):
        return self._answer_settlement(settlement_id, lambda own: own.action_confirm())

    @route(
        ["/my/settlements/<int:settlement_id>/dispute"],
        type="http",
        auth="user",
        website=True,
        methods=["GET", "POST"],
    )
    def portal_dispute_settlement(self, settlement_id, objection=None, **post):
        reason = read_text(objection, TEXT_LENGTH)
        return self._answer_settlement(
            settlement_id, lambda own: own.action_dispute(reason)
        )

    def _answer_settlement(self, settlement_id, answer):
        """Carry out the station's answer to its own settlement.

        :param answer: function of the aftersales.settlement
        """
        try:
            settlement = self._document_check_access(
                "aftersales.settlement", settlement_id
            )
        except (AccessError, MissingError):
            return request.redirect("/my")
        # he had to log in again: what was typed is lost, the page is not
        sent = request.httprequest.method == "POST"
        if sent and settlement.state == "sent":
            # sudo: the station answers to its own settlement, it writes nothing else;
            # the user stays its own
            own = request.env["aftersales.settlement"].browse(settlement_id).sudo()
            try:
                answer(own)
            except UserError as error:
                return self._render_settlement(settlement, error=error.args[0])
        return request.redirect(f"/my/settlements/{settlement_id}")

    # === STATION CLAIMS ===#
    @route(
        ["/my/station_claims", "/my/station_claims/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_station_claims(self, page=1, **kwargs):
        if not request.env["aftersales.claim"]._get_portal_station():
            return request.redirect("/my")
        return self._render_list(
            "aftersales.claim",
            "/my/station_claims",
            page,
            "aftersales_claims.portal_my_station_claims",
            self._get_station_claim_domain(),
            sudo=True,
        )

    @route(
        ["/my/station_claims/new"],
        type="http",
        auth="user",
        website=True,
        methods=["GET", "POST"],
    )
    def portal_new_station_claim(self, **post):
        """Show the claim form; a POST creates the claim and submits it."""
        Claim = request.env["aftersales.claim"]
        station = Claim._get_portal_station()
        if not station:
            return request.redirect("/my")
        error = None
        form_key = read_text(post.get("form_key"), 64) or str(uuid.uuid4())
        if request.httprequest.method == "POST":
            try:
                return self._take_station_claim(station, post, form_key)
            except (UserError, ValidationError) as exception:
                error = exception.args[0]
        values = self._prepare_portal_layout_values()
        values.update(
            page_name="station_claim",
            post=self._read_claim_fields(post),
            error=error,
            form_key=form_key,
            # work is priced by the contract; without one only parts are claimed
            has_contract=bool(Claim._get_portal_contract(station)),
            today=request.env.company._get_aftersales_today(),
        )
        return request.render("aftersales_claims.portal_new_station_claim", values)

    # === TOOLING ===#
    def _take_station_claim(self, station, post, form_key):
        """Create and submit the claim unless this page made one before; lead to it.

        :raises UserError: with what is wrong; neither record nor file is left
        """
        # sudo: the key is not shown; a claim of the user's own station
        earlier = (
            request.env["aftersales.claim"]
            .sudo()
            .search(
                [("station_id", "=", station.id), ("portal_key", "=", form_key)],
                limit=1,
            )
        )
        if earlier:
            return request.redirect(f"/my/station_claims/{earlier.id}")
        try:
            with request.env.cr.savepoint():
                claim = request.env["aftersales.claim"]._create_from_station(
                    self._read_claim_fields(post), self._read_files(), form_key
                )
        except UniqueViolation as error:
            if error.diag.constraint_name == PORTAL_KEY_INDEX:
                # sent twice at the same moment: the other one is in the list
                return request.redirect("/my/station_claims")
            Line = request.env["aftersales.claim.line"]
            raise UserError(Line._sql_error_to_message(error)) from error
        return request.redirect(f"/my/station_claims/{claim.id}")

    def _read_claim_fields(self, post):
        """Return what was typed into a claim form, cut to the lengths taken."""
        return {
            name: read_text(post.get(name), length)
            for name, length in CLAIM_FIELDS.items()
        }

    def _get_station_claim_domain(self):
        station = request.env["aftersales.claim"]._get_portal_station()
        return [("station_id", "child_of", station.ids), ("station_id", "!=", False)]

    def _read_files(self):
        files = []
        uploads = request.httprequest.files.getlist("evidence")
        if len(uploads) > MAX_FILES:
            raise UserError(
                request.env._("Send at most %(count)s files.", count=MAX_FILES)
            )
        for upload in uploads:
            content = upload.read(MAX_BYTES + 1)
            if len(content) > MAX_BYTES:
                raise UserError(
                    request.env._("%(name)s is too large.", name=upload.filename)
                )
            if content and not is_evidence(content):
                raise UserError(
                    request.env._(
                        "%(name)s is not a photo, a video or a PDF.",
                        name=upload.filename,
                    )
                )
            if content:
                files.append((upload.filename, content))
        return files

    def _render_list(self, model, url, page, template, domain=(), sudo=False):
        Model = request.env[model].sudo() if sudo else request.env[model]
        if not sudo and not Model.has_access("read"):
            return request.redirect("/my")
        domain = list(domain)
        pager = portal_pager(
            url=url,
            total=Model.search_count(domain),
            page=page,
            step=self._items_per_page,
        )
        values = self._prepare_portal_layout_values()
        values.update(
            records=Model.search(
                domain, limit=self._items_per_page, offset=pager["offset"]
            ),
            pager=pager,
            default_url=url,
            page_name=model,
        )
        return request.render(template, values)
