# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class AftersalesComponentClass(models.Model):
    """Class of component a warranty policy gives its own term to (R-WAR-01)."""

    _name = "aftersales.component.class"
    _description = "Component Class"
    _order = "sequence, name"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
