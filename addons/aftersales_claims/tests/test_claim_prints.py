# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from lxml import html

from odoo.tests import tagged

from .common import PIXEL
from .common_recovery import RecoveryCommon


@tagged("post_install", "-at_install")
class TestClaimPrints(RecoveryCommon):
    """Prints with long texts (R-CLM-12)."""

    def _render(self, report, records):
        content, _type = self.env["ir.actions.report"]._render_qweb_html(
            f"aftersales_claims.{report}", records.ids
        )
        return html.fromstring(content)

    def test_long_reasons(self):
        """R-CLM-12: what supplier and arbiter say has the width of the page."""
        statement = self._send(self._create_statement())
        line = statement.line_ids
        line._answer("dispute", note="Our cage was in tolerance")
        statement.action_answer()
        self.as_user(line, "quality_vp").arbitration_note = "Measured: it was not"
        (row,) = self._render("report_recovery", statement).xpath("//td[@colspan='7']")
        self.assertIn("Our cage was in tolerance", row.text_content())
        self.assertIn("Measured: it was not", row.text_content())

    def test_photos_that_are_not_printed(self):
        """R-CLM-12: the statement prints four photos of a part and says how many more
        the supplier finds in his portal."""
        statement = self._create_statement(receive=True)
        part = statement.line_ids.part_return_ids

        def render():
            page = self._render("report_recovery", statement)
            photos = page.xpath("//img[contains(@alt, 'cage')]")
            return len(photos), page.text_content()

        printed, text = render()
        self.assertEqual(printed, len(part.photo_ids))
        self.assertNotIn("More photos", text)
        part.photo_ids |= self.env["ir.attachment"].create(
            [{"name": f"cage{index}.png", "raw": PIXEL} for index in range(13)]
        )
        printed, text = render()
        self.assertEqual((printed, len(part.photo_ids)), (4, 14))
        self.assertIn("More photos in the portal: 10", text)

    def test_lines_across_pages(self):
        """R-CLM-01, R-CLM-08, R-CLM-12, R-DSP-16: no line of a long table is cut at
        the end of a page; the rows above the lines are the table's head."""
        liability = self._create_posted_liability(post=False)
        claim = liability.claim_id
        for report, record, head in (
            ("report_claim", claim, "Old Serial Number"),
            ("report_claim", claim, "Decided By"),
            ("report_liability", liability, "Liable Party"),
        ):
            (table,) = self._render(report, record).xpath(
                f"//table[thead//th[normalize-space()='{head}']]"
            )
            self.assertIn("o_as_lines", table.get("class").split(), head)

    def test_photos_of_carrier_claim(self):
        """R-CLM-07: the letter to the carrier shows the photos of the damage."""
        letter = self.env["aftersales.carrier.claim"].create(
            {
                "carrier_id": self.station.id,
                "claim_id": self._create_claim().id,
                "amount": 400,
                "description": "Box crushed",
            }
        )
        self.assertFalse(
            self._render("report_carrier_claim", letter).xpath(
                "//img[@alt='crushed.png']"
            )
        )
        self.env["ir.attachment"].create(
            {
                "name": "crushed.png",
                "raw": PIXEL,
                "res_model": letter._name,
                "res_id": letter.id,
            }
        )
        self.assertTrue(
            self._render("report_carrier_claim", letter).xpath(
                "//img[@alt='crushed.png']"
            )
        )

    def test_photos_left_out(self):
        """R-CLM-01, R-CLM-07, R-CLM-16: forms that print the first photos only say
        how many more are on file, and nothing if all are shown."""
        claim = self._create_claim()
        # a text that is called a photo
        claim._get_evidence_attachments().unlink()
        letter = self.env["aftersales.carrier.claim"].create(
            {"carrier_id": self.station.id, "amount": 400, "description": "Crushed"}
        )
        sheet = self.env["aftersales.quality.complaint"].create(
            {
                "partner_id": self.customer.id,
                "product_id": self.bearing.id,
                "symptom_id": self.env.ref("aftersales_claims.symptom_leak").id,
                "description": "Leaks",
                "company_id": self.company.id,
            }
        )
        for report, record, limit in (
            ("report_claim", claim, 4),
            ("report_carrier_claim", letter, 6),
            ("report_quality_complaint", sheet, 6),
        ):
            with self.subTest(report=report):
                for count, more in ((limit, None), (3, 3)):
                    photos = self.env["ir.attachment"].create(
                        [
                            {
                                "name": f"broken{number}.png",
                                "raw": PIXEL,
                                "res_model": record._name,
                                "res_id": record.id,
                            }
                            for number in range(count)
                        ]
                    )
                    if record == sheet:
                        sheet.photo_ids |= photos
                    page = self._render(report, record)
                    printed = page.xpath("//img[contains(@alt, 'broken')]")
                    self.assertEqual(len(printed), limit)
                    text = " ".join(page.text_content().split())
                    if more:
                        self.assertIn(f"More photos on file: {more}", text)
                    else:
                        self.assertNotIn("More photos", text)
