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
        count, names = self._find_open_cases(
            "aftersales.request",
            "reported_at",
            Domain("state", "not in", ("closed", "cancelled")),
        )
        if count:
            raise UserError(
                self.env._(
                    "%(count)s requests reported in %(period)s are still open: "
                    "%(names)s. Close them first.",
                    count=count,
                    period=self.name,
                    names=names,
                )
            )
        count, names = self._find_open_cases(
            "aftersales.complaint",
            "received_at",
            Domain("state", "in", ("received", "investigating")),
        )
        if count:
            raise UserError(
                self.env._(
                    "%(count)s complaints received in %(period)s are not judged yet: "
                    "%(names)s. Answer them first.",
                    count=count,
                    period=self.name,
                    names=names,
                )
            )

    def _find_open_cases(self, model, date_field, is_open):
        """Return how many cases of the period are open, and the first numbers.

        :param is_open: Domain of the open ones
        :return: (count, numbers as a text)
        """
        # sudo: open cases of the period count, seen or not
        cases = self.env[model].sudo()
        domain = self._get_domain(date_field) & is_open
        count = cases.search_count(domain)
        first = cases.search(domain, limit=5) if count else cases
        return count, ", ".join(first.mapped("name"))
