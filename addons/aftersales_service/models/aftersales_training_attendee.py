# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

from .aftersales_order_report import check_signature_image


class AftersalesTrainingAttendee(models.Model):
    """A line of the attendance sheet 签到表 of a customer training (R-DSP-13)."""

    _name = "aftersales.training.attendee"
    _description = "Training Attendee"
    _inherit = "aftersales.report.line.mixin"
    _order = "order_id, sequence, id"
    _check_company_auto = True

    order_id = fields.Many2one(
        "aftersales.order",
        required=True,
        ondelete="cascade",
        index=True,
        check_company=True,
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True)
    partner_id = fields.Many2one("res.partner", string="Contact", check_company=True)
    job = fields.Char(string="Position")
    phone = fields.Char()
    signature = fields.Binary(attachment=True, copy=False)
    result = fields.Selection(
        [("passed", "Passed"), ("repeat", "To repeat"), ("absent", "Absent")],
        copy=False,
    )
    note = fields.Char()

    @api.constrains("signature")
    def _check_signature(self):
        for attendee in self:
            check_signature_image(attendee.env, attendee.signature)
