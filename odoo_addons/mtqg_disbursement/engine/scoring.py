"""Scoring: from two amounts of đồng to the points of a criterion.

Every step is exact (`fractions.Fraction` of whole đồng); rounding happens once,
half up, when a figure is handed out as `Decimal`. So a rate of 49.99999 % never
passes a threshold of 50 %, and the same inputs give the same bytes anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

PERCENT_PLACES = 4
POINT_PLACES = 2
FULL_SCORE = 100
# shares of a weight
NONE, ALL = Fraction(0), Fraction(1)


def require(holds: bool, reason: str) -> None:
    """Refuse values that cannot work: raise ValueError with the reason."""
    if not holds:
        raise ValueError(reason)


def rounded(value: Fraction, places: int = POINT_PLACES) -> Decimal:
    """Return the value with that many decimals, half away from zero.

    >>> rounded(Fraction(1, 200)), rounded(Fraction(-1, 200)), rounded(Fraction(2, 3))
    (Decimal('0.01'), Decimal('-0.01'), Decimal('0.67'))
    """
    top, bottom = value.numerator, value.denominator
    whole = (2 * abs(top) * 10**places + bottom) // (2 * bottom)
    return Decimal(-whole if top < 0 else whole).scaleb(-places)


@lru_cache(maxsize=1024)
def exact(value: Decimal) -> Fraction:
    """Return a parameter of a scheme as a fraction; there are few of them.

    >>> exact(Decimal("7.5"))
    Fraction(15, 2)
    """
    return Fraction(value)


def percent(numerator: int, denominator: int) -> Fraction | None:
    """Return the exact percentage, or None when there is nothing to divide by.

    >>> rounded(percent(15_300_000_000, 109_000_000_000))
    Decimal('14.04')
    >>> percent(0, 0) is None
    True
    """
    return Fraction(FULL_SCORE * numerator, denominator) if denominator else None


def shrunk(figure: Figure, mean: Fraction, weight: int) -> Fraction | None:
    """Return the rate drawn towards the group's mean, the more the smaller the plan.

    rate' = (n * rate + k * mean) / (n + k), with n the denominator of the figure
    and k the `weight`, both in đồng: a plan of k đồng counts half itself and half
    the group. This is the empirical Bayes estimate of Efron and Morris, "Stein's
    Paradox in Statistics", Scientific American 236 (1977), with the prior's weight
    given by the scheme instead of estimated, so that it can be read in a decision.

    >>> rounded(shrunk(Figure(1_000, 1_000), Fraction(40), 1_000))
    Decimal('70.00')
    >>> rounded(shrunk(Figure(1_000, 1_000), Fraction(40), 0))
    Decimal('100.00')
    """
    if not figure.denominator:
        return None
    top = FULL_SCORE * figure.numerator * mean.denominator + weight * mean.numerator
    return Fraction(top, (figure.denominator + weight) * mean.denominator)


@dataclass(frozen=True, slots=True)
class Figure:
    """The two amounts behind a rate, in whole đồng; a zero denominator is no figure.

    >>> Figure(0, 0).is_applicable
    False
    """

    numerator: int
    denominator: int

    def __post_init__(self) -> None:
        require(self.denominator >= 0, "a denominator cannot be negative")

    @property
    def is_applicable(self) -> bool:
        """Tell whether the criterion says anything about the unit."""
        return self.denominator > 0


@dataclass(frozen=True, slots=True)
class Linear:
    """No points at `zero`, all of them at `full`, in proportion between (percent).

    `full` below `zero` means: the lower the better.

    >>> Linear(Decimal(0), Decimal(25)).share(Fraction(20))
    Fraction(4, 5)
    >>> Linear(Decimal(30), Decimal(10)).share(Fraction(15))
    Fraction(3, 4)
    """

    zero: Decimal
    full: Decimal

    def __post_init__(self) -> None:
        require(self.zero != self.full, "zero and full points need two rates")

    def share(self, value: Fraction) -> Fraction:
        """Return the part of the weight that is earned, 0 to 1."""
        zero, full = exact(self.zero), exact(self.full)
        if full > zero:
            return NONE if value <= zero else min((value - zero) / (full - zero), ALL)
        return NONE if value >= zero else min((value - zero) / (full - zero), ALL)


@dataclass(frozen=True, slots=True)
class Threshold:
    """All points from `target` percent on (or up to it, where lower is better).

    >>> Threshold(Decimal(50)).share(Fraction(4_999_999, 100_000))
    Fraction(0, 1)
    >>> Threshold(Decimal(10), lower_is_better=True).share(Fraction(10))
    Fraction(1, 1)
    """

    target: Decimal
    lower_is_better: bool = False

    def share(self, value: Fraction) -> Fraction:
        """Return 1 where the target is met, else 0."""
        target = exact(self.target)
        met = value <= target if self.lower_is_better else value >= target
        return ALL if met else NONE


@dataclass(frozen=True, slots=True)
class Steps:
    """A stair: from each value on (percent), that share of the weight (percent).

    >>> stair = Steps(((Decimal(50), Decimal(60)), (Decimal(80), Decimal(100))))
    >>> [str(stair.share(Fraction(value))) for value in (49, 50, 79, 80)]
    ['0', '3/5', '3/5', '1']
    """

    rows: tuple[tuple[Decimal, Decimal], ...]

    def __post_init__(self) -> None:
        starts = [start for start, _share in self.rows]
        rising = bool(starts) and starts == sorted(set(starts))
        require(rising, "steps need rising values, at least one")
        shares = all(0 <= share <= FULL_SCORE for _start, share in self.rows)
        require(shares, "the share of a step is 0 to 100 percent")

    def share(self, value: Fraction) -> Fraction:
        """Return the share of the last step that the value has reached."""
        reached = [share for start, share in self.rows if value >= start]
        return exact(reached[-1]) / FULL_SCORE if reached else NONE


ScoringFunction = Linear | Threshold | Steps


@dataclass(frozen=True, slots=True)
class Criterion:
    """One question of a scheme: a rate, its target, its points.

    The main criterion gives the unit's plan and rate; `shrinks` says that tiny
    plans are drawn towards the mean before they are scored.
    """

    code: str
    weight: Decimal
    function: ScoringFunction
    target: Decimal | None = None
    is_main: bool = False
    shrinks: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """What a unit got for one criterion, and the figures it was given for."""

    code: str
    figure: Figure
    value: Decimal | None
    value_scored: Decimal | None
    weight: Decimal
    points: Decimal

    @property
    def is_applicable(self) -> bool:
        """Tell whether the criterion counted; else its weight went to the others."""
        return self.value is not None


def group_mean(figures: Iterable[Figure]) -> Fraction:
    """Return the rate of the whole group: all numerators over all denominators.

    >>> rounded(group_mean([Figure(1, 2), Figure(0, 2), Figure(0, 0)]))
    Decimal('25.00')
    """
    counted = [figure for figure in figures if figure.is_applicable]
    plan = sum(figure.denominator for figure in counted)
    return percent(sum(figure.numerator for figure in counted), plan) or NONE


def spread(parts: Sequence[Fraction], places: int = POINT_PLACES) -> list[Decimal]:
    """Round the parts so that they add up to their rounded sum (largest remainder).

    >>> [str(part) for part in spread([Fraction(100, 3)] * 3)]
    ['33.34', '33.33', '33.33']
    """
    unit = 10**places
    pairs = [divmod(part.numerator * unit, part.denominator) for part in parts]
    floors = [floor for floor, _rest in pairs]
    missing = int(rounded(sum(parts, NONE), places) * unit) - sum(floors)
    if missing:
        lost = [
            Fraction(-rest, part.denominator)
            for (_floor, rest), part in zip(pairs, parts, strict=True)
        ]
        by_remainder = sorted(range(len(parts)), key=lambda i: (lost[i], i))
        for index in by_remainder[:missing]:
            floors[index] += 1
    return [Decimal(floor).scaleb(-places) for floor in floors]


@lru_cache(maxsize=1024)
def effective_weights(weights: tuple[Decimal | None, ...]) -> tuple[Fraction, ...]:
    """Return weights that add up to 100; None is a criterion without a figure.

    >>> [str(weight) for weight in effective_weights((Decimal(60), None, Decimal(20)))]
    ['75', '0', '25']
    """
    counted = sum((exact(weight) for weight in weights if weight), NONE)
    return tuple(
        exact(weight) * FULL_SCORE / counted if weight else NONE for weight in weights
    )


def scored_values(
    criteria: Sequence[Criterion],
    figures: Sequence[Figure],
    means: Sequence[Fraction],
    shrinkage: int,
) -> list[Fraction | None]:
    """Return the rate each criterion is scored on: raw, or drawn to the mean."""
    return [
        shrunk(figure, mean, shrinkage)
        if criterion.shrinks
        else percent(figure.numerator, figure.denominator)
        for criterion, figure, mean in zip(criteria, figures, means, strict=True)
    ]


def give_marks(
    criteria: Sequence[Criterion],
    figures: Sequence[Figure],
    values: Sequence[Fraction | None],
) -> tuple[Mark, ...]:
    """Score one unit: a mark per criterion, in the order of the scheme.

    The weight of a criterion without a figure is shared among the others in
    proportion to theirs; points and weights are rounded so that both columns add
    up to what is printed under them.

    >>> rate = Criterion("rate", Decimal(60), Linear(Decimal(0), Decimal(50)))
    >>> old = Criterion("old", Decimal(40), Threshold(Decimal(100)))
    >>> figures, values = [Figure(40, 100), Figure(0, 0)], [Fraction(40), None]
    >>> marks = give_marks([rate, old], figures, values)
    >>> [(str(mark.weight), str(mark.points)) for mark in marks]
    [('100.00', '80.00'), ('0.00', '0.00')]
    """
    weights = effective_weights(
        tuple(
            None if value is None else criterion.weight
            for criterion, value in zip(criteria, values, strict=True)
        )
    )
    points = [
        NONE if value is None else weight * criterion.function.share(value)
        for weight, criterion, value in zip(weights, criteria, values, strict=True)
    ]
    rows = zip(criteria, figures, values, spread(weights), spread(points), strict=True)
    return tuple(_mark(*row) for row in rows)


def _mark(
    criterion: Criterion,
    figure: Figure,
    value: Fraction | None,
    weight: Decimal,
    points: Decimal,
) -> Mark:
    """Build the mark of one criterion from exact rates and rounded points."""
    scored = None if value is None else rounded(value, PERCENT_PLACES)
    raw = percent(figure.numerator, figure.denominator) if criterion.shrinks else value
    return Mark(
        code=criterion.code,
        figure=figure,
        value=None if raw is None else rounded(raw, PERCENT_PLACES),
        value_scored=scored,
        weight=weight,
        points=points,
    )


def total(marks: Iterable[Mark]) -> Decimal:
    """Return the score: the points add up to it exactly, 0 to 100.

    >>> total([])
    Decimal('0.00')
    """
    return sum((mark.points for mark in marks), Decimal("0.00"))
