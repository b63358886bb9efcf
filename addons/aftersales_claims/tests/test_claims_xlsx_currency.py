# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from io import BytesIO

from openpyxl import load_workbook

from odoo.tests import tagged

from .common import ClaimsCommon


@tagged("post_install", "-at_install")
class TestClaimsXlsxCurrency(ClaimsCommon):
    """Workbooks of companies whose currency has other decimals than two."""

    def test_decimals_of_the_currency(self):
        """R-CLM-08, R-CLM-17: totals are those of the lines to the last decimal, and
        shown with as many decimals as the currency has."""
        self.company.currency_id.rounding = 0.001
        claim = self._create_claim(kind="emergency", kind_reason="Down")
        claim.action_submit()
        self._approve(claim, "service_manager")
        for amount in (0.125, 10.001):
            self._add_cost(claim, "travel", amount)
        self.as_user(claim, "accountant").action_post_costs()
        self.assertEqual(claim.cost_total, 10.126)
        self.assertEqual(self._balance(self.warranty_expense_account), 10.126)
        wizard = self.env["aftersales.claim.xlsx"].create(
            {
                "kind": "cost_ledger",
                "company_id": self.company.id,
                "date_from": claim.cost_ids[0].date,
                "date_to": claim.cost_ids[0].date,
            }
        )
        report = self.env["report.aftersales_claims.cost_ledger"]
        content, _extension = report.create_xlsx_report(wizard.ids, {})
        sheet = load_workbook(BytesIO(content)).worksheets[0]
        total = sheet.cell(sheet.max_row, 11)
        self.assertEqual((total.value, total.number_format), (10.126, "#,##0.000"))
