# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import base64
from email.message import EmailMessage
from email.policy import SMTP

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common import AftersalesCommon

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
    "AABJRU5ErkJggg=="
)
GATEWAY = "odoo.addons.mail.models.mail_thread"


@tagged("post_install", "-at_install")
class TestRequestMail(AftersalesCommon, HttpCase):
    """E-mail intake through the real gateway, and the portal."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.department.manager_id = cls.employees["dispatcher"]
        domain = cls.env["mail.alias.domain"].create({"name": "maker.example.com"})
        cls.company.alias_domain_id = domain
        cls.company.aftersales_alias_id.write(
            {"alias_domain_id": domain.id, "alias_name": "shouhou"}
        )

    def _mail(
        self,
        subject="设备故障报修",
        body="你好,PE600-2024-001号破碎机主轴承发烫停机,照片见附件。",
        sender="王建国 <wang@example.com>",
        charset="utf-8",
        files=(("轴承1.png", PNG), ("轴承2.png", PNG)),
        **headers,
    ):
        message = EmailMessage(policy=SMTP)
        message["Subject"] = subject
        message["From"] = sender
        message["To"] = "shouhou@maker.example.com"
        message["Message-Id"] = f"<{self.env.cr.sql_log_count}@example.com>"
        for name, value in headers.items():
            message[name.replace("_", "-")] = value
        message.set_content(body, charset=charset)
        for name, content in files:
            message.add_attachment(
                content, maintype="image", subtype="png", filename=name
            )
        return message.as_bytes()

    @mute_logger(GATEWAY)
    def _receive(self, raw):
        Request = self.env["aftersales.request"]
        before = Request.search([])
        self.env["mail.thread"].message_process(False, raw)
        return Request.search([]) - before

    # === GATEWAY ===#
    def test_chinese_mail_with_photos(self):
        """R-INT-01: a Chinese e-mail with two photos becomes a request with
        customer, machine, first owner (R-INT-03), photos and running limits."""
        for charset in ("utf-8", "gb18030"):
            with self.subTest(charset=charset):
                request = self._receive(self._mail(charset=charset))
                self.assertEqual(len(request), 1)
                self.assertEqual(request.channel, "email")
                self.assertEqual(request.title, "设备故障报修")
                self.assertIn("主轴承发烫停机", request.fault)
                self.assertEqual(request.partner_id, self.customer)
                self.assertEqual(request.contact_id, self.contact)
                self.assertEqual(request.lot_id, self.machine)
                self.assertEqual(request.company_id, self.company)
                self.assertEqual(request.department_id, self.department)
                self.assertEqual(request.user_id, self.users["dispatcher"])
                self.assertTrue(request.name.startswith("SR"))
                photos = self.env["ir.attachment"].search(
                    [
                        ("res_model", "=", request._name),
                        ("res_id", "=", request.id),
                    ]
                )
                self.assertEqual(set(photos.mapped("name")), {"轴承1.png", "轴承2.png"})
                self.assertIn("answer", request.sla_status_ids.mapped("metric"))
                self.assertFalse(request.answered_at, "his own mail is no answer")

    def test_unknown_sender_is_not_lost(self):
        """R-INT-12: an unknown sender's e-mail is kept as a request without
        customer; the serial in it finds the machine's."""
        request = self._receive(
            self._mail(sender="Li <li@unknown.example.net>", body="机器坏了")
        )
        self.assertFalse(request.partner_id)
        self.assertIn("li@unknown.example.net", request.email_from)
        self.assertEqual(request.contact_name, "Li")
        self.assertTrue(request.sla_status_ids)
        request = self._receive(self._mail(sender="Li <li@unknown.example.net>"))
        self.assertEqual(request.lot_id, self.machine)
        self.assertEqual(request.partner_id, self.customer)
        self.assertIn("li@unknown.example.net", request.email_from)

    def test_archived_sender(self):
        """R-INT-12: an e-mail of an archived customer is kept, with its photos and
        limits, and reopens nobody's file."""
        (self.contact | self.customer).active = False
        request = self._receive(self._mail())
        self.assertEqual(len(request), 1)
        self.assertIn("wang@example.com", request.email_from)
        self.assertEqual(request.message_attachment_count, 2)
        self.assertTrue(request.sla_status_ids)
        self.assertEqual(request.user_id, self.users["dispatcher"])
        self.assertFalse(self.customer.active)

    def test_serial_of_another_machine_in_the_text(self):
        """R-INT-02: of several serials in the text the sender's own counts."""
        other = self.env["res.partner"].create({"name": "Other", "is_company": True})
        self._create_machine("PE600-2024-777", customer_id=other.id)
        request = self._receive(
            self._mail(body="PE600-2024-777、PE600-2024-001 哪台是我们的?")
        )
        self.assertEqual(request.lot_id, self.machine)

    def test_reply_reopens(self):
        """R-INT-12: a reply by e-mail to a solved request reopens it."""
        request = self._receive(self._mail())
        request.write({"solution": "Greased", "level": "1"})
        request.action_solve()
        sent = request.with_user(self.users["dispatcher"]).message_post(
            body="Solved, please confirm",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        new = self._receive(
            self._mail(subject="Re: 设备故障报修", In_Reply_To=sent.message_id)
        )
        self.assertFalse(new, "a reply is no new request")
        self.assertEqual(request.state, "in_progress")
        self.assertEqual(request.reopen_count, 1)

    def test_our_answer_stops_the_clock(self):
        """R-SLA-01: a message to the customer is the answer; a note is none."""
        request = self._receive(self._mail())
        hotline = request.with_user(self.users["hotline"])
        hotline.message_post(body="Who knows the customer?")
        self.assertFalse(request.answered_at)
        hotline.message_post(
            body="We call you", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertTrue(request.answered_at)

    def test_large_attachment_and_loop(self):
        """R-INT-12: a 25 MB attachment arrives whole; a loop ends."""
        big = b"x" * (25 * 1024 * 1024)
        request = self._receive(self._mail(files=(("video.png", big),)))
        attachment = self.env["ir.attachment"].search(
            [("res_model", "=", request._name), ("res_id", "=", request.id)]
        )
        self.assertEqual(attachment.file_size, len(big))
        self.env["ir.config_parameter"].sudo().set_param(
            "mail.gateway.loop.threshold", 3
        )
        created = sum(
            len(self._receive(self._mail(subject=f"Loop {number}", files=())))
            for number in range(6)
        )
        self.assertLess(created, 6)

    # === PORTAL ===#
    def test_portal_sees_his_company_only(self):
        """Portal: requests of the own company; a guessed id leads nowhere."""
        mine = self._create_request()
        other = self.env["res.partner"].create({"name": "Other", "is_company": True})
        foreign = self._create_request(partner_id=other.id, lot_id=False)
        portal = mine.with_user(self.portal_user)
        self.assertTrue(portal.has_access("read"))
        self.assertFalse(portal.has_access("write"))
        with self.assertRaises(AccessError):
            foreign.with_user(self.portal_user).read(["name"])
        self.assertFalse(
            self.env["aftersales.sla.status"]
            .with_user(self.portal_user)
            .has_access("read")
        )
        self.portal_user.password = "as_portal_pw1"
        self.authenticate("as_portal", "as_portal_pw1")
        page = self.url_open("/my/requests")
        self.assertIn(mine.name, page.text)
        self.assertNotIn(foreign.name, page.text)
        self.assertIn(mine.name, self.url_open(f"/my/requests/{mine.id}").text)
        guessed = self.url_open(f"/my/requests/{foreign.id}")
        self.assertNotIn(foreign.name, guessed.text)
        guessed = self.url_open(f"/my/requests/{foreign.id}?access_token=guess")
        self.assertNotIn(foreign.name, guessed.text)

    def test_portal_reads_what_his_page_shows(self):
        """Portal: over RPC a customer reads of his request what his page shows, and
        nothing of the department's work on it; not by searching either."""
        mine = self._create_request(
            estimated_cost=5000, needs_visit=True, inspection="Misuse suspected"
        )
        portal = mine.with_user(self.portal_user)
        self.env.invalidate_all()
        shown = portal.read(["name", "state", "fault", "serial_number", "solution"])
        self.assertEqual(shown[0]["name"], mine.name)
        hidden = (
            "estimated_cost",
            "inspection",
            "probable_cause",
            "level",
            "service_category",
            "category_reason",
            "user_id",
            "department_id",
            "sla_state",
            "sla_status_ids",
            "order_ids",
            "handover_ids",
            "review_ids",
            "forwarded_to_id",
            "is_repeat",
            "lot_id",
            "cancel_reason",
            "message_ids",
            "activity_ids",
        )
        for name in hidden:
            with self.assertRaises(AccessError, msg=name):
                portal.read([name])
            with self.assertRaises(AccessError, msg=name):
                portal.search([(name, "!=", False)])
            with self.assertRaises(AccessError, msg=name):
                portal.formatted_read_group([], [name], ["__count"])
        listed = set(portal.fields_get())
        self.assertFalse(listed & set(hidden))
        self.assertIn("fault", listed)
        order = self._create_order(mine)
        for record in (order, mine.lot_id, mine.sla_status_ids):
            with self.assertRaises(AccessError):
                record.with_user(self.portal_user).read(["display_name"])
        partner = self.customer.with_user(self.portal_user)
        with self.assertRaises(AccessError):
            partner.read(["is_key_customer"])
        mine.message_post(
            body="Not for him", message_type="comment", subtype_xmlid="mail.mt_note"
        )
        messages = self.env["mail.message"].with_user(self.portal_user)
        found = messages.search([("model", "=", mine._name), ("res_id", "=", mine.id)])
        self.assertNotIn("Not for him", "".join(found.mapped("body")))
        portal.message_post(
            body="Please hurry",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.assertIn("Please hurry", mine.message_ids[0].body)

    def test_portal_creates_with_photos(self):
        """R-INT-01, R-DSP-16: a customer sends a request with serial and photos
        himself, a dealer also for its customers' machines."""
        other = self.env["res.partner"].create({"name": "Other", "is_company": True})
        lot = self._create_machine("PE600-2024-888", customer_id=other.id)
        self.portal_user.password = "as_portal_pw1"
        self.authenticate("as_portal", "as_portal_pw1")
        form = self.url_open("/my/requests/new")
        self.assertEqual(form.status_code, 200)

        def send(**data):
            before = self.env["aftersales.request"].search([])
            response = self.url_open(
                "/my/requests/new",
                data={"csrf_token": self._csrf(form.text), **data},
                files=[("photos", ("a.png", PNG, "image/png"))],
            )
            return response, self.env["aftersales.request"].search([]) - before

        response, request = send(
            serial_number=self.machine.name, fault="轴承发烫", phone="139 0000 2222"
        )
        self.assertIn(request.name, response.text)
        self.assertEqual(request.channel, "portal")
        self.assertEqual(request.lot_id, self.machine)
        self.assertEqual(request.partner_id, self.customer)
        self.assertEqual(request.phone, "139 0000 2222")
        self.assertEqual(request.user_id, self.users["dispatcher"])
        self.assertEqual(request.message_attachment_count, 1)
        self.assertTrue(request.sla_status_ids)
        # another customer's serial: kept as told, his data not shown
        _response, request = send(serial_number=lot.name, fault="x")
        self.assertEqual(request.partner_id, self.customer)
        self.assertFalse(request.lot_id)
        self.assertNotIn(lot.name, self.url_open("/my/requests/new").text)
        response, request = send(serial_number="", fault="  ")
        self.assertFalse(request)
        self.assertIn("alert-danger", response.text)
        # R-DSP-16: a dealer reports faults of its customers' machines
        self.customer.is_dealer = True
        other.dealer_id = self.customer
        self.assertIn(lot.name, self.url_open("/my/requests/new").text)
        _response, request = send(serial_number=lot.name, fault="x")
        self.assertEqual(request.lot_id, lot)
        self.assertEqual(request.partner_id, self.customer)
        self.assertTrue(request.is_foreign_machine, "the hotline sees whose it is")
        self.assertIn(request.name, self.url_open(f"/my/machines/{lot.id}").text)

    def test_portal_new_request_bad_input(self):
        """R-INT-01, bad input: no picture, a picture with a script, too large, too
        many, script in the text; sent twice; each with words, nothing lost."""
        self.portal_user.password = "as_portal_pw1"
        self.authenticate("as_portal", "as_portal_pw1")
        form = self.url_open("/my/requests/new?serial_number=PE600-2024-001").text
        self.assertIn('value="PE600-2024-001"', form, "filled in by the label")
        evil = self.url_open("/my/requests/new?serial_number=%22%3E%3Cscript%3Ex").text
        self.assertNotIn("<script>x", evil)
        Request = self.env["aftersales.request"]
        before = Request.search([])
        data = {
            "csrf_token": self._csrf(form),
            "form_key": self._value(form, "form_key"),
            "serial_number": self.machine.name,
            "fault": "<script>alert(1)</script> 轴承发烫",
        }

        def send(*files):
            answer = self.url_open(
                "/my/requests/new",
                data=data,
                files=[("photos", file) for file in files],
            )
            return answer.text

        svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>"
        for files, message in (
            ([("a.png", b"MZ\x90\x00 no picture", "image/png")], "not a photo"),
            ([("a.html", b"<html>hello</html>", "image/png")], "not a photo"),
            ([("a.svg", svg, "image/svg+xml")], "not a photo"),
            ([("a.png", PNG + b"0" * 26214400, "image/png")], "larger than 25 MB"),
            ([(f"{i}.png", PNG, "image/png") for i in range(11)], "at most 10"),
        ):
            page = send(*files)
            self.assertIn(message, page)
            self.assertIn("轴承发烫", page, "what was typed stays")
            self.assertNotIn("<script>alert", page)
            self.assertFalse(Request.search([]) - before)
        heic = b"\x00\x00\x00\x18ftypheic" + b"\x00" * 20
        page = send(("a.heic", heic, "image/heic"), ("a.png", PNG, "image/png"))
        request = Request.search([]) - before
        self.assertEqual(len(request), 1)
        self.assertEqual(request.message_attachment_count, 2)
        self.assertIn("We have received your request", page)
        self.assertNotIn("<script>alert", page)
        # double click, or the back button and sent again
        self.assertIn("received already", send())
        self.assertEqual(Request.search([]) - before, request)

    def test_portal_request_shows_the_visit(self):
        """The customer sees planned time and technician; a draft visit is not shown,
        attachments and messages of others are not served."""
        order = self._plan(self._create_order(self._create_request()))
        request = order.request_id
        self.portal_user.password = "as_portal_pw1"
        self.authenticate("as_portal", "as_portal_pw1")
        page = self.url_open(f"/my/requests/{request.id}").text
        self.assertNotIn(order.name, page)
        order.action_dispatch()
        page = self.url_open(f"/my/requests/{request.id}").text
        self.assertIn(order.name, page)
        self.assertIn(self.technician.name, page)
        other = self.env["res.partner"].create({"name": "Other", "is_company": True})
        foreign = self._create_request(partner_id=other.id, lot_id=False)
        file = self.env["ir.attachment"].create(
            {
                "name": "secret.png",
                "raw": PNG,
                "res_model": foreign._name,
                "res_id": foreign.id,
            }
        )
        token = request._portal_ensure_token()
        for path in (
            f"/my/requests/{foreign.id}?access_token={token}",
            f"/web/content/{file.id}?access_token={token}",
            f"/web/image/{file.id}",
        ):
            answer = self.url_open(path, allow_redirects=False)
            self.assertNotIn(foreign.name, answer.text, path)
            self.assertNotIn(PNG, answer.content, path)

    def _value(self, html, name):
        marker = f'name="{name}" value="'
        start = html.index(marker) + len(marker)
        return html[start : html.index('"', start)]

    def _csrf(self, html):
        marker = 'name="csrf_token" value="'
        start = html.index(marker) + len(marker)
        return html[start : html.index('"', start)]

    def test_portal_user_without_company(self):
        """Portal: a user of no customer sees and guesses nothing."""
        request = self._create_request()
        stranger = new_test_user(
            self.env, login="as_stranger", groups="base.group_portal"
        )
        self.assertFalse(request.with_user(stranger).has_access("read"))
