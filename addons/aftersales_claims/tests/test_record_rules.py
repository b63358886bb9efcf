# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command
from odoo.tests import new_test_user, tagged

from .common_recovery import RecoveryCommon

#: models whose records the fixture makes; every other one is looked at by its rule
SAMPLED = (
    "aftersales.accident",
    "aftersales.accident.loss",
    "aftersales.accident.measure",
    "aftersales.accident.member",
    "aftersales.accident.share",
    "aftersales.carrier.claim",
    "aftersales.claim",
    "aftersales.claim.appeal",
    "aftersales.claim.cost",
    "aftersales.claim.evidence",
    "aftersales.claim.line",
    "aftersales.claim.version",
    "aftersales.consignment.count",
    "aftersales.exchange",
    "aftersales.exchange.check",
    "aftersales.liability",
    "aftersales.liability.share",
    "aftersales.part.return",
    "aftersales.provision",
    "aftersales.provision.line",
    "aftersales.provision.policy",
    "aftersales.recovery",
    "aftersales.recovery.line",
    "aftersales.settlement",
    "aftersales.settlement.line",
)
#: what belongs to a claim is seen by whoever sees the claim
OF_A_CLAIM = (
    "aftersales.claim",
    "aftersales.claim.appeal",
    "aftersales.claim.evidence",
    "aftersales.claim.line",
    "aftersales.claim.version",
    "aftersales.part.return",
)
ACCIDENTS = tuple(name for name in SAMPLED if name.startswith("aftersales.accident"))


