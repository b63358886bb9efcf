# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re

from odoo import Command, fields
from odoo.tests import tagged

from odoo.addons.aftersales_service.tests.common_forms import squeeze

from .common_recovery import PIXEL, RecoveryCommon


@tagged("post_install", "-at_install")
class TestStationClaims(RecoveryCommon):
    """What stations and dealers enter and see in their portal (R-DSP-16)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.today = fields.Date.today()

    def test_station_hands_in_again(self):
        """R-DSP-16: a station sees why its claim was sent back, completes it and hands
        it in again, once; another's claim leads nowhere."""
        claim = self._create_claim(station_id=self.station.id)
        claim.action_submit()
        self.as_user(claim, "service_manager").action_return("No photo of the seal")
        url = f"/my/station_claims/{claim.id}"
        self.authenticate("as_station", "as_station")
        page = self.url_open(url).text
        self.assertIn("No photo of the seal", page)
        data = {
            "csrf_token": re.search(r'csrf_token" value="([^"]+)"', page)[1],
            "damage": "<script>alert(1)</script> Seal torn",
        }
        evidence = claim._get_evidence_attachments()
        page = self.url_open(
            f"{url}/resubmit",
            data=data,
            files={"evidence": ("seal.png", b"MZ no picture", "image/png")},
        ).text
        self.assertIn("not a photo", page)
        self.assertEqual((claim.state, claim.damage[:7]), ("draft", "Bearing"))
        # the part is corrected as well, all or nothing
        self.assertIn(f'value="{claim.line_ids.product_id.default_code}"', page)
        before = claim.line_ids.product_id
        for name, value, message in (
            ("part", "nothing", "No part has the number"),
            ("quantity", "-2", "Check the figures"),
        ):
            correction = {"part": "SEAL-600", "quantity": "1", name: value}
            page = self.url_open(f"{url}/resubmit", data={**data, **correction}).text
            self.assertIn(message, page)
            self.assertIn("Seal torn", page, "what was typed stays")
            self.assertEqual(
                (claim.state, claim.line_ids.product_id), ("draft", before)
            )
        data |= {"part": "seal-600", "quantity": "2", "part_note": "Newer"}
        files = {"evidence": ("seal.png", PIXEL, "image/png")}
        page = self.url_open(f"{url}/resubmit", data=data, files=files).text
        self.assertNotIn("<script>alert", page)
        self.assertEqual(claim.state, "submitted")
        self.assertIn("Seal torn", claim.damage)
        line = claim.line_ids
        self.assertEqual((line.product_id, line.quantity), (self.seal, 2))
        self.assertEqual((line.part_note, line.part_reason), ("Newer", False))
        more = claim._get_evidence_attachments() - evidence
        self.assertEqual(more.mapped("name"), ["seal.png"])
        page = self.url_open(f"{url}/resubmit", data=data, files=files).text
        self.assertIn("handed in already", page)
        self.assertEqual(claim._get_evidence_attachments() - evidence, more)
        self.as_user(claim, "service_manager").action_return("Once more")
        report = self.env["ir.actions.report"]._render_qweb_html(
            "aftersales_claims.report_claim", claim.ids
        )[0]
        text = squeeze(re.sub(r"<[^>]+>", "", report.decode()))
        self.assertIn("Submission:2", text, "printed: how often it was handed in")
        self.authenticate("as_other", "as_other")
        self.url_open(f"{url}/resubmit", data=data)
        self.assertEqual(claim.state, "draft")

    def test_dealer_claims(self):
        """R-DSP-16: a dealer claims parts for the machines of its customers, without
        work that no contract prices; a machine of somebody else's customer is none of
        its business; sent twice, a claim is taken once."""
        self._create_portal_user("as_dealer", self.dealer)
        foreign = self._create_machine("PE600-FOREIGN")
        owner = self.env["res.partner"].create(
            {
                "name": "Pingxiang Quarry",
                "is_company": True,
                "dealer_id": self.dealer.id,
            }
        )
        machine = self._create_machine("PE600-DEALER", customer_id=owner.id)
        self.authenticate("as_dealer", "as_dealer")
        home = self.url_open("/my").text
        self.assertIn("/my/station_claims", home)
        self.assertIn("Claim parts of our machines", home)
        self.assertIn(machine.name, self.url_open("/my/machines").text)
        # from the machine, whose number is typed already
        link = "/my/station_claims/new?serial=PE600-DEALER"
        self.assertIn(link, self.url_open(f"/my/machines/{machine.id}").text)
        self.assertIn('value="PE600-DEALER"', self.url_open(link).text)
        page = self.url_open("/my/station_claims/new").text
        self.assertNotIn('name="hours"', page)
        key = re.search(r'form_key" value="([^"]+)"', page)[1]
        data = {
            "csrf_token": re.search(r'csrf_token" value="([^"]+)"', page)[1],
            "form_key": key,
            "serial": machine.name,
            "part": "seal-600",
            "quantity": "1",
            "hours": "8",
            "distance": "300",
            "failure_date": str(self.today),
            "damage": "<script>alert(1)</script> Leaks at the main shaft",
        }
        Claim = self.env["aftersales.claim"]
        domain = [("station_id", "=", self.dealer.id)]
        picture = ("leak.png", PIXEL, "image/png")

        def send(*files, **changes):
            return self.url_open(
                "/my/station_claims/new",
                data={**data, **changes},
                files=[("evidence", file) for file in files or [picture]],
            ).text

        svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>"
        large = PIXEL + b"0" * 20 * 1024 * 1024
        for files, changes, message in (
            ([picture], {"serial": foreign.name}, "No machine with the serial"),
            ([picture], {"serial": "%"}, "No machine with the serial"),
            ([picture], {"part": "%"}, "No part has the number"),
            ([picture], {"part": ""}, "No part has the number"),
            ([picture], {"quantity": "0"}, "Check the figures"),
            ([picture], {"failure_date": "31.12."}, "Check the figures"),
            ([("a.png", b"MZ no picture", "image/png")], {}, "not a photo"),
            ([("a.svg", svg, "image/svg+xml")], {}, "not a photo"),
            ([("a.png", large, "image/png")], {}, "too large"),
            ([picture] * 11, {}, "at most 10"),
        ):
            page = send(*files, **changes)
            self.assertIn(message, page)
            self.assertIn("Leaks at the main shaft", page, "what was typed stays")
            self.assertNotIn("<script>alert", page)
            self.assertFalse(Claim.search(domain), message)
        # the newer version of a part is not on the parts list: he says what it replaces
        frame = self.env["product.product"].create({"name": "Jaw", "type": "consu"})
        self.machine_product.aftersales_part_ids = frame
        page = send()
        self.assertIn("say so under “Why This Part”", page)
        self.assertFalse(Claim.search(domain))
        page = send(part_note="Replaces <b>SEAL-500</b>")
        claim = Claim.search(domain)
        self.assertEqual((len(claim), claim.state), (1, "submitted"))
        self.assertEqual(claim.line_ids.part_note, "Replaces <b>SEAL-500</b>")
        self.assertFalse(claim.line_ids.part_reason, "the service manager decides")
        self.assertIn("Replaces &lt;b&gt;SEAL-500", page)
        self.assertIn(claim.name, page, "it leads to the claim")
        self.assertNotIn("<script>alert", page)
        self.assertEqual(claim.partner_id, owner)
        self.assertEqual((claim.station_hours, claim.station_distance), (0, 0))
        # double click, or the back button and sent again
        self.assertIn(claim.name, send())
        # typed once more on a new page
        self.assertIn("is claimed already", send(form_key="another"))
        self.assertEqual(Claim.search(domain), claim)
        self.as_user(claim, "service_manager").action_return("Which seal?")
        # what staff attach stays inside
        inside = self.env["ir.attachment"].create(
            {
                "name": "inside.png",
                "raw": PIXEL,
                "res_model": claim._name,
                "res_id": claim.id,
            }
        )
        url = f"/my/station_claims/{claim.id}"
        page = self.url_open(url).text
        self.assertIn("Which seal?", page)
        self.assertIn("Sent back", self.url_open("/my/station_claims").text)
        self.assertNotIn("inside.png", page)
        path = re.search(rf'{url}/file/\d+"[^>]*>leak.png<', page)[0].split('"')[0]
        self.assertEqual(self.url_open(path).content, PIXEL)
        self.assertEqual(self.url_open(f"{url}/file/{inside.id}").status_code, 404)
        settlement = self.env["aftersales.settlement"].create(
            {"partner_id": self.dealer.id, "company_id": self.company.id}
        )
        self.assertNotIn(settlement.name, self.url_open("/my/settlements").text)
        self.authenticate("as_station", "as_station")
        page = self.url_open(f"/my/station_claims/{claim.id}").text
        self.assertNotIn(claim.name, page)

    def test_dealer_sees_only_his_own(self):
        """R-DSP-16: claims, evidence and settlements of a station or of another dealer
        lead nowhere, typed into the address or asked for by RPC; a customer who is no
        dealer has no page for claims."""
        dealer = self._create_portal_user("as_dealer", self.dealer)
        rival = self.dealer.copy({"name": "Ganzhou Dealer"})
        claims = own, *others = [
            self._create_claim(
                lot_id=self._create_machine(f"PE600-{number}").id,
                station_id=owner.id,
            )
            for number, owner in enumerate((self.dealer, rival, self.station))
        ]
        evidence = self.env["ir.attachment"].create(
            [
                {
                    "name": "secret.png",
                    "raw": PIXEL,
                    "res_model": claim._name,
                    "res_id": claim.id,
                }
                for claim in claims
            ]
        )
        for claim in claims:
            claim.action_submit()
            self.as_user(claim, "service_manager").action_return("Which seal?")
        settlement = self.env["aftersales.settlement"].create(
            {
                "partner_id": rival.id,
                "company_id": self.company.id,
                "line_ids": [Command.create({"name": "Work", "amount": 10})],
            }
        )
        settlement.action_send()
        self.authenticate("as_dealer", "as_dealer")
        page = self.url_open("/my/station_claims").text
        self.assertIn(own.name, page)
        page = self.url_open(f"/my/station_claims/{own.id}").text
        data = {
            "csrf_token": re.search(r'csrf_token" value="([^"]+)"', page)[1],
            "damage": "Taken over",
            "grounds": "Taken over",
        }
        for claim, photo in zip(others, evidence[1:], strict=True):
            url = f"/my/station_claims/{claim.id}"
            self.assertNotIn(claim.name, self.url_open("/my/station_claims").text)
            self.assertNotIn(claim.name, self.url_open(url).text)
            for action in ("resubmit", "appeal"):
                self.url_open(f"{url}/{action}", data=data)
            self.assertEqual((claim.state, claim.damage[:7]), ("draft", "Bearing"))
            self.assertFalse(claim.appeal_ids)
            for path in (
                f"/web/content/{photo.id}",
                f"{url}/file/{photo.id}",
                f"/my/station_claims/{own.id}/file/{photo.id}",
            ):
                answer = self.url_open(path, allow_redirects=False)
                self.assertNotIn(photo.raw, answer.content, path)
        answer = self.url_open(
            f"/my/settlements/{settlement.id}", allow_redirects=False
        )
        self.assertTrue(answer.is_redirect)
        for model in ("aftersales.claim", "aftersales.claim.line", "aftersales.form"):
            self.assertFalse(self.env[model].with_user(dealer).has_access("read"))
        Settlement = self.env["aftersales.settlement"].with_user(dealer)
        self.assertNotIn(settlement, Settlement.search([]))
        # neither dealer nor station
        self.authenticate("as_other", "as_other")
        before = self.env["aftersales.claim"].search_count([])
        for path in ("", f"/{own.id}", "/new"):
            answer = self.url_open(f"/my/station_claims{path}", allow_redirects=False)
            self.assertTrue(answer.is_redirect, path)
        page = self.url_open("/my").text
        self.assertNotIn("/my/station_claims", page)
        data["csrf_token"] = re.search(r'csrf_token: "([^"]+)"', page)[1]
        self.url_open(
            "/my/station_claims/new", data={**data, "serial": own.lot_id.name}
        )
        self.assertEqual(self.env["aftersales.claim"].search_count([]), before)
