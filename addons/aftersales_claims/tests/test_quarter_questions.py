# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import runpy
from datetime import date

from dateutil.relativedelta import relativedelta
from lxml import etree

from odoo.tests import tagged
from odoo.tools.misc import file_path
from odoo.tools.safe_eval import safe_eval

from .common_capa import CapaCommon


@tagged("post_install", "-at_install")
class TestQuarterQuestions(CapaCommon):
    """What a vice president asks about the quarter is a few clicks away."""

    def test_two_quarters(self):
        """R-CLM-08, R-CLM-17: the analysis of claims opens with this quarter and the
        one before, whatever the month."""
        arch = etree.fromstring(
            self.as_user(self.env["aftersales.claim.report"], "sales_vp").get_view(
                view_type="search"
            )["arch"]
        )
        (node,) = arch.xpath("//filter[@name='two_quarters']")
        action = self.env.ref("aftersales_claims.aftersales_claim_analysis_action")
        self.assertIn("search_default_two_quarters", action.context)
        for today, start in (
            (date(2026, 1, 31), "2025-10-01"),
            (date(2026, 3, 1), "2025-10-01"),
            (date(2026, 8, 31), "2026-04-01"),
            (date(2026, 12, 31), "2026-07-01"),
        ):
            domain = safe_eval(
                node.get("domain"),
                {"context_today": lambda d=today: d, "relativedelta": relativedelta},
            )
            self.assertEqual(domain, [("date", ">=", start)])

    def test_effect_of_measures(self):
        """R-CLM-16: which measures held and which did not, by what was wrong, whose it
        is and when."""
        held = self._create_capa()
        self._close(held)
        self._create_capa(symptom_id=self.env.ref("aftersales_claims.symptom_leak").id)
        Sheet = self.as_user(self.env["aftersales.capa"], "sales_vp")
        # what is open has shown no effect yet: the analysis asks for no state
        action = self.env.ref("aftersales_claims.aftersales_capa_analysis_action")
        self.assertEqual(action.context, "{}")
        for kind in ("pivot", "graph"):
            arch = etree.fromstring(Sheet.get_view(view_type=kind)["arch"])
            self.assertTrue(arch.xpath("//field[@name='effect']"))
        rows = Sheet._read_group(
            [("product_id", "=", self.bearing.id)], ["effect"], ["__count"]
        )
        self.assertEqual(rows, [("effective", 1), (False, 1)])

    def test_papers_of_emergencies(self):
        """R-CLM-04: the sales vice president has the emergencies whose papers are
        missing on his start page, also after an upgrade; a card changed by hand
        stays."""
        card = self.env.ref("aftersales_claims.start_card_claims_filing")
        vice = self.env.ref("aftersales_service.group_sales_vp")
        manager = self.env.ref("aftersales_service.group_manager")
        self.assertIn(vice, card.group_ids)
        path = file_path("aftersales_claims/migrations/19.0.1.3.0/post-cards.py")
        hotline = self.env.ref("aftersales_service.group_hotline")
        for before, after in ((manager, manager | vice), (hotline, hotline)):
            card.group_ids = before
            runpy.run_path(path)["migrate"](self.env.cr, "19.0.1.1.0")
            card.invalidate_recordset()
            self.assertEqual(card.group_ids, after)
