# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.exceptions import UserError

from ..tools.guard import check_computed
from .aftersales_request import TRANSITION

#: written by the actions only
STAMP_FIELDS = {
    "answered_at",
    "approved_at",
    "forwarded_at",
    "guided_at",
    "solved_at",
    "closed_at",
    "cancel_reason",
    "state_before_wait",
    "reopen_count",
    "merged_into_id",
    "is_follow_priority",
    "is_unreachable",
    "is_history",
}
#: where a request comes from: given when it is made, the same ever after
ORIGIN_FIELDS = {
    "split_from_id",
    "visit_contract_id",
    "visit_key",
    "installation_lot_id",
    "installation_picking_id",
}


class AftersalesRequest(models.Model):
    """What nobody writes on a request by hand: states, stamps and figures."""

    _inherit = "aftersales.request"

    # === BUSINESS METHODS ===#
    def _check_write_state(self, vals):
        """:raise UserError: for a state or stamp written by anything but an action"""
        check_computed(self, vals, written=True)
        if self.env.context.get("aftersales_transition") is TRANSITION:
            return
        if (
            "reported_at" in vals
            and not self.env.su
            and not self.env.user.has_group("aftersales_service.group_manager")
            and any(request.answered_at for request in self)
        ):
            raise UserError(
                self.env._(
                    "The limits count from the report: once the customer was "
                    "answered only the service manager corrects its time."
                )
            )
        if "state" in vals or (
            not self.env.su and (STAMP_FIELDS | ORIGIN_FIELDS) & vals.keys()
        ):
            raise UserError(
                self.env._("The state of a request is changed by its buttons only.")
            )

    def _check_create_state(self, vals_list):
        """New requests start as new; a manager may bring in past ones (import).

        :raise UserError: otherwise
        """
        for vals in vals_list:
            check_computed(self.browse(), vals)
        if self.env.su or self.env.user.has_group("aftersales_service.group_manager"):
            return
        for vals in vals_list:
            if vals.get("state", "new") != "new":
                raise UserError(self.env._("A request starts as new."))
            if any(vals.get(name) for name in STAMP_FIELDS):
                raise UserError(
                    self.env._("The state of a request is changed by its buttons only.")
                )
