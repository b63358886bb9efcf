# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from math import ceil


def set_up_page(sheet, header_row):
    """Prepare a worksheet for paper and for scrolling: A4 across, as wide as the page,
    the header row on every page, page numbers at the foot.

    :param header_row: index of the row with the table's header
    """
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.repeat_rows(header_row)
    sheet.set_footer("&L&A&R&P / &N")
    sheet.freeze_panes(header_row + 1, 0)


def get_row_height(values, widths):
    """Return the height, in points, at which a row shows its wrapped texts whole; None
    if one line is enough. Not every program works it out by itself.

    :param values: what the cells hold
    :param widths: widths of their columns, in Latin characters
    """
    lines = 1
    for value, width in zip(values, widths, strict=False):
        if isinstance(value, str):
            lines = max(lines, _count_lines(value, width))
    # more than 409 is no height of a row
    return min(15 * lines, 400) if lines > 1 else None


def _count_lines(text, width):
    """A Chinese character takes the room of two Latin ones."""
    return sum(
        max(1, ceil(sum(1 + (ord(sign) > 0x2E7F) for sign in line) / (width - 1)))
        for line in text.split("\n")
    )
