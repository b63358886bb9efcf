# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class AftersalesKpiPeriod(models.Model):
    """Closing a period: what is printed later is what was closed (R-KPI-01)."""

    _inherit = "aftersales.kpi.period"

    # === ACTION METHODS ===#
    def action_close(self):
        """Freeze the figures.

        :raise UserError: the period is not over, or cases of it are still open
        """
        self._ensure_open()
        self.check_access("write")
        for period in self:
            period._check_can_close()
        self._refresh_trend()
        self._freeze_analysis()
        self._write_guarded(
            {
                "state": "closed",
                "closed_by_id": self.env.uid,
                "closed_at": fields.Datetime.now(),
            }
        )
        return True

    # === BUSINESS METHODS ===#
    def _check_can_close(self):
        """:raise UserError: not over, or cases of it are open that may still change its
        figures; names the first ones"""
        self.ensure_one()
        if self.date_to >= self.company_id._get_aftersales_today():
            raise UserError(self.env._("%(period)s is not over yet.", period=self.name))
        # sudo: open cases of the period count, seen or not
        requests = self.env["aftersales.request"].sudo()
        domain = self._get_domain("reported_at") & Domain(
            "state", "not in", ("closed", "cancelled")
        )
        count = requests.search_count(domain)
        if count:
            names = requests.search(domain, limit=5).mapped("name")
            raise UserError(
                self.env._(
                    "%(count)s requests reported in %(period)s are still open: "
                    "%(names)s. Close them first.",
                    count=count,
                    period=self.name,
                    names=", ".join(names),
                )
            )
        # sudo: see above
        complaints = self.env["aftersales.complaint"].sudo()
        domain = self._get_domain("received_at") & Domain(
            "state", "in", ("received", "investigating")
        )
        count = complaints.search_count(domain)
        if count:
            names = complaints.search(domain, limit=5).mapped("name")
            raise UserError(
                self.env._(
                    "%(count)s complaints received in %(period)s are not judged yet: "
                    "%(names)s. Answer them first.",
                    count=count,
                    period=self.name,
                    names=", ".join(names),
                )
            )
