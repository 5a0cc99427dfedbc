"""What a balance will have disbursed at its last day, and what it is likely to lose.

Three views of the same end are put together, each with its source:

1. The outside view (reference class forecasting: Flyvbjerg 2006, "From Nobel Prize to
   project management"): what balances of the same program and nature made of their
   plan in earlier years, and which share of it they usually had by this point of their
   time (the season).
2. Own pace (earned schedule: Lipke 2003, "Schedule is different"): what this balance
   has disbursed so far, read against the season and not against the calendar.
3. The stage of the dossier: a project that has neither a contract nor a payment cannot
   pay yet; the days until then are lost.

The first two are weighed as actuaries weigh a usual result against one's own early
figures: Bornhuetter and Ferguson 1972, with the second step of Benktander 1976,

    U0 = plan × usual ratio,   U1 = paid + (1 − S) × U0,   U2 = paid + (1 − S) × U1,

where S is the season's share by now. Early in the year the usual result speaks, late in
the year the own figures do. The curve of a class is drawn to the national one while the
register has seen few years of it. Everything is deterministic; amounts are whole đồng.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import NamedTuple

# points of the time from the first to the last day at which a season is known
BINS = 24
# Published for the three programs, plan of 2025 (Ministry of Finance): 50 % of the plan
# by 31/08/2025, 66.6 % by 31/12/2025, 75.4 % by 31/01/2026, the last day. Between
# these points the default is a straight line.
NATIONAL_POINTS = ((0.0, 0.0), (242 / 395, 50.0), (364 / 395, 66.6), (1.0, 75.4))
NATIONAL_RATIO = 0.754
# years of a class that weigh as much as the national curve
PRIOR_YEARS = 1.0
# days from now until a first payment is likely; an assumption of ours, kept low
LEAD_DAYS = {"preparation": 60, "no_contract": 30}
STOPPED = "stopped"
# below this share of the season, pace says nothing yet
LEAST_SHARE = 0.1


class Season(NamedTuple):
    """How a class of balances spends: shares of the end by ``BINS`` + 1 points.

    ``ratio`` is the part of the plan that is disbursed in the end.
    """

    shares: tuple[float, ...]
    ratio: float


class History(NamedTuple):
    """What the finished balances of a class did: đồng paid by point of their time."""

    paid: tuple[int, ...]
    plan: int
    years: int


@dataclass(frozen=True)
class Facts:
    """A balance on a day, in đồng.

    ``room`` is what its project may still spend, None where that is not known, and
    ``booked`` the capital that all balances of the project still hold.
    """

    plan: int
    disbursed: int
    available: int
    start: date
    last: date
    stage: str = ""
    room: int | None = None
    booked: int = 0


@dataclass(frozen=True)
class Forecast:
    """The end of a balance, in đồng; ``share`` is the season's share by now."""

    final: int
    further: int
    at_risk: int
    linear: int
    capacity: int
    share: float


def elapsed(start: date, last: date, day: date) -> float:
    """Return which part of the time from start to last day is over, from 0 to 1.

    >>> elapsed(date(2024, 1, 1), date(2024, 1, 10), date(2024, 1, 5))
    0.5
    """
    days = (last - start).days + 1
    if days <= 0:
        return 1.0
    return min(max(((day - start).days + 1) / days, 0.0), 1.0)


def national_season() -> Season:
    """Return the curve of the whole country, for classes without a past.

    >>> season = national_season()
    >>> round(share_at(season, 364 / 395), 3), season.ratio
    (0.887, 0.754)
    """
    final = NATIONAL_POINTS[-1][1]
    shares = [_between(NATIONAL_POINTS, k / BINS) / final for k in range(BINS + 1)]
    return Season(tuple(shares), NATIONAL_RATIO)


def learn_season(history: History, default: Season) -> Season:
    """Return the curve of a class from its finished years, drawn to the default.

    >>> even = History((10,) * BINS, 480, 3)
    >>> season = learn_season(even, national_season())
    >>> round(season.ratio, 4), season.shares[0], season.shares[-1]
    (0.5635, 0.0, 1.0)
    """
    total = sum(history.paid)
    if total <= 0 or history.plan <= 0:
        return default
    weight = history.years / (history.years + PRIOR_YEARS)
    shares, seen = [0.0], 0
    for part in history.paid:
        seen += part
        shares.append(min(max(seen / total, shares[-1]), 1.0))
    mixed = (
        weight * own + (1 - weight) * usual
        for own, usual in zip(shares, default.shares, strict=True)
    )
    ratio = weight * min(total / history.plan, 1.0) + (1 - weight) * default.ratio
    return Season(tuple(mixed), ratio)


