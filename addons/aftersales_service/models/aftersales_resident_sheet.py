# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.language import in_language_of


class AftersalesResidentSheet(models.Model):
    """One month of one person's attendance at the customer's site (R-DSP-19).

    State table: open -> to_explain (by itself, when the month has more absences or
    more late hours than the settings allow) -> explained (by the person, with his
    explanation 缺勤情况说明) -> accepted or breach (by the service manager). A sheet
    that needs no explanation is accepted from open once its month is over.
    """

    _name = "aftersales.resident.sheet"
    _description = "Monthly Attendance Sheet"
    _inherit = ["aftersales.state.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "month desc, id desc"
    _check_company_auto = True
    _guarded_fields = (
        "state",
        "assignment_id",
        "month",
        "asked_on",
        "escalated",
        "decided_by_id",
        "decided_on",
        "decision_note",
        # counted or taken from the stay: nobody writes himself a better month
        "contract_id",
        "partner_id",
        "company_id",
        "employee_id",
        "presence_count",
        "leave_count",
        "absence_count",
        "late_count",
        "early_count",
        "late_hours",
        "presence_hours",
        "needs_explanation",
    )

    assignment_id = fields.Many2one(
        "aftersales.resident.assignment",
        string="Resident Staff",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    contract_id = fields.Many2one(
        related="assignment_id.contract_id", store=True, index=True
    )
    partner_id = fields.Many2one(
        related="assignment_id.partner_id", string="Customer", store=True, index=True
    )
    company_id = fields.Many2one(
        related="assignment_id.company_id", store=True, precompute=True, index=True
    )
    employee_id = fields.Many2one(
        related="assignment_id.employee_id",
        string="Technician",
        store=True,
        precompute=True,
        index=True,
    )
    month = fields.Date(required=True, readonly=True, help="First day of the month.")
    state = fields.Selection(
        [
            ("open", "Open"),
            ("to_explain", "To Explain"),
            ("explained", "Explained"),
            ("accepted", "Accepted"),
            ("breach", "Breach of Contract"),
        ],
        default="open",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    day_ids = fields.One2many("aftersales.resident.day", "sheet_id", string="Days")
    presence_count = fields.Integer(
        string="Days Present", compute="_compute_totals", store=True
    )
    leave_count = fields.Integer(
        string="Days of Leave", compute="_compute_totals", store=True
    )
    absence_count = fields.Integer(
        string="Absences", compute="_compute_totals", store=True
    )
    late_count = fields.Integer(
        string="Times Late", compute="_compute_totals", store=True
    )
    early_count = fields.Integer(
        string="Times Left Early", compute="_compute_totals", store=True
    )
    late_hours = fields.Float(
        compute="_compute_totals",
        store=True,
        help="Hours of the days that were late beyond the tolerance.",
    )
    presence_hours = fields.Float(
        string="Hours on Site", compute="_compute_totals", store=True
    )
    needs_explanation = fields.Boolean(
        compute="_compute_needs_explanation",
        store=True,
        help="More absences or late hours than the settings allow in a month.",
    )
    explanation = fields.Text(tracking=True, copy=False)
    asked_on = fields.Date(readonly=True, copy=False)
    escalated = fields.Boolean(readonly=True, copy=False)
    decided_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    decided_on = fields.Date(readonly=True, copy=False)
    decision_note = fields.Text(string="Decision", readonly=True, copy=False)

    _month_uniq = models.Constraint(
        "UNIQUE(assignment_id, month)", "This month has its sheet already."
    )

    # === COMPUTE METHODS ===#
    @api.depends("employee_id", "month")
    def _compute_display_name(self):
        for sheet in self:
            # sudo: the name of a colleague, for whoever may see the sheet
            name = sheet.sudo().employee_id.name
            month = sheet.month.strftime("%Y-%m") if sheet.month else ""
            sheet.display_name = f"{name} {month}"

    @api.depends(
        "day_ids.kind",
        "day_ids.late_minutes",
        "day_ids.is_late",
        "day_ids.is_early",
        "day_ids.presence_hours",
    )
    def _compute_totals(self):
        for sheet in self:
            days = sheet.day_ids
            kinds = days.mapped("kind")
            late = days.filtered("is_late")
            sheet.presence_count = kinds.count("present")
            sheet.leave_count = kinds.count("leave")
            sheet.absence_count = kinds.count("absent")
            sheet.late_count = len(late)
            sheet.early_count = len(days.filtered("is_early"))
            sheet.late_hours = sum(late.mapped("late_minutes")) / 60
            sheet.presence_hours = sum(days.mapped("presence_hours"))

    @api.depends("absence_count", "late_hours")
    def _compute_needs_explanation(self):
        for sheet in self:
            company = sheet.company_id
            sheet.needs_explanation = (
                sheet.absence_count > company.aftersales_resident_absences
                or sheet.late_hours > company.aftersales_resident_late_hours
            )

    # === CRUD METHODS ===#
    def write(self, vals):
        if "explanation" in vals:
            self._ensure_state("open", "to_explain")
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_asked(self):
        self._ensure_state("open")

    def _ensure_state(self, *states):
        labels = dict(self._fields["state"]._description_selection(self.env))
        for sheet in self:
            if sheet.state not in states:
                raise UserError(
                    self.env._(
                        "%(sheet)s is %(state)s; this step does not follow.",
                        sheet=sheet.display_name,
                        state=labels[sheet.state],
                    )
                )

    # === LIMITS ===#
    def _check_limits(self):
        """Ask for explanations where a month goes over its limits, and take the
        question back where a correction brought it below them (R-DSP-19)."""
        # sudo: the question is the system's, whoever recorded the day
        sheets = self.sudo()
        asked = sheets.filtered(lambda s: s.state == "open" and s.needs_explanation)
        asked._ask_explanation()
        settled = sheets.filtered(
            lambda s: s.state == "to_explain" and not s.needs_explanation
        )
        settled.write({"state": "open", "asked_on": False, "escalated": False})
        settled.activity_unlink(["mail.mail_activity_data_todo"])

    def _ask_explanation(self):
        """Ask the person, or who runs the contract if he has no login."""
        for sheet in self:
            today = sheet.company_id._get_aftersales_today()
            sheet.write({"state": "to_explain", "asked_on": today})
            user = sheet.employee_id.user_id or sheet._get_manager()
            if user:
                told = in_language_of(sheet, user, company=sheet.company_id)
                told.activity_schedule(
                    "mail.mail_activity_data_todo",
                    date_deadline=today
                    + timedelta(days=sheet.company_id.aftersales_resident_answer_days),
                    summary=told.env._("Explain the absences or lateness of the month"),
                    user_id=user.id,
                )

    def _get_manager(self):
        """Return the user who decides: the department's manager, else the
        contract's responsible."""
        self.ensure_one()
        # sudo: departments and employees are read for the notification only
        sheet = self.sudo()
        department = sheet.employee_id.department_id
        return department.manager_id.user_id or sheet.contract_id.user_id

    # === ACTION METHODS ===#
    def action_explain(self):
        """Hand in the explanation; the manager decides.

        :raise UserError: nothing was asked or nothing is written
        """
        self._ensure_state("to_explain")
        for sheet in self:
            if not (sheet.explanation or "").strip():
                raise UserError(
                    self.env._(
                        "%(sheet)s: write the explanation first.",
                        sheet=sheet.display_name,
                    )
                )
        self._write_guarded({"state": "explained"})
        # sudo: whoever explains need not be able to plan activities of others
        for sheet in self.sudo():
            sheet.activity_feedback(["mail.mail_activity_data_todo"])
            manager = sheet._get_manager()
            if manager:
                told = in_language_of(sheet, manager, company=sheet.company_id)
                told.activity_schedule(
                    "mail.mail_activity_data_todo",
                    summary=told.env._("Decide on the explanation of absences"),
                    user_id=manager.id,
                )
        return True

    def action_accept(self, note=None):
        """Accept the month: explained, or over and within its limits."""
        self._check_can_decide()
        self._ensure_state("open", "explained")
        for sheet in self:
            over = fields.Date.add(sheet.month, months=1)
            if sheet.state == "open" and (
                sheet.company_id._get_aftersales_today() < over
            ):
                raise UserError(
                    self.env._(
                        "%(sheet)s: the month isn't over.", sheet=sheet.display_name
                    )
                )
        self._decide("accepted", note)
        return True

    def action_breach(self, note=None):
        """Judge the month a breach of the contract; needs a reason.

        An explanation that did not come in time can be judged as well."""
        self._check_can_decide()
        self._ensure_state("to_explain", "explained")
        if not (note or "").strip():
            raise UserError(self.env._("The reason is missing."))
        self._decide("breach", note)
        return True

    def action_open_decision(self):
        """Open the dialog that asks for the decision and its reason."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Decide on the Month"),
            "res_model": "aftersales.resident.decision",
            "view_mode": "form",
            "target": "new",
            "context": {"default_sheet_id": self.id},
        }

    def _check_can_decide(self):
        if self.env.su:
            return
        if not self.env.user.has_group("aftersales_service.group_manager"):
            raise AccessError(self.env._("The service manager decides on the month."))
        if self.env.user in self.sudo().employee_id.user_id:
            raise AccessError(self.env._("Nobody decides on his own month."))

    def _decide(self, state, note):
        for sheet in self:
            sheet._write_guarded(
                {
                    "state": state,
                    "decision_note": note,
                    "decided_by_id": self.env.uid,
                    "decided_on": sheet.company_id._get_aftersales_today(),
                }
            )
        # sudo: the question is answered, whoever was asked
        self.sudo().activity_feedback(["mail.mail_activity_data_todo"])

    # === CRON ===#
    @api.model
    def _escalate_unexplained(self, company, today):
        """Questions nobody answered in time go to the manager, once each."""
        days = company.aftersales_resident_answer_days
        # sudo: the escalation is the system's, no button of a person
        sheets = self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "to_explain"),
                ("escalated", "=", False),
                ("asked_on", "<", today - timedelta(days=days)),
            ]
        )
        for sheet in sheets.try_lock_for_update():
            sheet.escalated = True
            manager = sheet._get_manager()
            if manager:
                told = in_language_of(sheet, manager, company=sheet.company_id)
                told.activity_schedule(
                    "mail.mail_activity_data_warning",
                    date_deadline=today,
                    summary=told.env._("No explanation of absences was given"),
                    user_id=manager.id,
                )
        return sheets
