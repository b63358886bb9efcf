# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import fields, models


class AftersalesDeduction(models.Model):
    """Paying back what payroll deducted for a debt that fell away (R-PEN-05, 06).

    ``plans._pay_back()`` is the interface for whatever a plan came from: a reversed
    penalty, a tool found again.
    """

    _inherit = "aftersales.deduction"

    def _get_kept_amount(self):
        """Return what payroll deducted and neither paid back nor plans to."""
        # sudo: the months of the plan, whoever reverses its source
        lines = self.sudo().line_ids
        taken = lines.filtered(lambda line: line.kind != "refund")
        taken = taken.filtered(lambda line: line.state == "done")
        refunds = lines.filtered(
            lambda line: line.kind == "refund" and line.state != "cancelled"
        )
        return sum(taken.mapped("amount")) - sum(refunds.mapped("amount"))

    def _keep_deducted(self):
        """Pay nothing back of what payroll deducted; return what it keeps by that."""
        # sudo: see _get_kept_amount
        self.sudo().line_ids.filtered(
            lambda line: line.kind == "refund" and line.state == "planned"
        ).unlink()
        return sum(plan._get_kept_amount() for plan in self)

    def _pay_back(self, amount=None):
        """Plan that payroll pays back what these plans deducted, newest first.

        Calling it again plans nothing twice: what is planned already counts.

        :param amount: largest amount in all; everything by default
        :return: the aftersales.deduction.line planned
        """
        # sudo: follows from the reversal of the source, whoever reverses it
        plans = self.sudo().sorted("id", reverse=True)
        rest = amount
        vals_list = []
        for plan in plans:
            kept = plan._get_kept_amount()
            part = plan.currency_id.round(kept if rest is None else min(kept, rest))
            if part <= 0:
                continue
            if rest is not None:
                rest -= part
            vals_list.append(plan._prepare_refund_vals(part))
            plan._message_log(
                body=self.env._(
                    "%(amount)s was deducted too much and is paid back by payroll.",
                    amount=part,
                )
            )
        # sudo: see above
        return self.env["aftersales.deduction.line"].sudo().create(vals_list)

    def _prepare_refund_vals(self, amount):
        """Return the values of the month in which payroll pays ``amount`` back."""
        self.ensure_one()
        month = fields.Date.context_today(self).replace(day=1)
        refunds = self.line_ids.filtered(lambda line: line.kind == "refund")
        while month in refunds.mapped("month"):
            month += relativedelta(months=1)
        return {
            "deduction_id": self.id,
            "month": month,
            "amount": amount,
            "kind": "refund",
        }
