# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.fields import Domain

CLAIM_CODES = [
    ("claim_cost", "Cost of claims"),
    ("recovery_rate", "Recovered from suppliers"),
]


class AftersalesKpiTarget(models.Model):
    _inherit = "aftersales.kpi.target"

    code = fields.Selection(
        selection_add=CLAIM_CODES,
        ondelete={code: "cascade" for code, _label in CLAIM_CODES},
    )


class AftersalesKpiFigure(models.Model):
    _inherit = "aftersales.kpi.figure"

    code = fields.Selection(
        selection_add=CLAIM_CODES,
        ondelete={code: "cascade" for code, _label in CLAIM_CODES},
    )


class AftersalesKpiPeriod(models.Model):
    """Claim cost and recovery rate among the figures of a period (R-KPI-01)."""

    _inherit = "aftersales.kpi.period"

    @api.model
    def _get_dashboard_sections(self):
        return [
            *super()._get_dashboard_sections(),
            (
                self.env._("Claims and Recovery"),
                [code for code, _label in CLAIM_CODES],
            ),
        ]

    def _get_claim_domain(self):
        self.ensure_one()
        domain = (
            Domain("claim_date", ">=", self.date_from)
            & Domain("claim_date", "<=", self.date_to)
            & Domain("company_id", "=", self.company_id.id)
            & Domain("state", "not in", ("draft", "cancelled", "rejected"))
        )
        if self.department_id:
            domain &= Domain("department_id", "child_of", self.department_id.id)
        return domain

    def _get_figures(self):
        figures = super()._get_figures()
        # sudo: see the figures of the service
        env = self.sudo().env
        ((count, cost),) = env["aftersales.claim"]._read_group(
            self._get_claim_domain(), [], ["__count", "cost_total:sum"]
        )
        start, end = self._get_bounds()
        ((credited,),) = env["aftersales.recovery"]._read_group(
            Domain("credited_at", ">=", start)
            & Domain("credited_at", "<", end)
            & Domain("company_id", "=", self.company_id.id),
            [],
            ["amount_credited:sum"],
        )
        cost, credited = cost or 0.0, credited or 0.0
        figures["claim_cost"] = ("money", cost, count, cost if count else None)
        figures["recovery_rate"] = (
            "percent",
            credited,
            cost,
            100.0 * credited / cost if cost else None,
        )
        return figures

    def _get_cases_action(self, code):
        if code not in dict(CLAIM_CODES):
            return super()._get_cases_action(code)
        self.ensure_one()
        labels = dict(
            self.env["aftersales.kpi.figure"]
            ._fields["code"]
            ._description_selection(self.env)
        )
        return {
            "type": "ir.actions.act_window",
            "name": f"{labels[code]} {self.name}",
            "res_model": "aftersales.claim",
            "view_mode": "list,form",
            "domain": list(self._get_claim_domain()),
        }
