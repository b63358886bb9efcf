# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import http
from odoo.exceptions import AccessError, MissingError
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal, pager


class PortalMachine(CustomerPortal):
    """The customer's machines and their warranty; only his own."""

    def _get_machine_domain(self):
        """Return the machines of the visitor's company and, if it is a dealer, those
        of its customers (R-DSP-16)."""
        partner = request.env.user.partner_id.commercial_partner_id
        return partner._get_portal_machine_domain()

    def _get_machines(self):
        # sudo: portal users have no rights on serial numbers, which hold costs and
        # notes; what they may see is the domain above and the fields of the templates
        return request.env["stock.lot"].sudo()

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "machine_count" in counters:
            values["machine_count"] = self._get_machines().search_count(
                self._get_machine_domain()
            )
        return values

    def _get_machine_filters(self):
        company = request.env.company
        today = company._get_aftersales_today()
        return {
            "all": {"label": request.env._("All"), "domain": Domain.TRUE},
            "in": {
                "label": request.env._("In Warranty"),
                "domain": Domain("warranty_end", ">=", today)
                & Domain("warranty_void", "=", False),
            },
        }

    @http.route(
        ["/my/machines", "/my/machines/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_machines(self, page=1, sortby="name", filterby="all", **kwargs):
        """List the machines of the user's company."""
        Lot = self._get_machines()
        filters = self._get_machine_filters()
        sortings = {
            "name": {"label": request.env._("Serial Number"), "order": "name"},
            "end": {
                "label": request.env._("End of Warranty"),
                "order": "warranty_end desc, name",
            },
        }
        sortby = sortby if sortby in sortings else "name"
        filterby = filterby if filterby in filters else "all"
        domain = self._get_machine_domain() & filters[filterby]["domain"]
        paging = pager(
            url="/my/machines",
            url_args={"sortby": sortby, "filterby": filterby},
            total=Lot.search_count(domain),
            page=page,
            step=self._items_per_page,
        )
        machines = Lot.search(
            domain,
            order=sortings[sortby]["order"],
            limit=self._items_per_page,
            offset=paging["offset"],
        )
        return request.render(
            "aftersales_service.portal_my_machines",
            {
                **self._prepare_portal_layout_values(),
                "machines": machines,
                # a dealer sees whose machine it is
                "shows_customer": bool(
                    machines.customer_id.commercial_partner_id
                    - request.env.user.partner_id.commercial_partner_id
                ),
                "page_name": "aftersales_machine",
                "default_url": "/my/machines",
                "pager": paging,
                "searchbar_sortings": sortings,
                "sortby": sortby,
                "searchbar_filters": filters,
                "filterby": filterby,
            },
        )

    @http.route(
        "/my/machines/<int:lot_id>",
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_machine(self, lot_id, **kwargs):
        """Show one machine; a guessed id leads back to the list."""
        try:
            machine = self._get_own_machine(lot_id)
        except (AccessError, MissingError):
            return request.redirect("/my/machines")
        partner = request.env.user.partner_id.commercial_partner_id
        # sudo: his own cases with this machine and those of a dealer's customers, by
        # the domain; of these the page tells number, state and visit, nothing else
        requests = (
            request.env["aftersales.request"]
            .sudo()
            .search(
                partner._get_portal_progress_domain()
                & Domain("lot_id", "=", machine.id),
                limit=20,
            )
        )
        return request.render(
            "aftersales_service.portal_machine",
            {
                **self._prepare_portal_layout_values(),
                "machine": machine,
                "requests": requests,
                "own_requests": requests.filtered(
                    lambda case: case.partner_id.commercial_partner_id == partner
                ),
                "page_name": "aftersales_machine",
            },
        )

    def _get_own_machine(self, lot_id):
        """Return the machine if it is the user's own.

        :raise MissingError: else, whether it exists or not
        """
        domain = self._get_machine_domain() & Domain("id", "=", lot_id)
        machine = self._get_machines().search(domain, limit=1)
        if not machine:
            raise MissingError(request.env._("This machine is not yours."))
        return machine
