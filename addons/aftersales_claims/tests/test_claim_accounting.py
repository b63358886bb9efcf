# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_recovery import RecoveryCommon


@tagged("post_install", "-at_install")
class TestClaimAccounting(RecoveryCommon):
    """Provision by the day, settlements, corrections before the closing, old parts
    judged late (R-CLM-09, R-CLM-11, R-CLM-12, R-DSP-16)."""

    # === provision ===#
    def test_percentage_changes_within_the_month(self):
        """R-CLM-09: a sale is accrued by the policy of its day, also in the month in
        which the percentage changes."""
        month = self.month - relativedelta(months=1)
        self.env["aftersales.provision.policy"].create(
            [
                {
                    "name": "Until the 15th",
                    "percent": 1,
                    "date_to": month + relativedelta(day=15),
                    "company_id": self.company.id,
                },
                {
                    "name": "From the 16th",
                    "percent": 2,
                    "date_from": month + relativedelta(day=16),
                    "company_id": self.company.id,
                },
            ]
        )
        for day, price in ((15, 1000), (16, 3000)):
            self.env["account.move"].create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.customer.id,
                    "invoice_date": month + relativedelta(day=day),
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "product_id": self.seal.id,
                                "price_unit": price,
                                "tax_ids": [],
                            }
                        )
                    ],
                }
            ).action_post()
        provision = self.env["aftersales.provision"].create(
            {"company_id": self.company.id, "date_from": month}
        )
        provision.action_calculate()
        self.assertEqual(
            [(line.sales, line.amount) for line in provision.line_ids],
            [(1000, 10), (3000, 60)],
        )

    # === settlements ===#
    def test_settlement_that_balances(self):
        """R-DSP-16: work and deductions that come to zero are billed as well, so that
        both leave the books; a settlement of nothing is not."""
        self.company.aftersales_settlement_account_id = self.warranty_expense_account
        claim = self._create_spine_claim()
        self._add_cost(claim, "labour", 260, partner_id=self.station.id)
        self.as_user(claim, "accountant").action_post_costs()
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
        settlement, empty = self.env["aftersales.settlement"].create(
            [
                {"partner_id": station.id, "company_id": self.company.id}
                for station in (self.station, self.other_supplier)
            ]
        )
        settlement.action_collect_lines()
        empty.line_ids = [Command.create({"name": "Nothing", "amount": 0})]
        (settlement | empty).action_send()
        (settlement | empty).action_confirm()
        labour = self.company.aftersales_cost_account_labour_id
        self.assertEqual(self._balance(labour), -480 - 260)
        self.as_user(settlement, "accountant").action_bill()
        settlement.bill_id.action_post()
        self.assertEqual(self._balance(labour), -480)
        self.assertEqual(self._balance(self.warranty_expense_account), 8070)
        self.assertEqual(settlement.bill_id.amount_residual, 0)
        with self.assertRaisesRegex(UserError, "comes to nothing"):
            self.as_user(empty, "accountant").action_bill()

    def test_month_ends_where_the_company_works(self):
        """R-DSP-16: an order reported in the first hours of a month in China is not of
        the month before."""
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        settlement = self.env["aftersales.settlement"].create(
            {
                "partner_id": self.station.id,
                "company_id": self.company.id,
                "period_start": "2026-06-01",
            }
        )
        self.assertEqual(
            settlement._get_period_end(),
            fields.Datetime.to_datetime("2026-06-30 16:00:00"),
        )

    # === goods ===#
    def test_transfer_corrected_before_the_closing(self):
        """R-CLM-08, R-CLM-09: with periodic valuation, a quantity corrected in a done
        transfer is the claim's cost, as it will be the closing's."""
        self.part_category.with_company(self.company).property_valuation = "periodic"
        claim = self._create_claim(
            [{"product_id": self.seal.id, "quantity": 3, "supply": "ship"}],
            kind="machine_down",
            kind_reason="Stopped",
        )
        claim.action_submit()
        self._approve(claim, "service_manager")
        picking = claim.picking_ids
        picking.move_ids.picked = True
        picking.button_validate()
        self.assertEqual(claim.cost_total, 780)
        picking.is_locked = False
        picking.move_ids.move_line_ids.quantity = 2
        self.assertEqual(claim.cost_total, 520)
        action = self.company.action_close_stock_valuation(auto_post=True)
        self.assertEqual(self._balance(self.warranty_expense_account), 520)
        # in the books, it changes by reversal only
        picking.move_ids.move_line_ids.quantity = 1
        self.assertEqual(claim.cost_total, 520)
        self.assertEqual(claim.cost_ids.closing_move_id.id, action["res_id"])

    # === old parts ===#
    def test_part_judged_after_the_statement(self):
        """R-CLM-12: the days to collect a part begin when the supplier is told of it,
        also where quality judges it after the statement was sent."""
        liability = self._create_posted_liability()
        statement = self._send(self._create_statement(liability))
        part = statement.line_ids.part_return_ids
        self.assertFalse(part.collect_deadline)
        part._receive()
        part.write({"inspection_result": "supplier", "disposition": "supplier"})
        messages = statement.message_ids
        self.as_user(part, "quality").action_inspect()
        self.assertEqual(
            part.collect_deadline,
            fields.Date.context_today(part) + relativedelta(days=5),
        )
        told = statement.message_ids - messages
        self.assertIn(part.name, told.body)
        self.assertIn(self.supplier, told.notified_partner_ids)
