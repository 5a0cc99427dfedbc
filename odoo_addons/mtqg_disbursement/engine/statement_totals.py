"""Every sum a statement prints, added up again while its lines go by.

Sums stand under their lines (subtotals, page totals, running totals) or above them
(groups). A sum is right when it is the sum of lines that end, or begin, where it
stands. Lines that no right sum covers are counted, so that a statement says by itself
whether every line was read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Amounts = Mapping[int, int]

ABOVE = ("grand", "sub", "")
LISTED_WRONG = 1_000


@dataclass(frozen=True)
class WrongTotal:
    """A sum that is none: where it stands, what it says, what its lines add up to."""

    row: int
    column: int
    printed: int
    summed: int


@dataclass
class TotalsReport:
    """What the sums of a statement tell.

    ``status``: agrees (every amount of every line is in a right sum), partly,
    differs, or none (the statement prints no sums). ``uncovered`` counts, by column,
    the lines that no sum proves; ``unread`` are columns with a cell that is no number.
    ``is_whole`` tells that one sum covers all lines, so that none is counted twice.
    """

    status: str = "none"
    checked: int = 0
    unchecked: int = 0
    uncovered: dict[int, int] = field(default_factory=dict)
    unread: list[int] = field(default_factory=list)
    is_whole: bool = False


@dataclass
class _Group:
    """A sum whose lines come below it."""

    row: int
    rank: int | None
    printed: Amounts
    start: int  # lines before it
    before: dict[int, int]
    # after how many lines those right above it begin, and their sum; if it is labelled
    above: tuple[int, dict[int, int]] | None
    # after how many lines the next such row stands, and the sum until there
    until: tuple[int, dict[int, int]] | None = None


class Totals:
    """Adds up lines as they come, and checks each sum as soon as it can be."""

    def __init__(self, columns: Iterable[int]) -> None:
        self.columns = tuple(columns)
        self.running = dict.fromkeys(self.columns, 0)
        self.lines = 0
        self.opening: dict[int, int] = {}
        self.groups: list[_Group] = []
        self.checked = self.unchecked = 0
        self.wrong: list[WrongTotal] = []
        self.unread: set[int] = set()
        self.with_amounts: dict[int, int] = {}
        self.proved: dict[int, list[tuple[int, int]]] = {}
        # where sums may begin: after how many lines, and what was added up by then
        self.places: list[tuple[int, dict[int, int]]] = []
        self.found_at: dict[tuple[int, int], list[int]] = {}
        self._mark()

    def add(self, amounts: Amounts) -> None:
        """Add a line."""
        self.lines += 1
        for column, amount in amounts.items():
            self.running[column] += amount
            if amount:
                self.with_amounts[column] = self.with_amounts.get(column, 0) + 1

    def group(self, row: int, rank: int | None, printed: Amounts) -> None:
        """Open a sum that stands above its lines.

        :param rank: how deep it stands among such rows (0 is the top), if it is known
        """
        self.leave(rank)
        self._open(row, rank, printed, None)

    def leave(self, rank: int | None) -> None:
        """Close the groups that end before a row of this rank."""
        while self.groups and self._ends(self.groups[-1], rank):
            self._close(self.groups.pop())
        for group in self.groups:
            if not group.until and self.lines > group.start:
                group.until = self.lines, self._since(group)

    def total(self, row: int, kind: str, printed: Amounts) -> None:
        """Check a labelled sum: grand, sub, running, or "" for one without a label."""
        self.leave(None)
        read = {c: a for c, a in printed.items() if c not in self.unread}
        if kind == "opening":
            self.opening = dict(printed)
        elif kind == "running":
            self._check_running(row, read)
        else:
            place = self._beginning(read)
            if place is not None:
                self._prove(read, place, self.lines)
            else:
                self._open(row, None, printed, self._above())
        self._mark()

    def is_sum(self, printed: Amounts) -> bool:
        """Tell whether amounts are the sum of the lines just read."""
        return any(printed.values()) and self._beginning(printed) is not None

    def finish(self, *, is_whole: bool = True) -> TotalsReport:
        """Close what is open and tell the result.

        :param is_whole: False when more rows would follow: the last sums stay open
        """
        while self.groups:
            group = self.groups.pop()
            if is_whole or self._agrees(group):
                self._close(group)
        uncovered = {
            column: count
            for column in self.columns
            if (count := self._uncovered(column)) and self.with_amounts.get(column)
        }
        status = "agrees"
        if self.wrong:
            status = "differs"
        elif not self.checked:
            status = "none"
        elif uncovered or self.unread:
            status = "partly"
        is_proved = status == "agrees" and all(
            (0, self.lines) in self.proved.get(column, ())
            for column in self.with_amounts
        )
        return TotalsReport(
            status,
            self.checked,
            self.unchecked,
            uncovered,
            sorted(self.unread),
            is_proved,
        )

    # === Sums under their lines === #

    def _mark(self) -> None:
        """Note a place where a sum may begin."""
        number = len(self.places)
        self.places.append((self.lines, dict(self.running)))
        for column in self.columns:
            key = column, self.running[column]
            self.found_at.setdefault(key, []).append(number)

    def _beginning(self, printed: Amounts) -> int | None:
        """Find after how many lines the lines begin that a sum adds up."""
        if not printed:
            return None
        candidates: set[int] | None = None
        for column, amount in printed.items():
            found = self.found_at.get((column, self.running[column] - amount), [])
            candidates = set(found) if candidates is None else candidates & set(found)
            if not candidates:
                return None
        lines = [self.places[number][0] for number in candidates or ()]
        filled = [count for count in lines if count < self.lines]
        if not filled and any(printed.values()):
            return None
        return min(filled, default=self.lines)

    def _above(self) -> tuple[int, dict[int, int]]:
        """Add up the lines since the last sum, or all of them."""
        start, before = next(
            (place for place in reversed(self.places) if place[0] < self.lines),
            (self.lines, self.running),
        )
        return start, {c: self.running[c] - before[c] for c in self.columns}

    def _check_running(self, row: int, printed: Amounts) -> None:
        """Check a sum of everything so far, what the opening row says included."""
        for column, amount in printed.items():
            summed = self.running[column] + self.opening.get(column, 0)
            if amount == summed:
                self._prove({column: amount}, 0, self.lines)
            elif self.opening:
                self._note(WrongTotal(row, column, amount, summed))
            else:
                # it may count from an earlier statement
                self.unchecked += 1

    # === Sums above their lines === #

    def _open(
        self,
        row: int,
        rank: int | None,
        printed: Amounts,
        above: tuple[int, dict[int, int]] | None,
    ) -> None:
        """Keep a sum until its lines have gone by."""
        before = dict(self.running)
        self.groups.append(_Group(row, rank, printed, self.lines, before, above))
        self._mark()

    def _ends(self, group: _Group, rank: int | None) -> bool:
        """Tell whether a group ends before a row of this rank."""
        if rank is not None and group.rank is not None:
            return group.rank >= rank
        return self.lines > group.start and self._agrees(group)

    def _since(self, group: _Group) -> dict[int, int]:
        """Add up the lines of a group so far."""
        return {c: self.running[c] - group.before[c] for c in self.columns}

    def _agrees(self, group: _Group) -> bool:
        """Tell whether the lines of a group add up to what it says."""
        return all(
            self.running[column] - group.before[column] == amount
            for column, amount in group.printed.items()
            if column not in self.unread
        )

    def _close(self, group: _Group) -> None:
        """Check a group whose lines have gone by."""
        start, end, sums = group.start, self.lines, self._since(group)
        if not self._agrees(group):
            end, sums = group.until or (end, sums)
            if group.above and any(group.above[1].values()):
                start, sums = group.above
                end = group.start
        for column, amount in group.printed.items():
            if column in self.unread:
                continue
            summed = sums.get(column, 0)
            if summed == amount:
                self._prove({column: amount}, start, end)
            else:
                self._note(WrongTotal(group.row, column, amount, summed))

    # === Results === #

    def _prove(self, printed: Amounts, start: int, end: int) -> None:
        """Note which lines a right sum covers."""
        self.checked += len(printed)
        for column in printed:
            self.proved.setdefault(column, []).append((start, end))

    def _note(self, wrong: WrongTotal) -> None:
        """Keep a wrong sum."""
        if len(self.wrong) < LISTED_WRONG:
            self.wrong.append(wrong)

    def _uncovered(self, column: int) -> int:
        """Count the lines that no right sum covers."""
        count, reached = 0, 0
        for start, end in sorted(self.proved.get(column, [])):
            count += max(0, start - reached)
            reached = max(reached, end)
        return count + self.lines - reached
