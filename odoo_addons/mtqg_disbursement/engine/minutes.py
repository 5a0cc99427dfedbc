"""The minutes of a reconciliation: what is signed, and the figures of form 03/QTDA.

What both sides sign is one text, the content. The form is made from it alone, so that
signed minutes print the same figures for ever, whatever becomes of names and balances.
Form 03/QTDA is that of Thông tư 73/2026/TT-BTC; amounts are whole đồng, and a figure
that a side did not give is None, not zero.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

# the capital that the form asks for, in its order; the register holds the first two
CAPITALS = ("investment", "recurrent", "other_budget", "other")

SIDES = ("own", "treasury")
# a side that does not tell the nature counts in the sums only
_UNTOLD = ""


class Figure(NamedTuple):
    """A figure of the content: what was compared, and what each side says of it."""

    project: str
    program: str
    plan_year: int
    origin_year: int
    nature: str
    measure: str
    span: str
    own: int | None
    treasury: int | None
    national: int | None

    @property
    def year(self) -> int:
        """Return the year of the form: that of the plan, else of the capital."""
        return self.plan_year or self.origin_year


class Side(NamedTuple):
    """Columns 3 to 6, or 7 to 10: plan, disbursed = completed + advance."""

    assigned: int | None = None
    disbursed: int | None = None
    completed: int | None = None
    advance: int | None = None


class FormRow(NamedTuple):
    """A row of part I: its number, what it is, and the amounts of columns 3 to 11.

    ``kind`` is cumulative, years (the heading of the yearly rows), year or capital.
    """

    number: str
    kind: str
    year: int
    capital: str
    own: Side
    treasury: Side

    @property
    def difference(self) -> int | None:
        """Column 11 = 8 − 4: disbursed by the Treasury less disbursed by the owner.

        Nothing, where the Treasury says nothing.

        >>> side = Side(None, 5, 5, None)
        >>> FormRow("1", "cumulative", 0, "", Side(), side).difference
        5
        >>> FormRow("1", "cumulative", 0, "", side, Side()).difference is None
        True
        """
        if self.treasury.disbursed is None:
            return None
        return self.treasury.disbursed - (self.own.disbursed or 0)

    @property
    def values(self) -> tuple[int | None, ...]:
        """Columns 3 to 11."""
        return (*self.own, *self.treasury, self.difference)


def write_content(content: Mapping[str, Any]) -> str:
    """Return the text that is signed, the same whatever the order of the keys.

    >>> write_content({"b": 1, "a": "đ"})
    '{"a": "đ", "b": 1}'
    """
    return json.dumps(content, ensure_ascii=False, sort_keys=True, default=str)


def digest(text: str) -> str:
    """Return the SHA-256 of a content, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def read_figures(content: Mapping[str, Any]) -> list[Figure]:
    """Return the figures of a content."""
    return [Figure(*row) for row in content["figures"]]


def form_rows(figures: Iterable[Figure]) -> list[FormRow]:
    """Return the rows of part I for the figures of one project.

    Row 1 is cumulative since the beginning, rows 2.1, 2.2 … are the years of the plan,
    each with its four kinds of capital.

    >>> paid = Figure("P", "", 2024, 2023, "investment", "completed", "cumulative",
    ...               7, 9, None)
    >>> rows = form_rows([paid])
    >>> [(row.number, row.values[1], row.values[5], row.difference) for row in rows[:2]]
    [('1', 7, 9, 2), ('', 7, 9, 2)]
    >>> [row.number for row in rows if row.number]
    ['1', '2', '2.1']
    """
    known = [figure for figure in figures if figure.span == "cumulative"]
    years = sorted({figure.year for figure in known if figure.year})
    rows = [*_block("1", "cumulative", 0, _once(known))]
    rows.append(FormRow("2", "years", 0, "", Side(), Side()))
    for place, year in enumerate(years, start=1):
        own = [figure for figure in known if figure.year == year]
        rows += _block(f"2.{place}", "year", year, own)
    return rows


def summary_row(number: str, figures: Iterable[Figure]) -> FormRow:
    """Return one row for all figures, cumulative: a project in the unit's summary."""
    known = [figure for figure in figures if figure.span == "cumulative"]
    return next(iter(_block(number, "cumulative", 0, _once(known))))


