"""A table as values: columns, rows, totals that are true, notes that say why.

Builders fill it from records; writers print it. Neither knows the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from .formats import DONG, WIDTHS, Kind, MoneyUnit, Value


class Style(StrEnum):
    """What a row is: a plain line, the heading of a group, a total."""

    BODY = "body"
    GROUP = "group"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: heading, kind of value, and whether its total makes sense.

    Neighbours with the same `group` stand under one common heading, those with the
    same `subgroup` under a second one below it. `number` is what a form prints under
    the heading ("4=5+6"); by default it is the place of the column.
    """

    heading: str
    kind: Kind = Kind.TEXT
    width: int = 0
    group: str = ""
    adds_up: bool = False
    subgroup: str = ""
    number: str = ""

    @property
    def characters(self) -> int:
        """Width in characters."""
        return self.width or WIDTHS[self.kind]


@dataclass(frozen=True, slots=True)
class Row:
    """A line: one value per column, in the columns' order."""

    values: tuple[Value, ...]
    style: Style = Style.BODY
    level: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A titled table on one sheet. Money is whole đồng, shown in `money_unit`.

    `leads` stand on lines of their own above the table, `paragraphs` below it.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...] = ()
    subtitles: tuple[str, ...] = ()
    money_unit: MoneyUnit = DONG
    money_label: str = ""
    notes: tuple[str, ...] = ()
    landscape: bool = True
    leads: tuple[str, ...] = ()
    paragraphs: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row.values) != len(self.columns):
                raise ValueError(f"{self.name}: a row does not fit the columns")

    @property
    def numbers(self) -> tuple[str, ...]:
        """What stands under the heading of each column: its number."""
        return tuple(
            column.number or f"({place})"
            for place, column in enumerate(self.columns, start=1)
        )

    def true_total(self, index: int) -> int:
        """Return the sum of the plain lines of a money or integer column, exact."""
        values = (row.values[index] for row in self.rows if row.style is Style.BODY)
        return sum(value for value in values if isinstance(value, int))

    def adds_up_on_paper(self, index: int) -> bool:
        """Tell whether the lines as printed make the total as printed."""
        lines = (row.values[index] for row in self.rows if row.style is Style.BODY)
        shown = sum(
            self.money_unit.shown(value) for value in lines if isinstance(value, int)
        )
        return shown == self.money_unit.shown(self.true_total(index))


def with_total(
    table: Table, label: str, note: str, others: Mapping[int, Value] | None = None
) -> Table:
    """Return the table with a last line of true totals.

    `others` are values of that line for columns that do not add up, by position.

    Where a column as printed does not add up, the note says so: `note` has one hole,
    %s, for the headings of these columns.

    >>> from .formats import MILLION
    >>> money = Column("Paid", Kind.MONEY, adds_up=True)
    >>> lines = tuple(Row((name, 1_500_000)) for name in "AB")
    >>> table = Table("t", "T", (Column("Unit"), money), lines, money_unit=MILLION)
    >>> total = with_total(table, "Total", "%s: rounded, does not add up.")
    >>> total.rows[-1].values, total.notes
    (('Total', 3000000), ('Paid: rounded, does not add up.',))
    """
    label_at = next(
        i for i, column in enumerate(table.columns) if column.kind is Kind.TEXT
    )
    values: list[Value] = [
        table.true_total(index) if column.adds_up else None
        for index, column in enumerate(table.columns)
    ]
    for index, value in {**(others or {}), label_at: label}.items():
        values[index] = value
    rounded = [
        column.heading
        for index, column in enumerate(table.columns)
        if column.kind is Kind.MONEY
        and column.adds_up
        and not table.adds_up_on_paper(index)
    ]
    return replace(
        table,
        rows=(*table.rows, Row(tuple(values), Style.TOTAL)),
        notes=(*table.notes, *([note % ", ".join(rounded)] if rounded else [])),
    )


def numbered(rows: Iterable[Sequence[Value]]) -> tuple[Row, ...]:
    """Return body rows with their running number in front.

    >>> [row.values for row in numbered([("A",), ("B",)])]
    [(1, 'A'), (2, 'B')]
    """
    return tuple(Row((number, *values)) for number, values in enumerate(rows, start=1))
