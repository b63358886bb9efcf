# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

#: states in which a customer sees a visit on his pages
PORTAL_ORDER_STATES = (
    "dispatched",
    "accepted",
    "travelling",
    "on_site",
    "reported",
    "done",
)
#: what a customer reads of his own requests, as the portal pages show them
PORTAL_READABLE_FIELDS = frozenset(
    (
        "id",
        "name",
        "display_name",
        "title",
        "state",
        "reported_at",
        "occurred_at",
        "serial_number",
        "appointment_at",
        "partner_id",
        "contact_name",
        "phone",
        "email_from",
        "fault",
        "site_conditions",
        "solution",
        "answered_at",
        "solved_at",
        "closed_at",
        "company_id",
        "access_url",
        "access_token",
        "create_date",
        "message_is_follower",
    )
)


class AftersalesRequest(models.Model):
    """What the customer sees of his requests in the portal, and over RPC."""

    _inherit = "aftersales.request"

    portal_key = fields.Char(
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="Key of the page it was sent from: sent twice, it is taken once.",
    )

    _portal_key_unique = models.UniqueIndex(
        "(partner_id, portal_key) WHERE portal_key IS NOT NULL",
        "This request was received already.",
    )

    def _get_portal_visits(self):
        """Return the visits the customer may see with his request: planned time,
        technician and state (sudo)."""
        self.ensure_one()
        # sudo: customers have no right on orders; the page shows who comes and when
        orders = self.sudo().order_ids
        return orders.filtered(lambda order: order.state in PORTAL_ORDER_STATES)

    @property
    def _portal_readable_fields(self):
        """Names of the fields portal users read; other addons may add theirs."""
        return PORTAL_READABLE_FIELDS

    def _has_field_access(self, field, operation):
        if not super()._has_field_access(field, operation):
            return False
        if self.env.su or self.env.user._is_internal():
            return True
        return operation == "read" and field.name in self._portal_readable_fields

    def _compute_access_url(self):
        res = super()._compute_access_url()
        for request in self:
            request.access_url = f"/my/requests/{request.id}"
        return res
