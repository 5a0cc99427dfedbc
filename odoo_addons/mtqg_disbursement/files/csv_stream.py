"""CSV as bytes, for a database that reads them by itself: cut, checked, streamed.

Only what every reader of CSV reads the same way passes: UTF-8, one kind of line end,
quotes around whole cells. For anything else ``OddBytesError``; ``csv_text`` reads it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import BinaryIO

from .csv_text import (
    SEPARATOR_LINE,
    csv_rows,
    find_reading,
    sniff_delimiter,
)
from .limits import Limits
from .sheet import Cell, Sheet

HEAD_BYTES = 4 * 1024 * 1024
TAIL_BYTES = 256 * 1024
PIECE = 1024 * 1024
QUOTE = b'"'
PLAIN_ENCODINGS = ("utf-8", "utf-8-sig")
# COPY takes a line of these two for the end
END_MARK = b"\\."


class OddBytesError(ValueError):
    """Bytes that two readers of CSV may read in two ways."""


@dataclass
class CsvStream:
    """A CSV file on disk.

    ``head`` holds its first rows; ``start`` and ``end`` are where the rows to stream
    begin and end, in bytes.
    """

    open: Callable[[], BinaryIO]
    size: int
    name: str
    head: Sheet
    prefix: bytes
    delimiter: str
    start: int = 0
    end: int = 0
    sizes: list[int] = field(default_factory=list)
    # how the cells of a column are written, where they are not plain texts
    forms: dict[int, str] = field(default_factory=dict)

    @property
    def heads(self) -> list[Sheet]:
        """The first rows, as those of the only sheet."""
        return [self.head]

    def choose(self, _sheet: object) -> None:
        """Take the only sheet."""

    def begin_at(self, row: int) -> None:
        """Begin with a row, counted from 0."""
        text = self.prefix.decode("utf-8", "ignore")
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=self.delimiter)
        for _row in range(row):
            next(reader)
        lines = self.prefix.split(b"\n", reader.line_num)
        self.start = len(self.prefix) - len(lines[-1])

    def last_rows(self, count: int) -> list[list[Cell]]:
        """Give the last rows; they may be cut off."""
        with self.open() as file:
            file.seek(max(self.start, self.size - TAIL_BYTES))
            lines = file.read().splitlines(keepends=True)[-count:]
        if any(line.count(QUOTE) % 2 for line in lines):
            raise OddBytesError
        self.sizes = [len(line) for line in lines]
        rows = csv.reader(
            [line.decode("utf-8", "replace") for line in lines],
            delimiter=self.delimiter,
        )
        return [[cell.strip() or None for cell in row] for row in rows]

    def cut(self, count: int) -> None:
        """Leave out so many of the last rows."""
        self.end = self.size - sum(self.sizes[len(self.sizes) - count :])
        if self.end <= self.start:
            raise OddBytesError

    def body(self, progress: Callable[[int, int], None]) -> Body:
        """Return the rows to stream, as a file.

        :param progress: is told how many bytes have gone by, and of how many
        """
        return Body(self, progress)


def open_stream(
    opener: Callable[[], BinaryIO], size: int, name: str, rows: int, limits: Limits
) -> CsvStream:
    """Look at the beginning of a CSV file.

    :param rows: how many of its first rows are wanted
    :raise OddBytesError: it is no plain CSV in UTF-8
    """
    with opener() as file:
        prefix = file.read(HEAD_BYTES)
    if len(prefix) == HEAD_BYTES:
        prefix = prefix[: prefix.rfind(b"\n") + 1]
    if not prefix or b"\0" in prefix or prefix.count(b"\r") != prefix.count(b"\r\n"):
        raise OddBytesError
    reading = find_reading(prefix)
    if reading.encoding not in PLAIN_ENCODINGS or SEPARATOR_LINE.match(reading.sample):
        raise OddBytesError
    head = []
    for cells in csv_rows(prefix, name, limits):
        head.append(cells)
        if len(head) == rows:
            break
    delimiter = sniff_delimiter(reading.sample)
    return CsvStream(opener, size, name, Sheet(name, head), prefix, delimiter, 0, size)


class Body(io.RawIOBase):
    """The rows of a file between two places, checked while they are read."""

    def __init__(self, stream: CsvStream, progress: Callable[[int, int], None]) -> None:
        self.file = stream.open()
        self.file.seek(stream.start)
        self.left = self.size = stream.end - stream.start
        self.delimiter = stream.delimiter.encode()
        self.progress = progress
        self.error: Exception | None = None

    def read(self, _size: int = -1) -> bytes:
        """Give the next lines; a piece ends with a line.

        What goes wrong is kept as ``error``, too: who copies may hide it.
        """
        if self.left <= 0:
            self.file.close()
            return b""
        try:
            self.progress(self.size - self.left, self.size)
            return self._next()
        except Exception as error:
            self.error = error
            raise

    def _next(self) -> bytes:
        piece = self.file.read(min(PIECE, self.left))
        self.left -= len(piece)
        if self.left and not piece.endswith(b"\n"):
            rest = self.file.readline(self.left)
            self.left -= len(rest)
            piece += rest
        self._check(piece)
        return piece

    def _check(self, piece: bytes) -> None:
        """Refuse what COPY reads otherwise, or takes for an end."""
        if END_MARK in piece or len(piece) > 2 * PIECE:
            raise OddBytesError
        if QUOTE not in piece:
            return
        mark = self.delimiter
        opening = piece.count(mark + QUOTE) + piece.count(b"\n" + QUOTE)
        closing = piece.count(QUOTE + mark) + piece.count(QUOTE + b"\n")
        closing += piece.count(QUOTE + b"\r\n")
        ends = piece.startswith(QUOTE) + piece.endswith(QUOTE)
        if opening + closing + ends != piece.count(QUOTE):
            raise OddBytesError
