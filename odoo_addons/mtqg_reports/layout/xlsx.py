"""Pages -> the bytes of an XLSX file, ready to print on A4.

XlsxWriter is the only guest of this room. Every text is written as a text cell:
nothing a user typed can become a formula, a link or a number.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]

from .formats import ALIGNMENTS, NUMBER_FORMATS, Kind, Value, as_number
from .heading import heading_cells, heading_depth
from .page import MOTTO, NATION, Letterhead, Page, Signature
from .table import Column, Row, Style, Table

OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
FONT = "Times New Roman"
A4 = 9
MARGINS_INCH = {"left": 0.6, "right": 0.4, "top": 0.6, "bottom": 0.6}
CELL_LIMIT = 32_767
NAME_LIMIT = 31
LINE_POINTS = 17
SIGNATURE_ROWS = 4

LOOKS: dict[str, dict[str, Any]] = {
    "superior": {"align": "center"},
    "issuer": {"align": "center", "bold": True},
    "nation": {"align": "center", "bold": True},
    "motto": {"align": "center", "bold": True, "underline": 1},
    "place": {"align": "center", "italic": True},
    "title": {"align": "center", "bold": True, "font_size": 14, "text_wrap": True},
    "subtitle": {"align": "center", "italic": True, "text_wrap": True},
    "money": {"align": "right", "italic": True},
    "heading": {"align": "center", "bold": True, "text_wrap": True, "border": 1},
    "note": {"italic": True, "text_wrap": True, "valign": "top"},
    "lead": {"text_wrap": True, "valign": "top"},
    "paragraph": {"text_wrap": True, "valign": "top"},
    "form": {"align": "right", "bold": True},
    "form_basis": {"align": "right", "italic": True, "text_wrap": True},
    "office": {"align": "center", "bold": True, "text_wrap": True},
    "manner": {"align": "center", "italic": True},
}
ROW_LOOKS: dict[Style, dict[str, Any]] = {
    Style.BODY: {},
    Style.GROUP: {"bold": True, "bg_color": "#F2F2F2"},
    Style.TOTAL: {"bold": True, "top": 2},
}


def write_workbook(pages: Iterable[Page], title: str, created: datetime) -> bytes:
    """Return an XLSX file with one sheet per page.

    `created` stamps the file: the same pages and moment give the same bytes.
    Raises ValueError for an amount beyond 9e15 đồng.
    """
    output = io.BytesIO()
    workbook = xlsxwriter.Workbook(output, OPTIONS)
    workbook.set_properties({"title": title, "created": created})
    workbook.formats[0].set_font_name(FONT)
    names: set[str] = set()
    for page in pages:
        name = _sheet_name(page.table.name, names)
        names.add(name.lower())
        _Sheet(workbook, workbook.add_worksheet(name), page).write()
    workbook.close()
    return output.getvalue()


def _sheet_name(wanted: str, taken: set[str]) -> str:
    """Return a name Excel accepts: no []:*?/\\ or outer quotes, 31 long, unique."""
    plain = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", wanted).strip(" '")[:NAME_LIMIT]
    name, number = plain or "Sheet", 2
    while name.lower() in taken or name.lower() == "history":
        suffix = f" ({number})"
        name = f"{plain[: NAME_LIMIT - len(suffix)]}{suffix}"
        number += 1
    return name


class _Sheet:
    """Writes one page from the top down; `row` is where the next line goes."""

    def __init__(self, workbook: Any, sheet: Any, page: Page) -> None:
        self.workbook, self.sheet, self.page = workbook, sheet, page
        self.table: Table = page.table
        self.last = len(self.table.columns) - 1
        self.row = 0
        self._formats: dict[tuple[Any, ...], Any] = {}

    def write(self) -> None:
        """Write the whole page."""
        self._set_up_paper()
        for line, text in enumerate(self.page.form):
            self._line(text, "form_basis" if line else "form")
        if self.page.letterhead:
            self._write_letterhead(self.page.letterhead)
        self._write_title()
        self._write_heading()
        self._write_rows()
        self._write_texts(self.table.paragraphs, "paragraph")
        self._write_texts(self.table.notes, "note")
        if self.page.signatures:
            self._write_signatures(self.page.signatures)
        self.sheet.print_area(0, 0, max(self.row - 1, 0), self.last)

    # paper

    def _set_up_paper(self) -> None:
        if self.table.landscape:
            self.sheet.set_landscape()
        self.sheet.set_paper(A4)
        self.sheet.set_margins(**MARGINS_INCH)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.center_horizontally()
        self.sheet.set_footer(f'&C&"{FONT},Regular"&10&P/&N')
        self.sheet.hide_gridlines(2)
        for index, column in enumerate(self.table.columns):
            self.sheet.set_column(index, index, column.characters, self._look("base"))

    # cells

    def _look(self, name: str, **extra: Any) -> Any:
        """Return the format of that look, made once."""
        key = (name, *sorted(extra.items()))
        if key not in self._formats:
            look = {"font_name": FONT, "font_size": 12, "valign": "vcenter"}
            self._formats[key] = self.workbook.add_format(
                {**look, **LOOKS.get(name, {}), **extra}
            )
        return self._formats[key]

    def _text(self, row: int, column: int, text: str, look: Any) -> None:
        """Write a text as a text, whatever it begins with."""
        if text:
            self.sheet.write_string(row, column, _cut(text), look)
        else:
            self.sheet.write_blank(row, column, None, look)

    def _span(self, first: int, last: int, text: str, look: Any, rows: int = 1) -> None:
        """Write a text over several cells of the current line(s)."""
        bottom = self.row + rows - 1
        if (first, self.row) != (last, bottom):
            # the merge writes an empty cell, so the text never passes a guess
            self.sheet.merge_range(self.row, first, bottom, last, "", look)
        self._text(self.row, first, text, look)

    def _line(self, text: str, look: str) -> None:
        """Write a text over the whole width, on as many lines as it takes."""
        lines = -(-len(text) // max(self._width(), 1))
        self.sheet.set_row(self.row, LINE_POINTS * max(lines, 1))
        self._span(0, self.last, text, self._look(look))
        self.row += 1

    def _width(self) -> int:
        return sum(column.characters for column in self.table.columns)

    # parts of the page

    def _write_letterhead(self, letterhead: Letterhead) -> None:
        split = self._middle()
        right_end = max(self.last, split + 1)
        left, right = letterhead.left, (NATION, MOTTO)
        for line, looks in enumerate((("superior", "nation"), ("issuer", "motto"))):
            self._span(0, split, left[line], self._look(looks[0]))
            self._span(split + 1, right_end, right[line], self._look(looks[1]))
            self.row += 1
        if letterhead.is_dated:
            place = letterhead.place_and_day
            self._span(split + 1, right_end, place, self._look("place"))
            self.row += 1
        self.row += 1

    def _middle(self) -> int:
        """Return the last column of the left half, by width; each half has one."""
        seen, half = 0, self._width() / 2
        for index, column in enumerate(self.table.columns):
            seen += column.characters
            if seen >= half:
                return min(index, max(self.last - 1, 0))
        return 0

    def _write_title(self) -> None:
        self._line(self.table.title, "title")
        for subtitle in self.table.subtitles:
            self._line(subtitle, "subtitle")
        for lead in self.table.leads:
            self._line(lead, "lead")
        if self.table.money_label:
            self._line(self.table.money_label, "money")
        else:
            self.row += 1

    def _write_heading(self) -> None:
        top, look = self.row, self._look("heading")
        height = heading_depth(self.table.columns)
        for cell in heading_cells(self.table.columns):
            self.row = top + cell.line
            last = cell.column + cell.columns - 1
            self._span(cell.column, last, cell.text, look, rows=cell.lines)
        lines = max(_lines(column, column.heading) for column in self.table.columns)
        self.sheet.set_row(top + height - 1, LINE_POINTS * max(lines, 2))
        self.row = top + height
        for index, number in enumerate(self.table.numbers):
            self._text(self.row, index, number, look)
        self.row += 1
        self.sheet.repeat_rows(top, self.row - 1)
        self.sheet.freeze_panes(self.row, 0)

    def _write_rows(self) -> None:
        for row in self.table.rows:
            for index, value in enumerate(row.values):
                column = self.table.columns[index]
                indent = row.level if column.kind is Kind.TEXT else 0
                look = self._cell_look(column.kind, row.style, indent)
                self._write_value(index, column.kind, value, look)
            self._fit_height(row)
            self.row += 1

    def _fit_height(self, row: Row) -> None:
        """Make a row as high as its longest text; not every program does it itself."""
        texts = zip(self.table.columns, row.values, strict=False)
        lines = max(
            (_lines(column, text) for column, text in texts if isinstance(text, str)),
            default=1,
        )
        self.sheet.set_row(self.row, LINE_POINTS * lines)

    def _cell_look(self, kind: Kind, style: Style, indent: int) -> Any:
        extra: dict[str, Any] = {"border": 1, "align": ALIGNMENTS[kind]}
        if kind is Kind.MONEY:
            extra["num_format"] = self.table.money_unit.number_format
        elif kind in NUMBER_FORMATS:
            extra["num_format"] = NUMBER_FORMATS[kind]
        else:
            extra.update(text_wrap=True, num_format="@", indent=indent)
        return self._look("cell", **{**extra, **ROW_LOOKS[style]})

    def _write_value(self, index: int, kind: Kind, value: Value, look: Any) -> None:
        if value is None:
            self.sheet.write_blank(self.row, index, None, look)
        elif isinstance(value, str):
            self._text(self.row, index, value, look)
        elif isinstance(value, date):
            self.sheet.write_datetime(self.row, index, value, look)
        else:
            self.sheet.write_number(self.row, index, as_number(kind, value), look)

    def _write_texts(self, texts: Sequence[str], look: str) -> None:
        if texts:
            self.row += 1
        for text in texts:
            self._line(text, look)

    def _write_signatures(self, signatures: Sequence[Signature]) -> None:
        self.row += 1
        spans = self._signature_spans(len(signatures))
        parts = [("office", "office"), ("manner", "manner"), ("name", "office")]
        if any(signature.day for signature in signatures):
            parts.insert(0, ("day", "place"))
        for attribute, look in parts:
            if attribute == "name":
                self.row += SIGNATURE_ROWS
            for (first, last), signature in zip(spans, signatures, strict=False):
                text = getattr(signature, attribute)
                self._span(first, last, text, self._look(look))
            self.row += 1

    def _signature_spans(self, count: int) -> list[tuple[int, int]]:
        """Divide the columns among the signatures as equally as their widths allow."""
        columns, width = self.table.columns, self._width()
        ends: list[int] = []
        seen = 0
        for index, column in enumerate(columns):
            seen += column.characters
            if seen * count >= width * (len(ends) + 1) or index == self.last:
                ends.append(index)
        firsts = [0, *(end + 1 for end in ends[:-1])]
        return list(zip(firsts, ends, strict=True))


def _lines(column: Column, text: str) -> int:
    """Return how many lines a text takes in the column's width."""
    return -(-len(text) // max(column.characters - 2, 1))


def _cut(text: str) -> str:
    """Shorten a text that a cell cannot hold; the dots say that it was shortened."""
    return text if len(text) <= CELL_LIMIT else f"{text[: CELL_LIMIT - 1]}…"
