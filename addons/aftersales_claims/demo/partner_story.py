# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the network does in the demo year: claims of the service station and their
monthly settlement, its appeal, consigned stock, and a carrier's damage."""

import base64
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import Command, fields

from odoo.addons.aftersales_service.demo.pictures import draw_part

from .findings import Finding
from .old_parts_story import OldPartsStory

#: days ago, part, damage, hours, kilometres, whether it is granted (None: undecided)
STATION_CLAIMS = [
    (78, "ELE-005", "接近开关无信号，更换后正常", 1, 46, True),
    (64, "ELE-004", "温度显示偏差 20 度", 1.5, 62, True),
    (41, "ELE-007", "热继电器误动作", 2.5, 88, True),
    (17, "ELE-004", "传感器进水", 2, 35, False),
    (3, "ELE-006", "接触器触点烧蚀，主电机不能起动", 2, 54, None),
]
#: days ago, part, damage, whether it is granted
DEALER_CLAIMS = [
    (33, "ELE-004", "温度显示跳变，更换传感器后正常", True),
    (2, "ELE-005", "接近开关误动作", None),
]
#: what the manager writes about a claim that is granted, and about one that is not
GRANT = {
    "technology_analysis": "与设计无关",
    "quality_analysis": "元件早期失效",
    "proposal": "compensate",
    "proposal_comment": "质保期内，同意",
}
REFUSAL = {
    "technology_analysis": "与设计无关",
    "quality_analysis": "插头内有水迹，元件无缺陷",
    "proposal": "refuse",
    "proposal_comment": "高压水冲洗造成，建议拒赔",
}
#: what quality finds in the parts the station sends back
EARLY_FAILURE = Finding("material", "supplier", "元件早期失效", "supplier")


