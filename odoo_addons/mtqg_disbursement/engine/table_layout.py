"""Where a table of capital lies on a sheet, and what its columns mean.

The heading may take one to three rows, with groups of columns under a common
title, and a row of column numbers under it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce

from .table_heading import (
    SEARCHED_ROWS,
    CellError,
    Found,
    SheetLike,
    cell_at,
    error_at,
    find_heading,
    first_data_row,
    said_unit,
)
from .table_words import (
    RECOGNISED,
    Heading,
    combine,
    heading_of,
    settle_places,
)

LISTED_HEADINGS = 20


@dataclass(frozen=True)
class Layout:
    """A table found on a sheet.

    ``keys`` gives the columns of each key field, ``values`` the heading of each
    column of amounts, by column; ``unnamed`` are columns without a heading, as are
    those from ``width`` on. The heading ends at ``heading_row``; data start at
    ``first_row``.
    """

    sheet: SheetLike
    heading_row: int
    first_row: int
    keys: dict[str, list[int]]
    values: dict[int, Heading]
    unnamed: frozenset[int]
    width: int
    money_unit: str | None
    money_unit_cell: str

    @property
    def parts(self) -> dict[int, Heading]:
        """Columns whose amounts become lines."""
        return {c: h for c, h in self.values.items() if not h.is_total}

    @property
    def totals(self) -> dict[int, Heading]:
        """Columns whose amounts are sums of others."""
        return {c: h for c, h in self.values.items() if h.is_total}

    @property
    def is_crosstab(self) -> bool:
        """Tell whether a row may become several lines."""
        return any(h.source or h.nature for h in self.parts.values())


def find_layout(sheet: SheetLike) -> tuple[Layout | None, list[CellError]]:
    """Find the table of a sheet.

    :return: the layout, or None when no heading is recognised, and what is wrong
        with the headings
    """
    found = find_heading(sheet, PlanWords())
    if found is None:
        return None, _no_heading(sheet)
    layout = _build(sheet, found)
    errors = _unknown_columns(sheet, found)
    return layout, errors + _doubled_columns(layout, found.last)


class PlanWords:
    """What headings of tables of capital mean (``table_heading.Words``)."""

    def column(self, texts: Sequence[str]) -> Heading:
        """Read the heading of one column, from top to bottom."""
        return reduce(combine, map(heading_of, texts)) if texts else Heading("empty")

    def settle(self, meanings: list[Heading]) -> list[Heading]:
        """Read headings again beside their neighbours."""
        return settle_places(meanings)

    def score(self, meanings: list[Heading]) -> tuple[int, int]:
        """Count keys and amounts, and what amounts say; a heading has both."""
        kinds = [heading.kind for heading in meanings]
        if not {"key", "value"} <= set(kinds):
            return 0, 0
        said = sum((h.source, h.nature) != (None, None) for h in meanings)
        return kinds.count("key") + kinds.count("value"), said

    def continues(self, texts: Sequence[str]) -> bool:
        """Tell whether every text of a row is a heading."""
        return all(heading_of(text).kind for text in texts)


def _no_heading(sheet: SheetLike) -> list[CellError]:
    """Tell that no heading is recognised, at the row that looks most like one."""
    for row, cells in enumerate(sheet.rows[:SEARCHED_ROWS]):
        texts = [str(cell) for cell in cells if cell is not None]
        if len(texts) > 1:
            column = next(c for c, cell in enumerate(cells) if cell is not None)
            found = ", ".join(texts[:LISTED_HEADINGS])
            values = {"found": found, "recognised": RECOGNISED}
            return [error_at(sheet, row, column, "no_heading", **values)]
    return [error_at(sheet, 0, 0, "empty_sheet")]


def _unknown_columns(sheet: SheetLike, found: Found[Heading]) -> list[CellError]:
    """Name every heading that means nothing here: no column is left out quietly."""
    errors = []
    for column, heading in enumerate(found.meanings):
        if heading.kind:
            continue
        rows = range(found.last, found.top - 1, -1)
        row = next(
            (r for r in rows if cell_at(sheet, r, column) is not None), found.last
        )
        errors.append(
            error_at(sheet, row, column, "unknown_column", recognised=RECOGNISED)
        )
    return errors


def _build(sheet: SheetLike, found: Found[Heading]) -> Layout:
    """Sort the columns by what they are for."""
    headings = found.meanings
    keys: dict[str, list[int]] = {}
    for column, heading in enumerate(headings):
        if heading.kind == "key":
            keys.setdefault(heading.field, []).append(column)
    values = {c: h for c, h in enumerate(headings) if h.kind == "value"}
    if all(heading.is_total for heading in values.values()) and len(values) == 1:
        # a table with one column of amounts may well call it "total"
        values = {c: replace(h, is_total=False) for c, h in values.items()}
    first = first_data_row(sheet, found.last)
    unit, place = said_unit(sheet, first)
    unnamed = frozenset(c for c, h in enumerate(headings) if h.kind == "empty")
    return Layout(
        sheet, found.last, first, keys, values, unnamed, len(headings), unit, place
    )


def _doubled_columns(layout: Layout, row: int) -> list[CellError]:
    """Refuse two columns of amounts that mean the same."""
    seen: dict[Heading, int] = {}
    errors = []
    for column, heading in layout.values.items():
        if heading in seen:
            first = layout.sheet.address(row, seen[heading])
            errors.append(
                error_at(layout.sheet, row, column, "doubled_column", first=first)
            )
        seen.setdefault(heading, column)
    return errors
