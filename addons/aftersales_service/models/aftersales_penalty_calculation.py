# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import defaultdict

from dateutil.relativedelta import relativedelta

from odoo import models
from odoo.exceptions import ValidationError

from ..tools.language import in_language_of
from .aftersales_penalty import DECISION, NOT_COUNTED


class AftersalesPenalty(models.Model):
    """What a case costs by its rule's version, in the employee's language."""

    _inherit = "aftersales.penalty"

    # === BUSINESS METHODS ===#
    def _check_chosen_amount(self):
        """Refuse an amount the rule does not give."""
        for penalty in self:
            rule = penalty.rule_id
            if rule.kind != "range":
                amount, _text = penalty._calculate_case(max(penalty.count_in_window, 1))
                if penalty.currency_id.compare_amounts(amount, penalty.amount):
                    raise ValidationError(
                        self.env._(
                            "By the tariff this penalty is %(amount)s.", amount=amount
                        )
                    )
            else:
                lang = penalty._in_employee_language().env.lang
                _amount, text = rule._calculate(chosen=penalty.amount, lang=lang)
                penalty._decide({"calculation": text})

    def _in_employee_language(self):
        """Return the penalty in the language of the employee it concerns."""
        self.ensure_one()
        return in_language_of(
            self,
            user=self.employee_user_id,
            # sudo: his contact's language, whoever writes to him
            partner=self.employee_id.sudo().work_contact_id,
            company=self.company_id,
        )

    def _calculate_case(self, count=1, chosen=None, loss=None):
        """Return (amount, explanation in the employee's language) of one case.

        :param loss: another loss than the penalty's
        """
        return self.rule_id._calculate(
            self.loss_amount if loss is None else loss,
            count,
            self.share,
            chosen,
            lang=self._in_employee_language().env.lang,
        )

    def _count_cases(self):
        """Return ``{penalty: number of the case inside the rule's window}``.

        Earlier cases of the same person by the same code count unless waived or
        reversed; two on one day count in the order they were recorded.
        """
        counts = {}
        counted = self.filtered(lambda p: p.rule_id.kind == "count")
        if not counted:
            return counts
        longest = max(counted.rule_id.mapped("window_months"))
        first = min(counted.mapped("event_date")) - relativedelta(months=longest)
        # sudo: the count is the same for everyone who may see one penalty only
        cases = self.sudo().search_fetch(
            [
                ("employee_id", "in", counted.employee_id.ids),
                ("rule_code", "in", counted.mapped("rule_code")),
                ("event_date", ">=", first),
                ("state", "not in", NOT_COUNTED),
            ],
            ["employee_id", "rule_code", "event_date"],
        )
        by_person = defaultdict(list)
        for case in cases:
            by_person[case.employee_id.id, case.rule_code].append(
                (case.event_date, case.id)
            )
        for penalty in counted:
            start = penalty.event_date - relativedelta(
                months=penalty.rule_id.window_months
            )
            key = (penalty.event_date, penalty.id)
            earlier = [
                case
                for case in by_person[penalty.employee_id.id, penalty.rule_code]
                if start < case[0] and case < key
            ]
            counts[penalty] = len(earlier) + 1
        return counts

    def _calculate(self):
        """Calculate amount and explanation of drafts by their rule's version."""
        counts = self._count_cases()
        for penalty in self:
            count = counts.get(penalty, 1)
            chosen = None
            if (
                penalty.rule_id.kind == "range"
                and penalty.amount
                and penalty.rule_id.amount
                <= penalty.amount
                <= penalty.rule_id.amount_max
            ):
                chosen = penalty.amount
            amount, text = penalty._calculate_case(count, chosen)
            penalty.with_context(aftersales_penalty_decision=DECISION).write(
                {"amount": amount, "calculation": text, "count_in_window": count}
            )
