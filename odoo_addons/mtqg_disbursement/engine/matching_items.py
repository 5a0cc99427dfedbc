"""What the matching of leftovers takes in and gives out, and its rules as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

# the two-tier government: units of the districts ended here (NĐ 125/2025/NĐ-CP)
MERGER_DAY = date(2025, 7, 1)
REFUNDS = ("refund_advance", "refund_completed", "refund")
FIELDS = ("project", "program", "unit", "origin_year", "nature", "kind")

# Classes of differences. Where a match differs in several ways, the first of this list
# that it shows is its class and the others are named beside it.
CLASSES = (
    "split",
    "merged",
    "money_unit",
    "transposed_digits",
    "dropped_digit",
    "changed_digit",
    "rounding",
    "advance_as_completed",
    "wrong_kind",
    "investment_as_recurrent",
    "wrong_project",
    "wrong_program",
    "predecessor_unit",
    "wrong_unit",
    "wrong_origin_year",
    "cut_off",
    "date_shift",
    "refund_missed",
    "only_own",
    "only_treasury",
)
PRIORITY = {name: place for place, name in enumerate(CLASSES)}


class Item(NamedTuple):
    """One figure of one side: a payment, a plan, an entry.

    ``amount`` in whole đồng; money that comes back is below zero. An empty field says
    nothing: it neither agrees nor disagrees. ``id`` is the caller's own.
    """

    id: int | str
    amount: int
    kind: str = ""
    project: str = ""
    program: str = ""
    unit: str = ""
    origin_year: int = 0
    nature: str = ""
    date: date | None = None
    voucher: str = ""


@dataclass(frozen=True)
class Rules:
    """How far things may lie apart.

    ``succession`` gives, for a unit that ended, the units that took over. ``period`` is
    the first and last day that is reconciled.
    """

    tolerance_days: int = 7
    # parts of one payment may be spread over a month
    sum_days: int = 31
    most_parts: int = 6
    # booked within so many days of the end of a month, a payment may be in the next
    cut_off_days: int = 5
    succession: Mapping[str, frozenset[str]] = field(default_factory=dict)
    period: tuple[date, date] | None = None

    def are_related(self, one: str, other: str) -> bool:
        """Tell whether one of two units took over from the other."""
        return other in self.succession.get(one, ()) or one in self.succession.get(
            other, ()
        )


@dataclass(frozen=True)
class Proposal:
    """One difference explained, for a person to accept or not.

    ``own`` and ``treasury`` are the ids on each side; ``difference`` is what the
    Treasury has more; ``values`` fill the sentence of the class; ``also`` are further
    ways in which the two sides differ.
    """

    difference_class: str
    own: tuple[int | str, ...]
    treasury: tuple[int | str, ...]
    difference: int
    confidence: float
    values: dict[str, Any] = field(default_factory=dict)
    also: tuple[str, ...] = ()


def order_of(item: Item) -> tuple:
    """Return what items are sorted by, whatever order they came in."""
    day = item.date.toordinal() if item.date else 0
    return (*item[2:8], day, item.amount, item.voucher, str(item.id))


def day_of(item: Item) -> int:
    """Return the date as a number; 0 when there is none."""
    return item.date.toordinal() if item.date else 0
