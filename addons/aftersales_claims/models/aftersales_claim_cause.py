# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class AftersalesClaimCause(models.Model):
    """Cause a claim is counted under in the statistics (R-CLM-08, R-CLM-17)."""

    _name = "aftersales.claim.cause"
    _description = "Cause of Claims"
    _order = "sequence, name"

    name = fields.Char(required=True, translate=True)
    code = fields.Char()
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
