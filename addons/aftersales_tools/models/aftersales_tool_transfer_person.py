# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.aftersales_service.tools.language import in_language_of


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

    # === ACTION METHODS ===#
    def action_ask_signatures(self):
        """Put the signature on the list of those who give back and receive and have a
        login: each signs on his own screen.

        :raises UserError: nobody is left to be asked, or who asks keeps no tools"""
        self._check_state({"draft", "sent"})
        for transfer in self:
            transfer._check_only_signs({"activity_ids": True})
        asked = False
        for transfer in self:
            for user in transfer._get_missing_signers():
                told = in_language_of(transfer, user)
                told.activity_schedule(
                    "mail.mail_activity_data_todo",
                    user_id=user.id,
                    summary=told.env._("Sign for the tools transferred"),
                )
                asked = True
        if not asked:
            raise UserError(
                self.env._(
                    "Nobody with a login is left to sign. Let the person sign here."
                )
            )
        return True

    # === BUSINESS METHODS ===#
    def _get_missing_signers(self):
        """Return the users who may open the transfer, have not signed it and are not
        asked yet."""
        self.ensure_one()
        # sudo: the logins of the people, whoever keeps the tools
        transfer = self.sudo()
        users = self.env["res.users"]
        if transfer.employee_id and not transfer.signature and self.state == "draft":
            users |= transfer.employee_id.user_id
        if transfer.to_employee_id and not transfer.to_signature:
            users |= transfer.to_employee_id.user_id
        companies = transfer.company_id | transfer.to_company_id
        return (
            users.filtered(lambda user: user.company_ids & companies)
            - transfer.activity_ids.user_id
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
