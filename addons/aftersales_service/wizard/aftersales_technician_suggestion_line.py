# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.exceptions import UserError


class AftersalesTechnicianSuggestionLine(models.TransientModel):
    _name = "aftersales.technician.suggestion.line"
    _description = "Technician Suggestion Line"
    _order = "sequence, id"

    suggestion_id = fields.Many2one(
        "aftersales.technician.suggestion", ondelete="cascade"
    )
    sequence = fields.Integer()
    employee_id = fields.Many2one("hr.employee", string="Technician", readonly=True)
    technician_grade = fields.Selection(related="employee_id.technician_grade")
    is_free = fields.Boolean(string="Free", readonly=True)
    is_qualified = fields.Boolean(string="Qualified", readonly=True)
    same_region = fields.Boolean(readonly=True)
    distance = fields.Float(string="Distance (km)", readonly=True, digits=(8, 0))
    workload = fields.Float(
        string="Planned Hours", readonly=True, help="In the week around the date."
    )
    remark = fields.Char(readonly=True)

    def action_choose(self):
        """Plan the order for this technician at the time looked at."""
        self.ensure_one()
        if not self.suggestion_id.order_id:
            raise UserError(self.env._("The order is gone."))
        self.suggestion_id.order_id.write(
            {
                "technician_id": self.employee_id.id,
                "planned_start": self.suggestion_id.planned_start,
                "planned_end": self.suggestion_id.planned_end,
            }
        )
        return {"type": "ir.actions.act_window_close"}
