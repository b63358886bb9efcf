# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date

from dateutil.relativedelta import relativedelta

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common_recovery import RecoveryCommon


@tagged("post_install", "-at_install")
class TestExchangeCodes(RecoveryCommon):
    """Odd date codes and receipts, consigned stock in other units (R-WAR-03,
    R-CLM-14)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rule = cls.env.ref("aftersales_claims.exchange_rule_default")

    def _judge(self, **vals):
        exchange = self.env["aftersales.exchange"].create(
            {
                "partner_id": self.customer.id,
                "product_id": self.seal.id,
                "fault": "Leaks",
                "date": date(2026, 6, 20),
                "date_code": "250610",
                "company_id": self.company.id,
                **vals,
            }
        )
        exchange.check_ids.answer = "yes"
        exchange.action_judge()
        return exchange

    def test_part_of_a_longer_number(self):
        """R-WAR-03: a longer number is no code of six figures, not even where a piece
        of it looks like one; letters around the code do not matter."""
        for code in ("20121101", "2405123", "240512240513"):
            with self.assertRaisesRegex(UserError, "not a date code"):
                self.rule._parse_date_code(code)
        self.assertEqual(self.rule._parse_date_code("批240512A"), date(2024, 5, 12))
        self.rule.date_code_regex = r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})"
        self.assertEqual(self.rule._parse_date_code("20121101"), date(2012, 11, 1))

    def test_pattern_with_parts_left_out(self):
        """R-WAR-03: a code that lacks what its pattern leaves open is refused in the
        user's words."""
        rule = self.rule
        for pattern, code in (
            (r"(?P<year>\d{2})(?:W(?P<week>\d{2}))?", "24"),
            (r"(?P<year>\d{2})?M(?P<month>\d{2})", "M05"),
            (r"(?P<year>\d*)M(?P<month>\d{2})", "M05"),
            (r"(?P<year>\d{2})W(?P<week>\d{2})", "23W53"),
        ):
            rule.date_code_regex = pattern
            with self.assertRaisesRegex(UserError, "is no date"):
                rule._parse_date_code(code)
        rule.date_code_regex = r"(?P<year>\d{4})(?P<month>\d{2})"
        with self.assertRaisesRegex(UserError, "lies in the future"):
            self._judge(date_code="999811")

    def test_signs_of_months_and_years(self):
        """R-WAR-03: signs that stand for two months, or for a year nobody named, are
        refused when the rule is set up; figures of a year are read as they are."""
        for vals in (
            {"month_codes": "1123456789AB"},
            {"month_codes": "abcdefghijkA"},
            {"year_codes": "ABC"},
        ):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                self.rule.write(vals)
        self.rule.write({"year_codes": "0123456789", "year_first": 2020})
        self.assertEqual(self.rule._parse_date_code("120512"), date(2012, 5, 12))

    def test_receipt_of_another_day(self):
        """R-WAR-03, R-WAR-04: a receipt of a day to come gives no longer term, and
        one older than the piece proves nothing."""
        with self.assertRaisesRegex(UserError, "dated after the return"):
            self._judge(date_code="150101", receipt_date=date(2099, 1, 1))
        older = self._judge(date_code="250701", receipt_date=date(2025, 6, 30))
        self.assertEqual(older.state, "referred")
        self.assertIn("older than the piece", older.reason)
        self.assertEqual(older.limit_date, date(2026, 7, 1))
        # 20 June is past the twelve months of the piece, not of its receipt
        late = self._judge(receipt_date=date(2025, 7, 1))
        self.assertEqual((late.state, late.limit_date), ("accepted", date(2026, 7, 1)))

    def test_receipt_of_the_month_of_the_code(self):
        """R-WAR-04: a code of a month stands for its last day; a receipt of the same
        month is one of the piece."""
        exchange = self._judge(date_code="2506", receipt_date=date(2025, 6, 12))
        self.assertEqual(exchange.state, "accepted")
        self.assertEqual(
            exchange.limit_date, date(2025, 6, 30) + relativedelta(months=12)
        )

    def test_use_of_consigned_stock_in_another_unit(self):
        """R-CLM-14: what was used of the consigned stock is counted in the unit of the
        stock, also where it was taken by the dozen."""
        shelf = self.env["stock.location"].create(
            {
                "name": "Consigned",
                "usage": "internal",
                "location_id": self.stock_location.id,
                "company_id": self.company.id,
            }
        )
        self.station.with_company(
            self.company
        ).aftersales_consignment_location_id = shelf
        self._create_stock(self.seal, 30, location=shelf)
        route = {
            "location_id": shelf.id,
            "location_dest_id": self.warranty_location.id,
        }
        picking = self.env["stock.picking"].create(
            {
                **route,
                "picking_type_id": self.company.aftersales_requisition_type_id.id,
                "move_ids": [
                    Command.create(
                        {
                            **route,
                            "product_id": self.seal.id,
                            "product_uom_qty": quantity,
                            "product_uom": unit.id,
                        }
                    )
                    for quantity, unit in (
                        (1, self.env.ref("uom.product_uom_dozen")),
                        (2, self.seal.uom_id),
                    )
                ],
            }
        )
        picking.action_confirm()
        picking.action_assign()
        picking.move_ids.picked = True
        picking._action_done()
        count = self.env["aftersales.consignment.count"].create(
            {"partner_id": self.station.id, "company_id": self.company.id}
        )
        count.action_start()
        line = count.line_ids
        self.assertEqual((line.quantity_book, line.quantity_used), (16, 14))
