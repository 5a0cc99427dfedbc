"""A Treasury statement, row by row, with a profile -> lines, errors and checked sums.

Nothing is left out quietly: a row or an amount that is not understood is an error with
its cell, every sum the statement prints is added up again, and what no sum proves is
said. Lines are good for use only when ``is_sound``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from .plain_words import plain
from .statement_context import NumberWatch, Titles
from .statement_lines import StatementLine, line_name, spread
from .statement_profile import Profile
from .statement_rows import Row, RowReader, cell_of
from .statement_totals import Totals, TotalsReport
from .statement_words import LARGEST_SUM, REFUND_TEXT
from .table_heading import CellError, SheetLike

SUBJECTS = (
    "project", "project_name", "program", "program_name", "unit", "unit_name", "content"
)  # fmt: skip
LISTED_ERRORS = 10_000
SHOWN_ROWS = 2_000  # rows whose reading is kept
DEEPEST = 99
REFUND = re.compile(REFUND_TEXT)
RETURNS = re.compile("n[oộ]p|ho[aà]n", re.IGNORECASE)

Cells = Sequence[object]


@dataclass(frozen=True)
class RowView:
    """How one of the first rows was understood: as line, group, total, sum or text."""

    row: int
    kind: str
    label: str
    amounts: dict[int, int]


class StatementReading:
    """Reads one sheet of a statement.

    Use: ``for line in reading.lines(sheet.rows, first_row): …``, then look at
    ``is_sound``, ``errors``, ``report`` and ``aside``.
    """

    def __init__(
        self,
        profile: Profile,
        sheet: SheetLike,
        aside: Collection[str] = (),
        sums: Collection[str] = (),
        *,
        is_whole: bool = True,
    ) -> None:
        """Prepare to read.

        :param sheet: gives name, merged cells and addresses; its rows are not used
        :param aside: names (``line_name``) of lines and sums a person sets aside
        :param sums: names of rows that, as a person says, are sums of those below
        :param is_whole: False when only the first rows will come
        """
        self.profile = profile
        self.sheet = sheet
        self.set_aside = frozenset(aside)
        self.told_sums = frozenset(sums)
        self.is_whole = is_whole
        self.rows = RowReader(profile, getattr(sheet, "merged", ()))
        self.columns = self.rows.amounts
        self.totals = Totals(self.columns)
        self.titles = Titles(self.rows.read_constants())
        self.watch = NumberWatch()
        self.report = TotalsReport()
        self.errors: list[CellError] = []
        self.error_count = 0
        self.aside: list[str] = []
        self.line_count = 0
        self.sums: dict[int, Cells] = {}  # the rows of sums, by index
        self.views: list[RowView] = []

    @property
    def is_sound(self) -> bool:
        """Tell whether the lines may be used."""
        return not self.error_count

    def lines(
        self, rows: Iterable[Cells], first_row: int, start: int = 0
    ) -> Iterator[StatementLine]:
        """Read rows, the first of the sheet first; data start at ``first_row``.

        Errors, sums and the report are complete when the last line has been taken.

        :param start: index of the first of the rows, where those before were read
        """
        # a row may be the sum of those below it: it waits for the next, and plain
        # texts between them wait with it
        waiting: list[tuple[Row, Cells]] = []
        for index, cells in enumerate(rows, start):
            row = self.rows.read(index, cells) if index >= first_row else None
            if row is None or row.kind in ("blank", "heading"):
                continue
            self.watch.look(row, cells, self.columns)
            if waiting and not (row.kind == "text" and row.rank is None):
                yield from self._take(waiting, row)
                waiting = []
            waiting.append((row, cells))
        yield from self._take(waiting, None)
        self._finish()

    # === Rows === #

    def _take(
        self, waiting: list[tuple[Row, Cells]], after: Row | None
    ) -> Iterator[StatementLine]:
        """Deal with rows that have waited; give their lines."""
        for number, (row, cells) in enumerate(waiting):
            kind = self._kind(row, cells, after if not number else None)
            if len(self.views) < SHOWN_ROWS:
                view = RowView(row.index, kind, row.label, row.amounts)
                self.views.append(view)
            if kind == "line":
                yield from self._take_line(row, cells)
            elif kind == "text":
                self._take_text(row, cells)
            else:
                self._take_sum(row, cells, kind)

    def _kind(self, row: Row, cells: Cells, after: Row | None) -> str:
        """Tell what a row is: total, text, group, sum or line."""
        if self._is_told_sum(row):
            return "group"
        is_titled = row.kind == "amounts" or row.total == "running"
        if is_titled and self._is_group(row, after):
            return "group"
        if row.kind != "amounts":
            return row.kind
        return "sum" if self._is_bare_sum(row, cells) else "line"

    def _is_group(self, row: Row, after: Row | None) -> bool:
        """Tell a sum that stands above its lines."""
        outline = self.profile.outline
        is_followed = after is not None and after.kind != "total"
        if outline == "numbered" and row.rank is not None and is_followed:
            return (DEEPEST if after.rank is None else after.rank) > row.rank
        return outline == "keyed" and not row.has_key and row.kind == "amounts"

    def _is_bare_sum(self, row: Row, cells: Cells) -> bool:
        """Tell a sum without any words: nothing but amounts, and they add up."""
        has_texts = any(
            cell is not None and column not in self.columns
            for column, cell in enumerate(cells)
        )
        return not has_texts and not row.errors and self.totals.is_sum(row.amounts)

    def _take_text(self, row: Row, cells: Cells) -> None:
        """Keep a title over lines; refuse a voucher without its amount."""
        keys = self.profile.line_keys
        is_filled = len(keys) > 1 and all(cell_of(cells, c) is not None for c in keys)
        if is_filled and "voucher" in self.profile.keys:
            if not self._is_set_aside(row):
                column = min(self.profile.amounts, default=0)
                self._fail(row.index, column, cells, "amount_missing")
        elif not is_filled:
            if self.profile.outline == "numbered" and row.rank is not None:
                self.totals.leave(row.rank)
            self.titles.enter(row, self._texts(cells))
            self.rows.remember(cells)

    def _take_sum(self, row: Row, cells: Cells, kind: str) -> None:
        """Check a sum, or open one whose lines come below."""
        if kind == "group":
            self.titles.enter(row, self._texts(cells))
            self.rows.remember(cells)
        if self._is_set_aside(row):
            return
        self._note_errors(row, cells)
        self.sums[row.index] = cells
        if kind == "group":
            is_ranked = self.profile.outline == "numbered"
            rank = row.rank if is_ranked and not self._is_told_sum(row) else None
            self.totals.group(row.index, rank, row.amounts)
        else:
            self.totals.total(row.index, row.total, row.amounts)

    def _texts(self, cells: Cells) -> list[str]:
        """Give the texts of a row outside amounts, codes and numbers of rows."""
        passed = self.rows.no_titles
        return [
            cell
            for column, cell in enumerate(cells)
            if isinstance(cell, str) and column not in passed
        ]

    def _take_line(self, row: Row, cells: Cells) -> list[StatementLine]:
        """Read a line, and check it."""
        if self.profile.outline == "numbered":
            self.totals.leave(row.rank)
            self.titles.leave(row.rank)
        self.rows.read_about(row, cells)
        if not any(
            row.about.get(name) or self.titles.said.get(name) for name in SUBJECTS
        ):
            first = next((c for c, v in enumerate(cells) if v is not None), 0)
            row.errors.append((first, "subject_missing"))
        if not row.about.get("kind") and self._speaks_of_refund(row):
            row.errors.append((min(row.amounts), "refund_unclear"))
        is_aside = self._is_set_aside(row)
        if not is_aside:
            self._note_errors(row, cells)
            self._check_across(row, cells)
            self._check_size(row, cells)
        self.totals.unread |= {c for c, _code in row.errors if c in self.columns}
        self.totals.add(row.amounts)
        return [] if is_aside else self._make_lines(row)

    def _speaks_of_refund(self, row: Row) -> bool:
        """Tell a payment above zero whose text says that money comes back."""
        content = row.about.get("content") or ""
        is_payment = "voucher" in self.profile.keys and any(
            amount > 0 and self.columns[column].meaning.name != "refunded"
            for column, amount in row.amounts.items()
        )
        may_be = is_payment and RETURNS.search(content)
        return bool(may_be and REFUND.search(plain(content)))

    def _make_lines(self, row: Row) -> list[StatementLine]:
        """Make the lines of a row."""
        about = self.titles.said | {k: v for k, v in row.about.items() if v}
        kind, day = about.get("kind"), about.get("voucher_date")
        about["date"] = about.get("date") or day
        made = []
        for column, values in spread(self.profile, row.amounts, about):
            said = {**about, **values, "kind": kind[0] if kind else None}
            said.pop("voucher_date", None)
            place = {
                "name": line_name(self.sheet.name, row.index),
                "sheet": self.sheet.name,
                "row": row.index + 1,
                "cell": self.sheet.address(row.index, column),
            }
            made.append(StatementLine(**place, **said))
        self.line_count += len(made)
        return made

    # === Checks === #

    def _check_across(self, row: Row, cells: Cells) -> None:
        """Check the sums printed across a line."""
        broken = {column for column, _code in row.errors}
        for check in self.profile.checks:
            places = {check.total, *(part for part, _sign in check.parts)}
            if check.total not in row.amounts or places & broken:
                continue
            summed = sum(sign * row.amounts.get(c, 0) for c, sign in check.parts)
            printed = row.amounts[check.total]
            if summed != printed:
                values = _difference(printed, summed)
                self._fail(row.index, check.total, cells, "row_wrong", **values)

    def _check_size(self, row: Row, cells: Cells) -> None:
        """Refuse an amount larger than all the public investment of the country."""
        for column, amount in row.amounts.items():
            if abs(amount) > LARGEST_SUM:
                self._fail(row.index, column, cells, "implausible")

    def _finish(self) -> None:
        """Close the sums and name those that are none."""
        if self.profile.money_unit == "dong" and (
            "decimal_mark" not in self.profile.chosen
        ):
            for row, column in self.watch.found():
                self._fail(row, column, (), "mixed_numbers")
        self.report = self.totals.finish(is_whole=self.is_whole)
        for wrong in self.totals.wrong:
            values = _difference(wrong.printed, wrong.summed)
            cells = self.sums[wrong.row]
            self._fail(wrong.row, wrong.column, cells, "total_wrong", **values)
        for column, amount in self.totals.running.items():
            if abs(amount) > LARGEST_SUM and column in self.profile.amounts:
                self._fail(0, column, (), "implausible")
        if not self.line_count and not self.error_count and self.is_whole:
            self._fail(0, 0, (), "no_lines")

    # === Errors === #

    def is_aside(self, row: int) -> bool:
        """Tell whether a person set a row (counted from 0) aside."""
        return line_name(self.sheet.name, row) in self.set_aside

    def error_at(
        self, row: int, column: int, code: str, shown: object = None, **values: object
    ) -> CellError:
        """Describe something wrong at a cell, of which only the address is known."""
        text = "" if shown is None else str(shown)
        address = self.sheet.address(row, column)
        return CellError(self.sheet.name, address, text, code, values)

    def _is_told_sum(self, row: Row) -> bool:
        """Tell whether a person says that a row is a sum of those below it."""
        return line_name(self.sheet.name, row.index) in self.told_sums

    def _is_set_aside(self, row: Row) -> bool:
        """Tell whether a person set a row aside, and remember that it was met."""
        if not self.is_aside(row.index):
            return False
        self.aside.append(line_name(self.sheet.name, row.index))
        return True

    def _note_errors(self, row: Row, cells: Cells) -> None:
        """Keep the errors of a row."""
        for column, code in row.errors:
            self._fail(row.index, column, cells, code)

    def _fail(
        self, row: int, column: int, cells: Cells, code: str, **values: object
    ) -> None:
        """Keep an error at a cell; beyond a number they are only counted."""
        self.error_count += 1
        if len(self.errors) < LISTED_ERRORS:
            shown = cell_of(cells, column)
            self.errors.append(self.error_at(row, column, code, shown, **values))


def _difference(printed: int, summed: int) -> dict[str, int]:
    """Describe a sum that is none, in đồng."""
    return {"printed": printed, "summed": summed, "difference": printed - summed}
