# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import base64
import io

from PIL import Image

from odoo.tests import BaseCase, tagged

from odoo.addons.aftersales_service.demo.pictures import draw_paper, draw_part
from odoo.addons.aftersales_service.demo.story import FAULTS

from ..demo.findings import ANALYSES, FINDINGS
from ..demo.story import EXPECTED_COSTS
from ..models.res_company_estimate import ResCompany


@tagged("post_install", "-at_install")
class TestDemo(BaseCase):
    """The tables of the demo company fit together; living its year takes minutes."""

    def test_findings(self):
        """What technicians report is known to quality; only parts that have a supplier
        go back to one; every finding has its analyses."""
        faults = {fault[1]: fault[3] for rows in FAULTS.values() for fault in rows}
        self.assertEqual(set(faults), set(FINDINGS))
        for reported, part in faults.items():
            finding = FINDINGS[reported]
            self.assertIn(finding.cause, ANALYSES)
            bought = part.startswith(("BEA", "ELE", "HYD"))
            is_returned = finding.disposition == "supplier"
            self.assertEqual(is_returned, finding.cause == "material", reported)
            self.assertEqual(is_returned, finding.result == "supplier", reported)
            self.assertTrue(bought or not is_returned, reported)

    def test_expected_costs(self):
        """R-CLM-05: the demo company has every rate its claims are estimated by."""
        rates = {
            name for name in vars(ResCompany) if name.startswith("aftersales_expected_")
        }
        self.assertEqual(set(EXPECTED_COSTS), rates)
        self.assertTrue(all(EXPECTED_COSTS.values()))

    def test_pictures(self):
        """Each photo differs from the next, and all of them are small."""
        parts = {fault[3] for rows in FAULTS.values() for fault in rows}
        pictures = [
            *[draw_part(part, "PE-0001", seed) for part in parts for seed in (1, 2)],
            draw_part("CRATE"),
            draw_paper("CLM-0001"),
        ]
        self.assertEqual(len(set(pictures)), len(pictures))
        for picture in pictures:
            data = base64.b64decode(picture)
            self.assertLess(len(data), 10_000)
            self.assertEqual(Image.open(io.BytesIO(data)).size, (360, 270))
