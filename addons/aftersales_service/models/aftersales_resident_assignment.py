# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import defaultdict
from datetime import datetime, time, timedelta

import pytz
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date

from ..tools.language import in_company_language

#: days planned ahead, and back for a stay entered late
PLAN_AHEAD, PLAN_BACK = 31, 31


class AftersalesResidentAssignment(models.Model):
    """One person stationed at a customer's site under a contract, from a day on
    (R-DSP-14, R-DSP-19).

    Its attendance days are planned from the working hours on site, less public
    holidays and the person's own leave. A change of person is announced to the
    customer in time, else its reason is recorded.
    """

    _name = "aftersales.resident.assignment"
    _description = "Resident Staff"
    _inherit = ["aftersales.guard.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date_start desc, id desc"
    _rec_name = "employee_id"
    _check_company_auto = True

    contract_id = fields.Many2one(
        "aftersales.contract",
        string="Service Contract",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        related="contract_id.company_id", store=True, precompute=True, index=True
    )
    partner_id = fields.Many2one(
        related="contract_id.partner_id",
        string="Customer",
        store=True,
        precompute=True,
        index=True,
    )
    employee_id = fields.Many2one(
        "hr.employee",
        string="Technician",
        required=True,
        index=True,
        check_company=True,
        domain=[("is_technician", "=", True)],
        tracking=True,
    )
    date_start = fields.Date(
        string="On Site from",
        required=True,
        default=fields.Date.context_today,
        tracking=True,
    )
    date_end = fields.Date(
        string="On Site until", tracking=True, help="Empty: as long as the contract."
    )
    calendar_id = fields.Many2one(
        "resource.calendar",
        string="Working Hours on Site",
        compute="_compute_calendar_id",
        store=True,
        precompute=True,
        readonly=False,
        check_company=True,
        help="Proposed from the contract's customer, then the technician's own.",
    )
    replaces_id = fields.Many2one(
        "aftersales.resident.assignment",
        string="Takes Over from",
        index="btree_not_null",
        copy=False,
        domain="[('contract_id', '=', contract_id)]",
        tracking=True,
    )
    announced_on = fields.Date(
        string="Announced to the Customer on",
        copy=False,
        tracking=True,
        help="A change of person is announced in time; the settings say how long "
        "before.",
    )
    change_reason = fields.Char(
        string="Reason for the Change", copy=False, tracking=True
    )
    is_short_notice = fields.Boolean(
        compute="_compute_is_short_notice",
        store=True,
        help="Announced later than the settings ask for.",
    )
    qualification_issue = fields.Char(compute="_compute_qualification_issue")
    is_current = fields.Boolean(
        compute="_compute_is_current", search="_search_is_current"
    )
    day_ids = fields.One2many(
        "aftersales.resident.day", "assignment_id", string="Attendance"
    )
    sheet_ids = fields.One2many(
        "aftersales.resident.sheet", "assignment_id", string="Monthly Sheets"
    )

    _dates_check = models.Constraint(
        "CHECK(date_end IS NULL OR date_end >= date_start)",
        "Resident staff cannot leave before they come.",
    )

    # === COMPUTE METHODS ===#
    @api.depends("employee_id", "contract_id")
    def _compute_calendar_id(self):
        for line in self:
            # sudo: dispatchers plan people whose working hours are HR's
            line.calendar_id = (
                line.contract_id.sudo().partner_id.aftersales_calendar_id
                or line.employee_id.sudo().resource_calendar_id
                or line.contract_id.company_id.resource_calendar_id
            )

    @api.depends("replaces_id", "announced_on", "date_start", "company_id")
    def _compute_is_short_notice(self):
        for line in self:
            months = line.company_id.aftersales_resident_notice_months
            line.is_short_notice = bool(
                line.replaces_id
                and line.date_start
                and (
                    not line.announced_on
                    or line.announced_on + relativedelta(months=months)
                    > line.date_start
                )
            )

    @api.depends("employee_id", "date_start")
    def _compute_qualification_issue(self):
        for line in self:
            issues = (
                line.employee_id._get_qualification_issues(on=line.date_start)
                if line.employee_id
                else []
            )
            line.qualification_issue = "\n".join(issues) or False

    @api.depends("date_start", "date_end", "contract_id.date_end")
    def _compute_is_current(self):
        today = fields.Date.context_today(self)
        for line in self:
            line.is_current = bool(
                line.date_start
                and line.date_start <= today <= (line._get_last_day() or today)
            )

    def _search_is_current(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        return [
            ("date_start", "<=", today),
            ("contract_id.date_end", ">=", today),
            "|",
            ("date_end", "=", False),
            ("date_end", ">=", today),
        ]

    # === CONSTRAINT METHODS ===#
    @api.constrains("date_start", "date_end", "contract_id")
    def _check_dates(self):
        for line in self:
            contract = line.contract_id
            if line.date_start < contract.date_start or (
                max(line.date_start, line.date_end or line.date_start)
                > contract.date_end
            ):
                raise ValidationError(
                    self.env._(
                        "%(person)s can be on site only while contract %(contract)s "
                        "holds.",
                        person=line.employee_id.name,
                        contract=contract.name,
                    )
                )

    @api.constrains("employee_id", "date_start", "date_end", "contract_id")
    def _check_overlap(self):
        """Nobody is stationed at two places at once, whoever enters them together."""
        self.employee_id._take_turns()
        # sudo: also the stays the user doesn't see keep the person busy
        others = self.sudo().search([("employee_id", "in", self.employee_id.ids)])
        by_employee = others.grouped("employee_id")
        for line in self:
            for other in by_employee.get(line.employee_id, others.browse()):
                if (
                    other != line
                    and other.date_start <= line._get_last_day()
                    and line.date_start <= other._get_last_day()
                ):
                    raise ValidationError(
                        self.env._(
                            "%(person)s is already resident at %(customer)s from "
                            "%(start)s.",
                            person=line.employee_id.name,
                            customer=other.partner_id.name,
                            start=format_date(self.env, other.date_start),
                        )
                    )

    @api.constrains("replaces_id", "announced_on", "date_start", "change_reason")
    def _check_notice(self):
        """R-DSP-19: a change of person is announced one month before, or says why
        not."""
        for line in self:
            if line.replaces_id and line.replaces_id.contract_id != line.contract_id:
                raise ValidationError(
                    self.env._("A change of person stays within one contract.")
                )
            if line.is_short_notice and not (line.change_reason or "").strip():
                raise ValidationError(
                    self.env._(
                        "The change to %(person)s is announced less than %(months)s "
                        "month(s) before %(date)s: record the reason.",
                        person=line.employee_id.name,
                        months=line.company_id.aftersales_resident_notice_months,
                        date=format_date(self.env, line.date_start),
                    )
                )

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        for line in lines.filtered("replaces_id"):
            line._announce_change()
        return lines

    def write(self, vals):
        res = super().write(vals)
        if {"date_start", "date_end", "contract_id"} & vals.keys():
            self._drop_planned_days()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_attended(self):
        if self.day_ids.filtered(lambda day: day.kind != "planned"):
            raise UserError(
                self.env._("End the stay instead: attendance is on file already.")
            )

    def _announce_change(self):
        """Tell the contract's followers of a change of person."""
        self.ensure_one()
        self.contract_id.message_post(
            body=self.env._(
                "Resident staff: %(new)s takes over from %(old)s on %(date)s, "
                "announced on %(announced)s. %(reason)s",
                new=self.employee_id.name,
                old=self.replaces_id.employee_id.name,
                date=format_date(self.env, self.date_start),
                announced=format_date(self.env, self.announced_on) or "-",
                reason=self.change_reason or "",
            )
        )

    # === ACTION METHODS ===#
    def action_change_person(self):
        """Open the wizard that lets somebody else take over."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Change of Person"),
            "res_model": "aftersales.resident.change",
            "view_mode": "form",
            "target": "new",
            "context": {"default_assignment_id": self.id},
        }

    def action_view_days(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_resident_day_action"
        )
        action.update(
            domain=[("assignment_id", "=", self.id)],
            context={"default_assignment_id": self.id},
        )
        return action

    # === PLANNING ===#
    def _get_last_day(self):
        """Return the last day on site: its own end or the contract's."""
        self.ensure_one()
        days = [day for day in (self.date_end, self.contract_id.date_end) if day]
        return min(days, default=False)

    def _drop_planned_days(self):
        """Days that fall out of the stay and saw nobody yet go."""
        # sudo: planned days are kept by the system
        days = self.env["aftersales.resident.day"].sudo()
        for line in self:
            days |= line.sudo().day_ids.filtered(
                lambda day, line=line: (
                    day.kind == "planned"
                    and not line.date_start <= day.date <= line._get_last_day()
                )
            )
        days.unlink()

    def _plan_days(self, begin, until):
        """Plan the attendance days of the stays from ``begin`` to ``until``, each
        once; coming days follow a holiday or leave entered since.

        :return: the aftersales.resident.day records created
        """
        Day = self.env["aftersales.resident.day"]
        days = Day.search(
            [
                ("assignment_id", "in", self.ids),
                ("date", ">=", begin),
                ("date", "<=", until),
            ]
        )
        by_line = days.grouped("assignment_id")
        vals_list, obsolete, on_leave = [], Day, Day
        for line in self:
            start = max(line.date_start, begin)
            hours = line._get_planned_hours(start, min(until, line._get_last_day()))
            known = by_line.get(line, Day).grouped("date")
            for date, day in known.items():
                if day.kind != "planned" or not day.planned_start:
                    continue
                if date not in hours:
                    obsolete |= day
                elif hours[date]["is_leave"]:
                    on_leave |= day
            vals_list += [
                {"assignment_id": line.id, "date": date, **values}
                for date, values in hours.items()
                if date not in known
            ]
        obsolete.unlink()
        on_leave.write({"is_leave": True})
        return Day.create(vals_list)

    def _get_planned_hours(self, start, end):
        """Return ``{day: values}`` of the working days from ``start`` to ``end``.

        Public holidays are no working days; the person's own leave is a day of leave.
        """
        self.ensure_one()
        # sudo: dispatchers plan people whose working hours and leave are HR's
        line = self.sudo()
        calendar = line.calendar_id
        if start > end or not calendar:
            return {}
        zone = pytz.timezone(calendar.tz or "UTC")
        begin = zone.localize(datetime.combine(start, time.min))
        stop = zone.localize(datetime.combine(end, time.max))
        resource = line.employee_id.resource_id
        company = [("company_id", "in", [False, line.company_id.id])]
        attendance = calendar._attendance_intervals_batch(begin, stop)[False]
        holidays = calendar._leave_intervals_batch(begin, stop, domain=company)[False]
        leaves = calendar._leave_intervals_batch(begin, stop, resource)[resource.id]
        spans = defaultdict(list)
        for interval in attendance - holidays:
            spans[interval[0].astimezone(zone).date()].append(interval[:2])
        present = {
            interval[0].astimezone(zone).date()
            for interval in attendance - holidays - leaves
        }
        return {
            day: {
                "planned_start": self._to_utc(min(span[0] for span in intervals)),
                "planned_end": self._to_utc(max(span[1] for span in intervals)),
                "is_leave": day not in present,
            }
            for day, intervals in spans.items()
        }

    @api.model
    def _to_utc(self, moment):
        return moment.astimezone(pytz.utc).replace(tzinfo=None)

    @api.model
    @in_company_language
    def _cron_plan_days(self):
        """Plan the coming days, settle the past ones and chase explanations; in
        steps by company (R-DSP-14, R-DSP-19)."""
        cron = self.env["ir.cron"]
        companies = self.env["res.company"].search([])
        cron._commit_progress(remaining=len(companies))
        Day = self.env["aftersales.resident.day"]
        Sheet = self.env["aftersales.resident.sheet"]
        for company in companies:
            records = self.with_company(company)
            today = company._get_aftersales_today()
            begin = today - timedelta(days=PLAN_BACK)
            lines = records.search(
                Domain("company_id", "=", company.id)
                & Domain("contract_id.date_end", ">=", begin)
                & (Domain("date_end", "=", False) | Domain("date_end", ">=", begin))
            )
            # whoever holds the row plans it; a second cron skips it
            lines.try_lock_for_update()._plan_days(
                begin, today + timedelta(days=PLAN_AHEAD)
            )
            Day.with_company(company)._settle_past_days(company, today)
            Sheet.with_company(company)._escalate_unexplained(company, today)
            cron._commit_progress(1)
