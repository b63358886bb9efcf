# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re

from odoo.tests import HttpCase

from .common import ClaimsCommon


class ApprovalPageCommon(ClaimsCommon, HttpCase):
    """The approver at the page behind his mailed link."""

    def _mail_links(self):
        with self.enter_registry_test_mode():
            self.env.ref(
                "aftersales_service.cron_send_approval_links"
            ).method_direct_trigger()

    def _get_link(self, role):
        """Path of the link in the last mail to ``role``, the review's id not known."""
        self._mail_links()
        mail = self.env["mail.mail"].search(
            [("email_to", "=", self.users[role].email_formatted)],
            order="id desc",
            limit=1,
        )
        self.assertTrue(mail, f"no mail to {role}")
        return re.search(r"/aftersales/approval/[\w-]+", mail.body_html).group()

    def _login(self, role):
        self.authenticate(f"as_{role}", f"as_{role}")

    def _decide(self, link, decision, comment="", **typed):
        """Open the page, type ``comment`` and figures, press the button."""
        page = self.url_open(link).text
        return self.url_open(
            f"{link}/decide",
            data={
                "csrf_token": self._get_token(page),
                "decision": decision,
                "comment": comment,
                **typed,
            },
        ).text

    def _get_token(self, page):
        found = re.search(r'csrf_token: "(\w+)"', page)
        found = found or re.search(r'name="csrf_token" value="(\w+)"', page)
        return found.group(1)
