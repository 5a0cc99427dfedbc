"""Ranking: from the scores of many units to ranks and classes.

The order is total and does not depend on the order of the input; equal units
share a rank; a cap or a quota can lower a class, never raise one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from .scoring import (
    FULL_SCORE,
    PERCENT_PLACES,
    Criterion,
    Figure,
    Mark,
    give_marks,
    group_mean,
    percent,
    require,
    rounded,
    scored_values,
    total,
)

NO_PLAN = "no_plan"
CAPPED = "capped"
OVER_QUOTA = "over_quota"

RANK_STYLES = ("competition", "dense")
TIE_KEYS = ("rate", "plan")
QUOTA_BASES = ("second", "second_and_top", "ranked")
CAP_BASES = ("rate", "attainment")


@dataclass(frozen=True, slots=True)
class Band:
    """A class: the score it starts at, and the rate without which it is closed."""

    code: str
    score_min: Decimal
    rate_min: Decimal | None = None
    is_top: bool = False


@dataclass(frozen=True, slots=True)
class Scheme:
    """All that decides a ranking, as values. Money in whole đồng, rates in percent.

    `bands` go from the best class to the worst; `quota` is the largest share of
    the top class, over a base named by `quota_base`; `cap_basis` says whether a
    band's `rate_min` is a rate or the part of the target that was reached.
    """

    code: str
    version: int
    criteria: tuple[Criterion, ...]
    bands: tuple[Band, ...]
    shrinkage: int = 0
    quota: Decimal | None = None
    quota_base: str = "second"
    cap_basis: str = "rate"
    tie_break: tuple[str, ...] = TIE_KEYS
    rank_style: str = "competition"

    def __post_init__(self) -> None:
        weights = sum(criterion.weight for criterion in self.criteria)
        require(weights == FULL_SCORE, "the weights must add up to 100")
        mains = sum(criterion.is_main for criterion in self.criteria)
        require(mains == 1, "a scheme has one main criterion")
        floors = [band.score_min for band in self.bands]
        falling = floors == sorted(set(floors), reverse=True)
        require(
            bool(floors) and falling and floors[-1] <= 0,
            "bands fall from the best to one that starts at 0",
        )
        require(self.bands[-1].rate_min is None, "the lowest class takes any rate")
        tops = any(band.is_top for band in self.bands[1:])
        require(not tops, "only the best class can be the top class")

    @property
    def main_index(self) -> int:
        """Where the main criterion stands."""
        return next(i for i, row in enumerate(self.criteria) if row.is_main)


@dataclass(frozen=True, slots=True)
class Subject:
    """A unit to be scored: its code and one figure per criterion of the scheme."""

    code: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the evaluation says of one unit; without a plan there is no rank."""

    code: str
    plan: int
    disbursed: int
    marks: tuple[Mark, ...]
    rate: Decimal | None = None
    rate_shrunk: Decimal | None = None
    score: Decimal | None = None
    rank: int | None = None
    band: str | None = None
    reasons: tuple[str, ...] = ()

    def order(self, keys: Sequence[str]) -> tuple[object, ...]:
        """Return the sort key: score, then the tie-breakers, all best first.

        Rates are compared as exact fractions of the two amounts, never as printed.
        """
        return (-(self.score or Decimal(0)), *(-self._tie(key) for key in keys))

    def _tie(self, key: str) -> Fraction:
        if key == "plan":
            return Fraction(self.plan)
        return percent(self.disbursed, self.plan) or Fraction(0)


def evaluate(scheme: Scheme, subjects: Iterable[Subject]) -> tuple[Outcome, ...]:
    """Score, rank and classify the units: ranked ones first, best first.

    Raises ValueError when a unit comes twice or its figures do not fit the criteria.

    >>> from .scoring import Linear
    >>> main = Criterion(
    ...     "rate", Decimal(100), Linear(Decimal(0), Decimal(50)), is_main=True
    ... )
    >>> good = Band("good", Decimal(70), rate_min=Decimal(50))
    >>> scheme = Scheme("s", 1, (main,), (good, Band("rest", Decimal(0))))
    >>> units = {"A": (40, 100), "B": (90, 100), "C": (0, 0)}
    >>> subjects = [Subject(code, (Figure(*pair),)) for code, pair in units.items()]
    >>> for line in evaluate(scheme, subjects):
    ...     print(line.code, line.score, line.rank, line.band, line.reasons)
    B 100.00 1 good ()
    A 80.00 2 rest ('capped',)
    C None None None ('no_plan',)
    """
    by_code = sorted(subjects, key=lambda subject: subject.code)
    codes = {subject.code for subject in by_code}
    require(len(codes) == len(by_code), "each unit is scored once")
    means = [
        group_mean(subject.figures[index] for subject in by_code)
        for index in range(len(scheme.criteria))
    ]
    outcomes = [_score(scheme, subject, means) for subject in by_code]
    ranked = _rank(scheme, [line for line in outcomes if line.score is not None])
    classed = _apply_quota(scheme, [_classify(scheme, line) for line in ranked])
    return (*classed, *(line for line in outcomes if line.score is None))


