# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL, format_datetime

from ..tools.language import in_company_language
from ..tools.working_time import deadline, paused_seconds

OPEN_STATES = ("running", "paused", "missed")
#: how far a calendar is read at first, and at most
HORIZON = timedelta(days=21)
MAX_HORIZON = timedelta(days=3 * 366)


class AftersalesSlaStatus(models.Model):
    """The clock of one time limit on one request.

    Written by the request's methods only; ``failed`` is never taken back.
    """

    _name = "aftersales.sla.status"
    _description = "Time Limit of a Request"
    _order = "deadline, id"
    _rec_name = "metric"

    # === FIELDS ===#
    request_id = fields.Many2one(
        "aftersales.request", required=True, ondelete="cascade", index=True
    )
    origin_request_id = fields.Many2one(
        "aftersales.request",
        string="Merged From",
        ondelete="set null",
        index="btree_not_null",
    )
    merged_at = fields.Datetime(
        readonly=True, help="From then on the pauses of the remaining request count."
    )
    order_id = fields.Many2one(
        "aftersales.order", ondelete="set null", index="btree_not_null"
    )
    policy_id = fields.Many2one(
        "aftersales.sla.policy", required=True, ondelete="restrict"
    )
    metric = fields.Selection(
        [
            ("answer", "Answer"),
            ("dispatch", "Dispatch"),
            ("on_site", "On Site"),
            ("resolve", "Resolve"),
            ("callback", "Call Back"),
            ("forward", "Forward in Writing"),
        ],
        required=True,
    )
    start_event = fields.Selection(
        [
            ("reported", "Customer Report"),
            ("answered", "Answered"),
            ("approved", "Approved"),
            ("guided", "Guided by Phone"),
            ("solved", "Solved"),
        ],
        required=True,
        default="reported",
    )
    company_id = fields.Many2one("res.company", required=True)
    department_id = fields.Many2one(
        related="request_id.department_id", store=True, precompute=True
    )
    partner_id = fields.Many2one(related="request_id.partner_id", string="Customer")
    user_id = fields.Many2one(
        related="request_id.user_id",
        string="Owner",
        store=True,
        precompute=True,
        index=True,
    )
    employee_id = fields.Many2one(
        "hr.employee",
        string="Responsible",
        index="btree_not_null",
        help="Who had to keep the limit; the technician for being on site.",
    )
    started_at = fields.Datetime(required=True)
    limit_minutes = fields.Float(string="Limit (minutes)")
    deadline = fields.Datetime(index=True)
    first_deadline = fields.Datetime(help="Before a new time was agreed.")
    warn_at = fields.Datetime(string="Warning At")
    paused_since = fields.Datetime()
    paused_minutes = fields.Float(
        string="Paused (working minutes)", help="Working time the clock stood still."
    )
    reached_at = fields.Datetime()
    state = fields.Selection(
        [
            ("running", "Running"),
            ("paused", "Paused"),
            ("reached", "Reached"),
            ("missed", "Missed"),
        ],
        required=True,
        default="running",
    )
    failed = fields.Boolean(help="Once missed, always missed.")
    warned = fields.Boolean()
    escalated = fields.Boolean()
    agreed = fields.Boolean(
        string="New Time Agreed", help="The customer agreed to this deadline."
    )
    agreed_reason = fields.Char()
    agreed_user_id = fields.Many2one("res.users", string="Agreed By")

    # each index is one more entry to write when a line is missed: what lists and
    # sweeps look for are the open lines, few among all that were ever kept
    _open_idx = models.Index("(state) WHERE state <> 'reached'")
    _failed_idx = models.Index("(metric) WHERE failed")
    _sweep_idx = models.Index("(deadline) WHERE state = 'running'")
    _warn_idx = models.Index("(warn_at) WHERE state = 'running' AND warned IS NOT TRUE")
    _escalate_idx = models.Index(
        "(deadline) WHERE state = 'missed' AND escalated IS NOT TRUE"
    )

    # === COMPUTE METHODS ===#
    @api.depends("metric", "request_id")
    def _compute_display_name(self):
        labels = dict(self._fields["metric"]._description_selection(self.env))
        for line in self:
            line.display_name = f"{line.request_id.name}: {labels.get(line.metric)}"

    # === ACTION METHODS ===#
    def action_agree(self):
        """Open the wizard that records a new time agreed with the customer."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Agree a New Time"),
            "res_model": "aftersales.sla.agree",
            "view_mode": "form",
            "target": "new",
            "context": {"default_status_id": self.id},
        }

    def action_open_request(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "aftersales.request",
            "res_id": self.request_id.id,
            "view_mode": "form",
        }

    # === BUSINESS METHODS ===#
    @api.model
    def _compute_clocks(self, clocks):
        """Compute the deadlines of a batch, reading each calendar once.

        :param clocks: list of (request, policy, started_at, pauses), pauses being
            closed (from, to) pairs
        :return: list of dicts with deadline, warn_at, limit_minutes and
            paused_minutes
        """
        groups = defaultdict(list)
        for index, (request, policy, *_rest) in enumerate(clocks):
            calendar, mode = policy._get_calendar(request)
            groups[calendar, mode, request.company_id].append(index)
        results = [None] * len(clocks)
        for (calendar, mode, company), indexes in groups.items():
            start = min(clocks[index][2] for index in indexes)
            stop = max(clocks[index][2] for index in indexes) + HORIZON
            todo = indexes
            while todo:
                work = self.env["aftersales.sla.policy"]._read_working_time(
                    calendar, mode, company, start, stop
                )
                for index in todo:
                    results[index] = self._prepare_clock(work, *clocks[index][1:])
                if stop - start > MAX_HORIZON:
                    break
                todo = [i for i in todo if results[i]["deadline"] is None]
                stop = start + (stop - start) * 4
        return results

    @api.model
    def _prepare_clock(self, work, policy, started_at, pauses):
        """Return the clock values of one line over ``work`` (see _compute_clocks)."""
        seconds = policy._get_limit_seconds()
        warning = policy.warning_minutes * 60
        due = deadline(work, started_at, seconds, pauses)
        warn_at = False
        if warning and due:
            warn_at = deadline(work, started_at, max(seconds - warning, 0), pauses)
        paused = paused_seconds(work, started_at, due or work.until, pauses)
        return {
            "deadline": due,
            "warn_at": warn_at,
            "limit_minutes": seconds / 60,
            "paused_minutes": paused / 60,
        }

    def _refresh_clocks(self, log=False):
        """Recompute the deadlines of the lines from their policy and pauses.

        Lines that failed or whose new time was agreed keep theirs."""
        # sudo: clocks are kept by the system, nobody writes them by hand
        lines = self.sudo().filtered(
            lambda line: (
                not line.failed
                and not line.agreed
                and not line.policy_id.at_agreed_time
                and line.state in ("running", "paused")
            )
        )
        if not lines:
            return
        pauses = lines._get_pauses()
        clocks = self._compute_clocks(
            [
                (line.request_id, line.policy_id, line.started_at, pauses[line])
                for line in lines
            ]
        )
        changed = defaultdict(list)
        for line, vals in zip(lines, clocks, strict=True):
            if log and line.deadline != vals["deadline"]:
                changed[line.request_id].append((line, line.deadline))
            warned = line.warned and bool(
                vals["warn_at"] and vals["warn_at"] <= fields.Datetime.now()
            )
            line.write({**vals, "warned": warned})
        for request, old_deadlines in changed.items():
            request._log_new_deadlines(old_deadlines)

    def _get_pauses(self):
        """Return {line: [(from, to), …]}, the closed pauses that count for each line;
        one query. Of merged requests each line has its own up to the merging."""
        # sudo: pauses are kept by the system
        pauses = (
            self.env["aftersales.request.pause"]
            .sudo()
            .search(
                [
                    ("request_id", "in", self.request_id.ids),
                    ("date_to", "!=", False),
                ]
            )
            .grouped("request_id")
        )
        return {
            line: [
                (pause.date_from, pause.date_to)
                for pause in pauses.get(line.request_id, ())
                if pause.origin_request_id == line.origin_request_id
                or (line.merged_at and pause.date_from >= line.merged_at)
            ]
            for line in self
        }

    def _reach(self, at):
        """Stop the clocks at the datetime ``at``; late ones stay failed."""
        # sudo: see _refresh_clocks
        lines = self.sudo().filtered(lambda line: line.state in OPEN_STATES)
        late = lines.filtered(
            lambda line: (
                line.failed
                or (line.state != "paused" and line.deadline and at > line.deadline)
            )
        )
        vals = {"state": "reached", "reached_at": at, "paused_since": False}
        (lines - late).write(vals)
        if late:
            late._mark_missed(vals)
        return lines

    def _mark_missed(self, vals):
        """Write ``vals`` on missed lines; who had to keep the limit stays named,
        whoever owns the request later."""
        newly = self.filtered(lambda line: not line.failed)
        self.write({**vals, "failed": True})
        for line in newly:
            if not line.employee_id:
                line.employee_id = line.user_id.employee_ids.filtered(
                    lambda employee, line=line: employee.company_id == line.company_id
                )[:1]
        newly._after_missed()

    def _get_agreed_warning(self, agreed):
        """Return when to warn before a deadline agreed with the customer."""
        self.ensure_one()
        minutes = self.policy_id.warning_minutes
        return agreed - timedelta(minutes=minutes) if minutes else False

    def _after_missed(self):
        """Hook: a batch of limits was missed (figures, penalties)."""

    # === SWEEP ===#
    @api.model
    @in_company_language
    def _cron_sweep(self, batch_size=10000, notify_size=200):
        """Mark what is overdue, warn and escalate; in steps, parallel-safe
        (R-SLA-08)."""
        cron = self.env["ir.cron"]
        while count := self._sweep_missed(limit=batch_size):
            cron._commit_progress(count)
        for notify in (self._sweep_warnings, self._sweep_escalations):
            while count := notify(limit=notify_size):
                cron._commit_progress(count)

    @api.model
    def _sweep_missed(self, limit=10000):
        """Mark up to ``limit`` running lines past their deadline as missed.

        :return: number of lines marked
        """
        self.env.flush_all()
        # raw SQL: set-based over 100,000 open lines, skipping rows another
        # transaction is stopping at this moment
        self.env.cr.execute(
            SQL(
                """
                WITH due AS (
                    SELECT line.id,
                           COALESCE(line.employee_id, employee.id) AS employee_id
                      FROM aftersales_sla_status line
                 LEFT JOIN hr_employee employee
                        ON employee.user_id = line.user_id
                       AND employee.company_id = line.company_id
                     WHERE line.state = 'running' AND line.deadline < %(now)s
                     ORDER BY line.deadline LIMIT %(limit)s
                       FOR UPDATE OF line SKIP LOCKED
                ), missed AS (
                    UPDATE aftersales_sla_status line
                       SET state = 'missed', failed = TRUE,
                           employee_id = due.employee_id,
                           write_date = %(now)s, write_uid = %(uid)s
                      FROM due WHERE line.id = due.id
                 RETURNING line.id, line.request_id
                ), shown AS (
                    UPDATE aftersales_request request SET sla_state = 'overdue'
                     WHERE request.id IN (SELECT request_id FROM missed)
                       AND request.sla_state IS DISTINCT FROM 'overdue'
                )
                SELECT id FROM missed
                """,
                now=fields.Datetime.now(),
                limit=limit,
                uid=self.env.uid,
            )
        )
        lines = self.browse(row[0] for row in self.env.cr.fetchall())
        if lines:
            self.invalidate_model()
            self.env["aftersales.request"].invalidate_model(["sla_state"])
            lines._after_missed()
        return len(lines)

    @api.model
    def _sweep_warnings(self, limit=200):
        """Warn the responsible person of lines near their deadline; R-SLA-08."""
        lines = self.sudo().search(
            [
                ("state", "=", "running"),
                ("warned", "!=", True),
                ("warn_at", "<=", fields.Datetime.now()),
            ],
            limit=limit,
            order="warn_at",
        )
        lines = lines.try_lock_for_update()
        lines.write({"warned": True})
        lines._notify_limit(
            "aftersales_service.mail_activity_type_sla_warning",
            lambda line: line.employee_id.user_id or line.request_id.user_id,
        )
        return len(lines)

    @api.model
    def _sweep_escalations(self, limit=200):
        """Escalate missed lines to the department manager, once; R-SLA-08."""
        lines = self.sudo().search(
            [("state", "=", "missed"), ("escalated", "!=", True)],
            limit=limit,
            order="deadline",
        )
        lines = lines.try_lock_for_update()
        lines.write({"escalated": True})
        lines._notify_limit(
            "aftersales_service.mail_activity_type_sla_escalation",
            lambda line: (
                line.department_id.manager_id.user_id or line.request_id.user_id
            ),
        )
        return len(lines)

    def _notify_limit(self, activity_xmlid, get_user):
        """Create one activity per line for ``get_user(line)``, in one batch."""
        activity_type = self.env.ref(activity_xmlid)
        model_id = self.env["ir.model"]._get_id("aftersales.request")
        labels = dict(self._fields["metric"]._description_selection(self.env))
        vals_list = []
        for line in self:
            user = get_user(line)
            if not user:
                continue
            deadline_text = format_datetime(
                self.env,
                line.deadline,
                tz=user.tz or self.env.context.get("tz"),
                dt_format="short",
            )
            vals_list.append(
                {
                    "res_model_id": model_id,
                    "res_id": line.request_id.id,
                    "activity_type_id": activity_type.id,
                    "user_id": user.id,
                    "date_deadline": fields.Date.context_today(line),
                    "summary": self.env._(
                        "%(metric)s by %(deadline)s",
                        metric=labels[line.metric],
                        deadline=deadline_text,
                    ),
                }
            )
        # the activity itself is the notification: no e-mail per line
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            vals_list
        )
