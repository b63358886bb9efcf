# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import io

from reportlab.lib.units import mm
from reportlab.pdfgen import canvas

from odoo import api, models
from odoo.tools.misc import file_open
from odoo.tools.pdf import PdfFileReader, PdfFileWriter
from odoo.tools.safe_eval import safe_eval, time

from odoo.addons.base.models.report_paperformat import PAPER_SIZES

#: pixels of the forms' layout for a millimetre of paper. More than wkhtmltopdf takes
#: by itself (4.7 to 4.9, as the build is): it then shrinks the layout to the paper,
#: and with every build to the same size
FORM_RESOLUTION = 5
#: pixels left free at the end of a page: rounding must not push out its last line
FORM_RESERVE = 8
PAGE_SCRIPT = "aftersales_service/static/src/print/form_pages.js"


class IrActionsReport(models.Model):
    """Pages of the printed forms, the same with every build of wkhtmltopdf: broken
    between lines, heads of tables repeated, document number and page on every page,
    also of several documents printed at once.

    Not by wkhtmltopdf itself: builds without "patched qt", as distributions have
    them, leave the footer out and repeat no heads; the others draw the head over
    a line that they cut."""

    _inherit = "ir.actions.report"

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        report = self._get_report(report_ref)
        render = super()._render_qweb_pdf_prepare_streams
        if not res_ids or not report._is_aftersales_form():
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

    def _run_wkhtmltopdf(self, bodies, report_ref=False, **kwargs):
        """Our forms bring head and foot along, and what breaks them into pages."""
        report = self._get_report(report_ref) if report_ref else self
        if not report._is_aftersales_form():
            return super()._run_wkhtmltopdf(bodies, report_ref=report_ref, **kwargs)
        kwargs |= {"header": None, "footer": None}
        paperformat = report.get_paperformat()
        bodies = [self._add_page_breaks(body, paperformat) for body in bodies]
        forms = self.with_context(aftersales_form=True)
        return super(IrActionsReport, forms)._run_wkhtmltopdf(
            bodies, report_ref=report_ref, **kwargs
        )

    def _build_wkhtmltopdf_args(self, *args, **kwargs):
        """The second that Odoo gives scripts to draw is not needed by our forms: all
        is done when they are loaded. A wait that was configured stays."""
        command = super()._build_wkhtmltopdf_args(*args, **kwargs)
        # sudo: a setting of the whole server, as Odoo reads it itself
        parameters = self.env["ir.config_parameter"].sudo()
        if self.env.context.get("aftersales_form") and not parameters.get_param(
            "report.print_delay"
        ):
            command[command.index("--javascript-delay") + 1] = "0"
        return command

    def _is_aftersales_form(self):
        return (self.report_name or "").startswith("aftersales_")

    @api.model
    def _add_page_breaks(self, body, paperformat):
        """Return the page of a form with the script that breaks it into pages; labels
        have one only.

        :param str body: whole HTML document
        :param paperformat: of the report
        """
        sizes = {size["key"]: size for size in PAPER_SIZES if "width" in size}
        size = sizes.get(paperformat.format)
        if not size:
            return body
        width, height = size["width"], size["height"]
        if paperformat.orientation == "Landscape":
            width, height = height, width
        width -= paperformat.margin_left + paperformat.margin_right
        height -= paperformat.margin_top + paperformat.margin_bottom
        with file_open(PAGE_SCRIPT) as file:
            script = file.read()
        start, end, rest = body.rpartition("</body>")
        return (
            f'{start}<script id="aftersales_form_pages" '
            f'data-width="{int(width * FORM_RESOLUTION)}" '
            f'data-height="{int(height * FORM_RESOLUTION) - FORM_RESERVE}">'
            f"{script}</script>{end}{rest}"
        )

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
