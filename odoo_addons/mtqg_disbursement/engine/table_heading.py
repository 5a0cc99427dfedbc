"""The rows of a sheet that are the heading of its table, whatever it is about.

A heading takes one to three rows, with groups of columns under a common title, and
may be followed by a row of column numbers. What the words mean is told by ``Words``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any, Generic, Protocol, TypeVar

from .plain_words import plain
from .table_words import money_unit_of

SEARCHED_ROWS = 60
DEEPEST_HEADING = 3
COLUMN_NUMBER = re.compile(r"(?:[a-z]|\d{1,2})(?: \d{1,2})*")
FEWEST_NUMBERS = 3
LONGEST_NUMBER = 30

Meaning = TypeVar("Meaning")


class SheetLike(Protocol):
    """What is asked of a sheet: see ``files.sheet.Sheet``."""

    name: str
    rows: Sequence[Sequence[Any]]
    is_hidden: bool

    def address(self, row: int, column: int) -> str:
        """Give the A1 address of a cell counted from 0."""
        ...


class Words(Protocol[Meaning]):
    """What headings of one kind of table mean."""

    def column(self, texts: Sequence[str]) -> Meaning:
        """Read the heading of one column, from top to bottom."""
        ...

    def settle(self, meanings: list[Meaning]) -> list[Meaning]:
        """Read headings again beside their neighbours."""
        ...

    def score(self, meanings: list[Meaning]) -> tuple[int, int]:
        """Count the columns that are recognised, and what is said about them.

        Nothing is recognised when this is no heading.
        """
        ...

    def continues(self, texts: Sequence[str]) -> bool:
        """Tell whether the texts of a row may go on with the heading above."""
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
class Found(Generic[Meaning]):
    """A heading: where it starts, how deep it is, what each column says and means."""

    top: int
    depth: int
    texts: list[tuple[str, ...]]
    meanings: list[Meaning]

    @property
    def last(self) -> int:
        """The last row of the heading."""
        return self.top + self.depth - 1


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


def find_heading(sheet: SheetLike, words: Words[Meaning]) -> Found[Meaning] | None:
    """Find the rows that read best as a heading.

    A title or a unit of money just above a heading may pass for its first row, so
    the rows after the first that will do are tried as well, and win if they say as
    much.
    """
    best, score = None, (0, 0, 0)
    for top in range(min(len(sheet.rows), SEARCHED_ROWS)):
        if best and top >= best.top + DEEPEST_HEADING:
            break
        for depth in range(1, DEEPEST_HEADING + 1):
            found = read_heading(sheet, top, depth, words)
            known, said = words.score(found.meanings) if found else (0, 0)
            if known and (known, said, top) > score:
                best, score = found, (known, said, top)
    return best


def read_heading(
    sheet: SheetLike, top: int, depth: int, words: Words[Meaning]
) -> Found[Meaning] | None:
    """Read rows as one heading, or tell that they cannot be one."""
    if top + depth > len(sheet.rows):
        return None
    for row in sheet.rows[top + 1 : top + depth]:
        cells = [cell for cell in row if cell is not None]
        are_texts = cells and all(isinstance(cell, str) for cell in cells)
        if not are_texts or not words.continues(cells):
            return None
    texts = column_texts(sheet, top, depth)
    return Found(top, depth, texts, words.settle([words.column(t) for t in texts]))


def column_texts(sheet: SheetLike, top: int, depth: int) -> list[tuple[str, ...]]:
    """Give what each column says from top to bottom, titles of groups included."""
    rows = [list(row) for row in sheet.rows[top : top + depth]]
    joined = _joined_rows(sheet, top, depth, rows)
    for index in range(depth - 2, -1, -1):
        if index not in joined:
            _spread(rows[index], rows[index + 1])
    return [
        tuple(str(text) for text in texts if text is not None)
        for texts in zip_longest(*rows)
    ]


def _joined_rows(
    sheet: SheetLike, top: int, depth: int, rows: list[list[object]]
) -> set[int]:
    """Copy titles over merged cells; tell in which rows there are such."""
    joined = set()
    for first, left, _last, right in getattr(sheet, "merged", ()):
        index = first - top
        if right > left and 0 <= index < depth - 1 and left < len(rows[index]):
            row = rows[index]
            row.extend([None] * (right + 1 - len(row)))
            row[left + 1 : right + 1] = [row[left]] * (right - left)
            joined.add(index)
    return joined


def _spread(upper: list[object], lower: Sequence[object]) -> None:
    """Copy the title of a group over the columns that stand under it."""
    upper.extend([None] * (len(lower) - len(upper)))
    title = None
    for column, below in enumerate(lower):
        if below is None or upper[column] is not None:
            title = upper[column] if below is not None else None
        else:
            upper[column] = title


def is_column_numbers(row: Sequence[object]) -> bool:
    """Tell a row that numbers the columns.

    >>> is_column_numbers(["A", "B", "1", "2", "3=1+2"])
    True
    >>> is_column_numbers(["1", "NTM", "5"])
    False
    """
    texts = []
    for cell in row:
        if cell is None:
            continue
        text = plain(cell) if len(str(cell)) <= LONGEST_NUMBER else ""
        if not COLUMN_NUMBER.fullmatch(text):
            return False
        texts.append(text)
    if len(texts) < FEWEST_NUMBERS:
        return False
    numbers = [int(text.split()[0]) for text in texts if text[0].isdigit()]
    return bool(numbers) and numbers == list(range(1, len(numbers) + 1))


def first_data_row(sheet: SheetLike, last: int) -> int:
    """Give the row after a heading and its row of column numbers."""
    first = last + 1
    return first + (first < len(sheet.rows) and is_column_numbers(sheet.rows[first]))


def said_unit(sheet: SheetLike, first_row: int) -> tuple[str | None, str]:
    """Find the unit of money said in the heading or above it, and where."""
    for row in range(min(first_row, len(sheet.rows)) - 1, -1, -1):
        for column, cell in enumerate(sheet.rows[row]):
            unit = money_unit_of(cell) if isinstance(cell, str) else None
            if unit:
                return unit, sheet.address(row, column)
    return None, ""
