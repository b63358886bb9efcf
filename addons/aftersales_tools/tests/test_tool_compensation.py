# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from dateutil.relativedelta import relativedelta
from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import SIGNATURE, ToolsCommon


@tagged("post_install", "-at_install")
class TestToolCompensation(ToolsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Account = cls.env["account.account"].with_company(cls.company)
        cls.receivable = Account.create(
            {
                "name": "Employee receivables",
                "code": "122190",
                "account_type": "asset_receivable",
                "reconcile": True,
            }
        )
        cls.income = Account.create(
            {
                "name": "Compensation income",
                "code": "630190",
                "account_type": "income_other",
            }
        )
        cls.company.write(
            {
                "aftersales_employee_receivable_account_id": cls.receivable.id,
                "aftersales_tool_income_account_id": cls.income.id,
                "aftersales_tool_journal_id": cls.company_data[
                    "default_journal_misc"
                ].id,
            }
        )
        cls.Sheet = cls.env["aftersales.tool.compensation"]
        # registering a departure needs the rights of an HR officer on contracts
        cls.users["hr"].group_ids += cls.env.ref("hr.group_hr_manager")
        cls._issue(cls.technician, cls.meter_1)

    @classmethod
    def _sheet(cls, lot=None, months=7, **vals):
        """Return a loss report of a tool in use for ``months``."""
        lot = lot or cls.meter_1
        lot.in_service_since = cls.today - relativedelta(months=months)
        return cls.Sheet.with_user(cls.storekeeper).create(
            {
                "lot_id": lot.id,
                "company_id": cls.company.id,
                "circumstances": "Left at the quarry",
                "date_loss": cls.today,
                **vals,
            }
        )

    def _approved(self, sheet):
        sheet.signature = SIGNATURE
        sheet.action_confirm()
        manager = self.as_user(sheet, "service_manager")
        manager.review_ids.invalidate_recordset()
        sheet.invalidate_recordset()
        reviews = manager.review_ids
        manager._validate_tier(reviews)
        return sheet

    def _post(self, sheet):
        self.as_user(sheet, "accountant").action_post()
        return sheet

    def _balance(self, account):
        return sum(
            self.env["account.move.line"]
            .search([("account_id", "=", account.id), ("parent_state", "=", "posted")])
            .mapped("balance")
        )

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
        self.as_user(sheet, "accountant").action_found()
        self.assertEqual(sheet.state, "reversed")
        self.assertEqual(self._balance(self.receivable), 0)
        self.assertEqual(self._balance(self.income), 0)
        self.assertEqual(self.meter_1.tool_state, "stock")
        with self.assertRaises(UserError):
            self.as_user(sheet, "accountant").action_found()
        self._issue(self.technician2, self.meter_1)
        self.assertEqual(self._sheet().employee_id, self.technician2)

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

    def test_bad_input(self):
        """R-TOL-06, bad input: future loss, loss before first use, consumable, no
        price, accounts missing, second sheet of one tool."""
        with self._refused(ValidationError, "future"):
            self._sheet(date_loss=self.today + timedelta(days=1))
        with self._refused(ValidationError, "before the first use"):
            self._sheet(months=1, date_loss=self.today - relativedelta(months=2))
        with self._refused(UserError, "yet to come"):
            self.meter_2.in_service_since = self.today + timedelta(days=2)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.env.cr.savepoint():
                self._sheet(fault_share=101)
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
        with self.assertRaises(AccessError):
            self.Sheet.with_user(self.users["employee"]).search([])
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

    # === LEAVING ===#
    def _departure(self, employees, **vals):
        return (
            self.env["hr.departure.wizard"]
            .with_user(self.users["hr"])
            .with_context(active_ids=employees.ids, employee_termination=True)
            .create(
                {
                    "departure_reason_id": self.env["hr.departure.reason"]
                    .search([], limit=1)
                    .id,
                    "employee_ids": [Command.set(employees.ids)],
                    "departure_date": self.today,
                    **vals,
                }
            )
        )

    def test_leaving(self):
        """R-TOL-04: leaving needs return, settlement or a named waiver; several at
        once; consumables excepted."""
        self._issue(self.technician2, self.meter_2, self.gloves)
        both = self.technician | self.technician2
        wizard = self._departure(both)
        self.assertEqual(wizard.tool_count, 2)
        self.assertEqual(wizard.tool_value, 1600)
        self.assertEqual(wizard.tool_line_ids.employee_id, both)
        with self._refused(UserError, "MM-0001"):
            wizard.action_register_departure()
        self.assertTrue(all(both.mapped("active")))
        with self._refused(UserError, "MM-0001"):
            self.technician.with_context(no_wizard=True).action_archive()
        sheet = self._sheet()
        sheet.signature = SIGNATURE
        sheet.action_confirm()
        wizard = self._departure(both)
        self.assertEqual(wizard.tool_count, 1)
        with self._refused(UserError, "why"):
            self._departure(both, waive_tools=True).action_register_departure()
        wizard = self._departure(
            both, waive_tools=True, waive_reason="Given to him by the manager"
        )
        wizard.action_register_departure()
        self.assertFalse(any(both.mapped("active")))
        self.assertIn("Given to him", self.meter_2.message_ids[0].body)
        self.assertEqual(
            self.meter_2.message_ids[0].author_id, self.users["hr"].partner_id
        )

    def test_leaving_after_return(self):
        """R-TOL-04: with everything returned, consumables kept, he may leave."""
        self._issue(self.technician, self.gloves)
        self._return(self.technician, self.meter_1)
        wizard = self._departure(self.technician)
        self.assertFalse(wizard.tool_count)
        wizard.action_register_departure()
        self.assertFalse(self.technician.active)

    # === COUNTS ===#
    def test_count(self):
        """R-TOL-08: stock-taking by person; differences become inventory adjustments
        and loss reports."""
        self._issue(self.technician, (self.gloves, 3), self.meter_2)
        spare = self.env["stock.lot"].create(
            {
                "name": "MM-FOUND",
                "product_id": self.multimeter.id,
                "company_id": self.company.id,
            }
        )
        campaign = self.env["aftersales.tool.campaign"].with_user(self.storekeeper)
        campaign = campaign.create(
            {
                "name": "Year end",
                "company_id": self.company.id,
                "employee_ids": [Command.set(self.technician.ids)],
            }
        )
        action = campaign.action_start()
        count = self.env["aftersales.tool.count"].search(action["domain"])
        self.assertEqual(count.employee_id, self.technician)
        self.assertEqual(len(count.line_ids), 3)
        self.assertIn(self.users["technician"], count.activity_ids.user_id)
        with self._refused(UserError, "Nobody"):
            campaign.action_start()
        own = self.as_user(count, "technician")
        with self.assertRaises(AccessError):
            self.as_user(count, "technician2").read(["state"])
        gloves = own.line_ids.filtered(lambda line: line.product_id == self.gloves)
        gloves.counted = 1
        own.line_ids.filtered(lambda line: line.lot_id == self.meter_1).counted = 0
        own.line_ids = [
            Command.create(
                {
                    "product_id": self.multimeter.id,
                    "lot_id": spare.id,
                    "counted": 1,
                }
            )
        ]
        own.action_confirm()
        self.assertEqual(count.difference_count, 3)
        with self.assertRaises(UserError):
            gloves.counted = 3
        keeper = count.with_user(self.storekeeper)
        keeper.action_settle()
        location = self.technician.aftersales_location_id
        self.assertEqual(self._stock(self.gloves, location), 1)
        self.assertEqual(spare.custodian_id, self.technician)
        self.assertEqual(self.meter_1.custodian_id, self.technician)
        self.assertEqual(count.compensation_ids.lot_id, self.meter_1)
        moves = self.env["stock.move"].search(
            [
                ("is_inventory", "=", True),
                ("product_id", "=", self.gloves.id),
                ("state", "=", "done"),
            ]
        )
        self.assertEqual(sum(moves.mapped("quantity")), 2)

    def test_count_is_settled_by_the_storekeeper(self):
        """R-TOL-08: the person confirms; books and consequences are not his."""
        count = self.env["aftersales.tool.count"].create(
            {"employee_id": self.technician.id, "company_id": self.company.id}
        )
        own = count.with_user(self.users["technician"])
        line = own.line_ids[:1]
        with self.assertRaises(UserError):
            line.expected = 7
        with self.assertRaises(AccessError):
            own.state = "done"
        own.action_confirm()
        for action in (own.action_settle, own.action_cancel):
            with self._refused(UserError, "storekeeper"):
                action()
        self.assertEqual(count.state, "confirmed")

    def test_start_cards(self):
        """Each role of the tools has its cards, with counts of its own."""
        slip = self._slip("issue", self.technician, self.gloves)
        slip.action_request()
        for role, name, counted in (
            ("technician", "start_card_my_tools", 1),
            ("technician", "start_card_tool_counts", 0),
            ("service_manager", "start_card_tool_slips_approve", 1),
            ("storekeeper", "start_card_tool_slips_issue", 0),
            ("storekeeper", "start_card_tools_due", 0),
            ("storekeeper", "start_card_tools_calibration", 0),
            ("storekeeper", "start_card_tool_counts_settle", 0),
        ):
            card = self.as_user(self.env.ref(f"aftersales_tools.{name}"), role)
            self.assertIn(card, card.search([]), name)
            self.assertGreaterEqual(card.count, counted, name)
            card.action_open()

    def test_count_finds_a_colleagues_tool(self):
        """R-TOL-08, bad input: a tool the books have elsewhere is not counted in."""
        self._issue(self.technician2, self.meter_2)
        count = self.env["aftersales.tool.count"].create(
            {"employee_id": self.technician.id, "company_id": self.company.id}
        )
        count.line_ids = [
            Command.create(
                {
                    "product_id": self.multimeter.id,
                    "lot_id": self.meter_2.id,
                    "counted": 1,
                }
            )
        ]
        count.action_confirm()
        with self._refused(UserError, "elsewhere"):
            count.action_settle()
        self.assertEqual(self.meter_2.custodian_id, self.technician2)

    # === YEARLY REQUEST ===#
    def test_yearly_request(self):
        """R-TOL-02: needs gathered, cut to budget, approved, one RFQ per supplier,
        received, serialised, issued to who asked."""
        other = self.env["res.partner"].create({"name": "Glove Maker"})
        for product, partner, price in (
            (self.multimeter, self.supplier, 780),
            (self.wrench, self.supplier, 290),
            (self.gloves, other, 12),
        ):
            product.seller_ids = [
                Command.create({"partner_id": partner.id, "price": price})
            ]
        Request = self.env["aftersales.tool.request"]
        request = Request.with_user(self.users["service_manager"]).create(
            {"company_id": self.company.id, "budget": 1900}
        )
        self.assertEqual(request.department_id, self.department)
        Line = self.env["aftersales.tool.request.line"]
        Line.with_user(self.users["technician"]).create(
            [
                {"request_id": request.id, "product_id": self.multimeter.id},
                {
                    "request_id": request.id,
                    "product_id": self.gloves.id,
                    "quantity": 2,
                    "priority": "3",
                },
            ]
        )
        with self.assertRaises(AccessError):
            Line.with_user(self.users["technician"]).create(
                {
                    "request_id": request.id,
                    "product_id": self.gloves.id,
                    "employee_id": self.technician2.id,
                }
            )
        request.line_ids = [
            Command.create(
                {"employee_id": self.technician2.id, "product_id": self.multimeter.id}
            ),
            Command.create(
                {
                    "employee_id": self.technician2.id,
                    "product_id": self.wrench.id,
                    "quantity": 2,
                    "priority": "0",
                }
            ),
        ]
        self.assertEqual(request.amount_asked, 780 * 2 + 24 + 580)
        self.assertTrue(request.is_over_budget)
        with self._refused(UserError, "above the budget"):
            request.action_submit()
        request.action_cut_to_budget()
        self.assertEqual(request.amount_approved, 780 * 2 + 24 + 290)
        request.action_submit()
        with self.assertRaises(ValidationError):
            request.action_approve()
        boss = self.as_user(request, "general_manager")
        boss._validate_tier(boss.review_ids)
        self.assertEqual(request.state, "approved")
        with self.assertRaises(UserError):
            request.line_ids[0].quantity = 9
        request.action_create_purchase()
        orders = request.sudo().purchase_ids
        self.assertEqual(orders.partner_id, self.supplier | other)
        self.assertEqual(len(orders), 2)
        meters = orders.order_line.filtered(
            lambda line: line.product_id == self.multimeter
        )
        self.assertEqual((meters.product_qty, meters.price_unit), (2, 780))
        with self.assertRaises(UserError):
            request.with_user(self.storekeeper).action_issue()
        orders.button_confirm()
        for picking in orders.picking_ids:
            for move in picking.move_ids:
                if move.product_id.tracking == "serial":
                    move.move_line_ids.unlink()
                    move.move_line_ids = [
                        Command.create(
                            {
                                **move._prepare_move_line_vals(),
                                "lot_name": f"{move.product_id.name}-N{number}",
                                "quantity": 1,
                            }
                        )
                        for number in range(int(move.product_uom_qty))
                    ]
                move.picked = True
            picking.button_validate()
        lots = self.env["stock.lot"].search([("name", "like", "Multimeter-N%")])
        self.assertEqual(len(lots), 2)
        self.assertEqual(lots.mapped("tool_price"), [780, 780])
        self.assertEqual(lots.company_id, self.company)
        request.with_user(self.storekeeper).action_issue()
        slips = request.custody_ids
        self.assertEqual(slips.employee_id, self.technician | self.technician2)
        self.assertEqual(len(slips.line_ids.lot_id), 3)
        with self.assertRaises(UserError):
            request.with_user(self.storekeeper).action_issue()
        for slip in slips.with_user(self.storekeeper):
            slip.signature = SIGNATURE
            slip.action_done()
        self.assertEqual(lots.custodian_id, self.technician | self.technician2)
        request.with_user(self.storekeeper).action_done()

    def test_yearly_request_opens_itself(self):
        """R-TOL-02: in the configured month, once per company."""
        Request = self.env["aftersales.tool.request"]
        self.env["res.company"].search([]).aftersales_tool_request_month = 0
        self.assertFalse(Request._cron_open_yearly())
        self.company.aftersales_tool_request_month = self.today.month
        request = Request._cron_open_yearly()
        self.assertEqual(request.company_id, self.company)
        self.assertFalse(Request._cron_open_yearly())
        with self.assertRaises(ValidationError):
            self.company.aftersales_tool_request_month = 13
        with self._refused(UserError, "No needs"):
            request.action_submit()

    def test_request_without_supplier(self):
        """R-TOL-02, bad input: a tool without supplier is named."""
        request = self.env["aftersales.tool.request"].create(
            {
                "company_id": self.company.id,
                "line_ids": [
                    Command.create(
                        {
                            "employee_id": self.technician.id,
                            "product_id": self.gloves.id,
                        }
                    )
                ],
            }
        )
        request.action_submit()
        boss = self.as_user(request, "general_manager")
        boss._validate_tier(boss.review_ids)
        with self._refused(UserError, "supplier"):
            request.action_create_purchase()

    # === REMINDERS ===#
    def test_reminders(self):
        """R-TOL-08: holder and storekeeper are reminded once per due date."""
        self.company.aftersales_tool_user_id = self.storekeeper
        self._issue(self.technician, self.wrench_1)
        self.env["aftersales.tool.calibration"].create(
            {
                "lot_id": self.wrench_1.id,
                "company_id": self.company.id,
                "date": self.today - timedelta(days=360),
            }
        )
        Lot = self.env["stock.lot"]
        Lot._cron_tool_reminders()
        self.assertEqual(
            self.wrench_1.activity_ids.user_id,
            self.users["technician"] | self.storekeeper,
        )
        Lot._cron_tool_reminders()
        self.assertEqual(len(self.wrench_1.activity_ids), 2)

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
