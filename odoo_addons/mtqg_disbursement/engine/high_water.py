"""How far numbered rows have been read, where rows may appear late.

A row gets its number when it is written, and is seen when its transaction ends: of two
people who act at the same moment, the lower number may appear after the higher one.
So numbers that were missing are looked at again for a while.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

# no transaction lasts so long: what is missing then was rolled back
PATIENCE = timedelta(days=2)


class Gap(NamedTuple):
    """Missing numbers, both ends included, and the day on which they were missed."""

    first: int
    last: int
    day: date


class Mark(NamedTuple):
    """Everything up to ``top`` has been read, but for the gaps."""

    top: int = 0
    gaps: tuple[Gap, ...] = ()

    def advance(self, numbers: Iterable[int], day: date) -> Mark:
        """Return the mark after rows with these numbers were read on a day.

        >>> mark = Mark(10).advance([12, 15], date(2024, 7, 1))
        >>> mark.top, [gap[:2] for gap in mark.gaps]
        (15, [(11, 11), (13, 14)])
        >>> [gap[:2] for gap in mark.advance([13], date(2024, 7, 2)).gaps]
        [(11, 11), (14, 14)]
        >>> mark.advance([], date(2024, 7, 9))
        Mark(top=15, gaps=())
        """
        read = sorted(set(numbers))
        fresh = [number for number in read if number > self.top]
        gaps = [
            left
            for gap in self.gaps
            if day - gap.day <= PATIENCE
            for left in _cut(gap, read)
        ]
        gaps += [
            Gap(before + 1, after - 1, day)
            for before, after in pairwise([self.top, *fresh])
            if after - before > 1
        ]
        return Mark(max([self.top, *fresh]), tuple(gaps))


def _cut(gap: Gap, read: list[int]) -> list[Gap]:
    """Return what is left of a gap after some of its numbers were read."""
    inside = [number for number in read if gap.first <= number <= gap.last]
    edges = [gap.first - 1, *inside, gap.last + 1]
    return [
        Gap(before + 1, after - 1, gap.day)
        for before, after in pairwise(edges)
        if after - before > 1
    ]
