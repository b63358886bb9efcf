# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import html
import io
import re
import unicodedata
from bisect import bisect_right

from lxml import etree

from odoo.tools.pdf import PdfFileReader

#: a text that a form must neither cut nor run as a script
LONG_TEXT = "<script>alert(1)</script> " + "主轴承座温升过高,拆检后更换密封圈。" * 40
#: lines of the long forms
LINES = 65


#: radicals, as a PDF may name characters, that NFKC does not resolve (or by the
#: traditional character)
RADICALS = str.maketrans(
    "⺟⻁⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻬⻮⻰戶",
    "母虎西见角贝车长门青韦页风飞食马骨鬼鱼鸟麦黄齐齿龙户",
)


def squeeze(text):
    """Return the text without white space and compatibility characters: a PDF breaks
    lines where there is room and names some characters by their radical."""
    return "".join(unicodedata.normalize("NFKC", text).translate(RADICALS).split())


def is_printed(text, printed):
    """Return whether the text is there, whole or going on after one page's end."""
    head = bisect_right(
        range(len(text)), False, key=lambda end: text[: end + 1] not in printed
    )
    return text[head:] in printed


class FormsMixin:
    """Asserts what every printed form has in common, in both languages."""

    def assertForm(self, report, record, title, number=None, pages=1, code=None):
        """Render ``report`` in both languages, as page and as PDF.

        :param title: the English title; in Chinese its translation is printed
        :param number: the document number on the form; default: the record's name
        :param pages: number of pages the PDF has at least
        :param code: address in the QR code; default: the record's page
        :return: the text of the form in Chinese
        """
        url = f"{record.get_base_url()}/odoo/{record._name}/{record.id}"
        # the barcode widget names what it encodes
        barcode = re.escape(code or url) + r'" src="data:image/png;base64,'
        text, titles = "", {}
        for lang in ("en_US", "zh_CN"):
            Report = self.env["ir.actions.report"].with_context(lang=lang)
            source = Report._render_qweb_html(report, record.ids)[0].decode()
            text = html.unescape(re.sub(r"<[^>]+>", "", source))
            where = f"{report} {lang}"
            self.assertTrue((number or record.name) in text, f"{where}: number")
            self.assertFalse("<script>alert" in source, where)
            self.assertTrue(
                re.search(barcode, html.unescape(source)), f"{where}: QR code"
            )
            titles[lang] = title in text
            self.assertPrinted(Report, report, record, source, pages)
        self.assertRegex(text, r"[\u4e00-\u9fff]")
        self.assertEqual(titles, {"en_US": True, "zh_CN": False}, f"{report}: title")
        return text

    def assertPrinted(self, Report, report, record, source, pages):
        """Assert that the PDF shows every text of the page ``source``, cuts none."""
        pdf, kind = Report.with_context(force_report_rendering=True)._render_qweb_pdf(
            report, record.ids
        )
        self.assertEqual(kind, "pdf")
        sheets = PdfFileReader(io.BytesIO(pdf)).pages
        self.assertGreaterEqual(len(sheets), pages, report)
        texts = [squeeze(sheet.extract_text()) for sheet in sheets]
        paper = Report._get_report(report).get_paperformat()
        for number, text in enumerate(texts, start=1):
            foot = f"{number}/{len(sheets)}"
            is_numbered = text.endswith(foot)
            self.assertEqual(is_numbered, paper.format != "custom", f"{report} {foot}")
        printed = "".join(texts)
        shown = etree.HTML(source).xpath(
            "//body//text()"
            "[not(ancestor::script or ancestor::style or ancestor::title)]"
        )
        missing = [text for text in shown if not is_printed(squeeze(text), printed)]
        self.assertFalse(missing, f"{report} {Report.env.lang}: not printed")
        self.assertLinesWhole(source, texts, f"{report} {Report.env.lang}")

    def assertLinesWhole(self, source, texts, where):
        """Assert that no line of a table with a head is cut at the end of a page and
        that the head is above it, also on the pages after the first."""
        for table in etree.HTML(source).xpath("//table[thead]"):
            head = squeeze("".join(table.find("thead").itertext()))
            for line in table.xpath(".//tr[not(parent::thead)]"):
                cells = [squeeze("".join(cell.itertext())) for cell in line]
                if len("".join(cells)) > len(LONG_TEXT):
                    # higher than a page, perhaps
                    continue
                self.assertTrue(
                    any(
                        head in text and all(cell in text for cell in cells)
                        for text in texts
                    ),
                    f"{where}: {cells}",
                )

    def assertFormsNumbered(self, report, records):
        """Assert that printed together each form counts its own pages and shows its
        number on each."""
        pdf, _kind = (
            self.env["ir.actions.report"]
            .with_context(force_report_rendering=True)
            ._render_qweb_pdf(report, records.ids)
        )
        feet = []
        for sheet in PdfFileReader(io.BytesIO(pdf)).pages:
            foot = re.search(r"(\S+)\s+(\d+) / (\d+)", sheet.extract_text())
            self.assertTrue(foot, report)
            feet.append(foot.groups())
        pages = {name: int(count) for name, _page, count in feet}
        expected = [
            (record.name, str(page + 1), str(pages[record.name]))
            for record in records
            for page in range(pages.get(record.name, 0))
        ]
        self.assertEqual(feet, expected)
        self.assertGreater(max(pages.values()), 1)
        self.assertGreater(len(set(pages.values())), 1)

    def assertAllForms(self, module, tested):
        """Assert that ``tested`` names every PDF form of ``module``."""
        reports = self.env["ir.actions.report"].search(
            [
                ("report_type", "=", "qweb-pdf"),
                ("report_name", "=like", f"{module}.%"),
            ]
        )
        self.assertEqual(set(reports.mapped("report_name")), set(tested))
