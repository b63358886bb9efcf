# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
# It talks to the person who waits, and keeps each stretch of months it has told.
# pylint: disable=print-used,invalid-commit
"""Twelve months of the demo company, lived through the same buttons as a user's.

``./aftersales up`` runs it in an Odoo shell (``env`` is given); no installation
does. Time is moved along the year, so limits are met and missed as they would be.
"""

from datetime import timedelta

from odoo import Command

from .masters import Masters
from .office_story import OfficeStory
from .people_story import PeopleStory
from .pictures import draw_part
from .storyteller import Storyteller, tell_story

REQUESTS = 300
DAYS = 360

#: model code prefix -> [(fault, cause, solution, part code, problem level)]
FAULTS = {
    "PE": [
        (
            "主轴承温度过高，自动停机",
            "轴承保持架断裂",
            "更换轴承及密封",
            "BEA-001",
            "2",
        ),
        ("轴承座漏油", "密封件老化", "更换密封套件", "WEA-001", "2"),
        ("颚板松动，有异响", "压紧螺栓松动", "紧固螺栓并更换颚板", "WEA-003", "1"),
        ("飞轮摆动", "键槽磨损", "更换飞轮", "STR-003", "3"),
    ],
    "HP": [
        ("液压站压力不足", "齿轮泵磨损", "更换齿轮泵", "HYD-001", "2"),
        ("油温高报警", "油冷却器堵塞", "清洗并更换滤芯", "HYD-006", "1"),
        ("清腔缸不动作", "电磁换向阀卡滞", "更换电磁换向阀", "HYD-004", "2"),
        ("衬板异常磨损", "给料粒度超限", "更换破碎壁并调整给料", "WEA-007", "2"),
    ],
    "PF": [
        ("转子振动大", "板锤磨损不均", "成组更换板锤", "WEA-008", "2"),
        ("主电机过流跳闸", "接触器触点烧蚀", "更换交流接触器", "ELE-006", "1"),
    ],
    "VSI": [
        ("产量下降", "抛料头磨损", "更换抛料头", "WEA-010", "1"),
        ("轴承噪声大", "润滑不良", "更换轴承", "BEA-003", "2"),
    ],
    "2YK": [
        ("筛网破损", "物料冲击", "更换筛网", "WEA-011", "1"),
        ("激振器发热", "激振器轴承失效", "更换激振器轴承", "BEA-006", "2"),
        ("侧板开裂", "焊接应力", "补焊并更换侧板", "STR-004", "4"),
    ],
    "ZSW": [
        ("振动电机不转", "热继电器动作", "更换热继电器", "ELE-007", "1"),
        ("给料偏料", "弹簧断裂", "更换螺旋弹簧", "STR-006", "2"),
    ],
}
PUBLIC_CHANNELS = [
    "phone",
    "phone",
    "phone",
    "phone",
    "email",
    "portal",
    "visit",
    "fax",
]
SATISFACTION = ["5", "5", "5", "5", "4", "4", "4", "3", "2"]
#: what callers say on the telephone; the dissatisfied ones are taken up again
CALL_RESULTS = [
    *[("5", "设备运行正常，客户满意")] * 5,
    *[("4", "设备运行正常")] * 4,
    ("3", "设备正常，希望配件到货更快"),
]
#: days until the customer wants it, kind, what is asked for
PLANNED_WORK = [
    (1, "commissioning", "新机到货，请安排安装调试"),
    (2, "training", "新操作工上岗，请安排使用与维护培训"),
    (2, "visit", "重点客户季度走访"),
    (3, "commissioning", "筛分线安装调试，基础已完工"),
    (4, "repair", "计划停机，更换动颚轴承"),
    (5, "visit", "合同巡检：检查衬板磨损与润滑"),
    (6, "training", "液压系统日常保养培训"),
]
#: kind, question, answer of those who need nobody on site
QUESTIONS = [
    ("question", "HP300 排料口怎样调整到 12 mm？", "按说明书 5.3 节，先松锁紧缸再调整"),
    ("question", "润滑油冬季用什么牌号？", "气温低于 5 ℃ 用 L-CKD150"),
    ("spare_parts", "询 PE-600 活动颚板 2 块的价格和货期", "有现货，报价单已发"),
    ("question", "控制柜报 E07 是什么意思？", "料位传感器断线，检查接头"),
    ("spare_parts", "需要密封套件 5 套", "有现货，当日发出"),
    ("question", "皮带轮护罩能否加高？", "可以，图纸已发邮箱"),
]


