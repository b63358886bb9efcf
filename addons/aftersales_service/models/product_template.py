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
    warranty_policy_id = fields.Many2one(
        "aftersales.warranty.policy",
        check_company=True,
        help="Empty: the company's default policy.",
    )
    needs_commissioning = fields.Boolean(
        default=True,
        help="Delivery of the machine creates its installation request.",
    )
    accepted_at_delivery = fields.Boolean(
        help="As for trucks: acceptance is the day of delivery, and starts the "
        "warranty.",
    )
    replacement_warranty_months = fields.Integer(
        string="Warranty as Replaced Part",
        help="Months from the day the part is fitted; 0: by the machine's policy.",
    )

    _replacement_months_check = models.Constraint(
        "CHECK(replacement_warranty_months >= 0)", "Months cannot be negative."
    )
