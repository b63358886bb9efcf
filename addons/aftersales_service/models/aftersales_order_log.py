# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date


class AftersalesOrderLog(models.Model):
    """One day of a long job: service memo 服务备忘录 (R-DSP-14)."""

    _name = "aftersales.order.log"
    _description = "Service Log"
    _inherit = "aftersales.report.line.mixin"
    _order = "date, id"
    _check_company_auto = True

    order_id = fields.Many2one(
        "aftersales.order",
        required=True,
        ondelete="cascade",
        index=True,
        check_company=True,
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    date = fields.Date(required=True, default=fields.Date.context_today)
    employee_id = fields.Many2one(
        "hr.employee",
        string="Technician",
        required=True,
        check_company=True,
        compute="_compute_employee_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    name = fields.Text(string="Work Done", required=True)
    problems = fields.Text(string="Open Problems")
    work_hours = fields.Float()
    waiting_hours = fields.Float()
    travel_hours = fields.Float()

    _hours_positive = models.Constraint(
        "CHECK (work_hours >= 0 AND waiting_hours >= 0 AND travel_hours >= 0)",
        "Hours can't be negative.",
    )

    @api.depends("order_id")
    def _compute_employee_id(self):
        """The user's own file in the order's company."""
        for line in self:
            if line.employee_id.company_id != line.order_id.company_id:
                user = self.env.user.with_company(line.order_id.company_id)
                line.employee_id = user.employee_id

    @api.constrains("work_hours", "waiting_hours", "travel_hours")
    def _check_hours(self):
        for log in self:
            if log.work_hours + log.waiting_hours + log.travel_hours > 24:
                raise ValidationError(
                    self.env._(
                        "A day has 24 hours; check the log of %s.",
                        format_date(self.env, log.date),
                    )
                )

    @api.constrains("date", "order_id")
    def _check_date(self):
        for log in self:
            if log.date > fields.Date.context_today(log):
                raise ValidationError(self.env._("A log isn't written in advance."))