class Story(Storyteller):
    """Lives the year of requests, visits and calls."""

    def __init__(self, env, clock):
        self.masters = Masters(env).make()
        # the master data stay if the year that follows is interrupted
        env.cr.commit()
        super().__init__(env, clock)
        self.busy_until = {}
        self.last_call = {}

    # === THE YEAR ===#
    def run(self):
        self.set_up_books()
        moments = self.choose_moments()
        for number, (moment, machine) in enumerate(moments, 1):
            self.live_case(number, moment, machine)
            self.call_back(moment)
            if number % 50 == 0:
                print(f"demo: {number} of {len(moments)} requests", flush=True)
                self.env.cr.commit()
        self.call_back(self.now)
        self.plan_ahead()
        self.answer_questions()

    def plan_ahead(self):
        """What is agreed for the coming days, so that the board looks forward."""
        for number, (days, kind, text) in enumerate(PLANNED_WORK):
            moment = self.ago(1, hour=1 + number)
            machine = self.masters.machines[number * 8]
            request = self.by(self.env["aftersales.request"], "hotline").create(
                {
                    "lot_id": machine.id,
                    "kind_id": self.env.ref(f"aftersales_service.kind_{kind}").id,
                    "fault": text,
                    "channel": "phone",
                    "reported_at": moment,
                }
            )
            request.level = "2"
            request.action_assess()
            request.action_submit()
            if not self.approve(request, moment + timedelta(minutes=40)):
                continue
            order = self.plan(request, self.env["product.product"], moment)
            start = (self.now + timedelta(days=days)).replace(hour=1, minute=0)
            order.write(
                {"planned_start": start, "planned_end": start + timedelta(hours=7)}
            )
            if not order.has_conflict and number % 2 == 0:
                self.dispatch(order)

    def answer_questions(self):
        """Technical questions and spare parts: answered by telephone, closed."""
        for number, (kind, text, answer) in enumerate(QUESTIONS):
            moment = self.ago(5 * number, hour=3)
            request = self.by(self.env["aftersales.request"], "hotline").create(
                {
                    "partner_id": self.masters.customers[number * 3].id,
                    "kind_id": self.env.ref(f"aftersales_service.kind_{kind}").id,
                    "fault": text,
                    "channel": "email" if number % 2 else "phone",
                    "reported_at": moment,
                }
            )
            if not number:
                continue
            self.at(moment + timedelta(minutes=7))
            request.action_answer()
            request.level = "1"
            request.action_assess()
            request.action_submit()
            request.solution = answer
            request.action_solve()

    def choose_moments(self):
        """When customers call: a year of it, enough of the last two working days for
        a board and start pages with something to do, and three calls within days
        about one production batch.

        :return: list of (moment, machine that is called about or None)
        """
        recent = REQUESTS // 12
        moments = [
            self.office_ago(self.random.randint(5, 1200)) for _number in range(recent)
        ]
        for _number in range(REQUESTS - recent):
            moment = self.now - timedelta(
                days=self.random.triangular(2, DAYS, 20),
                minutes=self.random.randint(0, 600),
            )
            # eight to eighteen o'clock in Shanghai, Monday to Saturday
            moment = moment.replace(hour=moment.hour % 10, microsecond=0)
            if moment.weekday() == 6:
                moment -= timedelta(days=1)
            moments.append(moment)
        calls = [(moment, None) for moment in moments]
        calls += [
            (self.office_ago(600 * days), machine)
            for days, machine in zip((9, 6, 3), self.masters.batch, strict=True)
        ]
        return sorted(calls, key=lambda call: call[0])

    def call_back(self, moment):
        """Make the calls that are due, so that few are ever late."""
        calls = self.by(self.env["aftersales.followup"], "hotline").search(
            [("state", "=", "due"), ("due_at", "<=", moment + timedelta(hours=2))],
            order="due_at, id",
        )
        for call in calls:
            # one in ten is forgotten until the next request comes in
            early = self.add_hours(call.due_at, -2.5, -0.5)
            if early.hour >= 10:
                # nobody is called at night: before the office closes, if not earlier
                # than what the call is about
                early = max(early.replace(hour=9), call.due_at - timedelta(hours=2.9))
            self.at(min(moment, early) if self.random.random() < 0.9 else moment)
            satisfaction, result = self.random.choice(CALL_RESULTS)
            call.write({"satisfaction": satisfaction, "result": result})
            call.action_done()
        for request in calls.request_id:
            if request.state == "solved" and not request._get_close_blockers():
                request.action_close()

    def set_up_books(self):
        """Accounts by the settings' own button, and the opening value of the stock."""
        settings = self.env["res.config.settings"].create({})
        if hasattr(settings, "action_setup_aftersales_accounts"):
            settings.action_setup_aftersales_accounts()
        parts = self.masters.parts.with_company(self.masters.company)
        account = parts.categ_id.property_stock_valuation_account_id
        value = sum(part.qty_available * part.standard_price for part in parts)
        equity = self.env["account.account"].search(
            [
                ("account_type", "=", "equity"),
                ("company_ids", "in", self.masters.company.ids),
            ],
            limit=1,
        )
        self.env["account.move"].create(
            {
                "ref": "期初库存",
                "date": (self.now - timedelta(days=DAYS + 20)).date(),
                "line_ids": [
                    Command.create({"account_id": account.id, "debit": value}),
                    Command.create({"account_id": equity.id, "credit": value}),
                ],
            }
        ).action_post()

    def live_case(self, number, moment, machine=None):
        """Take a call and follow it as far as time has gone.

        :param machine: which one fails, as all of its batch do; any by default
        """
        self.at(moment)
        if machine:
            fault = FAULTS["ZSW"][0]
            self.last_call[machine] = moment
        else:
            machine = self.choose_machine(moment)
            fault = self.choose_fault(machine)
        remote = fault[4] == "1" and self.random.random() < 0.6
        request = self.take_call(machine, fault, moment)
        moment += timedelta(minutes=self.random.choice([1, 2, 3, 3, 4, 5, 8, 14]))
        if not self.is_past(moment):
            return
        self.at(moment)
        request.level = fault[4]
        request.action_assess()
        if remote:
            self.guide_by_phone(request, fault, moment)
        else:
            self.visit(number, request, fault, moment)

    def choose_machine(self, moment):
        """Mostly one that has run for weeks; now and then the repair did not last."""
        running = [
            machine
            for machine in self.masters.machines
            if machine.delivery_date < moment.date()
        ]
        rested = [
            machine
            for machine in running
            if self.last_call.get(machine, moment - timedelta(days=99))
            < moment - timedelta(days=32)
        ]
        lasting = rested and self.random.random() < 0.93
        machine = self.random.choice(rested if lasting else running)
        self.last_call[machine] = moment
        return machine

    def choose_fault(self, machine):
        code = machine.product_id.default_code
        prefix = next(prefix for prefix in FAULTS if code.startswith(prefix))
        return self.random.choice(FAULTS[prefix])

    def take_call(self, machine, fault, moment):
        return self.by(self.env["aftersales.request"], "hotline").create(
            {
                "lot_id": machine.id,
                "fault": fault[0],
                "channel": self.random.choice(PUBLIC_CHANNELS),
                "priority": "2" if "停机" in fault[0] else "0",
                "reported_at": moment,
            }
        )

    def guide_by_phone(self, request, fault, moment):
        """R-INT-09: guided by phone, called back within three hours."""
        self.by(self.env["aftersales.request.guidance"], "hotline").create(
            {"request_id": request.id, "content": f"电话指导：{fault[2]}"}
        )
        moment = self.add_hours(moment, 1, 3.5)
        if not self.is_past(moment):
            return
        self.at(moment)
        request.guidance_ids.filtered(
            lambda line: line.result == "pending"
        ).action_running()
        request.solution = f"电话指导客户处理：{fault[2]}"
        request.action_solve()
        self.close(request, moment)

    # === VISIT ===#
    def visit(self, number, request, fault, moment):
        request.action_submit()
        # the vice president answers on the phone; now and then he is in a meeting
        moment += timedelta(minutes=self.random.choice([2] * 4 + [3, 4, 5] * 2 + [40]))
        if not self.is_past(moment) or not self.approve(request, moment):
            return
        part = self.masters.parts.filtered(lambda p: p.default_code == fault[3])
        order = self.plan(request, part, moment)
        moment += timedelta(minutes=self.random.choice([1, 2, 3, 4] * 3 + [25]))
        if not self.is_past(moment):
            return
        self.at(moment)
        # a conflict is for the service manager to decide, with his reason
        if order.has_conflict:
            return
        self.dispatch(order)
        if part:
            self.issue(order)
        start = order.planned_start
        if self.random.random() < 0.06:
            start += timedelta(hours=self.random.uniform(2, 30))
        self.work(request, order, fault, moment, start)

    def dispatch(self, order):
        """Send the technician; a dealer's customer is not visited behind his back."""
        if order.partner_id.dealer_id:
            order.action_tell_dealer()
        order.action_dispatch()

    def approve(self, request, moment):
        self.at(moment)
        logins = {"1": "manager", "2": "manager", "3": "qualityvp", "4": "qualityvp"}
        for login in (logins[request.level], "salesvp"):
            if request.state != "to_approve":
                break
            request.invalidate_recordset()
            review = self.by(request, login)
            if review.can_review:
                review.validate_tier()
        request.invalidate_recordset()
        return request.state == "in_progress"

    def plan(self, request, part, moment):
        """The dispatcher chooses the next free technician of the region."""
        travel = max(1.0, (request.site_id.service_distance or 60) / 60)
        wanted = moment + timedelta(hours=travel + self.random.uniform(1, 6))
        wanted = wanted.replace(hour=1 + wanted.hour % 6, minute=0, second=0)
        if wanted < moment + timedelta(hours=travel):
            wanted += timedelta(days=1)
        region = request.partner_id.aftersales_region_id
        people = sorted(
            self.masters.technicians.filtered(
                lambda person: person.technician_grade != "junior"
            ),
            key=lambda person: (
                self.busy_until.get(person, moment) > wanted,
                person.aftersales_region_id != region,
                self.busy_until.get(person, moment),
            ),
        )
        technician = people[0]
        wanted = max(wanted, self.busy_until.get(technician, wanted))
        end = wanted + timedelta(hours=self.random.choice([3, 4, 5, 6]))
        self.busy_until[technician] = end + timedelta(hours=travel + 12)
        return self.by(self.env["aftersales.order"], "dispatcher").create(
            {
                "request_id": request.id,
                "technician_id": technician.id,
                "planned_start": wanted,
                "planned_end": end,
                "part_ids": [Command.create({"product_id": part.id, "quantity": 1})]
                if part
                else [],
            }
        )

    def issue(self, order):
        order.action_request_parts()
        for picking in order.sudo().picking_ids.filtered(
            lambda transfer: transfer.state not in ("done", "cancel")
        ):
            self.validate(picking)

    def validate(self, picking):
        picking = self.by(picking, "store")
        picking.action_assign()
        if picking.state == "assigned":
            picking.move_line_ids.picked = True
            picking.with_context(skip_sms=True).button_validate()

    def check(self, order, *stages):
        order.check_ids.filtered(
            lambda line: line.stage in stages and not line.done
        ).write({"done": True})

    def work(self, request, order, fault, moment, start):
        """Accept, travel, repair, report; as far as time has gone."""
        login = order.technician_id.user_id.login
        mine = self.by(order, login)
        leave = max(
            moment + timedelta(minutes=30), start - timedelta(hours=order.travel_hours)
        )
        steps = [
            (moment + timedelta(minutes=10), lambda: mine.action_accept()),
            (leave, lambda: (self.check(mine, "before"), mine.action_depart())),
            (start, lambda: (mine.action_arrive(), self.check(mine, "safety"))),
            (
                start + timedelta(minutes=20),
                lambda: (
                    self.check(mine, "arrival", "commissioning"),
                    self.agree_price(mine, request),
                    mine.action_start_work(),
                ),
            ),
        ]
        for at, step in steps:
            if not self.is_past(at):
                return
            self.at(at)
            step()
        finish = self.add_hours(start, 2, 6)
        if not self.is_past(finish):
            return
        self.at(finish)
        self.report(mine, request, fault)
        filed = self.office_time(finish, 10, 40)
        if not self.is_past(filed):
            return
        self.at(filed)
        for picking in order.sudo().picking_ids.filtered(
            lambda transfer: transfer.state not in ("done", "cancel")
        ):
            self.validate(picking)
        self.by(order, "dispatcher").action_done()
        self.close(request, filed)

    def agree_price(self, order, request):
        if request.service_category == "a":
            order.write({"price_list_shown": True, "customer_consent": True})

    def report(self, order, request, fault):
        for part in order.part_ids:
            values = {"quantity_used": part.quantity_issued}
            if part.tracking == "serial" and part.quantity_issued:
                lots = part.sudo().move_ids.move_line_ids.lot_id
                values["lot_id"] = lots[:1].id
                values["old_lot_name"] = self.read_old_serial(order, part)
            part.write(values)
        self.check(order, "after")
        if fault[4] in ("3", "4"):
            self.keep_log(order, fault)
        order.write(
            {
                "outcome": "fixed",
                "fault_found": fault[0],
                "cause": fault[1],
                "solution": fault[2],
                "test_result": "ok",
                "customer_signature": self.signature,
                "signed_by": request.contact_name or "设备科长",
                "satisfaction": self.random.choice(SATISFACTION),
            }
        )
        self.photograph(order)
        order.action_submit_report()

    def photograph(self, order):
        """R-DSP-06: the part taken out, from the technician's phone. One in eight
        forgets it, which is why the manager wants to change the procedure."""
        part = order.part_ids[:1].product_id
        if not part or self.random.random() < 0.12:
            return
        photo = draw_part(part.default_code, order.lot_id.name, order.id)
        order.phone_photo("损坏部位照片.png", photo)

    def keep_log(self, order, fault):
        """A larger job has its memo of the day: what was done, what is left."""
        order.log_ids = [
            Command.create(
                {
                    "name": f"拆检：{fault[1]}；{fault[2]}，空载试车",
                    "problems": self.random.choice(
                        ["运行 24 小时后复紧螺栓", "一周后电话确认振动值", False]
                    ),
                    "work_hours": self.random.choice([3, 4, 5]),
                    "waiting_hours": self.random.choice([0, 0.5, 1]),
                    "travel_hours": order.travel_hours,
                }
            )
        ]

    def read_old_serial(self, order, part):
        """What stands on the part taken out: fitted by an earlier order, or new."""
        fitted = order.lot_id.component_ids.filtered(
            lambda line: line.product_id == part.product_id and not line.removed_on
        )
        return fitted[:1].serial or f"{part.product_id.default_code}-{order.id:05d}"

    # === AFTER THE VISIT ===#
    def close(self, request, moment):
        """Close what is solved and called back; the rest waits for its call."""
        moment = self.office_time(moment, 3, 22)
        if not self.is_past(moment):
            return
        self.at(moment)
        request.invalidate_recordset()
        if request.state == "solved" and not request._get_close_blockers():
            request.action_close()


def tell(env):
    """Create the demo company and its year; say what it took."""
    tell_story(env, "a year of service", Story)
    tell_story(env, "the office's part of it", OfficeStory)
    tell_story(env, "what became of its people", PeopleStory)
