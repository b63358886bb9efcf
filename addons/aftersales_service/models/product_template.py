# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    is_machine = fields.Boolean(
        index=True,
        help="Serial numbers of this product are machine files.",
    )
    component_class_id = fields.Many2one("aftersales.component.class", index=True)
