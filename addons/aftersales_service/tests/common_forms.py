# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import html
import io
import re

from odoo.tools.pdf import PdfFileReader

#: a text that a form must neither cut nor run as a script
LONG_TEXT = "<script>alert(1)</script> " + "主轴承座温升过高,拆检后更换密封圈。" * 40
#: lines of the long forms
LINES = 65


class FormsMixin:
    """Asserts what every printed form has in common, in both languages."""

    def assertForm(self, report, record, title, number=None, pages=1, code=None):
        """Render ``report`` in both languages and, in Chinese, as PDF.

        :param title: the English title; in Chinese its translation is printed
        :param number: the document number on the form; default: the record's name
        :param pages: number of pages the PDF has at least
        :param code: address in the QR code; default: the record's page
        :return: the text of the form in Chinese
        """
        Report = self.env["ir.actions.report"]
        url = f"{record.get_base_url()}/odoo/{record._name}/{record.id}"
        # the barcode widget names what it encodes
        barcode = re.escape(code or url) + r'" src="data:image/png;base64,'
        text, titles = "", {}
        for lang in ("en_US", "zh_CN"):
            source = (
                Report.with_context(lang=lang)
                ._render_qweb_html(report, record.ids)[0]
                .decode()
            )
            text = html.unescape(re.sub(r"<[^>]+>", "", source))
            where = f"{report} {lang}"
            self.assertTrue((number or record.name) in text, f"{where}: number")
            self.assertFalse("<script>alert" in source, where)
            self.assertTrue(
                re.search(barcode, html.unescape(source)), f"{where}: QR code"
            )
            titles[lang] = title in text
        self.assertRegex(text, r"[\u4e00-\u9fff]")
        pdf, kind = Report.with_context(
            lang="zh_CN", force_report_rendering=True
        )._render_qweb_pdf(report, record.ids)
        self.assertEqual(kind, "pdf")
        self.assertGreaterEqual(len(PdfFileReader(io.BytesIO(pdf)).pages), pages)
        self.assertEqual(titles, {"en_US": True, "zh_CN": False}, f"{report}: title")
        return text

    def assertAllForms(self, module, tested):
        """Assert that ``tested`` names every PDF form of ``module``."""
        reports = self.env["ir.actions.report"].search(
            [
                ("report_type", "=", "qweb-pdf"),
                ("report_name", "=like", f"{module}.%"),
            ]
        )
        self.assertEqual(set(reports.mapped("report_name")), set(tested))
