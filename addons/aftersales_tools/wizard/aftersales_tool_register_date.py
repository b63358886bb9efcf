# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime


class AftersalesToolRegisterDate(models.TransientModel):
    """Ask for a day and show who held what then (R-TOL-03)."""

    _name = "aftersales.tool.register.date"
    _description = "Tool Register at a Date"

    date = fields.Datetime(
        string="As of", required=True, default=lambda self: fields.Datetime.now()
    )

    def action_open(self):
        """Open the register as it was at the date.

        :raises UserError: for a date yet to come"""
        self.ensure_one()
        if self.date > fields.Datetime.now():
            raise UserError(self.env._("Nobody knows yet who will hold what."))
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_tools.aftersales_tool_register_action"
        )
        date = format_datetime(self.env, self.date)
        return {
            **action,
            "name": self.env._("Tool Register, %(date)s", date=date),
            "domain": self._get_domain(),
            "context": {
                "search_default_group_employee": 1,
                "tool_register_date": fields.Date.to_string(
                    fields.Datetime.context_timestamp(self, self.date).date()
                ),
            },
        }

    def _get_domain(self):
        """Return the domain of the register rows that held at the date."""
        date = fields.Datetime.to_string(self.date)
        return [
            ("date_from", "<=", date),
            "|",
            ("date_to", "=", False),
            ("date_to", ">", date),
        ]
