# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import Command
from odoo.tests import tagged

from .common_roles import RolesMixin
from .kpi_common import KpiCommon

#: in the menus of everybody in service: his own
OWN = ("aftersales.penalty", "aftersales.deduction", "aftersales.review")
CALLS = ("aftersales.followup", "aftersales.complaint", "aftersales.change.request")
FIGURES = (
    "aftersales.kpi.period",
    "aftersales.kpi.figure",
    "aftersales.audit",
    "aftersales.satisfaction.report",
    "aftersales.order.report",
    "aftersales.request.report",
    "aftersales.sla.report",
)
BUDGETS = ("aftersales.budget", "aftersales.budget.request")
PAYROLL = ("aftersales.deduction.line",)
#: read by whoever is concerned, kept by the manager
RULES = (
    "aftersales.penalty.rule",
    "aftersales.followup.rule",
    "aftersales.review.criterion",
    "aftersales.kpi.target",
)
VIEWER = OWN + CALLS + FIGURES
MENUS = {
    "hotline": OWN + CALLS,
    "dispatcher": OWN + CALLS,
    "technician": (*OWN, "aftersales.change.request"),
    "service_manager": VIEWER + BUDGETS,
    "sales_vp": VIEWER,
    "quality": VIEWER,
    "quality_vp": VIEWER,
    "general_manager": VIEWER + BUDGETS,
    "storekeeper": VIEWER,
    "accountant": VIEWER + PAYROLL,
    "hr": OWN + PAYROLL,
    "employee": (),
}


@tagged("post_install", "-at_install")
class TestPeopleRoles(RolesMixin, KpiCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.technician.version_id.wage = 6000

    def _make_records(self):
        """One record of everything, about the technician where it is about a person."""
        request = self._case()
        order = request.order_ids
        common = {"company_id": self.company.id, "department_id": self.department.id}
        person = {"employee_id": self.technician.id, "company_id": self.company.id}
        penalty = self.env["aftersales.penalty"]._propose(
            [
                {
                    "rule_code": "late_arrival",
                    "employee_id": self.technician.id,
                    "res_model": order._name,
                    "res_id": order.id,
                    "event_date": self.month,
                    "evidence": "Arrived late",
                }
            ]
        )
        self.as_user(penalty, "service_manager").action_notify()
        self.as_user(penalty, "technician").action_appeal("The road was closed")
        self.env["aftersales.deduction"]._create_plans(
            [
                {
                    **person,
                    "amount": 300,
                    "reason": "Penalty",
                    "res_model": penalty._name,
                    "res_id": penalty.id,
                }
            ]
        )
        review = self.env["aftersales.review"].create(
            {
                **person,
                "date_from": self.month,
                "date_to": self.month + relativedelta(months=1, days=-1),
            }
        )
        self.as_user(review, "service_manager").action_discuss()
        self.env["aftersales.complaint"].create(
            {
                **common,
                "partner_id": self.customer.id,
                "employee_id": self.technician.id,
                "text": "Late",
                "request_id": request.id,
                "order_id": order.id,
            }
        )
        self.env["aftersales.change.request"].with_user(
            self.users["technician"]
        ).create(
            {
                "title": "Late arrival 80",
                "kind": "tariff",
                "rule_id": penalty.rule_id.id,
                "new_amount": 80,
                "original": "50",
                "revision": "80",
                "reason": "50 does not deter",
                "date_effective": self.today + relativedelta(days=30),
                "company_id": self.company.id,
            }
        )
        self.env["aftersales.audit"].create(
            {
                **common,
                "title": "Records",
                "kind": "record",
                "date_planned": self.month,
                "finding_ids": [Command.create({"name": "Sheets missing"})],
            }
        )
        budget = self.env["aftersales.budget"].create(
            {**common, "year": self.month.year, "amount": 300000}
        )
        self.env["aftersales.budget.request"].create(
            {
                "name": "Van",
                "budget_id": budget.id,
                "amount": 80000,
                "reason": "worn out",
                "date": self.month,
            }
        )
        self.env["aftersales.followup"].create(
            {
                "partner_id": self.customer.id,
                "order_id": order.id,
                "request_id": request.id,
                "company_id": self.company.id,
                "rule_id": self.env.ref("aftersales_service.followup_rule_order").id,
                "cause_at": self.noon,
                "due_at": self.noon,
                "attempt_ids": [Command.create({"note": "Engaged"})],
            }
        )
        self.period.action_refresh()

    def test_roles(self):
        """R-PEN-05, R-FUP-01, R-KPI-01: each role opens the lists, groups and forms of
        what its menu shows, every field of them, and finds there what concerns it; it
        finds no other model of these topics, nor what they hold."""
        self._make_records()
        among = VIEWER + BUDGETS + PAYROLL
        for role, models in MENUS.items():
            # his own months are shown on his plan
            readable = PAYROLL if role == "technician" else ()
            found = self.assertRoleOpens(role, models, among, readable)
            seen = {model for model, records in found.items() if records}
            unseen = {
                "technician": (),
                "service_manager": ("aftersales.deduction",),
                "general_manager": ("aftersales.deduction",),
                "quality_vp": ("aftersales.deduction", "aftersales.review"),
                "accountant": ("aftersales.penalty", "aftersales.review"),
                "hr": (),
            }.get(role, OWN)
            expected = set(models) - set(unseen)
            self.assertEqual(seen, expected, f"records shown to {role}")

    def test_rules_are_kept_by_the_manager(self):
        """R-PEN-08: rules, criteria and targets are opened by who keeps them; nobody
        else finds or changes them."""
        self.assertRoleOpens("service_manager", RULES, RULES)
        for role in set(MENUS) - {"service_manager"}:
            actions = self._get_menu_actions(self.users[role])
            self.assertFalse(set(actions) & set(RULES), role)
            for model in RULES:
                if model == "aftersales.penalty.rule" and role == "hr":
                    continue
                record = self.env[model].with_user(self.users[role])
                self.assertFalse(record.has_access("write"), f"{model} {role}")
