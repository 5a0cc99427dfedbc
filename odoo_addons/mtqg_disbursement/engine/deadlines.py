"""When something is due, and what became of it: the reference the SQL agrees with."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from .ledger import available, disbursed

STATES = ("on_track", "at_risk", "overdue", "met", "met_late")

# 100.00 % in hundredths of a percent
WHOLE = 10_000


class Balance(NamedTuple):
    """A balance at the end of a day, as far as a measure looks at it.

    :param counters: đồng by the names of ``engine.ledger.COUNTERS``
    :param spends: the balance has a project, or its unit spends itself (a commune, a
        project owner)
    :param has_parent: the capital came from another balance
    """

    counters: Mapping[str, int]
    spends: bool = False
    has_parent: bool = False


class Figure(NamedTuple):
    """What a deadline asks of a balance (đồng); nothing where ``asked`` is false."""

    asked: bool
    base: int
    reached: int

    def holds(self, threshold: int) -> bool:
        """Tell whether the threshold (hundredths of a percent) is reached."""
        return self.reached >= required(self.base, threshold)


def required(base: int, threshold: int) -> int:
    """Return the đồng that a threshold asks for, rounded up.

    :param threshold: hundredths of a percent, 10,000 for 100 %

    >>> required(1_000, 9_550), required(3, 5_000), required(9 * 10**15, WHOLE)
    (955, 2, 9000000000000000)
    """
    # as the database does it: a product of both would not fit its integers
    return base // WHOLE * threshold + (base % WHOLE * threshold + WHOLE - 1) // WHOLE


def measure(name: str, balance: Balance) -> Figure:
    """Return what a measure asks of a balance and what is reached.

    * ``disbursed``: of what the balance keeps itself; nothing where all is passed on
    * ``tabmis``: of what is assigned
    * ``allocated``: of what is assigned; who spends it, or holds it entered in TABMIS
      and passes nothing on, has allocated it in detail
    * ``recovered``: of what is disbursed, the part that is no advance any more

    :raise KeyError: for an unknown measure
    """
    return _MEASURES[name](balance)


def _measure_disbursed(balance: Balance) -> Figure:
    paid = disbursed(balance.counters)
    kept = balance.counters["assigned"] - balance.counters["allocated"]
    return Figure(kept > 0, available(balance.counters) + paid, paid)


def _measure_tabmis(balance: Balance) -> Figure:
    assigned = balance.counters["assigned"]
    return Figure(assigned > 0, assigned, balance.counters["tabmis"])


def _measure_allocated(balance: Balance) -> Figure:
    counters = balance.counters
    assigned = counters["assigned"]
    used = assigned - available(counters)
    is_final = balance.spends or (
        balance.has_parent
        and not counters["allocated"]
        and counters["tabmis"] >= assigned
    )
    return Figure(assigned > 0, assigned, assigned if is_final else used)


def _measure_recovered(balance: Balance) -> Figure:
    paid = disbursed(balance.counters)
    return Figure(paid > 0, paid, balance.counters["completed"])


_MEASURES = {
    "allocated": _measure_allocated,
    "tabmis": _measure_tabmis,
    "disbursed": _measure_disbursed,
    "recovered": _measure_recovered,
}


def find_date_met(days: Iterable[tuple[date, Figure]], threshold: int) -> date | None:
    """Return the first day from which the threshold holds until the last day given.

    Days on which nothing is asked are passed over.

    :param days: (day, figure at its end), in order of the days
    :return: None if it does not hold, or nothing is asked, at the end

    >>> ten = [(date(2024, 1, n), Figure(True, 10, n)) for n in (5, 10, 12)]
    >>> find_date_met(ten, WHOLE)
    datetime.date(2024, 1, 10)
    """
    met, figure = None, Figure(False, 0, 0)
    for day, figure in days:
        if figure.asked:
            met = (met or day) if figure.holds(threshold) else None
    return met if figure.asked else None


def state_of(date_met: date | None, due: date, warn: date, today: date) -> str:
    """Return the state of a deadline on a day.

    A day met that lies in the future does not count yet.

    >>> due, warn = date(2024, 6, 30), date(2024, 5, 31)
    >>> [state_of(None, due, warn, day) for day in (warn, due, date(2024, 7, 1))]
    ['at_risk', 'at_risk', 'overdue']
    >>> state_of(date(2024, 7, 2), due, warn, date(2024, 7, 3))
    'met_late'
    """
    if date_met and date_met <= today:
        return "met" if date_met <= due else "met_late"
    if today > due:
        return "overdue"
    return "at_risk" if today >= warn else "on_track"


def day_of(year: int, month: int, day: int) -> date:
    """Return a day of a year; a day that the month lacks is its last one.

    >>> day_of(2026, 2, 29), day_of(2024, 14, 31)
    (datetime.date(2026, 2, 28), datetime.date(2025, 2, 28))
    """
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, min(day, monthrange(year, month)[1]))


def add_months(start: date, months: int) -> date:
    """Return the same day ``months`` later, or the last day of a shorter month.

    >>> add_months(date(2025, 11, 30), 3)
    datetime.date(2026, 2, 28)
    """
    return day_of(start.year, start.month + months, start.day)


def list_periods(every: str, year: int, months: int, day: int) -> list[tuple]:
    """Return (first day of the period, due date) of each period of a plan year.

    :param str every: ``month`` or ``quarter``
    :param int months: months from the last month of the period to the due date

    >>> list_periods("quarter", 2026, 1, 10)[-1]
    (datetime.date(2026, 10, 1), datetime.date(2027, 1, 10))
    """
    length = {"month": 1, "quarter": 3}[every]
    return [
        (date(year, first, 1), day_of(year, first + length - 1 + months, day))
        for first in range(1, 13, length)
    ]
