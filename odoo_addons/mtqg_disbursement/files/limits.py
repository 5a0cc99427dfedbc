"""How large a file may be before it is refused. Limits are data."""

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Caps on one file; every reader of this room obeys them.

    The defaults fit a decision or a plan (some thousand lines). A reader of
    large statements passes wider ones: memory grows with ``cells`` (about 100
    bytes each) and with ``unzipped_bytes``.
    """

    bytes: int = 10 * MEBIBYTE
    unzipped_bytes: int = 32 * MEBIBYTE
    # Sheets of repeated rows pack 20 to 60 times; a bomb packs 1000 times.
    ratio: int = 200
    parts: int = 500
    rows: int = 20_000
    columns: int = 200
    cells: int = 1_000_000
    cell_length: int = 4_000
    text_length: int = 16 * MEBIBYTE
    # workbooks from here on are parsed in a process of their own
    apart: int = MEBIBYTE // 4


DEFAULT_LIMITS = Limits()
# A statement of a province: a million vouchers as CSV, 200,000 rows as a workbook. CSV
# goes by in a stream; a workbook is parsed into memory, so its cells bind.
STATEMENT_LIMITS = Limits(
    bytes=256 * MEBIBYTE,
    unzipped_bytes=256 * MEBIBYTE,
    rows=2_000_000,
    cells=4_000_000,
    text_length=96 * MEBIBYTE,
)
