# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What quality makes of the demo year's faults: complaint sheets and measures sheets
of every stage."""

from collections import Counter
from datetime import timedelta
from typing import NamedTuple

from odoo import Command, fields

from odoo.addons.aftersales_service.demo.pictures import draw_part

from .old_parts_story import OldPartsStory


class Measure(NamedTuple):
    """One measure of a sheet."""

    kind: str
    name: str
    #: whose it is: login, or name of the department whose head it is
    owner: str
    #: days from the start of the sheet
    term: int
    #: what the owner reports; nothing as long as he is at it
    result: str = ""


class Case(NamedTuple):
    """A complaint of a fault that came more than once."""

    #: how far it has come: new, analysed, in_progress, implemented, closed
    stage: str
    days: int
    #: cause in the technician's report
    reported: str
    symptom: str
    cause: str = ""
    escape: str = ""
    measures: str = ""
    containment: str = ""
    actions: tuple[Measure, ...] = ()


CASES = (
    Case(
        "closed",
        100,
        "弹簧断裂",
        "crack",
        "弹簧淬火组织粗大",
        "热处理后只测硬度，不看金相组织",
        "改用等温淬火",
        "库存弹簧全检，在制 6 台停装",
        (
            Measure(
                *("corrective", "弹簧改为等温淬火，工艺文件换版", "机加车间", 20),
                "工艺文件已换版，首炉合格",
            ),
            Measure(
                *("preventive", "每炉弹簧抽检金相组织", "quality", 25),
                "已列入热处理检验卡",
            ),
        ),
    ),
    Case(
        "implemented",
        60,
        "键槽磨损",
        "wear",
        "键槽宽度超差，配合松动",
        "键槽宽度只检首件",
        "更换键槽拉刀，键槽宽度全检",
        "库存飞轮全检，返修 2 件",
        (
            Measure(
                *("corrective", "更换键槽拉刀，修订加工工艺", "机加车间", 15),
                "拉刀已更换，工艺卡已换版",
            ),
            Measure(
                *("preventive", "检验卡增加键槽宽度全检", "quality", 20),
                "检验卡已换版，连续 10 件合格",
            ),
        ),
    ),
    Case(
        "analysed",
        40,
        "轴承保持架断裂",
        "overheating",
        "轴承保持架材质不合格",
        measures="进货加做硬度抽检",
    ),
    Case(
        "in_progress",
        26,
        "接触器触点烧蚀",
        "electrical",
        "触点镀银层不足，早期烧蚀",
        "进货检验不含触点镀层",
        "供应商整改镀层，进货加做镀层抽检",
        "库存接触器 32 只全检，不合格 5 只退货",
        (
            Measure(
                *("containment", "隔离同批次接触器并退货", "quality", 3),
                "已隔离并退货 5 只",
            ),
            Measure("corrective", "供应商整改镀层，提交检测报告", "quality", 20),
            Measure("corrective", "在制电控柜更换同批次接触器", "装配车间", 30),
            Measure("preventive", "进货检验规程增加触点镀层抽检", "quality", 33),
        ),
    ),
    Case("new", 12, "激振器轴承失效", "overheating"),
)
STANDARD = "GJ/RC-0412 螺旋弹簧等温淬火工艺规程"
REPLY = "已更换弹簧；弹簧改为等温淬火，今后每炉抽检金相组织。"


class QualityStory(OldPartsStory):
    """Complaint sheets and measures sheets."""

    def complain(self):
        """Quality takes up what came more than once, as far as each case has come."""
        for case in CASES:
            self.ago(case.days)
            sheet = self.create_complaint(case.reported, case.symptom)
            if not sheet or case.stage == "new":
                continue
            sheet.write(
                {"judgement": "nonconforming", "judgement_note": "送检件不符合图样要求"}
            )
            sheet.action_judge()
            sheet.write({"cause": case.cause, "measures": case.measures})
            sheet.action_analyse()
            if case.stage == "analysed":
                continue
            self.ago(case.days - 1)
            self.by(sheet, "qualityvp").action_approve()
            capa = self.correct(sheet, case)
            if case.stage == "in_progress":
                continue
            capa.action_implement()
            if case.stage == "closed":
                self.verify(capa, sheet, case)

    def recognise_batches(self):
        """Quality looks on site within its two days and clears the machines one by
        one; the last of them is still to be seen."""
        alerts = self.env["aftersales.batch.alert"].search([("state", "=", "raised")])
        for alert in self.by(alerts, "quality"):
            moment = self.office_time(alert.raised_at, 20, 24)
            if not self.is_past(moment):
                continue
            self.at(moment)
            causes = [
                cause for cause in alert.request_ids.order_ids.mapped("cause") if cause
            ]
            (cause, count), *_others = Counter(causes).most_common(1) or [("故障", 0)]
            alert.finding = (
                f"现场复核：{cause} {count} 起，为同一炉零件，属批量质量问题"
            )
            alert.action_confirm()
            for line in alert.line_ids[:-1]:
                moment = self.office_time(moment, 20, 90)
                self.at(moment)
                line.note = "零件已整批更换，试车合格，不必退回"
                line.action_clear()

    def create_complaint(self, reported, symptom):
        """Return the sheet of the latest claim with this cause in its report, or None
        in a year that had none."""
        claim = self.env["aftersales.claim"].search(
            [
                ("state", "in", ("approved", "done")),
                ("order_id.cause", "=", reported),
                ("claim_date", "<=", fields.Date.today()),
            ],
            order="claim_date desc, id desc",
            limit=1,
        )
        if not claim:
            return None
        part = claim.line_ids[:1].product_id
        sheet = self.by(self.env["aftersales.quality.complaint"], "quality").create(
            {
                "request_id": claim.request_id.id,
                "partner_id": claim.partner_id.id,
                "product_id": part.id,
                "lot_id": claim.lot_id.id,
                "supplier_id": part.seller_ids[:1].partner_id.id,
                "symptom_id": self.env.ref(f"aftersales_claims.symptom_{symptom}").id,
                "description": claim.damage,
                "quantity_defective": 1,
                "customer_demand": "explain",
                "engineer_id": self.users["quality"].id,
            }
        )
        photo = draw_part(part.default_code, claim.lot_id.name, sheet.id)
        sheet.photo_ids = self.attach(sheet, "客诉照片.png", photo)
        return sheet

    def correct(self, sheet, case):
        """Return the measures sheet of a complaint, its measures done as far as their
        owners have come."""
        begin = case.days - 2
        self.ago(begin)
        capa = self.env["aftersales.capa"].browse(sheet.action_create_capa()["res_id"])
        capa = self.by(capa, "quality")
        owners = {
            action.owner: self.departments[action.owner].manager_id
            if action.owner in self.departments
            else self.employee(action.owner)
            for action in case.actions
        }
        capa.write(
            {
                "containment": case.containment,
                "escape_cause": case.escape,
                "department_id": self.departments["质量管理部"].id,
                "team_ids": [
                    Command.link(owner.id)
                    for owner in {*owners.values(), self.employee("quality")}
                ],
                # those the engineer proposed are planned in more detail
                "action_ids": [
                    Command.clear(),
                    *(
                        Command.create(
                            {
                                "kind": action.kind,
                                "name": action.name,
                                "employee_id": owners[action.owner].id,
                                "due_date": self.today
                                - timedelta(days=begin - action.term),
                            }
                        )
                        for action in case.actions
                    ),
                ],
            }
        )
        capa.action_start()
        for action in case.actions:
            if not action.result:
                continue
            self.ago(begin - action.term + 2)
            line = capa.action_ids.filtered(lambda line, a=action: line.name == a.name)
            line.evidence_ids = self.attach(capa, "执行记录.png")
            line.result = action.result
            line.action_done()
        return capa

    def verify(self, capa, sheet, case):
        """The measure held: it becomes a standard, and the customer is told."""
        self.ago(case.days - 75)
        capa.write(
            {
                "effect": "effective",
                "effect_note": "新弹簧已装机 26 台，无断裂；金相抽检 12 炉全部合格",
                "effect_evidence_ids": self.attach(capa, "金相检验记录.png"),
                "standard_ref": STANDARD,
            }
        )
        capa.action_verify()
        sheet.reply = REPLY
        sheet.action_reply()
        sheet.action_close()
