# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What becomes of the demo year's fitted parts: claims, old parts, liability,
statements to suppliers, complaints and the accident everybody talks about."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import Command

from odoo.addons.aftersales_service.demo.storyteller import Storyteller, tell_story

from .partner_story import PartnerStory

#: who decides a claim, by its level of approval
DECIDERS = {"manager": "manager", "sales_vp": "salesvp", "general_manager": "gm"}


class Story(Storyteller):
    """Claims follow the year of service, oldest order first."""

    def run(self):
        self.assembly = self.env["hr.department"].search([("name", "=", "装配车间")])
        self.assembly.manager_id = self.env["hr.employee"].create(
            {
                "name": "郭建军",
                "job_title": "装配车间主任",
                "department_id": self.assembly.id,
                "company_id": self.company.id,
            }
        )
        self.chairman = self.create_chairman()
        orders = self.env["aftersales.order"].search(
            [("state", "=", "done")], order="reported_at, id"
        )
        claimable = [order for order in orders if order._get_claimable_parts()]
        for order in claimable[:-4]:
            if self.random.random() < 0.7:
                self.claim(order)
        # handed in yesterday and today: somebody has to decide
        for number, order in enumerate(claimable[-4:]):
            self.submit(order, self.ago(1, hour=1 + 2 * number), urgent=number % 2)
        self.inspect_old_parts()
        self.divide_liability()
        self.recover()
        self.complain()
        self.exchange()
        self.report_accident()
        self.at(self.now)
        self.close_requests()
        self.env["aftersales.batch.alert"]._cron_detect()
        self.env["aftersales.consignment.count"]._cron_plan()
        periods = self.env["aftersales.kpi.period"].search([("state", "=", "open")])
        periods.action_refresh()

    def create_chairman(self):
        return self.env["res.users"].create(
            {
                "login": "chairman",
                "password": "demo",
                "name": "邓志坚",
                "email": "chairman@example.com",
                "lang": "zh_CN",
                "tz": "Asia/Shanghai",
                "company_id": self.company.id,
                "company_ids": [Command.set(self.company.ids)],
                "group_ids": [
                    Command.link(self.env.ref("aftersales_claims.group_chairman").id)
                ],
            }
        )

    # === CLAIMS ===#
    def claim(self, order):
        """From the fitted parts to the posted costs, as far as time has gone."""
        moment = self.add_hours(order.reported_at, 14, 48)
        if not self.is_past(moment):
            return
        urgent = self.random.random() < 0.7
        claim = self.submit(order, moment, urgent)
        moment = self.add_hours(moment, 2, 30)
        if self.is_past(moment):
            self.at(moment)
            self.decide_urgent(claim, moment) if urgent else self.decide(claim, moment)

    def submit(self, order, moment, urgent):
        """The dispatcher's claim of what ``order`` fitted, with its evidence."""
        self.at(moment)
        order = self.by(order, "dispatcher")
        order.action_create_claim()
        claim = order.claim_ids[:1]
        claim.write(
            {
                "kind": "emergency" if urgent else "normal",
                "kind_reason": "客户停产，急需恢复生产" if urgent else False,
                "damage": f"{order.fault_found}；{order.cause}",
            }
        )
        claim.line_ids[:1].is_causal = True
        photo = self.attach(claim, "损坏照片.png")
        self.by(self.env["aftersales.claim.evidence"], "dispatcher").create(
            {
                "claim_id": claim.id,
                "kind": "report",
                "attachment_ids": [Command.set(photo.ids)],
            }
        )
        claim.action_submit()
        claim.invalidate_recordset()
        return claim

    def decide_urgent(self, claim, moment):
        """Released by one approver at once; the papers follow."""
        decided = self.by(claim, DECIDERS[claim.approval_level])
        if decided.on_hold_reason:
            return
        if self.random.random() < 0.06:
            decided.action_reject("操作不当造成，不属于质保范围")
            return
        decided.action_approve("同意，先行处理")
        self.env["aftersales.claim"]._cron_announce_releases()
        moment = self.add_hours(moment, 4, 40)
        if not self.is_past(moment):
            return
        self.at(moment)
        self.analyse(claim).action_file()
        self.post_costs(claim)

    def decide(self, claim, moment):
        """The normal path: verified, sales vice president, general manager."""
        self.analyse(claim).action_verify()
        for login in ("salesvp", "gm"):
            moment = self.add_hours(moment, 8, 40)
            if not self.is_past(moment):
                return
            self.at(moment)
            claim.invalidate_recordset()
            self.by(claim, login).action_approve("同意")
        self.post_costs(claim)

    def analyse(self, claim):
        """The analyses and the proposal, by the service manager."""
        cause = claim.order_id.cause
        manager = self.by(claim, "manager")
        manager.write(
            {
                "technology_analysis": f"{cause}，与设计无关",
                "quality_analysis": f"{cause}，拟追偿供应商",
                "proposal": "compensate",
                "proposal_comment": "质保期内，同意赔偿",
            }
        )
        return manager

    def post_costs(self, claim):
        self.by(self.env["aftersales.claim.cost"], "accountant").create(
            [
                {
                    "claim_id": claim.id,
                    "kind": kind,
                    "name": name,
                    "amount": self.random.randrange(low, high, 10),
                }
                for kind, name, low, high in (
                    ("shipping", "零担运费", 80, 600),
                    ("labour", "维修工时", 240, 960),
                    ("travel", "差旅费", 200, 900),
                )
            ]
        )
        self.by(claim, "accountant").action_post_costs()

    # === OLD PARTS AND LIABILITY ===#
    def inspect_old_parts(self):
        """Most old parts come back within a week or two and are inspected."""
        Receipt = self.by(self.env["aftersales.part.return.receive"], "store")
        expected = self.env["aftersales.part.return"].search(
            [("state", "=", "expected"), ("order_id", "!=", False)]
        )
        for part in expected.sorted(lambda part: (part.order_id.reported_at, part.id)):
            moment = self.add_hours(part.order_id.reported_at, 30, 160)
            if self.random.random() < 0.12 or not self.is_past(moment):
                continue
            self.at(moment)
            Receipt.with_context(default_part_return_ids=part.ids).create(
                {}
            ).action_confirm()
            moment = self.add_hours(moment, 10, 90)
            if not self.is_past(moment):
                continue
            self.at(moment)
            guilty = part.supplier_id and self.random.random() < 0.75
            part = self.by(part, "quality")
            part.write(
                {
                    "inspection_result": "supplier" if guilty else "wear",
                    "inspection_note": "保持架材质不合格"
                    if guilty
                    else "正常磨损，无质量缺陷",
                    "disposition": "supplier" if guilty else "scrap",
                }
            )
            part.action_inspect()
        self.at(self.now)
        self.env["aftersales.part.return"]._cron_chase()

    def divide_liability(self):
        """The quality vice president divides what a supplier answers for."""
        parts = self.env["aftersales.part.return"].search(
            [
                ("inspection_result", "=", "supplier"),
                ("claim_id.cost_ids.state", "=", "posted"),
            ],
            order="inspected_at, id",
        )
        for claim in parts.claim_id:
            part = parts.filtered(lambda p, claim=claim: p.claim_id == claim)[:1]
            moment = self.add_hours(part.inspected_at, 12, 120)
            if not self.is_past(moment):
                continue
            self.at(moment)
            supplier = self.random.choice([100, 100, 80, 70])
            shares = [("supplier", {"partner_id": part.supplier_id.id}, supplier)]
            if supplier < 100:
                department = {"department_id": self.assembly.id}
                shares.append(("department", department, 100 - supplier))
            liability = self.by(self.env["aftersales.liability"], "qualityvp").create(
                {
                    "claim_id": claim.id,
                    "analysis": f"{part.inspection_note}；装配未做预紧检查"
                    if supplier < 100
                    else part.inspection_note,
                    "share_ids": [
                        Command.create({"party": party, "percent": percent, **vals})
                        for party, vals, percent in shares
                    ],
                }
            )
            liability.action_submit()
            moment = self.add_hours(moment, 12, 72)
            if not self.is_past(moment):
                continue
            self.at(moment)
            self.by(liability, "gm").action_approve("同意")
            self.by(liability, "accountant").action_post()

    def recover(self):
        """Monthly statements; suppliers accept most, one line is disputed."""
        month = self.today.replace(day=1)
        for months in range(11, -1, -1):
            start = month - relativedelta(months=months)
            if start > self.today:
                continue
            self.ago(max((self.today - start).days - 1, 0), hour=3)
            self.env["aftersales.recovery"]._cron_monthly()
            statements = self.by(self.env["aftersales.recovery"], "quality").search(
                [("state", "=", "draft"), ("line_ids", "!=", False)]
            )
            statements.action_send()
            if months < 1:
                continue
            self.ago(max((self.today - start).days - 6, 0))
            lines = statements.line_ids
            if months == 2:
                lines[:1].write({"answer_note": "油品污染造成，不是轴承质量问题"})
                lines[:1].action_dispute()
                lines -= lines[:1]
            lines.action_accept()
            statements.action_answer()
            self.by(
                statements.filtered(lambda s: not s.amount_disputed), "accountant"
            ).action_credit()

    # === QUALITY ===#
    def complain(self):
        """Complaint sheets of every stage, one with measures at work."""
        claims = self.env["aftersales.claim"].search(
            [("state", "in", ("approved", "done")), ("lot_id", "!=", False)],
            order="id desc",
            limit=3,
        )
        symptoms = self.env.ref("aftersales_claims.symptom_overheating")
        symptoms |= self.env.ref("aftersales_claims.symptom_leak")
        for number, claim in enumerate(claims):
            self.ago(60 - 20 * number)
            sheet = self.by(self.env["aftersales.quality.complaint"], "quality").create(
                {
                    "request_id": claim.request_id.id,
                    "partner_id": claim.partner_id.id,
                    "product_id": claim.line_ids[:1].product_id.id,
                    "lot_id": claim.lot_id.id,
                    "symptom_id": symptoms[number % 2].id,
                    "description": claim.damage,
                    "customer_demand": "explain",
                    "engineer_id": self.users["quality"].id,
                }
            )
            sheet.photo_ids = self.attach(sheet, "客诉照片.png")
            if number == 2:
                continue
            sheet.write({"judgement": "nonconforming", "judgement_note": "不合格"})
            sheet.action_judge()
            sheet.write({"cause": "装配时密封唇口划伤", "measures": "改用导向套装配"})
            sheet.action_analyse()
            if number:
                continue
            self.by(sheet, "qualityvp").action_approve()
            self.correct(sheet)

    def correct(self, sheet):
        """The measures sheet of the first complaint, closed as a standard."""
        self.ago(50)
        capa = self.env["aftersales.capa"].browse(sheet.action_create_capa()["res_id"])
        capa = self.by(capa, "quality")
        capa.write(
            {
                "containment": "库存密封套件全检，在制 6 台停装",
                "cause": sheet.cause,
                "action_ids": [
                    Command.create(
                        {
                            "kind": kind,
                            "name": name,
                            "employee_id": self.assembly.manager_id.id,
                            "due_date": self.today - timedelta(days=30),
                        }
                    )
                    for kind, name in (
                        ("corrective", "装配工位配置导向套"),
                        ("preventive", "装配作业指导书增加唇口检查"),
                    )
                ],
            }
        )
        capa.action_start()
        self.ago(28)
        capa.action_ids.write({"result": "已执行"})
        capa.action_ids.action_done()
        capa.action_implement()

    def exchange(self):
        """A dealer and a station bring bad parts back to be swapped."""
        Exchange = self.by(self.env["aftersales.exchange"], "dispatcher")
        partners = self.env["res.partner"].search(
            ["|", ("is_dealer", "=", True), ("is_service_station", "=", True)], limit=2
        )
        part = self.env["product.product"].search([("default_code", "=", "ELE-004")])
        for number, partner in enumerate(partners):
            self.ago(20 - 8 * number)
            produced = self.today - timedelta(days=200 + 400 * number)
            exchange = Exchange.create(
                {
                    "partner_id": partner.id,
                    "product_id": part.id,
                    "fault": "温度显示偏差大",
                    "date_code": f"{produced:%y%m%d}",
                }
            )
            exchange.check_ids.write({"answer": "yes"})
            exchange.action_judge()
            if exchange.state == "accepted":
                exchange.action_exchange()

    def report_accident(self):
        """A major accident: committee, loss, shares; the chairman has to confirm."""
        self.ago(25)
        accident = self.by(self.env["aftersales.accident"], "qualityvp").create(
            {
                "title": "吊装动颚时吊带断裂，动颚坠落损坏",
                "department_id": self.assembly.id,
                "occurred_on": self.today - timedelta(days=27),
                "description": "装配车间吊装 PE-600 动颚总成时吊带断裂，无人员受伤。",
                "cause": "吊带超期使用，吊装前未检查",
                "member_ids": [
                    Command.create({"user_id": self.users["quality"].id}),
                    Command.create({"user_id": self.users["manager"].id}),
                ],
                "loss_ids": [
                    Command.create({"name": "动颚总成报废", "amount": 23800}),
                    Command.create({"name": "误工与返工", "amount": 6200}),
                ],
                "share_ids": [
                    Command.create(
                        {"employee_id": self.assembly.manager_id.id, "share": 100}
                    )
                ],
                "measure_ids": [
                    Command.create(
                        {
                            "employee_id": self.assembly.manager_id.id,
                            "kind": "demerit",
                            "date_from": self.today - timedelta(days=15),
                            "date_to": self.today + timedelta(days=167),
                            "note": "记过半年，期间不参加评先",
                        }
                    )
                ],
            }
        )
        accident.action_investigate()
        accident.action_submit()
        self.ago(20)
        self.by(accident, "gm").action_approve("同意委员会意见")

    def close_requests(self):
        """Claims with nothing open, and requests that waited for their old parts."""
        for claim in self.by(self.env["aftersales.claim"], "manager").search(
            [("state", "=", "approved")]
        ):
            if not claim._get_close_blockers():
                claim.action_done()
        solved = self.by(self.env["aftersales.request"], "hotline").search(
            [("state", "=", "solved")]
        )
        for request in solved:
            if not request._get_close_blockers():
                request.action_close()


def tell(env):
    """Tell what becomes of the parts of the service year."""
    tell_story(env, "a year of claims", Story)
    tell_story(env, "the network's part of it", PartnerStory)
