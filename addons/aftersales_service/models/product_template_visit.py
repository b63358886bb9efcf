# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class ProductTemplate(models.Model):
    """What a machine asks of who repairs it (R-DSP-02)."""

    _inherit = "product.template"

    aftersales_required_grade = fields.Selection(
        [
            ("expert", "Expert"),
            ("senior", "Senior"),
            ("intermediate", "Intermediate"),
            ("junior", "Junior"),
        ],
        string="Technician Grade Required",
    )
    aftersales_required_skill_ids = fields.Many2many(
        "hr.skill",
        "aftersales_product_required_skill_rel",
        string="Technician Skills Required",
        help="Skills and certificates one technician sent must hold.",
    )
