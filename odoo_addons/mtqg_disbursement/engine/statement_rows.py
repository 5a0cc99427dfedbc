"""One row of a statement: what kind of row it is, its amounts, what it is about."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from .number_reading import (
    UNKNOWN,
    NumberRefusedError,
    read_amount,
    shown_mark,
)
from .plain_words import plain
from .statement_profile import Column, Profile, masked
from .statement_values import (
    CODES,
    ValueRefusedError,
    read_code,
    read_date,
    read_kind,
    read_text,
    read_year,
)
from .statement_words import FOOTER_ROWS, OPENING_ROWS, RUNNING_ROWS
from .table_heading import LONGEST_NUMBER, is_column_numbers
from .table_words import nature_of, source_of, total_row_kind

# amounts that are read for the checks across a row, though they make no line
CHECKED_REST = ("remaining", "balance")
SPECIAL_ROWS = {
    "opening": re.compile(OPENING_ROWS),
    "running": re.compile(RUNNING_ROWS),
}
FOOTER = re.compile(FOOTER_ROWS)
# what stands in a sum where there is none
NO_SUM = {"x", "xx", "xxx"}
RANKS = (
    re.compile(r"[A-Z]"),
    re.compile(r"[IVX]+"),
    re.compile(r"\d+"),
    re.compile(r"(?:\d+|[IVX]+)[.,]\d+"),
    re.compile(r"(?:\d+|[IVX]+)[.,]\d+[.,]\d+"),
    re.compile(r"(?:\d+[.,]){3,}\d+|[a-z]"),
    re.compile(r"[-–+*•]"),
)
DASH_RANK = len(RANKS) - 1
DASHED = re.compile(r"[-–+*•]\s*[^\W\d_]")
NAMES = {"project": "project_name", "program": "program_name", "unit": "unit_name"}
TEXT_LABELS = 3  # a label stands among the first texts of a row
Error = tuple[int, str]  # column and code


@dataclass
class Row:
    """A row as it was understood; ``index`` counts from 0.

    ``kind``: blank, heading, total, text (no amounts), or amounts. ``total`` is the
    kind of a sum; ``rank`` how deep the row is numbered; ``has_key`` tells whether a
    column that every line has is filled.
    """

    index: int
    kind: str
    amounts: dict[int, int] = field(default_factory=dict)
    total: str = ""
    label: str = ""
    rank: int | None = None
    has_key: bool = True
    about: dict[str, Any] = field(default_factory=dict)
    errors: list[Error] = field(default_factory=list)


class RowReader:
    """Reads rows with a profile. Keeps what cells above say for those below."""

    def __init__(
        self, profile: Profile, merged: Sequence[tuple[int, int, int, int]] = ()
    ) -> None:
        self.profile = profile
        self.amounts = {c.index: c for c in profile.columns if _is_read(c, profile)}
        self.mark = profile.decimal_mark or UNKNOWN
        self.keys = profile.keys
        self.key_columns = {c for columns in self.keys.values() for c in columns}
        self.numbers = [c.index for c in profile.columns if c.meaning.kind == "number"]
        # columns that hold no part of the title of a group
        self.no_titles = {c for name in CODES for c in self.keys.get(name, ())} | {
            c.index
            for c in profile.columns
            if c.meaning.kind in ("amount", "rest", "number")
        }
        self.unnamed = {
            c.index for c in profile.columns if c.meaning.kind in ("", "empty")
        }
        self.headings = {row for row in profile.headings if len(row) > 1}
        self.beginnings = {next(filter(None, row)) for row in self.headings}
        self.merged = {
            (row, left): first
            for first, left, last, right in merged
            if left == right and left in self.key_columns
            for row in range(first + 1, last + 1)
        }
        self.above: dict[int, object] = {}

    def read(self, index: int, cells: Sequence[object]) -> Row:
        """Read one row."""
        if all(cell is None for cell in cells):
            return Row(index, "blank")
        if self._is_heading(cells):
            return Row(index, "heading")
        row = Row(index, "amounts")
        row.label = next(self._labels(cells), "")
        row.rank = self._rank(cells)
        keys = self.profile.line_keys
        row.has_key = not keys or any(cell_of(cells, c) is not None for c in keys)
        row.total = self._total_kind(cells)
        self._read_amounts(cells, row)
        self._check_unnamed(cells, row)
        if row.total:
            row.kind = "total"
        elif not row.amounts and (not row.errors or self._is_footer(cells, row)):
            row.kind, row.errors = "text", []
        return row

    def read_about(self, row: Row, cells: Sequence[object]) -> None:
        """Read what a line is about, into the row."""
        self.remember(cells)
        for name, columns in self.keys.items():
            for column in columns:
                value = self._key(row, cells, column)
                if value is None or row.about.get(name):
                    continue
                try:
                    row.about |= self._value(name, value)
                except ValueRefusedError as refusal:
                    row.errors.append((column, refusal.code))

    def remember(self, cells: Sequence[object]) -> None:
        """Keep cells that may also hold for the rows below them."""
        for column in self.key_columns:
            cell = cell_of(cells, column)
            if cell is not None:
                self.above[column] = cell

    def read_constants(self) -> dict[str, Any]:
        """Read what the title says about every line."""
        said: dict[str, Any] = {}
        for name, text in self.profile.constants.items():
            try:
                said |= self._value(name, text)
            except ValueRefusedError:
                continue  # a title is no cell to be put right
        return {name: value for name, value in said.items() if value}

    # === Kinds of rows === #

    def _is_heading(self, cells: Sequence[object]) -> bool:
        """Tell a heading repeated on a new page, or a row of column numbers."""
        first = next((cell for cell in cells if cell is not None), None)
        if not isinstance(first, str):
            return is_column_numbers(cells) if first == 1 else False
        if _masked(first) in self.beginnings and masked(cells) in self.headings:
            return True
        return len(first) < LONGEST_NUMBER and is_column_numbers(cells)

    def _is_footer(self, cells: Sequence[object], row: Row) -> bool:
        """Tell a row of plain words, such as signatures under the table."""
        texts = [cell for cell in cells if cell is not None]
        if not all(isinstance(text, str) and not _has_digits(text) for text in texts):
            return False
        is_signed = any(FOOTER.match(plain(text)) for text in texts)
        has_key = any(cell_of(cells, c) is not None for c in self.key_columns)
        return is_signed or not has_key or not row.has_key

    def _labels(self, cells: Sequence[object]) -> Iterator[str]:
        """Give the first texts of a row outside the columns of amounts."""
        count = 0
        for column, cell in enumerate(cells):
            is_text = isinstance(cell, str) and column not in self.amounts
            if is_text and column not in self.numbers:
                yield cell
                count += 1
                if count == TEXT_LABELS:
                    return

    def _total_kind(self, cells: Sequence[object]) -> str:
        """Tell a row of sums by its label."""
        texts = [str(cell_of(cells, c) or "") for c in self.numbers]
        for text in (*texts, *self._labels(cells)):
            kind = _label_kind(text)
            if kind:
                return "" if self._has_other_keys(cells, text) else kind
        return ""

    def _has_other_keys(self, cells: Sequence[object], label: str) -> bool:
        """Tell a line whose text begins like the label of a sum."""
        keys = [c for c in self.profile.line_keys if cell_of(cells, c) != label]
        return bool(keys) and all(cell_of(cells, c) is not None for c in keys)

    def _rank(self, cells: Sequence[object]) -> int | None:
        """Tell how deep a row is numbered; a dash may stand before its name."""
        for column in self.numbers:
            cell = cell_of(cells, column)
            if cell is not None:
                return rank_of(str(cell))
        first = next(self._labels(cells), "").strip()
        return DASH_RANK if self.numbers and DASHED.match(first) else None

    # === Cells === #

    def _read_amounts(self, cells: Sequence[object], row: Row) -> None:
        """Read the amounts of a row, noting what is none."""
        for index, column in self.amounts.items():
            cell = cell_of(cells, index)
            if cell is None or (row.total and plain(cell) in NO_SUM):
                continue
            try:
                amount = self._amount(cell, column)
            except NumberRefusedError as refusal:
                row.errors.append((index, refusal.code))
                continue
            if amount is not None:
                row.amounts[index] = amount

    def _amount(self, cell: object, column: Column) -> int | None:
        """Read one amount; a mark that other amounts contradict is refused."""
        unit = column.money_unit or self.profile.money_unit or "dong"
        mark = self.mark
        if isinstance(cell, str):
            shown = shown_mark(cell)
            if shown and mark in ",." and mark and shown != mark:
                raise NumberRefusedError(code="other_mark")
            if not mark and unit != "dong":
                # a mark before three digits may be either
                mark = "?"
        return read_amount(cell, unit, mark)

    def _check_unnamed(self, cells: Sequence[object], row: Row) -> None:
        """Note amounts under no heading; texts there are passed over."""
        width = len(self.profile.columns)
        for column, cell in enumerate(cells):
            is_unnamed = column >= width or column in self.unnamed
            if cell is not None and is_unnamed and is_numeric(cell):
                row.errors.append((column, "unnamed_column"))

    def _key(self, row: Row, cells: Sequence[object], column: int) -> object:
        """Give a cell that tells what a line is about, from above if it is joined."""
        cell = cell_of(cells, column)
        if cell is None and (
            (row.index, column) in self.merged or column in self.profile.fill_down
        ):
            return self.above.get(column)
        return cell

    def _value(self, name: str, value: object) -> dict[str, Any]:
        """Read one cell of what a line is about."""
        if name in CODES:
            code, text = read_code(value, name)
            more = {NAMES[name]: text} if text and name in NAMES else {}
            return {name: code, **more}
        if name in ("date", "voucher_date"):
            return {name: read_date(value, self.profile.date_order)}
        return {name: READERS.get(name, read_text)(value)}


def _has_digits(text: str) -> bool:
    """Tell a text that holds a digit."""
    return any(letter.isdigit() for letter in text)


def _is_read(column: Column, profile: Profile) -> bool:
    """Tell whether the amounts of a column are needed."""
    checked = {check.total for check in profile.checks}
    checked |= {part for check in profile.checks for part, _sign in check.parts}
    kind = column.meaning.kind
    return kind == "amount" or (kind == "rest" and column.index in checked)


def cell_of(cells: Sequence[object], column: int) -> object:
    """Give a cell, or None beyond the row."""
    return cells[column] if column < len(cells) else None


def _nature(value: object) -> str | None:
    """Read a nature of capital.

    :raise ValueRefusedError: unknown_nature
    """
    if not plain(value):
        return None
    nature = nature_of(value)
    if nature is None:
        raise ValueRefusedError(code="unknown_nature")
    return nature


READERS: dict[str, Callable[[object], Any]] = {
    "origin_year": read_year,
    "plan_year": read_year,
    "kind": lambda value: read_kind(read_text(value)),
    "nature": _nature,
    "source": source_of,
}


@lru_cache(maxsize=4096)
def _label_kind(text: str) -> str:
    """Tell the kind of sum that a label announces."""
    words = plain(text)
    for kind, pattern in SPECIAL_ROWS.items():
        if pattern.match(words):
            return kind
    return total_row_kind(text)


@lru_cache(maxsize=4096)
def _masked(text: str) -> str:
    """Give one text as headings are compared."""
    return "".join(masked([text[:200]]))


@lru_cache(maxsize=4096)
def rank_of(text: str) -> int | None:
    """Tell how deep a row is by its number: A, I, 1, 1.1, …, a dash.

    >>> [rank_of(text) for text in ("A", "II", "3", "3.1", "1.2.3", "-", "Cộng")]
    [0, 1, 2, 3, 4, 6, None]
    >>> rank_of("I"), rank_of("C.")
    (1, 0)
    """
    bare = text.strip().rstrip(".)/")
    for rank in (1, 0, *range(2, len(RANKS))):
        if RANKS[rank].fullmatch(bare or text.strip()):
            return rank
    return None


def is_numeric(cell: object) -> bool:
    """Tell whether a cell may be an amount.

    >>> is_numeric(5), is_numeric("1.234.567"), is_numeric("Đợt 1"), is_numeric(True)
    (True, True, False, False)
    """
    if isinstance(cell, bool):
        return False
    if isinstance(cell, int | float):
        return True
    if not isinstance(cell, str) or not any(c.isdigit() for c in cell[:60]):
        return False
    try:
        return read_amount(cell, "billion") is not None
    except NumberRefusedError as refusal:
        return refusal.code != "not_a_number"
