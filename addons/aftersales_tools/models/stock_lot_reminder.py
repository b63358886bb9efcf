# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.tools import SQL, format_date

from odoo.addons.aftersales_service.tools.language import (
    in_company_language,
    in_language_of,
)


class StockLot(models.Model):
    """Reminders about calibration and end of life, set-based (R-TOL-08)."""

    _inherit = "stock.lot"

    @api.model
    @in_company_language
    def _cron_tool_reminders(self):
        """Remind each holder and the storekeeper once per due date: one to-do per
        person and kind, whatever the number of tools."""
        rows = self._take_due_tools()
        for kind in ("calibration", "life"):
            self._create_tool_reminders(
                kind, [values for row_kind, *values in rows if row_kind == kind]
            )

    def _get_tool_reminder_text(self, kind, count, date):
        """Return the to-do in the language of ``self``, its reader's."""
        if kind == "calibration":
            return self.env._(
                "%(count)s tools due for calibration, from %(date)s on",
                count=count,
                date=format_date(self.env, date),
            )
        return self.env._(
            "%(count)s tools reach the end of their life, from %(date)s on",
            count=count,
            date=format_date(self.env, date),
        )

    @api.model
    def _take_due_tools(self):
        """Note the tools coming due as reminded and return them by person.

        One statement for all tools of all companies and both dates: tens of
        thousands of records through the ORM would take minutes. The notes have a
        narrow table of their own, as rewriting the rows of the tools with all their
        indexes would cost most of the time.

        :return: list of ``(kind, company, employee or None, count, first date, a
            lot)``, kind ``calibration`` or ``life``"""
        self.flush_model()
        self.env["aftersales.tool.reminder"].flush_model()
        self.env["res.company"].flush_model(["aftersales_tool_reminder_days"])
        rows = self.env.execute_query(
            SQL(
                """
                WITH taken AS (
                    INSERT INTO aftersales_tool_reminder AS known
                           (lot_id, kind, date)
                    SELECT lot.id, due.kind, due.date
                      FROM stock_lot lot
                      JOIN res_company company ON company.id = lot.company_id
                CROSS JOIN LATERAL (
                               VALUES ('calibration', lot.calibration_due),
                                      ('life', lot.end_of_life)
                           ) due (kind, date)
                     WHERE lot.is_tool
                       AND lot.tool_state IN ('held', 'stock', 'repair')
                       AND due.date <= %(today)s
                           + company.aftersales_tool_reminder_days
               ON CONFLICT (lot_id, kind) DO UPDATE
                       SET date = EXCLUDED.date
                     WHERE known.date IS DISTINCT FROM EXCLUDED.date
                 RETURNING lot_id, kind, date
                )
                SELECT taken.kind, lot.company_id, lot.custodian_id, count(*),
                       min(taken.date),
                       (array_agg(lot.id ORDER BY taken.date, lot.id))[1]
                  FROM taken
                  JOIN stock_lot lot ON lot.id = taken.lot_id
                 GROUP BY taken.kind, lot.company_id, lot.custodian_id
                """,
                today=fields.Date.context_today(self),
            )
        )
        self.env["aftersales.tool.reminder"].invalidate_model()
        return rows

    @api.model
    def _create_tool_reminders(self, kind, rows):
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
            holder = users.get(employee_id)
            for user in {holder, storekeepers[company_id]}:
                if not user or not (user in readers or user == holder):
                    continue
                known = by_user.setdefault(user, [0, date, lot_id])
                known[0] += count
                if date < known[1]:
                    known[1:] = [date, lot_id]
        slips = self._get_last_slips(
            [values[2] for user, values in by_user.items() if user not in readers]
        )
        todo = self.env.ref("mail.mail_activity_data_todo")
        vals_list = []
        for user, (count, date, lot_id) in by_user.items():
            # whoever has no right on the tool's file has one on his slip
            record = self.browse(lot_id) if user in readers else slips.get(lot_id)
            if not record:
                continue
            told = in_language_of(self, user, company=user.company_id)
            vals_list.append(
                {
                    "activity_type_id": todo.id,
                    "res_model_id": self.env["ir.model"]._get(record._name).id,
                    "res_id": record.id,
                    "user_id": user.id,
                    "date_deadline": date,
                    "summary": told._get_tool_reminder_text(kind, count, date),
                }
            )
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            vals_list
        )

    @api.model
    def _get_last_slips(self, lot_ids):
        """Return ``{id of a tool: the slip it was given out with last}``."""
        lines = self.env["aftersales.tool.custody.line"].search(
            [
                ("lot_id", "in", lot_ids),
                ("state", "=", "done"),
                ("kind", "in", ("issue", "handover")),
            ],
            order="date_done, id",
        )
        return {line.lot_id.id: line.custody_id for line in lines}

    @api.model
    def _get_tool_readers(self):
        """Return the users who may open a tool's file."""
        groups = self.env["res.groups"]
        for xmlid in (
            "aftersales_service.group_technician",
            "aftersales_service.group_hotline",
            "aftersales_service.group_viewer",
            "aftersales_service.group_storekeeper",
            "aftersales_service.group_manager",
        ):
            groups |= self.env.ref(xmlid)
        return groups.all_user_ids
