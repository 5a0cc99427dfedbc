"""Where a table of capital lies on a sheet, and what its columns mean.

The heading may take one to three rows, with groups of columns under a common
title, and a row of column numbers under it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from itertools import pairwise, zip_longest
from typing import Any, Protocol

from .plain_words import plain
from .table_words import (
    RECOGNISED,
    Heading,
    combine,
    heading_of,
    money_unit_of,
    settle_places,
)

SEARCHED_ROWS = 60
LISTED_HEADINGS = 20
DEEPEST_HEADING = 3
COLUMN_NUMBER = re.compile(r"(?:[a-z]|\d{1,2})(?: \d{1,2})*")


class SheetLike(Protocol):
    """What is asked of a sheet: see ``files.sheet.Sheet``."""

    name: str
    rows: Sequence[Sequence[Any]]
    is_hidden: bool

    def address(self, row: int, column: int) -> str:
        """Give the A1 address of a cell counted from 0."""
        ...


@dataclass(frozen=True)
class CellError:
    """One thing wrong at one cell; ``values`` fill the sentence of ``code``."""

    sheet: str
    cell: str
    value: str
    code: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Layout:
    """A table found on a sheet.

    ``keys`` gives the columns of each key field, ``values`` the heading of each
    column of amounts, by column; ``unnamed`` are columns without a heading, as are
    those from ``width`` on. The heading ends at ``heading_row``; data start at
    ``first_row``.
    """

    sheet: SheetLike
    heading_row: int
    first_row: int
    keys: dict[str, list[int]]
    values: dict[int, Heading]
    unnamed: frozenset[int]
    width: int
    money_unit: str | None
    money_unit_cell: str

    @property
    def parts(self) -> dict[int, Heading]:
        """Columns whose amounts become lines."""
        return {c: h for c, h in self.values.items() if not h.is_total}

    @property
    def totals(self) -> dict[int, Heading]:
        """Columns whose amounts are sums of others."""
        return {c: h for c, h in self.values.items() if h.is_total}

    @property
    def is_crosstab(self) -> bool:
        """Tell whether a row may become several lines."""
        return any(h.source or h.nature for h in self.parts.values())


def cell_at(sheet: SheetLike, row: int, column: int) -> object:
    """Return a cell, or None beyond the sheet."""
    cells = sheet.rows[row] if 0 <= row < len(sheet.rows) else ()
    return cells[column] if 0 <= column < len(cells) else None


def error_at(
    sheet: SheetLike, row: int, column: int, code: str, **values: object
) -> CellError:
    """Describe something wrong at a cell."""
    value = cell_at(sheet, row, column)
    shown = "" if value is None else str(value)
    return CellError(sheet.name, sheet.address(row, column), shown, code, values)


def find_layout(sheet: SheetLike) -> tuple[Layout | None, list[CellError]]:
    """Find the table of a sheet.

    :return: the layout, or None when no heading is recognised, and what is wrong
        with the headings
    """
    found = _best_heading(sheet)
    if found is None:
        return None, _no_heading(sheet)
    top, depth, headings = found
    errors = _unknown_columns(sheet, top, depth, headings)
    layout = _build(sheet, top, depth, headings)
    return layout, errors + _doubled_columns(layout, top + depth - 1)


def _best_heading(sheet: SheetLike) -> tuple[int, int, list[Heading]] | None:
    """Find the rows that read best as a heading: where it starts, and how deep.

    A title or a unit of money just above a heading may pass for its first row, so
    the rows after the first that will do are tried as well.
    """
    best, tops = None, range(min(len(sheet.rows), SEARCHED_ROWS))
    for top in tops:
        if best and top >= best[1] + DEEPEST_HEADING:
            break
        for depth in range(1, DEEPEST_HEADING + 1):
            headings = _headings(sheet, top, depth)
            known = sum(h.kind in ("key", "value") for h in headings or ())
            if headings and (not best or known > best[0]):
                best = known, top, depth, headings
    return best[1:] if best else None


def _headings(sheet: SheetLike, top: int, depth: int) -> list[Heading] | None:
    """Read rows as one heading, or tell that they are none."""
    if top + depth > len(sheet.rows):
        return None
    if depth > 1 and not _is_continued(sheet.rows[top + 1 : top + depth]):
        return None
    rows = _spread(sheet, top, depth)
    columns = zip_longest(*rows)
    headings = settle_places([_column_heading(texts) for texts in columns])
    kinds = {heading.kind for heading in headings}
    return headings if {"key", "value"} <= kinds else None


def _is_continued(rows: Sequence[Sequence[object]]) -> bool:
    """Tell whether every cell of further heading rows is a heading."""
    cells = [[cell for cell in row if cell is not None] for row in rows]
    return all(cells) and all(
        isinstance(cell, str) and heading_of(cell).kind for row in cells for cell in row
    )


def _spread(sheet: SheetLike, top: int, depth: int) -> list[list[object]]:
    """Copy the title of a group over the columns that stand under it."""
    rows = [list(row) for row in sheet.rows[top : top + depth]]
    for upper, lower in pairwise(rows):
        upper.extend([None] * (len(lower) - len(upper)))
        title = None
        for column, below in enumerate(lower):
            if below is None or upper[column] is not None:
                title = upper[column] if below is not None else None
            else:
                upper[column] = title
    return rows


def _column_heading(texts: Iterable[object]) -> Heading:
    """Read the heading of one column from top to bottom."""
    said = [text for text in texts if text is not None]
    if not said:
        return Heading("empty")
    return reduce(combine, map(heading_of, said))


def _no_heading(sheet: SheetLike) -> list[CellError]:
    """Tell that no heading is recognised, at the row that looks most like one."""
    for row, cells in enumerate(sheet.rows[:SEARCHED_ROWS]):
        texts = [str(cell) for cell in cells if cell is not None]
        if len(texts) > 1:
            column = next(c for c, cell in enumerate(cells) if cell is not None)
            found = ", ".join(texts[:LISTED_HEADINGS])
            values = {"found": found, "recognised": RECOGNISED}
            return [error_at(sheet, row, column, "no_heading", **values)]
    return [error_at(sheet, 0, 0, "empty_sheet")]


def _unknown_columns(
    sheet: SheetLike, top: int, depth: int, headings: list[Heading]
) -> list[CellError]:
    """Name every heading that means nothing here: no column is left out quietly."""
    errors = []
    for column, heading in enumerate(headings):
        if heading.kind:
            continue
        rows = range(top + depth - 1, top - 1, -1)
        row = next(r for r in rows if cell_at(sheet, r, column) is not None)
        errors.append(
            error_at(sheet, row, column, "unknown_column", recognised=RECOGNISED)
        )
    return errors


def _build(sheet: SheetLike, top: int, depth: int, headings: list[Heading]) -> Layout:
    """Sort the columns by what they are for."""
    keys: dict[str, list[int]] = {}
    for column, heading in enumerate(headings):
        if heading.kind == "key":
            keys.setdefault(heading.field, []).append(column)
    values = {c: h for c, h in enumerate(headings) if h.kind == "value"}
    if all(heading.is_total for heading in values.values()) and len(values) == 1:
        # a table with one column of amounts may well call it "total"
        values = {c: replace(h, is_total=False) for c, h in values.items()}
    first = top + depth
    first += _is_column_numbers(sheet.rows[first]) if first < len(sheet.rows) else 0
    unit, place = _said_unit(sheet, first)
    unnamed = frozenset(c for c, h in enumerate(headings) if h.kind == "empty")
    return Layout(
        sheet, top + depth - 1, first, keys, values, unnamed, len(headings), unit, place
    )


def _doubled_columns(layout: Layout, row: int) -> list[CellError]:
    """Refuse two columns of amounts that mean the same."""
    seen: dict[Heading, int] = {}
    errors = []
    for column, heading in layout.values.items():
        if heading in seen:
            first = layout.sheet.address(row, seen[heading])
            errors.append(
                error_at(layout.sheet, row, column, "doubled_column", first=first)
            )
        seen.setdefault(heading, column)
    return errors


def _is_column_numbers(row: Sequence[object]) -> bool:
    """Tell a row that numbers the columns: A, B, 1, 2, 3=1+2."""
    texts = [plain(cell) for cell in row if cell is not None]
    if len(texts) < 3 or not all(map(COLUMN_NUMBER.fullmatch, texts)):  # noqa: PLR2004
        return False
    numbers = [int(text.split()[0]) for text in texts if text[0].isdigit()]
    return bool(numbers) and numbers == list(range(1, len(numbers) + 1))


def _said_unit(sheet: SheetLike, first_row: int) -> tuple[str | None, str]:
    """Find the unit of money said in the heading or above it, and where."""
    for row in range(first_row - 1, -1, -1):
        for column, cell in enumerate(sheet.rows[row]):
            unit = money_unit_of(cell) if isinstance(cell, str) else None
            if unit:
                return unit, sheet.address(row, column)
    return None, ""
