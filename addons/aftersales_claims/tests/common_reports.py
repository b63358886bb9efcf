# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from io import BytesIO

from dateutil.relativedelta import relativedelta
from openpyxl import load_workbook

from .common_recovery import RecoveryCommon


class ReportsCommon(RecoveryCommon):
    """Workbooks of claims and recovery, read back."""

    def _load(self, kind, user=None, **vals):
        wizard = self.env["aftersales.claim.xlsx"].create(
            {
                "kind": kind,
                "company_id": self.company.id,
                "date_from": self.month - relativedelta(months=3),
                "date_to": self.month + relativedelta(months=1),
                **vals,
            }
        )
        report = self.env[f"report.aftersales_claims.{kind}"]
        if user:
            report = report.with_user(user)
        content, extension = report.create_xlsx_report(wizard.ids, {})
        self.assertEqual(extension, "xlsx")
        return load_workbook(BytesIO(content))

    def _read(self, sheet):
        """Return header, rows and total of a sheet of ours."""
        rows = [list(row) for row in sheet.iter_rows(min_row=4, values_only=True)]
        return rows[0], rows[1:-1], rows[-1]
