"""Working days of the State's offices in Vietnam.

Offices work Monday to Friday. A day off (a public holiday, or the day that makes up for
one on a weekend) takes a working day away; a swapped day (a Saturday worked instead of
a bridge day) adds one (Bộ luật Lao động 45/2019/QH14 articles 111–112 and the yearly
decisions). The module knows no holiday itself: both sets are given.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

_DAY = timedelta(days=1)
_SATURDAY = 5


class WorkCalendar(NamedTuple):
    """The days that differ from “Monday to Friday”.

    :param off: weekdays on which offices are closed
    :param worked: Saturdays and Sundays on which they are open
    """

    off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()

    def is_working(self, day: date) -> bool:
        """Tell whether offices work on the day.

        >>> WorkCalendar().is_working(date(2024, 6, 30))  # a Sunday
        False
        >>> WorkCalendar(worked=frozenset({date(2024, 5, 4)})).is_working(
        ...     date(2024, 5, 4)
        ... )
        True
        """
        if day in self.worked:
            return True
        return day.weekday() < _SATURDAY and day not in self.off

    def add(self, day: date, count: int) -> date:
        """Return the day that is ``count`` working days after ``day``.

        The day of the event itself is not counted (Bộ luật Dân sự 91/2015/QH13
        article 147): one working day after a Friday is Monday. Before it for a
        negative count; zero gives the day itself, working or not.

        >>> WorkCalendar().add(date(2024, 6, 28), 1)
        datetime.date(2024, 7, 1)
        """
        step = _DAY if count > 0 else -_DAY
        left = abs(count)
        while left:
            day += step
            left -= self.is_working(day)
        return day

    def count(self, first: date, last: date) -> int:
        """Return the working days after ``first``, up to and with ``last``.

        Negative where ``last`` lies before ``first``.

        >>> WorkCalendar().count(date(2024, 6, 28), date(2024, 7, 2))
        2
        """
        if last < first:
            return -self.count(last, first)
        return sum(map(self.is_working, _days_after(first, last)))

    def next_working(self, day: date) -> date:
        """Return the day itself if offices work on it, or the next day they do.

        >>> WorkCalendar().next_working(date(2024, 6, 29))
        datetime.date(2024, 7, 1)
        """
        while not self.is_working(day):
            day += _DAY
        return day

    def previous_working(self, day: date) -> date:
        """Return the day itself if offices work on it, or the last day they did.

        >>> WorkCalendar().previous_working(date(2024, 6, 30))
        datetime.date(2024, 6, 28)
        """
        while not self.is_working(day):
            day -= _DAY
        return day


def _days_after(first: date, last: date) -> Iterator[date]:
    for number in range(1, (last - first).days + 1):
        yield first + timedelta(days=number)
