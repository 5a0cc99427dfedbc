"""What headings of a statement do not say, settled from its cells.

Which mark is decimal, how dates are written, which columns are sums of others, which
rows are sums of those below: each is tried on the rows at hand, and what adds up holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from .number_reading import guess_decimal_mark, is_ambiguous
from .statement_columns import settle_columns
from .statement_profile import Profile, RowCheck
from .statement_reading import StatementReading
from .statement_rows import Row, RowReader, cell_of
from .statement_values import guess_date_order
from .table_heading import SheetLike

SAMPLE_ROWS = 2_000
FEWEST_LINES = 2
MARKS = (",", ".")
MOSTLY = 0.9
SPARSE = 0.3
LINE_FIELDS = ("voucher", "project", "date", "voucher_date", "program", "unit")
DITTO_FIELDS = (
    "program", "program_name", "unit", "unit_name", "origin_year", "nature", "source",
    "treasury",
)  # fmt: skip


def settle(
    profile: Profile, sheet: SheetLike, first: int, *, is_whole: bool = True
) -> Profile:
    """Return the profile with all that the rows of a sheet tell.

    What a person has chosen (``profile.chosen``) is left alone. Where a mark before
    three digits may be decimal or not, the sums of the statement decide, if they can.
    """
    settled = _settle(profile, sheet, first, is_whole=is_whole)
    if settled.decimal_mark or "decimal_mark" in profile.chosen:
        return settled
    if not _has_ambiguous(settled, sheet.rows[first:]):
        return settled
    sure = []
    for mark in (",", "."):
        said = (*profile.chosen, "decimal_mark")
        told = replace(profile, decimal_mark=mark, chosen=said)
        tried = _settle(told, sheet, first, is_whole=is_whole)
        rows = sheet.rows[first : first + SAMPLE_ROWS]
        errors, _uncovered, checked = _trial(tried, sheet, first, rows, is_whole)
        if not errors and (checked or tried.checks):
            sure.append(replace(tried, chosen=profile.chosen))
    return sure[0] if len(sure) == 1 else settled


def _has_ambiguous(profile: Profile, rows: Sequence[Sequence[object]]) -> bool:
    """Tell whether amounts such as "1.234" stand in a unit that may have decimals."""
    columns = [
        column.index
        for column in profile.amounts.values()
        if (column.money_unit or profile.money_unit) not in ("dong", None)
    ]
    return any(
        isinstance(cell := cell_of(cells, column), str) and is_ambiguous(cell)
        for cells in rows
        for column in columns
    )


def _settle(
    profile: Profile, sheet: SheetLike, first: int, *, is_whole: bool
) -> Profile:
    """Settle cells, columns, rows."""
    rows = sheet.rows[first:]
    profile = _settle_cells(profile, rows)
    sample = rows[:SAMPLE_ROWS]
    parsed = [row for row in _parsed(profile, sheet, sample, first) if row.amounts]
    profile = settle_columns(profile, [row.amounts for row in parsed])
    profile = _settle_outline(profile, sheet, first, is_whole=is_whole)
    return _settle_ditto(profile, sheet, first)


def _settle_cells(profile: Profile, rows: Sequence[Sequence[object]]) -> Profile:
    """Settle how numbers and dates are written."""
    said = {}
    if "decimal_mark" not in profile.chosen:
        said["decimal_mark"] = _guess_mark(profile, rows)
    if "date_order" not in profile.chosen:
        keys = profile.keys
        dates = [c for name in ("date", "voucher_date") for c in keys.get(name, [])]
        said["date_order"] = guess_date_order(
            cell_of(cells, column) for cells in rows for column in dates
        )
    return replace(profile, **said)


def _guess_mark(profile: Profile, rows: Sequence[Sequence[object]]) -> str:
    """Tell the decimal mark of the amounts.

    Where they do not tell, ratios may: "17,45" beside "320.197" leaves no doubt, while
    "17,45" beside "320,197" proves nothing about the amounts.
    """
    cells = {
        kind: [
            cell_of(row, column.index)
            for column in profile.columns
            if column.meaning.kind == kind
            for row in rows
        ]
        for kind in ("amount", "rest")
    }
    mark, other = (guess_decimal_mark(cells[kind]) for kind in ("amount", "rest"))
    used = {sign for cell in cells["amount"] if isinstance(cell, str) for sign in cell}
    return other if not mark and other in MARKS and other not in used else mark


def _parsed(
    profile: Profile, sheet: SheetLike, rows: Iterable[Sequence[object]], first: int
) -> Iterator[Row]:
    """Read the amounts of rows, sums across a row included."""
    every = [c.index for c in profile.columns if c.meaning.kind == "rest"]
    checks = tuple(RowCheck(column, ()) for column in every)
    reader = RowReader(replace(profile, checks=checks), getattr(sheet, "merged", ()))
    for index, cells in enumerate(rows, first):
        yield reader.read(index, cells)


# === Rows that are sums of others === #


def _settle_outline(
    profile: Profile, sheet: SheetLike, first: int, *, is_whole: bool
) -> Profile:
    """Find how rows of sums are told from lines: what adds up best is meant."""
    rows = sheet.rows[first : first + SAMPLE_ROWS]
    whole = is_whole and len(sheet.rows) <= first + SAMPLE_ROWS
    candidates = list(_outlines(profile, sheet, rows, first))
    if "outline" in profile.chosen:
        candidates = [c for c in candidates if c.outline == profile.outline] or [
            profile
        ]
    if len(candidates) == 1:
        return candidates[0]
    tried = [_trial(candidate, sheet, first, rows, whole) for candidate in candidates]
    return candidates[tried.index(min(tried))]


def _outlines(
    profile: Profile,
    sheet: SheetLike,
    rows: Sequence[Sequence[object]],
    first: int,
) -> Iterator[Profile]:
    """Give the ways in which rows may be told apart, the plainest first."""
    parsed = zip(_parsed(profile, sheet, rows, first), rows, strict=True)
    lines = [(r, cells) for r, cells in parsed if r.kind == "amounts" and r.amounts]
    filled = {
        column: sum(cell_of(cells, column) is not None for _row, cells in lines)
        for name in LINE_FIELDS
        for column in profile.keys.get(name, [])
    }
    full = tuple(c for c, n in filled.items() if lines and n >= MOSTLY * len(lines))
    yield replace(profile, outline="flat", line_keys=full)
    sparse = [c for c, n in filled.items() if 0 < n < len(lines)]
    for column in sparse:
        yield replace(profile, outline="keyed", line_keys=(column,))
    some = tuple(column for column, count in filled.items() if count)
    if len(some) > 1 and sparse:
        yield replace(profile, outline="keyed", line_keys=some)
    ranks = {row.rank for row, _cells in lines if row.rank is not None}
    if len(ranks) > 1:
        yield replace(profile, outline="numbered", line_keys=full)


def _trial(
    profile: Profile,
    sheet: SheetLike,
    first: int,
    rows: Sequence[Sequence[object]],
    is_whole: bool,
) -> tuple[int, int, int]:
    """Read the rows one way; the fewer errors and unproved amounts the better."""
    reading = StatementReading(profile, sheet, is_whole=is_whole)
    padded = [*([()] * first), *rows]
    for _line in reading.lines(padded, first):
        pass
    uncovered = sum(reading.report.uncovered.values())
    if reading.report.status == "none":
        uncovered = len(rows) * len(profile.columns)
    return reading.error_count, uncovered, -reading.report.checked


def _settle_ditto(profile: Profile, sheet: SheetLike, first: int) -> Profile:
    """Find columns that say a thing once for all lines below."""
    rows = sheet.rows[first : first + SAMPLE_ROWS]
    reader = RowReader(profile, ())
    lines = [
        cells
        for index, cells in enumerate(rows, first)
        if (row := reader.read(index, cells)).kind == "amounts"
        and (row.has_key or profile.outline != "keyed")
    ]
    merged = {
        left for _t, left, _b, right in getattr(sheet, "merged", ()) if left == right
    }
    columns = []
    for name in DITTO_FIELDS:
        for column in set(profile.keys.get(name, [])) - merged:
            cells = [cell_of(line, column) for line in lines]
            is_titled = not any(cell is not None for cell in cells) and any(
                cell_of(row, column) is not None for row in rows
            )
            if is_titled or _is_ditto(cells):
                columns.append(column)
    return replace(profile, fill_down=tuple(sorted(columns)))


def _is_ditto(cells: Sequence[object]) -> bool:
    """Tell a column that leaves a cell empty when it says the same again."""
    blanks = sum(cell is None for cell in cells)
    repeats = any(a is not None and a == b for a, b in pairwise(cells))
    return (
        len(cells) > FEWEST_LINES
        and blanks >= SPARSE * len(cells)
        and blanks < len(cells)
        and cells[0] is not None
        and not repeats
    )
