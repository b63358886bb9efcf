# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_recovery import PIXEL, RecoveryCommon


@tagged("post_install", "-at_install")
class TestStationSettlement(RecoveryCommon):
    """Stations and assemblers upstream: their claims, their settlements (R-DSP-16,
    R-BIL-02, R-CLM-12)."""

    def _create_contract(self):
        return self.env["aftersales.station"].create(
            {
                "partner_id": self.station.id,
                "company_id": self.company.id,
                "labour_rate": 120,
                "travel_rate": 2,
            }
        )

    def test_station_claims_in_the_portal_and_is_settled(self):
        """R-DSP-16: the station enters a claim with photos; approved, its work is
        costed at its contract's prices, settled monthly as a vendor bill that clears
        what the claim booked, once."""
        contract = self._create_contract()
        self.authenticate("as_station", "as_station")
        page = self.url_open("/my/station_claims/new").text
        data = {
            "csrf_token": self._get_token(page),
            "serial": self.machine.name,
            "part": "SEAL-600",
            "quantity": "1",
            "damage": "Leaks at the main shaft",
            "hours": "3",
            "distance": "50",
            "failure_date": str(fields.Date.today()),
        }
        Claim = self.env["aftersales.claim"]
        domain = [("station_id", "=", self.station.id)]
        # no contract in force, no claim
        page = self.url_open("/my/station_claims/new", data=data).text
        self.assertIn("no contract in force", page)
        contract.sudo().write(
            {
                "state": "contracted",
                "contract_ref": "ST-7",
                "date_start": self.month,
                "date_end": self.month + relativedelta(years=1),
            }
        )
        page = self.url_open("/my/station_claims/new", data=data).text
        self.assertIn("evidence", page)
        self.assertFalse(Claim.search(domain))
        files = {"evidence": ("leak.png", PIXEL, "image/png")}
        for key, value in (
            ("serial", "nothing"),
            ("part", "nothing"),
            ("quantity", "-1"),
            ("hours", "many"),
            ("hours", "nan"),
            ("distance", "inf"),
        ):
            page = self.url_open(
                "/my/station_claims/new", data={**data, key: value}, files=files
            ).text
            self.assertIn("alert-danger", page)
        self.assertFalse(Claim.search(domain))
        self.url_open("/my/station_claims/new", data=data, files=files)
        claim = Claim.search(domain)
        self.assertEqual(claim.state, "submitted")
        self.assertEqual(claim.partner_id, self.customer)
        self.assertEqual(claim.estimated_cost, 460)
        self.assertIn(claim.name, self.url_open("/my/station_claims").text)
        # sent a second time: told where it is claimed, and no second claim
        page = self.url_open("/my/station_claims/new", data=data, files=files).text
        self.assertIn(f"claimed already: {claim.name}.", page)
        self.assertEqual(Claim.search(domain), claim)
        # its old part is at the station's, not at the customer's
        self.seal.component_class_id = self.bearing.component_class_id
        self.seal.component_class_id.return_old_part = True
        self._verify(claim)
        self._approve(claim, "sales_vp", "general_manager")
        self.assertEqual(claim.part_return_ids.holder_kind, "station")
        self.assertEqual(claim.part_return_ids.holder_partner_id, self.station)
        self.assertEqual(
            {cost.kind: cost.amount for cost in claim.cost_ids if cost.partner_id},
            {"labour": 360, "travel": 100},
        )
        self.assertEqual(
            [cost.name.split(" × ")[0] for cost in claim.cost_ids if cost.partner_id],
            ["3 h", "50 km"],
        )
        self.as_user(claim, "accountant").action_post_costs()
        labour = self.company.aftersales_cost_account_labour_id
        self.assertEqual(self._balance(labour), -360)
        settlement = self.env["aftersales.settlement"].create(
            {"partner_id": self.station.id, "company_id": self.company.id}
        )
        settlement.action_collect_lines()
        settlement.action_collect_lines()
        self.assertEqual(settlement.amount_total, 460)
        with self.assertRaises(AccessError):
            self.as_user(settlement.line_ids, "service_manager").is_live = False
        settlement.action_send()
        with self.assertRaises(UserError):
            self.as_user(settlement, "accountant").action_bill()
        url = f"/my/settlements/{settlement.id}"
        token = {"csrf_token": self._get_token(self.url_open(url).text)}
        page = self.url_open(f"{url}/dispute", data={**token, "objection": " "}).text
        self.assertIn("Say what is wrong", page)
        self.assertEqual(settlement.state, "sent")
        reason = "<b>48 km</b>, not 40"
        page = self.url_open(f"{url}/dispute", data={**token, "objection": reason}).text
        self.assertIn("&lt;b&gt;48 km", page)
        self.assertEqual((settlement.state, settlement.objection), ("disputed", reason))
        self.assertEqual(settlement.activity_ids.user_id, settlement.user_id)
        # answered already: a second answer changes nothing
        self.url_open(f"{url}/confirm", data=token)
        self.assertEqual(settlement.state, "disputed")
        with self.assertRaises(UserError):
            self.as_user(settlement, "accountant").action_bill()
        with self.assertRaises(AccessError):
            self.as_user(settlement, "accountant").objection = "Agreed"
        self.as_user(settlement, "accountant").action_reopen()
        settlement.action_send()
        self.url_open(f"{url}/confirm", data=token)
        self.assertEqual(settlement.state, "confirmed")
        line = self.as_user(settlement.line_ids[0], "service_manager")
        with self.assertRaises(UserError):
            line.is_live = False
        with self.assertRaises(UserError):
            line.amount = 99999
        with self.assertRaises(UserError):
            line.unlink()
        with self.assertRaises(UserError):
            line.create(
                {"settlement_id": settlement.id, "name": "More", "amount": 99999}
            )
        expense = self._balance(self.warranty_expense_account)
        self.as_user(settlement, "accountant").action_bill()
        bill = settlement.bill_id
        self.assertEqual((bill.move_type, bill.amount_total), ("in_invoice", 460))
        bill.action_post()
        self.assertEqual(self._balance(labour), 0)
        # from the bill in the ledger to the claim
        entry = self.as_user(bill, "accountant")
        self.assertEqual(entry.action_view_aftersales_claims()["res_id"], claim.id)
        self.assertEqual(self._balance(self.warranty_expense_account), expense)
        self.assertFalse(settlement.with_user(self.other_user).has_access("read"))

    def test_upstream_assembler_is_settled_monthly(self):
        """R-CLM-12: what an assembler upstream did on our claims is settled monthly,
        drawn up once for last month."""
        assembler = self.env["res.partner"].create(
            {
                "name": "Heavy Truck Works",
                "is_company": True,
                "is_upstream_assembler": True,
            }
        )
        claim = self._create_order_claim("emergency")
        claim.action_submit()
        self._approve(claim, "sales_vp")
        last_month = self.month - relativedelta(days=2)
        self._add_cost(claim, "labour", 300, partner_id=assembler.id, date=last_month)
        self.as_user(claim, "accountant").action_post_costs()
        for _i in range(2):
            with self.enter_registry_test_mode():
                self.env.ref(
                    "aftersales_claims.cron_settlement_monthly"
                ).method_direct_trigger()
        settlement = self.env["aftersales.settlement"].search(
            [("partner_id", "=", assembler.id)]
        )
        self.assertEqual((len(settlement), settlement.amount_total), (1, 300))
        self.assertEqual(settlement.period_start, last_month.replace(day=1))

    def test_only_stations_claim(self):
        """R-DSP-16: a supplier or customer of the portal enters no claim."""
        with self.assertRaisesRegex(UserError, "Only service stations and dealers"):
            self.env["aftersales.claim"].with_user(
                self.supplier_user
            )._create_from_station({"serial": self.machine.name}, [])
        self.authenticate("as_supplier", "as_supplier")
        self.assertNotIn(
            "Machine Serial Number", self.url_open("/my/station_claims/new").text
        )

    def test_settlement_deducts_and_refunds(self):
        """R-CLM-11: an old part the station kept is deducted; if it owes us, the
        settlement is a credit note; each thing is settled once."""
        self.company.aftersales_settlement_account_id = self.warranty_expense_account
        part = self.env["aftersales.part.return"].create(
            {
                "product_id": self.seal.id,
                "holder_kind": "station",
                "holder_partner_id": self.station.id,
                "company_id": self.company.id,
            }
        )
        part.action_lapse()
        self.as_user(part, "service_manager").action_charge()
        settlement = self.env["aftersales.settlement"].create(
            {"partner_id": self.station.id, "company_id": self.company.id}
        )
        with self.assertRaises(UserError):
            settlement.action_send()
        settlement.action_collect_lines()
        self.assertEqual(settlement.amount_total, -260)
        settlement.action_send()
        settlement.action_confirm()
        self.as_user(settlement, "accountant").action_bill()
        self.assertEqual(
            (settlement.bill_id.move_type, settlement.bill_id.amount_total),
            ("in_refund", 260),
        )
        with self.assertRaises(UserError):
            settlement.action_cancel()
        self.assertFalse(self.as_user(settlement, "technician").has_access("read"))

    def test_monthly_settlements(self):
        """R-DSP-16: last month is settled for each station that did something; for the
        others no number is drawn, and nothing is drawn up twice."""
        self.company.aftersales_settlement_account_id = self.warranty_expense_account
        idle = self.env["res.partner"].create(
            {"name": "Ganzhou Station", "is_company": True, "is_service_station": True}
        )
        part = self.env["aftersales.part.return"].create(
            {
                "product_id": self.seal.id,
                "holder_kind": "station",
                "holder_partner_id": self.station.id,
                "company_id": self.company.id,
            }
        )
        part.action_lapse()
        self.as_user(part, "service_manager").action_charge()
        Settlement = self.env["aftersales.settlement"]
        first = Settlement.create(
            {"partner_id": idle.id, "company_id": self.company.id}
        )
        for _i in range(2):
            with self.enter_registry_test_mode():
                self.env.ref(
                    "aftersales_claims.cron_settlement_monthly"
                ).method_direct_trigger()
        settlement = Settlement.search([("partner_id", "=", self.station.id)])
        self.assertEqual(len(settlement), 1)
        self.assertEqual(settlement.line_ids.part_return_id, part)
        self.assertEqual(settlement.period_start, self.month - relativedelta(months=1))
        self.assertEqual(Settlement.search([("partner_id", "=", idle.id)]), first)
        last = Settlement.create(
            {
                "partner_id": idle.id,
                "company_id": self.company.id,
                "period_start": self.month - relativedelta(months=5),
            }
        )
        drawn = [int(item.name[-4:]) for item in (first, settlement, last)]
        self.assertEqual(drawn, [drawn[0], drawn[0] + 1, drawn[0] + 2])
        accountant = self.as_user(settlement, "accountant")
        accountant.action_send()
        self.assertEqual(settlement.user_id, self.users["accountant"])
        action = accountant.line_ids.action_view_claim()
        self.assertEqual(action["res_model"], "aftersales.claim")
