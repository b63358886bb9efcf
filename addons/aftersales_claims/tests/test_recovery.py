# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta
from psycopg2.errors import CheckViolation, UniqueViolation

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_recovery import RecoveryCommon


@tagged("post_install", "-at_install")
class TestRecovery(RecoveryCommon):
    """Supplier recovery, from the decision to the credit note (R-CLM-12)."""

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
        # the supplier reads why more is to be credited than was claimed
        html = self.env["ir.actions.report"]._render_qweb_html(
            "aftersales_claims.report_recovery", statement.ids
        )
        self.assertIn(b"with disposal fee", html[0])
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
