# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.exceptions import UserError

from .aftersales_request import OPEN_STATES, TRANSITION

#: states of an order that mean somebody is at it or will be
ORDER_WORKING = ("draft", "dispatched", "accepted", "travelling", "on_site")
ORDER_FINISHED = ("reported", "done")


class AftersalesRequest(models.Model):
    """The request's states: one ``action_*`` per change, for many records.

    ================  ===========================  =========================
    action            from                         to
    ================  ===========================  =========================
    action_answer     any open                     (stops the answer clock)
    action_assess     new                          assessed
    action_submit     new, assessed                to_approve / in_progress
                      in_progress, unapproved      to_approve
    action_forward    any open                     (stops the forward clock)
    action_start      assessed, to_approve         in_progress
    action_wait       new … in_progress            waiting (clocks stand)
    action_resume     waiting                      the state before
    action_solve      in_progress, waiting …       solved (result required)
    action_close      solved                       closed (no blockers)
    action_cancel     any open                     cancelled (with reason)
    action_reopen     solved, closed, cancelled    in_progress (cancelled: new)
    ================  ===========================  =========================

    Derived from the orders (``_apply_order_states``), cancelled orders left out:

    =========================================  ==================================
    orders                                     request
    =========================================  ==================================
    none                                       as it is
    one at least to schedule … on site         in_progress, also from solved;
                                               waiting stays waiting; one that
                                               still needs approval stays
    all reported or done                       solved, with the orders' solutions
                                               as result; without any solution it
                                               stays in_progress
    =========================================  ==================================
    """

    _inherit = "aftersales.request"

    # === STATE MACHINERY ===#
    def _set_state(self, state, **vals):
        """Write a state; the only way to do it."""
        return self.with_context(aftersales_transition=TRANSITION).write(
            {"state": state, **vals}
        )

    def _stamp(self, **vals):
        """Write what only the actions may: stamps, flags and links of the case."""
        return self.with_context(aftersales_transition=TRANSITION).write(vals)

    def _check_state_in(self, states):
        """Raise a UserError for records whose state is not among ``states``."""
        labels = dict(self._fields["state"]._description_selection(self.env))
        for request in self:
            if request.state not in states:
                raise UserError(
                    self.env._(
                        "%(name)s is %(state)s: this is possible only while it is "
                        "%(states)s.",
                        name=request.name,
                        state=labels[request.state],
                        states=", ".join(labels[state] for state in states),
                    )
                )

    # === ACTION METHODS ===#
    def action_answer(self):
        """Record that the customer was answered; stops the answer clock."""
        self._check_state_in(OPEN_STATES)
        self._mark_answered()
        return True

    def action_assess(self):
        """new → assessed: kind, fault, customer and level are known.

        :raise UserError: in another state or with something missing
        """
        self._check_state_in(("new",))
        for request in self:
            missing = request._get_assess_blockers()
            if missing:
                raise UserError("\n".join([request.name, *missing]))
        self._mark_answered()
        self._set_state("assessed")
        return True

    def _get_assess_blockers(self):
        """Return what is missing before assessment, in the user's words."""
        self.ensure_one()
        texts = []
        if not self.partner_id:
            texts.append(self.env._("The customer is missing."))
        if not (self.fault or self.title):
            texts.append(self.env._("The fault phenomenon is missing."))
        if self.kind_code == "repair" and not self.level:
            texts.append(self.env._("The problem level is missing."))
        return texts

    def action_forward(self):
        """Forwarded in writing to the maker; stops that clock (R-SLA-04).

        :raise UserError: if it is not said to whom
        """
        self._check_state_in(OPEN_STATES)
        for request in self:
            if not request.forwarded_to_id:
                raise UserError(
                    self.env._("%(name)s: forwarded to whom?", name=request.name)
                )
        todo = self.filtered(lambda request: not request.forwarded_at)
        now = fields.Datetime.now()
        todo._stamp(forwarded_at=now)
        todo._sla_reach("forward", now)
        for request in todo:
            request._message_log(
                body=self.env._(
                    "Forwarded in writing to %(maker)s.",
                    maker=request.forwarded_to_id.display_name,
                )
            )
        return True

    def action_start(self):
        """assessed or approved → in_progress.

        :raise UserError: if an approval is needed and not given
        """
        self._check_state_in(("assessed", "to_approve"))
        for request in self:
            blockers = request._get_dispatch_blockers()
            if blockers:
                raise UserError("\n".join(blockers))
        self._start()
        return True

    def _start(self):
        now = fields.Datetime.now()
        approved = self.filtered(lambda request: request.state == "to_approve")
        approved._set_state("in_progress", approved_at=now)
        (self - approved)._set_state("in_progress")
        self._sla_start("approved")

    def action_wait(self, reason=None):
        """Wait for the customer; all clocks stand still.

        Without ``reason`` the wizard that asks for it is opened."""
        if not reason:
            return self._open_reason_wizard("wait")
        self._check_state_in(("new", "assessed", "in_progress"))
        for state, requests in self.grouped("state").items():
            requests._set_state("waiting", state_before_wait=state)
        self._sla_pause(reason)
        self._log_reason(self.env._("Waiting for the customer"), reason)
        return True

    def action_resume(self):
        """Go on where the request waited; the clocks run again."""
        self._check_state_in(("waiting",))
        for state, requests in self.grouped("state_before_wait").items():
            requests._set_state(state or "in_progress", state_before_wait=False)
        self._sla_resume()
        return True

    def action_solve(self):
        """→ solved; the result is required (R-INT-12).

        :raise UserError: without a result
        """
        self._check_state_in(("new", "assessed", "in_progress", "waiting"))
        for request in self:
            if not (request.solution or "").strip():
                raise UserError(
                    self.env._(
                        "%(name)s: write the result before it counts as solved.",
                        name=request.name,
                    )
                )
        self._solve()
        return True

    def _solve(self, at=None):
        at = at or fields.Datetime.now()
        self.filtered(lambda request: request.state == "waiting")._sla_resume()
        self._mark_answered(at)
        self._set_state("solved", solved_at=at, state_before_wait=False)
        self._sla_reach("resolve", at)
        self._sla_drop_visit()
        # phone guidance has its own call (R-FUP-02)
        guided = self.filtered(lambda r: r.guided_at and r._is_without_visit())
        (self - guided)._sla_start("solved", at)

    def action_close(self):
        """solved → closed, if nothing blocks it (see ``_get_close_blockers``).

        :raise UserError: with every reason why a request can't close
        """
        self._check_state_in(("solved",))
        for request in self:
            blockers = request._get_close_blockers()
            if blockers:
                raise UserError(
                    self.env._(
                        "%(name)s can't be closed:\n%(reasons)s",
                        name=request.name,
                        reasons="\n".join(f"- {text}" for text in blockers),
                    )
                )
        self._set_state("closed", closed_at=fields.Datetime.now())
        self._drop_limit_activities()
        return True

    def _get_close_blockers(self):
        """Return the reasons, in the user's words, why this request can't close."""
        self.ensure_one()
        texts = []
        if not (self.solution or "").strip():
            texts.append(self.env._("The result is missing."))
        if not self.partner_id:
            texts.append(self.env._("The customer is missing."))
        if self.forwarded_at and not (self.forward_result or "").strip():
            texts.append(
                self.env._("The maker's result was not filed and told to the customer.")
            )
        waiting = self.guidance_ids.filtered(lambda line: line.result == "pending")
        if waiting:
            texts.append(
                self.env._("The customer was not called back after phone guidance.")
            )
        return texts

    def action_cancel(self, reason=None):
        """→ cancelled, with a reason; without one the wizard is opened."""
        if not reason:
            return self._open_reason_wizard("cancel")
        self._check_state_in(OPEN_STATES)
        # sudo: an order another department works on blocks all the same
        busy = self.sudo().order_ids.filtered(
            lambda order: order.state not in ("draft", "cancelled")
        )
        if busy:
            raise UserError(
                self.env._(
                    "Service orders are under way or done: %(orders)s.",
                    orders=", ".join(busy.mapped("name")),
                )
            )
        self._cancel(reason)
        return True

    def _cancel(self, reason):
        self._sla_resume()
        self._set_state("cancelled", cancel_reason=reason, state_before_wait=False)
        self._sla_drop_open()
        self._drop_limit_activities()
        self._log_reason(self.env._("Cancelled"), reason)

    def action_reopen(self, reason=None):
        """solved, closed, cancelled → in_progress; the history stays and the
        resolve clock runs on from where it stood (R-INT-12)."""
        if not reason:
            return self._open_reason_wizard("reopen")
        self._check_state_in(("solved", "closed", "cancelled"))
        merged = self.filtered("merged_into_id")
        if merged:
            raise UserError(
                self.env._(
                    "%(names)s: merged into another request; go on there.",
                    names=", ".join(merged.mapped("name")),
                )
            )
        self._reopen(reason)
        return True

    def _reopen(self, reason):
        self._sla_reopen()
        for request in self:
            request._set_state(
                "in_progress" if request.state != "cancelled" else "new",
                solved_at=False,
                closed_at=False,
                cancel_reason=False,
                reopen_count=request.reopen_count + 1,
            )
        self._sla_reevaluate()
        self._log_reason(self.env._("Reopened"), reason)

    def _open_reason_wizard(self, operation):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reason"),
            "res_model": "aftersales.request.reason",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_operation": operation,
                "default_request_ids": self.ids,
            },
        }

    def action_handover(self):
        """Open the hand-over wizard (R-INT-03)."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Hand Over"),
            "res_model": "aftersales.request.handover.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_request_ids": self.ids},
        }

    def action_change_category(self):
        """Open the wizard that changes the category with a reason (R-INT-05)."""
        self.ensure_one()
        return self._open_reason_wizard("category")

    # === BUSINESS METHODS ===#
    def _log_reason(self, what, reason):
        self._message_log_batch(
            bodies={
                request.id: self.env._("%(what)s: %(reason)s", what=what, reason=reason)
                for request in self
            }
        )

    def _mark_answered(self, at=None):
        """Stamp the answer and stop its clock, once."""
        at = at or fields.Datetime.now()
        todo = self.filtered(lambda request: not request.answered_at)
        if todo:
            todo._stamp(answered_at=at)
            todo._sla_reach("answer", at)
            todo._sla_start("answered", at)

    def _drop_limit_activities(self):
        """Limits of a finished request need nobody's attention any more."""
        self.activity_unlink(
            [
                "aftersales_service.mail_activity_type_sla_warning",
                "aftersales_service.mail_activity_type_sla_escalation",
            ]
        )

    def _apply_order_states(self):
        """Derive the state of the requests from the states of their orders.

        See the table of this class. Stamps of the orders stop the clocks."""
        self._reach_by_orders()
        # sudo: derived from all orders, whoever changed one of them
        for request in self.sudo():
            orders = request.order_ids.filtered(
                lambda order: order.state != "cancelled"
            )
            if not orders:
                continue
            if any(order.state in ORDER_WORKING for order in orders):
                request._apply_orders_working(orders)
            elif all(order.state in ORDER_FINISHED for order in orders):
                request._apply_orders_finished(orders)

    def _apply_orders_working(self, orders):
        if self.state in ("solved", "closed"):
            self._reopen(self.env._("There is more to do on a service order."))
        elif self.state in ("new", "assessed", "to_approve"):
            moved = any(order.state != "draft" for order in orders)
            if moved and not self._get_dispatch_blockers():
                self._start()

    def _apply_orders_finished(self, orders):
        if self.state not in OPEN_STATES:
            return
        solutions = [order.solution for order in orders if order.solution]
        if not self.solution and solutions:
            self.solution = "\n".join(solutions)
        if not self.solution:
            return
        stamps = [
            stamp
            for order in orders
            if (stamp := order.finished_at or order.reported_at)
        ]
        self._solve(max(stamps) if stamps else None)

    def _reach_by_orders(self):
        """Stop the dispatch and on-site clocks by the orders' stamps; who is sent
        answers for being on site in time."""
        # sudo: see _apply_order_states
        for request in self.sudo():
            orders = request.order_ids.filtered(
                lambda order: order.state != "cancelled"
            )
            sent = orders.filtered("dispatched_at").sorted("dispatched_at")[:1]
            request.sla_status_ids.filtered(
                lambda line: line.metric == "on_site" and line.state != "reached"
            ).write({"order_id": sent.id, "employee_id": sent.technician_id.id})
            for metric, fname in (
                ("dispatch", "dispatched_at"),
                ("on_site", "arrived_at"),
            ):
                stamped = orders.filtered(fname).sorted(fname)[:1]
                if stamped:
                    request._sla_reach(metric, stamped[fname], order=stamped)
