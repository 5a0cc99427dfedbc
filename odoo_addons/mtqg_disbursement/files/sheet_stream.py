"""A sheet of a workbook as CSV, for a database that reads the rows by itself.

The cells of a column that is read must all be of one form: texts, numbers or days. For
anything else ``OddBytesError``; the sheet is then read row by row.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Collection, Iterator, Sequence

from .cells import plain_cell
from .csv_stream import OddBytesError
from .sheet import Cell, Sheet, Table


class SheetStream:
    """The sheets of a workbook, of which one is streamed.

    ``forms`` tells, after a reading, how the cells of each column are written.
    """

    delimiter = "\t"

    def __init__(self, tables: Sequence[Table], rows: int) -> None:
        self.tables = tables
        self.heads = [table.head(rows) for table in tables]
        self.forms: dict[int, str] = {}
        self.first = self.cut_off = 0
        self.columns: Collection[int] = ()

    def choose(self, sheet: Sheet) -> None:
        """Take one sheet.

        :raise OddBytesError: its rows are not those of a parser in a process of its own
        """
        place = next(n for n, head in enumerate(self.heads) if head is sheet)
        self.head, self.parsed = sheet, self.tables[place].parsed
        if self.parsed is None:
            raise OddBytesError
        # counted from 0
        self.size = self.parsed.end[0] + 1 if self.parsed.end else 0

    def begin_at(self, row: int) -> None:
        """Begin with a row, counted from 0, under which no cells are joined."""
        if any(last >= row for _top, _left, last, _right in self.head.merged):
            raise OddBytesError
        self.first = row

    def last_rows(self, count: int) -> list[list[Cell]]:
        """Give the last rows; they may be cut off."""
        first = max(self.first, self.size - count)
        last = self.parsed.iter_rows(first)
        return [[plain_cell(cell) for cell in row] for row in last]

    def cut(self, count: int) -> None:
        """Leave out so many of the last rows."""
        self.cut_off = count

    def body(self, progress: Callable[[int, int], None]) -> SheetBody:
        """Return the rows to stream, as a file of CSV."""
        last = self.size - self.cut_off
        pieces = self.parsed.pieces(self.first, last, list(self.columns))
        return SheetBody(self, pieces, progress)

    def watch(self, forms: dict[str, str]) -> None:
        """Refuse a column with cells of two forms.

        :param forms: of some rows, by column
        """
        for column, form in forms.items():
            known = self.forms.setdefault(int(column), form)
            if known == "odd" or form != known:
                raise OddBytesError


class SheetBody(io.RawIOBase):
    """Rows as CSV, made while they are read; the form of each column is watched."""

    def __init__(
        self,
        stream: SheetStream,
        pieces: Iterator[tuple[dict, bytes]],
        progress: Callable[[int, int], None],
    ) -> None:
        self.stream = stream
        self.pieces = pieces
        self.progress = progress
        self.done = 0
        self.error: Exception | None = None

    def read(self, _size: int = -1) -> bytes:
        """Give the next rows; what goes wrong is kept as ``error``, too."""
        try:
            self.progress(self.done, self.stream.size)
            about, piece = next(self.pieces, ({"rows": 0, "forms": {}}, b""))
            self.done += about["rows"]
            self.stream.watch(about["forms"])
        except Exception as error:
            self.error = error
            raise
        return piece
