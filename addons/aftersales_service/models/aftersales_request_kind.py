# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class AftersalesRequestKind(models.Model):
    """Kind of a service request (R-INT-04); the code drives behaviour."""

    _name = "aftersales.request.kind"
    _description = "Kind of Service Request"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Selection(
        [
            ("repair", "Fault repair"),
            ("commissioning", "Installation and commissioning"),
            ("training", "Training"),
            ("spare_parts", "Spare parts"),
            ("exchange", "Return or exchange"),
            ("complaint", "Complaint"),
            ("question", "Technical question"),
            ("visit", "Periodic visit"),
        ],
        required=True,
        default="repair",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
