"""What a statement becomes: lines, as tuples that a database takes in bulk."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from .statement_profile import Column, Profile
from .statement_words import FLOWS, PLANS
from .text_hash import text_hash

AMOUNTS = (*PLANS, *FLOWS, *(f"{name}_cumulative" for name in FLOWS))


class StatementLine(NamedTuple):
    """One line of a statement; amounts in whole đồng, None where it says nothing.

    ``row`` counts from 1 as on the sheet. ``name`` is what a person calls the line to
    set it aside; a row of several kinds of capital gives several lines of one name.
    ``groups`` are the titles the line stands under, from the outermost.
    """

    name: str
    sheet: str
    row: int
    cell: str
    project: str | None = None
    project_name: str | None = None
    program: str | None = None
    program_name: str | None = None
    unit: str | None = None
    unit_name: str | None = None
    treasury: str | None = None
    origin_year: int | None = None
    is_carried: bool = False
    plan_year: int | None = None
    nature: str | None = None
    source: str | None = None
    kind: str | None = None
    voucher: str | None = None
    date: date | None = None
    content: str | None = None
    groups: str | None = None
    assigned: int | None = None
    allocated: int | None = None
    entered: int | None = None
    advance: int | None = None
    completed: int | None = None
    recovered: int | None = None
    refunded: int | None = None
    disbursed: int | None = None
    advance_cumulative: int | None = None
    completed_cumulative: int | None = None
    recovered_cumulative: int | None = None
    refunded_cumulative: int | None = None
    disbursed_cumulative: int | None = None

    @property
    def amounts(self) -> dict[str, int]:
        """The amounts that the line gives, by measure."""
        return {
            name: amount
            for name in AMOUNTS
            if (amount := getattr(self, name)) is not None
        }

    def written(self) -> str:
        """Write what the line says; the database writes the same.

        Where it stands does not matter, nor do the titles above it.
        """
        said = [_write(getattr(self, name)) + CUT for name in SAID]
        paid = [f"{name}={amount}{CUT}" for name, amount in self.amounts.items()]
        return "".join([*said, *paid])

    def digest(self, scope: Scope) -> int:
        """Return what is the same when the same line comes again in another file.

        Two equal payments in one file are told apart by counting. 64 bits, signed.
        """
        is_named = any(getattr(self, name) for name in SUBJECTS)
        seed = scope.seed(is_dated=self.date is not None, is_named=is_named)
        return text_hash(self.written(), seed)


class Scope(NamedTuple):
    """What tells equal lines of different statements apart.

    ``kind`` is who hands the statement over; ``period`` its days and office, for lines
    without a day: the same figure may rightly come again next month; ``about`` its
    unit, for lines that name none.
    """

    kind: str
    period: str
    about: str

    def seed(self, *, is_dated: bool, is_named: bool) -> int:
        """Return the seed of the digest of a line.

        :param is_named: it names a project or a unit
        """
        parts = [self.kind, "" if is_dated else self.period]
        return text_hash(CUT.join([*parts, "" if is_named else self.about]))


COLUMNS = StatementLine._fields
# what makes a line what it is, beside its amounts
SAID = tuple(
    name
    for name in COLUMNS[COLUMNS.index("project") : COLUMNS.index("assigned")]
    if name != "groups"
)
SUBJECTS = ("project", "project_name", "unit", "unit_name")
CUT = "\x1f"
DAY_ONE = date(2000, 1, 1)


def _write(value: object) -> str:
    """Write a value the same way everywhere: a date as days, true as 1."""
    if isinstance(value, date):
        return str((value - DAY_ONE).days)
    if isinstance(value, bool):
        return "1" if value else ""
    return "" if value is None else str(value)


def line_name(sheet: str, row: int) -> str:
    """Return how a row (counted from 0) is called.

    >>> line_name("Tháng 5", 11)
    'Tháng 5!12'
    """
    return f"{sheet}!{row + 1}"


def spread(
    profile: Profile,
    amounts: Mapping[int, int],
    about: Mapping[str, Any],
) -> list[tuple[int, dict[str, Any]]]:
    """Sort the amounts of a row into lines, one for each kind of capital.

    :param amounts: đồng by column
    :param about: what the row is about, with ``kind`` as ``read_kind`` gave it
    :return: the column of the first amount, and the values, of each line
    """
    lines: dict[tuple, tuple[int, dict[str, Any]]] = {}
    kind = about.get("kind")
    for index, column in profile.amounts.items():
        if index not in amounts:
            continue
        meaning = column.meaning
        amount, measure = amounts[index], meaning.name
        if measure == "amount":
            measure, amount = _of_kind(kind, amount)
        name = f"{measure}_cumulative" if meaning.span == "cumulative" else measure
        _first, values = lines.setdefault(meaning.capital, (index, {}))
        values[name] = values.get(name, 0) + amount
        values |= _capital(column)
    return [(first, v) for first, v in lines.values() if len(lines) == 1 or _pays(v)]


def _of_kind(kind: tuple[str, str, int] | None, amount: int) -> tuple[str, int]:
    """Give the measure of a single amount by the kind of its row; refunds lower it."""
    if kind is None:
        return "disbursed", amount
    _name, measure, sign = kind
    return measure, -abs(amount) if sign < 0 else amount


def _pays(values: Mapping[str, Any]) -> bool:
    """Tell whether a line has any amount but zero."""
    return any(values.get(name) for name in AMOUNTS)


def _capital(column: Column) -> dict[str, Any]:
    """Give what the heading of a column says about its capital."""
    meaning = column.meaning
    said = {
        "nature": meaning.nature,
        "source": meaning.source,
        "origin_year": meaning.year,
        "is_carried": meaning.is_carried,
    }
    return {name: value for name, value in said.items() if value}
