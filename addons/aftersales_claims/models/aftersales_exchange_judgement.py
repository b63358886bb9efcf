# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..tools.text import is_blank


class AftersalesExchange(models.Model):
    """Judgement by date code and visible condition (R-WAR-03, R-WAR-04, R-CLM-15)."""

    _inherit = "aftersales.exchange"

    # === ACTION METHODS ===#
    def action_judge(self):
        """Judge at return by date code and visible conditions (R-WAR-03).

        :raises UserError: no rule, date code unreadable, or a condition unanswered
        """
        for exchange in self:
            if exchange.state != "draft":
                raise UserError(
                    self.env._("%(name)s is judged already.", name=exchange.name)
                )
            if not exchange.rule_id:
                raise UserError(
                    self.env._(
                        "No exchange rule fits %(product)s.",
                        product=exchange.product_id.display_name,
                    )
                )
            if any(not check.answer for check in exchange.check_ids):
                raise UserError(
                    self.env._(
                        "%(name)s: answer every visible condition.", name=exchange.name
                    )
                )
            exchange._judge()
        return True

    def action_accept(self):
        """The service group accepts an unclear case."""
        self._decide("accepted")
        return True

    def action_refuse(self):
        """The service group refuses an unclear case."""
        self._decide("refused")
        return True

    # === BUSINESS METHODS ===#
    def _judge(self):
        """Write production date, limit, verdict and its reason.

        :raises UserError: date code unreadable or in the future, or a receipt of a day
            after the return
        """
        self.ensure_one()
        if self.receipt_date and self.receipt_date > self.date:
            raise UserError(
                self.env._(
                    "%(name)s: the receipt is dated after the return.", name=self.name
                )
            )
        rule = self.rule_id
        first, last = rule._parse_date_span(self.date_code)
        # a code of the running month or week: at the latest the day it came back
        produced = max(first, min(last, self.date))
        if produced > self.date:
            raise UserError(
                self.env._(
                    "The date code %(code)s lies in the future.", code=self.date_code
                )
            )
        start = produced
        months = rule.dealer_months
        # nobody buys a piece before it is made: that receipt is of another one
        proven = self.receipt_date and self.receipt_date >= first
        if self.partner_kind == "customer":
            months = rule.customer_months
            if proven:
                start = max(self.receipt_date, produced)
        limit = start + relativedelta(months=months)
        reasons = []
        if self.date > limit:
            reasons.append(
                self.env._(
                    "Produced on %(date)s: past the limit.",
                    date=format_date(self.env, produced),
                )
            )
        reasons += [
            self.env._("Condition not met: %(condition)s", condition=check.name)
            for check in self.check_ids
            if check.answer == "no"
        ]
        unclear = self.check_ids.filtered(lambda check: check.answer == "unclear")
        # R-WAR-04: a consumer proves the purchase
        unproven = self.partner_kind == "customer" and rule.needs_receipt and not proven
        if reasons:
            state = "refused"
        elif unproven:
            state = "referred"
            reasons.append(
                self.env._("The receipt is older than the piece.")
                if self.receipt_date
                else self.env._("The end customer shows no receipt.")
            )
        else:
            state = "referred" if unclear else "accepted"
        self._write_guarded(
            {
                "state": state,
                "production_date": produced,
                "limit_date": limit,
                "judged_by_id": self.env.uid,
                "reason": "\n".join(reasons) or False,
            }
        )
        if state == "referred":
            manager = self.company_id.aftersales_department_id.manager_id.user_id
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=(manager or self.env.user).id,
                summary=self.env._("Unclear exchange to decide"),
            )

    def _decide(self, state):
        if not self.env.user.has_group("aftersales_service.group_manager"):
            raise UserError(
                self.env._("Unclear exchanges are decided by the service manager.")
            )
        for exchange in self:
            if exchange.state != "referred" or is_blank(exchange.reason):
                raise UserError(
                    self.env._(
                        "%(name)s: give the reason of your decision; only unclear "
                        "cases are decided.",
                        name=exchange.name,
                    )
                )
        self._write_guarded({"state": state, "judged_by_id": self.env.uid})
        self.activity_unlink(["mail.mail_activity_data_todo"])
