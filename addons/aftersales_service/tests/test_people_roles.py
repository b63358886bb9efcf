# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

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

    # === what follows from elsewhere ===#
    def test_whose_penalty_it_is(self):
        """R-PEN-05: whose penalty it is follows from the employee: nobody makes his own
        one somebody else's to decide on it; who gets a login later finds his."""
        manager = self.employees["service_manager"]
        penalty = self.env["aftersales.penalty"]._propose(
            [
                {
                    "rule_code": "late_arrival",
                    "employee_id": manager.id,
                    "res_model": "aftersales.request",
                    "res_id": self._create_request().id,
                    "event_date": fields.Date.today(),
                    "evidence": "seen by the system",
                }
            ]
        )
        mine = self.as_user(penalty, "service_manager")
        stranger = self.users["technician"]
        for vals in (
            {"employee_user_id": stranger.id},
            {"employee_user_id": False},
            {"rule_code": "late_report"},
        ):
            with self.assertRaisesRegex(AccessError, "not written by hand"):
                mine.write(vals)
        with self.assertRaisesRegex(AccessError, "not written by hand"):
            mine.create(
                {
                    "rule_id": penalty.rule_id.id,
                    "employee_id": manager.id,
                    "employee_user_id": stranger.id,
                }
            )
        copied = mine.with_context(default_employee_user_id=stranger.id).create(
            {"rule_id": penalty.rule_id.id, "employee_id": manager.id}
        )
        for one in (mine, copied):
            with self.assertRaisesRegex(AccessError, "his own penalty"):
                one.action_notify()
        manager.user_id = False
        self.assertFalse(penalty.employee_user_id)
        user = new_test_user(
            self.env,
            login="as_late",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        self.assertFalse(penalty.with_user(user).has_access("read"))
        manager.user_id = user
        self.assertEqual(penalty.employee_user_id, user)
        self.as_user(penalty, "hr").action_notify()
        self.assertTrue(penalty.with_user(user).has_access("read"))

    def test_general_manager_is_not_spared(self):
        """R-KPI-04: whether a need is the general manager's follows from its amount and
        the budget's company; nobody says otherwise."""
        budget = self.env["aftersales.budget"].create(
            {
                "department_id": self.department.id,
                "year": fields.Date.today().year + 1,
                "amount": 300000,
                "company_id": self.company.id,
            }
        )
        Need = self.env["aftersales.budget.request"]
        Need = Need.with_user(self.users["service_manager"])
        vals = {
            "name": "Crane lorry",
            "budget_id": budget.id,
            "amount": 80000,
            "reason": "Broken",
            "user_id": self.users["hotline"].id,
        }
        other = self.env["res.company"].create(
            {"name": "Huakuang North", "aftersales_budget_limit": 1000000}
        )
        self.users["service_manager"].company_ids |= other
        with self.assertRaisesRegex(AccessError, "not written by hand"):
            Need.create({**vals, "needs_general_manager": False})
        need = Need.with_context(default_company_id=other.id).create(
            {**vals, "company_id": other.id}
        )
        self.assertEqual(need.company_id, self.company)
        self.assertTrue(need.needs_general_manager)
        for name, value in (
            ("needs_general_manager", False),
            ("company_id", other.id),
        ):
            with self.assertRaisesRegex(AccessError, "not written by hand"):
                need[name] = value
        with self.assertRaisesRegex(UserError, "general manager"):
            need.action_approve()

    def test_copies_of_other_documents(self):
        """R-INT-04, R-DSP-09: what a document keeps of another one, and its number, are
        not written on it; new lines take them from where they belong."""
        order = self._bring_on_site(self._create_order())
        request = order.request_id
        line = {"order_id": order.id, "name": "Assembly"}
        other = self.env["res.company"].create({"name": "Huakuang West"})
        log = self.env["aftersales.order.log"].with_user(self.users["technician"])
        log = log.create(
            {
                **line,
                "work_hours": 8,
                "employee_id": self.technician.id,
                "company_id": other.id,
            }
        )
        self.assertEqual(log.company_id, self.company)
        for record, vals in (
            (self.as_user(request, "hotline"), {"kind_code": "training"}),
            (self.as_user(request, "hotline"), {"name": "SR0001"}),
            (self.as_user(request, "hotline"), {"visit_key": "partner:1"}),
            (self.as_user(order, "technician"), {"priority": "2"}),
            (self.as_user(order, "technician"), {"name": "SO0001"}),
            (log, {"company_id": other.id}),
            (self.as_user(order.check_ids[0], "technician"), {"done_at": False}),
        ):
            with self.subTest(vals=vals):
                with self.assertRaises(UserError):
                    record.write(vals)

    def test_stays_on_file(self):
        """R-PEN-07, R-KPI-02, R-KPI-04, R-KPI-05, R-DSP-01, R-DSP-20: what was dealt
        with is not deleted, by the manager either; an audit's report and what was
        verified stay as they were."""
        company = {"company_id": self.company.id}
        today = fields.Date.today()
        complaint = self.env["aftersales.complaint"].create(
            {"partner_id": self.customer.id, "text": "Rude", **company}
        )
        complaint.action_investigate()
        review = self.env["aftersales.review"].create(
            {
                "employee_id": self.technician.id,
                "date_from": today - relativedelta(months=3),
                "date_to": today,
                **company,
            }
        )
        review.action_discuss()
        station = self.env["aftersales.station"].create(
            {
                "partner_id": self.env["res.partner"].create({"name": "Point"}).id,
                "check_result": "good",
                "check_note": "Own crane",
                **company,
            }
        )
        station.action_check()
        audit = self.env["aftersales.audit"].create(
            {
                "title": "Offices",
                "date_planned": today,
                "report": "In order",
                "finding_ids": [
                    Command.create(
                        {"name": "No scale", "measure": "Bought", "evidence": "Seen"}
                    )
                ],
                **company,
            }
        )
        audit.action_done()
        audit.finding_ids.action_verify()
        order = self._plan(self._create_order())
        order.action_dispatch()
        self.as_user(order, "technician").action_refuse("Too far")
        # what a penalty proposed from it names as its case
        self.assertEqual(order.refusal_ids.display_name, order.display_name)
        boss = "service_manager"
        for record in (
            complaint,
            review,
            station,
            audit.finding_ids,
            audit,
            order.refusal_ids,
        ):
            with self.subTest(model=record._name):
                self.assertTrue(record)
                with self.assertRaises(UserError):
                    self.as_user(record, boss).unlink()
        with self.assertRaises(AccessError):
            self.as_user(order.refusal_ids, boss).reason = "Ill"
        with self.assertRaisesRegex(UserError, "stays as it is"):
            self.as_user(audit.finding_ids, boss).evidence = "Nothing"
        audit.action_close()
        with self.assertRaisesRegex(UserError, "stays as it is"):
            self.as_user(audit, boss).report = "Excellent"
        fresh = complaint.copy()
        self.as_user(fresh, boss).unlink()

    def test_documents_of_another_company(self):
        """R-PEN-07, R-KPI-04, R-KPI-05, R-DSP-10, R-DSP-11, R-DSP-14: filed for another
        of the user's companies, a document proposes that company's department and his
        file there."""
        other = self.env["res.company"].create({"name": "Huakuang South"})
        other._create_aftersales_config()
        department = self.env["hr.department"].create(
            {"name": "Service South", "company_id": other.id}
        )
        other.aftersales_department_id = department
        user = self.users["service_manager"]
        user.company_ids |= other
        mine = self.env["hr.employee"].create(
            {
                "name": "Boss, South",
                "user_id": user.id,
                "company_id": other.id,
                "department_id": department.id,
                "is_technician": True,
            }
        )
        env = self.env(
            user=user, context={"allowed_company_ids": [self.company.id, other.id]}
        )
        company = {"company_id": other.id}
        customer = self.env["res.partner"].create({"name": "Anywhere Quarry"})
        documents = [
            env["aftersales.complaint"].create(
                {"partner_id": customer.id, "text": "Late", **company}
            ),
            env["aftersales.audit"].create(
                {"title": "Office", "date_planned": fields.Date.today(), **company}
            ),
            env["aftersales.budget"].create({"amount": 1000, **company}),
        ]
        for document in documents:
            with self.subTest(model=document._name):
                self.assertEqual(document.department_id, department)
                document.write({"company_id": self.company.id})
                self.assertEqual(document.department_id, self.department)
        request = env["aftersales.request"].create(
            {"partner_id": customer.id, "fault": "Noise", **company}
        )
        order = env["aftersales.order"].create({"request_id": request.id})
        line = {"order_id": order.id}
        log = env["aftersales.order.log"].create({**line, "name": "Assembly"})
        expense = env["aftersales.order.expense"].create(
            {**line, "amount": 20, "place": "Ganzhou", "name": "Bus"}
        )
        receipt = env["aftersales.machine.receipt"].create(
            {"partner_id": customer.id, "product_id": self.seal.id, **company}
        )
        self.assertEqual(log.employee_id | expense.employee_id, mine)
        self.assertEqual(receipt.received_by_id, mine)

    def test_department_in_each_company(self):
        """R-INT-03, R-PEN-07: who works in two companies sees his department's cases
        in the one he has switched to, and not those of other departments."""
        other = self.env["res.company"].create({"name": "Huakuang South"})
        theirs, foreign = self.env["hr.department"].create(
            [
                {"name": name, "company_id": other.id}
                for name in ("Service South", "Service North")
            ]
        )
        user = self.users["hotline"]
        user.company_ids |= other
        self.env["hr.employee"].create(
            {
                "name": "Hotline, South",
                "user_id": user.id,
                "company_id": other.id,
                "department_id": theirs.id,
            }
        )
        customer = self.env["res.partner"].create({"name": "Anywhere Quarry"})
        complaints = self.env["aftersales.complaint"].create(
            [
                {
                    "partner_id": customer.id,
                    "text": "Late",
                    "company_id": other.id,
                    "department_id": department.id,
                }
                for department in (theirs, foreign)
            ]
        )
        requests = self.env["aftersales.request"].create(
            [
                {
                    "partner_id": customer.id,
                    "fault": "Noise",
                    "company_id": other.id,
                    "department_id": department.id,
                }
                for department in (theirs, foreign)
            ]
        )
        for companies in (other, self.company | other):
            for records in (complaints, requests):
                with self.subTest(companies=len(companies), model=records._name):
                    seen = records.with_user(user).with_context(
                        allowed_company_ids=companies.ids
                    )
                    self.assertEqual(
                        [record.has_access("read") for record in seen], [True, False]
                    )
        seen = (
            complaints[0]
            .with_user(user)
            .with_context(allowed_company_ids=self.company.ids)
        )
        self.assertFalse(seen.has_access("read"))
