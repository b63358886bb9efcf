# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.tools import SQL

from odoo.addons.aftersales_service.report.xlsx_page import (
    get_row_height,
    set_up_page,
)

#: rows read from the database at a time: memory stays flat whatever the number
CHUNK = 5000


class ClaimsXlsx(models.AbstractModel):
    """What the XLSX reports of claims share: period, formats, rows by chunks."""

    _name = "report.aftersales_claims.xlsx"
    _inherit = "report.report_xlsx.abstract"
    _description = "Claims (XLSX)"

    #: index of the header row of every table
    HEADER_ROW = 3

    def get_workbook_options(self):
        # constant memory: a row is on disk before the next one is written
        return {
            **super().get_workbook_options(),
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
        }

    def _get_objs_for_report(self, docids, data):
        return self.env["aftersales.claim.xlsx"].browse(docids)

    def generate_xlsx_report(self, workbook, data, objs):
        self.env["aftersales.claim.cost"].check_access("read")
        self.env.flush_all()
        for wizard in objs:
            decimals = wizard.company_id.currency_id.decimal_places
            amount = "#,##0" + ("." + "0" * decimals if decimals else "")
            head = {"bold": True, "bg_color": "#D9E1F2", "border": 1, "text_wrap": 1}
            total = {"bold": True, "top": 1}
            formats = {
                "title": workbook.add_format({"bold": True, "font_size": 14}),
                "header": workbook.add_format(head),
                "number_header": workbook.add_format({**head, "align": "right"}),
                "text": workbook.add_format({"text_wrap": 1, "valign": "top"}),
                "number": workbook.add_format({"valign": "top"}),
                "count": workbook.add_format({"num_format": "#,##0", "valign": "top"}),
                "money": workbook.add_format({"num_format": amount, "valign": "top"}),
                "date": workbook.add_format(
                    {"num_format": "yyyy-mm-dd", "valign": "top", "align": "left"}
                ),
                "total": workbook.add_format(total),
                "count_total": workbook.add_format({**total, "num_format": "#,##0"}),
                "money_total": workbook.add_format({**total, "num_format": amount}),
            }
            self._write_sheets(workbook, wizard, formats)

    def _write_sheets(self, workbook, wizard, formats):
        """Hook: write the sheets of one report."""

    # === TOOLING ===#
    def _write_table(self, workbook, wizard, formats, title, columns, rows):
        """Write one sheet: title, period, header, ``rows`` one by one, totals.

        :param columns: list of (label, width, kind), kind one of text, date, number,
            count, money; the columns of the last two are totalled
        :param rows: iterable of lists
        :return: number of rows written
        """
        sheet = workbook.add_worksheet(title[:31])
        set_up_page(sheet, self.HEADER_ROW)
        for index, (_label, width, _kind) in enumerate(columns):
            sheet.set_column(index, index, width)
        sheet.write_string(0, 0, title, formats["title"])
        sheet.write_string(1, 0, wizard.company_id.name)
        sheet.write_string(2, 0, f"{wizard.date_from} – {wizard.date_to}")
        labels, widths, kinds = zip(*columns, strict=True)
        sheet.set_row(self.HEADER_ROW, get_row_height(labels, widths))
        for index, (label, kind) in enumerate(zip(labels, kinds, strict=True)):
            style = "header" if kind in ("text", "date") else "number_header"
            sheet.write_string(self.HEADER_ROW, index, label, formats[style])
        writers = [self._get_writer(sheet, formats, kind) for kind in kinds]
        totalled = [i for i, kind in enumerate(kinds) if kind in ("count", "money")]
        totals = dict.fromkeys(totalled, 0.0)
        row_index = self.HEADER_ROW
        for row in rows:
            row_index += 1
            sheet.set_row(row_index, get_row_height(row, widths))
            for index, value in enumerate(row):
                if value is not None and value is not False and value != "":
                    writers[index](row_index, index, value)
            for index in totalled:
                totals[index] += float(row[index] or 0)
        row_index += 1
        sheet.write_string(row_index, 0, self.env._("Total"), formats["total"])
        for index in range(1, len(columns)):
            if index not in totals:
                sheet.write_blank(row_index, index, None, formats["total"])
                continue
            total, kind = totals[index], kinds[index]
            if kind == "money":
                total = wizard.company_id.currency_id.round(total)
            sheet.write_number(row_index, index, total, formats[f"{kind}_total"])
        return row_index - self.HEADER_ROW - 1

    def _get_writer(self, sheet, formats, kind):
        if kind == "date":
            return lambda row, column, value: sheet.write_datetime(
                row, column, value, formats["date"]
            )
        write = sheet.write_string if kind == "text" else sheet.write_number
        return lambda row, column, value: write(row, column, value, formats[kind])

    def _iter_rows(self, model, domain, select, joins):
        """Yield the SQL rows of ``model`` that the user may read, by chunks.

        :param select: SQL of the columns; the table is called ``t``
        :param joins: SQL of the joins
        """
        # raw SQL: a hundred thousand lines as records would fill the memory; the
        # record rules come in through the ORM's own query
        readable = self.env[model]._search(domain).subselect()
        table = SQL.identifier(self.env[model]._table)
        last = 0
        while True:
            rows = self.env.execute_query(
                SQL(
                    "SELECT t.id, %s FROM %s t %s WHERE t.id > %s AND t.id IN %s"
                    " ORDER BY t.id LIMIT %s",
                    select,
                    table,
                    joins,
                    last,
                    readable,
                    CHUNK,
                )
            )
            yield from (row[1:] for row in rows)
            if len(rows) < CHUNK:
                return
            last = rows[-1][0]

    def _iter_records(self, model, domain, order):
        """Yield the records the user may read in ``order``, by chunks; what was
        read of a chunk is forgotten before the next one."""
        found = self.env[model].search(domain, order=order)
        for start in range(0, len(found), CHUNK):
            # a recordset of its own: prefetching stays within the chunk
            yield from self.env[model].browse(found.ids[start : start + CHUNK])
            self.env.invalidate_all(flush=False)

    def _sql_translated(self, column):
        """Return the SQL of a translated column in the user's language."""
        column = SQL.identifier(*column.split("."))
        return SQL(
            "COALESCE(%s->>%s, %s->>'en_US')",
            column,
            self.env.lang or "en_US",
            column,
        )

    def _get_labels(self, model, field):
        return dict(self.env[model]._fields[field]._description_selection(self.env))
