# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import HttpCase, tagged

from odoo.addons.aftersales_service.tests.common_forms import LONG_TEXT, FormsMixin

from .common import ToolsCommon

MODULE = "aftersales_tools"


@tagged("post_install", "-at_install")
class TestToolForms(FormsMixin, ToolsCommon, HttpCase):
    """Every printed form of the tools addon."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")

    def test_forms(self):
        """R-TOL-03, R-TOL-06: the double slip of each kind and the compensation
        sheet print in both languages, with number and QR code."""
        report = f"{MODULE}.report_tool_slip"
        issue = self._issue(self.technician, self.meter_1, (self.gloves, 2))
        self.assertForm(report, issue, "Tool Issue Slip")
        handover = self._slip(
            "handover",
            self.technician,
            self.meter_1,
            to_employee_id=self.technician2.id,
        )
        self.assertForm(report, handover, "Tool Hand-over Slip")
        self.assertForm(
            report,
            self._slip("return", self.technician, (self.meter_1, {"note": LONG_TEXT})),
            "Tool Return Slip",
        )
        self.assertForm(
            report,
            self._slip("replace", self.technician, self.gloves),
            "Tool Replacement Slip",
        )
        sheet = self.env["aftersales.tool.compensation"].create(
            {
                "employee_id": self.technician.id,
                "lot_id": self.meter_1.id,
                "reason": "lost",
                "circumstances": LONG_TEXT,
                "company_id": self.company.id,
            }
        )
        self.assertForm(
            f"{MODULE}.report_tool_compensation",
            sheet,
            "Service Tool Compensation Sheet",
        )
        self.assertAllForms(MODULE, {report, f"{MODULE}.report_tool_compensation"})
