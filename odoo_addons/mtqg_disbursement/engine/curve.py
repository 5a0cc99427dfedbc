"""Curves that spread an amount over the months of a commitment, to the đồng.

A plan year has thirteen months here: January to December, and January of the next
year, because capital of the year is paid until 31/01 (Luật 58/2024/QH15 article 72).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta

from .money import split_by_shares

MONTHS = 13
METHODS = ("even", "s_curve", "contracts")


def month_start(plan_year: int, month: int) -> date:
    """Return the first day of a month of a plan year (13: January of the next year).

    >>> month_start(2024, 13)
    datetime.date(2025, 1, 1)
    """
    return date(plan_year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


def month_end(plan_year: int, month: int) -> date:
    """Return the last day of a month of a plan year, the day its promise is due.

    >>> month_end(2024, 2), month_end(2024, 13)
    (datetime.date(2024, 2, 29), datetime.date(2025, 1, 31))
    """
    return month_start(plan_year, month + 1) - timedelta(days=1)


def months_past(plan_year: int, day: date) -> int:
    """Return how many months of a plan year have ended before a day (0 to 13).

    >>> months_past(2024, date(2024, 4, 1)), months_past(2024, date(2024, 4, 30))
    (3, 3)
    >>> months_past(2024, date(2023, 12, 5)), months_past(2024, date(2025, 2, 1))
    (0, 13)
    """
    months = (day.year - plan_year) * 12 + day.month - 1
    return min(max(months, 0), MONTHS)


def month_of(plan_year: int, day: date) -> int:
    """Return the month of a plan year in which a day lies, cut to 1…13.

    >>> month_of(2024, date(2024, 8, 31)), month_of(2024, date(2025, 12, 31))
    (8, 13)
    """
    return max(1, min(months_past(plan_year, day) + 1, MONTHS))


def even_weights(count: int) -> list[int]:
    """Return equal weights for a number of months.

    >>> even_weights(3)
    [1, 1, 1]
    """
    return [1] * count


def s_curve_weights(count: int) -> list[int]:
    """Return the weights of a slow start, a fast middle and a slow end.

    The share spent by the part x of the time is y = x + Cx² − Cx − (6x³ − 9x² + 3x)/K,
    the expenditure forecasting formula of the British Department of Health and Social
    Security (K. W. Hudson, “DHSS expenditure forecasting method”, 1978), with C = 0
    (as much before as after the middle) and K = 3, so y = 3x² − 2x³. Over ``count``
    months y × count³ is whole, so no weight is rounded.

    >>> s_curve_weights(4)
    [10, 22, 22, 10]
    """

    def reached(month: int) -> int:
        return 3 * month**2 * count - 2 * month**3

    return [reached(month) - reached(month - 1) for month in range(1, count + 1)]


Period = tuple[date | None, date | None, int]


def date_weights(
    periods: Iterable[Period],
    plan_year: int,
    first: int,
    last: int,
) -> list[int]:
    """Return weights by the days of each month on which contracts run.

    :param periods: (start, end, value in đồng) of each contract; the value of a
        contract is spread evenly over its days, those that have passed too
    :param first: first month, ``last``: last month (1 to 13), both included
    :return: one weight for each month; all zero where no contract runs in them

    >>> date_weights([(date(2024, 2, 15), date(2024, 3, 31), 46)], 2024, 1, 4)
    [0, 15, 31, 0]
    """
    weights = [0] * (last - first + 1)
    for start, end, value in periods:
        if not start or not end or end < start:
            continue
        days = (end - start).days + 1
        for place, month in enumerate(range(first, last + 1)):
            begin = max(start, month_start(plan_year, month))
            overlap = (min(end, month_end(plan_year, month)) - begin).days + 1
            weights[place] += value * max(overlap, 0) // days
    return weights


def spread(
    amount: int,
    method: str,
    plan_year: int,
    first: int,
    last: int,
    periods: Iterable[Period] = (),
) -> list[int]:
    """Return the amount spread over the months ``first`` to ``last`` of a row of 13.

    :param str method: one of ``METHODS``; contracts that name no day are spread evenly
    :return: thirteen amounts in đồng that add up to ``amount`` (largest remainder)
    :raise ValueError: for another method

    >>> spread(100, "even", 2024, 11, 13)[10:]
    [34, 33, 33]
    >>> sum(spread(10**15 + 1, "s_curve", 2024, 4, 13)) == 10**15 + 1
    True
    """
    last = max(first, last)
    count = last - first + 1
    match method:
        case "even":
            weights = even_weights(count)
        case "s_curve":
            weights = s_curve_weights(count)
        case "contracts":
            weights = date_weights(periods, plan_year, first, last)
        case _:
            raise ValueError(f"no way to fill in: {method!r}")
    if not any(weights):
        weights = even_weights(count)
    return [0] * (first - 1) + split_by_shares(amount, weights) + [0] * (MONTHS - last)


def fill_row(
    past: Sequence[int], capital: int, spread_rest: Callable[[int], list[int]]
) -> list[int]:
    """Return a row that keeps the past months and spreads what is left of the capital.

    :param past: amounts of the months that are over, from January on
    :param capital: đồng the row may promise in all
    :param spread_rest: function (đồng) -> thirteen amounts for the months to come

    >>> row = fill_row([5, 5], 100, lambda rest: spread(rest, "even", 2024, 3, 13))
    >>> row[:4], sum(row)
    ([5, 5, 9, 9], 100)
    """
    rest = max(capital - sum(past), 0)
    coming = spread_rest(rest)
    return [*past, *coming[len(past) :]]
