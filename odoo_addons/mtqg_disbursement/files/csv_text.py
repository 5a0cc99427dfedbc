"""CSV: which encoding, which delimiter, which cells."""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from .limits import Limits
from .old_letters import from_tcvn3, is_old_text
from .refusal import FileRefused
from .sheet import Cell

OLD_WINDOWS = "cp1258"
DELIMITERS = (";", "\t", ",", "|")
SAMPLE_LINES = 50
SAMPLE_BYTES = 64 * 1024
PIECE = 1024 * 1024
BYTE_ORDER_MARKS = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
# Excel's own hint on a first line, e.g. "sep=;".
SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f\ufffe\uffff]")


def csv_rows(content: bytes, name: str, limits: Limits) -> Iterator[list[Cell]]:
    """Read CSV bytes row by row; Excel's own hint counts as an empty first row.

    The text is decoded piece by piece: a large file is never held a second time.

    :param name: what to call the sheet in a refusal
    :raise FileRefused: not text, or larger than ``limits``, at the row that is
    """
    reading = find_reading(content)
    hint = SEPARATOR_LINE.match(reading.sample)
    if hint:
        yield []
    sample = reading.sample[hint.end() :] if hint else reading.sample
    delimiter = hint[1] if hint else sniff_delimiter(sample)
    lines = reading.lines(content, skipped=1 if hint else 0)
    yield from _read_rows(lines, delimiter, name, limits)


@dataclass(frozen=True)
class Reading:
    """How bytes become text: the encoding, an old font, and the first letters."""

    encoding: str
    is_old: bool
    sample: str

    def lines(self, content: bytes, skipped: int = 0) -> Iterator[str]:
        """Give the lines of the text, with their ends, from the first or a later one.

        What has no line ends comes in pieces, so that none is larger than any row.
        """
        wrapped = io.TextIOWrapper(
            io.BytesIO(content), self.encoding, errors=self.errors, newline=""
        )
        for line in islice(iter(lambda: wrapped.readline(PIECE), ""), skipped, None):
            yield self.mend(line)

    @property
    def errors(self) -> str:
        """What is done with bytes that are no text of the encoding."""
        return "replace" if self.is_old else "strict"

    def mend(self, text: str) -> str:
        """Read a piece of text through its old font, and compose its letters."""
        return unicodedata.normalize("NFC", from_tcvn3(text) if self.is_old else text)


def find_reading(content: bytes) -> Reading:
    """Find how bytes are read as text, and check that all of them can be.

    :raise FileRefused: ``unknown_encoding`` when no reading gives clean text
    """
    for encoding in _encodings(content):
        sample = _sample(content, encoding)
        is_old = encoding == OLD_WINDOWS and is_old_text(
            _latin(content[:SAMPLE_BYTES]), sample
        )
        reading = Reading("cp1252" if is_old else encoding, is_old, sample)
        if _is_clean(content, reading):
            return replace(reading, sample=reading.mend(_sample(content, reading)))
    raise FileRefused(code="unknown_encoding")


def _sample(content: bytes, reading: Reading | str) -> str:
    """Decode the beginning, which may end inside a letter."""
    encoding = reading if isinstance(reading, str) else reading.encoding
    errors = "replace" if isinstance(reading, str) else reading.errors
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    try:
        return decoder.decode(content[:SAMPLE_BYTES])
    except UnicodeError:
        return ""


def _is_clean(content: bytes, reading: Reading) -> bool:
    """Tell whether all bytes are text, without control characters."""
    decoder = codecs.getincrementaldecoder(reading.encoding)(reading.errors)
    view = memoryview(content)
    try:
        for start in range(0, len(content) or 1, PIECE):
            piece = view[start : start + PIECE]
            text = decoder.decode(piece, start + PIECE >= len(content))
            if CONTROL.search(from_tcvn3(text) if reading.is_old else text):
                return False
    except UnicodeError:
        return False
    return True


def decode(content: bytes) -> str:
    """Turn bytes into text: UTF-8, UTF-16, else Vietnamese Windows (1258) or TCVN3.

    Windows-1258 writes a tone as a letter of its own, so the text is composed. It and
    TCVN3 use the same bytes: the one whose words are Vietnamese is chosen.

    :raise FileRefused: ``unknown_encoding`` when no reading gives clean text

    >>> decode("Tổng cộng".encode("utf-16"))
    'Tổng cộng'
    """
    reading = find_reading(content)
    return "".join(reading.lines(content))


def _latin(content: bytes) -> str:
    """Give each byte as the western letter that an old font would draw anew."""
    return content.decode("cp1252", errors="replace")


def _encodings(content: bytes) -> tuple[str, ...]:
    """Name the encodings to try, most telling first."""
    for mark, encoding in BYTE_ORDER_MARKS.items():
        if content.startswith(mark):
            return (encoding,)
    if b"\x00" in content:
        return ("utf-16-le", "utf-16-be")
    return ("utf-8", OLD_WINDOWS)


def sniff_delimiter(text: str) -> str:
    """Choose the delimiter that cuts the first lines into equal rows.

    A decimal comma cuts some rows and not others, so it loses against the
    semicolon that cuts them all alike.

    >>> sniff_delimiter("a;b;c\\n1,5;2;3\\n2;3;4,5\\n")
    ';'
    >>> sniff_delimiter('name,amount\\n"a; b","1.234,5"\\n')
    ','
    """
    sample = "\n".join(text.splitlines()[:SAMPLE_LINES])
    return max(DELIMITERS, key=lambda delimiter: _regularity(sample, delimiter))


def _regularity(sample: str, delimiter: str) -> tuple[float, int]:
    """Tell how alike the rows come out, then how wide: larger is better."""
    try:
        widths = [
            len(row) for row in csv.reader(io.StringIO(sample), delimiter=delimiter)
        ]
    except csv.Error:
        return (0.0, 0)
    widths = [width for width in widths if width]
    usual = max(set(widths), key=lambda width: (widths.count(width), width), default=0)
    if usual < 2:  # noqa: PLR2004 - one column is no cut at all
        return (0.0, 0)
    return (widths.count(usual) / len(widths), usual)


def _read_rows(
    lines: Iterable[str], delimiter: str, name: str, limits: Limits
) -> Iterator[list[Cell]]:
    """Read the rows, stopping at the first limit passed."""
    count = 0
    try:
        reader = csv.reader(lines, delimiter=delimiter)
        for index, row in enumerate(reader):
            count += len(row)
            _check_row(row, index, count, name, limits)
            yield [cell.strip() or None for cell in row]
    except csv.Error as error:
        # the csv module's own cap on one field, or a stray line end in one
        raise FileRefused(code="broken") from error


def _check_row(
    row: list[str], index: int, count: int, name: str, limits: Limits
) -> None:
    """Refuse a row beyond the limits."""
    if index >= limits.rows:
        raise FileRefused(code="too_many_rows", sheet=name, limit=limits.rows)
    if len(row) > limits.columns:
        raise FileRefused(code="too_many_columns", sheet=name, limit=limits.columns)
    if count > limits.cells:
        raise FileRefused(code="too_many_cells", limit=limits.cells)
    if any(len(cell) > limits.cell_length for cell in row):
        raise FileRefused(code="text_too_long", limit=limits.cell_length)
