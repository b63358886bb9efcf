# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError

from .aftersales_tool_compensation import CALCULATION_FIELDS

#: what the sheet says of itself; whoever owes on it does not set it
REPORT_FIELDS = {"name", "date_payable", "reported_at", "reported_by_id"}


class AftersalesToolCompensation(models.Model):
    """What the person who owes may write on his sheet, and what not (R-TOL-06)."""

    _inherit = "aftersales.tool.compensation"

    user_is_clerk = fields.Boolean(compute="_compute_user_is_clerk")

    @api.depends_context("uid")
    def _compute_user_is_clerk(self):
        self.user_is_clerk = self._is_clerk()

    @api.model
    def _check_person_rights(self, vals):
        if self._is_clerk():
            return
        if CALCULATION_FIELDS & set(vals):
            raise UserError(
                self.env._(
                    "Price, class and shares are set by the storekeeper, the manager "
                    "or finance."
                )
            )
        if REPORT_FIELDS & set(vals):
            raise UserError(
                self.env._(
                    "The number of a sheet, who reported it and when it is payable "
                    "are not set by who owes it."
                )
            )

    def _check_own_tools(self):
        """Everybody reports the loss of what he holds himself (R-TOL-06)."""
        if self._is_clerk():
            return
        own = self.env.user.employee_ids
        for sheet in self:
            # sudo: who holds the tool, which the reporter may not see
            lot = sheet.sudo().lot_id
            if sheet.employee_id not in own or lot.custodian_id not in own.sudo():
                raise UserError(
                    self.env._(
                        "You can report the loss of tools you hold yourself. "
                        "%(tool)s is none of them.",
                        tool=lot.display_name,
                    )
                )

    @api.model
    def _is_clerk(self):
        """Say whether the user keeps these sheets, rather than owing on one."""
        return self.env.su or self.env.user.has_groups(
            "aftersales_service.group_storekeeper,aftersales_service.group_manager,"
            "aftersales_service.group_accountant"
        )
