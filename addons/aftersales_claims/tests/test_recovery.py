# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).


from dateutil.relativedelta import relativedelta
from psycopg2.errors import CheckViolation, UniqueViolation

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_recovery import PIXEL, RecoveryCommon


@tagged("post_install", "-at_install")
class TestRecovery(RecoveryCommon):
    """Supplier recovery and station settlement (R-CLM-12, R-DSP-16)."""

    # === the spine ===#
    def test_from_liability_to_credit_note(self):
        """R-CLM-12: the statement holds the supplier's share, he accepts, its credit
        note is posted once at cost x share and lowers the warranty expense."""
        statement = self._create_statement(receive=True)
        line = statement.line_ids
        self.assertEqual((line.amount, line.percent), (5649, 70))
        self.assertEqual(line.product_ids, self.bearing)
        self.assertEqual(line.part_return_ids.inspection_result, "supplier")
        self.assertEqual(line.photo_count, 1)
        self.assertEqual(self._balance(self.warranty_expense_account), 8070)
        self._send(statement)
        self.assertEqual(
            line.part_return_ids.collect_deadline,
            line.part_return_ids.collect_notified_on + relativedelta(days=5),
        )
        with self.assertRaises(UserError):
            statement.action_answer()
        line._answer("accept")
        statement.action_answer()
        with self.assertRaises(UserError):
            self.as_user(statement, "quality").action_credit()
        self.as_user(statement, "accountant").action_credit()
        refund = line.refund_move_id
        self.assertEqual(
            (refund.move_type, refund.state, refund.amount_total),
            ("in_refund", "posted", 5649),
        )
        self.assertEqual(refund, line.share_id.account_move_id)
        self.assertEqual(self._balance(self.warranty_expense_account), 2421)
        self.assertEqual(statement.amount_credited, 5649)
        with self.assertRaises(UserError):
            self.as_user(statement, "accountant").action_credit()
        with self.assertRaises(UserError):
            self.as_user(statement, "accountant").action_cancel()

    def test_offset_against_payables(self):
        """R-CLM-12: the credit note is set off against the supplier's open bill."""
        statement = self._send(self._create_statement())
        statement.line_ids._answer("accept")
        statement.action_answer()
        accountant = self.as_user(statement, "accountant")
        with self.assertRaises(UserError):
            accountant.action_offset()
        accountant.action_credit()
        with self.assertRaises(UserError):
            accountant.action_offset()
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.supplier.id,
                "invoice_date": fields.Date.today(),
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Bearings", "price_unit": 20000, "tax_ids": []}
                    )
                ],
            }
        )
        bill.action_post()
        accountant.action_offset()
        self.assertEqual(bill.amount_residual, 20000 - 5649)
        self.assertEqual(statement.line_ids.refund_move_id.payment_state, "paid")

    # === disputes ===#
    def test_dispute_goes_to_the_arbiter(self):
        """R-CLM-12: disputed with a reason, decided by the quality vice president,
        credited at what he leaves of it, never at more."""
        statement = self._send(self._create_statement())
        line = statement.line_ids
        with self.assertRaises(UserError):
            line._answer("dispute")
        line._answer("dispute", note="Grease was wrong, not the cage")
        statement.action_answer()
        self.assertTrue(statement.activity_ids)
        self.assertEqual(statement.amount_disputed, 5649)
        with self.assertRaises(UserError):
            self.as_user(statement, "accountant").action_credit()
        with self.assertRaises(UserError):
            self.as_user(line, "quality").action_uphold()
        with self.assertRaises(UserError):
            self.as_user(line, "quality_vp").action_uphold()
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
            with self.env.cr.savepoint():
                self.as_user(line, "quality_vp").final_amount = 5649.01
                self.env.flush_all()
        line.invalidate_recordset()
        with self.assertRaises(AccessError):
            self.as_user(line, "accountant").final_amount = 1
        self.as_user(line, "quality_vp").write(
            {"final_amount": 4000, "arbitration_note": "Both have a part in it"}
        )
        self.as_user(line, "quality_vp").action_uphold()
        self.assertEqual((line.state, line.final_amount), ("accepted", 4000))
        with self.assertRaises(UserError):
            self.as_user(line, "quality_vp").final_amount = 1
        self.as_user(statement, "accountant").action_credit()
        self.assertEqual(line.refund_move_id.amount_total, 4000)
        self.assertEqual(self._balance(self.warranty_expense_account), 4070)

    def test_dropped_line_is_not_credited(self):
        """R-CLM-12: what the arbiter drops leaves the books alone."""
        statement = self._send(self._create_statement())
        line = statement.line_ids
        line._answer("dispute", note="Not our part")
        statement.action_answer()
        arbiter = self.as_user(line, "quality_vp")
        arbiter.arbitration_note = "Serial number is another maker's"
        self.as_user(line, "quality_vp").action_drop()
        self.as_user(statement, "accountant").action_credit()
        self.assertEqual(line.final_amount, 0)
        self.assertFalse(line.refund_move_id)
        self.assertEqual(line.share_id.account_move_id.state, "cancel")
        self.assertEqual(self._balance(self.warranty_expense_account), 8070)

    def test_reversed_decision_is_claimed_no_more(self):
        """R-CLM-12, R-CLM-09: a liability decision that was taken back leaves the
        supplier's statement, whatever its state: nothing of it is credited
        afterwards, and what was credited is out of the books and the totals."""
        expense = self.warranty_expense_account
        liability = self._create_posted_liability()
        statement = self._create_statement(liability)
        accountant = self.as_user(liability, "accountant")
        # accepted, not credited yet; the other share of the statement stays
        claim = self._create_claim(
            kind="emergency",
            kind_reason="Stopped",
            failure_date=fields.Date.today() - relativedelta(days=40),
            estimated_cost=8070,
        )
        claim.action_submit()
        self._approve(claim, "sales_vp")
        self._add_cost(claim, "shipping", 8070)
        self.as_user(claim, "accountant").action_post_costs()
        other = self._create_posted_liability(percent=50, claim=claim)
        statement.action_collect_lines()
        self._send(statement)
        mine = self.as_user(statement.line_ids, "quality")
        with self.assertRaisesRegex(UserError, "its lines stay"):
            mine[0].unlink()
        with self.assertRaisesRegex(UserError, "its lines stay"):
            mine[0].recovery_id = statement.copy({"period_start": "2020-01-01"})
        mine._answer("accept")
        statement.action_answer()
        with self.assertRaisesRegex(UserError, "does not wait for an answer"):
            mine[0].answer_note = "He said something else"
        self.assertEqual(statement.amount_total, 5649 + 4035)
        evidence = statement.action_view_evidence()["domain"]
        self.assertTrue(self.env["ir.attachment"].search_count(evidence))
        returns = statement.action_view_part_returns()
        self.assertEqual(returns["res_model"], "aftersales.part.return")
        action = self.as_user(liability, "quality_vp").action_view_recoveries()
        self.assertEqual(
            (liability.recovery_count, action["res_id"]), (1, statement.id)
        )
        accountant.action_reverse("Wrong cause")
        line = statement.line_ids.filtered(lambda item: item.liability_id == liability)
        self.assertEqual((line.state, statement.state), ("cancelled", "answered"))
        self.assertEqual((statement.amount_total, statement.line_count), (4035, 1))
        self.assertIn("Withdrawn", str(statement.message_ids.mapped("body")))
        before = self._balance(expense)
        self.as_user(statement, "accountant").action_credit()
        self.assertEqual(self._balance(expense), before - 4035)
        self.assertFalse(line.refund_move_id)
        # credited: reversed in the books, off the totals, the statement is over
        self.as_user(other, "accountant").action_reverse("Wrong as well")
        self.assertEqual(self._balance(expense), before)
        self.assertEqual(statement.state, "cancelled")
        self.assertFalse(statement.amount_credited)
        # decided anew it is claimed on a new statement; a draft simply loses it
        again = self._create_posted_liability(claim=liability.claim_id)
        draft = self._create_statement(again)
        self.assertEqual(len(draft.line_ids), 1)
        self.as_user(again, "accountant").action_reverse("Once more")
        self.assertFalse(draft.line_ids)
        self.assertEqual(draft.state, "draft")

    def test_currency_of_the_supplier(self):
        """R-CLM-12: a reduced share is scaled in the supplier's currency."""
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].create(
            {
                "name": fields.Date.today(),
                "currency_id": euro.id,
                "company_id": self.company.id,
                "rate": 0.125,
            }
        )
        self.supplier.with_company(self.company).property_purchase_currency_id = euro
        statement = self._send(self._create_statement())
        line = statement.line_ids
        line._answer("dispute", note="Half")
        statement.action_answer()
        self.as_user(line, "quality_vp").write(
            {"final_amount": 2824.5, "arbitration_note": "Half"}
        )
        self.as_user(line, "quality_vp").action_uphold()
        self.as_user(statement, "accountant").action_credit()
        refund = line.refund_move_id
        self.assertEqual(refund.currency_id, euro)
        self.assertAlmostEqual(refund.amount_total, 5649 / 8 / 2, delta=0.011)

    # === nothing twice ===#
    def test_share_is_claimed_once(self):
        """R-CLM-12: one statement for each supplier and month, a share on one of
        them; cancelled, it can be claimed again; a foreign share is refused."""
        statement = self._create_statement()
        share = statement.line_ids.share_id
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            with self.env.cr.savepoint():
                statement.copy({"line_ids": []})
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            with self.env.cr.savepoint():
                statement.line_ids.copy()
        other = self.env["aftersales.recovery"].create(
            {"partner_id": self.other_supplier.id, "company_id": self.company.id}
        )
        with self.assertRaises(UserError):
            self.as_user(other, "quality").action_send()
        self.as_user(statement, "quality").action_cancel()
        with self.assertRaises(ValidationError):
            self.env["aftersales.recovery.line"].create(
                {"recovery_id": other.id, "share_id": share.id}
            )
        again = self._create_statement(share.liability_id)
        self.assertEqual(again.line_ids.share_id, share)

    def test_monthly_statements(self):
        """R-CLM-12: last month's shares become one statement for each supplier."""
        liability = self._create_posted_liability()
        liability.sudo().date = self.month - relativedelta(days=3)
        Recovery = self.env["aftersales.recovery"]
        for _i in range(2):
            with self.enter_registry_test_mode():
                self.env.ref(
                    "aftersales_claims.cron_recovery_monthly"
                ).method_direct_trigger()
        statement = Recovery.search([("partner_id", "=", self.supplier.id)])
        self.assertEqual(len(statement), 1)
        self.assertEqual(statement.period_start, self.month - relativedelta(months=1))
        self.assertEqual(statement.line_ids.share_id, liability.share_ids[0])
        self.assertEqual(statement.period, f"{statement.period_start:%Y-%m}")
        self.assertFalse(statement.user_id)
        self._send(statement)
        self.assertEqual(statement.user_id, self.users["quality"])

    # === five days to collect ===#
    def test_parts_not_collected_are_disposed_of(self):
        """R-CLM-12: after five days the parts are scrapped and the fee is the
        supplier's."""
        self.company.aftersales_disposal_fee = 35
        statement = self._send(self._create_statement(receive=True))
        part = statement.line_ids.part_return_ids
        Part = self.env["aftersales.part.return"]
        cron = self.env.ref("aftersales_claims.cron_part_return_collect")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertEqual(part.state, "inspected")
        part.sudo().collect_deadline = fields.Date.today() - relativedelta(days=1)
        for _i in range(2):
            with self.enter_registry_test_mode():
                cron.method_direct_trigger()
        self.assertEqual(part.state, "done")
        self.assertTrue(part.disposed_at_supplier_cost)
        self.assertEqual(statement.line_ids.disposal_fee, 35)
        self.assertEqual(
            Part.env["stock.scrap"].search_count(
                [("aftersales_part_return_id", "=", part.id)]
            ),
            1,
        )
        statement.line_ids._answer("accept")
        statement.action_answer()
        self.as_user(statement, "accountant").action_credit()
        self.assertEqual(self._balance(self.warranty_expense_account), 8070 - 5649 - 35)

    def test_collected_in_time(self):
        """R-CLM-12: collected by transfer to the supplier, no fee."""
        statement = self._send(self._create_statement(receive=True))
        part = statement.line_ids.part_return_ids
        self.as_user(part, "storekeeper").action_collected()
        self.assertEqual(part.state, "done")
        self.assertEqual(part.move_ids[-1:].picking_id.partner_id, self.supplier)
        self.assertFalse(statement.line_ids.disposal_fee)

    # === old part and claim ===#
    def test_open_old_part_keeps_the_claim_open(self):
        """R-CLM-11: the old bearing keeps claim and request open until judged; if it
        lapses, the claim line is invalid."""
        claim = self._create_spine_claim()
        part = claim.part_return_ids
        self.assertEqual(part.product_id, self.bearing)
        self.assertEqual(part.old_lot_name, "BRG-OLD-77")
        self.assertEqual(part.claim_line_id.order_part_id, part.order_part_id)
        self.assertTrue(any(part.name in text for text in claim._get_close_blockers()))
        self.assertTrue(
            any(part.name in text for text in claim.request_id._get_close_blockers())
        )
        self._verify(claim)
        claim.action_file()
        before = self._balance()
        with self.assertRaisesRegex(UserError, f"not yet returned.*{part.name}"):
            self.as_user(claim, "service_manager").action_done()
        self.assertEqual(claim.state, "approved")
        self.assertEqual(self._balance(), before)
        part.action_lapse()
        self.assertTrue(part.claim_line_id.is_invalid)
        self.assertEqual(part.charge_amount, 6200)
        self.assertFalse(any(part.name in text for text in claim._get_close_blockers()))

    def test_missing_accounts(self):
        """R-CLM-11, R-CLM-12, R-DSP-16: an account missing in the settings is named;
        nothing is charged, credited or billed by halves."""
        claim = self._create_spine_claim()
        part = claim.part_return_ids
        part.action_lapse()
        self.company.aftersales_employee_receivable_account_id = False
        settlement = self.env["aftersales.settlement"].create(
            {
                "partner_id": self.station.id,
                "company_id": self.company.id,
                "line_ids": [
                    Command.create({"name": name, "amount": 10}) for name in "ab"
                ],
            }
        )
        self.company.aftersales_settlement_account_id = False
        settlement.action_send()
        settlement.action_confirm()
        self.env.flush_all()
        before = self._balance()
        moves = self.env["account.move"].search_count([])
        for work, message in (
            (
                self.as_user(part, "service_manager").action_charge,
                "Set the Employee Receivable",
            ),
            (self.as_user(settlement, "accountant").action_bill, "Settlement Account"),
        ):
            with (
                self.subTest(message),
                self.assertRaisesRegex(UserError, message),
                self.env.cr.savepoint(),
            ):
                work()
            self.env.invalidate_all()
            self.assertEqual(self._balance(), before)
            self.assertEqual(self.env["account.move"].search_count([]), moves)
        self.assertEqual(part.charge_state, "to_charge")
        self.assertEqual(settlement.state, "confirmed")
        self.assertFalse(settlement.bill_id)
        self.assertFalse(
            self.env["aftersales.deduction"].search([("res_model", "=", part._name)])
        )

    def test_technician_pays_by_plan(self):
        """R-CLM-11: what the technician lost is a receivable and a deduction plan."""
        claim = self._create_spine_claim()
        part = claim.part_return_ids
        part.action_lapse()
        self.as_user(part, "service_manager").action_charge()
        account = self.company.aftersales_employee_receivable_account_id
        self.assertEqual(self._balance(account), 6200)
        self.assertEqual(part.charge_move_id.state, "posted")
        plan = self.env["aftersales.deduction"].search(
            [("res_model", "=", part._name), ("res_id", "=", part.id)]
        )
        self.assertEqual((plan.amount, plan.employee_id), (6200, self.technician))
        # what payroll deducts comes off the receivable
        self.assertEqual(plan.receivable_line_id.move_id, part.charge_move_id)
        self.assertEqual(plan.receivable_line_id.account_id, account)

    # === roles and portal ===#
    def test_roles(self):
        """R-CLM-12: technicians and storekeepers see no statement; the supplier's
        portal user sees his own once it is sent, nobody else's."""
        statement = self._create_statement()
        for role in ("technician", "storekeeper", "hotline", "employee"):
            self.assertFalse(self.as_user(statement, role).has_access("read"), role)
        self.assertTrue(self.as_user(statement, "accountant").has_access("read"))
        supplier = statement.with_user(self.supplier_user)
        self.assertFalse(supplier.has_access("read"))
        self._send(statement)
        self.assertTrue(supplier.has_access("read"))
        self.assertTrue(supplier.line_ids.has_access("read"))
        self.assertFalse(supplier.has_access("write"))
        self.assertFalse(statement.with_user(self.other_user).has_access("read"))
        self.assertFalse(
            statement.line_ids.with_user(self.other_user).has_access("read")
        )
        with self.assertRaises(AccessError):
            supplier.line_ids.write({"state": "dropped"})

    def test_supplier_answers_in_the_portal(self):
        """R-CLM-12: he sees part, inspection and photo, and answers each line;
        another supplier sees nothing of it."""
        statement = self._send(self._create_statement(receive=True))
        line = statement.line_ids
        url = f"/my/recoveries/{statement.id}"
        photo = f"{url}/photo/{line.part_return_ids.photo_ids.id}"
        self.authenticate("as_other", "as_other")
        self.assertNotIn(statement.name, self.url_open("/my/recoveries").text)
        self.assertNotIn(statement.name, self.url_open(url).text)
        self.assertEqual(self.url_open(photo).status_code, 404)
        self.authenticate("as_supplier", "as_supplier")
        self.assertIn(statement.name, self.url_open("/my/recoveries").text)
        page = self.url_open(url).text
        for text in (line.claim_id.name, "BRG-OLD-77", "Spherical roller bearing"):
            self.assertIn(text, page)
        self.assertEqual(self.url_open(photo).content, PIXEL)
        token = self._get_token(page)
        page = self.url_open(
            f"{url}/answer",
            data={"csrf_token": token, f"answer_{line.id}": "dispute"},
        ).text
        self.assertIn("Say why", page)
        self.assertEqual(line.state, "pending")
        self.url_open(
            f"{url}/answer",
            data={
                "csrf_token": token,
                f"answer_{line.id}": "dispute",
                f"note_{line.id}": "Wrong grease",
            },
        )
        self.assertEqual((line.state, line.answer_note), ("disputed", "Wrong grease"))
        self.assertEqual(statement.state, "answered")
        self.assertEqual(line.answered_by_id, self.supplier_user)

    def test_answer_is_all_or_nothing(self):
        """R-CLM-12: an answer refused on one line records none of the others; what
        was typed stays on the page."""
        liability = self._create_posted_liability()
        claim = self._create_claim(
            kind="emergency",
            kind_reason="Stopped",
            failure_date=fields.Date.today() - relativedelta(days=40),
        )
        claim.action_submit()
        self._approve(claim, "service_manager")
        self._add_cost(claim, "shipping", 100)
        self.as_user(claim, "accountant").action_post_costs()
        self._create_posted_liability(claim=claim)
        statement = self._send(self._create_statement(liability))
        first, second = statement.line_ids
        url = f"/my/recoveries/{statement.id}"
        self.authenticate("as_supplier", "as_supplier")
        token = self._get_token(self.url_open(url).text)
        page = self.url_open(
            f"{url}/answer",
            data={
                "csrf_token": token,
                f"answer_{first.id}": "accept",
                f"note_{first.id}": "Cage was ours",
                f"answer_{second.id}": "dispute",
            },
        ).text
        self.assertIn("Say why", page)
        self.assertIn("Cage was ours", page)
        self.env.invalidate_all()
        self.assertEqual(set(statement.line_ids.mapped("state")), {"pending"})
        self.assertFalse(first.answer_note)
        self.assertEqual(statement.state, "sent")

    def _get_token(self, page):
        marker = 'name="csrf_token"'
        tail = page[page.index(marker) :]
        return tail.split('value="', 1)[1].split('"', 1)[0]

    # === stations ===#
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
        with self.assertRaises(UserError):
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

    def test_start_cards(self):
        """Each role of the claims has its cards, with counts of its own."""
        self._send(self._create_statement())
        for role, name, counted in (
            ("service_manager", "start_card_claims_verify", 0),
            ("service_manager", "start_card_claims_filing", 0),
            ("sales_vp", "start_card_claims_approve", 0),
            ("accountant", "start_card_claim_costs", 0),
            ("storekeeper", "start_card_old_parts_receive", 0),
            ("storekeeper", "start_card_old_parts_dispose", 0),
            ("quality", "start_card_old_parts_inspect", 0),
            ("quality", "start_card_recoveries", 1),
            ("quality", "start_card_complaints_judge", 0),
            ("quality_vp", "start_card_complaints_approve", 0),
            ("quality_vp", "start_card_disputes", 0),
            ("quality", "start_card_batch_alerts", 0),
            ("service_manager", "start_card_batch_alerts", 0),
            ("service_manager", "start_card_appeals", 0),
            ("service_manager", "start_card_supply_late", 0),
            ("service_manager", "start_card_exchanges", 0),
        ):
            card = self.as_user(self.env.ref(f"aftersales_claims.{name}"), role)
            self.assertIn(card, card.search([]), name)
            self.assertGreaterEqual(card.count, counted, name)
            card.action_open()