def _score(scheme: Scheme, subject: Subject, means: Sequence[Fraction]) -> Outcome:
    """Give the unit its marks and its score, or say that it has no plan."""
    figures = subject.figures
    values = scored_values(scheme.criteria, figures, means, scheme.shrinkage)
    marks = give_marks(scheme.criteria, figures, values)
    main = marks[scheme.main_index]
    return Outcome(
        code=subject.code,
        plan=main.figure.denominator,
        disbursed=main.figure.numerator,
        marks=marks,
        rate=main.value,
        rate_shrunk=main.value_scored,
        score=total(marks) if main.is_applicable else None,
        reasons=() if main.is_applicable else (NO_PLAN,),
    )


def _rank(scheme: Scheme, outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Number the units from the best; equals share a number.

    `competition` leaves a gap after equals (1, 2, 2, 4), `dense` does not (1, 2, 2,
    3). The code of the unit only orders the list: it never decides a rank.
    """
    lines = sorted(outcomes, key=lambda line: (line.order(scheme.tie_break), line.code))
    ranked: list[Outcome] = []
    rank, previous = 0, None
    for position, line in enumerate(lines, start=1):
        key = line.order(scheme.tie_break)
        if key != previous:
            rank = position if scheme.rank_style == "competition" else rank + 1
        ranked.append(replace(line, rank=rank))
        previous = key
    return ranked


def _classify(scheme: Scheme, outcome: Outcome) -> Outcome:
    """Give the best class that the score opens and the rate does not close."""
    score, rate = outcome.score or Decimal(0), cap_rate(scheme, outcome)
    opened = [band for band in scheme.bands if score >= band.score_min]
    band = next(
        band for band in opened if band.rate_min is None or rate >= band.rate_min
    )
    reasons = outcome.reasons if band is opened[0] else (*outcome.reasons, CAPPED)
    return replace(outcome, band=band.code, reasons=reasons)


def cap_rate(scheme: Scheme, outcome: Outcome) -> Fraction:
    """Return the raw rate that caps look at, exact, in percent.

    With the basis `attainment` it is the part of the main criterion's target that
    was reached: 20 % against a quarter's target of 25 % is 80 %.
    """
    rate = percent(outcome.disbursed, outcome.plan) or Fraction(0)
    target = scheme.criteria[scheme.main_index].target
    if scheme.cap_basis == "attainment" and target:
        return rate * FULL_SCORE / Fraction(target)
    return rate


def _apply_quota(scheme: Scheme, ranked: Sequence[Outcome]) -> list[Outcome]:
    """Keep the best units in the top class as far as its quota goes.

    Units of one rank stay or go together, so no code or name decides a class.
    """
    top = next((band for band in scheme.bands if band.is_top), None)
    if top is None or scheme.quota is None:
        return list(ranked)
    second = scheme.bands[1].code
    candidates = [line for line in ranked if line.band == top.code]
    seats = top_seats(
        scheme.quota,
        scheme.quota_base,
        candidates=len(candidates),
        second=sum(line.band == second for line in ranked),
        ranked=len(ranked),
    )
    last = _last_rank_within(candidates, seats)
    return [
        replace(line, band=second, reasons=(*line.reasons, OVER_QUOTA))
        if line.band == top.code and (line.rank or 0) > last
        else line
        for line in ranked
    ]


def _last_rank_within(candidates: Sequence[Outcome], seats: int) -> int:
    """Return the last rank whose units all find a seat; 0 when none does."""
    if len(candidates) <= seats:
        return max((line.rank or 0 for line in candidates), default=0)
    first_out = candidates[seats].rank
    kept = [line.rank or 0 for line in candidates[:seats] if line.rank != first_out]
    return max(kept, default=0)


def top_seats(
    quota: Decimal, base: str, *, candidates: int, second: int, ranked: int
) -> int:
    """Return how many units the top class may hold.

    Decree 335/2025 article 8.5 allows 20 % (25 % by decision) of the units classed
    "completed well", and does not say whether the top units belong to that number:
    `second` leaves them out, `second_and_top` counts them, `ranked` takes all ranked
    units. Units that lose the top class join the second, and count there.

    >>> counts = {"candidates": 4, "second": 8, "ranked": 20}
    >>> [top_seats(Decimal(20), base, **counts) for base in QUOTA_BASES]
    [2, 2, 4]
    """
    share = Fraction(quota) / FULL_SCORE
    pool = Fraction(candidates + second)
    if base == "second":
        limit = share * pool / (1 + share)
    elif base == "second_and_top":
        limit = share * pool
    else:
        limit = share * ranked
    return min(candidates, int(limit))


def printed_rate(numerator: int, denominator: int) -> Decimal | None:
    """Return a rate in percent as it is stored and printed, None without a plan.

    >>> printed_rate(2, 3)
    Decimal('66.6667')
    """
    rate = percent(numerator, denominator)
    return None if rate is None else rounded(rate, PERCENT_PLACES)
