# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AftersalesClaimXlsx(models.TransientModel):
    """Choose report and period of the XLSX reports (R-CLM-17)."""

    _name = "aftersales.claim.xlsx"
    _description = "Claim Reports"

    kind = fields.Selection(
        [
            ("claims_quarter", "Quarterly claims"),
            ("cost_ledger", "Cost ledger"),
            ("recovery_status", "Recovery status"),
            ("complaint_month", "Complaint summary"),
        ],
        default="claims_quarter",
        required=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    date_from = fields.Date(
        required=True,
        compute="_compute_dates",
        store=True,
        precompute=True,
        readonly=False,
    )
    date_to = fields.Date(
        required=True,
        compute="_compute_dates",
        store=True,
        precompute=True,
        readonly=False,
    )

    @api.depends("kind")
    def _compute_dates(self):
        """The last complete quarter; for complaints the last month."""
        today = fields.Date.context_today(self)
        for wizard in self:
            if wizard.kind == "complaint_month":
                end = today.replace(day=1)
                months = 1
            else:
                end = today.replace(day=1, month=(today.month - 1) // 3 * 3 + 1)
                months = 3
            wizard.date_from = end - relativedelta(months=months)
            wizard.date_to = end - relativedelta(days=1)

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for wizard in self:
            if wizard.date_from > wizard.date_to:
                raise ValidationError(self.env._("The period ends before it begins."))

    def action_export(self):
        """Return the XLSX of the chosen report."""
        self.ensure_one()
        return self.env.ref(f"aftersales_claims.{self.kind}_xlsx_action").report_action(
            self, config=False
        )

    def _get_period_domain(self, field):
        """Return the domain of the period on ``field`` in the company."""
        self.ensure_one()
        return [
            ("company_id", "=", self.company_id.id),
            (field, ">=", self.date_from),
            (field, "<=", self.date_to),
        ]
