# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What happens in the office meanwhile: complaints, penalties, audits, figures."""

from dateutil.relativedelta import relativedelta

from odoo import Command, fields

from .storyteller import Storyteller

#: days ago, channel, subject, complaint, investigation, verdict, answer
COMPLAINTS = [
    (
        *(150, "phone", "time", "报修两天没有人到现场，生产线一直停着"),
        *("调取派工记录：派工晚了 26 小时", "justified", "已向客户致歉并加派工程师"),
    ),
    (
        *(96, "phone", "conduct", "服务人员态度生硬，没有做完试车就离开"),
        *("与客户和服务人员分别核实", "justified", "当面道歉，补做试车"),
    ),
    (
        *(52, "letter", "quality", "上月修过的轴承座又漏油"),
        *("密封圈为客户自行更换的非原厂件", "unjustified", "已书面说明原因并附照片"),
    ),
    (
        *(33, "email", "charge", "收费高于收费标准卡"),
        *("核对回执单与收费标准卡，一致", "unjustified", "已提供收费依据"),
    ),
    (*(9, "phone", "time", "约好上午到，下午才到"), None, None, None),
    (*(1, "visit", "product", "新机噪声大，要求检查"), None, None, None),
]
AUDITS = [
    (70, "record", "第三季度维修服务回执单抽查", "抽查 30 份回执单，2 份缺旧件序列号"),
    (40, "call", "重点客户满意度电话抽查", "回访 12 家，11 家满意"),
    (-12, "station", "龙岩鑫发特约维修点年度检查", None),
]
#: whose data were wrong, what, and how it is right
CORRECTIONS = [
    ("partner_id", "phone", lambda old: f"{old[:-2]}21"),
    ("site_id", "street", lambda old: f"{old}（老料场东门）"),
    ("partner_id", "phone", lambda old: f"{old[:-3]}318"),
]


