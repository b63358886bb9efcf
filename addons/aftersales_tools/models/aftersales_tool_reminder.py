# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class AftersalesToolReminder(models.Model):
    """For which due date a tool was reminded of last, so that nobody is reminded
    twice (R-TOL-08). Written by the nightly job only, see ``stock_lot_reminder.py``."""

    _name = "aftersales.tool.reminder"
    _description = "Tool Reminder Sent"
    _rec_name = "lot_id"
    _log_access = False

    lot_id = fields.Many2one(
        "stock.lot", string="Tool", required=True, ondelete="cascade"
    )
    kind = fields.Selection(
        [("calibration", "Calibration"), ("life", "End of Life")], required=True
    )
    date = fields.Date(required=True)

    _lot_kind_uniq = models.UniqueIndex(
        "(lot_id, kind)", "A tool is noted once for each kind of reminder."
    )
