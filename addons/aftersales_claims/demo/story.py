# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What becomes of the demo year's fitted parts: claims, old parts, liability,
statements to suppliers, complaints and the accident everybody talks about."""

from datetime import timedelta

from odoo import Command

from odoo.addons.aftersales_service.demo.pictures import draw_part
from odoo.addons.aftersales_service.demo.storyteller import tell_story

from .findings import ANALYSES, FINDINGS
from .partner_story import PartnerStory
from .quality_story import QualityStory

#: who decides a claim, by its level of approval
DECIDERS = {"manager": "manager", "sales_vp": "salesvp", "general_manager": "gm"}
#: what a claim is expected to cost beside its parts, as long as nobody has estimated
EXPECTED_COSTS = {
    "aftersales_expected_freight": 260,
    "aftersales_expected_hour_cost": 90,
    "aftersales_expected_km_cost": 1.6,
}
#: days ago, age of the part in days, whether it looks as it should
EXCHANGES = ((20, 200, "yes"), (12, 600, "yes"), (2, 300, "unclear"))


class Story(QualityStory):
    """Claims follow the year of service, oldest order first."""

    def run(self):
        route = self.company.aftersales_claim_route_id
        route.name = f"赔偿供货：{self.company.name}"
        departments = self.env["hr.department"].search([])
        self.departments = {department.name: department for department in departments}
        self.assembly_head = self.create_head("装配车间", "郭建军")
        self.machining_head = self.create_head("机加车间", "肖志勇")
        self.create_chairman()
        self.company.write(EXPECTED_COSTS)
        orders = self.env["aftersales.order"].search(
            [("state", "=", "done")], order="reported_at, id"
        )
        claimable = [order for order in orders if order._get_claimable_parts()]
        for order in claimable[:-4]:
            if self.random.random() < 0.7:
                self.claim(order)
        # handed in yesterday and today: somebody has to decide
        for number, order in enumerate(claimable[-4:]):
            yesterday = self.ago(1, hour=1 + 2 * number)
            # whose report came later still is claimed after it
            moment = max(yesterday, self.add_hours(order.reported_at, 1, 2))
            self.submit(order, moment, urgent=number % 2, estimate=False)
        self.return_old_parts()
        self.dispose()
        self.divide_liability()
        self.recover()
        self.complain()
        self.recognise_batches()
        self.exchange()
        self.report_accident()
        self.close_claims()
        self.close_requests()
        self.send_by_express()
        self.at(self.now)
        self.env["aftersales.batch.alert"]._cron_detect()
        self.env["aftersales.consignment.count"]._cron_plan()
        periods = self.env["aftersales.kpi.period"].search([("state", "=", "open")])
        periods.action_refresh()

    def create_head(self, name, person):
        """Return somebody new who answers for the department."""
        head = self.env["hr.employee"].create(
            {
                "name": person,
                "job_title": f"{name}主任",
                "department_id": self.departments[name].id,
                "company_id": self.company.id,
            }
        )
        self.departments[name].manager_id = head
        return head

    def create_chairman(self):
        self.env["res.users"].create(
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
        moment = self.office_time(order.reported_at, 14, 48)
        if not self.is_past(moment):
            return
        urgent = self.random.random() < 0.7
        claim = self.submit(order, moment, urgent)
        moment = self.office_time(moment, 2, 30)
        if self.is_past(moment):
            self.at(moment)
            self.decide_urgent(claim, moment) if urgent else self.decide(claim, moment)

    def submit(self, order, moment, urgent, estimate=True):
        """The dispatcher's claim of what ``order`` fitted, with its evidence; what
        the manager has not estimated is filled in by the company's rates."""
        self.at(moment)
        order = self.by(order, "dispatcher")
        order.action_create_claim()
        claim = order.claim_ids[:1]
        claim.write(
            {
                "kind": "emergency" if urgent else "normal",
                "kind_reason": "客户停产，急需恢复生产" if urgent else False,
                "damage": f"{order.fault_found}；{order.cause}",
                "cause_id": self.env.ref(
                    f"aftersales_claims.claim_cause_{FINDINGS[order.cause].cause}"
                ).id,
            }
        )
        claim.line_ids[:1].is_causal = True
        if estimate:
            # most repairs cost no more beside the parts; what does is asked for
            self.by(claim, "manager").estimated_cost = 1500
        self.add_evidence(claim, order)
        claim.action_submit()
        claim.invalidate_recordset()
        return claim

    def add_evidence(self, claim, order):
        """The damage report, and the causal part if the technician's report does not
        show it."""
        part = claim.line_ids[:1].product_id
        photo = draw_part(part.default_code, claim.lot_id.name, order.id)
        self.by(self.env["aftersales.claim.evidence"], "dispatcher").create(
            [
                {
                    "claim_id": claim.id,
                    "kind": kind,
                    "name": name,
                    "attachment_ids": [
                        Command.set(self.attach(claim, f"{name}.png", picture).ids)
                    ],
                }
                for kind, name, picture in (
                    ("report", "损坏报告", None),
                    ("photo", "损坏部位照片", photo),
                )
                if kind == "report" or not order.photo_ids
            ]
        )

    def decide_urgent(self, claim, moment):
        """Released by one approver at once; the papers follow."""
        decided = self.by(claim, DECIDERS[claim.approval_level])
        if decided.on_hold_reason:
            return
        if claim.cause_id.code == "use" and self.random.random() < 0.35:
            decided.action_reject("操作不当造成，不属于质保范围")
            return
        decided.action_approve("同意，先行处理")
        self.env["aftersales.claim"]._cron_announce_releases()
        moment = self.office_time(moment, 4, 40)
        if not self.is_past(moment):
            return
        self.at(moment)
        self.analyse(claim).action_file()
        self.post_costs(claim)

    def decide(self, claim, moment):
        """The normal path: verified, sales vice president, general manager."""
        self.analyse(claim).action_verify()
        for login in ("salesvp", "gm"):
            moment = self.office_time(moment, 8, 40)
            if not self.is_past(moment):
                return
            self.at(moment)
            claim.invalidate_recordset()
            self.by(claim, login).action_approve("同意")
        self.post_costs(claim)

    def analyse(self, claim):
        """The analyses and the proposal, by the service manager."""
        technology, quality, comment = ANALYSES[claim.cause_id.code]
        manager = self.by(claim, "manager")
        manager.write(
            {
                "technology_analysis": f"{claim.order_id.cause}，{technology}",
                "quality_analysis": quality,
                "proposal": "compensate",
                "proposal_comment": comment,
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
        accountant = self.by(claim, "accountant")
        if accountant.has_cost_excess:
            accountant.action_ask_costs("路远，维修工时和差旅费超出预计，附发票")
            while claim.state == "to_approve":
                self.by(claim, self.get_decider(claim)).action_approve("同意超出部分")
                claim.invalidate_recordset()
        accountant.action_post_costs()

    def get_decider(self, claim):
        """Return the login whose turn it is to decide on the costs."""
        if claim.approval_level != "normal":
            return DECIDERS[claim.approval_level]
        accepted = claim.review_ids.filtered(lambda item: item.status == "approved")
        return "gm" if accepted else "salesvp"

    # === WHAT ELSE HAPPENS ===#
    def exchange(self):
        """A dealer and a station bring bad parts back to be swapped; one of them is
        not clear."""
        Exchange = self.by(self.env["aftersales.exchange"], "dispatcher")
        partners = self.env["res.partner"].search(
            ["|", ("is_dealer", "=", True), ("is_service_station", "=", True)], limit=2
        )
        part = self.env["product.product"].search([("default_code", "=", "ELE-004")])
        for number, (days, age, answer) in enumerate(EXCHANGES):
            self.ago(days)
            produced = self.today - timedelta(days=age)
            exchange = Exchange.create(
                {
                    "partner_id": partners[number % len(partners)].id,
                    "product_id": part.id,
                    "fault": "温度显示偏差大",
                    "date_code": f"{produced:%y%m%d}",
                }
            )
            exchange.check_ids.write({"answer": "yes"})
            exchange.check_ids[:1].answer = answer
            exchange.action_judge()
            if exchange.state == "accepted":
                exchange.action_exchange()

    def report_accident(self):
        """A major accident: committee, loss, shares; the chairman has to confirm."""
        self.ago(25)
        accident = self.by(self.env["aftersales.accident"], "qualityvp").create(
            {
                "title": "吊装动颚时吊带断裂，动颚坠落损坏",
                "department_id": self.departments["装配车间"].id,
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
                    Command.create({"employee_id": self.assembly_head.id, "share": 100})
                ],
                "measure_ids": [
                    Command.create(
                        {
                            "employee_id": self.assembly_head.id,
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

    def close_claims(self):
        """The manager closes what has nothing open, days after the last event."""
        approved = self.by(self.env["aftersales.claim"], "manager").search(
            [("state", "=", "approved")]
        )
        for claim in approved:
            inspected = claim.part_return_ids.filtered("inspected_at")
            events = claim.version_ids.mapped("date")
            events += inspected.mapped("inspected_at")
            moment = self.office_time(max(events), 90, 240)
            if self.is_past(moment) and not claim._get_close_blockers():
                self.at(moment)
                claim.action_done()

    def send_by_express(self):
        """The latest urgent part went by a car of its own: dearer than was approved,
        so the accountant has to ask before it is posted."""
        claim = self.env["aftersales.claim"].search(
            [("state", "=", "approved"), ("kind", "=", "emergency")],
            order="claim_date desc, id desc",
            limit=1,
        )
        self.ago(0)
        self.by(self.env["aftersales.claim.cost"], "accountant").create(
            {
                "claim_id": claim.id,
                "kind": "shipping",
                "name": "专车加急运费",
                "amount": 2860,
            }
        )

    def close_requests(self):
        """The hotline closes requests that waited for their old parts."""
        solved = self.by(self.env["aftersales.request"], "hotline").search(
            [("state", "=", "solved")]
        )
        for request in solved:
            if request._get_close_blockers():
                continue
            returned = self.env["aftersales.part.return"].search(
                [("request_id", "=", request.id), ("received_at", "!=", False)]
            )
            last = max(returned.mapped("received_at"), default=self.now)
            self.at(self.office_time(last, 2, 20))
            request.action_close()


def tell(env):
    """Tell what becomes of the parts of the service year."""
    tell_story(env, "a year of claims", Story)
    tell_story(env, "the network's part of it", PartnerStory)
