# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

from .aftersales_kpi_target import CODES


class AftersalesKpiFigure(models.Model):
    """One figure of a period against its target; frozen with the period."""

    _name = "aftersales.kpi.figure"
    _description = "KPI Figure"
    _order = "period_id, sequence, id"
    _rec_name = "code"

    period_id = fields.Many2one(
        "aftersales.kpi.period", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="period_id.company_id", store=True, index=True)
    department_id = fields.Many2one(
        related="period_id.department_id", store=True, index=True
    )
    date_from = fields.Date(related="period_id.date_from", store=True, index=True)
    kind = fields.Selection(related="period_id.kind", store=True)
    sequence = fields.Integer()
    code = fields.Selection(CODES, string="Figure", required=True, index=True)
    unit = fields.Selection(
        [("percent", "%"), ("minutes", "min"), ("money", "Amount")],
        required=True,
        default="percent",
    )
    numerator = fields.Float()
    denominator = fields.Float(string="Of")
    value = fields.Float(aggregator="avg")
    has_value = fields.Boolean(help="Nothing to measure in the period otherwise.")
    target = fields.Float(aggregator="avg")
    comparator = fields.Selection(
        [("ge", "At least"), ("gt", "More than"), ("le", "At most"), ("lt", "Below")]
    )
    result = fields.Selection(
        [("yes", "Reached"), ("no", "Missed"), ("none", "No target")],
        default="none",
        index=True,
    )

    _figure_unique = models.UniqueIndex(
        "(period_id, code)", "A period has each figure once."
    )

    def _prepare_dashboard_tile(self, course, labels):
        """Return one tile of the dashboard.

        :param course: list of {name, value} of the periods up to this one
        :param labels: selection labels by field
        """
        self.ensure_one()
        units = {"percent": "%", "minutes": self.env._("min")}
        values = [point["value"] for point in course[:-1]]
        before = next((v for v in reversed(values) if v is not None), None)
        return {
            "id": self.id,
            "code": self.code,
            "label": labels["code"][self.code],
            "unit": units.get(self.unit) or self.company_id.currency_id.symbol or "",
            "value": self.value if self.has_value else None,
            "numerator": self.numerator,
            "denominator": self.denominator,
            "target": self.target if self.comparator else None,
            "comparator": labels["comparator"].get(self.comparator, ""),
            "result": self.result,
            "result_label": labels["result"][self.result],
            "before": before,
            "course": course,
        }

    def action_view_cases(self):
        """Open the records this figure counts, with the viewer's rights."""
        self.ensure_one()
        return self.period_id._get_cases_action(self.code)