class PartnerStory(OldPartsStory):
    def run(self):
        self.station = self.env["aftersales.station"].search(
            [("date_start", "!=", False)], limit=1
        )
        self.login = self.env["res.users"].search([("login", "=", "station")])
        self.machines = self.env["stock.lot"].search(
            [
                ("is_machine", "=", True),
                ("warranty_state", "=", "in"),
                # at its customer before the first of these claims
                ("delivery_date", "<", self.today - timedelta(days=90)),
            ],
            order="id",
        )
        claims = self.claim_as_station()
        self.return_from_station(claims.part_return_ids)
        self.claim_as_dealer()
        self.settle_months()
        self.appeal(claims)
        self.consign()
        self.blame_carrier()
        self.set_aside()
        self.at(self.now)

    # === STATION ===#
    def claim_as_station(self):
        """The station enters its claims in the portal; the maker judges them."""
        claims = self.env["aftersales.claim"]
        for machine, row in zip(self.machines, STATION_CLAIMS, strict=False):
            days, part, damage, hours, distance, granted = row
            figures = {"hours": str(hours), "distance": str(distance)}
            self.ago(days)
            claim = self.hand_in("station", machine, part, damage, **figures)
            self.ago(days - 1)
            self.judge_station_claim(claim, granted)
            claims |= claim
        return claims

    def claim_as_dealer(self):
        """The dealer claims parts for the machines of its customers."""
        dealer = self.users["dealer"].partner_id.commercial_partner_id
        machines = self.machines.filtered(
            lambda machine: machine.customer_id.dealer_id == dealer
        )
        for machine, row in zip(machines, DEALER_CLAIMS, strict=False):
            days, part, damage, granted = row
            self.ago(days)
            claim = self.hand_in("dealer", machine, part, damage)
            self.ago(days - 1)
            self.judge_station_claim(claim, granted)

    def hand_in(self, login, machine, part, damage, **figures):
        """Return the claim that ``login`` enters in the portal, with a photo."""
        claim = self.by(self.env["aftersales.claim"], login)._create_from_station(
            {
                "serial": machine.name,
                "part": part,
                "quantity": "1",
                "damage": damage,
                **figures,
            },
            [("损坏部位.png", base64.b64decode(draw_part(part, seed=machine.id)))],
        )
        return self.env["aftersales.claim"].browse(claim.id)

    def judge_station_claim(self, claim, granted):
        """From the analyses to the parts sent, or to the rejection.

        :param granted: None leaves it for the vice president, who finds it waiting
        """
        manager = self.by(claim, "manager")
        manager.write(REFUSAL if granted is False else GRANT)
        cause = "use" if granted is False else "material"
        manager.cause_id = self.env.ref(f"aftersales_claims.claim_cause_{cause}")
        manager.action_verify()
        if granted is None:
            return
        if not granted:
            self.by(claim, "salesvp").action_reject("高压水冲洗造成，不属于质保范围")
            return
        for login in ("salesvp", "gm"):
            claim.invalidate_recordset()
            if claim.state == "to_approve":
                self.by(claim, login).action_approve("同意")
        for picking in claim.picking_ids.filtered(
            lambda picking: picking.state not in ("done", "cancel")
        ):
            picking = self.by(picking, "store")
            picking.action_assign()
            picking.move_ids.picked = True
            picking.with_context(skip_sms=True).button_validate()
        if claim.cost_ids.filtered(lambda cost: cost.state == "draft"):
            self.by(claim, "accountant").action_post_costs()

    def return_from_station(self, parts):
        """The station sends its old parts back; the last one has to be chased."""
        for part in parts.sorted("due_date")[:-1]:
            claimed = fields.Datetime.to_datetime(part.claim_id.claim_date)
            moment = self.office_time(claimed, 150, 300)
            self.at(moment)
            self.by(part, "store").action_receive()
            self.at(self.office_time(moment, 10, 40))
            self.inspect(part, EARLY_FAILURE)
        self.at(self.now)
        self.env["aftersales.part.return"]._cron_chase()

    def settle_months(self):
        """Drawn up monthly; the older is confirmed and billed, the newer waits."""
        Settlement = self.env["aftersales.settlement"]
        month = self.today.replace(day=1)
        for months in (1, 0):
            first = month - relativedelta(months=months)
            self.ago(max((self.today - first).days - 1, 0))
            Settlement._cron_monthly()
            drawn = self.by(Settlement, "accountant").search(
                [("state", "=", "draft"), ("line_ids", "!=", False)]
            )
            drawn.action_send()
            if not months:
                continue
            self.ago(max((self.today - first).days - 4, 0))
            drawn.action_confirm()
            drawn.action_bill()

    def appeal(self, claims):
        """The station does not accept the rejection."""
        rejected = claims.filtered(lambda claim: claim.state == "rejected")
        self.ago(12)
        self.env["aftersales.claim.appeal"].with_user(self.login).sudo().create(
            {
                "claim_id": rejected[:1].id,
                "grounds": "客户只用压缩空气清灰，插头密封圈出厂时缺失，附照片。",
                "user_id": self.login.id,
            }
        )

    def consign(self):
        """Wearing parts lie at the station and are counted each half-year."""
        self.ago(200)
        partner = self.station.partner_id
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        location = self.env["stock.location"].create(
            {
                "name": f"寄存-{partner.name}",
                "usage": "internal",
                "location_id": warehouse.view_location_id.id,
                "company_id": self.company.id,
            }
        )
        partner.with_company(self.company).aftersales_consignment_location_id = location
        parts = self.env["product.product"].search(
            [("default_code", "in", ("WEA-001", "WEA-002", "ELE-004"))]
        )
        picking = self.by(self.env["stock.picking"], "store").create(
            {
                "picking_type_id": warehouse.int_type_id.id,
                "location_id": warehouse.lot_stock_id.id,
                "location_dest_id": location.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": part.id,
                            "product_uom_qty": 6,
                            "location_id": warehouse.lot_stock_id.id,
                            "location_dest_id": location.id,
                        }
                    )
                    for part in parts.filtered(lambda part: part.tracking == "none")
                ],
            }
        )
        picking.action_confirm()
        picking.action_assign()
        picking.move_ids.picked = True
        picking.button_validate()
        self.ago(16)
        count = self.by(self.env["aftersales.consignment.count"], "store").create(
            {"partner_id": partner.id}
        )
        count.action_start()
        for number, line in enumerate(count.line_ids):
            line.write(
                {
                    "quantity_counted": line.quantity_book - (not number),
                    "is_counted": True,
                    "reason": False if number else "上月应急使用未登记，已补单",
                }
            )
        count.action_apply()

    # === CARRIER, BOOKS ===#
    def blame_carrier(self):
        """A part arrived with a broken crate; the carrier pays most of it."""
        carrier = self.env["res.partner"].search([("is_carrier", "=", True)], limit=1)
        claim = self.env["aftersales.claim"].search(
            [("state", "in", ("approved", "done")), ("picking_ids", "!=", False)],
            order="amount_total desc, id",
            limit=1,
        )
        loss = round(claim.amount_total)
        self.ago(9)
        damage = self.by(self.env["aftersales.carrier.claim"], "manager").create(
            {
                "carrier_id": carrier.id,
                "claim_id": claim.id,
                "tracking_number": "GT2608114402",
                "kind": "damage",
                "received_date": self.today - timedelta(days=10),
                "description": "木箱破损，箱内配件碎裂，签收时已拍照注明",
                "amount": loss,
            }
        )
        self.attach(damage, "破损木箱.png", draw_part("CRATE", damage.tracking_number))
        damage.action_notify()
        self.ago(4)
        damage.amount_accepted = round(0.8 * loss)
        self.by(damage, "accountant").action_accept()

    def set_aside(self):
        """The policy by which machine sales would be provided for."""
        category = self.env["product.category"].search([("name", "=", "整机")], limit=1)
        self.env["aftersales.provision.policy"].create(
            {"name": "整机质保准备金", "categ_id": category.id, "percent": 1.5}
        )
