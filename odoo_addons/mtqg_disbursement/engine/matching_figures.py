"""Two figures that should be one: how the one may have become the other.

The tests are those of every bookkeeper: a difference divisible by nine hides two
swapped digits, one digit more or less shifts all the others, a figure in millions is a
million times too small.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

UNITS = {"thousand": 10**3, "million": 10**6, "billion": 10**9}
ROUNDED_TO = (10**3, 10**6, 10**9)
# below this any two figures are one digit apart
SMALLEST = 1_000
SHORTEST_CODE = 4
FEWEST_ROUNDED = 10  # a rounded figure has this many units at least
CONFIDENCE = {
    "equal": 1.0,
    "only_own": 0.9,
    "only_treasury": 0.9,
    "money_unit": 0.95,
    "transposed_digits": 0.9,
    "rounding": 0.9,
    "dropped_digit": 0.8,
    "changed_digit": 0.7,
    "unexplained": 0.0,
}


@dataclass(frozen=True)
class FigureDifference:
    """Why two figures differ, and which one is proposed.

    ``proposal`` is the figure that other evidence implies or, without any, the own one;
    ``values`` fill the sentence of ``difference_class``.
    """

    difference_class: str
    proposal: int
    difference: int
    confidence: float
    values: dict[str, Any] = field(default_factory=dict)


def classify_difference(
    own: int, treasury: int, implied: int | None = None
) -> FigureDifference:
    """Explain the difference of one figure, in đồng.

    :param implied: the figure that a printed total leaves for this line, if one does

    >>> found = classify_difference(67_712_000_000, 67_172_000_000)
    >>> found.difference_class, found.proposal, found.difference
    ('transposed_digits', 67712000000, -540000000)
    >>> classify_difference(1_500_000, 1_500).difference_class
    'money_unit'
    >>> classify_difference(1_500_000, 0).difference_class
    'only_own'
    """
    name, values = _between(own, treasury)
    is_implied = implied is not None and implied in (own, treasury)
    values["proposed_by"] = "total" if is_implied else "register"
    return FigureDifference(
        name,
        implied if is_implied and implied is not None else own,
        treasury - own,
        CONFIDENCE[name],
        values,
    )


def _between(own: int, treasury: int) -> tuple[str, dict[str, Any]]:
    """Name what lies between two figures."""
    if own == treasury:
        return "equal", {}
    if not treasury:
        return "only_own", {}
    if not own:
        return "only_treasury", {}
    return relation(own, treasury) or ("unexplained", {})


def relation(own: int, treasury: int) -> tuple[str, dict[str, Any]] | None:
    """Tell how one figure may have become the other; None when no rule fits.

    >>> relation(1_234_567_890, 1_234_568_000)
    ('rounding', {'rounded_to': 1000})
    >>> relation(912_345_678, 91_345_678)
    ('dropped_digit', {'digit': '2', 'place': 3, 'shorter': 'treasury'})
    >>> relation(912_345_678, 912_745_678)
    ('changed_digit', {'own_digit': '3', 'treasury_digit': '7', 'place': 4})
    >>> relation(5_000, -5_000) is None
    True
    """
    if own == treasury or (own < 0) != (treasury < 0):
        return None
    one, other = abs(own), abs(treasury)
    for rule in (_unit, _swap, _drop, _change, _rounded):
        found = rule(one, other)
        if found:
            return found
    return None


def _unit(own: int, treasury: int) -> tuple[str, dict[str, Any]] | None:
    """Tell a figure in another unit of money, rounded perhaps."""
    small, large = sorted((own, treasury))
    for name, factor in UNITS.items():
        is_rounded = small >= FEWEST_ROUNDED and _rounds_to(large, factor, small)
        if small and (small * factor == large or is_rounded):
            side = "own" if own < treasury else "treasury"
            return "money_unit", {"unit": name, "factor": factor, "side": side}
    return None


def _rounds_to(amount: int, unit: int, rounded: int) -> bool:
    """Tell whether an amount in a unit is rounded, or cut, to a whole number."""
    return rounded in (amount // unit, (amount + unit // 2) // unit)


def _rounded(own: int, treasury: int) -> tuple[str, dict[str, Any]] | None:
    """Tell a figure rounded to thousands, millions or billions."""
    for unit in ROUNDED_TO:
        for fine, coarse in ((own, treasury), (treasury, own)):
            is_coarse = coarse % unit == 0 and fine % unit
            if (
                is_coarse
                and coarse // unit >= FEWEST_ROUNDED
                and _rounds_to(fine, unit, coarse // unit)
            ):
                return "rounding", {"rounded_to": unit}
    return None


def _swap(own: int, treasury: int) -> tuple[str, dict[str, Any]] | None:
    """Tell two digits that changed places; their difference is divisible by nine."""
    one, other = str(own), str(treasury)
    if len(one) != len(other) or (own - treasury) % 9 or min(own, treasury) < SMALLEST:
        return None
    places = [
        i for i, pair in enumerate(zip(one, other, strict=True)) if pair[0] != pair[1]
    ]
    if len(places) != 2:  # noqa: PLR2004 - two digits change places
        return None
    first, second = places
    if (one[first], one[second]) != (other[second], other[first]):
        return None
    digits = f"{one[first]}{one[second]}"
    return "transposed_digits", {"digits": digits, "place": first + 1}


def _drop(own: int, treasury: int) -> tuple[str, dict[str, Any]] | None:
    """Tell a digit that one side lost."""
    short, long = sorted((str(own), str(treasury)), key=len)
    if len(long) != len(short) + 1 or int(short) < SMALLEST:
        return None
    place = next((i for i, c in enumerate(short) if c != long[i]), len(short))
    if long[:place] + long[place + 1 :] != short:
        return None
    shorter = "own" if own < treasury else "treasury"
    return "dropped_digit", {
        "digit": long[place],
        "place": place + 1,
        "shorter": shorter,
    }


def _change(own: int, treasury: int) -> tuple[str, dict[str, Any]] | None:
    """Tell one digit typed for another."""
    one, other = str(own), str(treasury)
    if len(one) != len(other) or min(own, treasury) < SMALLEST:
        return None
    places = [
        i for i, pair in enumerate(zip(one, other, strict=True)) if pair[0] != pair[1]
    ]
    if len(places) != 1:
        return None
    place = places[0]
    return "changed_digit", {
        "own_digit": one[place],
        "treasury_digit": other[place],
        "place": place + 1,
    }


def are_alike(one: str, other: str) -> bool:
    """Tell two codes of which one may be the other mistyped.

    >>> are_alike("7891234", "7891324"), are_alike("7891234", "7891239")
    (True, True)
    >>> are_alike("7891234", "8123456"), are_alike("A", "B")
    (False, False)
    """
    if len(one) != len(other) or len(one) < SHORTEST_CODE:
        return False
    places = [
        i for i, pair in enumerate(zip(one, other, strict=True)) if pair[0] != pair[1]
    ]
    if len(places) == 1:
        return True
    return len(places) == 2 and sorted(one) == sorted(other)  # noqa: PLR2004


def suspects(
    lines: Mapping[str, int], difference: int
) -> list[tuple[str, int, int, str]]:
    """Find the lines of which a typing error explains a wrong total.

    :param lines: đồng by name
    :param difference: what the printed total has more than the lines
    :return: name, figure as printed, figure that makes the total right, and the class

    >>> plan = {"NTM": 320_197, "GNBV": 67_172, "DTTS": 226_385}
    >>> suspects(plan, 614_294 - sum(plan.values()))
    [('GNBV', 67172, 67712, 'transposed_digits')]
    """
    found = []
    for name, amount in lines.items():
        named = relation(amount + difference, amount) if difference else None
        if named and named[0] != "rounding":
            found.append((name, amount, amount + difference, named[0]))
    return found
