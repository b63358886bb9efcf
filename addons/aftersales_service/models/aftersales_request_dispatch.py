# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.exceptions import UserError


class AftersalesRequest(models.Model):
    """What a request and its visits ask of each other."""

    _inherit = "aftersales.request"

    def _check_dispatch_allowed(self):
        """:raise UserError: for requests closed, or not approved yet (R-INT-08)"""
        for request in self:
            if request.state in ("closed", "cancelled"):
                raise UserError(
                    self.env._(
                        "Request %(request)s is closed; reopen it before anybody is "
                        "sent.",
                        request=request.name,
                    )
                )
            blockers = request._get_dispatch_blockers()
            if blockers:
                raise UserError("\n".join(blockers))

    def _get_close_blockers(self):
        """Open visits and parts still with a technician keep a request open."""
        blockers = super()._get_close_blockers()
        # sudo: the reason is told even to those who don't see the order
        for order in self.sudo().order_ids:
            if order.state not in ("reported", "done", "cancelled"):
                blockers.append(
                    self.env._("Service order %(name)s is open.", name=order.name)
                )
            blockers += [
                f"{order.name}: {text}" for text in order._get_parts_blockers()
            ]
        return blockers