@tagged("post_install", "-at_install")
class TestRecordRules(RecoveryCommon):
    """Whose records each role sees, of the documents and of all that hangs on them
    (R-CLM-05, R-CLM-12, R-PEN-02)."""

    def _create_records(self):
        """At least one record of each sampled model."""
        own = {"company_id": self.company.id}
        request = self._create_request(department_id=self.department.id)
        claim = self._create_claim(
            [{"product_id": self.bearing.id, "supply": "none", "old_lot_name": "B-1"}],
            request_id=request.id,
            user_id=self.users["service_manager"].id,
            evidence_ids=[Command.create({"kind": "letter"})],
        )
        self._verify(claim)
        claim.with_user(self.users["sales_vp"]).action_reject("Wear")
        self.env["aftersales.claim.appeal"].create(
            {"claim_id": claim.id, "grounds": "Not worn"}
        )
        self._send(self._create_statement())
        self._create_settlement(bill=False)
        exchange = self.env["aftersales.exchange"].create(
            {
                "partner_id": self.dealer.id,
                "product_id": self.seal.id,
                "fault": "Leaks",
                "date_code": "2401",
                **own,
            }
        )
        self.assertTrue(exchange.check_ids)
        self.env["aftersales.carrier.claim"].create(
            {"carrier_id": self.station.id, "amount": 1, **own}
        )
        policy = self.env["aftersales.provision.policy"].create(
            {"name": "All", "percent": 3, **own}
        )
        self.as_user(self.env["aftersales.provision"], "accountant").create(
            {"line_ids": [Command.create({"policy_id": policy.id, "amount": 1})], **own}
        )
        self.env["aftersales.consignment.count"].create(
            {"partner_id": self.station.id, **own}
        )
        self.as_user(self.env["aftersales.accident"], "quality_vp").create(
            {
                "title": "Crusher frame dropped",
                "department_id": self.department.id,
                "member_ids": [
                    Command.create(
                        {"user_id": self.users["quality"].id, "role": "chair"}
                    )
                ],
                "loss_ids": [Command.create({"name": "Frame", "amount": 100})],
                "share_ids": [
                    Command.create({"employee_id": self.technician.id, "share": 100})
                ],
                "measure_ids": [
                    Command.create(
                        {"employee_id": self.technician.id, "date_from": "2026-01-01"}
                    )
                ],
                **own,
            }
        )
        self.env.flush_all()
        return claim

    def _get_own(self, name):
        path = "company_id"
        if path not in self.env[name]._fields:
            path = "accident_id.company_id"
        own = self.env[name].sudo().search([(path, "=", self.company.id)])
        self.assertTrue(own, name)
        return own

    def _assert_hidden(self, records, user, **context):
        """``user`` neither finds nor reads any of ``records``."""
        mine = records.with_user(user).with_context(**context)
        self.env.invalidate_all()
        if mine.browse().has_access("read"):
            self.assertFalse(mine.search([("id", "in", records.ids)]))
        for record in mine:
            self.assertFalse(record.has_access("read"), record)

    def test_every_model_is_of_a_company(self):
        """R-CLM-05: whatever has a company, itself or by what it hangs on, has a rule
        for it."""
        models = self.env["ir.model.data"].search(
            [("module", "=", "aftersales_claims"), ("model", "=", "ir.model")]
        )
        names = self.env["ir.model"].browse(models.mapped("res_id")).mapped("model")
        checked = []
        for name in names:
            model = self.env.get(name)
            if (
                model is None
                or model._abstract
                or model._transient
                or not name.startswith("aftersales.")
                or not {"company_id", "accident_id"} & model._fields.keys()
            ):
                continue
            checked.append(name)
            rules = self.env["ir.rule"].search(
                [("model_id.model", "=", name), ("groups", "=", False)]
            )
            with self.subTest(model=name):
                self.assertTrue(
                    any("company_ids" in (rule.domain_force or "") for rule in rules)
                )
        self.assertFalse(set(SAMPLED) - set(checked))

    def test_other_company(self):
        """R-CLM-05: somebody with every role in another company of the group sees
        nothing of ours."""
        self._create_records()
        other = self.env["res.company"].create({"name": "Huakuang South"})
        groups = {group for user in self.users.values() for group in user.group_ids}
        stranger = new_test_user(
            self.env,
            login="as_south",
            groups="base.group_user",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        stranger.group_ids = [Command.link(group.id) for group in groups]
        stranger.group_ids = [
            Command.link(self.env.ref("aftersales_claims.group_chairman").id)
        ]
        both = stranger.copy({"login": "as_both"})
        both.company_ids |= self.company
        for name in SAMPLED:
            own = self._get_own(name)
            with self.subTest(model=name):
                self._assert_hidden(own, stranger)
                # nor does who works in both, while he works in the other one
                self._assert_hidden(own, both, allowed_company_ids=other.ids)
                mine = own.with_user(both).with_context(
                    allowed_company_ids=self.company.ids
                )
                self.assertTrue(mine.search([("id", "in", own.ids)]))

    def test_other_department(self):
        """R-CLM-05, R-CLM-11: the hotline of another department and a technician who
        was not there see neither the claim nor its parts, papers, versions, appeals
        and old parts; viewers see all departments."""
        claim = self._create_records()
        self.env["aftersales.part.return"].create(
            {
                "product_id": self.seal.id,
                "holder_kind": "technician",
                "holder_employee_id": self.technician.id,
                "claim_line_id": claim.line_ids.id,
                "request_id": claim.request_id.id,
                "company_id": self.company.id,
            }
        )
        self.assertEqual(claim.department_id, self.department)
        elsewhere = self.env["hr.department"].create(
            {"name": "Service West", "company_id": self.company.id}
        )
        self.employees["hotline"].department_id = elsewhere
        for name in OF_A_CLAIM:
            field = "id" if name == claim._name else "claim_id"
            records = self.env[name].search([(field, "=", claim.id)])
            self.assertTrue(records, name)
            with self.subTest(model=name):
                for role in ("hotline", "technician2"):
                    self._assert_hidden(records, self.users[role])
                for role in ("sales_vp", "general_manager", "accountant"):
                    self.assertEqual(
                        self.as_user(records, role).search([("id", "in", records.ids)]),
                        records,
                    )

    def test_suppliers_and_stations(self):
        """R-CLM-12, R-DSP-16: a supplier sees his statement and a station its
        settlement once it was sent, another one's never; neither sees documents of
        the inside."""
        self._create_records()
        statement = self.env["aftersales.recovery"].search([], limit=1)
        settlement = self.env["aftersales.settlement"].search([], limit=1)
        for document, user in (
            (statement, self.supplier_user),
            (settlement, self.station_user),
        ):
            for records in (document, document.line_ids):
                with self.subTest(records=records):
                    self.assertTrue(records.with_user(user).has_access("read"))
                    self._assert_hidden(records, self.other_user)
                    self._assert_hidden(records, self.portal_user)
                    self.assertFalse(records.with_user(user).has_access("write"))
            for state in ("draft", "cancelled"):
                document.sudo().state = state
                for records in (document, document.line_ids):
                    with self.subTest(records=records, state=state):
                        self._assert_hidden(records, user)
        for name in set(SAMPLED) - {
            "aftersales.recovery",
            "aftersales.recovery.line",
            "aftersales.settlement",
            "aftersales.settlement.line",
        }:
            for user in (self.supplier_user, self.station_user, self.portal_user):
                with self.subTest(model=name, user=user.login):
                    self._assert_hidden(self._get_own(name), user)

    def test_accidents(self):
        """R-PEN-02: an accident is known to its committee, the department and those who
        confirm it; to nobody else, nor to whom it is held against before it is
        confirmed."""
        self._create_records()
        elsewhere = self.env["hr.department"].create(
            {"name": "Service West", "company_id": self.company.id}
        )
        for name in ACCIDENTS:
            records = self._get_own(name)
            with self.subTest(model=name):
                for role in ("employee", "technician", "accountant", "storekeeper"):
                    self._assert_hidden(records, self.users[role])
                for role in ("quality_vp", "general_manager", "hr"):
                    self.assertTrue(self.as_user(records, role).has_access("read"))
        self.employees["service_manager"].department_id = elsewhere
        for name in ACCIDENTS:
            with self.subTest(model=name):
                self._assert_hidden(self._get_own(name), self.users["service_manager"])
