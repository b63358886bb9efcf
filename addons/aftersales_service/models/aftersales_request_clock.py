# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import format_datetime

from .aftersales_request import DONE_STATES
from .aftersales_sla_policy import CONDITION_FIELDS

#: events that may happen several times, each starting a clock of its own
REPEATABLE_EVENTS = ("guided", "solved")
#: limits of somebody's way to the customer
VISIT_METRICS = ("dispatch", "on_site")


class AftersalesRequest(models.Model):
    """The request's clocks (R-SLA-01 … R-SLA-08): started, paused, stopped."""

    _inherit = "aftersales.request"

    @api.depends(
        "sla_status_ids.state",
        "sla_status_ids.deadline",
        "sla_status_ids.warned",
        "sla_status_ids.failed",
    )
    def _compute_sla_summary(self):
        """What lists and kanban show; one read for the batch."""
        # sudo: a summary of all clocks, whoever looks
        for request in self.sudo():
            lines = request.sla_status_ids
            running = lines.filtered(lambda line: line.state in ("running", "missed"))
            deadlines = [line.deadline for line in running if line.deadline]
            request.sla_deadline = min(deadlines, default=False)
            request.sla_state = request._get_sla_state(lines)

    def _get_sla_state(self, lines):
        states = set(lines.mapped("state"))
        if "missed" in states:
            return "overdue"
        if "paused" in states:
            return "paused"
        if "running" in states:
            warned = lines.filtered(lambda line: line.state == "running").mapped(
                "warned"
            )
            return "warning" if any(warned) else "running"
        if not lines:
            return "none"
        return "failed" if any(lines.mapped("failed")) else "met"

    # === STARTING AND STOPPING ===#
    def _sla_start(self, event, at=None):
        """Start the clocks that ``event`` starts: one line per metric, chosen from
        the policies by their conditions; all requests in one batch.

        :param event: reported, answered, approved, guided or solved
        :param at: datetime of the event; for reported the request's own
        """
        policies = self.env["aftersales.sla.policy"]._get_candidates([event])
        if not (self and policies):
            return
        existing = self._get_started_metrics(event) if event != "reported" else {}
        clocks = []
        for request in self:
            if event != "solved" and request.state in DONE_STATES:
                continue
            started_at = request.reported_at if event == "reported" else at
            done = existing.get(request.id, set())
            for policy in request._choose_policies(policies):
                if policy.metric not in done:
                    clocks.append(
                        (request, policy, started_at or fields.Datetime.now(), ())
                    )
        self._create_clocks(clocks)

    def _choose_policies(self, policies):
        """Return the first policy of each metric and start event that fits."""
        self.ensure_one()
        chosen = {}
        # guided by phone instead of a visit (R-INT-09): nobody has to be sent
        stays_home = self.guided_at and self._is_without_visit()
        for policy in policies:
            if stays_home and policy.metric in VISIT_METRICS:
                continue
            key = (policy.metric, policy.start_event)
            if key not in chosen and policy._fits(self):
                chosen[key] = policy
        return list(chosen.values())

    def _is_without_visit(self):
        """Return whether the request needs nobody on site and nobody is planned."""
        self.ensure_one()
        # sudo: orders of another department count as well
        orders = self.sudo().order_ids
        return not self.needs_visit and all(o.state == "cancelled" for o in orders)

    def _get_started_metrics(self, event):
        """Return {request id: metrics whose clock of ``event`` exists}."""
        domain = [("request_id", "in", self.ids), ("start_event", "=", event)]
        if event in REPEATABLE_EVENTS:
            domain.append(("state", "!=", "reached"))
        result = defaultdict(set)
        # sudo: clocks are kept by the system
        for line in self.env["aftersales.sla.status"].sudo().search(domain):
            result[line.request_id.id].add(line.metric)
        return result

    def _create_clocks(self, clocks):
        """Create the SLA lines of ``clocks``, see ``_compute_clocks``."""
        if not clocks:
            return
        # sudo: clocks are kept by the system
        Status = self.env["aftersales.sla.status"].sudo()
        now = fields.Datetime.now()
        vals_list = []
        for clock, vals in zip(clocks, Status._compute_clocks(clocks), strict=True):
            request, policy, started_at, _pauses = clock
            if policy.at_agreed_time:
                vals = {"deadline": request.appointment_at, "warn_at": False}
            if request.state == "waiting":
                vals.update(state="paused", paused_since=now)
            vals_list.append(
                {
                    "request_id": request.id,
                    "policy_id": policy.id,
                    "metric": policy.metric,
                    "start_event": policy.start_event,
                    "company_id": request.company_id.id,
                    "started_at": started_at,
                    "first_deadline": vals["deadline"],
                    **vals,
                }
            )
        Status.create(vals_list)

    def _sla_reach(self, metric, at=None, order=None):
        """Stop the clocks of ``metric`` (see ``aftersales.sla.policy``).

        :param metric: answer, dispatch, on_site, resolve, callback or forward
        :param at: datetime (UTC) of the event, now by default
        :param order: aftersales.order that reached it, if any
        """
        at = at or fields.Datetime.now()
        if metric in ("dispatch", "on_site"):
            # whoever was dispatched to or visited was answered before
            self._mark_answered(at)
        # sudo: clocks are kept by the system
        lines = (
            self.env["aftersales.sla.status"]
            .sudo()
            .search(
                [
                    ("request_id", "in", self.ids),
                    ("metric", "=", metric),
                    ("state", "!=", "reached"),
                ]
            )
        )
        if not lines:
            return
        if order:
            employee = order.technician_id if metric == "on_site" else False
            lines.write({"order_id": order.id, "employee_id": employee and employee.id})
        lines._reach(at)

    def _sla_pause(self, reason=None, at=None):
        """Let all running clocks stand still from ``at`` on (default now)."""
        at = at or fields.Datetime.now()
        # sudo: pauses and clocks are kept by the system
        sudo = self.sudo()
        paused = sudo.pause_ids.filtered(lambda pause: not pause.date_to).request_id
        self.env["aftersales.request.pause"].sudo().create(
            [
                {"request_id": request.id, "date_from": at, "reason": reason}
                for request in sudo - paused
            ]
        )
        running = sudo.sla_status_ids.filtered(lambda line: line.state == "running")
        # past its deadline at this moment: missed, not paused
        late = running.filtered(lambda line: line.deadline and line.deadline < at)
        late._mark_missed({"state": "missed"})
        (running - late).write({"state": "paused", "paused_since": at})

    def _sla_resume(self, at=None):
        """Let the clocks run again; the working time paused is added."""
        at = at or fields.Datetime.now()
        # sudo: pauses and clocks are kept by the system
        sudo = self.sudo()
        sudo.pause_ids.filtered(lambda pause: not pause.date_to).write({"date_to": at})
        paused = sudo.sla_status_ids.filtered(lambda line: line.state == "paused")
        paused.write({"state": "running", "paused_since": False})
        paused._refresh_clocks()

    def _sla_reopen(self):
        """Let the resolve clock run on, the time since it was solved not counted."""
        now = fields.Datetime.now()
        # sudo: pauses and clocks are kept by the system
        sudo = self.sudo().filtered("solved_at")
        self.env["aftersales.request.pause"].sudo().create(
            [
                {
                    "request_id": request.id,
                    "date_from": request.solved_at,
                    "date_to": now,
                    "reason": self.env._("Solved, then reopened"),
                }
                for request in sudo
            ]
        )
        lines = sudo.sla_status_ids.filtered(
            lambda line: line.metric == "resolve" and line.state == "reached"
        )
        late = lines.filtered("failed")
        late.write({"state": "missed", "reached_at": False})
        (lines - late).write({"state": "running", "reached_at": False})
        (lines - late)._refresh_clocks()
        # a call-back that no longer has an end of service to ask about
        sudo.sla_status_ids.filtered(
            lambda line: line.start_event == "solved" and line.state != "reached"
        ).unlink()

    def _sla_drop_visit(self):
        """Remove the running limits of a visit from solved requests that had none;
        missed ones stay."""
        without = self.filtered(lambda request: request._is_without_visit())
        # sudo: clocks are kept by the system
        without.sudo().sla_status_ids.filtered(
            lambda line: (
                line.metric in VISIT_METRICS
                and line.state in ("running", "paused")
                and not line.failed
            )
        ).unlink()

    def _sla_drop_open(self):
        """Remove the running clocks of cancelled requests; missed ones stay."""
        # sudo: clocks are kept by the system
        self.sudo().sla_status_ids.filtered(
            lambda line: line.state in ("running", "paused") and not line.failed
        ).unlink()

    def _get_pauses(self):
        """Return {request id: [(from, to), …]} of the requests' own closed pauses; one
        query."""
        result = defaultdict(list)
        # sudo: pauses are kept by the system
        for pause in (
            self.env["aftersales.request.pause"]
            .sudo()
            .search(
                [
                    ("request_id", "in", self.ids),
                    ("origin_request_id", "=", False),
                    ("date_to", "!=", False),
                ]
            )
        ):
            result[pause.request_id.id].append((pause.date_from, pause.date_to))
        return result

    # === RE-EVALUATION ===#
    def _sla_reevaluate_after(self, vals):
        if any(fname in vals for fname in (*CONDITION_FIELDS, "appointment_at")) or (
            "lot_id" in vals or "site_id" in vals
        ):
            self._sla_reevaluate()

    def _sla_reevaluate(self):
        """Choose the limits again after kind, level, priority, … changed.

        Running clocks take the new limit from their own start; reached and failed
        ones stay. Every change is logged on the request."""
        requests = self.filtered(lambda request: request.state not in DONE_STATES)
        if not requests:
            return
        # sudo: clocks are kept by the system
        Status = self.env["aftersales.sla.status"].sudo()
        policies = self.env["aftersales.sla.policy"]._get_candidates()
        pauses = requests._get_pauses()
        lines_of = defaultdict(lambda: defaultdict(Status.browse))
        for line in Status.search([("request_id", "in", requests.ids)]):
            lines_of[line.request_id.id][line.metric, line.start_event] |= line
        new, changed, dropped = [], Status.browse(), Status.browse()
        for request in requests:
            events = request._get_event_times()
            wanted = {
                (policy.metric, policy.start_event): policy
                for policy in request._choose_policies(policies)
                if events.get(policy.start_event)
            }
            lines = lines_of[request.id]
            for key, policy in wanted.items():
                if not lines[key]:
                    if key[1] not in REPEATABLE_EVENTS:
                        start = events[key[1]]
                        new.append((request, policy, start, pauses[request.id]))
                    continue
                changed |= request._change_policy(lines[key], policy)
            for key, existing in lines.items():
                if key not in wanted:
                    dropped |= existing.filtered(
                        lambda line: (
                            line.state in ("running", "paused")
                            and not line.failed
                            and not line.agreed
                            and line.start_event not in REPEATABLE_EVENTS
                        )
                    )
        changed._refresh_clocks(log=True)
        for line in dropped:
            line.request_id._message_log(
                body=self.env._(
                    "%(limit)s: no longer applies.", limit=line.policy_id.name
                )
            )
        dropped.unlink()
        requests._drop_reached_metrics(new)
        self._create_clocks(new)

    def _change_policy(self, lines, policy):
        """Give the running ``lines`` another policy; return those to recompute."""
        lines = lines.filtered(
            lambda line: (
                line.state in ("running", "paused")
                and not line.failed
                and not line.agreed
            )
        )
        if policy.at_agreed_time:
            for line in lines:
                if line.deadline != self.appointment_at or line.policy_id != policy:
                    old = [(line, line.deadline)]
                    line.write(
                        {
                            "policy_id": policy.id,
                            "deadline": self.appointment_at,
                            "warn_at": False,
                        }
                    )
                    self._log_new_deadlines(old)
            return lines.browse()
        lines = lines.filtered(lambda line: line.policy_id != policy)
        lines.write({"policy_id": policy.id})
        return lines

    def _drop_reached_metrics(self, clocks):
        """Leave out of ``clocks`` what the request's stamps say has happened."""
        clocks[:] = [
            clock
            for clock in clocks
            if not (clock[1].metric == "answer" and clock[0].answered_at)
        ]

    def _get_event_times(self):
        """Return {start event: datetime it happened or None}."""
        self.ensure_one()
        return {
            "reported": self.reported_at,
            "answered": self.answered_at,
            "approved": self.approved_at,
            "guided": self.guided_at,
            "solved": self.solved_at,
        }

    def _log_new_deadlines(self, old_deadlines):
        """Log changed deadlines, (line, old deadline) pairs, on this request."""
        self.ensure_one()
        labels = dict(
            self.env["aftersales.sla.status"]
            ._fields["metric"]
            ._description_selection(self.env)
        )
        texts = [
            self.env._(
                "%(metric)s: limit %(policy)s, deadline %(new)s instead of %(old)s "
                "(UTC).",
                metric=labels[line.metric],
                policy=line.policy_id.name,
                new=self._format_utc(line.deadline),
                old=self._format_utc(old),
            )
            for line, old in old_deadlines
        ]
        self._message_log(body="\n".join(texts))

    @api.model
    def _format_utc(self, moment):
        return format_datetime(self.env, moment, tz="UTC", dt_format="short") or "-"

    # === CALLS ===#
    def _count_unanswered_calls(self):
        """Return how many calls in a row stayed unanswered, each at least the
        settings' interval after the one counted before (R-SLA-07)."""
        self.ensure_one()
        interval = self.company_id.aftersales_call_interval * 60
        count, last = 0, None
        for call in self.call_ids.sorted("called_at"):
            if call.result == "answered":
                count, last = 0, None
            elif not last or (call.called_at - last).total_seconds() >= interval:
                count, last = count + 1, call.called_at
        return count
