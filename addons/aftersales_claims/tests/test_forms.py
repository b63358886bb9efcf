# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import base64
import io
import mimetypes
import re

from dateutil.relativedelta import relativedelta
from PIL import ExifTags, Image

from odoo import Command, fields
from odoo.tests import tagged
from odoo.tools.pdf import PdfFileReader

from odoo.addons.aftersales_service.tests.common_forms import (
    LINES,
    LONG_TEXT,
    FormsMixin,
)

from .common_recovery import RecoveryCommon

MODULE = "aftersales_claims"


@tagged("post_install", "-at_install")
class TestClaimForms(FormsMixin, RecoveryCommon):
    """Every printed form of the claims addon, with long texts and many lines."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.today = fields.Date.today()

    def _create_carrier_claim(self):
        carrier = self.env["res.partner"].create(
            {"name": "Fast Freight", "is_company": True, "is_carrier": True}
        )
        return self.env["aftersales.carrier.claim"].create(
            {
                "carrier_id": carrier.id,
                "amount": 400,
                "description": LONG_TEXT,
                "received_date": self.today,
                "company_id": self.company.id,
            }
        )

    def _create_accident(self):
        return (
            self.env["aftersales.accident"]
            .with_user(self.users["quality_vp"])
            .create(
                {
                    "title": "Crusher frame dropped",
                    "company_id": self.company.id,
                    "description": LONG_TEXT,
                    "member_ids": [
                        Command.create(
                            {"user_id": self.users["quality"].id, "role": "chair"}
                        )
                    ],
                    "loss_ids": [
                        Command.create({"name": f"Item {number}", "amount": 100})
                        for number in range(LINES)
                    ],
                    "share_ids": [
                        Command.create(
                            {"employee_id": self.technician.id, "share": 100}
                        )
                    ],
                }
            )
            .with_env(self.env)
        )

    def _create_capa(self):
        symptom = self.env.ref(f"{MODULE}.symptom_overheating")
        vals = {
            "product_id": self.bearing.id,
            "symptom_id": symptom.id,
            "company_id": self.company.id,
        }
        capa = (
            self.env["aftersales.capa"]
            .with_user(self.users["quality"])
            .create(
                {
                    **vals,
                    "problem": LONG_TEXT,
                    "action_ids": [
                        Command.create(
                            {
                                "kind": "corrective",
                                "name": f"Action {number}",
                                "employee_id": self.employees["employee"].id,
                                "due_date": self.today + relativedelta(days=10),
                            }
                        )
                        for number in range(LINES)
                    ],
                }
            )
        )
        sheet = (
            self.env["aftersales.quality.complaint"]
            .with_user(self.users["quality"])
            .create({**vals, "partner_id": self.customer.id, "description": LONG_TEXT})
        )
        return sheet.with_env(self.env), capa.with_env(self.env)

    def _create_settlement(self):
        return self.env["aftersales.settlement"].create(
            {
                "partner_id": self.station.id,
                "company_id": self.company.id,
                "line_ids": [
                    Command.create({"name": f"Work {number}", "amount": 10})
                    for number in range(LINES)
                ],
            }
        )

    def test_forms(self):
        """R-CLM-02, R-CLM-07, R-CLM-10…12, R-CLM-16, R-DSP-16, R-PEN-02: every form
        prints in Chinese and English, with its number and the QR code back to the
        record; long texts and many lines go on to further pages."""
        parts = self.env["product.product"].create(
            [{"name": f"Part {number}"} for number in range(LINES)]
        )
        claim = self._create_claim(
            lines=[(part, 1) for part in parts], damage=LONG_TEXT, kind="normal"
        )
        statement = self._create_statement(receive=True)
        liability = statement.line_ids.claim_id.liability_ids
        part = statement.line_ids.part_return_ids[:1]
        sheet, capa = self._create_capa()
        forms = {
            "claim": (claim, "Warranty Claim Form", 2),
            "liability": (liability, "Liability Decision on a Warranty Claim", 1),
            "recovery": (statement, "Supplier Recovery Statement", 1),
            "quality_complaint": (sheet, "Complaint Sheet", 1),
            "capa": (capa, "Corrective and Preventive Action Sheet", 2),
            "settlement": (self._create_settlement(), "Station Settlement", 2),
            "carrier_claim": (self._create_carrier_claim(), "Carrier Claim", 1),
            "accident": (
                self._create_accident(),
                "Responsibility Accident Report",
                2,
            ),
        }
        for name, (record, title, pages) in forms.items():
            with self.subTest(name):
                self.assertForm(f"{MODULE}.report_{name}", record, title, pages=pages)
        url = f"{part.get_base_url()}/odoo/{part._name}/{part.id}"
        self.assertForm(
            f"{MODULE}.report_part_return_tag",
            part,
            "OLD PART - NOT FOR SALE",
            code=url,
        )
        self.assertAllForms(
            MODULE,
            {f"{MODULE}.report_{name}" for name in (*forms, "part_return_tag")},
        )

    def _attach_photos(self, record, count):
        """Return files of ``record``: what cannot be shown before ``count`` photos."""
        photo = io.BytesIO()
        image = Image.new("RGB", (1600, 900), "red")
        # taken upright: the file says that it has to be turned
        exif = image.getexif()
        exif[ExifTags.Base.Orientation] = 6
        image.save(photo, "JPEG", exif=exif)
        files = [
            ("text.jpg", b"no picture"),
            ("head.jpg", photo.getvalue()[:60]),
            ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
            ("empty.png", b""),
            ("letter.pdf", b"%PDF-1.4"),
            *[(f"photo{number}.jpg", photo.getvalue()) for number in range(count)],
        ]
        return self.env["ir.attachment"].create(
            [
                {
                    "name": name,
                    "raw": content,
                    "mimetype": mimetypes.guess_type(name)[0],
                    "res_model": record._name,
                    "res_id": record.id,
                }
                for name, content in files
            ]
        )

    def _print_photos(self, report, record):
        """Return size and name of the photos on the form, and how many pictures its
        PDF has besides the logo and the QR code."""
        Report = self.env["ir.actions.report"].with_context(force_report_rendering=True)
        source = Report._render_qweb_html(report, record.ids)[0].decode()
        photos = re.findall(
            r'<img src="data:image/jpeg;base64,([^"]+)" alt="(.+?)"', source
        )
        pdf = Report._render_qweb_pdf(report, record.ids)[0]
        pages = PdfFileReader(io.BytesIO(pdf)).pages
        others = len(re.findall("<img", source)) - len(photos)
        pictures = sum(len(page.images) for page in pages) - others
        sizes = [
            (Image.open(io.BytesIO(base64.b64decode(data))).size, name)
            for data, name in photos
        ]
        return sizes, pictures

    def test_photos(self):
        """R-CLM-01, R-CLM-11, R-CLM-16: claim form, supplier's statement and complaint
        sheet show the first photos, upright and no larger than paper needs; none, and
        files that are no picture whatever their name says, leave the form as it is."""
        statement = self._create_statement(receive=True)
        claim = statement.line_ids.claim_id
        part = statement.line_ids.part_return_ids
        part.photo_ids = False
        sheet, _capa = self._create_capa()
        for report, record, target, limit in (
            ("recovery", statement, part, 4),
            ("quality_complaint", sheet, sheet, 6),
        ):
            with self.subTest(report):
                report = f"{MODULE}.report_{report}"
                self.assertEqual(self._print_photos(report, record), ([], 0))
                target.photo_ids = self._attach_photos(target, limit + 1)
                photos, pictures = self._print_photos(report, record)
                expected = [((563, 1000), f"photo{n}.jpg") for n in range(limit)]
                self.assertEqual(photos, expected)
                self.assertTrue(pictures)
        report = f"{MODULE}.report_claim"
        # the fixture's file is a text
        self.assertEqual(self._print_photos(report, claim), ([], 0))
        loose = self._attach_photos(claim, 1)
        self.assertEqual(len(self._print_photos(report, claim)[0]), 1)
        pages, photos = self._attach_photos(claim, 2), self._attach_photos(claim, 2)
        claim.evidence_ids = [
            Command.create({"kind": kind, "attachment_ids": [Command.set(files.ids)]})
            for kind, files in (("report", pages), ("photo", photos))
        ]
        shown = claim._get_photos()
        self.assertEqual(
            shown[: len(photos)], photos, "what is filed as photo is first"
        )
        self.assertLessEqual(loose, shown)
        self.assertFalse(shown & pages, "pages of the damage report are no photos")
        photos, pictures = self._print_photos(report, claim)
        self.assertEqual(len(photos), 3)
        self.assertTrue(pictures)

    def test_others_papers(self):
        """R-CLM-12, R-DSP-16: a supplier downloads his own statement, a station its
        own settlement; others' and their photos lead nowhere, also once sent."""
        statement = self._send(self._create_statement(receive=True))
        photo = statement.line_ids.part_return_ids.photo_ids
        settlement = self._create_settlement()
        settlement.action_send()
        url = f"/my/recoveries/{statement.id}"
        self.authenticate("as_supplier", "as_supplier")
        page = self.url_open(f"{url}?report_type=pdf&download=true").text
        self.assertIn("Supplier Recovery Statement", page)
        self.assertIn(statement.name, page)
        self.assertEqual(self.url_open(f"{url}/photo/{photo.id}").status_code, 200)
        foreign = self.env["ir.attachment"].create({"name": "x", "raw": b"secret"})
        answer = self.url_open(f"{url}/photo/{foreign.id}")
        self.assertEqual(answer.status_code, 404)
        for path in (
            f"/web/content/{photo.id}",
            f"/web/image/{photo.id}",
            f"/report/pdf/{MODULE}.report_recovery/{statement.id}",
            f"/report/pdf/{MODULE}.report_settlement/{settlement.id}",
        ):
            self.authenticate("as_other", "as_other")
            answer = self.url_open(path, allow_redirects=False)
            self.assertNotIn(statement.name, answer.text, path)
            self.assertNotIn(settlement.name, answer.text, path)
            self.assertNotIn(photo.raw, answer.content, path)
        for path in (url, f"/my/settlements/{settlement.id}"):
            answer = self.url_open(
                f"{path}?report_type=pdf&access_token=guess", allow_redirects=False
            )
            self.assertTrue(answer.is_redirect, path)
        self.assertEqual(self.url_open(f"{url}/photo/{photo.id}").status_code, 404)
        self.authenticate("as_station", "as_station")
        page = self.url_open(f"/my/settlements/{settlement.id}?report_type=pdf").text
        self.assertIn("Station Settlement", page)
        self.assertIn(settlement.name, page)
