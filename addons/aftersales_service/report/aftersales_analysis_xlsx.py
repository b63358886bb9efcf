# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.fields import Domain

from .xlsx_page import get_row_height, set_up_page


class AftersalesAnalysisXlsx(models.AbstractModel):
    """The XLSX reports of the service (R-KPI-03, R-KPI-06, R-DSP-15, R-PEN-06).

    Every table starts in row 5 (header) under title, company and period; amounts and
    hours are numbers, totals are in the last row.
    """

    _name = "report.aftersales_service.analysis_xlsx"
    _description = "Service Report XLSX"
    _inherit = "report.report_xlsx.abstract"

    #: index of the header row of every table
    HEADER_ROW = 4

    def get_workbook_options(self):
        return {
            **super().get_workbook_options(),
            "strings_to_formulas": False,
            "strings_to_urls": False,
        }

    def generate_xlsx_report(self, workbook, data, objs):
        for wizard in objs:
            wizard._check_allowed()
            head = {"bold": True, "bg_color": "#D9E1F2", "border": 1, "text_wrap": 1}
            cell = {"border": 1, "valign": "top"}
            workbook.aftersales_formats = {
                "title": workbook.add_format({"bold": True, "font_size": 14}),
                "header": workbook.add_format(head),
                "number_header": workbook.add_format({**head, "align": "right"}),
                "text": workbook.add_format({**cell, "text_wrap": 1}),
                "number": workbook.add_format({**cell, "num_format": "#,##0.00"}),
                "count": workbook.add_format({**cell, "num_format": "#,##0"}),
                "total": workbook.add_format(
                    {"border": 1, "bold": True, "num_format": "#,##0.00"}
                ),
                "total_count": workbook.add_format(
                    {"border": 1, "bold": True, "num_format": "#,##0"}
                ),
            }
            getattr(self, f"_write_{wizard.kind}")(workbook, wizard)

    # === TOOLING ===#
    def _add_sheet(self, workbook, wizard, name, headers, rows, totals=()):
        """Write one sheet with a table.

        :param headers: list of (label, column width)
        :param rows: list of rows; numbers stay numbers
        :param totals: indexes of the columns summed in the last row
        :return: the sheet
        """
        sheet = workbook.add_worksheet(name[:31])
        set_up_page(sheet, self.HEADER_ROW)
        sheet.write(0, 0, name, workbook.aftersales_formats["title"])
        sheet.write(1, 0, wizard.company_id.name)
        sheet.write(2, 0, f"{wizard.date_from} – {wizard.date_to}")
        labels, widths = zip(*headers, strict=True)
        # as high as every label needs
        sheet.set_row(self.HEADER_ROW, get_row_height(labels, widths))
        for column, (label, width) in enumerate(headers):
            is_number = any(self._is_number(row[column]) for row in rows)
            style = "number_header" if is_number else "header"
            sheet.write(
                self.HEADER_ROW, column, label, workbook.aftersales_formats[style]
            )
            sheet.set_column(column, column, width)
        for index, row in enumerate(rows, self.HEADER_ROW + 1):
            sheet.set_row(index, get_row_height(row, widths))
            for column, value in enumerate(row):
                sheet.write(
                    index,
                    column,
                    "" if value is None or value is False else value,
                    workbook.aftersales_formats[self._get_format(value)],
                )
        if totals and rows:
            last = self.HEADER_ROW + 1 + len(rows)
            sheet.write(
                last, 0, self.env._("Total"), workbook.aftersales_formats["total"]
            )
            for column in totals:
                total = sum(row[column] or 0 for row in rows)
                kind = "total_count" if isinstance(total, int) else "total"
                sheet.write(last, column, total, workbook.aftersales_formats[kind])
        return sheet

    def _get_format(self, value):
        if not self._is_number(value):
            return "text"
        return "count" if isinstance(value, int) else "number"

    def _is_number(self, value):
        return isinstance(value, (int, float)) and not isinstance(value, bool)

    def _get_local_time(self, value):
        """Return a datetime in the reader's time zone, as text."""
        if not value:
            return ""
        return fields.Datetime.context_timestamp(self, value).strftime("%Y-%m-%d %H:%M")

    def _get_period_domain(self, wizard, field, datetimes=True):
        """Return the domain of the days of the report, as the company's clock has
        them."""
        company, last = wizard.company_id, wizard.date_to
        domain = Domain("company_id", "=", company.id)
        if datetimes:
            start, end = company._get_aftersales_bounds(wizard.date_from, last)
            domain &= Domain(field, ">=", start) & Domain(field, "<", end)
        else:
            domain &= Domain(field, ">=", wizard.date_from) & Domain(field, "<=", last)
        if wizard.department_id:
            domain &= Domain("department_id", "child_of", wizard.department_id.id)
        return domain

    def _get_label(self, record, field):
        labels = dict(record._fields[field]._description_selection(self.env))
        return labels.get(record[field], "")
