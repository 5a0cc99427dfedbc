"""When a commitment may be planned again, and where it promises too little."""

from __future__ import annotations

import calendar
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from .curve import MONTHS, month_end

QUARTER_STARTS = (1, 4, 7, 10)


# program, origin year, nature, project (or False)
Subject = tuple[int, int, str, int | bool]


class Capital(NamedTuple):
    """What a unit holds of one subject: đồng still there, đồng spent, last day."""

    available: int
    disbursed: int
    date_last: date | None

    @property
    def total(self) -> int:
        """Return what the plan year may spend in all (đồng)."""
        return self.available + self.disbursed

    def plus(self, other: Capital) -> Capital:
        """Return both together; the later of the last days counts."""
        days = [day for day in (self.date_last, other.date_last) if day]
        return Capital(
            self.available + other.available,
            self.disbursed + other.disbursed,
            max(days, default=None),
        )


NO_CAPITAL = Capital(0, 0, None)


class Window(NamedTuple):
    """Days on which a commitment may be planned again, both included."""

    start: date
    end: date


class Milestone(NamedTuple):
    """By a day, a percentage of the capital of an origin year (or all) is disbursed."""

    date: date
    origin_year: int | None
    percent: float
    name: str


class Row(NamedTuple):
    """What one subject may promise, by when at the latest, and what it promises."""

    origin_year: int
    capital: int
    date_last: date
    amounts: Sequence[int]


class Shortfall(NamedTuple):
    """A milestone, what it asks and what is promised by its day, in đồng."""

    milestone: Milestone
    asked: int
    promised: int


def windows(plan_year: int, first_day: int, last_day: int) -> list[Window]:
    """Return the days of each quarter's first month on which re-planning is open.

    A last day that the month does not have is its last one; none are open where the
    last day lies before the first.

    >>> windows(2024, 1, 10)[1].start.isoformat(), windows(2024, 1, 31)[1].end.day
    ('2024-04-01', 30)
    >>> windows(2024, 1, 0)
    []
    """
    if last_day < first_day:
        return []
    found = []
    for month in QUARTER_STARTS:
        length = calendar.monthrange(plan_year, month)[1]
        first, last = (max(1, min(day, length)) for day in (first_day, last_day))
        found.append(
            Window(date(plan_year, month, first), date(plan_year, month, last))
        )
    return found


def open_window(day: date, known: Iterable[Window]) -> Window | None:
    """Return the window in which a day lies, or None.

    >>> open_window(date(2024, 4, 10), windows(2024, 1, 10)).end.isoformat()
    '2024-04-10'
    >>> open_window(date(2024, 4, 11), windows(2024, 1, 10)) is None
    True
    """
    return next((one for one in known if one.start <= day <= one.end), None)


def next_window(day: date, known: Iterable[Window]) -> Window | None:
    """Return the first window that opens after a day, or None.

    >>> next_window(date(2024, 4, 11), windows(2024, 1, 10)).start.isoformat()
    '2024-07-01'
    >>> next_window(date(2024, 12, 1), windows(2024, 1, 10)) is None
    True
    """
    return next((one for one in known if one.start > day), None)


def promised_by(day: date, plan_year: int, amounts: Sequence[int]) -> int:
    """Return what a row promises by a day: its months that end on it or before (đồng).

    >>> promised_by(date(2024, 3, 30), 2024, [1, 2, 4]), promised_by(
    ...     date(2024, 3, 31), 2024, [1, 2, 4])
    (3, 7)
    """
    return sum(
        amount
        for month, amount in enumerate(amounts[:MONTHS], 1)
        if month_end(plan_year, month) <= day
    )


def share_asked(capital: int, percent: float) -> int:
    """Return a percentage (two decimals) of the capital, rounded up to whole đồng.

    >>> share_asked(101, 50), share_asked(9 * 10**15, 100)
    (51, 9000000000000000)
    """
    return -(-capital * round(percent * 100) // 10_000)


def find_shortfalls(
    rows: Iterable[Row], milestones: Iterable[Milestone], plan_year: int, legal: str
) -> list[Shortfall]:
    """Return the milestones by whose day the rows promise less than is asked.

    Each row is measured by itself, so that one subject does not make good for another.
    The last day of a row is a milestone of 100 % of its own; one that lies beyond the
    thirteen months asks for nothing here.

    :param str legal: name of the milestone that the last day is

    >>> row = Row(2022, 100, date(2024, 6, 30), [10] * 6 + [40] + [0] * 6)
    >>> [(s.asked, s.promised) for s in find_shortfalls([row], [], 2024, "law")]
    [(100, 60)]
    """
    found: dict[Milestone, list[int]] = {}
    given = list(milestones)
    for row in rows:
        own = Milestone(row.date_last, row.origin_year, 100, legal)
        for milestone in [*given, own]:
            if not _concerns(milestone, row, plan_year):
                continue
            asked = share_asked(row.capital, milestone.percent)
            promised = promised_by(milestone.date, plan_year, row.amounts)
            if promised < asked:
                sums = found.setdefault(milestone, [0, 0])
                sums[0] += asked
                sums[1] += promised
    in_order = sorted(found.items(), key=lambda item: (item[0].date, item[0].name))
    return [Shortfall(milestone, *sums) for milestone, sums in in_order]


def _concerns(milestone: Milestone, row: Row, plan_year: int) -> bool:
    within = milestone.date <= month_end(plan_year, MONTHS)
    return within and milestone.origin_year in {None, row.origin_year}


def changed_past(
    old: Mapping[object, Sequence[int]],
    new: Mapping[object, Sequence[int]],
    locked: int,
) -> list[object]:
    """Return the subjects whose months up to ``locked`` differ between two versions.

    >>> changed_past({"a": [1, 2]}, {"a": [1, 3], "b": [0, 9]}, 1)
    []
    >>> changed_past({"a": [1, 2]}, {"b": [4, 0]}, 1)
    ['a', 'b']
    """
    nothing = [0] * MONTHS
    return [
        subject
        for subject in dict.fromkeys([*old, *new])
        if list(old.get(subject, nothing)[:locked])
        != list(new.get(subject, nothing)[:locked])
    ]


def cover(
    subjects: Iterable[Subject], balances: Mapping[Subject, Capital]
) -> dict[Subject, Capital]:
    """Return the capital that each row of a commitment covers, and what is left over.

    A row with a project covers the balance of that project; a row without one covers
    all balances of its program node that no row names by their project. Balances that
    no row covers stay as subjects of their own.

    >>> day, program = date(2024, 12, 31), 1
    >>> held = {(1, 2024, "investment", 7): Capital(5, 1, day),
    ...         (1, 2024, "investment", 8): Capital(9, 0, day)}
    >>> rows = [(program, 2024, "investment", p) for p in (False, 7)]
    >>> [one.available for one in cover(rows, held).values()]
    [9, 5]
    """
    found: dict[Subject, Capital] = dict.fromkeys(subjects, NO_CAPITAL)
    rows = set(found)
    for subject, capital in balances.items():
        whole: Subject = (*subject[:3], False)
        target = whole if subject not in rows and whole in rows else subject
        found[target] = found.get(target, NO_CAPITAL).plus(capital)
    return found


def digest(content: Mapping[str, Any]) -> str:
    """Return the SHA-256 of what is signed, written the same way whatever the order.

    >>> digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
    True
    """
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
