# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import defaultdict

from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools.penalty_math import spread

#: a plan longer than this cannot be meant
MAX_MONTHS = 240


class AftersalesDeduction(models.Model):
    """The months of a plan: the open amount within the limits of the law (R-PEN-06)."""

    _inherit = "aftersales.deduction"

    # === BUSINESS METHODS ===#
    def _get_first_month(self):
        """Return the first month a deduction can still be planned in."""
        self.ensure_one()
        first = max(self.start_date, fields.Date.context_today(self)).replace(day=1)
        done = self.line_ids.filtered(lambda line: line.state == "done")
        while first in done.mapped("month"):
            first += relativedelta(months=1)
        return first

    def _get_taken(self):
        """Return ``{employee: {month: amount}}`` of all other plans and of what these
        plans have deducted already."""
        lines = self.env["aftersales.deduction.line"].search(
            Domain("employee_id", "in", self.employee_id.ids)
            & Domain("kind", "=", "wage")
            & Domain("state", "!=", "cancelled")
            & (
                Domain("deduction_id", "not in", self.ids)
                | Domain("state", "=", "done")
            )
        )
        taken = defaultdict(lambda: defaultdict(float))
        for line in lines:
            taken[line.employee_id][line.month] += line.amount
        return taken

    def _plan_lines(self, strict=True):
        """Replace the planned months of ``self`` by a new spread within the limits.

        :param strict: raise where the wage leaves no room; else the plan waits in
            draft with a note
        :raise UserError: see ``strict``
        """
        # sudo: the plans of one person share the limit, also those not seen
        plans = self.sudo()
        plans.employee_id._take_turns()
        plans.line_ids.filtered(lambda line: line.state == "planned").unlink()
        taken = plans._get_taken()
        vals_list = []
        blocked = self.browse().sudo()
        for plan in plans:
            months = taken[plan.employee_id]
            try:
                parts = plan._spread_open_amount(months)
            except ValueError as error:
                if strict:
                    raise UserError(plan._get_no_room_message()) from error
                plan._message_log(body=plan._get_no_room_message())
                blocked |= plan
                continue
            for month, amount in parts:
                months[month] += amount
                vals_list.append(
                    {
                        "deduction_id": plan.id,
                        "month": month,
                        "amount": amount,
                        "wage": plan._get_month_limits(month)[0],
                    }
                )
        self.env["aftersales.deduction.line"].sudo().create(vals_list)
        (plans - blocked).write({"state": "planned"})
        blocked.write({"state": "draft"})

    def _spread_open_amount(self, taken):
        """Return [(month, amount)] of the open amount.

        :param taken: ``{month: amount}`` deducted by other plans already
        :raise ValueError: the wage leaves no room
        """
        self.ensure_one()
        first = self._get_first_month()
        months = [first + relativedelta(months=index) for index in range(MAX_MONTHS)]
        amounts = spread(
            self.amount - self.deducted_amount,
            (self._get_month_capacity(month, taken[month]) for month in months),
        )
        return [
            (month, amount)
            for month, amount in zip(months, amounts, strict=False)
            if amount
        ]

    def _get_no_room_message(self):
        self.ensure_one()
        return self.env._(
            "The wage of %(employee)s leaves no room above the minimum wage to deduct "
            "%(amount)s.",
            employee=self.employee_id.name,
            amount=self.amount,
        )
