"""The door of the room: bytes and a file name in, sheets out."""

from __future__ import annotations

from pathlib import PurePath

from .csv_text import read_csv
from .limits import DEFAULT_LIMITS, Limits
from .refusal import FileRefused
from .sheet import Sheet
from .workbook import read_workbook
from .xls import read_xls
from .xlsx import check_xlsx

ZIP = b"PK\x03\x04"
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

    The kind is told by the first bytes, never by the name, which only titles
    the one sheet of a CSV file.

    :raise FileRefused: the file is none of these, unsafe, damaged or larger
        than ``limits``; nothing else is ever raised for any bytes

    >>> [sheet.rows for sheet in read_sheets(b"a;b\\n1;2\\n", "x.csv")]
    [[['a', 'b'], ['1', '2']]]
    """
    _check_size(content, limits)
    if content.startswith(ZIP):
        return read_workbook(check_xlsx(content, limits), limits)
    if content.startswith(OLE):
        return read_xls(content, limits)
    for start, kind in OTHER_KINDS.items():
        if content.startswith(start):
            raise FileRefused(code="unsupported_kind", kind=kind)
    return [read_csv(content, PurePath(filename or "CSV").stem, limits)]


def _check_size(content: bytes, limits: Limits) -> None:
    """Refuse nothing at all, and more than the limit."""
    if not content.strip():
        raise FileRefused(code="empty")
    if len(content) > limits.bytes:
        raise FileRefused(code="too_big", size=len(content), limit=limits.bytes)
