# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

from ..tools.compensation import end_of_life


class AftersalesToolClass(models.Model):
    """A class of tools: how long they last and what a lost one costs (R-TOL-01)."""

    _name = "aftersales.tool.class"
    _description = "Tool Class"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char()
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    is_durable = fields.Boolean(
        string="Durable",
        default=True,
        help="Each durable tool has a serial number, is returned on leaving and "
        "compensated when lost by fault. Consumables are used up.",
    )
    life_months = fields.Integer(
        string="Life (months)",
        help="The life of each class was lost in the source document; 5 years, "
        "3 years and 1 year are this system's own defaults.",
    )
    depreciation_rate = fields.Float(
        string="Depreciation per Half-Year (%)",
        digits=(5, 2),
        help="Percentage of the original price for each completed half-year. Lost "
        "in the source document; 10 % and 15 % are this system's own defaults.",
    )
    floor_rate = fields.Float(
        string="Floor (%)",
        digits=(5, 2),
        help="Within its life a tool is never worth less than this percentage of "
        "its original price. Lost in the source document; 20 % and 10 % are this "
        "system's own defaults.",
    )
    examples = fields.Text(translate=True)
    term_ids = fields.One2many(
        "aftersales.tool.class.term", "class_id", string="Terms of Companies"
    )

    _check_life = models.Constraint(
        "CHECK(life_months >= 0)", "The life of a tool class cannot be negative."
    )
    _check_rates = models.Constraint(
        "CHECK(depreciation_rate BETWEEN 0 AND 100 AND floor_rate BETWEEN 0 AND 100)",
        "Depreciation and floor are percentages between 0 and 100.",
    )

    def _get_terms(self, company):
        """Return the record that carries life, rate and floor for ``company``.

        :return: an ``aftersales.tool.class.term`` of the company or the class"""
        self.ensure_one()
        return (
            self.term_ids.filtered(lambda term: term.company_id == company)[:1] or self
        )

    def _get_end_of_life(self, start, company):
        """Return the day the life of a tool used since ``start`` ends, or False."""
        if not self:
            return False
        return end_of_life(start, self._get_terms(company).life_months) or False
