# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date
from odoo.tools.misc import formatLang

from ..tools.guard import check_role
from ..tools.language import in_language_of
from .aftersales_penalty import DECISION

#: who decides on penalties, and who takes them out of the books again
DECIDERS = (
    "aftersales_service.group_manager",
    "hr.group_hr_user",
    "aftersales_service.group_general_manager",
    "aftersales_service.group_quality_vp",
)
REVERSERS = (
    "aftersales_service.group_accountant",
    "aftersales_service.group_general_manager",
)


class AftersalesPenalty(models.Model):
    """Notice, statement, appeal and decision (R-PEN-05)."""

    _inherit = "aftersales.penalty"

    # === ACTION METHODS ===#
    def action_notify(self):
        """Tell the employees: the time to answer starts (R-PEN-05).

        :raise UserError: not a draft, or an amount from a range without a reason
        :raise AccessError: it concerns the user himself, or is not his to decide
        """
        self._ensure_states("draft")
        check_role(self, *DECIDERS)
        self._check_independence()
        self._check_reasons()
        now = fields.Datetime.now()
        today = fields.Date.context_today(self)
        for penalty in self:
            rule = penalty.rule_id
            penalty._decide(
                {
                    "state": "notified",
                    "notified_at": now,
                    "notified_by_id": self.env.uid,
                    "statement_deadline": today
                    + relativedelta(days=rule.statement_days),
                    "appeal_deadline": today + relativedelta(days=rule.appeal_days),
                }
            )
        self._notify_employee(
            lambda p: p.env._("A penalty is proposed; please answer"),
            lambda p: p.env._(
                "%(number)s, %(rule)s: %(amount)s %(currency)s. You may state your "
                "view until %(statement)s and appeal until %(appeal)s under My "
                "Penalties.",
                number=p.name,
                rule=p.rule_id.name,
                amount=formatLang(p.env, p.amount, digits=p.currency_id.decimal_places),
                currency=p.currency_id.name,
                statement=format_date(p.env, p.statement_deadline),
                appeal=format_date(p.env, p.appeal_deadline),
            ),
        )
        return True

    def action_finalize(self):
        """Make notified penalties final.

        :raise UserError: neither statement nor the end of its time limit yet
        :raise AccessError: it concerns the user himself, or is not his to decide
        """
        self._ensure_states("notified")
        check_role(self, *DECIDERS)
        self._check_independence()
        today = fields.Date.context_today(self)
        waiting = self.filtered(
            lambda p: (
                not p.statement_at
                and not p.is_accepted
                and p.statement_deadline >= today
            )
        )
        if waiting:
            raise UserError(
                self.env._(
                    "The employee may still state his view: %(numbers)s.",
                    numbers=", ".join(waiting.mapped("name")),
                )
            )
        self._decide({"state": "final", **self._prepare_decision_vals()})
        self._notify_employee(
            lambda p: p.env._("A penalty became final"),
            lambda p: p.env._(
                "%(number)s is final; an appeal is possible until %(appeal)s.",
                number=p.name,
                appeal=format_date(p.env, p.appeal_deadline),
            ),
        )
        return True

    def action_uphold(self, reason=None):
        """Reject the appeals: the penalties become final.

        :raise AccessError: it concerns the user, or he took the first decision
        """
        self._ensure_states("appealed")
        check_role(self, *DECIDERS)
        self._check_independence(appeal=True)
        self._decide({"state": "final", **self._prepare_decision_vals(reason)})
        self._notify_employee(
            lambda p: p.env._("Your appeal was rejected"),
            lambda p: p.env._("%(number)s stays as it was.", number=p.name),
        )
        return True

    def action_waive(self, reason=None):
        """Waive penalties before they are posted; they stay visible (R-PEN-05)."""
        self._ensure_states("draft", "notified", "appealed", "final")
        check_role(self, *DECIDERS)
        self._check_independence(appeal=True)
        notified = self.filtered("notified_at")
        # its entry was taken out of the books in the accounting
        self._give_up_bill()
        self._decide({"state": "waived", **self._prepare_decision_vals(reason)})
        self._close_corrections()
        notified._notify_employee(
            lambda p: p.env._("A penalty was waived"),
            lambda p: p.env._("%(number)s was waived.", number=p.name),
        )
        self._recount_later()
        return True

    def action_reverse(self, reason=None):
        """Reverse final or posted penalties, entries included (R-PEN-05, R-PEN-06)."""
        self._ensure_states("final", "posted")
        check_role(self, *REVERSERS)
        self._check_independence()
        self._reverse_entries()
        self._get_wage_plans()._pay_back()
        self._decide({"state": "reversed", **self._prepare_decision_vals(reason)})
        self._close_corrections()
        self._notify_employee(
            lambda p: p.env._("A penalty was reversed"),
            lambda p: p.env._("%(number)s was reversed.", number=p.name),
        )
        self._recount_later()
        return True

    # === THE EMPLOYEE'S OWN ===#
    def action_open_answer(self):
        """Open the employee's answer: accept, statement or appeal."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("My Answer"),
            "res_model": "aftersales.penalty.answer",
            "view_mode": "form",
            "target": "new",
            "context": {"default_penalty_id": self.id},
        }

    def action_state_view(self, text, accept=False):
        """Record the employee's own statement.

        :param text: what he says; may be empty when he accepts
        :raise UserError: empty, not waiting for a statement, or after the limit
        :raise AccessError: not his own penalty
        """
        self._check_own()
        self._ensure_states("notified")
        today = fields.Date.context_today(self)
        if not accept and not (text or "").strip():
            raise UserError(self.env._("Please write what you have to say."))
        if any(penalty.statement_deadline < today for penalty in self):
            raise UserError(
                self.env._(
                    "The time limit of the statement has passed; you can still appeal "
                    "until the date on the penalty."
                )
            )
        self._decide_as_employee(
            {
                "statement": text,
                "statement_at": fields.Datetime.now(),
                "is_accepted": accept,
            }
        )
        return True

    def action_appeal(self, text):
        """Appeal against the employee's own penalty.

        :raise UserError: no reason given, posted already, or after the limit
        :raise AccessError: not his own penalty
        """
        self._check_own()
        self._ensure_states("notified", "final")
        if not (text or "").strip():
            raise UserError(self.env._("An appeal needs its reason."))
        today = fields.Date.context_today(self)
        if any(penalty.appeal_deadline < today for penalty in self):
            raise UserError(self.env._("The time limit of the appeal has passed."))
        # sudo: a decision on the appeal comes first; what charged him before and was
        # taken out of the books does not come back beside it
        self.sudo()._give_up_bill()
        self._decide_as_employee(
            {"state": "appealed", "appeal": text, "appealed_at": fields.Datetime.now()}
        )
        for penalty in self.sudo():
            responsible = (
                penalty.user_id
                or penalty.notified_by_id
                or self.env.ref("base.user_admin")
            )
            told = in_language_of(penalty, responsible)
            told.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=told.env._("Appeal to be decided by someone else"),
                user_id=responsible.id,
            )
        return True

    # === BUSINESS METHODS ===#
    def _decide(self, vals):
        self.with_context(aftersales_penalty_decision=DECISION).write(vals)

    def _decide_as_employee(self, vals):
        # sudo: the employee may read only; this method has checked it is his own
        self.sudo()._decide(vals)

    def _prepare_decision_vals(self, reason=None):
        return {
            "decided_by_id": self.env.uid,
            "decided_at": fields.Datetime.now(),
            "decision_reason": reason,
        }

    def _ensure_states(self, *states):
        labels = dict(self._fields["state"]._description_selection(self.env))
        for penalty in self:
            if penalty.state not in states:
                raise UserError(
                    self.env._(
                        "%(number)s is %(state)s; this step needs: %(states)s.",
                        number=penalty.name,
                        state=labels[penalty.state],
                        states=", ".join(labels[state] for state in states),
                    )
                )

    def _check_independence(self, appeal=False):
        """Nobody decides on himself, nor on an appeal against his own decision."""
        if self.env.su and not self.env.context.get("aftersales_check_independence"):
            return
        self.check_access("write")
        for penalty in self:
            # sudo: whose penalty it is, by the employee's file
            if penalty.sudo().employee_id.user_id == self.env.user:
                raise AccessError(
                    self.env._("Nobody decides on his own penalty: %s", penalty.name)
                )
            deciders = penalty.notified_by_id | penalty.decided_by_id
            if appeal and penalty.state == "appealed" and self.env.user in deciders:
                raise AccessError(
                    self.env._(
                        "The appeal against %s is decided by someone who took no part "
                        "in the first decision.",
                        penalty.name,
                    )
                )

    def _check_own(self):
        # sudo: whose penalty it is, by the employee's file
        for penalty in self.sudo():
            if penalty.employee_id.user_id != self.env.user:
                raise AccessError(
                    self.env._("Only the employee himself answers a penalty.")
                )

    def _check_reasons(self):
        missing = self.filtered(
            lambda p: p.rule_id.kind == "range" and not (p.amount_reason or "").strip()
        )
        if missing:
            raise UserError(
                self.env._(
                    "The tariff gives a range: please give the reason of the amount of "
                    "%(numbers)s.",
                    numbers=", ".join(missing.mapped("name")),
                )
            )

    def _notify_employee(self, get_subject, get_body):
        """Tell each employee, in his own language; the history keeps the words.

        :param get_subject: penalty in the employee's language -> subject
        :param get_body: the same -> text
        """
        for penalty in self:
            told = penalty._in_employee_language()
            # sudo: who has no login is told by mail; the contact is HR's
            contact = penalty.employee_id.sudo().work_contact_id
            partner = penalty.employee_user_id.partner_id or contact
            body = get_body(told)
            if partner:
                told.message_notify(
                    partner_ids=partner.ids, subject=get_subject(told), body=body
                )
            told._message_log(body=body)
