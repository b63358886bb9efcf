# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class AftersalesStationEvent(models.Model):
    """A training or an audit of a service station (R-DSP-20)."""

    _name = "aftersales.station.event"
    _inherit = "aftersales.guard.mixin"
    _description = "Station Training or Audit"
    _rec_name = "subject"
    _order = "date desc, id desc"
    _check_company_auto = True

    station_id = fields.Many2one(
        "aftersales.station", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="station_id.company_id", store=True)
    kind = fields.Selection(
        [("training", "Training"), ("audit", "Audit")],
        required=True,
        default="training",
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    user_id = fields.Many2one(
        "res.users", string="By", default=lambda self: self.env.user
    )
    subject = fields.Char(required=True)
    participants = fields.Char(help="People of the station trained or met.")
    result = fields.Selection(
        [("passed", "Passed"), ("failed", "Failed")], required=True, default="passed"
    )
    findings = fields.Text()
    measures = fields.Text()
    due_date = fields.Date(string="Measures until")

    _due_after = models.Constraint(
        "CHECK (due_date IS NULL OR due_date >= date)",
        "Measures are not due before they were agreed.",
    )
