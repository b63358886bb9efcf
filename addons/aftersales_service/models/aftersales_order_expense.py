# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import format_date


class AftersalesOrderExpense(models.Model):
    """Expense or overtime of a trip; receipts whose place and date don't match the
    trip aren't reimbursed without a manager's reason (R-DSP-10, R-DSP-15)."""

    _name = "aftersales.order.expense"
    _inherit = "aftersales.guard.mixin"
    _description = "Expense or Overtime of a Service Order"
    _order = "date desc, id desc"
    _check_company_auto = True

    order_id = fields.Many2one(
        "aftersales.order",
        required=True,
        ondelete="cascade",
        index=True,
        check_company=True,
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    department_id = fields.Many2one(related="order_id.department_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    employee_id = fields.Many2one(
        "hr.employee",
        string="Technician",
        required=True,
        index=True,
        check_company=True,
        compute="_compute_employee_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    date = fields.Date(required=True, default=fields.Date.context_today, index=True)
    kind = fields.Selection(
        [
            ("travel", "Travel"),
            ("lodging", "Lodging"),
            ("meals", "Meals"),
            ("freight", "Freight"),
            ("material", "Material"),
            ("other", "Other"),
            ("overtime", "Overtime"),
        ],
        required=True,
        default="travel",
    )
    name = fields.Char(string="Description")
    place = fields.Char(help="Town on the receipt.")
    amount = fields.Monetary()
    hours = fields.Float(help="Hours of overtime.")
    receipt_ids = fields.Many2many(
        "ir.attachment", string="Receipts", bypass_search_access=True
    )
    state = fields.Selection(
        [("draft", "Draft"), ("approved", "Approved"), ("refused", "Refused")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    issue = fields.Char(
        compute="_compute_issue",
        store=True,
        help="Why the receipt doesn't match the trip.",
    )
    reason = fields.Char(help="Why it is approved or refused all the same.")

    _amount_positive = models.Constraint(
        "CHECK (amount >= 0 AND hours >= 0)", "Amounts and hours can't be negative."
    )

    @api.depends(
        "date",
        "place",
        "kind",
        "receipt_ids",
        "order_id.departed_at",
        "order_id.finished_at",
        "order_id.planned_start",
        "order_id.planned_end",
        "order_id.travel_hours",
        "order_id.partner_id",
        "order_id.site_id",
    )
    def _compute_issue(self):
        for line in self:
            line.issue = "; ".join(line._get_issues()) or False

    def _get_issues(self):
        """Return texts: how the receipt contradicts the trip."""
        self.ensure_one()
        order = self.order_id
        issues = []
        start = order.departed_at or order.departure_planned
        end = order.finished_at or order.planned_end
        if start and end and self.date:
            day = order.company_id._get_aftersales_date
            # the way back may end the day after
            last = day(end + timedelta(hours=order.travel_hours, days=1))
            if not day(start) - timedelta(days=1) <= self.date <= last:
                issues.append(self.env._("the date is outside the trip"))
        if self.kind == "overtime":
            return issues
        if not self.receipt_ids:
            issues.append(self.env._("no receipt"))
        if self.place and self.kind in ("lodging", "meals", "travel"):
            places = self._get_trip_places()
            if places and not any(
                place in self.place or self.place in place for place in places
            ):
                issues.append(
                    self.env._("%(place)s isn't on the way", place=self.place)
                )
        return issues

    def _get_trip_places(self):
        """Return the towns of the trip; both ends of it."""
        places = set()
        order = self.order_id
        # sudo: the home base of an employee
        base = self.employee_id.sudo().aftersales_base_id
        for partner in (
            order.site_id,
            order.partner_id,
            base,
            order.company_id.partner_id,
        ):
            for place in (partner.city, partner.state_id.name):
                if place:
                    places.add(place)
        return places

    @api.depends("order_id")
    def _compute_employee_id(self):
        """The user's own file in the order's company."""
        for line in self:
            if line.employee_id.company_id != line.order_id.company_id:
                user = self.env.user.with_company(line.order_id.company_id)
                line.employee_id = user.employee_id

    @api.constrains("date", "amount", "order_id")
    def _check_closed_month(self):
        """What is dated in a month that accounting has closed comes too late."""
        for line in self:
            # sudo: the technician doesn't read the accounting's lock dates
            company = line.order_id.company_id.sudo()
            if company._get_lock_date_violations(
                line.date, sale=False, purchase=False, tax=False
            ):
                raise ValidationError(
                    self.env._(
                        "%(date)s lies in a month that is closed: hand the expense to "
                        "accounting.",
                        date=format_date(self.env, line.date),
                    )
                )

    @api.constrains("kind", "hours", "amount")
    def _check_overtime(self):
        for line in self:
            if line.kind == "overtime" and not line.hours:
                raise ValidationError(self.env._("Overtime needs its hours."))

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(
            vals.get("state", "draft") != "draft" for vals in vals_list
        ):
            raise AccessError(self.env._("Expenses are approved by the buttons."))
        if any(vals.get("reason") for vals in vals_list):
            self._ensure_reason_right()
        return super().create(vals_list)

    def write(self, vals):
        if "reason" in vals:
            self._ensure_reason_right()
        if not self.env.su and {
            "state",
            "amount",
            "date",
            "place",
            "hours",
            "kind",
            "employee_id",
            "order_id",
            "receipt_ids",
        } & (vals.keys()):
            if "state" in vals:
                raise AccessError(self.env._("Expenses are approved by the buttons."))
            if any(line.state != "draft" for line in self):
                raise UserError(
                    self.env._("A decided expense doesn't change any more.")
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        if any(line.state != "draft" for line in self):
            raise UserError(self.env._("A decided expense stays on file."))

    def action_approve(self):
        """Approve; one that doesn't match its trip needs a reason (R-DSP-10).

        :raise UserError: mismatch without reason, or one's own expense
        """
        self._ensure_manager()
        self._ensure_undecided()
        for line in self:
            if line.employee_id in self.env.user.employee_ids:
                raise UserError(self.env._("Nobody approves his own expenses."))
            if line.issue and not line.reason:
                raise UserError(
                    self.env._(
                        "%(name)s: %(issue)s. Give a reason to approve it.",
                        name=line.name or line.order_id.name,
                        issue=line.issue,
                    )
                )
        # sudo: the state is closed to direct writing; the manager was checked
        self.sudo().write({"state": "approved"})
        return True

    def action_refuse(self):
        """Refuse what is not decided yet.

        :raise UserError: decided already
        """
        self._ensure_manager()
        self._ensure_undecided()
        # sudo: see action_approve
        self.sudo().write({"state": "refused"})
        return True

    def _ensure_undecided(self):
        self.check_access("write")
        if any(line.state != "draft" for line in self):
            raise UserError(self.env._("A decided expense doesn't change any more."))

    def _ensure_reason_right(self):
        """:raise AccessError: a technician excuses his own receipt (R-DSP-10)"""
        if not self.env.su and not self.env.user.has_group(
            "aftersales_service.group_manager"
        ):
            raise AccessError(self.env._("The service manager decides on expenses."))

    def _ensure_manager(self):
        if not self.env.user.has_group("aftersales_service.group_manager"):
            raise AccessError(self.env._("The service manager decides on expenses."))
