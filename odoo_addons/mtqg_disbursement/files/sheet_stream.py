"""A sheet of a workbook as CSV, for a database that reads the rows by itself.

The cells of a column that is read must all be of one form: texts, numbers or days. For
anything else ``OddBytesError``; the sheet is then read row by row.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date, datetime
from itertools import islice

from .cells import plain_cell
from .csv_stream import OddBytesError
from .sheet import Cell, Sheet, Table

PIECE_ROWS = 1_000
FORMS = {str: "text", float: "number", int: "number", date: "day", datetime: "day"}


class SheetStream:
    """The sheets of a workbook, of which one is streamed.

    ``forms`` tells, after a reading, how the cells of each column are written.
    """

    delimiter = ","

    def __init__(self, tables: Sequence[Table], rows: int) -> None:
        self.tables = tables
        self.heads = [table.head(rows) for table in tables]
        self.forms: dict[int, str] = {}
        self.first = self.cut_off = 0
        self.last: list[list[object]] = []
        self.columns: Collection[int] = ()

    def choose(self, sheet: Sheet) -> None:
        """Take one sheet.

        :raise OddBytesError: its rows are not those of the parser
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
        self.last = list(islice(self.parsed.iter_rows(), first, None))
        return [[plain_cell(cell) for cell in row] for row in self.last]

    def cut(self, count: int) -> None:
        """Leave out so many of the last rows."""
        self.cut_off = count

    def body(self, progress: Callable[[int, int], None]) -> SheetBody:
        """Return the rows to stream, as a file of CSV."""
        rows = islice(self.parsed.iter_rows(), self.first, self.size - self.cut_off)
        return SheetBody(self, rows, progress)


class SheetBody(io.RawIOBase):
    """Rows as CSV, made while they are read; the form of each column is watched."""

    def __init__(
        self,
        stream: SheetStream,
        rows: Iterator[list[object]],
        progress: Callable[[int, int], None],
    ) -> None:
        self.stream = stream
        self.rows = rows
        self.progress = progress
        self.done = 0
        self.error: Exception | None = None

    def read(self, _size: int = -1) -> bytes:
        """Give the next rows; what goes wrong is kept as ``error``, too."""
        try:
            rows = list(islice(self.rows, PIECE_ROWS))
            self.progress(self.done, self.stream.size)
            self.done += len(rows)
            self._watch(rows)
        except Exception as error:
            self.error = error
            raise
        text = io.StringIO()
        csv.writer(text).writerows(rows)
        return text.getvalue().encode()

    def _watch(self, rows: list[list[object]]) -> None:
        """Refuse a column with cells of two forms."""
        columns = list(zip(*rows, strict=True))
        for index in self.stream.columns:
            cells = columns[index] if index < len(columns) else ()
            kinds = set(map(type, cells))
            if (
                str in kinds
                and len(kinds) > 1
                and not any(cell for cell in cells if type(cell) is str)
            ):
                kinds.discard(str)  # an empty cell is an empty text
            forms = {FORMS.get(kind, "odd") for kind in kinds}
            if forms == {"text"} and not any(cells):
                continue
            known = (
                self.stream.forms.setdefault(index, *forms) if len(forms) == 1 else ""
            )
            if forms and (known == "odd" or forms != {known}):
                raise OddBytesError
