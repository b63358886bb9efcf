# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesToolTransfer(models.Model):
    """What those see and sign whose tools are transferred (R-TOL-04)."""

    _inherit = "aftersales.tool.transfer"

    tool_list = fields.Text(
        string="Tools to Sign For",
        compute="_compute_tool_list",
        compute_sudo=True,
        help="For those who sign and have no right on the tools' files.",
    )
    user_is_keeper = fields.Boolean(compute="_compute_user_is_keeper")

    @api.depends("lot_ids", "tool_names")
    def _compute_tool_list(self):
        for transfer in self:
            transfer.tool_list = transfer.tool_names or transfer._get_tool_names(
                transfer.lot_ids
            )

    @api.depends_context("uid")
    def _compute_user_is_keeper(self):
        self.user_is_keeper = self.env.su or self.env.user.has_groups(
            "aftersales_service.group_storekeeper,aftersales_service.group_manager"
        )

    def _check_only_signs(self, vals):
        """Raise where somebody who keeps no tools writes more than his signature."""
        self.ensure_one()
        if self.user_is_keeper:
            return
        own = self.env.user.employee_ids
        allowed = set()
        if self.employee_id in own:
            allowed.add("signature")
        if self.to_employee_id in own:
            allowed.add("to_signature")
        if set(vals) - allowed - set(self._guarded_fields):
            raise UserError(
                self.env._(
                    "You sign for your own tools here; the rest is written by the "
                    "storekeeper."
                )
            )
