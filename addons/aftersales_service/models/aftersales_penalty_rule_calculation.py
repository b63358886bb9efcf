# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.exceptions import ValidationError
from odoo.tools import format_amount

from ..tools.penalty_math import progressive_slices


class AftersalesPenaltyRule(models.Model):
    """The arithmetic of a rule, with its explanation (R-PEN-01 to R-PEN-03)."""

    _inherit = "aftersales.penalty.rule"

    # === BUSINESS METHODS ===#
    def _calculate(self, loss=0.0, count=1, share=100.0, chosen=None, lang=None):
        """Calculate one penalty by this version.

        :param loss: loss caused, for brackets and percents
        :param count: which case inside the window this is, itself included
        :param share: percent of the responsibility of this person
        :param chosen: amount decided inside a range
        :param lang: language of the explanation, that of the user by default
        :return: (amount, explanation)
        :raise ValidationError: negative loss, amount outside the range
        """
        self.ensure_one()
        if loss < 0:
            raise ValidationError(self.env._("A loss cannot be negative."))

        told = self.with_context(lang=lang or self.env.lang)

        def money(value):
            return format_amount(told.env, value, told.currency_id)

        text = [told.env._("Rule: %(rule)s", rule=told.display_name)]
        if self.kind == "fixed":
            amount = self.amount
            text.append(told.env._("Fixed amount: %(amount)s", amount=money(amount)))
        elif self.kind == "range":
            amount = self.amount if chosen is None else chosen
            if not self.amount <= amount <= self.amount_max:
                raise ValidationError(
                    self.env._(
                        "%(amount)s is outside the range %(low)s – %(high)s.",
                        amount=money(amount),
                        low=money(self.amount),
                        high=money(self.amount_max),
                    )
                )
            text.append(
                told.env._(
                    "Range %(low)s – %(high)s, decided: %(amount)s",
                    low=money(self.amount),
                    high=money(self.amount_max),
                    amount=money(amount),
                )
            )
        elif self.kind == "count":
            step = self.line_ids.filtered(
                lambda line: (
                    line.lower <= count and (not line.upper or count <= line.upper)
                )
            )[:1]
            amount = step.amount
            text.append(
                told.env._(
                    "Case number %(count)s within %(months)s months: %(amount)s",
                    count=count,
                    months=self.window_months,
                    amount=money(amount),
                )
            )
        elif self.kind == "percent":
            amount = self.currency_id.round(loss * self.percent / 100)
            text.append(f"{money(loss)} × {self.percent:g} % = {money(amount)}")
        else:
            slices = progressive_slices(
                loss,
                [
                    (line.lower, line.upper, line.rate)
                    for line in self.line_ids.sorted("lower")
                ],
            )
            amount = self.currency_id.round(sum(fine for *_part, fine in slices))
            text += [
                f"{money(part)} × {rate:g} % = {money(fine)}"
                for part, rate, fine in slices
            ]
            text.append(
                told.env._(
                    "Loss %(loss)s, fine %(amount)s",
                    loss=money(loss),
                    amount=money(amount),
                )
            )
        if share != 100:
            amount = self.currency_id.round(amount * share / 100)
            text.append(
                told.env._(
                    "Share %(share)s %%: %(amount)s",
                    share=f"{share:g}",
                    amount=money(amount),
                )
            )
        if self.cap_amount and amount > self.cap_amount:
            amount = self.cap_amount
            text.append(told.env._("Capped at %(amount)s", amount=money(amount)))
        return amount, "\n".join(text)
