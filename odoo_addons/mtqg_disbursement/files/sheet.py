"""What a file becomes: named sheets of plain cells."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice

Cell = str | int | float | bool | date | None
# first row and column, last row and column
Merge = tuple[int, int, int, int]


@dataclass
class Sheet:
    """One sheet; ``rows[0][0]`` is always cell A1, rows may differ in length.

    Cells are text, whole and other numbers, booleans, dates, or None when
    empty. An error value stays as its text (``#REF!``), and a formula that
    was never calculated as ``=`` and its text, so that a number asked of
    them is refused at the cell instead of read as empty. ``merged`` are areas
    shown as one cell, whose text stands in the first.
    """

    name: str
    rows: list[list[Cell]] = field(default_factory=list)
    is_hidden: bool = False
    merged: list[Merge] = field(default_factory=list)

    def address(self, row: int, column: int) -> str:
        """Give the A1 address of a cell counted from 0."""
        return f"{column_letters(column)}{row + 1}"


@dataclass
class Table:
    """A sheet read row by row, as often as wanted; each row as in ``Sheet``."""

    name: str
    rows: Callable[[], Iterator[list[Cell]]]
    is_hidden: bool = False
    merged: list[Merge] = field(default_factory=list)
    # the sheet of the parser, where its rows are those of the table
    parsed: object = None

    def head(self, count: int) -> Sheet:
        """Return the first rows as a sheet."""
        rows = list(islice(self.rows(), count))
        return Sheet(self.name, rows, self.is_hidden, self.merged)


def column_letters(column: int) -> str:
    """Give the letters of a column counted from 0.

    >>> column_letters(0), column_letters(25), column_letters(26)
    ('A', 'Z', 'AA')
    >>> column_letters(16383)
    'XFD'
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def position(reference: str) -> tuple[int, int]:
    """Give the row and column, from 0, of an A1 reference.

    A missing part counts as 0; ``$`` is not expected.

    >>> position("AB5")
    (4, 27)
    >>> position("12")
    (11, -1)
    """
    letters = reference.rstrip("0123456789")
    digits = reference[len(letters) :]
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(digits or 0) - 1, column - 1
