# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_recovery import RecoveryCommon


@tagged("post_install", "-at_install")
class TestBooksLeftovers(RecoveryCommon):
    """Entries of ours worked on in the accounting, fees, contact persons, closings."""

    # === building blocks ===#
    def _credit(self, statement):
        self.as_user(statement, "accountant").action_credit()

    def _dispose(self, statement, fee=35):
        self.company.aftersales_disposal_fee = fee
        statement.line_ids.part_return_ids._dispose_at_supplier_cost()

    # === entries that were taken back ===#
    def test_reversal_of_a_decision_stays(self):
        """R-CLM-10, R-CLM-12: the reversal that took a decision back is neither reset,
        cancelled nor reversed in the accounting, nor is the credit note it takes back:
        the message names the decision, the trial balance stays."""
        liability = self._create_posted_liability()
        before = self._balance()
        statement = self._answer(self._create_statement(liability, receive=True))
        self._dispose(statement)
        self._credit(statement)
        line = statement.line_ids
        note, fee = line.refund_move_id, line.fee_move_ids
        self.as_user(liability, "accountant").action_reverse("Wrong cause")
        self.assertEqual(self._balance(), before)
        reversal = liability.share_ids[0].reversal_move_id
        self.assertEqual(reversal.reversed_entry_id, note)
        for entry in (reversal, note, fee, fee.reversal_move_ids):
            entry = self.as_user(entry, "accountant")
            self._refused(liability.name, entry.button_draft)
            self._refused(liability.name, entry.button_cancel)
            self._refused(liability.name, self._reverse_in_accounting, entry)
        self.assertEqual((line.state, statement.state), ("cancelled", "cancelled"))

    def test_reversal_made_in_the_accounting_stays(self):
        """R-CLM-12: a reversal made in the accounting first can be reset while the
        decision stands; once the decision rests on it, it stays."""
        liability = self._create_posted_liability()
        before = self._balance()
        statement = self._answer(self._create_statement(liability))
        self._credit(statement)
        reversal = self._reverse_in_accounting(statement.line_ids.refund_move_id)
        reversal.button_draft()
        self.assertEqual(statement.state, "credited")
        reversal.action_post()
        self.as_user(liability, "accountant").action_reverse("Wrong cause")
        self._refused(liability.name, reversal.button_draft)
        self.assertEqual(self._balance(), before)

    def test_entries_of_the_other_parties_stay(self):
        """R-CLM-10: carrier, employee and customer: what was posted and reversed with
        the decision stays; what was not in the books then is not posted without it."""
        carrier = self.env["res.partner"].create(
            {"name": "Deppon", "is_carrier": True, "is_company": True}
        )
        claim = self._create_spine_claim()
        before = self._balance()
        liability = self._decide(
            claim,
            {"party": "carrier", "partner_id": carrier.id, "percent": 40},
            {"party": "customer", "partner_id": self.customer.id, "percent": 30},
            {
                "party": "employee",
                "employee_id": self.technician.id,
                "percent": 30,
            },
        )
        entry, invoice, wage = (
            self.as_user(share.account_move_id, "accountant")
            for share in liability.share_ids
        )
        # reset by hand while the decision stands: then not in the books any more
        entry.button_draft()
        self.assertEqual(invoice.state, "draft")
        self.as_user(liability, "accountant").action_reverse("Ours")
        self.assertEqual(self._balance(), before)
        self.assertEqual((entry.state, invoice.state), ("cancel", "cancel"))
        for move in (entry, invoice):
            move.button_draft()
            self._refused(f"{liability.name} was taken back", move.action_post)
        self._refused(liability.name, wage.button_draft)
        self.assertEqual(self._balance(), before)
        # decided anew, another invoice is posted as ever
        again = self._decide(
            claim,
            {"party": "customer", "partner_id": self.customer.id, "percent": 100},
        )
        self.as_user(again.share_ids.account_move_id, "accountant").action_post()
        self.assertEqual(
            self._balance(self.warranty_expense_account),
            before[self.warranty_expense_account] - 8070,
        )

    def test_posted_invoice_taken_back(self):
        """R-CLM-10: an invoice to the customer that was posted is reversed with its
        decision, and both stay."""
        claim = self._create_spine_claim()
        before = self._balance()
        liability = self._decide(
            claim,
            {"party": "customer", "partner_id": self.customer.id, "percent": 100},
        )
        invoice = self.as_user(liability.share_ids.account_move_id, "accountant")
        invoice.action_post()
        self.as_user(liability, "accountant").action_reverse("Ours")
        self.assertEqual(self._balance(), before)
        for move in (invoice, invoice.reversal_move_ids):
            self._refused(liability.name, move.button_draft)

    def test_entries_of_a_claim_stay(self):
        """R-CLM-09: the costs of a claim leave the books by its reversal only; reversed
        in the accounting before, they are not reversed twice; and that stays."""
        start = self._balance()
        claim = self._create_spine_claim()
        costs = claim.cost_ids.filtered(lambda cost: cost.kind == "labour")
        entry = self.as_user(costs.account_move_id, "accountant")
        self._refused(f"{claim.name}: reverse the claim", entry.button_draft)
        reversal = self._reverse_in_accounting(entry)
        self.as_user(claim, "accountant").action_reverse("Wrong machine")
        self.assertEqual(self._balance(), start)
        self.assertEqual(costs.reversal_move_id, reversal)
        for move in (entry, reversal):
            self._refused(claim.name, move.button_draft)
        claim.action_draft()
        self.assertEqual(claim.state, "draft")

    # === fees ===#
    def test_fee_note_reversed_alone(self):
        """R-CLM-12: the note of a disposal fee reversed, reset or cancelled alone makes
        the fee owed again, the credit stays; *Post Credit Notes* charges it once more,
        the same amount, once."""
        statement = self._answer(self._create_statement(receive=True))
        before = self._balance()
        self._dispose(statement)
        self._credit(statement)
        line = statement.line_ids
        note = line.refund_move_id
        after = self._balance()
        self.assertEqual((line.owed_amount, statement.state), (0, "credited"))
        for way in ("reverse", "draft", "cancel"):
            with self.subTest(way=way):
                fee = self.as_user(
                    line.fee_move_ids.filtered(lambda move: move._is_in_force()),
                    "accountant",
                )
                if way == "reverse":
                    reversal = self._reverse_in_accounting(fee)
                    self.assertEqual(statement.state, "answered")
                    # the reversal was the mistake
                    reversal.button_draft()
                    self.assertEqual(
                        (statement.state, line.owed_amount), ("credited", 0)
                    )
                    reversal.action_post()
                elif way == "draft":
                    fee.button_draft()
                else:
                    fee.button_cancel()
                self.assertEqual(
                    (line.state, statement.state), ("accepted", "answered")
                )
                self.assertEqual(line.owed_amount, 35)
                self.assertEqual(
                    self._balance(self.warranty_expense_account),
                    before[self.warranty_expense_account] - 5649,
                )
                self._credit(statement)
                self.assertEqual(
                    (line.state, statement.state), ("credited", "credited")
                )
                self.assertEqual((line.refund_move_id, line.owed_amount), (note, 0))
                self.assertEqual(self._balance(), after)
        self.as_user(line.liability_id, "accountant").action_reverse("Wrong")
        self.assertEqual(self._balance(), before)

    def test_fee_is_waived(self):
        """R-CLM-12: what was reversed for good is waived by the accountant, with his
        reason on the statement; what is in the books is not."""
        statement = self._answer(self._create_statement(receive=True))
        self._credit(statement)
        line = self.as_user(statement.line_ids, "accountant")
        self._dispose(statement)
        self.assertEqual((line.state, line.owed_amount), ("credited", 35))
        draft = line.fee_move_ids
        draft.action_post()
        after = self._balance()
        self._refused("no disposal fee to waive", line.action_waive_fee, "Kind")
        self._reverse_in_accounting(draft)
        self.assertEqual(statement.state, "answered")
        self._refused("Give a comment", line.action_waive_fee, " ")
        with self.assertRaises(AccessError):
            self.as_user(line, "quality").action_waive_fee("Kind")
        wizard = (
            self.as_user(self.env["aftersales.decision"], "accountant")
            .with_context(active_model=line._name, active_ids=line.ids)
            .create({"action": "action_waive_fee", "comment": "He was not told"})
        )
        wizard.action_apply()
        self.assertEqual((line.disposal_fee, line.owed_amount), (0, 0))
        self.assertEqual((line.state, statement.state), ("credited", "credited"))
        self.assertTrue(
            statement.message_ids.filtered(
                lambda m: "He was not told" in (m.body or "")
            )
        )
        self.assertEqual(
            self._balance(self.warranty_expense_account),
            after[self.warranty_expense_account] + 35,
        )

    def _withdraw_one_of_two(self, credited):
        """Two shares of one supplier; the one with the fee is taken back.

        :return: (line withdrawn, the other, expense before, their decision)
        """
        supplier = {"party": "supplier", "partner_id": self.supplier.id}
        liability = self._decide(
            self._create_spine_claim(),
            {**supplier, "percent": 40},
            {**supplier, "percent": 60},
        )
        statement = self._send(self._create_statement(liability, receive=True))
        self._dispose(statement)
        line = statement.line_ids.filtered("disposal_fee")
        if credited:
            statement.line_ids._answer("accept")
            statement.action_answer()
            self._credit(statement)
        expense = self._balance(self.warranty_expense_account)
        line.share_id.with_user(self.users["accountant"])._reverse("Theirs")
        return line, statement.line_ids - line, expense, liability

    def _take_all_back(self, liability):
        self.as_user(liability, "accountant").action_reverse("All")
        self.as_user(liability.claim_id, "accountant").action_reverse("All")
        self.assertFalse(self._balance(self.warranty_expense_account))

    def test_fee_goes_to_the_other_share(self):
        """R-CLM-12: of two shares of one supplier the one that carried the fee is taken
        back: the other bears it on its statement."""
        line, other, expense, liability = self._withdraw_one_of_two(credited=False)
        self.assertEqual((line.state, line.disposal_fee), ("cancelled", 0))
        self.assertEqual(other.disposal_fee, 35)
        self.assertEqual(other.owed_amount, other.final_amount + 35)
        other._answer("accept")
        other.recovery_id.action_answer()
        self._credit(other.recovery_id)
        self.assertAlmostEqual(
            self._balance(self.warranty_expense_account),
            expense - other.final_amount - 35,
            2,
        )
        self._take_all_back(liability)

    def test_fee_goes_to_the_other_credited_share(self):
        """R-CLM-12: once the other share is credited, the fee is charged to it with a
        note of its own; the one of the share taken back leaves the books."""
        line, other, expense, liability = self._withdraw_one_of_two(credited=True)
        self.assertEqual((line.state, line.disposal_fee), ("cancelled", 0))
        fee = self.as_user(other.fee_move_ids, "accountant")
        self.assertEqual((fee.state, fee.amount_total), ("draft", 35))
        self.assertEqual((other.state, other.owed_amount), ("credited", 35))
        fee.action_post()
        self.assertFalse(other.owed_amount)
        self.assertAlmostEqual(
            self._balance(self.warranty_expense_account),
            expense + line.final_amount,
            2,
        )
        self._take_all_back(liability)

    def test_owed_with_fees(self):
        """R-CLM-12: what suppliers owe is the shares and the fees, in the list, the
        pivot and the XLSX; claimed and fees are credited, dropped or owed."""
        statement = self._send(self._create_statement(receive=True))
        self._dispose(statement)
        line = statement.line_ids
        self.assertEqual((line.final_amount, line.owed_amount), (5649, 5684))
        Line = self.as_user(line, "accountant")
        domain = [("id", "in", line.ids)]
        (group,) = Line.formatted_read_group(
            domain, ["age_bucket"], ["disposal_fee:sum", "owed_amount:sum"]
        )
        self.assertEqual(
            (group["disposal_fee:sum"], group["owed_amount:sum"]), (35, 5684)
        )
        for view, names in (
            ("list", ("owed_amount", "disposal_fee")),
            ("pivot", ("owed_amount",)),
        ):
            arch = Line.get_view(view_type=view)["arch"]
            for name in names:
                self.assertIn(f'name="{name}"', arch)
        Report = self.env["report.aftersales_claims.recovery_status"]

        def sums():
            row = Report._sum_suppliers(domain)[self.supplier]
            ages = sum(row[age] for age in ("0", "30", "60", "90"))
            self.assertAlmostEqual(ages, row["owed"], 2)
            self.assertAlmostEqual(
                row["claimed"] + row["fees"],
                row["credited"] + row["dropped"] + row["owed"],
                2,
            )
            return row["fees"], row["credited"], row["owed"]

        self.assertEqual(sums(), (35, 0, 5684))
        line._answer("accept")
        statement.action_answer()
        self._credit(statement)
        self.assertEqual(sums(), (35, 5684, 0))
        self._reverse_in_accounting(line.refund_move_id)
        self.assertEqual(sums(), (35, 35, 5649))
        self._reverse_in_accounting(line.fee_move_ids)
        self.assertEqual(sums(), (35, 0, 5684))

    # === contact persons ===#
    def test_contact_person_of_a_supplier(self):
        """R-CLM-12: a statement typed for a contact person is his company's: one for
        each month, read by all its people in the portal, in its aged list."""
        contact = self.supplier_user.partner_id
        colleague = self._create_portal_user("as_colleague", self.supplier)
        liability = self._create_posted_liability(partner=contact)
        self.assertEqual(liability.share_ids[0].partner_id, self.supplier)
        company = self.as_user(self.supplier, "quality")
        person = self.as_user(contact, "quality")
        self.assertEqual(company.aftersales_unclaimed_count, 1)
        self.assertEqual(person.aftersales_unclaimed_count, 1)
        vals = {
            "partner_id": contact.id,
            "period_start": self.month,
            "company_id": self.company.id,
        }
        Recovery = self.env["aftersales.recovery"]
        statement = Recovery.create(vals)
        self.assertEqual(statement.partner_id, self.supplier)
        self.assertIn(contact, statement.message_partner_ids)
        for partner in (self.supplier, colleague.partner_id):
            with (
                self.assertRaises(IntegrityError),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                Recovery.create({**vals, "partner_id": partner.id})
        other = Recovery.create(
            {
                **vals,
                "partner_id": self.other_supplier.id,
                "period_start": self.month - relativedelta(months=1),
            }
        )
        other.partner_id = colleague.partner_id
        self.assertEqual(other.partner_id, self.supplier)
        self.as_user(other, "quality").unlink()
        statement.action_collect_lines()
        line = statement.line_ids
        self.assertEqual((line.partner_id, len(line)), (self.supplier, 1))
        self.env.invalidate_all()
        self.assertEqual(company.aftersales_unclaimed_count, 0)
        self.assertEqual(
            (company.aftersales_owed_count, person.aftersales_owed_count), (1, 1)
        )
        opened = person.action_view_aftersales_recovery()["domain"]
        self.assertEqual(self.env["aftersales.recovery.line"].search(opened), line)
        self._send(statement)
        for user in (self.supplier_user, colleague):
            self.assertTrue(statement.with_user(user).has_access("read"))
        self.assertFalse(statement.with_user(self.other_user).has_access("read"))
        self.authenticate("as_colleague", "as_colleague")
        self.assertIn(statement.name, self.url_open("/my/recoveries").text)
        line._answer("accept")
        statement.action_answer()
        before = self._balance(self.warranty_expense_account)
        self._credit(statement)
        self.assertEqual(line.refund_move_id.partner_id, self.supplier)
        self.assertEqual(self._balance(self.warranty_expense_account), before - 5649)

    # === closing ===#
    def test_closing_leads_to_exchanges(self):
        """R-CLM-09, R-CLM-15: with periodic valuation one comes from the closing entry
        to the exchanges whose pieces it posts, and back; so does the claim of such a
        piece, made before or after."""
        self.part_category.with_company(self.company).property_valuation = "periodic"
        self._move(
            self.seal,
            5,
            self.env.ref("stock.stock_location_suppliers"),
            self.stock_location,
        )
        exchange = self.env["aftersales.exchange"].create(
            {
                "partner_id": self.dealer.id,
                "product_id": self.seal.id,
                "quantity": 2,
                "fault": "Leaks",
                "date_code": fields.Date.today().strftime("%y%m%d"),
                "company_id": self.company.id,
            }
        )
        exchange.check_ids.answer = "yes"
        exchange.action_judge()
        exchange.action_exchange()
        self.assertEqual(exchange.entry_count, 0)
        action = self.company.action_close_stock_valuation(auto_post=True)
        entry = self.env["account.move"].browse(action["res_id"])
        self.assertEqual(self._balance(self.warranty_expense_account), 520)
        self.assertEqual(entry.aftersales_exchange_count, 1)
        button = self.as_user(entry, "accountant").action_view_aftersales_exchanges()
        self.assertEqual(button["res_id"], exchange.id)
        exchange.invalidate_recordset()
        self.assertEqual(exchange.entry_count, 1)
        back = self.as_user(exchange, "service_manager").action_view_entries()
        self.assertEqual(back["res_id"], entry.id)
        with self.assertRaises(AccessError):
            self.as_user(exchange, "service_manager").closing_move_id = False
        # claimed after the closing
        self.as_user(exchange, "hotline").action_create_claim()
        claim = exchange.claim_id
        claim.write({"kind": "emergency", "kind_reason": "Stopped"})
        self._attach(claim)
        claim.action_submit()
        self._approve(claim, "service_manager")
        self.assertEqual(claim.cost_ids.closing_move_id, entry)
        self.assertIn(entry, claim._get_account_moves())
        self.assertEqual(entry._get_aftersales_claims(), claim)
        self.assertEqual(self._balance(self.warranty_expense_account), 520)
        reversal = self._reverse_in_accounting(entry)
        self.assertEqual(reversal._get_aftersales_exchanges(), exchange)
