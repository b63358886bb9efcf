# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class AftersalesDueChange(models.TransientModel):
    """Another date for the documents it was opened from: whoever may, moves it,
    everybody else asks for it (R-CLM-16)."""

    _name = "aftersales.due.change"
    _description = "Another Date"

    res_model = fields.Selection(
        [
            ("aftersales.capa", "Measures Sheet"),
            ("aftersales.capa.action", "Measure"),
            ("aftersales.quality.complaint", "Complaint Sheet"),
        ],
        required=True,
        default=lambda self: self.env.context.get("active_model"),
    )
    date = fields.Date(string="New Date", required=True)
    reason = fields.Text(required=True)
    is_asking = fields.Boolean(compute="_compute_is_asking")

    @api.depends("res_model")
    @api.depends_context("active_ids", "uid")
    def _compute_is_asking(self):
        for dialog in self:
            dialog.is_asking = any(
                not record._may_move_due() for record in dialog._get_records()
            )

    def _get_records(self):
        return self.env[self.res_model].browse(self.env.context.get("active_ids", []))

    def action_apply(self):
        """Move the dates, or ask for them."""
        self.ensure_one()
        records = self._get_records()
        own = records.filtered(lambda record: record._may_move_due())
        own.move_due(self.date, self.reason)
        (records - own).ask_due(self.date, self.reason)
        return {"type": "ir.actions.act_window_close"}
