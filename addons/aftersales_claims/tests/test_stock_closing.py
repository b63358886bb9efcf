# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ClaimsCommon


@tagged("post_install", "-at_install")
class TestStockClosing(ClaimsCommon):
    """Goods of claims with periodic valuation: the stock closing posts them
    (R-CLM-09)."""

    def _approved(self, **vals):
        claim = self._create_order_claim(**vals)
        claim.action_submit()
        self._approve(claim, "sales_vp")
        claim.sudo().filed_at = fields.Datetime.now()
        return claim

    def _ship(self, quantity):
        """A claim of seals that were sent out of the stock."""
        claim = self._create_claim(
            [{"product_id": self.seal.id, "quantity": quantity, "supply": "ship"}],
            kind="machine_down",
            kind_reason="Stopped",
            lot_id=self._create_machine(f"PE600-{quantity}").id,
        )
        claim.action_submit()
        self._approve(claim, "service_manager")
        claim.sudo().filed_at = fields.Datetime.now()
        claim.picking_ids.move_ids.picked = True
        claim.picking_ids.button_validate()
        return claim

    def _close_stock(self):
        """Close the stock of the company as its accountant does; return the entry."""
        action = self.company.action_close_stock_valuation(auto_post=True)
        entry = self.env["account.move"].browse(action["res_id"])
        self.assertEqual(entry.state, "posted")
        return entry

    def test_periodic_valuation_posts_at_closing(self):
        """R-CLM-09: with periodic valuation the cost of goods is known at once, its
        entry is the closing's: once, with the claim's analytic distribution, and from
        its lines one comes to the claim; a claim that was reversed leaves nothing."""
        plan = self.env["account.analytic.plan"].create({"name": "Departments"})
        analytic = self.env["account.analytic.account"].create(
            {"name": "Service", "plan_id": plan.id, "company_id": self.company.id}
        )
        self.department.aftersales_analytic_account_id = analytic
        self.part_category.with_company(self.company).property_valuation = "periodic"
        before = self._balance()
        claim = self._approved(department_id=self.department.id)
        self.assertEqual(claim.cost_total, 6460)
        self.assertEqual(self._balance(), before)
        self.assertFalse(claim.cost_ids.account_move_id)
        entry = self._close_stock()
        self.assertEqual(self._balance(self.warranty_expense_account), 6460)
        lines = entry.line_ids.filtered(
            lambda line: line.account_id == self.warranty_expense_account
        )
        self.assertEqual(sum(lines.analytic_line_ids.mapped("amount")), -6460)
        charged = lines.filtered("analytic_distribution")
        self.assertEqual(charged.analytic_distribution, {str(analytic.id): 100})
        self.assertEqual(charged.balance, 6460)
        self.assertFalse(sum(entry.line_ids.mapped("balance")))
        opened = self.as_user(entry, "accountant").action_view_aftersales_claims()
        self.assertEqual(opened["res_id"], claim.id)
        self.assertIn(entry, claim._get_account_moves())
        cost = self.as_user(claim.cost_ids[:1], "accountant")
        self.assertEqual(cost.action_view_entry()["res_id"], entry.id)
        with self.assertRaisesRegex(UserError, "by reversing the claim"):
            cost.closing_move_id = False

    def test_periodic_valuation_uses_the_provision(self):
        """R-CLM-09: by provision, the closing charges the goods of claims to it from
        its date on, those of other claims to the expense; reversed before the closing
        nothing is left."""
        self.part_category.with_company(self.company).property_valuation = "periodic"
        provision = self.company.aftersales_provision_account_id
        early = self._approved()
        withdrawn, late = self._ship(4), self._ship(2)
        self.as_user(withdrawn, "accountant").action_reverse("Wrong machine")
        self.env.flush_all()
        early.picking_ids.move_ids.date = fields.Datetime.now() - relativedelta(days=3)
        self.company.write(
            {
                "aftersales_provision_method": "provision",
                "aftersales_provision_from": fields.Date.today()
                - relativedelta(days=1),
            }
        )
        entry = self._close_stock()
        self.assertEqual(self._balance(provision), 520)
        self.assertEqual(self._balance(self.warranty_expense_account), 6460)
        self.assertEqual(entry._get_aftersales_claims(), early | late | withdrawn)

    # === closings reversed ===#
    def _close_claims(self):
        """A month of claims whose goods use the provision, closed: 6460."""
        self.part_category.with_company(self.company).property_valuation = "periodic"
        self.company.aftersales_provision_method = "provision"
        claim = self._approved()
        self.env.flush_all()
        goods = claim.cost_ids.stock_move_id
        goods.date = fields.Datetime.now() - relativedelta(days=3)
        return claim, self._close_stock()

    def _reverse(self, entry):
        reversal = entry._reverse_moves([{"date": fields.Date.today()}])
        reversal.action_post()
        return reversal

    def test_closing_reversed_and_closed_again(self):
        """R-CLM-09: a closing reversed in the accounting closed nothing: the next one
        posts its goods to the provision and those since, each once."""
        before = self._balance()
        claim, entry = self._close_claims()
        closed = self._balance()
        provision = self.company.aftersales_provision_account_id
        self.assertEqual(closed[provision], 6460)
        self._reverse(entry)
        self.assertEqual(self._balance(), before)
        again = self._close_stock()
        self.assertEqual(self._balance(), closed)
        self.assertEqual(claim.cost_ids.closing_move_id, again)
        self.assertEqual(again._get_aftersales_claims(), claim)
        # the one before it counts, not all that was ever moved
        self._ship(2)
        third = self._close_stock()
        self.assertEqual(self._balance(provision), 6460 + 520)
        self._reverse(third)
        self.assertEqual(self._balance(), closed)
        self._close_stock()
        self.assertEqual(self._balance(provision), 6460 + 520)
        self.assertEqual(self._balance(self.warranty_expense_account), 0)

    def test_closings_are_undone_last_first(self):
        """R-CLM-09: a closing that another one followed stays, and so does its
        reversal: goods would be posted twice, or never."""
        claim, entry = self._close_claims()
        draft = entry._reverse_moves([{"date": fields.Date.today()}])
        reversal = self._reverse(entry)
        again = self._close_stock()
        for call in (reversal.button_draft, reversal.button_cancel, draft.action_post):
            with (
                self.assertRaisesRegex(UserError, "closed again"),
                self.env.cr.savepoint(),
            ):
                call()
        # in the order they were drawn up
        again.button_draft()
        again.button_cancel()
        reversal.button_draft()
        reversal.button_cancel()
        provision = self.company.aftersales_provision_account_id
        self.assertEqual(self._balance(provision), 6460)

    def test_two_drafts(self):
        """R-CLM-09: closings drawn up before either was posted hold the same goods:
        one of them posts these, to the provision once; the claim leads to it."""
        self.part_category.with_company(self.company).property_valuation = "periodic"
        self.company.aftersales_provision_method = "provision"
        provision = self.company.aftersales_provision_account_id
        claim = self._approved()
        Move = self.env["account.move"]
        first, second = (
            Move.browse(self.company.action_close_stock_valuation()["res_id"])
            for _time in range(2)
        )
        for closings in (first | second, second | first):
            with (
                self.assertRaisesRegex(UserError, "close the stock again"),
                self.env.cr.savepoint(),
            ):
                closings.action_post()
        self.env.flush_all()
        claim.cost_ids.stock_move_id.date = fields.Datetime.now() - relativedelta(
            days=3
        )
        self.as_user(first, "accountant").action_post()
        self.assertEqual(claim.cost_ids.closing_move_id, first)
        with (
            self.assertRaisesRegex(UserError, "close the stock again"),
            self.env.cr.savepoint(),
        ):
            self.as_user(second, "accountant").action_post()
        second.unlink()
        self.assertEqual(self._balance(provision), 6460)
        self.assertEqual(first._get_aftersales_claims(), claim)
        self._ship(2)
        third = self._close_stock()
        self.assertEqual(self._balance(provision), 6460 + 520)
        self.assertFalse(
            third.aftersales_closed_move_ids & first.aftersales_closed_move_ids
        )

    def test_closing_reset_and_closed_again(self):
        """R-CLM-09: a closing that was reset, whose goods the next one posted, is not
        posted once more."""
        claim, entry = self._close_claims()
        closed = self._balance()
        entry.button_draft()
        again = self._close_stock()
        self.assertEqual(claim.cost_ids.closing_move_id, again)
        self.assertEqual(self._balance(), closed)
        with (
            self.assertRaisesRegex(UserError, "closed again"),
            self.env.cr.savepoint(),
        ):
            entry.action_post()
        again.button_draft()
        entry.action_post()
        self.assertEqual(self._balance(), closed)
