import base64
import io
from datetime import date

import xlsxwriter

from odoo import fields, models
from odoo.exceptions import UserError

from ..files.limits import STATEMENT_LIMITS
from ..files.reading import open_tables
from ..files.refusal import FileRefused
from .file_messages import describe_refusal

# a sheet ends here, whatever the file was
_MOST_ROWS = 1_048_576
_LONGEST_CELL = 32_767
_EXACT = 10**15
_REMARK_WIDTH = 80


class MtqgStatement(models.Model):
    _inherit = "mtqg.statement"

    remarks_file = fields.Binary(attachment=True, readonly=True, copy=False)
    remarks_name = fields.Char(readonly=True, copy=False)

    def action_download_remarks(self):
        """Download the file with a column that says what is wrong in each row.

        :return: the action that downloads it
        :raise UserError: if the file cannot be opened at all
        """
        self.ensure_one()
        self.check_access("read")
        try:
            content = self._build_remarks()
        except FileRefused as refusal:
            raise UserError(describe_refusal(self.env, refusal)) from None
        name = (self.filename or "statement").rpartition(".")[0] or "statement"
        self.sudo().write(
            {
                "remarks_file": base64.b64encode(content),
                "remarks_name": f"{name}-remarks.xlsx",
            }
        )
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/remarks_file/"
            f"{self.remarks_name}?download=true",
            "target": "download",
        }

    def _build_remarks(self):
        """Return a workbook: the sheets of the file, with the remarks beside them."""
        remarks = {}
        for error in self.error_ids.filtered("name"):
            remarks.setdefault(error.name, []).append(f"{error.cell}: {error.reason}")
        tables = open_tables(
            self._read_content(), self.filename or "", STATEMENT_LIMITS
        )
        packed = io.BytesIO()
        with xlsxwriter.Workbook(packed, {"constant_memory": True}) as book:
            styles = {
                "day": book.add_format({"num_format": "dd/mm/yyyy"}),
                "remark": book.add_format({"font_color": "#c00000", "bold": True}),
            }
            for table in tables:
                _copy(book, table, remarks, self.env._("Remarks"), styles)
        return packed.getvalue()


def _copy(book, table, remarks, title, styles):
    """Copy a table; its remarks come in a column of their own."""
    sheet = book.add_worksheet(_sheet_name(book, table.name))
    place = max(map(len, table.head(200).rows), default=0)
    sheet.set_column(place, place, _REMARK_WIDTH)
    for number, cells in enumerate(table.rows()):
        if number == _MOST_ROWS:
            break
        for column, cell in enumerate(cells):
            _write(sheet, number, column, cell, styles)
        if found := remarks.get(f"{table.name}!{number + 1}"):
            column = max(place, len(cells))
            text = "\n".join(found)[:_LONGEST_CELL]
            sheet.write_string(number, column, text, styles["remark"])
        elif not number:
            sheet.write_string(number, place, title, styles["remark"])


def _write(sheet, row, column, cell, styles):
    """Write a cell as what it is: a text is never a formula."""
    if cell is None:
        return
    if isinstance(cell, bool):
        sheet.write_boolean(row, column, cell)
    elif isinstance(cell, int | float) and abs(cell) < _EXACT:
        sheet.write_number(row, column, cell)
    elif isinstance(cell, date):
        sheet.write_datetime(row, column, cell, styles["day"])
    else:
        sheet.write_string(row, column, str(cell)[:_LONGEST_CELL])


def _sheet_name(book, name):
    """Return the name of a sheet as workbooks allow it, or None for one of theirs."""
    wanted = "".join(c for c in name if c not in "[]:*?/\\").strip("'")[:31]
    taken = {sheet.name.lower() for sheet in book.worksheets()}
    return wanted if wanted and wanted.lower() not in taken else None
