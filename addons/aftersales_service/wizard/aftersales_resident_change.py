# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesResidentChange(models.TransientModel):
    """Somebody else takes over at the customer's site (R-DSP-19)."""

    _name = "aftersales.resident.change"
    _description = "Change of Resident Staff"

    assignment_id = fields.Many2one(
        "aftersales.resident.assignment", string="Resident Staff", required=True
    )
    company_id = fields.Many2one(related="assignment_id.company_id")
    employee_id = fields.Many2one(
        "hr.employee",
        string="Taken Over by",
        required=True,
        domain="[('is_technician', '=', True), ('company_id', '=', company_id)]",
    )
    announced_on = fields.Date(
        string="Announced to the Customer on", default=fields.Date.context_today
    )
    date = fields.Date(
        string="From", compute="_compute_date", store=True, readonly=False
    )
    is_short_notice = fields.Boolean(compute="_compute_is_short_notice")
    reason = fields.Char(string="Reason for the Change")

    @api.depends("announced_on", "assignment_id")
    def _compute_date(self):
        for wizard in self:
            if wizard.announced_on and not wizard.date:
                wizard.date = wizard.announced_on + wizard._get_notice()

    @api.depends("announced_on", "date", "assignment_id")
    def _compute_is_short_notice(self):
        for wizard in self:
            wizard.is_short_notice = bool(wizard.date) and (
                not wizard.announced_on
                or wizard.announced_on + wizard._get_notice() > wizard.date
            )

    def _get_notice(self):
        return relativedelta(months=self.company_id.aftersales_resident_notice_months)

    def action_change(self):
        """End the stay the day before and begin the new person's.

        :return: the action that opens the new stay
        """
        self.ensure_one()
        old = self.assignment_id
        if not self.date or self.date <= old.date_start:
            raise UserError(
                self.env._(
                    "The change comes after the first day of %(name)s.",
                    name=old.employee_id.name,
                )
            )
        if self.employee_id == old.employee_id:
            raise UserError(self.env._("Choose another person."))
        end = old.date_end
        old.date_end = self.date - timedelta(days=1)
        new = old.create(
            {
                "contract_id": old.contract_id.id,
                "employee_id": self.employee_id.id,
                "date_start": self.date,
                "date_end": end,
                "calendar_id": old.calendar_id.id,
                "replaces_id": old.id,
                "announced_on": self.announced_on,
                "change_reason": self.reason,
            }
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": new._name,
            "res_id": new.id,
            "view_mode": "form",
        }
