# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date, datetime

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestMessageDates(AftersalesCommon):
    """Days and times in messages are written as their reader writes them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        chinese = cls.env["res.lang"].search([("code", "=", "zh_CN")])
        chinese.date_format = "%Y年%m月%d日"

    def test_day_in_a_refusal(self):
        """R-INT-02, R-WAR-01: a refused date reads as on the form the user filled in,
        in the machine file and at its counter."""
        self.machine.write(
            {"production_date": "2026-03-09", "delivery_date": "2026-03-10"}
        )
        with self.assertRaisesRegex(ValidationError, r"2026年03月08日.*2026年03月09日"):
            self.machine.with_context(lang="zh_CN").delivery_date = date(2026, 3, 8)
        with self.assertRaisesRegex(ValidationError, "2041年01月02日"):
            self.env["aftersales.machine.reading"].with_context(lang="zh_CN").create(
                {"lot_id": self.machine.id, "date": "2041-01-02", "hours": 5}
            )

    def test_day_in_a_log(self):
        """R-WAR-01: a corrected reading is logged with its days in words."""
        reading = self.env["aftersales.machine.reading"].create(
            {"lot_id": self.machine.id, "date": "2026-03-09", "hours": 5}
        )
        reading.with_context(lang="zh_CN").date = date(2026, 3, 10)
        body = self.machine.message_ids[0].body
        self.assertIn("2026年03月09日", body)
        self.assertIn("2026年03月10日", body)

    def test_time_in_a_log(self):
        """R-SLA-01: a deadline that moved is logged as times are written, in UTC."""
        request = self.env["aftersales.request"].with_context(lang="zh_CN")
        moment = datetime(2026, 3, 9, 16, 30)
        self.assertEqual(request._format_utc(moment), "2026/3/9 16:30")
        self.assertEqual(request._format_utc(False), "-")
