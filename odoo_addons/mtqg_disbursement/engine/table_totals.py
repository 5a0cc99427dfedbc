"""Totals that a table prints, added up again to the đồng."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from .table_heading import CellError, error_at
from .table_layout import Layout
from .table_words import Heading


class Amount(NamedTuple):
    """An amount of a line, in đồng, where the table has it."""

    row: int
    column: int
    amount: int


@dataclass(frozen=True)
class TotalRow:
    """A row of totals: ``grand`` over all lines, ``sub`` over those next to it."""

    row: int
    kind: str
    amounts: dict[int, int]


def check_row(
    layout: Layout, row: int, amounts: dict[int, int]
) -> tuple[int, list[CellError]]:
    """Check the totals printed across one row.

    :param amounts: đồng by column, totals included
    :return: how many totals were checked, and an error at each wrong one
    """
    totals = {c: h for c, h in layout.totals.items() if c in amounts}
    errors = []
    for column, heading in totals.items():
        summed = sum(amounts.get(c, 0) for c in _parts_of(layout, heading))
        if summed != amounts[column]:
            errors.append(_wrong(layout, row, column, amounts[column], summed))
    return len(totals), errors


def check_columns(
    layout: Layout,
    amounts: Sequence[Amount],
    total_rows: Sequence[TotalRow],
    unread: set[int],
) -> tuple[int, list[CellError]]:
    """Check the totals printed under (or above) the rows.

    A column with a cell that is no number is not added up: that cell is named.

    :return: how many totals were checked, and an error at each wrong one
    """
    checked, errors = 0, []
    for total in total_rows:
        covered = _covered(total, amounts, total_rows)
        for column, printed in total.amounts.items():
            parts = _parts_of(layout, layout.values[column]) or {column}
            if parts & unread:
                continue
            checked += 1
            summed = sum(one.amount for one in covered if one.column in parts)
            if summed != printed:
                errors.append(_wrong(layout, total.row, column, printed, summed))
    return checked, errors


def _parts_of(layout: Layout, total: Heading) -> set[int]:
    """Give the columns that a column of totals adds up; none for a part."""
    if not total.is_total:
        return set()
    return {
        column
        for column, heading in layout.parts.items()
        if total.source in (None, heading.source)
        and total.nature in (None, heading.nature)
    }


def _covered(
    total: TotalRow, amounts: Sequence[Amount], total_rows: Sequence[TotalRow]
) -> Iterable[Amount]:
    """Give the lines a row of totals adds up.

    A subtotal covers the lines since the total before it or, when it stands on
    top of its lines, those up to the next.
    """
    if total.kind == "grand":
        return amounts
    rows = [other.row for other in total_rows]
    before = max((row for row in rows if row < total.row), default=-1)
    after = min((row for row in rows if row > total.row), default=None)
    above = [one for one in amounts if before < one.row < total.row]
    below = [
        one
        for one in amounts
        if one.row > total.row and (after is None or one.row < after)
    ]
    return above or below


def _wrong(
    layout: Layout, row: int, column: int, printed: int, summed: int
) -> CellError:
    """Describe a total that is not the sum of its parts, in đồng."""
    return error_at(
        layout.sheet,
        row,
        column,
        "total_wrong",
        printed=printed,
        summed=summed,
        difference=printed - summed,
    )
