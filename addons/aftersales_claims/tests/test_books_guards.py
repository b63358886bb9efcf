# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, fields
from odoo.tests import tagged

from .common_recovery import RecoveryCommon


@tagged("post_install", "-at_install")
class TestBooksGuards(RecoveryCommon):
    """What the books refuse, in the words of whoever tries it (R-CLM-06 to 12)."""

    # === entries of claims ===#
    def test_part_of_an_entry(self):
        """R-CLM-09: the entry of a claim's costs is not reversed for a part of it."""
        claim = self._create_emergency_with_costs("PE600-G1")
        entry = claim.cost_ids.account_move_id
        reversal = entry._reverse_moves([{"date": fields.Date.today()}])
        sides = reversal.line_ids.sorted("balance")
        reversal.write(
            {
                "line_ids": [
                    Command.update(line.id, {"balance": balance})
                    for line, balance in zip(sides, (-40, 40), strict=True)
                ]
            }
        )
        self._refused("reversed as a whole", reversal.action_post)
        self.assertEqual(claim.cost_ids.mapped("state"), ["posted"])

    def test_entry_of_goods(self):
        """R-CLM-09: what the goods of a claim posted leaves the books with the goods,
        neither reset nor reversed by hand."""
        claim = self._create_spine_claim()
        goods = claim.cost_ids.filtered("stock_move_id")
        entry = goods.account_move_id[:1]
        self.assertEqual(entry.state, "posted")
        accountant = self.as_user(entry, "accountant")
        self._refused("posts goods of", accountant.button_draft)
        self._refused("posts goods of", accountant._reverse_moves)
        self.assertEqual(entry.state, "posted")

    # === red-letter invoices ===#
    def _create_letter(self, *prices, taxes=(), **vals):
        return self.as_user(self.env["account.move"], "accountant").create(
            {
                "move_type": "in_refund",
                "partner_id": self.supplier.id,
                "invoice_date": fields.Date.today(),
                "company_id": self.company.id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Bearing",
                            "price_unit": price,
                            "tax_ids": [Command.set(tax)],
                        }
                    )
                    for price, tax in zip(
                        prices, taxes or [()] * len(prices), strict=True
                    )
                ],
                **vals,
            }
        )

    def test_blind_letter_of_what_is_credited(self):
        """R-CLM-12: a credit note of what is in the books already, which names no
        statement, is asked about: nothing is credited twice."""
        statement = self._answer(self._create_statement())
        self.as_user(statement, "accountant").action_credit()
        letter = self._create_letter(5649, ref="RED-1")
        self._refused("was credited with", letter.action_post)
        self.assertEqual((letter.state, statement.red_letter_ref), ("draft", False))

    def test_same_letter_twice(self):
        """R-CLM-12: a paper filed with a statement is not posted a second time."""
        statement = self._answer(self._create_statement())
        self._create_letter(5649, ref="RED-2").action_post()
        self.assertEqual(statement.red_letter_ref, "RED-2")
        again = self._create_letter(100, ref="RED-2")
        self._refused("is filed with", again.action_post)
        self.assertEqual(again.state, "draft")

    def test_letter_before_the_arbiter(self):
        """R-CLM-12: no letter is taken before the arbiter has decided, whatever its
        amount is."""
        liability = self._create_posted_liability()
        second = self._create_second_liability()
        statement = self._create_statement(liability)
        lines = statement.line_ids
        self.assertEqual(lines.share_id.liability_id, liability | second)
        self._send(statement)
        lines[0]._answer("accept")
        lines[1]._answer("dispute", note="Not ours")
        statement.action_answer()
        amount = sum(statement._get_credit_lines().mapped("amount"))
        letter = self._create_letter(amount, ref=f"RED-3 {statement.name}")
        self._refused("the arbiter has not decided", letter.action_post)
        self.assertEqual((letter.state, statement.state), ("draft", "answered"))

    def _create_statement_of_two(self):
        """Two claims of one supplier, agreed: 5,649 and 70."""
        liability = self._create_posted_liability()
        self._create_second_liability()
        statement = self._answer(self._create_statement(liability))
        self.assertEqual(sorted(statement.line_ids.mapped("amount")), [70, 5649])
        return statement

    def test_letter_of_what_is_credited_in_part(self):
        """R-CLM-12: one credit note is in the books, the letter is for both: nothing
        is credited twice."""
        statement = self._create_statement_of_two()
        share = statement.line_ids.sorted("amount")[0].share_id
        share.account_move_id.action_post()
        letter = self._create_letter(5719, ref=f"RED-4 {statement.name}")
        self._refused("are in the books already", letter.action_post)
        self.assertEqual((letter.state, statement.state), ("draft", "answered"))

    def test_letter_of_several_taxes(self):
        """R-CLM-12: a letter whose lines bear different taxes can't be divided among
        the claims: it says so before anything is credited."""
        statement = self._create_statement_of_two()
        tax = self.company_data["default_tax_purchase"]
        letter = self._create_letter(
            5649, 70, taxes=(tax.ids, ()), ref=f"RED-5 {statement.name}"
        )
        self._refused("the same taxes on every line", letter.action_post)
        self.assertEqual((letter.state, statement.state), ("draft", "answered"))

    # === settings, shares ===#
    def test_location_of_goods_sent(self):
        """R-CLM-06, R-CLM-09: while goods of live claims are at the warranty location
        no other one is chosen."""
        claim = self._create_spine_claim()
        self.assertTrue(claim.cost_ids.stock_move_id)
        other = self.warranty_location.copy({"name": "Other"})
        self._refused(
            "Goods of .* and maybe others went to",
            self.company.write,
            {"aftersales_warranty_location_id": other.id},
        )
        self.assertEqual(
            self.company.aftersales_warranty_location_id, self.warranty_location
        )

    def test_location_of_parts_that_wait(self):
        """R-CLM-06: nor is another one for parts that wait for their claims."""
        order = self._create_order()
        self._fit(order, self.seal, 2)
        other = self.awaiting.copy({"name": "Other"})
        self._refused(
            "wait for their claims at",
            self.company.write,
            {"aftersales_awaiting_location_id": other.id},
        )
        self.assertEqual(self.company.aftersales_awaiting_location_id, self.awaiting)

    def test_department_without_analytic_account(self):
        """R-CLM-10: where departments are analysed, the share of one without analytic
        account is not passed over in silence."""
        plan = self.env["account.analytic.plan"].create({"name": "Departments"})
        analytic = self.env["account.analytic.account"].create(
            {"name": "Foundry", "plan_id": plan.id, "company_id": self.company.id}
        )
        self.env["hr.department"].create(
            {
                "name": "Foundry",
                "company_id": self.company.id,
                "aftersales_analytic_account_id": analytic.id,
            }
        )
        liability = self._decide(
            self._create_spine_claim(),
            {"party": "department", "department_id": self.department.id, "percent": 40},
            {"party": "company", "percent": 60},
            post=False,
        )
        accountant = self.as_user(liability, "accountant")
        self._refused("analytic account of the department", accountant.action_post)
        self.assertEqual(liability.state, "approved")
        self.department.aftersales_analytic_account_id = analytic
        accountant.action_post()
        self.assertEqual(liability.state, "posted")
