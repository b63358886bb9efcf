# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command
from odoo.tests import HttpCase, tagged

from odoo.addons.aftersales_service.tests.common_forms import (
    LINES,
    LONG_TEXT,
    FormsMixin,
)
from odoo.addons.aftersales_service.tests.common_roles import RolesMixin

from .common import ToolsCommon

MODULE = "aftersales_tools"
CUSTODY = "aftersales.tool.custody"
COMPENSATION = "aftersales.tool.compensation"
COUNT = "aftersales.tool.count"
REGISTER = "aftersales.tool.register"
LINE = "aftersales.tool.request.line"
OFFICE = (
    "aftersales.tool.calibration",
    "aftersales.tool.request",
    "aftersales.tool.transfer",
)
VIEWER = (CUSTODY, COMPENSATION, COUNT, REGISTER, *OFFICE)
CONFIGURATION = ("aftersales.tool.class", "aftersales.tool.kit")
MENUS = {
    "hotline": (),
    "dispatcher": (),
    "technician": (CUSTODY, COMPENSATION, COUNT, REGISTER, LINE),
    "service_manager": (*VIEWER, LINE),
    "sales_vp": VIEWER,
    "quality_vp": VIEWER,
    "general_manager": VIEWER,
    "storekeeper": VIEWER,
    "accountant": VIEWER,
    "hr": (CUSTODY, COMPENSATION, REGISTER),
    "employee": (),
}


@tagged("post_install", "-at_install")
class TestToolForms(FormsMixin, RolesMixin, ToolsCommon, HttpCase):
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
        notes = [(self.gloves, {"note": f"Line {line}"}) for line in range(LINES)]
        long = self._slip("replace", self.technician, *notes)
        self.assertFormsNumbered(report, long | issue)
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

    def test_roles_open_their_menus(self):
        """R-TOL-03, R-TOL-04, R-TOL-06, R-TOL-08: each role opens the lists, groups and
        forms of what its menu shows, every field of them; a technician finds there his
        own, and nobody what another role's menu shows."""
        company = {"company_id": self.company.id}
        self._issue(self.technician, self.meter_1, self.wrench_1)
        self._issue(self.technician2, self.meter_2)
        sheet = self._sheet(self.meter_1)
        self.env["aftersales.tool.calibration"].create(
            {**company, "lot_id": self.wrench_1.id}
        )
        counts = self.env["aftersales.tool.count"].create(
            [
                {**company, "campaign": "2026", "employee_id": person.id}
                for person in (self.technician, self.technician2)
            ]
        )
        self.env["aftersales.tool.request"].create(
            {
                **company,
                "budget": 5000,
                "line_ids": [
                    Command.create(
                        {"employee_id": person.id, "product_id": self.gloves.id}
                    )
                    for person in (self.technician, self.technician2)
                ],
            }
        )
        self.env["aftersales.tool.transfer"].create(
            {
                **company,
                "to_company_id": self.company.id,
                "employee_id": self.technician.id,
                "to_employee_id": self.technician2.id,
                "lot_ids": [Command.set(self.wrench_1.ids)],
            }
        )
        for role, models in MENUS.items():
            # what they see on the yearly request, on the tool, of their transfers
            readable = OFFICE if role == "technician" else (LINE,)
            found = self.assertRoleOpens(role, models, (*VIEWER, LINE), readable)
            seen = {model for model, records in found.items() if records}
            own = {LINE} if role == "service_manager" else set()
            self.assertEqual(seen, set(models) - own, role)
            if role == "technician":
                self.assertEqual(found[COMPENSATION], sheet)
                self.assertEqual(found[COUNT].employee_id.ids, self.technician.ids)
                self.assertEqual(found[REGISTER].employee_id.ids, self.technician.ids)
                self.assertEqual(found[LINE].employee_id.ids, self.technician.ids)
        self.assertEqual(len(counts), 2)
        self.assertRoleOpens("service_manager", CONFIGURATION, CONFIGURATION)
        for role in set(MENUS) - {"service_manager"}:
            actions = self._get_menu_actions(self.users[role])
            self.assertFalse(set(actions) & set(CONFIGURATION), role)
