# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from dateutil.relativedelta import relativedelta
from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import SIGNATURE
from .common_compensation import CompensationCommon


@tagged("post_install", "-at_install")
class TestToolCompensation(CompensationCommon):
    def test_life_of_a_sheet(self):
        """R-TOL-06: reported, calculated, signed, approved, posted and scrapped once,
        paid to finance."""
        sheet = self._sheet()
        self.assertEqual(sheet.employee_id, self.technician)
        self.assertEqual(
            (sheet.price, sheet.half_years, sheet.residual_percent, sheet.amount),
            (800, 1, 90, 720),
        )
        with self._refused(UserError, "not signed"):
            sheet.action_confirm()
        sheet.signature = SIGNATURE
        sheet.action_confirm()
        self.assertEqual(sheet.state, "confirmed")
        self.assertEqual(sheet.date_payable, self.today + timedelta(days=30))
        with self._refused(UserError, "does not change"):
            sheet.fault_share = 10
        with self.assertRaises(UserError):
            self._post(sheet)
        with self.assertRaises(ValidationError):
            sheet.action_approve()
        manager = self.as_user(sheet, "service_manager")
        self.assertTrue(manager.can_review)
        manager._validate_tier(manager.review_ids)
        self.assertEqual(sheet.state, "approved")
        self._post(sheet)
        self.assertEqual(self._balance(self.receivable), 720)
        self.assertEqual(self._balance(self.income), -720)
        self.assertEqual(
            sheet.sudo().move_id.line_ids.partner_id,
            self.technician._get_aftersales_partner(),
        )
        self.assertEqual(self.meter_1.tool_state, "scrapped")
        self.assertFalse(self.meter_1.custodian_id)
        with self.assertRaises(UserError):
            self._post(sheet)
        self.assertEqual(self._balance(self.receivable), 720)
        self.assertEqual(sheet.payment_state, "open")
        wizard = self.env["aftersales.tool.payment"].with_user(self.users["accountant"])
        cash = self.company_data["default_journal_cash"]
        vals = {"compensation_id": sheet.id, "journal_id": cash.id}
        with self._refused(UserError, "up to"):
            wizard.create({**vals, "amount": 721}).action_pay()
        wizard.create({**vals, "amount": 20}).action_pay()
        self.assertEqual(sheet.payment_state, "partial")
        last = wizard.create(vals)
        self.assertEqual(last.amount, 700)
        last.action_pay()
        self.assertEqual(sheet.payment_state, "paid")
        self.assertEqual(self._balance(self.receivable), 0)
        self.assertTrue(sheet.sudo()._get_receivable_line().reconciled)

    def test_frozen_against_the_tool_and_the_class(self):
        """R-TOL-06: a signed sheet does not follow later changes."""
        sheet = self._sheet(months=13)
        sheet.signature = SIGNATURE
        sheet.action_confirm()
        self.meter_1.tool_price = 5000
        self.meter_1.with_user(self.storekeeper).in_service_since = self.today
        self.class_1.depreciation_rate = 50
        self.assertEqual((sheet.price, sheet.amount), (800, 640))

    def test_after_its_life(self):
        """R-TOL-06: after its life nothing is owed; the tool is scrapped anyway."""
        sheet = self._approved(self._sheet(months=60))
        self.assertTrue(sheet.is_expired)
        self.assertEqual(sheet.amount, 0)
        self._post(sheet)
        self.assertFalse(sheet.sudo().move_id)
        self.assertEqual(sheet.payment_state, "none")
        self.assertEqual(self.meter_1.tool_state, "scrapped")

    def test_share_and_own_terms(self):
        """R-TOL-06: a share of the fault; the company's own rate and floor."""
        self.class_1.term_ids = [
            Command.create(
                {
                    "company_id": self.company.id,
                    "life_months": 24,
                    "depreciation_rate": 40,
                    "floor_rate": 25,
                }
            )
        ]
        sheet = self._sheet(months=12, fault_share=50)
        self.assertEqual((sheet.residual_percent, sheet.amount), (25, 100))

    def test_other_currency(self):
        """R-TOL-06: a tool bought in another currency is owed in the company's."""
        usd = self.env.ref("base.USD")
        usd.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": usd.id,
                "company_id": self.company.id,
                "name": self.today - timedelta(days=3),
                "rate": 0.125,
            }
        )
        self.meter_1.write({"tool_currency_id": usd.id, "tool_price": 100})
        sheet = self._sheet(months=6)
        self.assertEqual(sheet.amount_tool_currency, 90)
        self.assertEqual(sheet.amount, 720)
        self._post(self._approved(sheet))
        self.assertEqual(self._balance(self.receivable), 720)

    def test_found_again(self):
        """R-TOL-06: found again: entry reversed, tool back in stock, can be lost
        once more."""
        sheet = self._post(self._approved(self._sheet()))
        # today is locked: the ERP's own error, and nothing is undone
        self.company.fiscalyear_lock_date = self.today
        with self._refused(UserError, "prior to and inclusive of"):
            self.as_user(sheet, "accountant").action_found()
        self.assertEqual((sheet.state, self.meter_1.tool_state), ("posted", "scrapped"))
        self.assertEqual(self._balance(self.receivable), 720)
        self.company.fiscalyear_lock_date = False
        self.as_user(sheet, "accountant").action_found()
        self.assertEqual(sheet.state, "reversed")
        self.assertEqual(self._balance(self.receivable), 0)
        self.assertEqual(self._balance(self.income), 0)
        self.assertEqual(self.meter_1.tool_state, "stock")
        with self.assertRaises(UserError):
            self.as_user(sheet, "accountant").action_found()
        self._issue(self.technician2, self.meter_1)
        self.assertEqual(self._sheet().employee_id, self.technician2)

    def test_found_after_count(self):
        """R-TOL-06: a tool that came in by a stock count, so that what was scrapped
        adds up to nothing where it went, is brought back all the same."""
        sheet = self._post(self._approved(self._sheet()))
        self.env["stock.quant"].with_company(self.company)._update_available_quantity(
            self.meter_1.product_id,
            sheet.scrap_id.scrap_location_id,
            -1,
            lot_id=self.meter_1,
        )
        self.env["stock.quant"]._unlink_zero_quants()
        self.env.invalidate_all()
        self.assertFalse(self.meter_1.location_id)
        self.as_user(sheet, "accountant").action_found()
        self.assertEqual(sheet.state, "reversed")
        self.assertEqual(self.meter_1.tool_state, "stock")

    def test_found_after_payment(self):
        """R-TOL-06, R-PEN-06: found again after it was paid at finance: the money is
        owed to the person and paid back, once; his account ends at zero."""
        sheet = self._post(self._approved(self._sheet()))
        wizard = self.env["aftersales.tool.payment"].with_user(self.users["accountant"])
        wizard.create({"compensation_id": sheet.id}).action_pay()
        own = self.as_user(sheet, "accountant")
        own.action_found()
        self.assertEqual((sheet.payment_state, sheet.amount_refund), ("refund", 720))
        self.assertEqual(self._balance(self.receivable), -720)
        with self._refused(UserError, "up to the open"):
            wizard.create({"compensation_id": sheet.id, "amount": 721}).action_pay()
        action = own.action_register_payment()
        back = wizard.with_context(**action["context"]).create({})
        self.assertEqual(back.amount, 720)
        back.action_pay()
        self.assertEqual((sheet.payment_state, sheet.amount_refund), ("refunded", 0))
        self.assertEqual(self._balance(self.receivable), 0)
        lines = self.env["account.move.line"].search(
            [("account_id", "=", self.receivable.id)]
        )
        self.assertEqual(len(lines), 4)
        if self.receivable.reconcile:
            self.assertTrue(all(lines.mapped("reconciled")))
        with self._refused(UserError, "up to the open"):
            wizard.create({"compensation_id": sheet.id, "amount": 1}).action_pay()

    def test_found_after_deduction(self):
        """R-TOL-06, R-PEN-06: what payroll deducted for a tool found again is paid
        back by payroll; what was still planned is not deducted."""
        self.technician.wage = 3000
        sheet = self._post(self._approved(self._sheet(payment_mode="deduction")))
        plan = sheet.sudo().deduction_id
        self.assertGreater(len(plan.line_ids), 1)
        first = plan.line_ids.sorted("month")[0]
        first.action_done()
        self.as_user(sheet, "accountant").action_found()
        self.assertEqual(plan.state, "stopped")
        refund = plan.line_ids.filtered(lambda line: line.kind == "refund")
        self.assertEqual(refund.amount, first.amount)
        self.assertEqual(plan.line_ids, first | refund)
        refund.action_done()
        self.assertEqual(plan.refunded_amount, plan.deducted_amount)
        if first.move_id:
            self.assertEqual(self._balance(self.receivable), 0)

    def test_deduction_plan(self):
        """R-PEN-06: deducted from wages by a plan within the limits; stopped when
        the tool is found."""
        self.technician.wage = 6000
        sheet = self._post(self._approved(self._sheet(payment_mode="deduction")))
        plan = sheet.sudo().deduction_id
        self.assertEqual(plan.amount, 720)
        self.assertEqual(sum(plan.line_ids.mapped("amount")), 720)
        self.assertLessEqual(max(plan.line_ids.mapped("amount")), 1200)
        self.assertEqual(plan.res_id, sheet.id)
        plan.line_ids.action_done()
        self.assertEqual(sheet.payment_state, "paid")

    def test_deduction_stops(self):
        """R-PEN-06: nothing more is deducted once the tool is found."""
        self.technician.wage = 6000
        sheet = self._post(self._approved(self._sheet(payment_mode="deduction")))
        self.as_user(sheet, "accountant").action_found()
        self.assertEqual(sheet.sudo().deduction_id.state, "stopped")

    def test_damaged_by_fault(self):
        """R-TOL-06: broken by fault: returned damaged, compensated, scrapped from
        repair."""
        self.meter_1.in_service_since = self.today - relativedelta(months=7)
        slip = self._return(
            self.technician, (self.meter_1, {"condition": "damaged", "by_fault": True})
        )
        sheet = slip.line_ids.compensation_id
        self.assertEqual((sheet.reason, sheet.amount), ("damaged", 720))
        self.assertEqual(self.meter_1.tool_state, "repair")
        self._post(self._approved(sheet))
        self.assertEqual(self.meter_1.tool_state, "scrapped")

    def test_given_back_before_it_is_posted(self):
        """R-TOL-04, R-TOL-06: a tool reported lost and given back is not paid for;
        given back broken by fault, the same sheet goes on."""
        sheet = self._approved(self._sheet())
        self._return(self.technician, self.meter_1)
        self.assertEqual(sheet.state, "cancelled")
        self.assertEqual(self.meter_1.tool_state, "stock")
        with self._refused(UserError, "does not allow"):
            self._post(sheet)
        self._issue(self.technician2, self.meter_2)
        report = self._sheet(self.meter_2)
        slip = self._return(
            self.technician2, (self.meter_2, {"condition": "damaged", "by_fault": True})
        )
        self.assertEqual(slip.line_ids.compensation_id, report)
        self.assertEqual((report.state, report.reason), ("draft", "damaged"))

    def test_bad_input(self):
        """R-TOL-06, bad input: future loss, loss before first use, consumable, no
        price, accounts missing, second sheet of one tool."""
        with self._refused(ValidationError, "future"):
            self._sheet(date_loss=self.today + timedelta(days=1))
        with self._refused(ValidationError, "before the first use"):
            self._sheet(months=1, date_loss=self.today - relativedelta(months=2))
        with self._refused(UserError, "yet to come"):
            self.meter_2.in_service_since = self.today + timedelta(days=2)
        for vals in ({"fault_share": 101}, {"life_months": -1}):
            with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
                with self.env.cr.savepoint():
                    self._sheet(**vals)
        with self._refused(ValidationError, "no durable tool"):
            lot = self.env["stock.lot"].create(
                {
                    "name": "BEAR-1",
                    "product_id": self.bearing.id,
                    "company_id": self.company.id,
                }
            )
            self.Sheet.create(
                {
                    "lot_id": lot.id,
                    "employee_id": self.technician.id,
                    "company_id": self.company.id,
                }
            )
        self.meter_1.tool_price = 0
        sheet = self._sheet()
        self.assertTrue(sheet.price_missing)
        sheet.signature = SIGNATURE
        with self._refused(UserError, "original price"):
            sheet.action_confirm()
        self.assertEqual(sheet.state, "draft")
        sheet.price = 800
        self.assertEqual(sheet.amount, 720)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.env.cr.savepoint():
                self._sheet()
        self._approved(sheet)
        self.company.aftersales_tool_income_account_id = False
        with self._refused(UserError, "settings"):
            self._post(sheet)
        self.assertEqual(sheet.state, "approved")
        self.assertEqual(self.meter_1.tool_state, "held")
        with self.assertRaises(UserError):
            sheet.unlink()
        sheet.action_cancel()
        self.assertEqual(sheet.state, "cancelled")
        sheet.action_draft()
        self.assertEqual(sheet.state, "draft")
        self.assertFalse(sheet.signature)

    def test_person_without_partner(self):
        """R-TOL-06, bad input: a person without a partner for accounting gets one."""
        person = self.env["hr.employee"].create(
            {"name": "Helper", "company_id": self.company.id}
        )
        person.work_contact_id = False
        self._issue(person, self.meter_2)
        sheet = self._post(self._approved(self._sheet(self.meter_2)))
        self.assertTrue(sheet.sudo().move_id.line_ids.partner_id)

    def test_roles(self):
        """R-TOL-06: the technician reports and signs his own, sets no figures, sees no
        colleague's; nobody approves his own; only the accountant posts."""
        self.meter_1.in_service_since = self.today - relativedelta(months=7)
        own = self.Sheet.with_user(self.users["technician"]).create(
            {"lot_id": self.meter_1.id, "company_id": self.company.id}
        )
        self.assertEqual(own.amount, 720)
        with self.assertRaises(UserError):
            own.fault_share = 1
        for vals in ({"state": "posted"}, {"state": "cancelled"}):
            with self.assertRaises(AccessError):
                own.write(vals)
        with self.assertRaises(UserError):
            own.no_price_reason = "a present"
        with self.assertRaises(UserError):
            own.employee_id = self.technician2
        own.signature = SIGNATURE
        own.action_confirm()
        with self.assertRaises(UserError):
            own.action_cancel()
        with self.assertRaises(AccessError):
            self.as_user(own, "technician2").read(["amount"])
        self.assertFalse(self.Sheet.with_user(self.users["employee"]).search([]))
        self.employees["service_manager"].user_id = False
        self.technician.user_id = self.users["service_manager"]
        with self.assertRaises(UserError):
            manager = self.as_user(own, "service_manager")
            manager._validate_tier(manager.review_ids)
        own = own.sudo()
        self.assertEqual(own.state, "confirmed")
        with self._refused(UserError, "accountant"):
            own.with_user(self.storekeeper).action_post()
        with self.assertRaises(AccessError):
            self.env["aftersales.tool.payment"].with_user(self.storekeeper).create(
                {"compensation_id": own.id}
            )

    def test_who_reads_the_approval(self):
        """R-TOL-06: the approval of a compensation is read where the sheet is: by the
        person himself, not by his colleagues."""
        sheet = self._sheet()
        sheet.signature = SIGNATURE
        sheet.action_confirm()
        readers = {
            role for role in self.users if self.as_user(sheet, role).has_access("read")
        }
        self.assertLess({"technician", "service_manager", "hr"}, readers)
        self.assertFalse({"technician2", "employee", "dispatcher"} & readers)
        self.assertReviewsReadBy(sheet, readers)

    def test_printed_sheet(self):
        """R-TOL-06: the printed sheet shows how the amount came about."""
        sheet = self._sheet(months=13, fault_share=50)
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "aftersales_tools.report_tool_compensation", sheet.ids
        )
        text = html.decode()
        for part in (sheet.name, "MM-0001", "800.00", "320.00", "80.0"):
            self.assertIn(part, text)

    def test_day_of_the_one_who_looks(self):
        """R-TOL-06: a sheet written today in Shanghai is calculated also where it is
        still yesterday."""
        sheet = self._sheet()
        sheet.with_user(self.env.ref("base.user_root")).fault_share = 50
        self.assertEqual(sheet.amount, 360)
