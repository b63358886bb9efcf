# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from lxml import html

from odoo.tests import tagged

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
