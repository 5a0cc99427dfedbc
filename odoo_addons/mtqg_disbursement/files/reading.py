"""The door of the room: bytes and a file name in, sheets out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from pathlib import PurePath

from .csv_text import csv_rows
from .limits import DEFAULT_LIMITS, Limits
from .old_letters import Repair, repair_of
from .refusal import FileRefused
from .sheet import Cell, Sheet, Table
from .workbook import open_workbook
from .xls import open_xls

ZIP = b"PK\x03\x04"
SAMPLE_ROWS = 300  # enough to tell an old font
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# First bytes of what people attach by mistake, and the name of it.
OTHER_KINDS = {
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7Z",
    b"\x1f\x8b": "GZIP",
    b"{\\rtf": "RTF",
    b"<!DOCTYPE html": "HTML",
    b"<html": "HTML",
}


def read_sheets(
    content: bytes, filename: str = "", limits: Limits = DEFAULT_LIMITS
) -> list[Sheet]:
    """Read an XLSX, XLS or CSV file into sheets of plain cells.

    :raise FileRefused: as ``open_tables``

    >>> [sheet.rows for sheet in read_sheets(b"a;b\\n1;2\\n", "x.csv")]
    [[['a', 'b'], ['1', '2']]]
    """
    return [
        Sheet(table.name, list(table.rows()), table.is_hidden, table.merged)
        for table in open_tables(content, filename, limits)
    ]


def open_tables(
    content: bytes, filename: str = "", limits: Limits = DEFAULT_LIMITS
) -> list[Table]:
    """Open an XLSX, XLS or CSV file, to be read row by row.

    The kind is told by the first bytes, never by the name, which only titles
    the one sheet of a CSV file. Texts typed in an old font become Unicode.

    :raise FileRefused: the file is none of these, unsafe, damaged or larger
        than ``limits``, here or while its rows are read; nothing else is ever
        raised for any bytes
    """
    _check_size(content, limits)
    if content.startswith(ZIP):
        tables = open_workbook(content, limits)
    elif content.startswith(OLE):
        tables = open_xls(content, limits)
    else:
        _check_kind(content)
        name = PurePath(filename or "CSV").stem
        return [Table(name, partial(csv_rows, content, name, limits))]
    return [_repaired(table) for table in tables]


def _repaired(table: Table) -> Table:
    """Read a sheet through its old font, if the first rows tell of one."""
    texts = (
        cell
        for row in islice(table.rows(), SAMPLE_ROWS)
        for cell in row
        if isinstance(cell, str)
    )
    repair = repair_of(texts)
    if not repair:
        return table
    rows = partial(_through, table.rows, repair)
    return Table(table.name, rows, table.is_hidden, table.merged)


def _through(
    rows: Callable[[], Iterator[list[Cell]]], repair: Repair
) -> Iterator[list[Cell]]:
    """Repair the texts of each row."""
    for row in rows():
        yield [repair(cell) if isinstance(cell, str) else cell for cell in row]


def _check_kind(content: bytes) -> None:
    """Refuse what is known to be no table."""
    for start, kind in OTHER_KINDS.items():
        if content.startswith(start):
            raise FileRefused(code="unsupported_kind", kind=kind)


def is_csv(start: bytes) -> bool:
    """Tell by its first bytes whether a file would be read as CSV."""
    try:
        _check_kind(start)
    except FileRefused:
        return False
    return bool(start) and not start.startswith((ZIP, OLE))


def _check_size(content: bytes, limits: Limits) -> None:
    """Refuse nothing at all, and more than the limit."""
    if not content or content.isspace():
        raise FileRefused(code="empty")
    if len(content) > limits.bytes:
        raise FileRefused(code="too_big", size=len(content), limit=limits.bytes)
