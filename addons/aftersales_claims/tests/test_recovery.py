# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import base64
from io import BytesIO
from unittest.mock import patch

from dateutil.relativedelta import relativedelta
from openpyxl import load_workbook
from psycopg2.errors import CheckViolation, UniqueViolation

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..report import claims_xlsx
from .common import ClaimsCommon

#: a picture of one pixel
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
    "AABJRU5ErkJggg=="
)


@tagged("post_install", "-at_install")
class TestRecovery(ClaimsCommon, HttpCase):
    """Supplier recovery, settlement and reports (R-CLM-12, R-CLM-17, R-DSP-16)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bearing.seller_ids = [
            Command.create({"partner_id": cls.supplier.id, "price": 6200})
        ]
        cls.supplier_user = cls._create_portal_user("as_supplier", cls.supplier)
        cls.other_supplier = cls.env["res.partner"].create(
            {"name": "Luoyang Seals", "is_company": True, "supplier_rank": 1}
        )
        cls.other_user = cls._create_portal_user("as_other", cls.other_supplier)
        cls.station = cls.env["res.partner"].create(
            {"name": "Ganzhou Station", "is_company": True, "is_service_station": True}
        )
        cls.station_user = cls._create_portal_user("as_station", cls.station)
        cls.month = fields.Date.today().replace(day=1)

    @classmethod
    def _create_portal_user(cls, login, company_partner):
        user = new_test_user(
            cls.env,
            login=login,
            groups="base.group_portal",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        user.partner_id.parent_id = company_partner
        return user

    def _create_posted_liability(self, percent=70, partner=None, claim=None):
        """The spine's claim, posted, with ``percent`` at the supplier."""
        claim = claim or self._create_spine_claim()
        liability = self.as_user(self.env["aftersales.liability"], "quality_vp").create(
            {
                "claim_id": claim.id,
                "analysis": "Cage material out of tolerance",
                "share_ids": [
                    Command.create(
                        {
                            "party": "supplier",
                            "partner_id": (partner or self.supplier).id,
                            "percent": percent,
                        }
                    ),
                    Command.create({"party": "company", "percent": 100 - percent}),
                ],
            }
        )
        liability.action_submit()
        self.as_user(liability, "general_manager").action_approve("Agreed")
        self.as_user(liability, "accountant").action_post()
        return liability.with_env(self.env)

    def _create_spine_claim(self):
        """6,460 of goods and 480 + 480 + 650 of other costs: 8,070."""
        claim = self._create_order_claim("emergency")
        claim.action_submit()
        self._approve(claim, "sales_vp")
        for kind, amount in (("shipping", 480), ("labour", 480), ("travel", 650)):
            self._add_cost(claim, kind, amount)
        self.as_user(claim, "accountant").action_post_costs()
        return claim

    def _create_statement(self, liability=None, receive=False):
        liability = liability or self._create_posted_liability()
        if receive:
            part = liability.claim_id.part_return_ids
            part.photo_ids = self.env["ir.attachment"].create(
                {"name": "cage.png", "raw": PIXEL}
            )
            part._receive()
            part.write({"inspection_result": "supplier", "disposition": "supplier"})
            self.as_user(part, "quality").action_inspect()
        statement = self.env["aftersales.recovery"].create(
            {
                "partner_id": self.supplier.id,
                "period_start": self.month,
                "company_id": self.company.id,
            }
        )
        statement.action_collect_lines()
        return statement

    def _send(self, statement):
        self.as_user(statement, "quality").action_send()
        return statement

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

    # === red-letter invoices ===#
    def _create_red_letter(self, amount, partner=None, **vals):
        return self.as_user(self.env["account.move"], "accountant").create(
            {
                "move_type": "in_refund",
                "partner_id": (partner or self.supplier).id,
                "invoice_date": fields.Date.today(),
                "company_id": self.company.id,
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Bearing", "price_unit": amount, "tax_ids": []}
                    )
                ],
                **vals,
            }
        )

    def _answer(self, statement):
        self._send(statement)
        statement.line_ids._answer("accept")
        statement.action_answer()
        return statement

    def test_red_letter_is_the_credit(self):
        """R-CLM-12: a red letter of the amount agreed is found by itself, becomes the
        credit of the statement in place of our draft, and is offset."""
        statement = self._answer(self._create_statement())
        draft = statement.line_ids.share_id.account_move_id
        expense = self._balance(self.warranty_expense_account)
        other = self._create_red_letter(100, ref="CN-1")
        other.action_post()
        self.assertFalse(other.aftersales_recovery_id)
        self.assertEqual(self._balance(self.warranty_expense_account), expense)
        self._create_red_letter(5649, self.other_supplier, ref="CN-2").action_post()
        self.assertEqual(statement.state, "answered")
        letter = self._create_red_letter(5649, ref="RED-0815")
        letter.action_post()
        self.assertEqual(letter.state, "posted")
        self.assertEqual(letter.aftersales_recovery_id, statement)
        self.assertEqual(statement.state, "credited")
        self.assertEqual(statement.red_letter_ref, "RED-0815")
        self.assertEqual(draft.state, "cancel")
        self.assertEqual(statement.line_ids.refund_move_id, letter)
        self.assertEqual(statement.line_ids.share_id.account_move_id, letter)
        self.assertEqual(self._balance(self.warranty_expense_account), expense - 5649)
        # from the letter's line to the claim
        claims = letter.line_ids.move_id._get_aftersales_claims()
        self.assertEqual(claims, statement.line_ids.claim_id)
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
        self.as_user(statement, "accountant").action_offset()
        self.assertEqual(bill.amount_residual, 20000 - 5649)
        # nothing is left to match: the same amount again is just a credit note
        self._create_red_letter(5649, ref="RED-0816").action_post()
        self.assertEqual(statement.red_letter_ref, "RED-0815")

    def test_red_letter_of_credit_notes_in_the_books(self):
        """R-CLM-12: our credit note is posted; its red letter, which names it, is
        filed with it and posts nothing a second time."""
        statement = self._answer(self._create_statement())
        self.as_user(statement, "accountant").action_credit()
        refund = statement.line_ids.refund_move_id
        expense = self._balance(self.warranty_expense_account)
        blind = self._create_red_letter(5649, ref="RED-1")
        with self.assertRaisesRegex(UserError, "mark it as no recovery"):
            blind.action_post()
        self.assertEqual(blind.state, "draft")
        blind.aftersales_no_recovery = True
        blind.action_post()
        self.assertEqual(blind.state, "posted")
        letter = self._create_red_letter(
            5649, ref="RED-2", narration=f"for your {refund.name}"
        )
        paper = self._attach(letter, "red.pdf")
        letter.action_post()
        self.assertEqual(letter.state, "cancel")
        self.assertEqual(statement.red_letter_ref, "RED-2")
        self.assertEqual(paper.res_id, refund.id)
        self.assertEqual(self._balance(self.warranty_expense_account), expense)

    def test_red_letter_of_another_amount(self):
        """R-CLM-12: more or less than agreed, or before the arbiter has decided, is
        refused in words; the books and the statement stay as they were."""
        statement = self._create_statement()
        self._send(statement)
        statement.line_ids._answer("dispute", note="Not all of it")
        statement.action_answer()
        balances = self._balance()
        letter = self._create_red_letter(5649, ref=f"RED {statement.name}")
        with self.assertRaisesRegex(UserError, "arbiter"):
            letter.action_post()
        line = self.as_user(statement.line_ids, "quality_vp")
        line.write({"final_amount": 4000, "arbitration_note": "Both"})
        line.action_uphold()
        for amount in (4000.01, 3999.99):
            letter.invoice_line_ids.price_unit = amount
            with self.assertRaisesRegex(UserError, "4,000.00"):
                letter.action_post()
        self.assertEqual((letter.state, statement.state), ("draft", "answered"))
        self.assertEqual(self._balance(), balances)
        letter.invoice_line_ids.price_unit = 4000
        letter.action_post()
        self.assertEqual(statement.amount_credited, 4000)

    def test_red_letter_of_a_month(self):
        """R-CLM-12: one red letter for several claims with tax: a line for each
        share, at its claim's account; reversed for all of them only."""
        first = self._create_posted_liability()
        claim = self._create_claim(
            kind="emergency",
            kind_reason="Stopped",
            failure_date=fields.Date.today() - relativedelta(days=40),
        )
        claim.action_submit()
        self._approve(claim, "service_manager")
        self._add_cost(claim, "shipping", 333.33)
        self.as_user(claim, "accountant").action_post_costs()
        second = self._create_posted_liability(percent=33.33, claim=claim)
        statement = self._answer(self._create_statement(first))
        self.assertEqual(len(statement.line_ids), 2)
        tax = self.company_data["default_tax_purchase"]
        total = round(5649 + 333.33 * 0.3333, 2)
        letter = self._create_red_letter(total, ref="RED-3")
        letter.invoice_line_ids.tax_ids = tax
        expense = self._balance(self.warranty_expense_account)
        letter.action_post()
        self.assertEqual(statement.state, "credited")
        self.assertEqual(letter.amount_untaxed, total)
        self.assertEqual(len(letter.invoice_line_ids), 2)
        self.assertEqual(letter.invoice_line_ids.tax_ids, tax)
        self.assertAlmostEqual(
            self._balance(self.warranty_expense_account), expense - total, 2
        )
        for liability in (first, second):
            with self.assertRaisesRegex(UserError, "other claims"):
                self.as_user(liability, "accountant").action_reverse("Wrong")

    def test_from_supplier_and_ledger_to_the_photo(self):
        """R-CLM-12: from a ledger line to the photo of the broken part in three
        clicks, from a supplier to every part he owes for."""
        statement = self._create_statement(receive=True)
        photo = statement.line_ids.part_return_ids.photo_ids
        claim = statement.line_ids.claim_id
        for entry in (
            claim.cost_ids.account_move_id[:1],
            statement.line_ids.share_id.account_move_id,
        ):
            item = self.as_user(entry.line_ids[:1], "accountant")
            action = item.move_id.action_view_aftersales_claims()
            self.assertEqual(action["res_id"], claim.id)
            opened = self.as_user(claim, "accountant").action_view_evidence()
            files = self.as_user(self.env["ir.attachment"], "accountant").search(
                opened["domain"]
            )
            self.assertIn(photo, files)
            self.assertEqual(self.as_user(photo, "accountant").raw, PIXEL)
        supplier = self.as_user(self.supplier, "quality_vp")
        self.assertEqual(supplier.aftersales_owed_count, 1)
        action = supplier.action_view_aftersales_recovery()
        lines = self.as_user(self.env["aftersales.recovery.line"], "quality_vp").search(
            action["domain"]
        )
        self.assertEqual(lines, statement.line_ids)
        self.assertEqual(lines.part_return_ids.photo_ids, photo)

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
        self.assertEqual(statement.line_ids.age_bucket, "0")
        statement.period_start = self.month - relativedelta(months=5)
        self.assertEqual(statement.line_ids.age_bucket, "90")

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
        part.collect_deadline = fields.Date.today() - relativedelta(days=1)
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
        part.action_lapse()
        self.assertTrue(part.claim_line_id.is_invalid)
        self.assertEqual(part.charge_amount, 6200)
        self.assertFalse(any(part.name in text for text in claim._get_close_blockers()))

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
        self._create_contract()
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
        self._verify(claim)
        self._approve(claim, "sales_vp", "general_manager")
        self.assertEqual(
            {cost.kind: cost.amount for cost in claim.cost_ids if cost.partner_id},
            {"labour": 360, "travel": 100},
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
        page = self.url_open(f"/my/settlements/{settlement.id}").text
        self.url_open(
            f"/my/settlements/{settlement.id}/confirm",
            data={"csrf_token": self._get_token(page)},
        )
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

    def test_start_cards(self):
        """Each role of the claims has its cards, with counts of its own."""
        self._send(self._create_statement())
        for role, name, counted in (
            ("service_manager", "start_card_claims_verify", 0),
            ("service_manager", "start_card_claims_filing", 0),
            ("sales_vp", "start_card_claims_approve", 0),
            ("accountant", "start_card_claim_costs", 0),
            ("storekeeper", "start_card_old_parts_receive", 0),
            ("quality", "start_card_old_parts_inspect", 0),
            ("quality", "start_card_recoveries", 1),
        ):
            card = self.as_user(self.env.ref(f"aftersales_claims.{name}"), role)
            self.assertIn(card, card.search([]), name)
            self.assertGreaterEqual(card.count, counted, name)
            card.action_open()

    # === reports ===#
    def _load(self, kind, user=None):
        wizard = self.env["aftersales.claim.xlsx"].create(
            {
                "kind": kind,
                "company_id": self.company.id,
                "date_from": self.month - relativedelta(months=3),
                "date_to": self.month + relativedelta(months=1),
            }
        )
        report = self.env[f"report.aftersales_claims.{kind}"]
        if user:
            report = report.with_user(user)
        content, extension = report.create_xlsx_report(wizard.ids, {})
        self.assertEqual(extension, "xlsx")
        return load_workbook(BytesIO(content))

    def _read(self, sheet):
        """Return header, rows and total of a sheet of ours."""
        rows = [list(row) for row in sheet.iter_rows(min_row=4, values_only=True)]
        return rows[0], rows[1:-1], rows[-1]

    def test_quarterly_claims(self):
        """R-CLM-17: claims of the quarter by cause, department, supplier and product
        with requested, approved, cost, recovered and net; and every line."""
        claim = self._create_spine_claim()
        claim.cause_id = self.env["aftersales.claim.cause"].search([], limit=1)
        self._create_posted_liability(claim=claim)
        book = self._load("claims_quarter")
        self.assertEqual(len(book.sheetnames), 7)
        header, rows, total = self._read(book["By Cause"])
        self.assertEqual(header[0], "Cause")
        self.assertEqual(rows[0][0], claim.cause_id.name)
        self.assertEqual(rows[0][1:], [1, 2, 2, 6460, 6460, 8070, 5649, 2421])
        self.assertEqual(total[6:], [8070, 5649, 2421])
        _header, rows, _total = self._read(book["By Supplier"])
        by_supplier = {row[0]: row for row in rows}
        self.assertEqual(by_supplier[self.supplier.display_name][7], 5649)
        header, rows, total = self._read(book["Lines"])
        self.assertEqual(len(rows), 2)
        self.assertEqual({row[10] for row in rows}, {6200, 260})
        self.assertEqual(rows[0][4], self.bearing.display_name)
        self.assertEqual(total[10], 6460)

    def test_cost_ledger(self):
        """R-CLM-08, R-CLM-17: every cost with its entry, adding up to the claim."""
        claim = self._create_spine_claim()
        book = self._load("cost_ledger")
        _header, rows, total = self._read(book["Cost Ledger"])
        self.assertEqual(len(rows), len(claim.cost_ids))
        self.assertEqual(total[10], claim.cost_total)
        self.assertEqual(total[10], 8070)
        self.assertTrue(all(row[12] for row in rows))
        # read in chunks: none is lost or doubled at their borders
        with patch.object(claims_xlsx, "CHUNK", 2):
            chunked = self._load("cost_ledger")
        self.assertEqual(self._read(chunked["Cost Ledger"])[1], rows)
        with self.assertRaises(AccessError):
            self._load("cost_ledger", self.users["technician"])

    def test_recovery_status(self):
        """R-CLM-12, R-CLM-17: what each supplier owes, by age, line by line."""
        statement = self._create_statement()
        book = self._load("recovery_status")
        _header, rows, _total = self._read(book["By Supplier"])
        self.assertEqual(rows[0][:5], [self.supplier.display_name, 5649, 0, 0, 5649])
        _header, rows, total = self._read(book["Lines"])
        self.assertEqual(rows[0][2], statement.name)
        self.assertEqual(total[6], 5649)

    def test_complaint_summary(self):
        """R-CLM-17: the month's complaints by product and symptom."""
        sheet = self.env["aftersales.quality.complaint"].create(
            {
                "partner_id": self.customer.id,
                "product_id": self.bearing.id,
                "symptom_id": self.env.ref("aftersales_claims.symptom_leak").id,
                "description": "Leaks",
                "quantity": 4,
                "quantity_defective": 3,
                "company_id": self.company.id,
            }
        )
        book = self._load("complaint_month")
        _header, rows, _total = self._read(book["Summary"])
        self.assertEqual(rows[0][2:6], [1, 0, 3, 1])
        _header, rows, _total = self._read(book["Complaints"])
        self.assertEqual(rows[0][0], sheet.name)

    def test_analysis_sums_are_right(self):
        """R-CLM-08: grouped by anything, the analysis adds up to the claims."""
        claim = self._create_spine_claim()
        self._create_posted_liability(claim=claim)
        Report = self.as_user(self.env["aftersales.claim.report"], "accountant")
        for field in ("cause_id", "supplier_id", "product_id", "department_id"):
            groups = Report._read_group(
                [("claim_id", "=", claim.id)],
                [field],
                ["cost:sum", "recovered:sum", "net_cost:sum", "amount_approved:sum"],
            )
            sums = [round(sum(group[i] for group in groups), 2) for i in range(1, 5)]
            self.assertEqual(sums, [8070, 5649, 2421, 6460], field)
        with self.assertRaises(AccessError):
            self.as_user(Report, "technician").search_count([])

    def test_prints(self):
        """R-CLM-12: statement and settlement print."""
        statement = self._create_statement(receive=True)
        html = self.env["ir.actions.report"]._render_qweb_html(
            "aftersales_claims.report_recovery", statement.ids
        )[0]
        self.assertIn("BRG-OLD-77", html.decode())
        settlement = self.env["aftersales.settlement"].create(
            {
                "partner_id": self.station.id,
                "company_id": self.company.id,
                "line_ids": [Command.create({"name": "Work", "amount": 10})],
            }
        )
        html = self.env["ir.actions.report"]._render_qweb_html(
            "aftersales_claims.report_settlement", settlement.ids
        )[0]
        self.assertIn(settlement.name, html.decode())
