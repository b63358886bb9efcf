# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from .xlsx_page import get_row_height, set_up_page


class HistoryXlsx(models.AbstractModel):
    """Figures of the imported history, for the chosen lines or for all."""

    _name = "report.aftersales_service.history_xlsx"
    _inherit = "report.report_xlsx.abstract"
    _description = "Imported History (XLSX)"

    def get_workbook_options(self):
        # texts of machines and mechanics, from a file of somebody else's
        return {
            **super().get_workbook_options(),
            "strings_to_formulas": False,
            "strings_to_urls": False,
        }

    #: sheet title -> (group-by of the rows, header of the first column)
    def _get_sheets(self):
        return [
            (self.env._("By machine"), "lot_id", self.env._("Machine")),
            (self.env._("By system"), "major_system", self.env._("Major System")),
            (
                self.env._("By functional location"),
                "functional_location",
                self.env._("Location"),
            ),
            (self.env._("By year"), "event_date:year", self.env._("Year")),
        ]

    def _get_objs_for_report(self, docids, data):
        lines = super()._get_objs_for_report(docids, data)
        return lines or self.env["aftersales.history"].search([])

    def generate_xlsx_report(self, workbook, data, objs):
        """Write a sheet per grouping, then the lines that could not be read."""
        formats = {
            "head": workbook.add_format({"bold": True, "bottom": 1}),
            "money": workbook.add_format({"num_format": "#,##0.00"}),
            "total": workbook.add_format({"bold": True, "num_format": "#,##0.00"}),
            "bold": workbook.add_format({"bold": True}),
            "text": workbook.add_format({"text_wrap": True, "valign": "top"}),
        }
        for title, groupby, header in self._get_sheets():
            self._write_figures(workbook, formats, objs, title, groupby, header)
        self._write_problems(workbook, formats, objs)

    def _write_figures(self, workbook, formats, lines, title, groupby, header):
        sheet = workbook.add_worksheet(title)
        set_up_page(sheet, 0)
        sheet.set_column(0, 0, 36)
        sheet.set_column(1, 3, 16)
        sheet.write_row(
            0,
            0,
            [
                header,
                self.env._("Orders"),
                self.env._("Cost"),
                self.env._("Repeat repairs"),
            ],
            formats["head"],
        )
        figures = self.env["aftersales.history"]._read_group(
            [("id", "in", lines.ids)],
            [groupby, "is_repeat"],
            ["__count", "cost:sum"],
        )
        rows = {}
        for key, is_repeat, count, cost in figures:
            row = rows.setdefault(self._get_label(key, groupby), [0, 0.0, 0])
            row[0] += count
            row[1] += cost
            row[2] += count if is_repeat else 0
        index = 1
        for label, (count, cost, repeats) in rows.items():
            sheet.write(index, 0, label)
            sheet.write(index, 1, count)
            sheet.write(index, 2, cost, formats["money"])
            sheet.write(index, 3, repeats)
            index += 1
        sheet.write(index, 0, self.env._("Total"), formats["bold"])
        for column, letter in ((1, "B"), (2, "C"), (3, "D")):
            total = sum(row[column - 1] for row in rows.values())
            sheet.write_formula(
                index,
                column,
                f"=SUM({letter}2:{letter}{index})",
                formats["total" if column == 2 else "bold"],
                total,
            )

    def _get_label(self, key, groupby):
        if not key:
            return self.env._("(none)")
        if groupby.endswith(":year"):
            return key.year
        return key.display_name if isinstance(key, models.BaseModel) else key

    def _write_problems(self, workbook, formats, lines):
        sheet = workbook.add_worksheet(self.env._("Unreadable"))
        set_up_page(sheet, 0)
        widths = (14, 20, 60, 40)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.write_row(
            0,
            0,
            [
                self.env._("Date"),
                self.env._("Machine"),
                self.env._("Text"),
                self.env._("Problem"),
            ],
            formats["head"],
        )
        for index, line in enumerate(lines.filtered("problem"), 1):
            values = (line.raw_date, line.asset, line.short_text, line.problem)
            row = [value or "" for value in values]
            sheet.set_row(index, get_row_height(row, widths))
            sheet.write_row(index, 0, row, formats["text"])
