# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from ..tools.text import is_blank

#: what the leader of the sheet and quality plan; the owner carries it out
PLANNED_FIELDS = {"capa_id", "kind", "name", "employee_id"}
#: what whoever carries it out reports
RESULT_FIELDS = {"result", "evidence_ids"}
#: what stays as it was reported
REPORTED_FIELDS = PLANNED_FIELDS | {"due_date", "result"}


class AftersalesCapaAction(models.Model):
    """One measure with its owner, due date and evidence (R-CLM-16).

    Planned by the leader of the sheet or by quality, reported by its owner (or his
    manager, or those who plan it); from *Effect To Verify* on the measures of a sheet
    stay as they are.
    """

    _name = "aftersales.capa.action"
    _description = "Measure"
    _inherit = ["aftersales.attachment.mixin", "aftersales.due.mixin"]
    _order = "capa_id, kind, due_date, id"
    _check_company_auto = True
    _attachment_fields = ("evidence_ids",)
    _guarded_fields = ("done_on", "reminded_on", "due_set_by_id", "todo_id")

    capa_id = fields.Many2one(
        "aftersales.capa", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="capa_id.company_id", store=True)
    capa_state = fields.Selection(related="capa_id.state", string="Sheet Status")
    kind = fields.Selection(
        [
            ("containment", "Containment"),
            ("corrective", "Corrective"),
            ("preventive", "Preventive"),
        ],
        required=True,
        default="corrective",
    )
    name = fields.Char(string="Measure", required=True)
    employee_id = fields.Many2one(
        "hr.employee", string="Owner", required=True, index=True, check_company=True
    )
    due_date = fields.Date(required=True, index=True)
    done_on = fields.Date(readonly=True, copy=False)
    result = fields.Char(copy=False)
    evidence_ids = fields.Many2many(
        "ir.attachment",
        "aftersales_capa_action_evidence_rel",
        "action_id",
        "attachment_id",
        copy=False,
    )
    reminded_on = fields.Date(readonly=True, copy=False)
    is_late = fields.Boolean(compute="_compute_is_late")
    may_plan = fields.Boolean(compute="_compute_may_report")
    may_report = fields.Boolean(compute="_compute_may_report")

    # === COMPUTE METHODS ===#
    @api.depends("due_date", "done_on", "company_id")
    def _compute_is_late(self):
        for company, actions in self.grouped("company_id").items():
            today = (company or self.env.company)._get_aftersales_today()
            for action in actions:
                action.is_late = bool(
                    action.due_date and (action.done_on or today) > action.due_date
                )

    @api.depends("capa_id.user_id", "employee_id")
    @api.depends_context("uid")
    def _compute_may_report(self):
        for action in self:
            action.may_plan = action.capa_id._is_led() if action.capa_id else True
            action.may_report = action.may_plan or action._is_answered_for()

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        actions = super().create(vals_list)
        actions._check_open()
        actions.capa_id._check_leader()
        actions._give_todo()
        return actions

    def write(self, vals):
        self._check_open()
        self._check_reported(vals)
        planned = PLANNED_FIELDS & vals.keys()
        if planned:
            self.capa_id._check_leader()
        if RESULT_FIELDS & vals.keys():
            self._check_may_report()
        res = super().write(vals)
        if "capa_id" in vals:
            self._check_open()
            self.capa_id._check_leader()
        if {"due_date", "employee_id"} & vals.keys():
            # sudo: the owner is reminded of the new date, too, and so is a new owner
            self.sudo().filtered("reminded_on").reminded_on = False
        self._follow_todo(vals)
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_verified(self):
        self._check_open()
        self.capa_id._check_leader()
        self._check_reported(REPORTED_FIELDS)
        self._take_todo()

    # === ACTION METHODS ===#
    def action_done(self):
        """The owner reports the measure done, with its result; his manager, the leader
        and quality do for an owner without login.

        :raises UserError: no result, or nobody of these
        """
        self.check_access("write")
        self._check_open()
        self._check_may_report()
        for action in self:
            if is_blank(action.result):
                raise UserError(
                    self.env._("%(name)s: what is the result?", name=action.name)
                )
        open_actions = self.filtered(lambda action: not action.done_on)
        for company, actions in open_actions.grouped("company_id").items():
            actions._write_guarded({"done_on": company._get_aftersales_today()})
        open_actions._take_todo()
        return True

    def action_undo(self):
        """Take a measure up again that was reported done by mistake; the log keeps
        when it was.

        :raises UserError: neither the leader nor quality, or the sheet is past it
        """
        self.capa_id._check_leader()
        self._check_open()
        for action in self.filtered("done_on"):
            action.capa_id.message_post(
                body=self.env._(
                    "%(measure)s, done on %(date)s (%(result)s), is taken up again.",
                    measure=action.name,
                    date=format_date(self.env, action.done_on),
                    result=action.result,
                )
            )
        self._write_guarded({"done_on": False, "reminded_on": False})
        self._give_todo()
        return True

    # === BUSINESS METHODS ===#
    def _is_answered_for(self):
        """Return whether the user answers for it: its owner, or his manager."""
        self.ensure_one()
        # sudo: whose login it is, also for users who read no employees
        owner = self.sudo().employee_id
        return self.env.user in (owner | owner.parent_id).user_id

    def _check_may_report(self):
        """:raises AccessError: one of the measures is not the user's to report on"""
        held = self.filtered(lambda action: not action.may_report)
        if held:
            raise AccessError(
                self.env._(
                    "%(names)s: result and evidence are entered, and it is reported "
                    "done by its owner, by his manager, by the leader of the sheet or "
                    "by quality.",
                    names=", ".join(held.mapped("name")),
                )
            )

    def _check_open(self):
        """:raises UserError: the measures of the sheet are carried out, or it is closed
        or cancelled"""
        settled = self.capa_id.filtered(
            lambda sheet: sheet.state not in ("draft", "in_progress")
        )
        if settled and not self.env.su:
            labels = dict(settled._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(names)s is %(state)s: its measures stay as they are.",
                    names=", ".join(settled.mapped("name")),
                    state=labels[settled[0].state],
                )
            )

    def _check_reported(self, names):
        """:raises UserError: a measure reported done has one of the fields ``names``"""
        done = self.filtered("done_on")
        if done and REPORTED_FIELDS & set(names) and not self.env.su:
            raise UserError(
                self.env._(
                    "%(names)s: done; it stays as it was reported. The leader of the "
                    "sheet or quality takes it up again first.",
                    names=", ".join(done.mapped("name")),
                )
            )

    def _are_files_held(self):
        return bool(self.done_on)

    def _is_due_planned(self):
        return self.capa_id.state == "draft"

    def _check_due_open(self):
        self._check_open()
        self._check_reported({"due_date"})

    def _get_due_thread(self):
        return self.capa_id
