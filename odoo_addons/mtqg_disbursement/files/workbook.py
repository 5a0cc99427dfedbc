"""From checked parts to sheets, through the parser."""

from __future__ import annotations

import io

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from .cells import plain_cell
from .limits import Limits
from .refusal import FileRefused
from .sheet import Cell, Sheet
from .xlsx import Parts, repack
from .xlsx_names import dropped_cells, sheet_names


def read_workbook(parts: Parts, limits: Limits) -> list[Sheet]:
    """Read the sheets of checked parts.

    :param parts: what ``check_xlsx`` returned
    :raise FileRefused: damaged beyond reading, or a cell longer than the limit
    """
    dropped = {
        title: dropped_cells(parts[name])
        for name, title in sheet_names(parts).items()
        if name in parts
    }
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(repack(parts))) as workbook:
            sheets = [_read_sheet(workbook, index) for index in _worksheets(workbook)]
    except (CalamineError, OSError, ValueError) as error:
        raise FileRefused(code="broken") from error
    for sheet in sheets:
        _restore(sheet, dropped.get(sheet.name, {}))
        _check_lengths(sheet, limits)
    return sheets


def _worksheets(workbook: CalamineWorkbook) -> list[int]:
    """Number the sheets that are tables, not charts or dialogs."""
    return [
        index
        for index, about in enumerate(workbook.sheets_metadata)
        if about.typ == SheetTypeEnum.WorkSheet
    ]


def _read_sheet(workbook: CalamineWorkbook, index: int) -> Sheet:
    """Read one sheet; its first row is row 1 whatever is empty above."""
    about = workbook.sheets_metadata[index]
    sheet: CalamineSheet = workbook.get_sheet_by_index(index)
    rows = sheet.to_python(skip_empty_area=False)
    return Sheet(
        about.name,
        [[plain_cell(value) for value in row] for row in rows],
        about.visible != SheetVisibleEnum.Visible,
    )


def _restore(sheet: Sheet, dropped: dict[tuple[int, int], str]) -> None:
    """Put back what the parser gave as empty."""
    for (row, column), text in dropped.items():
        if row < len(sheet.rows) and column < len(sheet.rows[row]):
            sheet.rows[row][column] = text
        else:
            _put(sheet, row, column, text)


def _put(sheet: Sheet, row: int, column: int, text: Cell) -> None:
    """Put a cell beyond what the parser gave."""
    while len(sheet.rows) <= row:
        sheet.rows.append([])
    cells = sheet.rows[row]
    cells.extend([None] * (column + 1 - len(cells)))
    cells[column] = text


def _check_lengths(sheet: Sheet, limits: Limits) -> None:
    """Refuse a text longer than the limit (texts kept inside their cells)."""
    for row in sheet.rows:
        for cell in row:
            if isinstance(cell, str) and len(cell) > limits.cell_length:
                raise FileRefused(code="text_too_long", limit=limits.cell_length)
