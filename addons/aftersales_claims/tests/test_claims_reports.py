# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from io import BytesIO
from unittest.mock import patch

from dateutil.relativedelta import relativedelta
from openpyxl import load_workbook

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..report import claims_xlsx
from .common_recovery import RecoveryCommon


@tagged("post_install", "-at_install")
class TestClaimsReports(RecoveryCommon):
    """Workbooks, analysis and prints of claims and recovery (R-CLM-17)."""

    # === reports ===#
    def _load(self, kind, user=None):
        wizard = self.env["aftersales.claim.xlsx"].create(
            {
                "kind": kind,
                "company_id": self.company.id,
                "date_from": self.month - relativedelta(months=3),
                "date_to": self.month + relativedelta(months=1),
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

    def test_quarterly_claims(self):
        """R-CLM-17: claims of the quarter by cause, department, supplier and product
        with requested, approved, cost, recovered and net; and every line."""
        claim = self._create_spine_claim()
        claim.cause_id = self.env["aftersales.claim.cause"].search([], limit=1)
        self._create_posted_liability(claim=claim)
        book = self._load("claims_quarter")
        self.assertEqual(len(book.sheetnames), 7)
        header, rows, total = self._read(book["By Cause"])
        self.assertEqual(header[0], "Cause")
        self.assertEqual(rows[0][0], claim.cause_id.name)
        self.assertEqual(rows[0][1:], [1, 2, 2, 6460, 6460, 8070, 5649, 2421])
        self.assertEqual(total[6:], [8070, 5649, 2421])
        _header, rows, _total = self._read(book["By Supplier"])
        by_supplier = {row[0]: row for row in rows}
        self.assertEqual(by_supplier[self.supplier.display_name][7], 5649)
        header, rows, total = self._read(book["Lines"])
        self.assertEqual(len(rows), 2)
        self.assertEqual({row[10] for row in rows}, {6200, 260})
        self.assertEqual(rows[0][4], self.bearing.display_name)
        self.assertEqual(total[10], 6460)

    def test_cost_ledger(self):
        """R-CLM-08, R-CLM-17: every cost with its entry, adding up to the claim."""
        claim = self._create_spine_claim()
        book = self._load("cost_ledger")
        _header, rows, total = self._read(book["Cost Ledger"])
        self.assertEqual(len(rows), len(claim.cost_ids))
        self.assertEqual(total[10], claim.cost_total)
        self.assertEqual(total[10], 8070)
        self.assertTrue(all(row[12] for row in rows))
        # read in chunks: none is lost or doubled at their borders
        with patch.object(claims_xlsx, "CHUNK", 2):
            chunked = self._load("cost_ledger")
        self.assertEqual(self._read(chunked["Cost Ledger"])[1], rows)
        with self.assertRaises(AccessError):
            self._load("cost_ledger", self.users["technician"])

    def test_recovery_status(self):
        """R-CLM-12, R-CLM-17: what each supplier owes, by age, line by line."""
        statement = self._create_statement()
        book = self._load("recovery_status")
        _header, rows, _total = self._read(book["By Supplier"])
        self.assertEqual(rows[0][:5], [self.supplier.display_name, 5649, 0, 0, 5649])
        _header, rows, total = self._read(book["Lines"])
        self.assertEqual(rows[0][2], statement.name)
        self.assertEqual(total[6], 5649)

    def test_complaint_summary(self):
        """R-CLM-17: the month's complaints by product and symptom."""
        sheet = self.env["aftersales.quality.complaint"].create(
            {
                "partner_id": self.customer.id,
                "product_id": self.bearing.id,
                "symptom_id": self.env.ref("aftersales_claims.symptom_leak").id,
                "description": "Leaks",
                "quantity": 4,
                "quantity_defective": 3,
                "company_id": self.company.id,
            }
        )
        book = self._load("complaint_month")
        _header, rows, _total = self._read(book["Summary"])
        self.assertEqual(rows[0][2:6], [1, 0, 3, 1])
        _header, rows, _total = self._read(book["Complaints"])
        self.assertEqual(rows[0][0], sheet.name)

    def test_analysis_sums_are_right(self):
        """R-CLM-08: grouped by anything, the analysis adds up to the claims."""
        claim = self._create_spine_claim()
        self._create_posted_liability(claim=claim)
        Report = self.as_user(self.env["aftersales.claim.report"], "accountant")
        for field in ("cause_id", "supplier_id", "product_id", "department_id"):
            groups = Report._read_group(
                [("claim_id", "=", claim.id)],
                [field],
                ["cost:sum", "recovered:sum", "net_cost:sum", "amount_approved:sum"],
            )
            sums = [round(sum(group[i] for group in groups), 2) for i in range(1, 5)]
            self.assertEqual(sums, [8070, 5649, 2421, 6460], field)
        with self.assertRaises(AccessError):
            self.as_user(Report, "technician").search_count([])

    def test_prints(self):
        """R-CLM-12: statement and settlement print."""
        statement = self._create_statement(receive=True)
        html = self.env["ir.actions.report"]._render_qweb_html(
            "aftersales_claims.report_recovery", statement.ids
        )[0]
        self.assertIn("BRG-OLD-77", html.decode())
        settlement = self.env["aftersales.settlement"].create(
            {
                "partner_id": self.station.id,
                "company_id": self.company.id,
                "line_ids": [Command.create({"name": "Work", "amount": 10})],
            }
        )
        html = self.env["ir.actions.report"]._render_qweb_html(
            "aftersales_claims.report_settlement", settlement.ids
        )[0]
        self.assertIn(settlement.name, html.decode())
