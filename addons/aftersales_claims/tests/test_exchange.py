# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date

from dateutil.relativedelta import relativedelta
from psycopg2.errors import CheckViolation

from odoo import Command, fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_station import StationCommon


@tagged("post_install", "-at_install")
class TestExchange(StationCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rule = cls.env.ref("aftersales_claims.exchange_rule_default")

    def _code(self, months):
        """Date code of a piece produced ``months`` ago."""
        day = fields.Date.today() - relativedelta(months=months)
        return day.strftime("%y%m%d")

    def _create_exchange(self, months=3, partner=None, answers="yyy", **vals):
        exchange = self.env["aftersales.exchange"].create(
            {
                "partner_id": (partner or self.dealer).id,
                "product_id": self.seal.id,
                "quantity": 2,
                "fault": "Leaks",
                "date_code": self._code(months),
                "company_id": self.company.id,
                **vals,
            }
        )
        words = {"y": "yes", "n": "no", "u": "unclear", "-": False}
        for check, answer in zip(exchange.check_ids, answers, strict=True):
            check.answer = words[answer]
        return exchange

    # === date codes ===#
    def test_date_codes(self):
        """R-WAR-03: the date code parser is configured by pattern."""
        rule = self.rule
        self.assertEqual(rule._parse_date_code("240315"), date(2024, 3, 15))
        self.assertEqual(rule._parse_date_code(" 2402 "), date(2024, 2, 29))
        rule.date_code_regex = r"(?P<year>\d{2})W(?P<week>\d{2})"
        self.assertEqual(rule._parse_date_code("24w01"), date(2024, 1, 7))
        rule.write(
            {
                "date_code_regex": r"(?P<year>[A-Z])(?P<month>\w)(?P<day>\d{2})",
                "year_codes": "ABCDEF",
                "year_first": 2020,
            }
        )
        self.assertEqual(rule._parse_date_code("EB07"), date(2024, 11, 7))
        # one figure for the year: the last such year, or as the rule says
        year = fields.Date.context_today(rule).year
        rule.date_code_regex = r"(?P<year>\w)(?P<month>\w)(?P<day>\d{2})"
        for past in range(10):
            parsed = rule._parse_date_code(f"{(year - past) % 10}107")
            self.assertEqual(parsed, date(year - past, 1, 7))
        rule.write({"year_codes": "7890123456", "year_first": 2017})
        self.assertEqual(rule._parse_date_code("9a31"), date(2019, 10, 31))
        rule.write({"year_codes": "abcdef", "year_first": 2020})
        for bad in ("", False, "???", "ZA07", "EZ07", "E231"):
            with self.assertRaises(UserError):
                rule._parse_date_code(bad)
        for pattern in ("(", r"\d{4}", r"(?P<year>\d\d)"):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                rule.date_code_regex = pattern

    def test_rule_of_the_product_wins(self):
        """R-WAR-03: product before category before the general rule."""
        Rule = self.env["aftersales.exchange.rule"]
        child = self.env["product.category"].create(
            {"name": "Seals", "parent_id": self.part_category.id}
        )
        self.seal.categ_id = child
        self.assertEqual(Rule._get_rule(self.seal, self.company), self.rule)
        by_category = self.rule.copy({"categ_id": self.part_category.id})
        self.assertEqual(Rule._get_rule(self.seal, self.company), by_category)
        own = self.rule.copy({"product_tmpl_id": self.seal.product_tmpl_id.id})
        self.assertEqual(Rule._get_rule(self.seal, self.company), own)

    # === judgement ===#
    def test_months_of_dealer_and_customer(self):
        """R-WAR-03: fifteen months for a dealer, twelve for an end customer."""
        cases = [
            (self.dealer, 14, "accepted"),
            (self.dealer, 16, "refused"),
            (self.station, 14, "accepted"),
            (self.customer, 11, "referred"),
            (self.customer, 14, "refused"),
        ]
        for partner, months, state in cases:
            exchange = self._create_exchange(months, partner)
            self.as_user(exchange, "hotline").action_judge()
            self.assertEqual(exchange.state, state, (partner.name, months))
            self.assertEqual(
                exchange.production_date,
                fields.Date.today() - relativedelta(months=months),
            )
        self.assertIn("past the limit", exchange.reason)

    def test_receipt_counts_for_the_customer(self):
        """R-WAR-04: the end customer's receipt starts his months; three days are
        promised."""
        exchange = self._create_exchange(
            14,
            self.customer,
            receipt_date=fields.Date.today() - relativedelta(months=10),
        )
        self.assertEqual(
            exchange.promised_date, fields.Date.today() + relativedelta(days=3)
        )
        exchange.action_judge()
        self.assertEqual(exchange.state, "accepted")

    def test_end_customer_without_receipt(self):
        """R-WAR-04, R-CLM-15: without receipt the service group decides; a rule that
        asks for none counts from the production date."""
        exchange = self._create_exchange(11, self.customer)
        exchange.action_judge()
        self.assertEqual(exchange.state, "referred")
        self.assertIn("receipt", exchange.reason)
        self.rule.needs_receipt = False
        for months, state in ((11, "accepted"), (14, "refused")):
            exchange = self._create_exchange(months, self.customer)
            exchange.action_judge()
            self.assertEqual(exchange.state, state, months)

    def test_visible_conditions(self):
        """R-WAR-03: every condition is ticked; one not met refuses; unclear goes to
        the service group (R-CLM-15)."""
        exchange = self._create_exchange(answers="yy-")
        with self.assertRaises(UserError):
            exchange.action_judge()
        exchange.check_ids[2].answer = "no"
        exchange.action_judge()
        self.assertEqual(exchange.state, "refused")
        with self.assertRaisesRegex(UserError, "stays on file"):
            self.as_user(exchange, "service_manager").unlink()
        checks = self.as_user(exchange.check_ids, "service_manager")
        for attempt in (lambda: checks.write({"answer": "yes"}), checks.unlink):
            with self.assertRaisesRegex(UserError, "the answers stay"):
                attempt()
        unclear = self._create_exchange(answers="yyu")
        unclear.action_judge()
        self.assertEqual(unclear.state, "referred")
        self.assertTrue(unclear.activity_ids)
        with self.assertRaises(UserError):
            self.as_user(unclear, "hotline").action_accept()
        with self.assertRaises(UserError):
            self.as_user(unclear, "service_manager").action_accept()
        unclear.reason = "Opened in the workshop: casting fault"
        self.as_user(unclear, "service_manager").action_accept()
        self.assertEqual(unclear.state, "accepted")

    def test_bad_input(self):
        """R-WAR-03: unreadable or future codes, no quantity, no rule."""
        for code in ("abc", self._code(-2)):
            exchange = self._create_exchange(date_code=code)
            with self.assertRaises(UserError):
                exchange.action_judge()
            self.assertEqual(exchange.state, "draft")
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
            self._create_exchange(quantity=0)

    def test_code_of_the_running_month(self):
        """R-WAR-03: a piece made this month or week is exchanged like any other; the
        code of the next month is refused; months are counted over 29 February."""
        rule = self.rule
        day = date(2024, 2, 10)
        rule.date_code_regex = r"(?P<year>\d{2})(?P<month>\d{2})"
        exchange = self._create_exchange(date=day, date_code="2402")
        exchange.action_judge()
        self.assertEqual((exchange.state, exchange.production_date), ("accepted", day))
        ahead = self._create_exchange(date=day, date_code="2403")
        with self.assertRaisesRegex(UserError, "lies in the future"):
            ahead.action_judge()
        rule.date_code_regex = r"(?P<year>\d{2})W(?P<week>\d{2})"
        exchange = self._create_exchange(date=day, date_code="24W06")
        exchange.action_judge()
        self.assertEqual(exchange.state, "accepted")
        # 15 months from the last day of November end on the last one of February
        rule.date_code_regex = r"(?P<year>\d{2})(?P<month>\d{2})"
        for returned, state in ((29, "accepted"), (30, "refused")):
            exchange = self._create_exchange(
                date=date(2024, 1, 31) + relativedelta(days=returned),
                date_code="2211",
            )
            exchange.action_judge()
            self.assertEqual(exchange.limit_date, date(2024, 2, 29))
            self.assertEqual(exchange.state, state)

    def test_no_rule(self):
        """R-WAR-03: without a rule nothing is judged."""
        self.rule.active = False
        exchange = self._create_exchange(answers="")
        with self.assertRaises(UserError):
            exchange.action_judge()

    # === exchange ===#
    def test_piece_for_piece(self):
        """R-CLM-15: two bad ones into quarantine, two good ones out, each by its
        transfer; the good ones are warranty expense, the bad ones worth nothing."""
        exchange = self._create_exchange()
        with self.assertRaises(UserError):
            exchange.action_exchange()
        exchange.action_judge()
        self.as_user(exchange, "hotline").action_exchange()
        part = exchange.part_return_ids
        self.assertEqual((part.state, part.quantity_received), ("received", 2))
        move = exchange.out_picking_id.move_ids
        self.assertEqual((move.state, move.quantity), ("done", 2))
        self.assertEqual(
            move.location_dest_id, self.company.aftersales_warranty_location_id
        )
        expense = move.account_move_id.line_ids.filtered(
            lambda line: line.account_id == self.warranty_expense_account
        )
        self.assertEqual(expense.balance, 520)
        stock = self.env["stock.quant"]._get_available_quantity(
            self.seal, self.stock_location
        )
        self.assertEqual(stock, 8)
        with self.assertRaises(UserError):
            exchange.action_exchange()
        with self.assertRaises(UserError):
            exchange.unlink()

    def test_exchange_in_the_books(self):
        """R-CLM-09, R-CLM-15: from the entry of the good piece the accountant comes to
        the exchange and its photos; by provision it is charged to the provision;
        without an account nothing is exchanged."""
        company = self.company
        photo = self.env["ir.attachment"].create({"name": "seal.png", "raw": b"x"})
        exchange = self._create_exchange(photo_ids=[Command.set(photo.ids)])
        exchange.action_judge()
        location = company.aftersales_warranty_location_id
        location.valuation_account_id = False
        with (
            self.assertRaisesRegex(UserError, "Warranty Expense Account"),
            self.env.cr.savepoint(),
        ):
            self.as_user(exchange, "hotline").action_exchange()
        self.env.invalidate_all()
        self.assertEqual(exchange.state, "accepted")
        self.assertFalse(exchange.part_return_ids)
        location.valuation_account_id = self.warranty_expense_account
        provision = self.env["account.account"].create(
            {"name": "P", "code": "280177", "account_type": "liability_current"}
        )
        company.write(
            {
                "aftersales_provision_method": "provision",
                "aftersales_provision_account_id": provision.id,
            }
        )
        self.as_user(exchange, "hotline").action_exchange()
        entry = exchange.out_picking_id.move_ids.account_move_id
        lines = {line.account_id: line for line in entry.line_ids}
        self.assertEqual(lines[provision].balance, 520)
        self.assertEqual(lines[provision].partner_id, self.dealer.commercial_partner_id)
        self.assertNotIn(self.warranty_expense_account, lines)
        entry = self.as_user(entry, "accountant")
        self.assertEqual(entry.aftersales_exchange_count, 1)
        opened = entry.action_view_aftersales_exchanges()
        self.assertEqual(opened["res_id"], exchange.id)
        self.assertIn(photo, self.as_user(exchange, "accountant").photo_ids)
        # with periodic valuation the closing does the same
        categ = self.part_category.copy({"name": "Periodic"})
        categ.with_company(company).property_valuation = "periodic"
        gasket = self.env["product.product"].create(
            {
                "name": "Gasket",
                "is_storable": True,
                "standard_price": 260,
                "categ_id": categ.id,
            }
        )
        self._create_stock(gasket, 3)
        again = self._create_exchange(product_id=gasket.id, quantity=1)
        again.action_judge()
        again.action_exchange()
        self.assertFalse(again.out_picking_id.move_ids.account_move_id)
        company.action_close_stock_valuation(auto_post=True)
        lines = self.env["account.move.line"].search(
            [("account_id", "=", provision.id), ("parent_state", "=", "posted")]
        )
        self.assertEqual(sum(lines.mapped("balance")), 520 + 260)

    def test_not_enough_in_stock(self):
        """R-CLM-15: no good piece, no exchange, and nothing half done."""
        exchange = self._create_exchange(quantity=11)
        exchange.action_judge()
        with self.assertRaises(UserError):
            exchange.action_exchange()
        self.assertFalse(exchange.part_return_ids)

    def test_serial_pieces(self):
        """R-CLM-15: the serial number given is named."""
        exchange = self._create_exchange(product_id=self.bearing.id, quantity=1)
        exchange.action_judge()
        with self.assertRaises(UserError):
            exchange.action_exchange()
        exchange.lot_id = self.bearing_lot
        exchange.action_exchange()
        self.assertEqual(exchange.out_picking_id.move_ids.lot_ids, self.bearing_lot)

    def test_station_gives_from_its_consigned_stock(self):
        """R-CLM-15: a station swaps bad for good out of the stock we keep there."""
        location = self._create_station_stock(5)
        exchange = self._create_exchange(partner=self.station)
        exchange.action_judge()
        exchange.action_exchange()
        self.assertEqual(exchange.out_picking_id.location_id, location)

    def test_chargeable_swap(self):
        """R-BIL-02: past the limit, part price plus ten percent repair fee."""
        exchange = self._create_exchange(20)
        exchange.action_judge()
        if not self.company.aftersales_station_fee_product_id:
            self.company.aftersales_station_fee_product_id = self.env[
                "product.product"
            ].create({"name": "Repair fee", "type": "service"})
        self.as_user(exchange, "hotline").action_charge()
        lines = exchange.sale_order_id.order_line
        self.assertEqual(lines.mapped("price_subtotal"), [840, 84])
        with self.assertRaises(UserError):
            exchange.action_charge()

    def test_roles(self):
        """R-CLM-15: the hotline judges, a technician sees none."""
        exchange = self._create_exchange()
        self.assertTrue(self.as_user(exchange, "hotline").has_access("write"))
        self.assertFalse(self.as_user(exchange, "technician").has_access("read"))
        self.assertFalse(self.as_user(exchange, "quality").has_access("write"))
        self.assertFalse(exchange.with_user(self.portal_user).has_access("read"))
        self.assertFalse(self.as_user(self.rule, "hotline").has_access("write"))
        self.assertTrue(
            self.env["aftersales.exchange.rule"]
            .with_user(self.users["hotline"])
            .search_count([])
        )
