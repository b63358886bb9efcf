# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import request, route
from odoo.tools import consteq, format_datetime

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

from ..models.aftersales_request_portal import PORTAL_ORDER_STATES


class ServiceOrderPortal(CustomerPortal):
    """The customer sees the visits at his machines, signs and downloads the report.

    Portal users have no access right on service orders; each route below shows one
    that belongs to their company, or whose link they hold.
    """

    def _get_portal_order_domain(self):
        partner = request.env.user.partner_id.commercial_partner_id
        return [
            ("partner_id", "child_of", partner.id),
            ("state", "in", PORTAL_ORDER_STATES),
        ]

    def _get_portal_order(self, order_id, access_token=None):
        """Return the order (sudo) the visitor may see.

        :raise MissingError: when it doesn't exist or isn't his; both look the same
        """
        # sudo: portal users have no right on the model; checked right below
        order = request.env["aftersales.order"].sudo().browse(order_id).exists()
        if order and access_token and order.access_token:
            if consteq(order.access_token, access_token):
                return order
        if order and request.env.user._is_internal():
            own = order.with_user(request.env.user)
            if own.has_access("read"):
                return order
        elif order and not request.env.user._is_public():
            if order.filtered_domain(self._get_portal_order_domain()):
                return order
        raise MissingError(request.env._("This service order doesn't exist."))

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "service_order_count" in counters:
            # sudo: see _get_portal_order; the domain names the visitor's company
            values["service_order_count"] = (
                request.env["aftersales.order"]
                .sudo()
                .search_count(self._get_portal_order_domain())
            )
        return values

    @route(
        ["/my/service-orders", "/my/service-orders/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_service_orders(self, page=1, **kwargs):
        # sudo: see _get_portal_order; the domain names the visitor's company
        Order = request.env["aftersales.order"].sudo()
        domain = self._get_portal_order_domain()
        step = 20
        pager_values = pager(
            url="/my/service-orders",
            total=Order.search_count(domain),
            page=page,
            step=step,
        )
        values = self._prepare_portal_layout_values()
        values.update(
            orders=Order.search(domain, limit=step, offset=pager_values["offset"]),
            pager=pager_values,
            page_name="service_order",
            default_url="/my/service-orders",
        )
        return request.render("aftersales_service.portal_my_service_orders", values)

    @route(
        ["/my/service-orders/<int:order_id>"],
        type="http",
        auth="public",
        website=True,
    )
    def portal_service_order(
        self, order_id, access_token=None, report_type=None, download=False, **kwargs
    ):
        try:
            order = self._get_portal_order(order_id, access_token)
        except (AccessError, MissingError):
            return request.redirect("/my")
        if report_type in ("html", "pdf", "text"):
            return self._show_report(
                model=order,
                report_type=report_type,
                report_ref="aftersales_service.action_report_service_report",
                download=download,
            )
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "service_order",
            # not "order": other addons' breadcrumbs take that name for theirs
            "visit": order,
            "access_token": access_token,
        }
        return request.render("aftersales_service.portal_service_order", values)

    @route(
        ["/my/service-orders/<int:order_id>/sign"],
        type="jsonrpc",
        auth="public",
        website=True,
    )
    def portal_service_order_sign(
        self,
        order_id,
        access_token=None,
        name=None,
        signature=None,
        satisfaction=None,
        **kwargs,
    ):
        """The customer signs the report. A second signature is refused."""
        access_token = access_token or request.httprequest.args.get("access_token")
        satisfaction = satisfaction or request.httprequest.args.get("satisfaction")
        try:
            order = self._get_portal_order(order_id, access_token)
        except (AccessError, MissingError):
            return {"error": request.env._("This service order doesn't exist.")}
        if not order._has_to_be_signed():
            return {"error": request.env._("There is no report to sign.")}
        if not signature or not (name or "").strip():
            return {"error": request.env._("Name and signature are missing.")}
        vals = {"customer_signature": signature, "signed_by": name.strip()[:100]}
        if satisfaction in dict(order._fields["satisfaction"].selection):
            vals["satisfaction"] = satisfaction
        try:
            with request.env.cr.savepoint():
                order.write(vals)
        except UserError as error:
            return {"error": str(error)}
        order.message_post(
            body=request.env._(
                "Signed by %(name)s on the portal, %(date)s.",
                name=name,
                date=format_datetime(
                    request.env,
                    fields.Datetime.now(),
                    tz=order.company_id._get_aftersales_zone().key,
                    dt_format="short",
                ),
            )
        )
        return {
            "force_refresh": True,
            "redirect_url": order.get_portal_url(query_string="&message=sign_ok"),
        }
