# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class AftersalesRequestPause(models.Model):
    """A time in which the clocks of a request stood still."""

    _name = "aftersales.request.pause"
    _description = "Pause of a Request"
    _order = "date_from, id"
    _rec_name = "request_id"

    request_id = fields.Many2one(
        "aftersales.request", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="request_id.company_id", store=True)
    origin_request_id = fields.Many2one(
        "aftersales.request",
        string="Merged From",
        index="btree_not_null",
        help="Request the pause was made on before it was merged into this one; only "
        "the limits that came from there stood still.",
    )
    date_from = fields.Datetime(string="From", required=True)
    date_to = fields.Datetime(string="To")
    reason = fields.Char()

    _order_of_dates = models.Constraint(
        "CHECK(date_to IS NULL OR date_to >= date_from)",
        "A pause can't end before it begins.",
    )
