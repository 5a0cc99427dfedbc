"""Download of a pivot table, without live formulas (see ``export``)."""

import io
import json
import re

import xlsxwriter
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import UnprocessableEntity

from odoo.http import content_disposition, request, route
from odoo.tools import osutil

from odoo.addons.web.controllers.pivot import TableExporter

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
# what the client says about sizes is not trusted beyond this
_WIDEST = 16_384
_NAME_LIMIT = 31


def place_headers(header_rows):
    """Yield (row, column, text) of column headings that span columns and rows.

    :param list header_rows: rows of dicts with ``title``, ``width`` and ``height``

    >>> tall = {"title": "Year", "width": 1, "height": 2}
    >>> wide = {"title": "Unit", "width": 2, "height": 1}
    >>> one = {"title": "A", "width": 1, "height": 1}
    >>> [cell for cell in place_headers([[tall, wide], [one]]) if cell[2]]
    [(0, 1, 'Year'), (0, 2, 'Unit'), (1, 2, 'A')]
    """
    taken = set()
    for row, headers in enumerate(header_rows):
        column = 1
        for header in headers:
            while (row, column) in taken:
                column += 1
            width = min(header["width"], _WIDEST)
            for below in range(min(header["height"], len(header_rows) - row)):
                for right in range(width):
                    taken.add((row + below, column + right))
                    title = "" if below or right else header["title"]
                    yield row + below, column + right, title
            column += width


def write_cell(worksheet, row, column, value, style=None):
    """Write a number as a number, all else as text whatever it looks like."""
    if isinstance(value, (int, float)):
        worksheet.write_number(row, column, value, style)
    elif value:
        worksheet.write_string(row, column, str(value), style)
    else:
        worksheet.write_blank(row, column, None, style)


class TextTableExporter(TableExporter):
    @route()
    def export_xlsx(self, data, **kw):
        table = json.load(data) if isinstance(data, FileStorage) else json.loads(data)
        if not table:
            raise UnprocessableEntity(request.env._("No data to export"))
        title = request.env._(
            "Pivot %(title)s (%(model_name)s)",
            title=table["title"],
            model_name=table["model"],
        )
        filename = f"{osutil.clean_filename(title)}.xlsx"
        headers = [
            ("Content-Type", _XLSX),
            ("Content-Disposition", content_disposition(filename)),
        ]
        return request.make_response(self._write_pivot(table), headers=headers)

    def _write_pivot(self, table):
        output = io.BytesIO()
        with xlsxwriter.Workbook(output, _OPTIONS) as workbook:
            name = re.sub(r"[\[\]:*?/\\']", " ", table["title"])[:_NAME_LIMIT]
            sheet = workbook.add_worksheet(name.strip() or None)
            self._write_cells(workbook, sheet, table)
        return output.getvalue()

    def _write_cells(self, workbook, sheet, table):
        plain = workbook.add_format({"pattern": 1, "bg_color": "#AAAAAA"})
        strong = workbook.add_format(
            {"bold": True, "pattern": 1, "bg_color": "#AAAAAA"}
        )
        bold = workbook.add_format({"bold": True})
        for row, column, title in place_headers(table["col_group_headers"]):
            write_cell(sheet, row, column, title, plain)
        top = len(table["col_group_headers"])
        if measures := table["measure_headers"]:
            for column, measure in enumerate(measures, start=1):
                style = strong if measure["is_bold"] else plain
                write_cell(sheet, top, column, measure["title"], style)
            sheet.set_column(0, len(measures), 16)
            top += 1
        for row, line in enumerate(table["rows"], start=top):
            title = f"{line['indent'] * '     '}{line['title']}"
            write_cell(sheet, row, 0, title, plain)
            for column, cell in enumerate(line["values"], start=1):
                style = bold if cell.get("is_bold") else None
                write_cell(sheet, row, column, cell["value"], style)
