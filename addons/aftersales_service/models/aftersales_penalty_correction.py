# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.fields import Domain

from ..tools.guard import check_role
from ..tools.language import in_language_of
from .aftersales_penalty import NOT_COUNTED
from .aftersales_penalty_decision import DECIDERS

ACTIVITY = "aftersales_service.mail_activity_type_penalty_correction"


class AftersalesPenalty(models.Model):
    """What an amount rests on changed: an earlier case left the window (R-PEN-01), or
    the loss came down (R-PEN-02). Proposed penalties take it over; what the employee
    was told, or charged with, is never changed silently: a person decides."""

    _inherit = "aftersales.penalty"

    proposed_loss = fields.Monetary(
        readonly=True,
        copy=False,
        help="Loss after what it was taken from came down; waits for a decision.",
    )

    # === ACTION METHODS ===#
    def action_accept_correction(self):
        """Take over the amount proposed after an earlier case was reversed, or the
        loss came down; of a posted penalty the entry as well."""
        check_role(self, *DECIDERS, "aftersales_service.group_accountant")
        self._check_independence()
        for penalty in self.filtered("has_correction"):
            old, new = penalty.amount, penalty.proposed_amount
            vals = {"amount": new, "calculation": penalty.proposed_calculation}
            if penalty.proposed_loss:
                vals["loss_amount"] = penalty.proposed_loss
            penalty._decide(vals)
            if penalty.state != "posted":
                # over the former amount, taken out of the books before
                penalty._give_up_bill()
            penalty._correct_entries(old)
            penalty._close_corrections()
            penalty._notify_employee(
                lambda p: p.env._("The amount of a penalty was corrected"),
                lambda p, old=old, new=new: p.env._(
                    "Amount corrected from %(old)s to %(new)s.", old=old, new=new
                ),
            )
        return True

    def action_dismiss_correction(self):
        """Keep the amount although what it rests on changed."""
        check_role(self, *DECIDERS, "aftersales_service.group_accountant")
        self._check_independence()
        self._close_corrections()
        return True

    # === BUSINESS METHODS ===#
    def _recount_later(self):
        """Recalculate the later cases inside the window of those that left it.

        Drafts take the new amount with a line in their history; what the employee
        was told or paid is never changed silently: the difference is proposed.
        """
        # sudo: the recount concerns all cases of the person, seen or not
        for gone in self.sudo().filtered(lambda p: p.rule_id.kind == "count"):
            later = self.sudo().search(
                Domain("employee_id", "=", gone.employee_id.id)
                & Domain("rule_code", "=", gone.rule_code)
                & Domain("state", "not in", NOT_COUNTED)
                & (
                    Domain("event_date", ">", gone.event_date)
                    | (
                        Domain("event_date", "=", gone.event_date)
                        & Domain("id", ">", gone.id)
                    )
                )
            )
            counts = later._count_cases()
            for penalty in later:
                penalty._propose_recount(counts.get(penalty, 1), gone)

    def _propose_recount(self, count, cause):
        self.ensure_one()
        amount, text = self._calculate_case(count)
        if count == self.count_in_window:
            return
        self._decide({"count_in_window": count})
        if not self.currency_id.compare_amounts(amount, self.amount):
            self._close_corrections()
            return
        if self.state == "draft":
            self._decide({"amount": amount, "calculation": text})
            body = self.env._(
                "%(cause)s no longer counts: case number %(count)s, %(amount)s.",
                cause=cause.name,
                count=count,
                amount=amount,
            )
        else:
            self._propose_correction(amount, text)
            body = self.env._(
                "%(cause)s no longer counts: case number %(count)s would be "
                "%(amount)s instead of %(old)s. Please decide on the difference.",
                cause=cause.name,
                count=count,
                amount=amount,
                old=self.amount,
            )
        self._message_log(body=body)

    def _follow_loss(self, loss):
        """The loss is ``loss`` by now, e.g. costs came down (R-PEN-02)."""
        for penalty in self:
            currency = penalty.currency_id
            if penalty.state in NOT_COUNTED:
                continue
            if penalty.state == "draft":
                penalty.loss_amount = loss
                continue
            chosen = penalty.amount if penalty.rule_id.kind == "range" else None
            amount, text = penalty._calculate_case(
                max(penalty.count_in_window, 1), chosen, loss
            )
            if not currency.compare_amounts(amount, penalty.amount):
                penalty._close_corrections()
                continue
            penalty._propose_correction(amount, text, loss)
            penalty._message_log(
                body=self.env._(
                    "The loss came down from %(loss)s to %(new_loss)s: the amount "
                    "would be %(amount)s instead of %(old)s. Please decide on the "
                    "difference.",
                    loss=currency.format(penalty.loss_amount),
                    new_loss=currency.format(loss),
                    amount=currency.format(amount),
                    old=currency.format(penalty.amount),
                )
            )

    def _propose_correction(self, amount, text, loss=0.0):
        """Put another amount up for decision, on the list of whoever decides."""
        self.ensure_one()
        self._decide(
            {
                "proposed_amount": amount,
                "proposed_calculation": text,
                "proposed_loss": loss,
                "has_correction": True,
            }
        )
        decider = self._get_correction_decider()
        if decider and not self.activity_search([ACTIVITY]):
            told = in_language_of(self, decider, company=self.company_id)
            told.activity_schedule(
                ACTIVITY,
                user_id=decider.id,
                summary=told.env._("Another amount is proposed: decide on it"),
            )

    def _get_correction_decider(self):
        """Return who decides on another amount: the accountant of a posted penalty,
        else whoever told the employee or decided on it, else his manager."""
        self.ensure_one()
        if self.state == "posted":
            # sudo: who made an entry, for those without rights on it
            return self._get_bill_clerk(self.sudo().move_id.create_uid)
        for user in (self.decided_by_id, self.notified_by_id, self.user_id):
            if (
                user.active
                and user != self.employee_user_id
                # sudo: roles of somebody else
                and any(user.sudo().has_group(group) for group in DECIDERS)
            ):
                return user
        return self.company_id._get_aftersales_stand_in(
            "group_manager", "group_quality_vp", "group_general_manager"
        )

    def _close_corrections(self):
        self._decide({"has_correction": False})
        # sudo: the to-do may be somebody else's
        self.sudo().activity_unlink([ACTIVITY])
