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


class AftersalesRequest(models.Model):
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
