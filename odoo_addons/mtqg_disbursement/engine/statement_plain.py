"""Statements of which each row by itself is a line: what their columns give.

Most large files are such: exports of a system, one voucher in a row, no sums between.
What this module says about a profile lets a database read the rows by itself; the
reading (``statement_reading``) is the law, and whatever is not plain is left to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .money import MONEY_UNITS
from .statement_profile import Profile, RowCheck
from .statement_reading import StatementReading
from .statement_rows import READERS, RowReader
from .statement_values import ValueRefusedError

CODED = ("project", "program", "unit", "treasury")
MAPPED = ("kind", "nature", "source")
DATED = ("date", "voucher_date")
FEWEST_KEYS = 2
MOST_VALUES = 500
# rows at the end that are looked at one by one: the total, signatures
LONGEST_TAIL = 60


@dataclass(frozen=True)
class PlainAmount:
    """A column of amounts: where it is, in what unit, which measure it gives.

    ``measure`` is empty where the kind of the row tells it.
    """

    index: int
    factor: int
    measure: str


@dataclass(frozen=True)
class Plain:
    """What the columns of a plain statement give.

    ``fields`` are columns by the field they tell; ``amounts`` those that make lines,
    ``checked`` those that are only added up; ``constants`` hold for every line, and
    ``capital`` goes before what a row says; ``keys`` are filled in every line,
    ``empty`` in none.
    """

    width: int
    fields: dict[str, int]
    amounts: tuple[PlainAmount, ...]
    checked: tuple[PlainAmount, ...]
    keys: tuple[int, ...]
    empty: tuple[int, ...]
    decimal_mark: str
    date_order: str
    checks: tuple[RowCheck, ...] = ()
    # by column, what the cells are where the file has types: text, number or day
    forms: Mapping[int, str] = field(default_factory=dict)
    constants: dict[str, Any] = field(default_factory=dict)
    capital: dict[str, Any] = field(default_factory=dict)

    @property
    def columns(self) -> set[int]:
        """The columns that are read."""
        amounts = (*self.amounts, *self.checked)
        return {*self.fields.values(), *(amount.index for amount in amounts)}

    @property
    def is_uniform(self) -> bool:
        """Tell whether each column is of a form that its field may have."""
        amounts = (*self.amounts, *self.checked)
        forms = {self.forms.get(amount.index, "text") for amount in amounts}
        texts = [self.fields[name] for name in MAPPED if name in self.fields]
        days = {self.fields[name] for name in DATED if name in self.fields}
        return (
            len(forms) == 1
            and "day" not in forms
            and all(self.forms.get(index, "text") == "text" for index in texts)
            and all(i in days for i, form in self.forms.items() if form == "day")
        )


def plain_of(profile: Profile, width: int) -> Plain | None:
    """Tell what the columns give, or None where a row is not a line by itself.

    :param width: number of columns of the file
    """
    if not _is_plain(profile):
        return None
    fields = {name: columns[0] for name, columns in profile.keys.items()}
    amounts = [profile.amounts[index] for index in profile.amounts]
    reader = RowReader(profile)
    meaning = amounts[0].meaning
    capital = {
        "nature": meaning.nature,
        "source": meaning.source,
        "origin_year": meaning.year,
        "is_carried": meaning.is_carried,
    }
    checked = [c for c in reader.amounts.values() if c.index not in profile.amounts]
    return Plain(
        width=max(width, len(profile.columns)),
        fields=fields,
        amounts=tuple(_amount(c, profile) for c in amounts),
        checked=tuple(_amount(c, profile) for c in checked),
        keys=profile.line_keys,
        empty=(*reader.unnamed, *range(len(profile.columns), width)),
        # where amounts show both marks, or none, bare digits alone are sure
        decimal_mark=profile.decimal_mark.strip("?"),
        date_order=profile.date_order,
        checks=profile.checks,
        constants=reader.read_constants(),
        capital={name: value for name, value in capital.items() if value},
    )


def _is_plain(profile: Profile) -> bool:
    """Tell whether each row is one line by itself, and surely no sum."""
    dated = {c for name in DATED for c in profile.keys.get(name, ())}
    amounts = list(profile.amounts.values())
    measures = {_measure(column) for column in amounts}
    return bool(
        profile.outline == "flat"
        and not profile.fill_down
        and profile.date_order != "?"
        and len(profile.line_keys) >= FEWEST_KEYS
        and dated & set(profile.line_keys)
        and all(len(columns) == 1 for columns in profile.keys.values())
        and len(measures) == len(amounts) > 0
        and len({column.meaning.capital for column in amounts}) == 1
    )


def _measure(column: Any) -> str:
    """Give the measure of a column of amounts, as lines name it."""
    name = column.meaning.name
    if name == "amount":
        return "" if column.meaning.span != "cumulative" else "_cumulative"
    return f"{name}_cumulative" if column.meaning.span == "cumulative" else name


def _amount(column: Any, profile: Profile) -> PlainAmount:
    """Describe a column of amounts."""
    unit = column.money_unit or profile.money_unit or "dong"
    return PlainAmount(column.index, MONEY_UNITS[unit], _measure(column))


def read_values(name: str, values: Iterable[str]) -> dict[str, Any] | None:
    """Read the few values of a column; None where one is not understood.

    :param name: kind, nature or source
    """
    try:
        return {value: READERS[name](value) for value in values}
    except ValueRefusedError:
        return None


def tail_of(profile: Profile, rows: Sequence[Sequence[object]]) -> int:
    """Count the last rows that are no lines: a total, blank rows, signatures."""
    reader = RowReader(profile)
    count = 0
    for cells in reversed(rows):
        row = reader.read(0, cells)
        if row.kind == "amounts":
            break
        count += 1
    return count


def prove(
    reading: StatementReading,
    lines: int,
    sums: dict[int, int],
    filled: dict[int, int],
    tail: Iterable[Sequence[object]],
    first: int,
) -> None:
    """Let a reading go on where the database has read all lines but the last rows.

    :param lines: number of rows that the database has read
    :param sums: what their amounts add up to, by column
    :param filled: how many of them are not zero, by column
    :param tail: the rows after them
    :param first: index of the first of those rows
    """
    totals = reading.totals
    totals.running.update(sums)
    totals.with_amounts.update({c: n for c, n in filled.items() if n})
    totals.lines = reading.line_count = lines
    if lines:
        reading.views.clear()
    for _line in reading.lines(tail, first, first):
        reading.error_count += 1  # no line stands here
