# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import uuid

from psycopg2.errors import UniqueViolation

from odoo import http
from odoo.exceptions import AccessError, MissingError
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

from ..tools.forms import read_text
from ..tools.uploads import is_evidence

#: photos a customer may send at once, and their size
MAX_PHOTOS, MAX_PHOTO_BYTES = 10, 25 * 1024 * 1024
#: fields of the form and the length taken of each
FORM_FIELDS = {
    "serial_number": 64,
    "title": 200,
    "fault": 5000,
    "contact_name": 100,
    "phone": 64,
    "site_conditions": 2000,
}


class PortalRequest(CustomerPortal):
    """The customer's own requests: list, progress, messages, a new one."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "aftersales_request_count" in counters:
            Request = request.env["aftersales.request"]
            values["aftersales_request_count"] = (
                Request.search_count([]) if Request.has_access("read") else 0
            )
        return values

    def _get_request_sortings(self):
        return {
            "date": {"label": request.env._("Newest"), "order": "reported_at desc"},
            "name": {"label": request.env._("Number"), "order": "name desc"},
            "state": {"label": request.env._("State"), "order": "state"},
        }

    @http.route(
        ["/my/requests", "/my/requests/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_requests(self, page=1, sortby="date", filterby="open", **kwargs):
        """List what the record rules let the customer see."""
        Request = request.env["aftersales.request"]
        filters = {
            "open": {
                "label": request.env._("Open"),
                "domain": [("state", "not in", ("closed", "cancelled"))],
            },
            "all": {"label": request.env._("All"), "domain": []},
        }
        sortings = self._get_request_sortings()
        sortby = sortby if sortby in sortings else "date"
        filterby = filterby if filterby in filters else "open"
        domain = filters[filterby]["domain"]
        paging = pager(
            url="/my/requests",
            url_args={"sortby": sortby, "filterby": filterby},
            total=Request.search_count(domain),
            page=page,
            step=self._items_per_page,
        )
        requests = Request.search(
            domain,
            order=sortings[sortby]["order"],
            limit=self._items_per_page,
            offset=paging["offset"],
        )
        return request.render(
            "aftersales_service.portal_my_requests",
            {
                **self._prepare_portal_layout_values(),
                "requests": requests,
                "page_name": "aftersales_request",
                "default_url": "/my/requests",
                "pager": paging,
                "searchbar_sortings": sortings,
                "sortby": sortby,
                "searchbar_filters": filters,
                "filterby": filterby,
            },
        )

    @http.route(
        "/my/requests/<int:request_id>", type="http", auth="public", website=True
    )
    def portal_request(self, request_id, access_token=None, **kwargs):
        """Show one request; a guessed id or token leads back to the start."""
        try:
            record = self._document_check_access(
                "aftersales.request", request_id, access_token
            )
        except (AccessError, MissingError):
            return request.redirect("/my")
        values = self._get_page_view_values(
            record,
            access_token,
            {
                "aftersales_request": record,
                "visits": record._get_portal_visits(),
                "received": kwargs.get("received"),
                "page_name": "aftersales_request",
            },
            "my_requests_history",
            False,
        )
        return request.render("aftersales_service.portal_request", values)

    @http.route(
        "/my/requests/new",
        type="http",
        auth="user",
        methods=["GET", "POST"],
        website=True,
    )
    def portal_new_request(self, **post):
        """Take a request with serial number and photos from the customer.

        The label on the machine and the machine's page name the serial number in the
        address. What was typed stays when something is wrong; the same page sent
        twice (double click, back button) leads to the request it made first.
        """
        errors = []
        partner = request.env.user.partner_id
        values = {
            "serial_number": read_text(post.get("serial_number"), 64),
            "contact_name": partner.name,
            "phone": partner.phone,
        }
        form_key = read_text(post.get("form_key"), 64) or str(uuid.uuid4())
        if request.httprequest.method == "POST":
            values = {
                name: read_text(post.get(name), length)
                for name, length in FORM_FIELDS.items()
            }
            photos, errors = self._read_photos()
            if not values["fault"]:
                errors.append(request.env._("Please describe the fault."))
            if not errors:
                return self._take_portal_request(partner, values, photos, form_key)
        # sudo: the machines he sees in the portal, for the choice on the form
        machines = (
            request.env["stock.lot"]
            .sudo()
            .search(
                partner.commercial_partner_id._get_portal_machine_domain(), limit=200
            )
        )
        return request.render(
            "aftersales_service.portal_new_request",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "aftersales_request_new",
                "machines": machines,
                "values": values,
                "form_key": form_key,
                "errors": errors,
            },
        )

    def _read_photos(self):
        """Return the files sent, and what is wrong with them."""
        photos, errors = [], []
        for file in request.httprequest.files.getlist("photos"):
            if not file.filename:
                continue
            content = file.read(MAX_PHOTO_BYTES + 1)
            if len(content) > MAX_PHOTO_BYTES:
                errors.append(
                    request.env._("%(name)s is larger than 25 MB.", name=file.filename)
                )
            elif not is_evidence(content):
                errors.append(
                    request.env._(
                        "%(name)s is not a photo, a video or a PDF.",
                        name=file.filename,
                    )
                )
            else:
                photos.append((file.filename, content))
        if len(photos) > MAX_PHOTOS:
            errors.append(
                request.env._("Send at most %(count)s files.", count=MAX_PHOTOS)
            )
        return photos, errors

    def _take_portal_request(self, partner, values, photos, form_key):
        """Create the request unless this page made one before; lead to it."""
        customer = partner.commercial_partner_id
        # sudo: the key is not shown; the customer's own request, by the domain
        earlier = (
            request.env["aftersales.request"]
            .sudo()
            .search(
                [("partner_id", "=", customer.id), ("portal_key", "=", form_key)],
                limit=1,
            )
        )
        if earlier:
            return request.redirect(f"/my/requests/{earlier.id}?received=again")
        try:
            with request.env.cr.savepoint():
                record = self._create_portal_request(
                    partner, {**values, "portal_key": form_key}, photos
                )
        except UniqueViolation:
            # sent twice at the same moment: the other one is in the list
            return request.redirect("/my/requests")
        return request.redirect(f"/my/requests/{record.id}?received=1")

    def _create_portal_request(self, partner, values, photos):
        customer = partner.commercial_partner_id
        company = customer.company_id or request.env.company
        # sudo: a portal user creates a request of his own company and nothing else:
        # the values are those of the form, customer and company are set here
        Request = request.env["aftersales.request"].sudo().with_company(company)
        lot = Request._find_lots([values["serial_number"]], company)
        lot = request.env["stock.lot"].sudo().union(*lot.values())
        lot = lot.filtered_domain(customer._get_portal_machine_domain())
        record = Request.create(
            {
                **{name: value for name, value in values.items() if value},
                # a serial that is neither his nor his customers' stays a text
                "lot_id": lot.id,
                "channel": "portal",
                "company_id": company.id,
                "department_id": company.aftersales_department_id.id,
                "user_id": company._get_aftersales_first_owner().id,
                "partner_id": customer.id,
                "contact_id": partner.id if partner != customer else False,
                "email_from": partner.email,
            }
        )
        record.message_subscribe(partner.ids)
        if photos:
            record.message_post(
                body=request.env._("Photos of the customer"),
                attachments=photos,
                author_id=partner.id,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
        return record
