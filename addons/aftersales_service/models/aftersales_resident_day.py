# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import format_date

MINUTE = timedelta(minutes=1)


class AftersalesResidentDay(models.Model):
    """Attendance of one day of resident staff (R-DSP-14, R-DSP-19).

    The technician stamps with the buttons; the dispatcher records what the customer
    reports. A day gone by without both stamps counts as absence until it is completed
    or turned into leave.
    """

    _name = "aftersales.resident.day"
    _description = "Attendance of Resident Staff"
    _inherit = ["aftersales.state.mixin", "mail.thread"]
    #: nothing but what is computed
    _guarded_fields = ()
    _order = "date desc, id desc"
    _check_company_auto = True

    assignment_id = fields.Many2one(
        "aftersales.resident.assignment",
        string="Resident Staff",
        required=True,
        index=True,
        check_company=True,
        ondelete="cascade",
    )
    contract_id = fields.Many2one(
        related="assignment_id.contract_id", store=True, precompute=True, index=True
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
    sheet_id = fields.Many2one(
        "aftersales.resident.sheet",
        string="Monthly Sheet",
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    date = fields.Date(required=True, default=fields.Date.context_today, index=True)
    planned_start = fields.Datetime(
        compute="_compute_planned", store=True, precompute=True, readonly=False
    )
    planned_end = fields.Datetime(
        compute="_compute_planned", store=True, precompute=True, readonly=False
    )
    check_in = fields.Datetime(string="Came", tracking=True)
    check_out = fields.Datetime(string="Left the Site", tracking=True)
    is_leave = fields.Boolean(
        string="On Leave",
        tracking=True,
        help="Granted leave; the technician's own leave on file is proposed.",
    )
    reason = fields.Char(
        tracking=True, help="Of leave, of being late or of an absence."
    )
    stand_in_id = fields.Many2one(
        "hr.employee",
        string="Stand-in",
        check_company=True,
        help="Does the work during leave.",
    )
    kind = fields.Selection(
        [
            ("planned", "Planned"),
            ("present", "Present"),
            ("leave", "On Leave"),
            ("absent", "Absent"),
        ],
        string="Attendance",
        compute="_compute_kind",
        store=True,
        index=True,
        help="A day gone by with a stamp missing counts as absence.",
    )
    late_minutes = fields.Integer(
        compute="_compute_minutes", store=True, aggregator="sum"
    )
    early_minutes = fields.Integer(
        string="Left Early (minutes)",
        compute="_compute_minutes",
        store=True,
        aggregator="sum",
    )
    is_late = fields.Boolean(
        compute="_compute_minutes",
        store=True,
        help="Later than the tolerance in the settings.",
    )
    is_early = fields.Boolean(
        string="Left Early",
        compute="_compute_minutes",
        store=True,
        help="Earlier than the tolerance in the settings.",
    )
    presence_hours = fields.Float(
        string="Hours on Site", compute="_compute_minutes", store=True
    )

    may_stamp = fields.Boolean(compute="_compute_may_stamp")

    _day_uniq = models.Constraint(
        "UNIQUE(assignment_id, date)", "This day is on the attendance list already."
    )
    _stamps_check = models.Constraint(
        "CHECK(check_out IS NULL OR check_in IS NULL OR check_out >= check_in)",
        "Nobody leaves before he comes.",
    )
    _planned_check = models.Constraint(
        "CHECK (planned_end IS NULL OR planned_start IS NULL"
        " OR planned_end >= planned_start)",
        "A planned day ends after it starts.",
    )

    # === COMPUTE METHODS ===#
    @api.depends("employee_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_may_stamp(self):
        for day in self:
            # sudo: whose login it is, also for users who read no employees
            person = day.sudo().employee_id.user_id
            day.may_stamp = day.may_write or person == self.env.user

    @api.depends("employee_id", "date")
    def _compute_display_name(self):
        for day in self:
            # sudo: the name of a colleague, for whoever may see the day
            day.display_name = f"{day.sudo().employee_id.name} {day.date}"

    @api.depends("assignment_id", "date")
    def _compute_planned(self):
        for day in self:
            if not day.assignment_id or not day.date:
                day.planned_start = day.planned_end = False
                continue
            hours = day.assignment_id._get_planned_hours(day.date, day.date)
            values = hours.get(day.date, {})
            day.planned_start = values.get("planned_start", False)
            day.planned_end = values.get("planned_end", False)

    @api.depends("check_in", "check_out", "is_leave", "date")
    def _compute_kind(self):
        for day in self:
            past = day.date and day.date < day.company_id._get_aftersales_today()
            if day.is_leave:
                day.kind = "leave"
            elif day.check_in and (day.check_out or not past):
                day.kind = "present"
            else:
                day.kind = "absent" if past else "planned"

    @api.depends("check_in", "check_out", "planned_start", "planned_end", "is_leave")
    def _compute_minutes(self):
        for day in self:
            tolerance = day.company_id.aftersales_resident_tolerance
            late = early = 0
            if not day.is_leave:
                if day.check_in and day.planned_start:
                    late = max((day.check_in - day.planned_start) // MINUTE, 0)
                if day.check_out and day.planned_end:
                    early = max((day.planned_end - day.check_out) // MINUTE, 0)
            day.late_minutes = late
            day.early_minutes = early
            day.is_late = late > tolerance
            day.is_early = early > tolerance
            day.presence_hours = (
                (day.check_out - day.check_in).total_seconds() / 3600
                if day.check_in and day.check_out
                else 0
            )

    # === CONSTRAINT METHODS ===#
    @api.constrains("check_in", "check_out", "is_leave", "date", "assignment_id")
    def _check_day(self):
        now = fields.Datetime.now()
        for day in self:
            if max(day.check_in or now, day.check_out or now) > now + 5 * MINUTE:
                raise ValidationError(
                    self.env._("Attendance isn't recorded in advance.")
                )
            if day.check_out and not day.check_in:
                raise ValidationError(
                    self.env._(
                        "%(day)s: the time of coming is missing.",
                        day=format_date(self.env, day.date),
                    )
                )
            if day.is_leave and day.check_in:
                raise ValidationError(
                    self.env._(
                        "%(name)s was on site on %(day)s: that is no leave.",
                        name=day.employee_id.name,
                        day=format_date(self.env, day.date),
                    )
                )
            stamps = [stamp for stamp in (day.check_in, day.check_out) if stamp]
            if any(abs((stamp.date() - day.date).days) > 1 for stamp in stamps):
                raise ValidationError(
                    self.env._(
                        "The stamps of %(day)s lie on other days.",
                        day=format_date(self.env, day.date),
                    )
                )
            line = day.assignment_id
            if not line.date_start <= day.date <= line._get_last_day():
                raise ValidationError(
                    self.env._(
                        "%(name)s isn't stationed there on %(day)s.",
                        name=line.employee_id.name,
                        day=format_date(self.env, day.date),
                    )
                )

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        days = super().create(vals_list)
        days._link_sheets()
        days._check_open_sheet()
        days.sheet_id._check_limits()
        return days

    def write(self, vals):
        self._check_open_sheet()
        res = super().write(vals)
        if {"date", "assignment_id"} & vals.keys():
            self._link_sheets()
            self._check_open_sheet()
        if {"date", "check_in", "check_out", "is_leave"} & vals.keys():
            self.sheet_id._check_limits()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_attended(self):
        self._check_open_sheet()
        if any(day.check_in for day in self):
            raise UserError(self.env._("A day that was attended stays on file."))

    def _check_open_sheet(self):
        """The month is closed once its sheet is decided."""
        for sheet in self.sheet_id:
            if sheet.state in ("accepted", "breach"):
                raise UserError(
                    self.env._(
                        "%(sheet)s is closed; its days don't change any more.",
                        sheet=sheet.display_name,
                    )
                )

    def _link_sheets(self):
        """Put each day on the monthly sheet of its stay, made when missing."""
        # sudo: sheets are kept by the system, nobody creates them by hand
        Sheet = self.env["aftersales.resident.sheet"].sudo()
        by_key = defaultdict(self.sudo().browse)
        for day in self.sudo():
            by_key[day.assignment_id.id, day.date.replace(day=1)] |= day
        found = Sheet.search(
            [
                ("assignment_id", "in", self.assignment_id.ids),
                ("month", "in", [month for _line, month in by_key]),
            ]
        )
        sheets = {(sheet.assignment_id.id, sheet.month): sheet for sheet in found}
        missing = [key for key in by_key if key not in sheets]
        created = Sheet.create(
            [{"assignment_id": line, "month": month} for line, month in missing]
        )
        sheets.update(zip(missing, created, strict=True))
        for key, days in by_key.items():
            days.write({"sheet_id": sheets[key].id})

    # === ACTION METHODS ===#
    def action_check_in(self):
        """The technician comes: stamp now."""
        self._stamp("check_in")
        return True

    def action_check_out(self):
        """The technician leaves: stamp now."""
        self._stamp("check_out")
        return True

    def _stamp(self, name):
        """Stamp today's day, by the person himself or who may write the list.

        :raise UserError: on another day, during leave, or stamped already
        """
        self.ensure_one()
        # sudo: a technician may not write the list by hand, only stamp his own day
        day = self.sudo()
        self.check_access("read")
        if day.employee_id.user_id != self.env.user and not self.has_access("write"):
            raise AccessError(self.env._("Everybody stamps for himself."))
        if day.date != day.company_id._get_aftersales_today():
            raise UserError(self.env._("Only the day of today can be stamped."))
        if day.is_leave:
            raise UserError(self.env._("This is a day of leave."))
        if day[name]:
            raise UserError(self.env._("This time is stamped already."))
        day.write({name: fields.Datetime.now()})

    # === CRON ===#
    @api.model
    def _settle_past_days(self, company, today):
        """Days gone by without both stamps become absences."""
        days = self.search(
            [
                ("company_id", "=", company.id),
                ("date", "<", today),
                "|",
                ("kind", "=", "planned"),
                "&",
                ("kind", "=", "present"),
                ("check_out", "=", False),
            ]
        )
        self.env.add_to_compute(self._fields["kind"], days)
        days.sheet_id._check_limits()
        return days
