# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesToolCustody(models.Model):
    """What those write who hold tools and keep none (R-TOL-03, R-TOL-04)."""

    _inherit = "aftersales.tool.custody"

    user_is_holder = fields.Boolean(
        compute="_compute_user_is_holder",
        help="The user only holds tools: he hands over and signs, nothing else.",
    )

    @api.depends_context("uid")
    def _compute_user_is_holder(self):
        self.user_is_holder = not self._is_clerk() and not self.env.user.has_group(
            "aftersales_service.group_technician"
        )

    @api.model
    def _is_clerk(self):
        """Say whether the user keeps the tools of others too."""
        return self.env.su or self.env.user.has_groups(
            "aftersales_service.group_storekeeper,aftersales_service.group_manager"
        )

    def _check_own(self):
        """Technicians write slips for themselves only (or as receiver); who just
        holds a tool, see :meth:`_check_giver`."""
        if self._is_clerk():
            return
        own = self.env.user.employee_ids
        if any(not (c.employee_id | c.to_employee_id) & own for c in self):
            raise UserError(
                self.env._("You can only write tool slips of your own tools.")
            )
        self._check_giver()

    def _check_giver(self):
        """Raise for somebody without a role who writes anything but the hand-over of
        what he holds: he asks for no tools, and as receiver he only signs."""
        if self.env.su:
            return
        self.check_access("write")
        own = self.env.user.employee_ids
        if any(
            custody.user_is_holder
            and (custody.kind != "handover" or custody.employee_id not in own)
            for custody in self
        ):
            raise UserError(
                self.env._(
                    "You can hand over the tools you hold and sign for those handed "
                    "to you. Everything else is written by the storekeeper."
                )
            )

    def _check_new_due(self, date_due):
        """Raise when somebody prolongs what was lent to him (R-TOL-04)."""
        date_due = fields.Date.to_date(date_due)
        if self._is_clerk():
            return
        if any(c.state == "done" and c.date_due != date_due for c in self):
            raise UserError(
                self.env._("When lent tools are due back is set by the storekeeper.")
            )
