# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class AftersalesMonthMixin(models.AbstractModel):
    """A document of one month: whichever day of it is chosen, it is the first that is
    kept, so that a month has one document and the whole of it (R-CLM-09, R-CLM-12)."""

    _name = "aftersales.month.mixin"
    _description = "Document of a Month"

    #: field that holds the month
    _month_field = "period_start"

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._start_month(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._start_month(vals))

    @api.model
    def _start_month(self, vals):
        """Return ``vals`` with the first day of the month chosen."""
        chosen = vals.get(self._month_field)
        if not chosen:
            return vals
        start = fields.Date.to_date(chosen).replace(day=1)
        return {**vals, self._month_field: start}
