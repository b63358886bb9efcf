# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    aftersales_part_ids = fields.Many2many(
        "product.product",
        "aftersales_product_part_rel",
        "machine_template_id",
        "part_id",
        string="Parts List",
        check_company=True,
        domain=[("is_machine", "=", False)],
        help="Parts this machine model consists of, beside its bill of materials. "
        "Where parts are known, a claim of another part needs a reason; where none "
        "are known, every part can be claimed.",
    )
