# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.tools import format_date


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
        default=lambda self: self._get_default_res_model(),
    )
    date_now = fields.Char(
        string="Present Date",
        compute="_compute_date_now",
        help="Of several, from the first to the last.",
    )
    date = fields.Date(string="New Date", required=True)
    reason = fields.Text(required=True)
    is_asking = fields.Boolean(compute="_compute_is_asking")

    @api.model
    def _get_default_res_model(self):
        model = self.env.context.get("active_model")
        return model in self._fields["res_model"].get_values(self.env) and model

    @api.depends("res_model")
    @api.depends_context("active_ids", "uid")
    def _compute_is_asking(self):
        for dialog in self:
            dialog.is_asking = any(
                not record._may_move_due() for record in dialog._get_records()
            )

    @api.depends("res_model")
    @api.depends_context("active_ids", "lang")
    def _compute_date_now(self):
        for dialog in self:
            dates = {date for date in dialog._get_records().mapped("due_date") if date}
            dialog.date_now = (
                " – ".join(
                    format_date(self.env, date)
                    for date in sorted({min(dates), max(dates)})
                )
                if dates
                else False
            )

    def _get_records(self):
        # opened from nowhere, it is about nothing
        Model = self.env[self.res_model or "aftersales.capa"]
        ids = self.env.context.get("active_ids", []) if self.res_model else []
        return Model.browse(ids)

    def action_apply(self):
        """Move the dates, or ask for them."""
        self.ensure_one()
        records = self._get_records()
        own = records.filtered(lambda record: record._may_move_due())
        own.move_due(self.date, self.reason)
        (records - own).ask_due(self.date, self.reason)
        return {"type": "ir.actions.act_window_close"}
