# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.aftersales_service.tools.language import in_company_language


class StockLot(models.Model):
    """Reminders about calibration and end of life, set-based (R-TOL-08)."""

    _inherit = "stock.lot"

    @api.model
    @in_company_language
    def _cron_tool_reminders(self):
        """Remind each holder and the storekeeper once per due date: one to-do per
        person and kind, whatever the number of tools."""
        texts = {
            "calibration": self.env._(
                "%(count)s tools due for calibration, from %(date)s on"
            ),
            "life": self.env._(
                "%(count)s tools reach the end of their life, from %(date)s on"
            ),
        }
        rows = self._take_due_tools()
        for kind, text in texts.items():
            self._create_tool_reminders(
                [values for row_kind, *values in rows if row_kind == kind], text
            )

    @api.model
    def _take_due_tools(self):
        """Mark the tools coming due as reminded and return them by person.

        One statement for all tools of all companies and both dates: tens of
        thousands of records through the ORM would take minutes.

        :return: list of ``(kind, company, employee or None, count, first date, a
            lot)``, kind ``calibration`` or ``life``"""
        self.flush_model()
        self.env["res.company"].flush_model(["aftersales_tool_reminder_days"])
        rows = self.env.execute_query(
            SQL(
                """
                WITH due AS (
                    SELECT lot.id, lot.company_id, lot.custodian_id,
                           lot.calibration_due AS calibration,
                           lot.calibration_due <= day.until
                               AND lot.calibration_reminded_for
                                   IS DISTINCT FROM lot.calibration_due
                               AS is_calibration,
                           lot.end_of_life AS life,
                           lot.end_of_life <= day.until
                               AND lot.life_reminded_for
                                   IS DISTINCT FROM lot.end_of_life AS is_life
                      FROM stock_lot lot
                      JOIN res_company company ON company.id = lot.company_id
                CROSS JOIN LATERAL (
                               SELECT %(today)s + company.aftersales_tool_reminder_days
                                      AS until
                           ) day
                     WHERE lot.is_tool
                       AND lot.tool_state IN ('held', 'stock', 'repair')
                       AND LEAST(lot.calibration_due, lot.end_of_life) <= day.until
                ), taken AS (
                    UPDATE stock_lot lot
                       SET calibration_reminded_for = CASE
                               WHEN due.is_calibration THEN due.calibration
                               ELSE lot.calibration_reminded_for END,
                           life_reminded_for = CASE
                               WHEN due.is_life THEN due.life
                               ELSE lot.life_reminded_for END
                      FROM due
                     WHERE lot.id = due.id
                       AND (due.is_calibration OR due.is_life)
                 RETURNING due.*
                )
                SELECT kind, company_id, custodian_id, count(*), min(date),
                       (array_agg(id ORDER BY date, id))[1]
                  FROM (
                      SELECT 'calibration' AS kind, company_id, custodian_id,
                             calibration AS date, id
                        FROM taken
                       WHERE is_calibration
                       UNION ALL
                      SELECT 'life', company_id, custodian_id, life, id
                        FROM taken
                       WHERE is_life
                  ) reminder
                 GROUP BY kind, company_id, custodian_id
                """,
                today=fields.Date.context_today(self),
            )
        )
        self.invalidate_model(["calibration_reminded_for", "life_reminded_for"])
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
