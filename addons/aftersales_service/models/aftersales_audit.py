# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.guard import check_stays_on_file


class AftersalesAudit(models.Model):
    """Supervision of the service, audit of stations and offices (R-KPI-05)."""

    _name = "aftersales.audit"
    _description = "Audit"
    _inherit = [
        "aftersales.state.mixin",
        "aftersales.department.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date_planned desc, id desc"
    _check_company_auto = True

    _guarded_fields = ("state", "date_done")
    _editable_in = {("planned", "done"): ("title", "kind", "scope", "report")}

    # === FIELDS ===#
    name = fields.Char(
        string="Number",
        default=lambda self: self.env._("New"),
        copy=False,
        readonly=True,
        required=True,
    )
    title = fields.Char(required=True)
    state = fields.Selection(
        [
            ("planned", "Planned"),
            ("done", "Carried Out"),
            ("closed", "Closed"),
            ("cancelled", "Cancelled"),
        ],
        default="planned",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    kind = fields.Selection(
        [
            ("visit", "Visit on site"),
            ("call", "Calls to customers"),
            ("record", "Review of records"),
            ("station", "Service station or repair point"),
            ("office", "Office"),
        ],
        required=True,
        default="record",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    partner_id = fields.Many2one(
        "res.partner", string="Station", check_company=True, index="btree_not_null"
    )
    date_planned = fields.Date(required=True, index=True)
    date_done = fields.Date(readonly=True, copy=False)
    interval_months = fields.Integer(
        string="Repeat Every (months)", help="0: once. Closing plans the next one."
    )
    user_id = fields.Many2one(
        "res.users",
        string="Auditor",
        required=True,
        default=lambda self: self.env.user,
        index=True,
    )
    scope = fields.Text(help="What is looked at, samples, questions.")
    report = fields.Text()
    finding_ids = fields.One2many(
        "aftersales.audit.finding", "audit_id", string="Findings"
    )
    open_finding_count = fields.Integer(
        compute="_compute_open_finding_count", store=True
    )

    _interval_positive = models.Constraint(
        "CHECK (interval_months >= 0)", "The interval of audits cannot be negative."
    )

    # === COMPUTE METHODS ===#
    @api.depends("finding_ids.state")
    def _compute_open_finding_count(self):
        for audit in self:
            audit.open_finding_count = len(
                audit.finding_ids.filtered(lambda f: f.state != "verified")
            )

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        numbers = self.env["ir.sequence"]._next_batch(
            "aftersales.audit", len(vals_list)
        )
        for vals, number in zip(vals_list, numbers, strict=True):
            if not vals.get("name"):
                vals["name"] = number
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_planned(self):
        check_stays_on_file(self, "planned")

    # === ACTION METHODS ===#
    def action_done(self):
        """The audit was carried out.

        :raise UserError: without its report
        """
        self._ensure_states("planned")
        if any(not (audit.report or "").strip() for audit in self):
            raise UserError(self.env._("Please write the report first."))
        self._write_guarded(
            {"state": "done", "date_done": fields.Date.context_today(self)}
        )
        for finding in self.finding_ids.filtered("user_id"):
            finding.audit_id.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=finding.date_due,
                summary=finding.name,
                user_id=finding.user_id.id,
            )
        return True

    def action_close(self):
        """Close; the next one is planned by the interval.

        :raise UserError: findings are not verified
        """
        self._ensure_states("done")
        blocked = self.filtered("open_finding_count")
        if blocked:
            raise UserError(
                self.env._(
                    "Measures are not verified yet: %(numbers)s.",
                    numbers=", ".join(blocked.mapped("name")),
                )
            )
        self._write_guarded({"state": "closed"})
        for audit in self.filtered("interval_months"):
            audit.copy(
                {
                    "date_planned": fields.Date.add(
                        audit.date_planned, months=audit.interval_months
                    ),
                    "report": False,
                }
            )
        return True

    def action_cancel(self):
        """Cancel audits that are not closed."""
        self._ensure_states("planned", "done")
        self._write_guarded({"state": "cancelled"})
        return True

    def _ensure_states(self, *states):
        if any(audit.state not in states for audit in self):
            raise UserError(self.env._("This step does not fit the audit's state."))
