# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The people of the demo year: training files, resident staff, wages, and the days on
which not everything went as planned."""

import base64
import io
from datetime import datetime, time, timedelta

from dateutil.relativedelta import relativedelta
from PIL import Image, ImageDraw

from odoo import Command

from .storyteller import Storyteller

#: subject, kind, days ago, people, grade awarded, trainer
TRAININGS = [
    ("颚式破碎机结构与装配", "training", 330, (1, 4, 7, 10, 13, 14), None, "技术中心"),
    ("液压系统故障诊断", "training", 200, (2, 5, 8, 11), None, "宁波海力液压"),
    ("2 级服务工程师考核", "exam", 190, (4, 5, 13), None, "考评小组"),
    ("中级服务工程师认证", "certification", 185, (13,), "intermediate", "考评小组"),
    ("高级服务工程师认证", "certification", 320, (2, 3), "senior", "考评小组"),
    ("电控柜带电作业安全", "training", -12, (3, 6, 9), None, "安全环保部"),
]
#: kinds of a machine that waits, and why
PAUSES = ["等客户停产窗口，约定下周二检修", "客户自备吊车未到场", "等客户确认收费报价"]


def draw_logo():
    """Return a base64 picture: the mark of the demo company."""
    image = Image.new("RGBA", (360, 120), "white")
    draw = ImageDraw.Draw(image)
    draw.polygon([(20, 100), (70, 16), (120, 100)], fill="#b5402a")
    draw.polygon([(50, 100), (84, 44), (118, 100)], fill="#7a2618")
    draw.rectangle([(140, 34), (340, 46)], fill="#33475b")
    draw.rectangle([(140, 58), (300, 66)], fill="#33475b")
    draw.rectangle([(140, 78), (320, 86)], fill="#b5402a")
    out = io.BytesIO()
    image.save(out, "PNG")
    return base64.b64encode(out.getvalue())


class PeopleStory(Storyteller):
    def run(self):
        self.company.logo = draw_logo()
        self.people = self.env["hr.employee"].search([("is_technician", "=", True)])
        self.print_price_card()
        self.keep_training_files()
        self.station_resident()
        self.refuse_dispatch()
        self.hand_over()
        self.leave_to_plan()
        self.wait_for_customers()
        self.call_in_vain()
        self.train_operators()
        self.track_repair()
        self.deduct()
        self.at(self.now)

    def print_price_card(self):
        """The card the technician shows before he works: hours, travel, parts."""
        company = self.company
        work = company.aftersales_labour_product_id
        travel = company.aftersales_travel_product_id
        parts = self.env["product.product"].search(
            [("default_code", "like", "___-0%"), ("is_machine", "=", False)], limit=20
        )
        prices = {work: 80, travel: 1.5}
        prices.update({part: round(part.list_price * 1.1) for part in parts})
        company.aftersales_pricelist_id = self.env["product.pricelist"].create(
            {
                "name": f"售后服务收费标准 {self.today.year}",
                "company_id": company.id,
                "item_ids": [
                    Command.create(
                        {
                            "applied_on": "0_product_variant",
                            "product_id": product.id,
                            "compute_price": "fixed",
                            "fixed_price": price,
                        }
                    )
                    for product, price in prices.items()
                    if product
                ],
            }
        )

    # === TRAINING FILES ===#
    def keep_training_files(self):
        for name, kind, days, numbers, grade, trainer in TRAININGS:
            self.ago(max(days, 0))
            lines = self.by(self.env["aftersales.qualification"], "manager").create(
                [
                    {
                        "name": name,
                        "kind": kind,
                        "date": self.today - timedelta(days=days),
                        "employee_id": self.employee(f"tech{number:02d}").id,
                        "grade": grade,
                        "trainer": trainer,
                        "score": 0 if days < 0 else self.random.randint(71, 97),
                    }
                    for number in numbers
                ]
            )
            if days < 0:
                continue
            failed = lines[-1:] if kind == "exam" else lines.browse()
            failed.score = 56
            failed.action_fail()
            (lines - failed).action_pass()

    # === RESIDENT STAFF ===#
    def station_resident(self):
        """The key customer's resident technician, two months on the site's list."""
        contract = self.env["aftersales.contract"].search([], order="name", limit=1)
        start = self.today - relativedelta(months=2)
        self.at(datetime.combine(start, time(1)))
        stay = self.by(self.env["aftersales.resident.assignment"], "manager").create(
            {
                "contract_id": contract.id,
                "employee_id": self.employee("tech13").id,
                "date_start": start,
            }
        )
        self.at(self.now)
        # sudo: the list is planned by the nightly job
        stay.sudo()._plan_days(
            max(start, stay.date_start), self.today + timedelta(days=14)
        )
        days = self.by(stay.day_ids, "dispatcher").sorted("date")
        past = days.filtered(lambda day: day.date < self.today and day.planned_start)
        for number, day in enumerate(past):
            if number in (9, 10):
                day.write({"is_leave": True, "reason": "回家探亲，由吴强代班"})
                continue
            late = self.random.choice([-8, -5, -3, 0, 2, 4, 26 if number > 20 else 1])
            day.write(
                {
                    "check_in": day.planned_start + timedelta(minutes=late),
                    "check_out": day.planned_end
                    + timedelta(minutes=self.random.choice([0, 5, 12, 30])),
                    "reason": "山路结冰" if late > 15 else False,
                }
            )
        # sudo: as above
        self.env["aftersales.resident.day"].sudo()._settle_past_days(
            self.company, self.today
        )
        over = stay.sheet_ids.filtered(
            lambda sheet: (
                sheet.state == "open" and sheet.month < self.today.replace(day=1)
            )
        )
        self.by(over, "manager").action_accept()

    # === WHAT DID NOT GO AS PLANNED ===#
    def refuse_dispatch(self):
        """Somebody refuses; the dispatcher plans another."""
        order = self.env["aftersales.order"].search(
            [("state", "=", "dispatched")], order="planned_start", limit=1
        )
        if not order:
            return
        login = order.technician_id.user_id.login
        self.at(self.now - timedelta(minutes=30))
        self.by(order, login).action_refuse("车辆故障在修理厂，当天无法出发")
        self.at(self.now)
        others = self.people.filtered(
            lambda person: (
                person.technician_grade != "junior" and person != order.technician_id
            )
        )
        order = self.by(order, "dispatcher")
        for person in others:
            order.technician_id = person
            if not order.has_conflict:
                order.action_dispatch()
                return

    def hand_over(self):
        """The hotline's shift ends: two requests go to the dispatcher."""
        requests = self.env["aftersales.request"].search(
            [("state", "=", "in_progress")], order="id desc", limit=2
        )
        self.at(self.now - timedelta(hours=3))
        self.by(self.env["aftersales.request.handover.wizard"], "hotline").create(
            {
                "request_ids": [Command.set(requests.ids)],
                "user_id": self.users["dispatcher"].id,
                "reason": "交接班：客户上午来电催促，已答复当天到场",
            }
        ).action_apply()

    def leave_to_plan(self):
        """Customers asked for another day: their orders lie beside the board again,
        for the dispatcher to drag."""
        orders = self.env["aftersales.order"].search(
            [("state", "=", "draft"), ("planned_start", "!=", False)], limit=2
        )
        self.at(self.now - timedelta(hours=1))
        self.by(orders, "dispatcher").write(
            {
                "planned_start": False,
                "planned_end": False,
                "technician_id": False,
                "technician_ids": [Command.clear()],
            }
        )

    def wait_for_customers(self):
        requests = self.by(self.env["aftersales.request"], "hotline").search(
            [("state", "in", ("new", "assessed"))], order="id", limit=len(PAUSES)
        )
        for request, reason in zip(requests, PAUSES, strict=False):
            self.at(self.now - timedelta(hours=2))
            request.action_wait(reason)

    def call_in_vain(self):
        """Calls to customers: noted on the request, also those nobody answered."""
        due = self.by(self.env["aftersales.followup"], "hotline").search(
            [("state", "=", "due")], order="due_at", limit=3
        )
        self.at(self.now - timedelta(minutes=40))
        for followup in due:
            followup.action_not_reached("无人接听")
        requests = self.env["aftersales.request"].search(
            [("state", "=", "in_progress")], limit=4
        )
        self.by(self.env["aftersales.call"], "hotline").create(
            [
                {
                    "request_id": request.id,
                    "result": "unanswered" if number == 3 else "answered",
                    "note": "未接通，一小时后再拨"
                    if number == 3
                    else "已告知服务人员姓名和预计到场时间",
                }
                for number, request in enumerate(requests)
            ]
        )

    # === THE CUSTOMER'S PEOPLE, THE WORKSHOP ===#
    def train_operators(self):
        """Operators of a customer are trained after a repair and sign for it."""
        order = self.env["aftersales.order"].search(
            [("state", "=", "on_site")], limit=1
        )
        self.at(self.now)
        self.by(self.env["aftersales.training.attendee"], "dispatcher").create(
            [
                {
                    "order_id": order.id,
                    "name": name,
                    "job": job,
                    "phone": phone,
                    "result": "passed",
                    "signature": self.signature,
                }
                for name, job, phone in (
                    ("刘长春", "破碎班班长", "138 0000 1201"),
                    ("黄海生", "操作工", "138 0000 1202"),
                    ("肖红", "设备员", "138 0000 1203"),
                )
                if order
            ]
        )

    def track_repair(self):
        """What cannot be mended on site is agreed between departments."""
        self.ago(6)
        order = self.env["aftersales.order"].search(
            [("state", "=", "on_site")], limit=1
        ) or self.env["aftersales.order"].search([("state", "=", "done")], limit=1)
        departments = self.env["hr.department"].search(
            [("company_id", "=", self.company.id)], limit=3
        )
        part = self.env["product.product"].search([("default_code", "=", "ELE-004")])
        self.by(self.env["aftersales.repair.tracking"], "manager").create(
            {
                "request_id": order.request_id.id,
                "order_id": order.id,
                "problem": "机架轴承座孔磨损超差，现场无法镗孔",
                "plan": "拆回动颚总成，加工中心镶套；期间借用备机",
                "measurements": "轴承座孔实测 Φ400.18，要求 Φ400 +0.05",
                "action_ids": [
                    Command.create(
                        {
                            "department_id": department.id,
                            "name": name,
                            "user_id": self.users["manager"].id,
                            "date_due": self.today + timedelta(days=days),
                            "done_on": self.today - timedelta(days=2)
                            if days < 0
                            else False,
                        }
                    )
                    for department, (name, days) in zip(
                        departments,
                        (
                            ("出具镶套加工方案", -3),
                            ("镶套加工并检测", 5),
                            ("现场装配试车", 9),
                        ),
                        strict=False,
                    )
                ],
                "delivery_ids": [
                    Command.create({"product_id": part.id, "quantity": 2})
                ],
            }
        )

    # === WAGES ===#
    def deduct(self):
        """A quarrel at a customer's is charged: notified, accepted, posted, and
        deducted within what payroll may take."""
        self.ago(40)
        # sudo: wages are entered by HR with its own rights in the employee file
        for person in self.people.sudo():
            person.wage = 5200 if person.technician_grade == "junior" else 7600
        rule = self.env.ref("aftersales_service.penalty_rule_quarrel")
        rule.write(
            {
                "consequence": "wage",
                "legal_basis": "《服务人员奖惩办法》第 9 条，本人签字确认",
            }
        )
        employee = self.employee("tech09")
        penalty = self.by(self.env["aftersales.penalty"], "manager").create(
            {
                "rule_id": rule.id,
                "employee_id": employee.id,
                "event_date": self.today - timedelta(days=44),
                "evidence": "与客户设备科长争吵，客户来函投诉，现场录音为证",
                "amount": 200,
                "amount_reason": "初次发生，认错态度好",
            }
        )
        penalty.action_notify()
        self.ago(39)
        self.by(penalty, "tech09").action_state_view("情况属实，接受处理", accept=True)
        self.ago(30)
        penalty.action_finalize()
        self.by(penalty, "accountant").action_post()
