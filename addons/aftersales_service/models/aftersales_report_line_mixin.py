# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models


class AftersalesReportLineMixin(models.AbstractModel):
    """Lines of an order that its signed report rests on: they stay as they are once
    it is handed in, until a manager takes the report back (R-DSP-09).

    The model that inherits has ``order_id``.
    """

    _name = "aftersales.report.line.mixin"
    _inherit = "aftersales.guard.mixin"
    _description = "Line of a Service Report"

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        """:raise UserError: the report of the order is handed in"""
        lines = super().create(vals_list)
        lines.order_id._check_report_open()
        return lines

    def write(self, vals):
        """:raise UserError: see :meth:`create`; also when a line is moved there"""
        self.order_id._check_report_open()
        res = super().write(vals)
        if "order_id" in vals:
            self.order_id._check_report_open()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_reported(self):
        self.order_id._check_report_open()
