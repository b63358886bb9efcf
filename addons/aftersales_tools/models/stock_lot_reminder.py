# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.tools import SQL


class StockLot(models.Model):
    """Reminders about calibration and end of life, set-based (R-TOL-08)."""

    _inherit = "stock.lot"

    @api.model
    def _cron_tool_reminders(self):
        """Remind each holder and the storekeeper once per due date: one to-do per
        person and kind, whatever the number of tools."""
        for due, reminded, text in (
            (
                "calibration_due",
                "calibration_reminded_for",
                self.env._("%(count)s tools due for calibration, from %(date)s on"),
            ),
            (
                "end_of_life",
                "life_reminded_for",
                self.env._(
                    "%(count)s tools reach the end of their life, from %(date)s on"
                ),
            ),
        ):
            rows = self._take_due_tools(due, reminded)
            self._create_tool_reminders(rows, text)

    @api.model
    def _take_due_tools(self, due, reminded):
        """Mark the tools coming due as reminded and return them by person.

        One statement for all tools of all companies: tens of thousands of records
        through the ORM would take minutes.

        :return: list of ``(company, employee or None, count, first date, a lot)``"""
        self.flush_model()
        self.env["res.company"].flush_model(["aftersales_tool_reminder_days"])
        rows = self.env.execute_query(
            SQL(
                """
                WITH taken AS (
                    UPDATE stock_lot lot
                       SET %(reminded)s = lot.%(due)s
                      FROM res_company company
                     WHERE company.id = lot.company_id
                       AND lot.is_tool
                       AND lot.tool_state IN ('held', 'stock', 'repair')
                       AND lot.%(due)s <= %(today)s
                           + company.aftersales_tool_reminder_days
                       AND lot.%(reminded)s IS DISTINCT FROM lot.%(due)s
                 RETURNING lot.id, lot.company_id, lot.custodian_id, lot.%(due)s AS due
                )
                SELECT company_id, custodian_id, count(*), min(due),
                       (array_agg(id ORDER BY due, id))[1]
                  FROM taken
                 GROUP BY company_id, custodian_id
                """,
                due=SQL.identifier(due),
                reminded=SQL.identifier(reminded),
                today=fields.Date.context_today(self),
            )
        )
        self.invalidate_model([reminded])
        return rows

    @api.model
    def _create_tool_reminders(self, rows, text):
        if not rows:
            return
        companies = self.env["res.company"].browse({row[0] for row in rows})
        employees = self.env["hr.employee"].browse({row[1] for row in rows if row[1]})
        users = {employee.id: employee.user_id for employee in employees.sudo()}
        readers = self._get_tool_readers()
        by_user = {}
        storekeepers = {
            company.id: company.aftersales_tool_user_id for company in companies
        }
        for company_id, employee_id, count, date, lot_id in rows:
            for user in {users.get(employee_id), storekeepers[company_id]}:
                if not user or user not in readers:
                    continue
                known = by_user.setdefault(user, [0, date, lot_id])
                known[0] += count
                if date < known[1]:
                    known[1:] = [date, lot_id]
        todo = self.env.ref("mail.mail_activity_data_todo")
        model = self.env["ir.model"]._get(self._name)
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            [
                {
                    "activity_type_id": todo.id,
                    "res_model_id": model.id,
                    "res_id": lot_id,
                    "user_id": user.id,
                    "date_deadline": date,
                    "summary": text % {"count": count, "date": date},
                }
                for user, (count, date, lot_id) in by_user.items()
            ]
        )

    @api.model
    def _get_tool_readers(self):
        """Return the users who may open a tool's file."""
        groups = self.env["res.groups"]
        for xmlid in (
            "aftersales_service.group_technician",
            "aftersales_service.group_storekeeper",
            "aftersales_service.group_manager",
        ):
            groups |= self.env.ref(xmlid)
        return groups.all_user_ids
