# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from io import BytesIO

from dateutil.relativedelta import relativedelta
from openpyxl import load_workbook

from odoo import fields

from .common import AftersalesCommon


class KpiCommon(AftersalesCommon):
    """Cases of last month as they would have ended, and the month's period."""

    #: number of the last machine made by ``_case``
    serial = 0

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.today()
        cls.month = cls.today.replace(day=1) - relativedelta(months=1)
        cls.noon = fields.Datetime.to_datetime(cls.month) + relativedelta(
            days=9, hours=4
        )
        cls.period = cls.env["aftersales.kpi.period"].create(
            {"kind": "month", "date_from": cls.month, "company_id": cls.company.id}
        )

    def _case(self, satisfaction="5", answer=5, late=False, state="closed", **vals):
        """Return a case of last month, written as it would have ended."""
        type(self).serial += 1
        machine = self._create_machine(f"PE600-K{self.serial:04d}")
        request = self._create_request(reported_at=self.noon, lot_id=machine.id)
        self.env["aftersales.sla.status"].sudo().search(
            [("request_id", "=", request.id)]
        ).unlink()
        request.sudo()._set_state(
            state,
            solution="done",
            answered_at=self.noon + relativedelta(minutes=answer),
            solved_at=self.noon + relativedelta(days=1),
            **vals,
        )
        order = self._create_order(request)
        order.sudo().write(
            {
                "state": "done",
                "planned_start": self.noon,
                "arrived_at": self.noon + relativedelta(hours=1 if late else 0),
                "finished_at": self.noon + relativedelta(hours=4),
                "reported_at": self.noon + relativedelta(hours=5),
                "satisfaction": satisfaction,
            }
        )
        policy = self.env["aftersales.sla.policy"].search([], limit=1)
        self.env["aftersales.sla.status"].sudo().create(
            {
                "request_id": request.id,
                "policy_id": policy.id,
                "metric": "on_site",
                "company_id": self.company.id,
                "employee_id": self.technician.id,
                "started_at": self.noon,
                "deadline": self.noon + relativedelta(minutes=30),
                "reached_at": self.noon + relativedelta(hours=1 if late else 0),
                "state": "reached",
                "failed": late,
            }
        )
        return request

    def _figure(self, code):
        return self.period.figure_ids.filtered(lambda f: f.code == code)

    def _open(self, kind, role="service_manager", **vals):
        """Return the workbook of a report, printed by a role."""
        wizard = (
            self.env["aftersales.report.wizard"]
            .with_user(self.users[role])
            .create(
                {
                    "kind": kind,
                    "company_id": self.company.id,
                    "date_from": self.month,
                    "date_to": self.month + relativedelta(months=1, days=-1),
                    **vals,
                }
            )
        )
        action = wizard.action_print()
        self.assertEqual(action["report_type"], "xlsx")
        report = self.env["report.aftersales_service.analysis_xlsx"].with_user(
            self.users[role]
        )
        content, _extension = report.with_context(
            active_model=wizard._name
        ).create_xlsx_report(wizard.ids, {})
        return load_workbook(BytesIO(content)), content

    def _rows(self, sheet):
        return [
            list(row) for row in sheet.iter_rows(min_row=6, values_only=True) if row[0]
        ]
