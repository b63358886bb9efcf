# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class AftersalesOrderRefusal(models.Model):
    """A technician refused a dispatch: a recorded violation (R-DSP-01)."""

    _name = "aftersales.order.refusal"
    _inherit = "aftersales.guard.mixin"
    _description = "Refused Dispatch"
    _order = "date desc, id desc"
    _rec_name = "order_id"
    _check_company_auto = True

    order_id = fields.Many2one(
        "aftersales.order",
        required=True,
        ondelete="cascade",
        index=True,
        check_company=True,
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    department_id = fields.Many2one(related="order_id.department_id", store=True)
    employee_id = fields.Many2one(
        "hr.employee",
        string="Technician",
        required=True,
        index=True,
        check_company=True,
    )
    date = fields.Datetime(default=fields.Datetime.now, required=True)
    planned_start = fields.Datetime(string="Appointment")
    reason = fields.Text(required=True)
