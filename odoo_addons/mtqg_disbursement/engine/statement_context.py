"""What rows of a statement tell about the rows around them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from .statement_headings import scan
from .statement_rows import Row, cell_of, is_numeric

DEEPEST = 99  # a title without a number stands right above its lines
LONGEST_TITLE = 200
# a number below this beside texts such as "1.234.567" was "12.000" before a workbook
# of another country read it
SMALL = 1_000
# "A. Vốn đầu tư", "1.2 - Chương trình"
NUMBERING = re.compile(r"^\s*(?:[A-Z]|[IVX]+|\d+(?:\.\d+)*)\s*[.)/:-]\s*|^[-+*•]\s*")


class Titles:
    """The titles that lines stand under, and what they say about them."""

    def __init__(self, constants: dict[str, Any]) -> None:
        self.constants = constants
        self.titles: list[tuple[int, str]] = []
        self.said = dict(constants)

    def enter(self, row: Row, texts: Iterable[str]) -> None:
        """Go under a title; those of its own depth and deeper end."""
        rank = row.rank if row.rank is not None else DEEPEST
        title = " ".join(texts)[:LONGEST_TITLE]
        self.titles = [(r, text) for r, text in self.titles if r < rank]
        if title:
            self.titles.append((rank, title))
        self.said = self._read()

    def leave(self, rank: int | None) -> None:
        """Leave the titles that end before a line numbered so."""
        if rank is None or not any(DEEPEST > r >= rank for r, _text in self.titles):
            return
        self.titles = [(r, text) for r, text in self.titles if r < rank]
        self.said = self._read()

    def _read(self) -> dict[str, Any]:
        """Read nature, source, year and carried-over capital out of the titles."""
        said = dict(self.constants)
        for _rank, text in self.titles:
            found = scan(NUMBERING.sub("", text))
            for name, values in (
                ("nature", found.natures),
                ("source", found.sources),
                ("origin_year", found.years),
            ):
                if len(values) == 1:
                    said[name] = next(iter(values))
            if found.carried:
                said["is_carried"] = True
        if self.titles:
            said["groups"] = " / ".join(text for _rank, text in self.titles)
        return said


class NumberWatch:
    """Finds small numbers beside grouped texts: "12.000" that became 12."""

    def __init__(self) -> None:
        self.has_grouped = False
        self.small: list[tuple[int, int]] = []

    def look(self, row: Row, cells: Sequence[object], columns: Iterable[int]) -> None:
        """Look at the amounts of a row."""
        for column in columns:
            cell = cell_of(cells, column)
            if isinstance(cell, str):
                grouped = cell.count(".") > 1 or cell.count(",") > 1
                self.has_grouped = self.has_grouped or (grouped and is_numeric(cell))
            elif type(cell) in (int, float) and 0 < abs(cell) < SMALL:
                self.small.append((row.index, column))

    def found(self) -> list[tuple[int, int]]:
        """Give the cells that cannot be trusted."""
        return self.small if self.has_grouped else []