def by_project(figures: Iterable[Figure]) -> dict[str, list[Figure]]:
    """Return the figures by the code of their project, in the order of the codes.

    What belongs to no project comes last, under an empty code.
    """
    found: dict[str, list[Figure]] = {}
    for figure in sorted(figures, key=lambda one: (not one.project, one.project)):
        found.setdefault(figure.project, []).append(figure)
    return found


class CareerRow(NamedTuple):
    """Recurrent capital of a program in a budget year, as the owner's side has it.

    Columns of forms 01a-SDKP/ĐVDT and 02a-SDKP/ĐVDT that the register knows, in đồng.
    """

    program: str
    carried: int | None
    given: int | None
    total: int | None
    used_period: int | None
    used: int | None
    left: int | None
    advance_period: int | None
    advance: int | None
    spent_period: int | None
    spent: int | None


def career_rows(figures: Iterable[Figure], year: int) -> list[CareerRow]:
    """Return recurrent capital of a plan year by program, in the order of the codes.

    >>> plan = Figure("", "0511", 2024, 2023, "recurrent", "assigned", "cumulative",
    ...               9, None, None)
    >>> paid = plan._replace(measure="completed", own=4)
    >>> row, = career_rows([plan, paid], 2024)
    >>> row.carried, row.given, row.total, row.used, row.left
    (9, None, 9, 4, 5)
    """
    found: dict[str, list[Figure]] = {}
    for figure in sorted(figures, key=lambda one: one.program):
        if figure.nature == "recurrent" and figure.year == year:
            found.setdefault(figure.program, []).append(figure)
    return [_career_row(program, own) for program, own in found.items()]


def _career_row(program: str, figures: Sequence[Figure]) -> CareerRow:
    def own(measure: str, span: str, *, carried: bool | None = None) -> int | None:
        return add_known(
            figure.own
            for figure in figures
            if (figure.measure, figure.span) == (measure, span)
            and carried in {None, bool(0 < figure.origin_year < figure.year)}
        )

    before = own("assigned", "cumulative", carried=True)
    given = own("assigned", "cumulative", carried=False)
    paid = {
        span: (own("advance", span), own("completed", span))
        for span in ("period", "cumulative")
    }
    total, used = add_known((before, given)), add_known(paid["cumulative"])
    return CareerRow(
        program,
        before,
        given,
        total,
        add_known(paid["period"]),
        used,
        None if total is None else total - (used or 0),
        paid["period"][0],
        paid["cumulative"][0],
        paid["period"][1],
        paid["cumulative"][1],
    )


def _once(figures: Sequence[Figure]) -> list[Figure]:
    """Leave out plans that were carried over: their first year has them already."""
    return [
        figure
        for figure in figures
        if figure.measure != "assigned"
        or not figure.origin_year
        or figure.origin_year == figure.year
    ]


def _block(
    number: str, kind: str, year: int, figures: Sequence[Figure]
) -> Iterator[FormRow]:
    """Yield a row and, under it, those of the four kinds of capital."""
    parts = []
    for capital in (*CAPITALS, _UNTOLD):
        own = [figure for figure in figures if figure.nature == capital]
        sides = (_side(own, side) for side in SIDES)
        parts.append(FormRow("", "capital", year, capital, *sides))
    yield FormRow(
        number,
        kind,
        year,
        "",
        _add_sides(part.own for part in parts),
        _add_sides(part.treasury for part in parts),
    )
    yield from parts[:-1]


def _side(figures: Sequence[Figure], side: str) -> Side:
    sums = {
        measure: add_known(
            getattr(figure, side) for figure in figures if figure.measure == measure
        )
        for measure in ("assigned", "completed", "advance", "disbursed")
    }
    # who gives one total only has no columns 5 and 6; nobody gives both
    total = add_known((sums["completed"], sums["advance"], sums["disbursed"]))
    return Side(sums["assigned"], total, sums["completed"], sums["advance"])


def _add_sides(sides: Iterable[Side]) -> Side:
    return Side(*map(add_known, zip(*sides, strict=True)))


def add_known(amounts: Iterable[int | None]) -> int | None:
    """Return the sum of what is known; None where nothing is.

    >>> add_known([1, None, 2]), add_known([None])
    (3, None)
    """
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if known else None