class OfficeStory(Storyteller):
    """The year of the manager, the quality department and the people's files."""

    def run(self):
        self.charge()
        self.settle_expenses()
        self.correct_customers()
        self.sign_contracts()
        self.build_network()
        self.hear_complaints()
        self.decide_penalties()
        self.audit()
        self.plan_budget()
        self.change_rules()
        self.take_to_workshop()
        self.review_people()
        self.close_periods()

    def correct_customers(self):
        """Telephone numbers and an address found wrong on the way."""
        requests = self.by(self.env["aftersales.request"], "hotline").search(
            [("state", "=", "in_progress"), ("site_id", "!=", False)], order="id"
        )
        for request, row in zip(requests, CORRECTIONS, strict=False):
            target, name, correct = row
            self.ago(1, hour=6)
            request.env["aftersales.request.correction"].create(
                {
                    "request_id": request.id,
                    "target": target.removesuffix("_id"),
                    "field_name": name,
                    "new_value": correct(request[target][name]),
                }
            )

    # === CHARGES ===#
    def charge(self):
        """Work out of warranty is invoiced by the month; most customers have paid."""
        orders = self.by(self.env["aftersales.order"], "accountant").search(
            [
                ("state", "=", "done"),
                ("billing_state", "=", "to_invoice"),
                ("reported_at", "<", self.now - relativedelta(days=10)),
            ]
        )
        Payment = self.by(self.env["account.payment.register"], "accountant")
        by_month = orders.grouped(lambda order: order.reported_at.strftime("%Y-%m"))
        for month in sorted(by_month):
            batch = by_month[month]
            days = (self.now - max(batch.mapped("reported_at"))).days
            self.ago(max(days - 3, 0))
            batch.action_create_charge_invoice()
            invoices = batch.sale_order_id.invoice_ids
            invoices.action_post()
            if days < 40:
                continue
            self.ago(days - 30)
            # what the price card gives away leaves nothing to pay
            paid = invoices.filtered(
                lambda invoice: invoice.amount_residual and self.random.random() < 0.9
            )
            if not paid:
                continue
            Payment.with_context(
                active_model="account.move", active_ids=paid.ids
            ).create({"group_payment": True})._create_payments()

    def settle_expenses(self):
        """Travel of each visit with its receipt, overtime now and then; the manager
        approves what matches the trip."""
        self.at(self.now)
        orders = self.env["aftersales.order"].search(
            [("state", "=", "done"), ("kind", "!=", "remote")]
        )
        receipt = self.attach(orders[:1], "过路费发票.png")
        vals_list = []
        for order in orders:
            common = {
                "order_id": order.id,
                "employee_id": order.technician_id.id,
                "date": order.reported_at.date(),
                "place": order.partner_id.city,
                "receipt_ids": [Command.set(receipt.ids)],
            }
            distance = order.partner_id.service_distance
            vals_list.append(
                {
                    **common,
                    "kind": "travel",
                    "name": "油费与过路费",
                    "amount": round(60 + 1.6 * distance),
                }
            )
            if self.random.random() < 0.15:
                vals_list.append({**common, "kind": "overtime", "hours": 2})
        lines = self.env["aftersales.order.expense"].create(vals_list)
        matching = lines.filtered(lambda line: not line.issue)
        self.by(matching, "manager").action_approve()

    # === CUSTOMERS AND NETWORK ===#
    def sign_contracts(self):
        """Maintenance contracts of three key customers, one with resident staff."""
        self.ago(300)
        customers = self.env["res.partner"].search(
            [("is_key_customer", "=", True)], order="id", limit=3
        )
        machines = self.env["stock.lot"].search([("customer_id", "in", customers.ids)])
        for number, customer in enumerate(customers):
            self.env["aftersales.contract"].create(
                {
                    "name": f"WB-{self.today.year}-{number + 1:03d}",
                    "partner_id": customer.id,
                    "user_id": self.users["manager"].id,
                    "lot_ids": [
                        Command.set(
                            machines.filtered(
                                lambda lot, owner=customer: lot.customer_id == owner
                            ).ids
                        )
                    ],
                    "date_start": self.today - relativedelta(days=300),
                    "date_end": self.today + relativedelta(days=430),
                    "covers_parts": number == 0,
                    "amount": 48000 - 8000 * number,
                    "visit_interval": 3,
                    "next_visit_date": self.today + relativedelta(days=5 + number),
                }
            )

    def build_network(self):
        """A service station applies, is checked, contracted and trained."""
        self.ago(320)
        Station = self.by(self.env["aftersales.station"], "manager")
        partner = self.env["res.partner"].search([("name", "=", "龙岩鑫发特约维修点")])
        station = Station.create(
            {
                "partner_id": partner.id,
                "region_id": self.env["aftersales.region"]
                .search([("name", "=", "闽西")])
                .id,
                "application_note": "有 4 名维修工、120 平米车间，申请负责闽西片区",
                "check_result": "good",
                "check_note": "场地、工具、人员符合要求",
            }
        )
        station.action_check()
        station.write(
            {
                "contract_ref": f"TY-{self.today.year - 1}-006",
                "date_start": self.today - relativedelta(days=315),
                "date_end": self.today + relativedelta(days=415),
                "labour_rate": 90,
                "travel_rate": 1.2,
                "parts_support": "常用易损件寄存，坏件每月集中退回",
                "next_audit_date": self.today + relativedelta(days=12),
            }
        )
        station.action_contract()
        self.ago(280)
        self.by(self.env["aftersales.station.event"], "manager").create(
            {
                "station_id": station.id,
                "kind": "training",
                "date": self.today - relativedelta(days=280),
                "subject": "颚式破碎机轴承更换与密封装配",
                "participants": "维修工 4 人",
            }
        )
        self.ago(45)
        Station.create(
            {
                "partner_id": self.env["res.partner"]
                .create({"name": "郴州宜工机械维修部", "is_company": True})
                .id,
                "application_note": "申请成为湘南片区特约维修点",
            }
        )

    # === COMPLAINTS AND PENALTIES ===#
    def hear_complaints(self):
        orders = self.env["aftersales.order"].search(
            [("state", "=", "done")], order="id desc"
        )
        for number, row in enumerate(COMPLAINTS):
            days, channel, subject, text, investigation, verdict, answer = row
            order = orders[number * 7 : number * 7 + 1]
            self.ago(days)
            complaint = self.by(self.env["aftersales.complaint"], "hotline").create(
                {
                    "channel": channel,
                    "subject": subject,
                    "text": text,
                    "partner_id": order.partner_id.id,
                    "order_id": order.id,
                    "request_id": order.request_id.id,
                    "employee_id": order.technician_id.id,
                }
            )
            if not investigation:
                continue
            complaint = self.by(complaint, "manager")
            complaint.action_investigate()
            complaint.write(
                {"investigation": investigation, "verdict": verdict, "answer": answer}
            )
            self.ago(days - 2)
            complaint.action_answer()
            complaint.action_close()

    def decide_penalties(self):
        """Of what the system proposed: notified, answered, appealed, final, waived."""
        self.at(self.now)
        self.env["aftersales.penalty"]._cron_propose()
        proposals = self.by(self.env["aftersales.penalty"], "manager").search(
            [("state", "=", "draft")], order="id"
        )
        decided = proposals[: len(proposals) * 2 // 3].filtered(
            lambda penalty: (
                penalty.rule_kind != "range"
                and penalty.event_date < self.today - relativedelta(days=30)
            )
        )
        self.ago(30)
        decided.action_notify()
        for number, penalty in enumerate(decided):
            login = penalty.employee_id.user_id.login
            own = self.by(penalty, login) if login in self.users else penalty.browse()
            if number % 5 == 0:
                own.action_appeal("当日山路塌方绕行，有照片为证，不属于本人过错")
            elif number % 3 == 0:
                own.action_state_view("情况属实，今后注意", accept=True)
        self.ago(5)
        appealed = decided.filtered(lambda penalty: penalty.state == "appealed")
        self.by(appealed[::2], "hr").action_waive("绕行属实，免于处罚")
        decided.filtered(lambda penalty: penalty.state == "notified").action_finalize()

    # === THE YEAR'S PAPER ===#
    def audit(self):
        for days, kind, title, report in AUDITS:
            self.ago(max(days, 0))
            audit = self.by(self.env["aftersales.audit"], "manager").create(
                {
                    "kind": kind,
                    "title": title,
                    "date_planned": self.today - relativedelta(days=days),
                    "interval_months": 3 if kind == "record" else 0,
                    "scope": "按检查表逐项核对",
                }
            )
            if not report:
                continue
            audit.report = report
            if kind == "record":
                self.by(self.env["aftersales.audit.finding"], "manager").create(
                    {
                        "audit_id": audit.id,
                        "name": "2 份回执单缺旧件序列号",
                        "measure": "回执单提交前由内勤核对旧件序列号",
                        "user_id": self.users["dispatcher"].id,
                        "date_due": self.today + relativedelta(days=10),
                    }
                )
            audit.action_done()

    def plan_budget(self):
        self.ago(340)
        department = self.company.aftersales_department_id
        budget = self.by(self.env["aftersales.budget"], "manager").create(
            {
                "department_id": department.id,
                "year": self.today.year,
                "amount": 860000,
                "note": "备件、差旅、培训、服务器械",
            }
        )
        self.by(budget, "gm").action_approve()
        self.ago(60)
        self.by(self.env["aftersales.budget.request"], "manager").create(
            [
                {
                    "name": "闽西片区增加一辆服务车",
                    "budget_id": budget.id,
                    "amount": 128000,
                    "reason": "闽西片区平均到场时间超过 48 小时",
                },
                {
                    "name": "轴承加热器两台",
                    "budget_id": budget.id,
                    "amount": 9600,
                    "is_planned": True,
                    "reason": "现场更换轴承需要",
                },
            ]
        )

    def change_rules(self):
        self.ago(8)
        change = self.by(self.env["aftersales.change.request"], "manager").create(
            {
                "title": "回执单须附更换件照片",
                "kind": "procedure",
                "original": "回执单填写故障、原因、处理、更换件。",
                "revision": "回执单除上述内容外，附新旧件照片各一张。",
                "reason": "供应商追偿时缺少照片证据",
                "date_effective": self.today + relativedelta(days=20),
            }
        )
        change.action_submit()

    def take_to_workshop(self):
        """A machine stands in the workshop, received against a slip."""
        self.ago(4)
        order = self.env["aftersales.order"].search(
            [("state", "=", "done"), ("lot_id", "!=", False)], order="id desc", limit=1
        )
        receipt = self.by(self.env["aftersales.machine.receipt"], "dispatcher").create(
            {
                "order_id": order.id,
                "partner_id": order.partner_id.id,
                "lot_id": order.lot_id.id,
                "condition": "外观良好，飞轮护罩缺失",
                "accessories": "随机钥匙一套、润滑油管两根",
                "promised_date": self.today + relativedelta(days=6),
                "received_by_id": self.employee("dispatcher").id,
                "customer_name": order.signed_by,
                "customer_signature": self.signature,
            }
        )
        receipt.action_receive()
        receipt.action_create_repair()

    # === PEOPLE AND FIGURES ===#
    def review_people(self):
        """Half-year reviews: one fixed, one in discussion, one just measured."""
        self.ago(14)
        start = self.today - relativedelta(months=6)
        reviews = self.by(self.env["aftersales.review"], "manager").create(
            [
                {
                    "employee_id": self.employee(login).id,
                    "date_from": start,
                    "date_to": self.today - relativedelta(days=15),
                }
                for login in ("tech02", "tech03", "tech06")
            ]
        )
        reviews.action_compute()
        reviews[:2].action_discuss()
        self.by(reviews[0], "tech02").action_comment("希望安排液压系统培训")
        reviews[0].write(
            {
                "manager_comment": "及时率高，回执单完整",
                "training": "液压系统诊断",
                "reward": 800,
            }
        )
        reviews[0].action_fix()

    def close_periods(self):
        """Figures of the last twelve months and four quarters."""
        self.at(self.now)
        month = fields.Date.start_of(self.today, "month")
        quarter = fields.Date.start_of(self.today, "quarter")
        starts = [("month", month - relativedelta(months=n)) for n in range(12)]
        starts += [("quarter", quarter - relativedelta(months=3 * n)) for n in range(4)]
        Period = self.by(self.env["aftersales.kpi.period"], "manager")
        periods = Period.search([])
        known = {(period.kind, period.date_from) for period in periods}
        periods |= Period.create(
            [
                {"kind": kind, "date_from": start}
                for kind, start in starts
                if (kind, start) not in known
            ]
        )
        periods.filtered(lambda period: period.state == "open").action_refresh()
