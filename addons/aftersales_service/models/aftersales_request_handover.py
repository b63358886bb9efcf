# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class AftersalesRequestHandover(models.Model):
    """A hand-over of a request from one owner to the next (R-INT-03)."""

    _name = "aftersales.request.handover"
    _description = "Hand-over of a Request"
    _order = "handed_at desc, id desc"
    _rec_name = "request_id"

    request_id = fields.Many2one(
        "aftersales.request", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="request_id.company_id", store=True)
    from_user_id = fields.Many2one("res.users", string="From")
    to_user_id = fields.Many2one("res.users", string="To")
    reason = fields.Char()
    handed_at = fields.Datetime(required=True, default=fields.Datetime.now)
    handed_by_id = fields.Many2one(
        "res.users", string="Handed Over By", default=lambda self: self.env.user
    )
