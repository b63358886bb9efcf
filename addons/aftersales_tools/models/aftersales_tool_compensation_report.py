# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

from odoo.addons.aftersales_service.tools.language import in_language_of


class AftersalesToolCompensation(models.Model):
    """Losses told by a return, a count or the toolbox check."""

    _inherit = "aftersales.tool.compensation"

    @api.model
    def _report_losses(self, vals_list):
        """Return the open sheet of each tool, opened where there is none (R-TOL-06):
        what its holder reported already is not reported a second time.

        :param vals_list: values of sheets, each with ``lot_id`` and ``reason``
        :return: sheets in the order of ``vals_list``"""
        # sudo: the sheet may be one that whoever tells the loss does not see
        known = self.sudo().search(
            [
                ("lot_id", "in", [vals["lot_id"] for vals in vals_list]),
                ("state", "not in", ("reversed", "cancelled")),
            ]
        )
        by_lot = {sheet.lot_id.id: sheet for sheet in known}
        new = {
            vals["lot_id"]: vals for vals in vals_list if vals["lot_id"] not in by_lot
        }
        for sheet in self.create(list(new.values())):
            by_lot[sheet.lot_id.id] = sheet
        for vals in vals_list:
            sheet = by_lot[vals["lot_id"]]
            if sheet.state == "draft" and sheet.reason != vals["reason"]:
                sheet.reason = vals["reason"]
        return self.browse([by_lot[vals["lot_id"]].id for vals in vals_list])

    @api.model
    def _withdraw_returned(self, lots, origin):
        """Cancel the reports of tools that are back before anything was posted.

        :param lots: tools given back, not broken by fault
        :param origin: number of the slip, for the history"""
        sheets = self.search(
            [
                ("lot_id", "in", lots.ids),
                ("state", "in", ("draft", "confirmed", "approved")),
            ]
        )
        sheets.action_cancel()
        for sheet in sheets:
            sheet.message_post(
                body=self.env._(
                    "Given back with %(slip)s: nothing is owed.", slip=origin
                )
            )

    def _notify_manager(self):
        """Tell the department's manager at once that something is lost."""
        for sheet in self:
            # sudo: finds the manager, whoever reports the loss
            manager = sheet.sudo().department_id.manager_id.user_id
            if manager:
                told = in_language_of(sheet, manager, company=sheet.company_id)
                told.activity_schedule(
                    "mail.mail_activity_data_todo",
                    user_id=manager.id,
                    summary=told.env._("Tool lost or damaged"),
                )
