"""The Treasury's monthly report to the People's Committee: its arithmetic.

Capital by program, nature and origin year, and the units that are slow; whole đồng.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from .money import percent


@dataclass(frozen=True, slots=True)
class Capital:
    """Figures of one unit, program, nature and origin year, at the end of a day."""

    unit: int
    program: int
    nature: str
    origin_year: int
    assigned: int = 0
    kept: int = 0
    disbursed: int = 0
    advance: int = 0

    @property
    def subject(self) -> tuple[int, str, int]:
        """Program, nature and origin year."""
        return self.program, self.nature, self.origin_year


@dataclass(slots=True)
class MonthLine:
    """A line of the report: plan, disbursed in the month and in all, advances."""

    plan: int = 0
    month: int = 0
    disbursed: int = 0
    advance: int = 0

    @property
    def percent(self) -> Decimal | None:
        """Disbursed in all by the plan; None without a plan.

        >>> MonthLine(plan=300, disbursed=100).percent
        Decimal('33.33')
        """
        return percent(self.disbursed, self.plan)

    def add(self, plan: int, disbursed: int, before: int, advance: int) -> None:
        """Add figures of the end of the month, and what was disbursed before it."""
        self.plan += plan
        self.disbursed += disbursed
        self.month += disbursed - before
        self.advance += advance


@dataclass(slots=True)
class Month:
    """The report as figures: lines by subject, lines by unit."""

    by_subject: dict[tuple[int, str, int], MonthLine] = field(default_factory=dict)
    by_unit: dict[int, MonthLine] = field(default_factory=dict)

    def slow_units(self, percent_low: Decimal) -> list[int]:
        """Return units that hold capital and disbursed less than a percentage of it.

        Those that disbursed nothing come first, then by ratio, the larger plan first.
        """
        slow = [
            (line.percent, -line.plan, unit)
            for unit, line in self.by_unit.items()
            if line.percent is not None and line.percent < percent_low
        ]
        return [unit for _ratio, _plan, unit in sorted(slow)]


def compile_month(now: Iterable[Capital], before: Iterable[Capital]) -> Month:
    """Return the report for the figures at the end of a month and before it began.

    >>> paid = Capital(1, 7, "investment", 2024, 100, 100, 40, 5)
    >>> month = compile_month([paid], [Capital(1, 7, "investment", 2024, 100, 100, 30)])
    >>> month.by_subject[7, "investment", 2024]
    MonthLine(plan=100, month=10, disbursed=40, advance=5)
    >>> month.slow_units(Decimal(50))
    [1]
    """
    earlier = {(one.unit, *one.subject): one.disbursed for one in before}
    month = Month()
    for one in now:
        paid = earlier.get((one.unit, *one.subject), 0)
        line = month.by_subject.setdefault(one.subject, MonthLine())
        line.add(one.assigned, one.disbursed, paid, one.advance)
        own = month.by_unit.setdefault(one.unit, MonthLine())
        own.add(one.kept, one.disbursed, paid, one.advance)
    return month


def add_lines(lines: Sequence[MonthLine]) -> MonthLine:
    """Return the sum of lines; its ratio is that of the sums."""
    total = MonthLine()
    for line in lines:
        total.plan += line.plan
        total.month += line.month
        total.disbursed += line.disbursed
        total.advance += line.advance
    return total
