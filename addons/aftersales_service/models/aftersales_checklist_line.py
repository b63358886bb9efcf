# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class AftersalesChecklistLine(models.Model):
    _name = "aftersales.checklist.line"
    _description = "Check List Line"
    _order = "checklist_id, sequence, id"

    checklist_id = fields.Many2one(
        "aftersales.checklist", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True)
    required = fields.Boolean(
        default=True, help="The order can't go on while this is open."
    )
