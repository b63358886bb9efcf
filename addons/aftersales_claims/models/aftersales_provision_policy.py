# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AftersalesProvisionPolicy(models.Model):
    """Percentage of sales set aside for their warranty (R-CLM-09)."""

    _name = "aftersales.provision.policy"
    _description = "Warranty Provision Policy"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    product_tmpl_id = fields.Many2one(
        "product.template", string="Product", check_company=True
    )
    categ_id = fields.Many2one("product.category", string="Product Category")
    percent = fields.Float(string="% of Sales", digits=(16, 4), required=True)
    date_from = fields.Date(string="From")
    date_to = fields.Date(string="To")

    _percent_range = models.Constraint(
        "CHECK(percent >= 0 AND percent <= 100)",
        "The percentage lies between 0 and 100.",
    )

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for policy in self:
            if (
                policy.date_from
                and policy.date_to
                and (policy.date_from > policy.date_to)
            ):
                raise ValidationError(self.env._("A policy ends after it begins."))

    def _match(self, product, date):
        """Return the first policy of ``self`` for ``product`` on ``date``: by product,
        then by category, then for everything."""
        valid = self.filtered(
            lambda policy: (
                (not policy.date_from or policy.date_from <= date)
                and (not policy.date_to or policy.date_to >= date)
            )
        )
        path = product.categ_id.parent_path or ""
        categories = [int(part) for part in path.split("/") if part]
        by_product = valid.filtered(
            lambda policy: policy.product_tmpl_id == product.product_tmpl_id
        )
        if product and by_product:
            return by_product[:1]
        by_category = valid.filtered(
            lambda policy: (
                not policy.product_tmpl_id and policy.categ_id.id in categories
            )
        ).sorted(lambda policy: categories.index(policy.categ_id.id), reverse=True)
        return (
            by_category[:1]
            or valid.filtered(
                lambda policy: not policy.product_tmpl_id and not policy.categ_id
            )[:1]
        )
