"""One rule for what a parser's value becomes as a plain cell."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from .sheet import Cell

EXACT = 2**53


def plain_cell(value: object) -> Cell:
    """Turn a parser's value into a plain cell.

    Whole numbers come as floats out of a workbook; text is trimmed and empty
    text is no cell; a time of day without a date stays as text.

    >>> plain_cell(5334.0), plain_cell(5334.5), plain_cell("  "), plain_cell(True)
    (5334, 5334.5, None, True)
    >>> plain_cell(datetime(2023, 1, 2, 8, 30))
    datetime.date(2023, 1, 2)
    """
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, time | timedelta):
        return str(value)
    if isinstance(value, float) and value.is_integer() and abs(value) <= EXACT:
        return int(value)
    return value if isinstance(value, bool | int | float | date) else None
