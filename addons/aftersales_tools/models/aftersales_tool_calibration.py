# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AftersalesToolCalibration(models.Model):
    """One calibration of a measuring tool, with its certificate (R-TOL-08)."""

    _name = "aftersales.tool.calibration"
    _description = "Tool Calibration"
    _inherit = ["mail.thread"]
    _order = "date desc, id desc"
    _check_company_auto = True

    lot_id = fields.Many2one(
        "stock.lot",
        string="Tool",
        required=True,
        index=True,
        ondelete="restrict",
        domain=[("is_tool", "=", True)],
        check_company=True,
    )
    product_id = fields.Many2one(related="lot_id.product_id")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    date = fields.Date(required=True, default=fields.Date.context_today, tracking=True)
    result = fields.Selection(
        [("passed", "Passed"), ("failed", "Failed")],
        default="passed",
        required=True,
        tracking=True,
    )
    valid_until = fields.Date(
        compute="_compute_valid_until",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
    )
    certificate_number = fields.Char(tracking=True)
    certificate = fields.Binary(attachment=True)
    certificate_filename = fields.Char()
    partner_id = fields.Many2one("res.partner", string="Laboratory", check_company=True)
    note = fields.Text()

    @api.depends("date", "lot_id", "result")
    def _compute_valid_until(self):
        for calibration in self:
            interval = calibration.lot_id.product_id.calibration_interval
            calibration.valid_until = (
                fields.Date.add(calibration.date, months=interval)
                if interval and calibration.date and calibration.result == "passed"
                else False
            )

    @api.depends("lot_id", "date")
    def _compute_display_name(self):
        for calibration in self:
            calibration.display_name = (
                f"{calibration.lot_id.display_name or ''} {calibration.date or ''}"
            )

    @api.constrains("date", "valid_until")
    def _check_dates(self):
        today = fields.Date.context_today(self)
        for calibration in self:
            if calibration.date > today:
                raise ValidationError(
                    self.env._("A calibration cannot have a date yet to come.")
                )
            if calibration.valid_until and calibration.valid_until < calibration.date:
                raise ValidationError(
                    self.env._("The certificate ends before the calibration.")
                )
