# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, fields
from odoo.tests import tagged

from .common_recovery import RecoveryCommon


@tagged("post_install", "-at_install")
class TestRefusals(RecoveryCommon):
    """Steps out of turn or by somebody else: each is refused for its own reason, not
    for another one that happens to hold as well."""

    def _create_part(self, **vals):
        return self.env["aftersales.part.return"].create(
            {
                "product_id": self.seal.id,
                "quantity": 2,
                "holder_kind": "customer",
                "holder_partner_id": self.customer.id,
                "company_id": self.company.id,
                **vals,
            }
        )

    def _judge_part(self, part, disposition, result="wear"):
        part._receive()
        part.write({"inspection_result": result, "disposition": disposition})
        self.as_user(part, "quality").action_inspect()
        return part

    # === old parts ===#
    def test_old_part_judged_and_disposed_of_once(self):
        """R-CLM-11: judged once, with a supplier to go to; what is no evidence is not
        released, what is not in rework does not come back from it, nor twice."""
        scrap, evidence, rework, stray = (self._create_part() for _i in range(4))
        expected = "has not been received completely"
        self._refused(expected, self.as_user(scrap, "quality").action_inspect)
        self._judge_part(scrap, "scrap")
        self._refused(
            "already inspected", self.as_user(scrap, "quality").action_inspect
        )
        self._judge_part(evidence, "evidence")
        both = self.as_user(evidence | scrap, "quality")
        self._refused(
            f"{scrap.name} is not kept as evidence", both.action_release_evidence
        )
        self.assertEqual(evidence.disposition, "evidence")
        store = self.as_user(evidence | scrap, "storekeeper")
        self._refused(f"{evidence.name} is kept as evidence", store.action_dispose)
        self.assertEqual(scrap.state, "inspected")
        self._refused(
            f"{scrap.name} does not go to a supplier",
            self.as_user(scrap, "storekeeper").action_collected,
        )
        self.as_user(self._judge_part(rework, "rework"), "storekeeper").action_dispose()
        store = self.as_user(rework | scrap, "storekeeper")
        self._refused(f"{scrap.name} is not in rework", store.action_reworked)
        self.as_user(rework, "storekeeper").action_reworked()
        self._refused(
            "is back in stock already",
            self.as_user(rework, "storekeeper").action_reworked,
        )
        stray._receive()
        stray.write({"inspection_result": "supplier", "disposition": "supplier"})
        stray.supplier_id = False
        self._refused("name him", self.as_user(stray, "quality").action_inspect)

    def test_old_part_charged_once(self):
        """R-CLM-11: a part lapses once, is charged a positive amount once, and neither
        waived, taken back nor given up after that; one received is not given up."""
        part, received, plain = (self._create_part() for _i in range(3))
        self._refused("has nothing to charge", plain.action_waive)
        self._refused("has nothing to charge", plain.action_charge)
        self._refused("has not lapsed", plain.action_reinstate)
        received._receive({received: 1})
        self._refused("was received already", (plain | received).action_cancel)
        self.assertEqual(plain.state, "expected")
        part.action_lapse()
        self._refused("is not expected any more", (plain | part).action_lapse)
        self.assertEqual(plain.state, "expected")
        part.charge_amount = 0
        self._refused("the amount must be positive", part.action_charge)
        part.charge_amount = 520
        part.action_charge()
        invoice = part.charge_move_id
        self._refused("has nothing to charge", part.action_charge)
        self._refused("its amount is charged already", part.action_reinstate)
        self._refused("was charged already", part.action_cancel)
        self.assertEqual(part.charge_move_id, invoice)

    def test_old_part_received_once(self):
        """R-CLM-11: one tag twice on one receipt, and a company without the operation
        for it."""
        part = self._create_part()
        wizard = self.env["aftersales.part.return.receive"].create(
            {
                "line_ids": [
                    Command.create({"part_return_id": part.id, "quantity": 1})
                    for _i in range(2)
                ]
            }
        )
        self._refused("can be received once only", wizard.action_confirm)
        wizard.line_ids = False
        self._refused("Scan or choose", wizard.action_confirm)
        self.company.aftersales_old_part_type_id = False
        self._refused(
            "Set the old parts operation and the quarantine location of Huakuang",
            part._receive,
        )
        self.assertFalse(part.move_ids)

    # === exchanges ===#
    def _create_exchange(self, answer="yes", **vals):
        exchange = self.env["aftersales.exchange"].create(
            {
                "partner_id": self.dealer.id,
                "product_id": self.seal.id,
                "fault": "Leaks",
                "date_code": fields.Date.today().strftime("%y%m%d"),
                "company_id": self.company.id,
                **vals,
            }
        )
        exchange.check_ids.answer = answer
        return exchange

    def test_exchange_judged_by_whom(self):
        """R-CLM-15: an unclear case is the service manager's also where its reason is
        written already; what is judged is not judged again."""
        unclear = self._create_exchange("unclear")
        unclear.action_judge()
        unclear.reason = "Opened in the workshop: casting fault"
        for step in ("action_accept", "action_refuse"):
            self._refused(
                "decided by the service manager",
                getattr(self.as_user(unclear, "hotline"), step),
            )
        self._refused("is judged already", unclear.action_judge)
        clear = self._create_exchange()
        clear.action_judge()
        self._refused(
            "only unclear cases",
            self.as_user(clear | unclear, "service_manager").action_accept,
        )
        self.assertEqual(unclear.state, "referred")
        late = fields.Date.add(fields.Date.today(), days=1)
        self._refused(
            "the receipt is dated after the return",
            self._create_exchange(
                partner_id=self.customer.id, receipt_date=late
            ).action_judge,
        )

    def test_exchange_carried_out_once(self):
        """R-CLM-15: piece for piece, each with its number; claimed after it, once, and
        cancelled no more."""
        by_number = self._create_exchange(product_id=self.bearing.id, quantity=1)
        by_number.action_judge()
        self._refused("name the serial number given", by_number.action_exchange)
        self.seal.tracking = "lot"
        lot = self._create_stock(self.seal, 5, "SEAL-LOT-1")
        exchange = self._create_exchange()
        exchange.action_judge()
        self._refused("name the lot given", exchange.action_exchange)
        self._refused("is not one of", exchange.write, {"lot_id": self.bearing_lot.id})
        exchange.lot_id = lot
        self._refused("is not exchanged yet", exchange.action_create_claim)
        self._refused("only a refused exchange is charged", exchange.action_charge)
        exchange.action_exchange()
        self._refused("is carried out", exchange.action_cancel)
        exchange.action_create_claim()
        self._refused(
            f"is claimed already: {exchange.claim_id.name}",
            exchange.action_create_claim,
        )

    def test_exchange_charged_once(self):
        """R-BIL-02: a swap after warranty is quoted once, with the fee's product."""
        refused = self._create_exchange("no")
        refused.action_judge()
        fee = self.company.aftersales_station_fee_product_id
        self.company.aftersales_station_fee_product_id = False
        self._refused("Choose the repair fee product", refused.action_charge)
        self.assertFalse(refused.sale_order_id)
        self.company.aftersales_station_fee_product_id = fee
        refused.action_charge()
        self._refused("only a refused exchange is charged, once", refused.action_charge)

    def test_date_code_rules(self):
        """R-WAR-03: a rule whose codes cannot be read is not saved."""
        rule = self.env.ref("aftersales_claims.exchange_rule_default")
        for text, vals in (
            ("no regular expression", {"date_code_regex": "("}),
            ("needs the named groups", {"date_code_regex": r"(?P<year>\d\d)"}),
            ("twelve month codes", {"month_codes": "123456789AB"}),
            ("twelve month codes", {"month_codes": "1234567899AB"}),
            ("year of the first", {"year_codes": "ABC", "year_first": 0}),
        ):
            self._refused(text, rule.write, vals)

    # === books ===#
    def test_decision_stays(self):
        """R-CLM-10: what the general manager approved stays as he read it, also once
        it is posted: the claim, the analysis, the measures and the shares."""
        liability = self._create_posted_liability()
        other = self._create_claim(
            failure_date=fields.Date.subtract(fields.Date.today(), days=9)
        )
        cause = self.env["aftersales.claim.cause"].search([], limit=1)
        for role in ("quality", "quality_vp", "general_manager"):
            decision = self.as_user(liability, role)
            for vals in (
                {"analysis": "<p>The supplier is innocent</p>"},
                {"measures": "<p>None</p>"},
                {"date": "2020-01-01"},
                {"claim_id": other.id},
                {"cause_id": cause.id},
            ):
                self._refused("stays as it is", decision.write, vals)
        shares = self.as_user(liability.share_ids, "quality_vp")
        self._refused("only while the decision is a draft", shares.unlink)

    def test_provision_stays(self):
        """R-CLM-09: what a month sets aside changes only by reversal once it is
        posted, line by line as well."""
        policy = self.env["aftersales.provision.policy"].create(
            {"name": "All", "percent": 3, "company_id": self.company.id}
        )
        Provision = self.as_user(self.env["aftersales.provision"], "accountant")
        provision = Provision.create({})
        vals = {"provision_id": provision.id, "policy_id": policy.id, "amount": 100}
        line = provision.line_ids.create(vals)
        line.amount = 300
        self._refused("Only posted provisions", provision.action_reverse)
        provision.action_post()
        posted = "is posted already"
        self._refused(posted, line.write, {"amount": 1})
        self._refused(posted, line.unlink)
        self._refused(posted, line.create, vals)
        self._refused(posted, provision.action_calculate)
        self._refused(posted, provision.action_post)
        self._refused("are reversed, not deleted", provision.unlink)
        self.assertEqual(provision.amount, 300)
        provision.action_reverse()
        self._refused("Only posted provisions", provision.action_reverse)

    def test_policy_and_period(self):
        """R-CLM-09, R-CLM-17: a policy and a period end after they begin."""
        vals = {"name": "All", "percent": 3, "date_from": "2026-02-01"}
        Policy = self.env["aftersales.provision.policy"]
        self._refused(
            "ends after it begins", Policy.create, {**vals, "date_to": "2026-01-31"}
        )
        period = {"date_from": "2026-02-01", "date_to": "2026-01-31"}
        self._refused(
            "ends before it begins", self.env["aftersales.claim.xlsx"].create, period
        )

    # === statements, settlements, counts ===#
    def test_statement_answered_once(self):
        """R-CLM-12: what was sent is not deleted nor filled up; answered once, and
        judged by the arbiter only, and only what is disputed."""
        statement = self._send(self._create_statement())
        line = statement.line_ids
        quality = self.as_user(statement, "quality")
        self._refused("is cancelled, not deleted", quality.unlink)
        self._refused("was sent already", statement.action_collect_lines)
        arbiter = self.as_user(line, "quality_vp")
        self._refused("not before the arbiter", arbiter.action_uphold)
        line._answer("dispute", "Overloaded")
        statement.action_answer()
        self._refused("does not wait for an answer", statement.action_answer)
        self._refused("does not wait for an answer", line._answer, "accept")
        line.sudo().arbitration_note = "Cage material"
        for role in ("quality", "accountant"):
            for step in ("action_uphold", "action_drop"):
                self._refused(
                    "Disputes are decided by the quality vice president",
                    getattr(self.as_user(line, role), step),
                )
        arbiter.action_uphold()
        self._refused("not before the arbiter", arbiter.action_drop)
        self.assertEqual(line.state, "accepted")

    def test_settlement_of_whom(self):
        """R-DSP-16: what the station saw is cancelled, not deleted; the accountant
        draws up the bill."""
        settlement = self._create_settlement(bill=False)
        self._refused("is cancelled instead", settlement.unlink)
        self._refused(
            "The accountant draws up the bill",
            self.as_user(settlement, "service_manager").action_bill,
        )
        self.assertFalse(settlement.bill_id)

    def test_count_started_once(self):
        """R-CLM-14: stock is counted where it is consigned, and once."""
        count = self.env["aftersales.consignment.count"].create(
            {"partner_id": self.dealer.id, "company_id": self.company.id}
        )
        if count.location_id:
            count.sudo().location_id = False
        self._refused("has no consigned stock location", count.action_start)
        count.sudo().location_id = self.stock_location.copy({"name": "Consigned"})
        count.action_start()
        self._refused("was started", count.action_start)
