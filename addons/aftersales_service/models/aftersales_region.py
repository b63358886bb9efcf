# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class AftersalesRegion(models.Model):
    """Service region of customers and technicians."""

    _name = "aftersales.region"
    _description = "Service Region"
    _order = "sequence, name"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", help="Empty: for every company.")
    followup_interval = fields.Integer(
        string="Contact Every (months)",
        help="Customers of the region with machines are visited or called at this "
        "interval, key customers at their own; 0 means never.",
    )

    _followup_interval_positive = models.Constraint(
        "CHECK (followup_interval >= 0)", "An interval is not negative."
    )
