# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.addons.aftersales_service.tests.common_roles import RolesMixin

from .common import SIGNATURE, ToolsCommon


class CompensationCommon(RolesMixin, ToolsCommon):
    """A tool to compensate, and the books it is charged in."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Account = cls.env["account.account"].with_company(cls.company)
        cls.receivable = Account.create(
            {
                "name": "Employee receivables",
                "code": "122190",
                "account_type": "asset_receivable",
                "reconcile": True,
            }
        )
        cls.income = Account.create(
            {
                "name": "Compensation income",
                "code": "630190",
                "account_type": "income_other",
            }
        )
        cls.company.write(
            {
                "aftersales_employee_receivable_account_id": cls.receivable.id,
                "aftersales_tool_income_account_id": cls.income.id,
                "aftersales_tool_journal_id": cls.company_data[
                    "default_journal_misc"
                ].id,
            }
        )
        cls.Sheet = cls.env["aftersales.tool.compensation"]
        cls._issue(cls.technician, cls.meter_1)

    def _approved(self, sheet):
        sheet.signature = SIGNATURE
        sheet.action_confirm()
        manager = self.as_user(sheet, "service_manager")
        manager.review_ids.invalidate_recordset()
        sheet.invalidate_recordset()
        reviews = manager.review_ids
        manager._validate_tier(reviews)
        return sheet

    def _post(self, sheet):
        self.as_user(sheet, "accountant").action_post()
        return sheet

    def _balance(self, account):
        return sum(
            self.env["account.move.line"]
            .search([("account_id", "=", account.id), ("parent_state", "=", "posted")])
            .mapped("balance")
        )
