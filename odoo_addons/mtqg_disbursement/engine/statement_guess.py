"""A profile guessed from the first rows of a statement, with what is left to ask.

``guess`` finds the table and says what each column holds; ``review`` settles, from the
cells, what headings do not say (decimal mark, order of dates, which rows are sums) and
lists the questions a person must answer before the statement is read. After an answer
``review`` runs again; a profile that is remembered starts there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace

from .plain_words import plain
from .statement_doubts import doubtful
from .statement_headings import Meaning, StatementWords
from .statement_profile import Column, Profile, first_row, masked
from .statement_reading import RowView, StatementReading
from .statement_rows import cell_of, is_numeric
from .statement_settle import SAMPLE_ROWS, settle
from .statement_words import KEYS, LARGEST_PROVINCE
from .table_heading import (
    DEEPEST_HEADING,
    SEARCHED_ROWS,
    CellError,
    Found,
    SheetLike,
    cell_at,
    error_at,
    find_heading,
    first_data_row,
    is_column_numbers,
    read_heading,
)
from .table_words import money_unit_of

LISTED_TEXTS = 20
PREVIEW_ROWS = 60
LABELLED = ":"
# what a title may say about every line
TITLE_FIELDS = ("project", "program", "unit", "origin_year", "nature", "source")
TITLE_NAMES = {"unit_name": "unit_name", "project_name": "project_name"}
VOUCHER_FIELDS = ("kind", "voucher", "date", "voucher_date")


@dataclass
class Guess:
    """What was understood of a file, and what is not.

    ``questions`` name a cell and a reason each; without any the statement can be read
    with ``profile`` from ``first_row`` of ``sheet``.
    """

    profile: Profile = field(default_factory=Profile)
    sheet: SheetLike | None = None
    first_row: int = 0
    questions: list[CellError] = field(default_factory=list)
    rows: list[RowView] = field(default_factory=list)

    @property
    def is_ready(self) -> bool:
        """Tell whether nothing is left to ask."""
        return self.sheet is not None and not self.questions


def guess(
    sheets: Sequence[SheetLike],
    sheet: str = "",
    heading: tuple[int, int] | None = None,
    *,
    is_whole: bool = True,
) -> Guess:
    """Guess how the statement in a file is to be read.

    :param sheets: the sheets of the file, or their first rows
    :param sheet: the name of the one to read; needed when several hold a table
    :param heading: first row (from 0) and depth of the heading, where it is not found
    :param is_whole: False when the sheets are cut after their first rows
    """
    chosen, found, questions = _choose(sheets, sheet, heading)
    if chosen is None or found is None:
        return Guess(questions=questions)
    first = first_data_row(chosen, found.last)
    rows = chosen.rows[first : first + SAMPLE_ROWS]
    columns = tuple(_column(index, found, rows) for index in range(len(found.meanings)))
    profile = Profile(
        headings=tuple(masked(row) for row in chosen.rows[found.top : found.last + 1]),
        columns=columns,
        sheet=sheet,
        money_unit=_unit(chosen, found.top, columns),
        constants=_constants(chosen, found.top),
    )
    return review(profile, chosen, first, is_whole=is_whole)


def recall(
    profiles: Sequence[Profile], sheets: Sequence[SheetLike], *, is_whole: bool = True
) -> Guess | None:
    """Find the remembered profile that fits a file, and review it there.

    A unit of money the title says goes before the one remembered, unless a person
    chose that; titles are read anew.
    """
    for sheet in sheets:
        for profile in profiles:
            first = None if sheet.is_hidden else first_row(profile, sheet)
            if first is None or profile.sheet not in ("", sheet.name):
                continue
            top = _last_of_heading(sheet, first) + 1 - len(profile.headings)
            unit = profile.money_unit
            if "money_unit" not in profile.chosen:
                unit = _unit(sheet, top, profile.columns)
            fresh = replace(profile, money_unit=unit, constants=_constants(sheet, top))
            return review(fresh, sheet, first, is_whole=is_whole)
    return None


def review(
    profile: Profile,
    sheet: SheetLike,
    first: int,
    aside: Collection[str] = (),
    sums: Collection[str] = (),
    *,
    is_whole: bool = True,
) -> Guess:
    """Settle what the cells tell, list what is left to ask, and show the first rows.

    :param aside: names of rows a person has set aside; they are not asked about
    :param sums: names of rows a person calls sums of those below them
    """
    rows = sheet.rows[first:]
    if not profile.money_unit and (unit := _likely_unit(profile, rows)):
        profile = replace(profile, money_unit=unit)
    profile = settle(profile, sheet, first, is_whole=is_whole)
    questions = list(_questions(profile, sheet, first))
    head = StatementReading(profile, sheet, aside, sums, is_whole=is_whole)
    for _line in head.lines(sheet.rows[: first + SAMPLE_ROWS], first):
        pass
    if not questions and "outline" not in profile.chosen:
        questions += _doubts(head)
    return Guess(profile, sheet, first, questions, head.views[:PREVIEW_ROWS])


def _doubts(reading: StatementReading) -> Iterator[CellError]:
    """Ask about lines that may be sums of others, where no sum covers them all."""
    if reading.report.is_whole:
        return
    lines = [
        (view.row, view.amounts)
        for view in reading.views
        if view.kind == "line" and not reading.is_aside(view.row)
    ]
    column = min(reading.profile.amounts, default=0)
    for row in doubtful(lines, with_keys=bool(reading.profile.line_keys)):
        yield reading.error_at(row, column, "looks_like_sum")


# === The table === #


def _choose(
    sheets: Sequence[SheetLike], name: str, heading: tuple[int, int] | None
) -> tuple[SheetLike | None, Found[Meaning] | None, list[CellError]]:
    """Choose the sheet with the table, and find its heading."""
    visible = [s for s in sheets if (s.name == name if name else not s.is_hidden)]
    filled = [s for s in visible if any(any(c is not None for c in r) for r in s.rows)]
    if not filled:
        names = ", ".join(sheet.name for sheet in sheets)
        return None, None, [CellError(name, "A1", "", "no_sheet", {"sheets": names})]
    words = StatementWords()
    if heading:
        found = read_heading(filled[0], *heading, words) or _as_told(filled[0], heading)
        return filled[0], found, []
    tables = [(sheet, find_heading(sheet, words)) for sheet in filled]
    tables = [(sheet, found) for sheet, found in tables if found]
    if not tables:
        return None, None, [_no_heading(filled[0])]
    if len(tables) > 1:
        names = ", ".join(sheet.name for sheet, _found in tables)
        question = error_at(tables[1][0], 0, 0, "several_tables", sheets=names)
        return None, None, [question]
    return *tables[0], []


def _as_told(sheet: SheetLike, heading: tuple[int, int]) -> Found[Meaning] | None:
    """Take rows as a heading because a person says so."""
    top, depth = heading
    if not (0 <= top < len(sheet.rows) and 1 <= depth <= DEEPEST_HEADING):
        return None
    found = read_heading(sheet, top, 1, StatementWords())
    return replace(found, depth=depth) if found else None


def _no_heading(sheet: SheetLike) -> CellError:
    """Tell that no heading is recognised, at the row that looks most like one."""
    for row, cells in enumerate(sheet.rows[:SEARCHED_ROWS]):
        texts = [str(cell) for cell in cells if cell is not None]
        if len(texts) > 1:
            column = next(c for c, cell in enumerate(cells) if cell is not None)
            values = {
                "found": ", ".join(texts[:LISTED_TEXTS]),
            }
            return error_at(sheet, row, column, "no_heading", **values)
    return error_at(sheet, 0, 0, "empty_sheet")


def _column(
    index: int, found: Found[Meaning], rows: Sequence[Sequence[object]]
) -> Column:
    """Describe one column."""
    texts, meaning = found.texts[index], found.meanings[index]
    units = [unit for text in reversed(texts) if (unit := money_unit_of(text))]
    unit = units[0] if units else None
    reason = "recognised"
    if not meaning.kind:
        has_amounts = any(is_numeric(cell_of(cells, index)) for cells in rows)
        reason = "unknown" if has_amounts else "only_text"
        meaning = meaning if has_amounts else Meaning("text")
    return Column(index, " / ".join(texts), meaning, unit, reason=reason)


# === What the title says === #


def _unit(sheet: SheetLike, top: int, columns: Sequence[Column]) -> str | None:
    """Find the unit of money above the heading, or the only one in it."""
    above = _units_above(sheet, top)
    if above:
        return above[0][0] if len({unit for unit, _r, _c in above}) == 1 else None
    inside = {column.money_unit for column in columns if column.money_unit}
    return inside.pop() if len(inside) == 1 else None


def _units_above(sheet: SheetLike, top: int) -> list[tuple[str, int, int]]:
    """List the units of money said above the heading, and where."""
    return [
        (unit, row, column)
        for row, cells in enumerate(sheet.rows[:top])
        for column, cell in enumerate(cells)
        if isinstance(cell, str) and (unit := money_unit_of(cell))
    ]


def _likely_unit(profile: Profile, rows: Sequence[Sequence[object]]) -> str | None:
    """Take đồng where any other unit would make more than a province can spend."""
    reading = StatementReading(replace(profile, money_unit="dong"), _Nameless())
    for _line in reading.lines(rows, 0):
        pass
    sums = [abs(a) for c, a in reading.totals.running.items() if c in profile.amounts]
    thousand = 1_000
    return "dong" if max(sums, default=0) * thousand > LARGEST_PROVINCE else None


class _Nameless:
    """Stands for a sheet where nobody looks at names and addresses."""

    name = ""
    rows = ()
    is_hidden = False

    def address(self, row: int, column: int) -> str:
        """Give no address."""
        return f"{row},{column}"


def _constants(sheet: SheetLike, top: int) -> dict[str, str]:
    """Read "Mã dự án: 7891234" and the like above the heading."""
    said: dict[str, str] = {}
    for cells in sheet.rows[: max(top, 0)]:
        for column, cell in enumerate(cells):
            if not isinstance(cell, str) or LABELLED not in cell:
                continue
            label, _colon, text = cell.partition(LABELLED)
            name = KEYS.get(plain(label), "")
            value = text.strip() or str(cell_of(cells, column + 1) or "").strip()
            if name in (*TITLE_FIELDS, *TITLE_NAMES) and value:
                said.setdefault(name, value)
    return said


# === What is left to ask === #


def _questions(profile: Profile, sheet: SheetLike, first: int) -> Iterator[CellError]:
    """Ask what neither headings nor cells tell."""
    last = _last_of_heading(sheet, first)
    top = last + 1 - len(profile.headings)
    for column in profile.columns:
        place = _place(sheet, top, last, column.index)
        if not column.meaning.kind and column.reason != "corrected":
            yield error_at(sheet, *place, "unknown_column")
    yield from _doubled(profile, sheet, top, last)
    amounts = list(profile.amounts.values())
    if not amounts:
        yield error_at(sheet, max(last, 0), 0, "no_amounts")
        return
    if not profile.money_unit and not all(c.money_unit for c in amounts):
        place = _place(sheet, top, last, amounts[0].index)
        units = {unit for unit, _row, _column in _units_above(sheet, top)}
        code = "several_units" if len(units) > 1 else "money_unit_unknown"
        yield error_at(sheet, *place, code)
    yield from _unsaid_measures(profile, sheet, top, last)
    for column in amounts:
        if column.reason == "whole_unclear":
            yield error_at(
                sheet, *_place(sheet, top, last, column.index), column.reason
            )


def _last_of_heading(sheet: SheetLike, first: int) -> int:
    """Give the last row of the heading over the first row of data."""
    has_numbers = 0 < first <= len(sheet.rows) and is_column_numbers(
        sheet.rows[first - 1]
    )
    return first - 1 - has_numbers


def _unsaid_measures(
    profile: Profile, sheet: SheetLike, top: int, last: int
) -> Iterator[CellError]:
    """Ask what plain amounts are, where no row tells its kind."""
    if any(name in profile.keys for name in VOUCHER_FIELDS):
        return
    for column in profile.amounts.values():
        if column.meaning.name == "amount" and column.reason != "corrected":
            place = _place(sheet, top, last, column.index)
            yield error_at(sheet, *place, "measure_unknown")


def _doubled(
    profile: Profile, sheet: SheetLike, top: int, last: int
) -> Iterator[CellError]:
    """Ask which of two columns that mean the same is meant."""
    seen: dict[Meaning, int] = {}
    for column in profile.columns:
        if not column.makes_lines:
            continue
        place = _place(sheet, top, last, column.index)
        if column.meaning in seen:
            first = sheet.address(place[0], seen[column.meaning])
            yield error_at(sheet, *place, "doubled_column", first=first)
        seen.setdefault(column.meaning, column.index)


def _place(sheet: SheetLike, top: int, last: int, column: int) -> tuple[int, int]:
    """Give the lowest cell of a heading that says something about a column."""
    for row in range(last, max(top, 0) - 1, -1):
        if cell_at(sheet, row, column) is not None:
            return row, column
    return max(last, 0), column
