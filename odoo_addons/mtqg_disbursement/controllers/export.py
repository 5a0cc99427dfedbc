"""Exports of any model, without live formulas.

Odoo hands texts to XlsxWriter's guessing ``write``, which turns ``=1+1`` into a formula
and an address into a link; its CSV lets ``@SUM(A1)`` and a leading tab through. A name
that a user typed must never run in the spreadsheet of another user.
"""

from odoo.addons.web.controllers.export import (
    CSVExport,
    ExcelExport,
    ExportXlsxWriter,
    GroupExportXlsxWriter,
)

# what spreadsheets read as the beginning of a formula, full-width forms included
_FORMULA_STARTS = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


def as_csv_text(value):
    """Return the value with texts that look like formulas marked as text.

    CSV has no types, so the mark is the apostrophe that spreadsheets and Odoo's own
    export use. Numbers stay numbers.

    >>> as_csv_text("@SUM(A1)"), as_csv_text("Xã A"), as_csv_text(-5)
    ("'@SUM(A1)", 'Xã A', -5)
    """
    if isinstance(value, bytes):
        value = value.decode()
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return f"'{value}"
    return value


class TextXlsxWriter(ExportXlsxWriter):
    """Odoo's writer, with texts that stay texts."""

    def write(self, row, column, cell_value, style=None):
        if isinstance(cell_value, str) and cell_value:
            return self.worksheet.write_string(row, column, cell_value, style)
        return super().write(row, column, cell_value, style)


class TextGroupXlsxWriter(TextXlsxWriter, GroupExportXlsxWriter):
    """The same for grouped exports; sums of whole numbers stay numbers too."""

    def _write_group_header(self, row, column, label, group, group_depth=0):
        after = super()._write_group_header(row, column, label, group, group_depth)
        for offset, field in enumerate(self.fields[1:], start=1):
            total = group.aggregated_values.get(field["name"])
            # Odoo writes them as text, and đồng are whole numbers
            if isinstance(total, int) and not isinstance(total, bool):
                self.write(row, column + offset, total, self.header_bold_style)
        return after


class TextCsvExport(CSVExport):
    def from_data(self, fields, columns_headers, rows):
        headers = [as_csv_text(header) for header in columns_headers]
        cells = [[as_csv_text(value) for value in row] for row in rows]
        return super().from_data(fields, headers, cells)


class TextExcelExport(ExcelExport):
    def from_group_data(self, fields, columns_headers, groups):
        with TextGroupXlsxWriter(fields, columns_headers, groups.count) as writer:
            row, column = 1, 0
            for name, group in groups.children.items():
                row, column = writer.write_group(row, column, name, group)
        return writer.value

    def from_data(self, fields, columns_headers, rows):
        with TextXlsxWriter(fields, columns_headers, len(rows)) as writer:
            for number, row in enumerate(rows, start=1):
                for column, value in enumerate(row):
                    writer.write_cell(number, column, value)
        return writer.value
