"""XLS: the old binary format.

How far its cells reach and how often one text is copied cannot be told from its bytes
without a second parser. So it is parsed in a process of its own, under hard caps.
"""

from __future__ import annotations

from .limits import Limits
from .parser import ParsedSheet, Parser
from .refusal import FileRefused
from .sheet import Table
from .workbook import table_of

MACROS = "_VBA_PROJECT_CUR".encode("utf-16-le")
PASSWORD = "EncryptedPackage".encode("utf-16-le")
MEMORY = 512 * 2**20


def open_xls(content: bytes, limits: Limits) -> list[Table]:
    """Open an OLE file: an XLS workbook, or an XLSX with a password.

    :raise FileRefused: protected, with macros, no workbook, damaged or too large
    """
    if PASSWORD in content:
        raise FileRefused(code="has_password")
    if MACROS in content:
        raise FileRefused(code="has_macros")
    sheets = Parser(content, ".xls", MEMORY).sheets()
    _check_sizes(sheets, limits)
    return [table_of(sheet, sheet.name, limits, sheet.is_hidden) for sheet in sheets]


def _check_sizes(sheets: list[ParsedSheet], limits: Limits) -> None:
    """Refuse what reaches too far."""
    cells = 0
    for sheet in sheets:
        rows, columns = (last + 1 for last in sheet.end or (-1, -1))
        if rows > limits.rows:
            raise FileRefused(code="too_many_rows", sheet=sheet.name, limit=limits.rows)
        if columns > limits.columns:
            raise FileRefused(
                code="too_many_columns", sheet=sheet.name, limit=limits.columns
            )
        cells += rows * columns
    if cells > limits.cells:
        raise FileRefused(code="too_many_cells", limit=limits.cells)
