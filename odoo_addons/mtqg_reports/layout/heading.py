"""The heading of a table as cells: up to three lines, neighbours joined."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from .table import Column


class HeadingCell(NamedTuple):
    """A cell of the heading: its text, where it begins, how far it reaches."""

    text: str
    line: int
    column: int
    lines: int
    columns: int


def heading_depth(columns: Sequence[Column]) -> int:
    """Return on how many lines the heading stands.

    >>> heading_depth([Column("A"), Column("B", group="G", subgroup="S")])
    3
    """
    return max(len(_path(column)) for column in columns)


def heading_cells(columns: Sequence[Column]) -> list[HeadingCell]:
    """Return the cells of the heading, line by line.

    >>> for cell in heading_cells([Column("A"), Column("B", group="G"),
    ...                            Column("C", group="G")]):
    ...     print(*cell)
    A 0 0 2 1
    G 0 1 1 2
    B 1 1 1 1
    C 1 2 1 1
    """
    depth = heading_depth(columns)
    return sorted(_cells(columns, depth), key=lambda cell: (cell.line, cell.column))


def heading_lines(columns: Sequence[Column]) -> list[list[HeadingCell]]:
    """Return the cells of each line of the heading."""
    cells = heading_cells(columns)
    return [
        [cell for cell in cells if cell.line == line]
        for line in range(heading_depth(columns))
    ]


def _path(column: Column) -> tuple[str, ...]:
    """Return the headings from the top down to the column's own."""
    above = (column.group, column.subgroup)
    return (*filter(None, above), column.heading)


def _cells(columns: Sequence[Column], depth: int) -> Iterator[HeadingCell]:
    for line in range(depth):
        places = range(len(columns))
        keys = [_key(columns, at, line) for at in places]
        for (text, own), members in groupby(places, keys.__getitem__):
            first, *rest = members
            if text:
                height = 1 if own is None else depth - line
                yield HeadingCell(text[-1], line, first, height, 1 + len(rest))


def _key(
    columns: Sequence[Column], at: int, line: int
) -> tuple[tuple[str, ...], int | None]:
    """Return what makes neighbours one cell on a line; empty where nothing begins.

    A heading of a column's own is never one with a neighbour of the same name.
    """
    path = _path(columns[at])
    if line >= len(path):
        return (), at
    return path[: line + 1], at if line == len(path) - 1 else None
