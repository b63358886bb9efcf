# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.tests import tagged

from .common import PIXEL
from .common_recovery import RecoveryCommon

FILES = {"evidence": ("leak.png", PIXEL, "image/png")}


@tagged("post_install", "-at_install")
class TestPortalHttp(RecoveryCommon):
    """What the portals answer to forged, repeated and lost pages."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contract = cls.env["aftersales.station"].create(
            {
                "partner_id": cls.station.id,
                "company_id": cls.company.id,
                "labour_rate": 120,
                "travel_rate": 2,
                "contract_ref": "ST-7",
                "date_start": cls.month,
                "date_end": cls.month + relativedelta(years=1),
            }
        )
        cls.contract.sudo().state = "contracted"
        cls.station_claims = [("station_id", "=", cls.station.id)]

    def _get_token(self, page):
        tail = page[page.index('name="csrf_token"') :]
        return tail.split('value="', 1)[1].split('"', 1)[0]

    def _open_claim_form(self):
        self.authenticate("as_station", "as_station")
        return {
            "csrf_token": self._get_token(self.url_open("/my/station_claims/new").text),
            "serial": self.machine.name,
            "part": "SEAL-600",
            "quantity": "1",
            "damage": "Leaks at the main shaft",
            "hours": "3",
            "distance": "50",
            "failure_date": str(fields.Date.today()),
        }

    def _post_claim(self, data, files=None):
        """Post the form; refused, the page says why and nothing is left."""
        return self.url_open("/my/station_claims/new", data=data, files=files or FILES)

    def _assert_refused(self, page, text):
        self.assertEqual(page.status_code, 200)
        self.assertIn("alert-danger", page.text)
        self.assertIn(text, page.text)
        self.assertFalse(self.env["aftersales.claim"].search(self.station_claims))

    # === supplier ===#
    def test_statement_shows_no_text_of_an_address(self):
        """R-CLM-12: who is lured to a statement by an address reads no message that
        somebody wrote into it; nor does a station on its settlement."""
        statement = self._send(self._create_statement())
        settlement = self.env["aftersales.settlement"].create(
            {"partner_id": self.station.id, "company_id": self.company.id}
        )
        settlement.sudo().state = "sent"
        for login, url in (
            ("as_supplier", f"/my/recoveries/{statement.id}"),
            ("as_station", f"/my/settlements/{settlement.id}"),
        ):
            self.authenticate(login, login)
            page = self.url_open(f"{url}?error=Pay+to+account+555&post=x").text
            self.assertIn("csrf_token", page)
            self.assertNotIn("Pay to account", page)

    def test_answer_after_a_new_login(self):
        """R-CLM-12, R-DSP-16, R-CLM-05: whose session ended while he typed logs in
        again and stands on his page; the address alone answers nothing."""
        statement = self._send(self._create_statement())
        settlement = self.env["aftersales.settlement"].create(
            {"partner_id": self.station.id, "company_id": self.company.id}
        )
        settlement.sudo().state = "sent"
        claim = self._create_claim(
            station_id=self.station.id,
            failure_date=fields.Date.today() - relativedelta(days=40),
        )
        line = statement.line_ids
        answer = f"/my/recoveries/{statement.id}/answer"
        page = self.url_open(answer, data={f"answer_{line.id}": "accept"})
        self.assertIn("/web/login", page.url)
        for login, url, target in (
            ("as_supplier", f"{answer}?answer_{line.id}=accept", statement.access_url),
            (
                "as_station",
                f"{settlement.access_url}/confirm",
                settlement.access_url,
            ),
            (
                "as_station",
                f"{settlement.access_url}/dispute?objection=No",
                settlement.access_url,
            ),
            (
                "as_station",
                f"/my/station_claims/{claim.id}/appeal",
                f"/my/station_claims/{claim.id}",
            ),
            (
                "as_station",
                f"/my/station_claims/{claim.id}/resubmit",
                f"/my/station_claims/{claim.id}",
            ),
            (
                "as_sales_vp",
                "/aftersales/approval/x/decide",
                "/aftersales/approval/x",
            ),
        ):
            with self.subTest(url=url):
                self.authenticate(login, login)
                page = self.url_open(url)
                self.assertEqual(page.status_code, 200)
                self.assertTrue(page.url.endswith(target), page.url)
        self.assertEqual(line.state, "pending")
        self.assertEqual(settlement.state, "sent")

    def test_forged_answer(self):
        """R-CLM-12: no token, another's statement, a file or a zero byte as the
        reason, a foreign line: nothing is answered, and no page breaks."""
        statement = self._send(self._create_statement())
        line = statement.line_ids
        url = f"/my/recoveries/{statement.id}"
        self.authenticate("as_supplier", "as_supplier")
        token = {"csrf_token": self._get_token(self.url_open(url).text)}
        dispute = {f"answer_{line.id}": "dispute"}
        self.assertEqual(self.url_open(f"{url}/answer", data=dispute).status_code, 400)
        for data, files in (
            ({f"note_{line.id}": "\x00 "}, None),
            ({}, {f"note_{line.id}": ("why.txt", b"Wrong grease")}),
        ):
            page = self.url_open(
                f"{url}/answer", data={**token, **dispute, **data}, files=files
            )
            self.assertEqual(page.status_code, 200)
            self.assertIn("Say why", page.text)
            self.assertNotIn("why.txt", page.text)
        page = self.url_open(
            f"{url}/answer",
            data={
                **token,
                f"answer_{line.id}": "pay",
                "answer_999999": "accept",
                "answer_x": "accept",
            },
        )
        self.assertEqual(page.status_code, 200)
        self.assertEqual((line.state, statement.state), ("pending", "sent"))
        for huge in ("/my/recoveries/99999999999999999999", f"{url}/photo/1"):
            self.assertIn(self.url_open(huge).status_code, (200, 404))
        self.authenticate("as_other", "as_other")
        token = {
            "csrf_token": self._get_token(self.url_open("/my/account").text),
        }
        page = self.url_open(
            f"{url}/answer", data={**token, f"answer_{line.id}": "accept"}
        )
        self.assertNotIn(statement.name, page.text)
        self.assertEqual(line.state, "pending")
        text = "<script>alert(1)</script>"
        self.authenticate("as_supplier", "as_supplier")
        token = {"csrf_token": self._get_token(self.url_open(url).text)}
        page = self.url_open(
            f"{url}/answer", data={**token, **dispute, f"note_{line.id}": text}
        )
        self.assertEqual(line.answer_note, text)
        self.assertNotIn(text, page.text)
        # sent once more: told, and the answer stays
        page = self.url_open(
            f"{url}/answer", data={**token, f"answer_{line.id}": "accept"}
        )
        self.assertIn("does not wait for an answer", page.text)
        self.assertEqual((line.state, line.answer_note), ("disputed", text))

    def test_lines_left_open(self):
        """R-CLM-12: who answers some lines only is told how many are left."""
        liability = self._create_posted_liability()
        self._create_second_liability()
        statement = self._send(self._create_statement(liability))
        first, second = statement.line_ids
        url = f"/my/recoveries/{statement.id}"
        self.authenticate("as_supplier", "as_supplier")
        page = self.url_open(url).text
        self.assertNotIn("without an answer", page)
        token = {"csrf_token": self._get_token(page)}
        page = self.url_open(
            f"{url}/answer", data={**token, f"answer_{first.id}": "accept"}
        ).text
        self.assertIn("without an answer", page)
        self.assertEqual(first.state, "accepted")
        self.assertEqual((second.state, statement.state), ("pending", "sent"))
        page = self.url_open(
            f"{url}/answer", data={**token, f"answer_{second.id}": "accept"}
        ).text
        self.assertNotIn("without an answer", page)
        self.assertEqual(statement.state, "answered")

    # === stations ===#
    def test_forged_claim(self):
        """R-DSP-16: figures nobody means, days before the delivery or to come, no
        damage report, files or zero bytes as texts: a clear message, no claim."""
        self.machine.delivery_date = fields.Date.today() - relativedelta(months=7)
        data = self._open_claim_form()
        figures = "Check the figures"
        for change, text in (
            ({"quantity": "1e300"}, figures),
            ({"quantity": "0.0001"}, figures),
            ({"quantity": "1000001"}, figures),
            ({"hours": "1e308"}, figures),
            ({"distance": "1e20"}, figures),
            ({"part": "BRG-23148", "quantity": "1.5"}, figures),
            ({"failure_date": "0001-01-01"}, "was delivered on"),
            ({"failure_date": "9999-12-31"}, "is not claimed on"),
            ({"failure_date": "2026-02-30"}, figures),
            ({"damage": ""}, "Describe the damage"),
            ({"damage": " \x00 "}, "Describe the damage"),
            ({"serial": "\x00"}, "No machine"),
            ({"part": "\x00"}, "No part"),
            ({"part": "PE-600X900"}, "No part"),
        ):
            with self.subTest(change=change):
                self._assert_refused(self._post_claim({**data, **change}), text)
        for name, text in (
            ("damage", "Describe the damage"),
            ("serial", "No machine"),
            ("part", "No part"),
        ):
            rest = {key: value for key, value in data.items() if key != name}
            files = [*FILES.items(), (name, ("a.txt", b"Leaks", "text/plain"))]
            with self.subTest(file=name):
                self._assert_refused(self._post_claim(rest, files), text)
        for name, content in (
            ("x.html", b"<script>alert(1)</script>"),
            ("x.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
            ("x.jpg", b"MZ\x90\x00\x03 not a picture"),
        ):
            files = {"evidence": (name, content, "image/png")}
            with self.subTest(file=name):
                self._assert_refused(
                    self._post_claim(data, files), "is not a photo, a video or a PDF"
                )
        files = [("evidence", (f"{i}.png", PIXEL, "image/png")) for i in range(11)]
        self._assert_refused(self._post_claim(data, files), "at most 10 files")
        # nobody's machine, and no token
        no_token = {key: value for key, value in data.items() if key != "csrf_token"}
        self.assertEqual(self._post_claim(no_token).status_code, 400)
        self.assertFalse(self.env["aftersales.claim"].search(self.station_claims))

    def test_claim_of_many_pieces(self):
        """R-CLM-01: of several pieces every old serial number typed is taken, else the
        last ones could be claimed once more."""
        numbers = [f"OLD-SERIAL-{number:03}" for number in range(12)]
        data = self._open_claim_form()
        data.update(quantity="12", old_serial=", ".join(numbers))
        self._post_claim(data)
        claim = self.env["aftersales.claim"].search(self.station_claims)
        self.assertEqual(claim.line_ids._get_old_serials(), numbers)
        page = self.url_open("/my/station_claims/new").text
        self.assertIn('maxlength="500"', page.split('id="old_serial"')[1][:200])

    def test_claim_sent_twice(self):
        """R-DSP-16: the same page sent twice is one claim; texts and file names are
        shown as they are typed; another station sees neither claim nor file."""
        data = self._open_claim_form()
        data.update(damage="<b>Leaks</b>", form_key="page-1", old_serial="\x00S1")
        files = {"evidence": ("<i>leak.png", PIXEL, "image/png")}
        first = self._post_claim(data, files)
        again = self._post_claim(data, files)
        claim = self.env["aftersales.claim"].search(self.station_claims)
        self.assertEqual(len(claim), 1)
        url = f"/my/station_claims/{claim.id}"
        for page in (first, again):
            self.assertTrue(page.url.endswith(url))
            self.assertIn("&lt;b&gt;Leaks", page.text)
            self.assertIn("&lt;i&gt;leak.png", page.text)
        self.assertEqual(claim.line_ids.old_lot_name, "S1")
        file = claim._get_station_files()
        self.assertEqual(self.url_open(f"{url}/file/{file.id}").content, PIXEL)
        foreign = self._attach(claim)
        self.assertEqual(self.url_open(f"{url}/file/{foreign.id}").status_code, 404)
        self.other_supplier.is_service_station = True
        self.authenticate("as_other", "as_other")
        token = self._get_token(self.url_open("/my/account").text)
        self.assertNotIn(claim.name, self.url_open("/my/station_claims").text)
        self.assertNotIn(claim.name, self.url_open(url).text)
        self.assertEqual(self.url_open(f"{url}/file/{file.id}").status_code, 404)
        for action in ("appeal", "resubmit"):
            page = self.url_open(
                f"{url}/{action}",
                data={"csrf_token": token, "grounds": "No", "damage": "No"},
            )
            self.assertNotIn(claim.name, page.text)
        self.assertEqual((claim.damage, claim.appeal_count), ("<b>Leaks</b>", 0))
