# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class AftersalesToolClassTerm(models.Model):
    """A company's own life, rate and floor for a tool class."""

    _name = "aftersales.tool.class.term"
    _description = "Tool Class Terms of a Company"
    _rec_name = "class_id"
    _order = "class_id, company_id"

    class_id = fields.Many2one(
        "aftersales.tool.class", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    life_months = fields.Integer(string="Life (months)", required=True)
    depreciation_rate = fields.Float(
        string="Depreciation per Half-Year (%)", digits=(5, 2)
    )
    floor_rate = fields.Float(string="Floor (%)", digits=(5, 2))

    _class_company_uniq = models.UniqueIndex(
        "(class_id, company_id)", "A company has its own terms only once per class."
    )
    _check_life = models.Constraint(
        "CHECK(life_months >= 0)", "The life of a tool class cannot be negative."
    )
    _check_rates = models.Constraint(
        "CHECK(depreciation_rate BETWEEN 0 AND 100 AND floor_rate BETWEEN 0 AND 100)",
        "Depreciation and floor are percentages between 0 and 100.",
    )
