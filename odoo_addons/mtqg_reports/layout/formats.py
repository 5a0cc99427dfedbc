"""How values are shown: number formats, and rounding that never changes a sum.

A cell keeps its exact value; only the format shortens it. So an amount of money is
whole đồng in the file also where the page shows triệu or tỷ, and whoever copies the
cell gets the true figure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

# A spreadsheet keeps 15 to 17 significant digits: whole đồng are exact up to here.
LARGEST_AMOUNT = 9 * 10**15

Value = str | int | Decimal | date | None


class Kind(StrEnum):
    """What a column holds; decides format, alignment and usual width."""

    TEXT = "text"
    CODE = "code"
    MONEY = "money"
    INTEGER = "integer"
    POINTS = "points"
    PERCENT = "percent"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class MoneyUnit:
    """A unit of money on the page: its name, its đồng, its format.

    >>> MILLION.shown(1_499_999), MILLION.shown(1_500_000), MILLION.shown(-1_500_000)
    (1, 2, -2)
    """

    name: str
    dong: int
    number_format: str

    def shown(self, amount: int) -> int:
        """Return the amount in this unit as the page shows it, half away from zero."""
        whole = (2 * abs(amount) + self.dong) // (2 * self.dong)
        return -whole if amount < 0 else whole


# A comma after the digits divides by a thousand, on the page only.
DONG = MoneyUnit("đồng", 1, "#,##0")
THOUSAND = MoneyUnit("nghìn đồng", 10**3, "#,##0,")
MILLION = MoneyUnit("triệu đồng", 10**6, "#,##0,,")
BILLION = MoneyUnit("tỷ đồng", 10**9, "#,##0,,,")
MONEY_UNITS = {
    "dong": DONG,
    "thousand": THOUSAND,
    "million": MILLION,
    "billion": BILLION,
}

NUMBER_FORMATS = {
    Kind.INTEGER: "#,##0",
    Kind.POINTS: "0.00",
    Kind.PERCENT: "0.00%",
    Kind.DATE: "dd/mm/yyyy",
}
ALIGNMENTS = {
    Kind.TEXT: "left",
    Kind.CODE: "center",
    Kind.MONEY: "right",
    Kind.INTEGER: "center",
    Kind.POINTS: "right",
    Kind.PERCENT: "right",
    Kind.DATE: "center",
}
WIDTHS = {
    Kind.TEXT: 32,
    Kind.CODE: 12,
    Kind.MONEY: 20,
    Kind.INTEGER: 8,
    Kind.POINTS: 10,
    Kind.PERCENT: 11,
    Kind.DATE: 12,
}


def as_number(kind: Kind, value: int | Decimal) -> int | float:
    """Return what a cell stores for a number: đồng exact, percent as a fraction.

    Raises ValueError for an amount that a spreadsheet would change.

    >>> as_number(Kind.MONEY, 9_000_000_000_000_000)
    9000000000000000
    >>> as_number(Kind.PERCENT, Decimal("14.0367"))
    0.140367
    >>> as_number(Kind.MONEY, 9_000_000_000_000_001)
    Traceback (most recent call last):
    ...
    ValueError: 9000000000000001 đồng is more than a spreadsheet holds exactly
    """
    if isinstance(value, int) and abs(value) > LARGEST_AMOUNT:
        raise ValueError(f"{value} đồng is more than a spreadsheet holds exactly")
    if kind is Kind.PERCENT:
        return float(Decimal(value) / 100)
    return value if isinstance(value, int) else float(value)
