"""A table of capital on a sheet -> lines in whole đồng, or what is wrong where.

Two layouts are read: one amount a row, and programs (or units) by sources and
natures. Every total the table prints is added up again, to the đồng. Nothing is
left out quietly: a row, column or number that is not understood is an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from .number_reading import (
    NumberRefusedError,
    guess_decimal_mark,
    read_amount,
)
from .plain_words import plain
from .table_heading import CellError, SheetLike, cell_at, error_at
from .table_layout import Layout, find_layout
from .table_totals import Amount, TotalRow, check_columns, check_row
from .table_words import nature_of, source_of, total_row_kind

SUBJECTS = ("unit", "program", "project")
YEARS = ("plan_year", "origin_year")
FIRST_YEAR, LAST_YEAR = 2000, 2099


@dataclass(frozen=True)
class PlanLine:
    """One amount of the table, with what the table says it is for.

    ``texts`` holds unit, program, project and parent_program as typed; ``cells``
    the address each of them, and each other field, was read from.
    """

    sheet: str
    row: int
    column: int
    cell: str
    amount: int
    source: str | None = None
    nature: str | None = None
    plan_year: int | None = None
    origin_year: int | None = None
    texts: dict[str, str] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)


@dataclass
class PlanReading:
    """What was read: the lines, and every error found. Use the lines only without."""

    sheet: str = ""
    layout: str = ""
    money_unit: str | None = None
    money_unit_said: str | None = None
    money_unit_cell: str = ""
    decimal_mark: str = ""
    lines: list[PlanLine] = field(default_factory=list)
    totals_checked: int = 0
    errors: list[CellError] = field(default_factory=list)


@dataclass(frozen=True)
class Options:
    """What the person who imports says about the table; None means: find out.

    ``with_decreases`` lets amounts be negative, as adjustments are.
    """

    money_unit: str | None = None
    decimal_mark: str | None = None
    sheet: str | None = None
    with_decreases: bool = False


def read_plan(
    sheets: Sequence[SheetLike], options: Options | None = None
) -> PlanReading:
    """Read the one table of capital in the sheets of a file.

    :return: the lines, or errors at their cells; never raises for any cells
    """
    options = options or Options()
    layout, errors = _choose(sheets, options.sheet)
    if layout is None:
        return PlanReading(errors=errors)
    reading = PlanReading(
        sheet=layout.sheet.name,
        layout="crosstab" if layout.is_crosstab else "long",
        money_unit=options.money_unit or layout.money_unit,
        money_unit_said=layout.money_unit,
        money_unit_cell=layout.money_unit_cell,
        decimal_mark=options.decimal_mark or _guess_mark(layout),
        errors=errors,
    )
    if not reading.money_unit:
        column = min(layout.values)
        errors.append(
            error_at(layout.sheet, layout.heading_row, column, "money_unit_unknown")
        )
    else:
        _Reader(layout, reading, options.with_decreases).read()
    return reading


def _choose(
    sheets: Sequence[SheetLike], name: str | None
) -> tuple[Layout | None, list[CellError]]:
    """Choose the sheet that holds the table; two tables are one too many."""
    visible = [s for s in sheets if (s.name == name if name else not s.is_hidden)]
    filled = [s for s in visible if any(any(c is not None for c in r) for r in s.rows)]
    if not filled:
        names = ", ".join(sheet.name for sheet in sheets)
        return None, [CellError(name or "", "A1", "", "no_sheet", {"sheets": names})]
    found = [(sheet, *find_layout(sheet)) for sheet in filled]
    tables = [(layout, errors) for _sheet, layout, errors in found if layout]
    if not tables:
        return None, found[0][2]
    if len(tables) > 1:
        names = ", ".join(layout.sheet.name for layout, _errors in tables)
        error = error_at(tables[1][0].sheet, 0, 0, "several_tables", sheets=names)
        return None, [error]
    return tables[0]


def _guess_mark(layout: Layout) -> str:
    """Tell the decimal mark from the amounts of the table."""
    rows = range(layout.first_row, len(layout.sheet.rows))
    return guess_decimal_mark(
        cell_at(layout.sheet, row, column) for row in rows for column in layout.values
    )


class _Reader:
    """Reads the rows under one heading; keeps lines, totals and errors."""

    def __init__(
        self, layout: Layout, reading: PlanReading, with_decreases: bool
    ) -> None:
        self.layout = layout
        self.sheet = layout.sheet
        self.reading = reading
        self.with_decreases = with_decreases
        self.unread: set[int] = set()  # columns with an amount that is no number
        self.unnamed: set[int] = set()
        self.amounts: list[Amount] = []
        self.total_rows: list[TotalRow] = []

    def read(self) -> None:
        """Read every row, then add up the columns."""
        for row in range(self.layout.first_row, len(self.sheet.rows)):
            if any(cell is not None for cell in self.sheet.rows[row]):
                self._read_row(row)
        if not self.reading.lines and not self.reading.errors:
            self._fail(self.layout.first_row, 0, "no_lines")
        checked, errors = check_columns(
            self.layout, self.amounts, self.total_rows, self.unread
        )
        self.reading.totals_checked += checked
        self.reading.errors += errors

    def _read_row(self, row: int) -> None:
        """Sort a row: heading again, totals, remark, or lines."""
        if self._is_heading_again(row):
            return
        amounts, is_sound = self._amounts(row)
        label = next(
            (k for text in self._labels(row) if (k := total_row_kind(text))), ""
        )
        if label:
            self.total_rows.append(TotalRow(row, label, amounts))
        elif amounts or not is_sound:
            self._read_lines(row, amounts, is_sound)
        else:
            self._check_remark(row)
        self._check_unnamed(row)

    def _labels(self, row: int) -> Iterable[object]:
        """Give the text cells of a row outside the columns of amounts."""
        cells = enumerate(self.sheet.rows[row])
        return (
            c for i, c in cells if isinstance(c, str) and i not in self.layout.values
        )

    def _is_heading_again(self, row: int) -> bool:
        """Tell the heading repeated on a new page."""
        heading = self.sheet.rows[self.layout.heading_row]
        return [plain(c) for c in self.sheet.rows[row]] == [plain(c) for c in heading]

    def _amounts(self, row: int) -> tuple[dict[int, int], bool]:
        """Read the amounts of a row; tell whether every one is a number."""
        amounts, is_sound = {}, True
        for column in self.layout.values:
            try:
                amount = read_amount(
                    cell_at(self.sheet, row, column),
                    self.reading.money_unit,
                    self.reading.decimal_mark,
                )
            except NumberRefusedError as refusal:
                self.unread.add(column)
                is_sound = False
                self._fail(row, column, refusal.code)
                continue
            if amount is not None:
                amounts[column] = amount
        return amounts, is_sound

    def _read_lines(self, row: int, amounts: dict[int, int], is_sound: bool) -> None:
        """Make a line of each amount, and check the totals across."""
        about, is_known = self._read_keys(row)
        for column in self.layout.parts:
            if column not in amounts:
                continue
            self.amounts.append(Amount(row, column, amounts[column]))
            if self._is_acceptable(row, column, amounts[column]) and is_known:
                line = self._line(row, column, amounts[column], about)
                self.reading.lines.append(line)
        if is_sound:
            checked, errors = check_row(self.layout, row, amounts)
            self.reading.totals_checked += checked
            self.reading.errors += errors

    def _is_acceptable(self, row: int, column: int, amount: int) -> bool:
        """Refuse zero where each row is one amount, and less than zero."""
        if amount < 0 and not self.with_decreases:
            self._fail(row, column, "negative_amount")
        elif amount == 0 and not self.layout.is_crosstab:
            self._fail(row, column, "zero_amount")
        return amount > 0 or (amount < 0 and self.with_decreases)

    def _line(self, row: int, column: int, amount: int, about: dict) -> PlanLine:
        """Join what the row and what the column say."""
        heading = self.layout.values[column]
        said = dict(about)
        cells = said.pop("cells")
        if heading.source or heading.nature:
            top = self.sheet.address(self.layout.heading_row, column)
            cells = {"source": top, "nature": top} | cells
        said["source"] = heading.source or said.get("source")
        said["nature"] = heading.nature or said.get("nature")
        cell = self.sheet.address(row, column)
        return PlanLine(self.sheet.name, row, column, cell, amount, cells=cells, **said)

    def _read_keys(self, row: int) -> tuple[dict, bool]:
        """Read what a row is about; tell whether it is understood."""
        before = len(self.reading.errors)
        texts, cells, about = {}, {}, {}
        for name, columns in self.layout.keys.items():
            column = next(
                (c for c in columns if cell_at(self.sheet, row, c) is not None), None
            )
            if column is None:
                continue
            value = cell_at(self.sheet, row, column)
            cells[name] = self.sheet.address(row, column)
            if name in ("source", "nature", *YEARS):
                about[name] = self._read_value(name, value, row, column)
            else:
                texts[name] = str(value).strip()
        if not any(texts.get(name) for name in SUBJECTS):
            column = min(min(c) for c in self.layout.keys.values())
            self._fail(row, column, "subject_missing")
        about |= {"texts": texts, "cells": cells}
        return about, len(self.reading.errors) == before

    def _read_value(
        self, name: str, value: object, row: int, column: int
    ) -> str | int | None:
        """Read a source, a nature or a year."""
        if name in YEARS:
            year = _year(value)
            if year is None:
                self._fail(row, column, "bad_year")
            return year
        read = source_of(value) if name == "source" else nature_of(value)
        if read is None:
            self._fail(row, column, f"unknown_{name}")
        return read

    def _check_remark(self, row: int) -> None:
        """Refuse a row that is about something but gives no amount.

        One filled cell is a remark or a heading between rows; so is a row of a
        program without capital in a table of sources.
        """
        keys = {c for columns in self.layout.keys.values() for c in columns}
        filled = [c for c in keys if cell_at(self.sheet, row, c) is not None]
        if len(filled) > 1 and not self.layout.is_crosstab:
            self._fail(row, min(self.layout.parts), "amount_missing")

    def _check_unnamed(self, row: int) -> None:
        """Refuse, once a column, cells under no heading."""
        for column, cell in enumerate(self.sheet.rows[row]):
            is_unnamed = column in self.layout.unnamed or column >= self.layout.width
            if cell is not None and is_unnamed and column not in self.unnamed:
                self.unnamed.add(column)
                self._fail(row, column, "unnamed_column")

    def _fail(self, row: int, column: int, code: str, **values: object) -> None:
        """Keep an error at a cell."""
        self.reading.errors.append(error_at(self.sheet, row, column, code, **values))


def _year(value: object) -> int | None:
    """Read a year of capital, or None.

    >>> _year(2023), _year("2023"), _year("năm 2023"), _year(23)
    (2023, 2023, 2023, None)
    """
    words = plain(value).removeprefix("nam ").strip()
    if not words.isdigit():
        return None
    return int(words) if FIRST_YEAR <= int(words) <= LAST_YEAR else None
