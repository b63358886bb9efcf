# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The demo year's old parts: returned, inspected, disposed of, and who pays."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import Command

from odoo.addons.aftersales_service.demo.pictures import draw_part
from odoo.addons.aftersales_service.demo.storyteller import Storyteller

from .findings import FINDINGS, WEAR


class OldPartsStory(Storyteller):
    """What becomes of the old parts; the stories of the claims build on it."""

    # === OLD PARTS ===#
    def return_old_parts(self):
        """Most old parts come back within a week or two, the rest is chased."""
        expected = self.env["aftersales.part.return"].search(
            [("state", "=", "expected"), ("order_id", "!=", False)]
        )
        for part in expected.sorted(lambda part: (part.order_id.reported_at, part.id)):
            moment = self.office_time(part.order_id.reported_at, 30, 160)
            if self.random.random() < 0.12 or not self.is_past(moment):
                continue
            self.at(moment)
            self.by(self.env["aftersales.part.return.receive"], "store").with_context(
                default_part_return_ids=part.ids
            ).create({}).action_confirm()
            moment = self.office_time(moment, 10, 90)
            if self.is_past(moment):
                self.at(moment)
                claimed = FINDINGS[part.order_id.cause]
                self.inspect(part, claimed if part.claim_id else WEAR)
        self.at(self.now)
        self.env["aftersales.part.return"]._cron_chase()

    def inspect(self, part, finding):
        """Quality's judgement, with a photo of the part on the table."""
        photo = draw_part(part.product_id.default_code, part.name, part.id)
        part = self.by(part, "quality")
        part.write(
            {
                "inspection_result": finding.result,
                "inspection_note": finding.note,
                "disposition": finding.disposition,
                "photo_ids": [
                    Command.link(self.attach(part, "旧件照片.png", photo).id)
                ],
            }
        )
        part.action_inspect()

    def dispose(self):
        """The storekeeper clears the quarantine; what came in last is still there.

        Suppliers collect theirs once they have their statement, see ``recover``.
        """
        parts = self.env["aftersales.part.return"].search(
            [("state", "=", "inspected"), ("disposition", "!=", "supplier")],
            order="inspected_at, id",
        )
        for part in parts:
            moment = self.office_time(part.inspected_at, 60, 200)
            if part.disposition == "evidence":
                # kept for half a year, until the drawing has been changed
                moment += timedelta(days=180)
            if not self.is_past(moment):
                continue
            self.at(moment)
            if part.disposition == "evidence":
                self.by(part, "quality").action_release_evidence()
            part = self.by(part, "store")
            part.action_dispose()
            moment = self.office_time(moment, 50, 150)
            if part.disposition == "rework" and self.is_past(moment):
                self.at(moment)
                part.action_reworked()

    # === LIABILITY ===#
    def divide_liability(self):
        """The quality vice president divides the cost of what was somebody's fault.

        The last decision waits for the general manager, the one before for the books.
        """
        parts = self.env["aftersales.part.return"].search(
            [
                ("inspection_result", "in", ("supplier", "own")),
                ("claim_id.cost_ids.state", "=", "posted"),
            ],
            order="inspected_at, id",
        )
        claims = parts.claim_id
        for claim in claims:
            part = parts.filtered(lambda p, claim=claim: p.claim_id == claim)[:1]
            moment = self.office_time(part.inspected_at, 12, 120)
            if not self.is_past(moment):
                continue
            self.at(moment)
            liability = self.by(self.env["aftersales.liability"], "qualityvp").create(
                {
                    "claim_id": claim.id,
                    "analysis": part.inspection_note,
                    "share_ids": [Command.create(vals) for vals in self.divide(part)],
                }
            )
            liability.action_submit()
            moment = self.office_time(moment, 12, 72)
            if claim in claims[-1:] or not self.is_past(moment):
                continue
            self.at(moment)
            self.by(liability, "gm").action_approve("同意")
            if claim not in claims[-2:]:
                self.by(liability, "accountant").action_post()

    def divide(self, part):
        """Return the values of the shares: who bears the claim's loss, and why."""
        first, second = self.name_parties(part)
        percent = self.random.choice([100, 100, 80, 70]) if second else 100
        shares = [{**first, "percent": percent}]
        if percent < 100:
            shares.append({**second, "percent": 100 - percent})
        return shares

    def name_parties(self, part):
        """Return who is liable for a part and who may be as well, without percent."""
        if part.inspection_result == "supplier":
            return (
                {
                    "party": "supplier",
                    "partner_id": part.supplier_id.id,
                    "note": "外购件质量不合格",
                },
                {
                    "party": "department",
                    "department_id": self.departments["质量管理部"].id,
                    "note": "进货检验漏检",
                },
            )
        cause = part.claim_id.cause_id.code
        if cause == "design":
            return {"party": "company", "note": "结构改进期间由公司承担"}, None
        name = "机加车间" if cause == "process" else "装配车间"
        return (
            {
                "party": "department",
                "department_id": self.departments[name].id,
                "note": "未按工艺文件作业",
            },
            {"party": "company", "note": "工艺文件不完善"},
        )

    # === RECOVERY ===#
    def recover(self):
        """Monthly statements; suppliers accept most, one line is disputed."""
        self.company.aftersales_disposal_fee = 120
        first = self.today.replace(day=1)
        for months in range(11, -1, -1):
            days = (self.today - (first - relativedelta(months=months))).days
            statements = self.send_statements(days)
            self.collect(statements, days)
            # this month's answers are still to come
            if months:
                self.answer(statements, days, disputed=months == 2)
            self.ago(max(days - 9, 0))
            self.env["aftersales.part.return"]._cron_collect()

    def send_statements(self, days):
        """The statements of the month that began ``days`` ago, sent on its second."""
        self.ago(max(days - 1, 0), hour=3)
        Recovery = self.env["aftersales.recovery"]
        Recovery._cron_monthly()
        statements = self.by(Recovery, "quality").search(
            [("state", "=", "draft"), ("line_ids", "!=", False)]
        )
        statements.action_send()
        return statements

    def collect(self, statements, days):
        """Suppliers fetch their parts in time; one in eight is left lying."""
        if days < 4:
            return
        self.ago(days - 4)
        for part in statements.line_ids.part_return_ids:
            if part.state == "inspected" and self.random.random() < 0.87:
                self.by(part, "store").action_collected()

    def answer(self, statements, days, disputed):
        """The suppliers' answers, and the credit notes of what they accept.

        :param disputed: whether the first line is not accepted
        """
        self.ago(days - 6)
        lines = statements.line_ids
        if disputed:
            lines[:1].write({"answer_note": "现场使用不当造成，不是零件质量问题"})
            lines[:1].action_dispute()
            lines -= lines[:1]
        lines.action_accept()
        statements.action_answer()
        agreed = statements.filtered(lambda statement: not statement.amount_disputed)
        self.by(agreed, "accountant").action_credit()
