# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import io

from reportlab.lib.units import mm
from reportlab.pdfgen import canvas

from odoo import models
from odoo.tools.pdf import PdfFileReader, PdfFileWriter
from odoo.tools.safe_eval import safe_eval, time


class IrActionsReport(models.Model):
    """Document number and page on every page of the printed forms, also of several
    printed at once.

    Not by the footer of wkhtmltopdf: builds without "patched qt", as distributions
    have them, leave it out."""

    _inherit = "ir.actions.report"

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        report = self._get_report(report_ref)
        render = super()._render_qweb_pdf_prepare_streams
        if not res_ids or not report.report_name.startswith("aftersales_"):
            return render(report_ref, data, res_ids=res_ids)
        # one after the other: builds without "patched qt" refuse several documents
        # at once, and only so is it known on which page each begins
        streams = {}
        for res_id in res_ids:
            streams |= render(report_ref, data and dict(data), res_ids=[res_id])
        if report.get_paperformat().format == "custom":
            # a label has room for nothing else
            return streams
        for res_id, values in streams.items():
            # one kept as attachment was numbered when it was made
            if res_id and values["stream"] and not values["attachment"]:
                record = self.env[report.model].browse(res_id)
                values["stream"] = report._number_form_pages(values["stream"], record)
        return streams

    def _number_form_pages(self, stream, record):
        """Return the PDF of one form with its number and ``page / pages`` at the foot
        of each page.

        :param stream: file of the PDF
        :param record: the document printed
        """
        old = PdfFileReader(stream, strict=False)
        name = self._get_form_number(record)
        packet = io.BytesIO()
        feet = canvas.Canvas(packet)
        count = len(old.pages)
        for number, page in enumerate(old.pages, start=1):
            width = float(page.mediabox.width)
            feet.setPageSize((width, float(page.mediabox.height)))
            feet.setFont("Helvetica", 9)
            text = f"{name}    {number} / {count}".strip()
            feet.drawRightString(width - 12 * mm, 6 * mm, text)
            feet.showPage()
        feet.save()
        new = PdfFileWriter()
        for page, foot in zip(old.pages, PdfFileReader(packet).pages, strict=True):
            page.merge_page(foot)
            new.add_page(page)
        result = io.BytesIO()
        new.write(result)
        return result

    def _get_form_number(self, record):
        """Return the number of the document as its file is called; nothing where it
        has signs that the fonts of every PDF viewer lack."""
        name = record.display_name
        if self.print_report_name:
            name = safe_eval(self.print_report_name, {"object": record, "time": time})
        return name if name and name.isascii() else ""