def share_at(season: Season, part: float) -> float:
    """Return the share of the end that is usually disbursed by a part of the time.

    >>> share_at(Season(tuple(k / BINS for k in range(BINS + 1)), 1.0), 0.3)
    0.3
    """
    place = min(max(part, 0.0), 1.0) * BINS
    low = min(int(place), BINS - 1)
    step = season.shares[low + 1] - season.shares[low]
    return round(season.shares[low] + (place - low) * step, 9)


def forecast(facts: Facts, season: Season, day: date) -> Forecast:
    """Return what the balance will have disbursed at its last day, as seen on a day.

    >>> facts = Facts(1_000, 300, 700, date(2024, 1, 1), date(2025, 1, 31))
    >>> seen = forecast(facts, national_season(), date(2024, 8, 30))
    >>> seen.final, seen.at_risk, seen.linear
    (489, 511, 490)
    >>> forecast(facts, national_season(), date(2025, 2, 1)).at_risk
    700
    """
    part = elapsed(facts.start, facts.last, day)
    share = share_at(season, part)
    rest = 1.0 - share
    usual = facts.plan * season.ratio
    first = facts.disbursed + rest * usual
    further = rest * first * _time_left(facts, day)
    limit = min(facts.available, facts.available if facts.room is None else facts.room)
    expected = max(min(int(further), limit), 0)
    linear = int(facts.disbursed / part) if part > 0 else 0
    return Forecast(
        final=facts.disbursed + expected,
        further=expected,
        at_risk=max(facts.available - expected, 0),
        linear=min(max(linear, facts.disbursed), facts.disbursed + facts.available),
        capacity=_capacity(facts, share),
        share=share,
    )


def learn_all(
    histories: Mapping[tuple, History], keys: Iterable[tuple]
) -> dict[tuple, Season]:
    """Return the season of each class (program, nature, carried over).

    A class is drawn to the one of its nature in all programs, that to the country's.

    >>> seasons = learn_all({}, [(1, "investment", False)])
    >>> seasons[1, "investment", False] == national_season()
    True
    """
    national = national_season()
    wider = {}
    for (_program, *rest), history in histories.items():
        wider[tuple(rest)] = _add(wider.get(tuple(rest)), history)
    broad = {key: learn_season(known, national) for key, known in wider.items()}
    seasons = {}
    for key in keys:
        default = broad.get(tuple(key[1:]), national)
        known = histories.get(key)
        seasons[key] = learn_season(known, default) if known else default
    return seasons


def percentage_errors(pairs: Iterable[tuple[int, int]]) -> list[float]:
    """Return |forecast − real| / real, in percent, where something was disbursed.

    >>> percentage_errors([(110, 100), (5, 0), (50, 100)])
    [10.0, 50.0]
    """
    return [100.0 * abs(seen - real) / real for seen, real in pairs if real > 0]


def _between(points: Sequence[tuple[float, float]], place: float) -> float:
    for (x0, y0), (x1, y1) in pairwise(points):
        if place <= x1:
            return y0 + (y1 - y0) * (place - x0) / (x1 - x0)
    return points[-1][1]


def _time_left(facts: Facts, day: date) -> float:
    """Return the part of the remaining days in which something can be paid."""
    remaining = (facts.last - max(day, facts.start)).days
    if facts.stage == STOPPED or remaining <= 0:
        return 0.0
    return max(1.0 - LEAD_DAYS.get(facts.stage, 0) / remaining, 0.0)


def _capacity(facts: Facts, share: float) -> int:
    """Return what own pace would spend beyond the plan, within the project's need."""
    if share < LEAST_SHARE or facts.room is None or facts.stage:
        return 0
    beyond = int(facts.disbursed / share) - facts.plan
    return max(min(beyond, facts.room - max(facts.booked, facts.available)), 0)


def _add(known: History | None, more: History) -> History:
    if known is None:
        return more
    paid = tuple(a + b for a, b in zip(known.paid, more.paid, strict=True))
    return History(paid, known.plan + more.plan, max(known.years, more.years))
