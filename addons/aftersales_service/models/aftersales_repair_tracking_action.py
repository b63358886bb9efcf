# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class AftersalesRepairTrackingAction(models.Model):
    """What one department does, by when, until done (R-DSP-21)."""

    _name = "aftersales.repair.tracking.action"
    _inherit = "aftersales.guard.mixin"
    _description = "Repair Tracking Action"
    _order = "tracking_id, sequence, id"

    tracking_id = fields.Many2one(
        "aftersales.repair.tracking", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="tracking_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    department_id = fields.Many2one("hr.department", required=True)
    name = fields.Char(string="Action", required=True)
    user_id = fields.Many2one("res.users", string="Responsible")
    date_due = fields.Date(string="Due", required=True)
    done_on = fields.Date(string="Done on")
    result = fields.Char()
