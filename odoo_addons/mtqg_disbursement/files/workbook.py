"""From the bytes of a workbook to sheets, through the parser."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from tempfile import NamedTemporaryFile

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from .cells import plain_cell
from .limits import Limits
from .parser import ParsedSheet, Parser
from .refusal import FileRefused
from .sheet import Cell, Table
from .xlsx import Parts, check_xlsx, repack
from .xlsx_names import dropped_cells, sheet_names

DAMAGE = (CalamineError, OSError, ValueError)
# of a process of its own: some millions of cells, and their texts
CHILD_MEMORY = 256 * 2**20
CHILD_MEMORY_PER_BYTE = 40
Places = dict[tuple[int, int], str]


def open_workbook(content: bytes, limits: Limits) -> list[Table]:
    """Check an XLSX workbook and open its sheets, to be read row by row.

    A large one is parsed in a process of its own while it is checked here.

    :raise FileRefused: what ``check_xlsx`` refuses, and what is damaged beyond reading;
        while rows are read also a cell longer than the limit
    """
    if len(content) < limits.apart:
        return open_parts(check_xlsx(content, limits), limits)
    memory = CHILD_MEMORY + len(content) * CHILD_MEMORY_PER_BYTE
    parser = Parser(content, ".xlsx", memory)
    parts = check_xlsx(content, limits)
    dropped = _find_dropped(parts)
    try:
        sheets = parser.sheets()
    except FileRefused:
        # it may have wanted more memory; what was checked may be parsed here
        return open_parts(parts, limits)
    return [
        table_of(sheet, sheet.name, limits, sheet.is_hidden, dropped.get(sheet.name))
        for sheet in sheets
    ]


def open_parts(parts: Parts, limits: Limits) -> list[Table]:
    """Open the sheets of checked parts, which are used up.

    :raise FileRefused: damaged beyond reading
    """
    dropped = _find_dropped(parts)
    try:
        # a file is read where it lies; bytes would be held a second time
        with NamedTemporaryFile(suffix=".xlsx") as file:
            repack(parts, file)
            file.flush()
            book = CalamineWorkbook.from_path(file.name)
        return [
            table_of(
                book.get_sheet_by_index(index),
                about.name,
                limits,
                about.visible != SheetVisibleEnum.Visible,
                dropped.get(about.name),
            )
            for index, about in enumerate(book.sheets_metadata)
            if about.typ == SheetTypeEnum.WorkSheet
        ]
    except DAMAGE as error:
        raise FileRefused(code="broken") from error


def table_of(
    sheet: CalamineSheet | ParsedSheet,
    name: str,
    limits: Limits,
    is_hidden: bool,
    dropped: Places | None = None,
) -> Table:
    """Give a sheet, parsed once, to be read row by row as often as wanted."""
    # a sheet that does not begin at A1, or lacks cells, has no plain rows
    is_plain = not dropped and sheet.start in (None, (0, 0))
    return Table(
        name,
        partial(_rows, sheet, dropped or {}, limits),
        is_hidden,
        [(*start, *end) for start, end in sheet.merged_cell_ranges or ()],
        sheet if is_plain and isinstance(sheet, ParsedSheet) else None,
    )


def _find_dropped(parts: Parts) -> dict[str, Places]:
    """Find what the parser will give as empty, by the title of the sheet."""
    return {
        title: dropped_cells(parts[name])
        for name, title in sheet_names(parts).items()
        if name in parts
    }


def _rows(
    sheet: CalamineSheet | ParsedSheet, dropped: Places, limits: Limits
) -> Iterator[list[Cell]]:
    """Read one sheet; its first row is row 1 and its first column A."""
    missing, number = _by_row(dropped), -1
    try:
        left = [None] * (sheet.start[1] if sheet.start else 0)
        for number, values in enumerate(sheet.iter_rows()):
            row = left + [plain_cell(value) for value in values]
            _restore(row, missing.pop(number, {}))
            _check_lengths(row, limits)
            yield row
    except DAMAGE as error:
        raise FileRefused(code="broken") from error
    yield from _rows_beyond(number + 1, missing)


def _by_row(dropped: Places) -> dict[int, dict[int, str]]:
    """Sort what the parser gives as empty by its row."""
    rows: dict[int, dict[int, str]] = {}
    for (row, column), text in dropped.items():
        rows.setdefault(row, {})[column] = text
    return rows


def _restore(row: list[Cell], texts: dict[int, str]) -> None:
    """Put back what the parser gave as empty."""
    for column, text in texts.items():
        row.extend([None] * (column + 1 - len(row)))
        row[column] = text


def _rows_beyond(
    first: int, missing: dict[int, dict[int, str]]
) -> Iterator[list[Cell]]:
    """Give the rows under the last one of the parser, which it dropped whole."""
    for number in range(first, max(missing, default=-1) + 1):
        row: list[Cell] = []
        _restore(row, missing.get(number, {}))
        yield row


def _check_lengths(row: list[Cell], limits: Limits) -> None:
    """Refuse a text longer than the limit (texts kept inside their cells)."""
    for cell in row:
        if isinstance(cell, str) and len(cell) > limits.cell_length:
            raise FileRefused(code="text_too_long", limit=limits.cell_length)
