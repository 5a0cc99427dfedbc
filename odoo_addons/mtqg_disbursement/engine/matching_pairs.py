"""One own figure beside one of the Treasury: whether they are the same figure.

Figures meet through keys they share (voucher, amount, digits of the amount), so that
no figure is compared with all others; then each meeting is weighed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import log2
from typing import Any

from .matching_figures import SMALLEST, UNITS, are_alike, relation
from .matching_items import (
    MERGER_DAY,
    PRIORITY,
    Item,
    Rules,
    day_of,
)

# how many of those that share a key are looked at: the nearest in time
NEAREST = 8
# evidence of the amount, by how the two amounts are related
AMOUNT_WEIGHTS = {
    "equal": 40,
    "money_unit": 28,
    "rounding": 28,
    "transposed_digits": 22,
    "dropped_digit": 18,
    "changed_digit": 16,
}
# field -> evidence when both agree, when both differ
FIELD_WEIGHTS = {
    "project": (12, -14),
    "program": (6, -8),
    "unit": (6, -8),
    "origin_year": (6, -8),
    "nature": (4, -6),
    "kind": (6, -8),
}
CODES = ("project",)
FIELD_CLASSES = {
    "project": "wrong_project",
    "program": "wrong_program",
    "origin_year": "wrong_origin_year",
    "nature": "investment_as_recurrent",
}
RELATED_UNITS = 0
SAME_VOUCHER, OTHER_VOUCHER = 30, -4
SAME_DAY, NEAR_DAY, CUT_OFF = 14, 10, 5
FAR_WITH_VOUCHER, LONGEST_GAP = -6, 62
COMMON_AMOUNT = 4
# digits that agree beyond the first few are no chance
CHANCE_DIGITS, DIGIT_WEIGHT, MOST_DIGITS = 5, 2, 10
MISTYPED_CODE = 10  # taken back of a disagreement when one digit of a code differs
ACCEPTED = 40
DECEMBER, JANUARY, JANUARY_DAYS = 12, 1, 31


@dataclass(frozen=True)
class Candidate:
    """A match that may be: the items, what speaks for it, and how they differ."""

    own: tuple[Item, ...]
    treasury: tuple[Item, ...]
    score: float
    classes: tuple[str, ...]
    values: dict[str, Any] = field(default_factory=dict)


def find_pairs(
    own: Sequence[Item], treasury: Sequence[Item], rules: Rules
) -> Iterator[Candidate]:
    """Give every pair that may be one figure, each once."""
    buckets: dict[Hashable, list[tuple[int, int]]] = defaultdict(list)
    for place, item in enumerate(treasury):
        for key in _keys(item):
            buckets[key].append((day_of(item), place))
    for bucket in buckets.values():
        bucket.sort()
    common = Counter(abs(item.amount) for item in (*own, *treasury))
    for item in own:
        met: set[int] = set()
        for key in _keys(item):
            met.update(_nearest(buckets.get(key, ()), day_of(item)))
        for place in sorted(met):
            found = compare(item, treasury[place], rules, common)
            if found:
                yield found


def _keys(item: Item) -> Iterator[Hashable]:
    """Give the keys under which an item may meet its other half."""
    digits = str(abs(item.amount))
    if item.voucher:
        yield "voucher", item.voucher
    yield "amount", digits
    yield "amount", digits, item.project
    # the same in another unit, rounded perhaps
    yield "rounded", abs(item.amount), item.project
    yield "rounded", abs(item.amount), item.unit
    for unit in UNITS.values():
        whole, rest = divmod(abs(item.amount), unit)
        for rounded in {whole, whole + (2 * rest >= unit)} - {0}:
            yield "rounded", rounded, item.project
            yield "rounded", rounded, item.unit
    if abs(item.amount) < SMALLEST:
        return
    # two digits swapped
    bare = "".join(sorted(digits.replace("0", "")))
    yield "digits", bare, item.project
    yield "digits", bare, item.unit
    # one digit changed or lost
    for text in {digits} | {digits[:i] + digits[i + 1 :] for i in range(len(digits))}:
        yield "digit", text, item.project
        yield "digit", text, item.unit


def _nearest(bucket: Sequence[tuple[int, int]], day: int) -> list[int]:
    """Give those of a bucket that are nearest in time."""
    if len(bucket) <= NEAREST:
        return [place for _day, place in bucket]
    middle = bisect_left(bucket, (day, -1))
    around = bucket[max(0, middle - NEAREST) : middle + NEAREST]
    near = sorted(around, key=lambda one: (abs(one[0] - day), one))
    return [place for _day, place in near[:NEAREST]]


def compare(
    own: Item, treasury: Item, rules: Rules, common: Counter | None = None
) -> Candidate | None:
    """Weigh one own figure against one of the Treasury."""
    score, classes, values = 0.0, [], {}
    for weigh in (_weigh_amount, _weigh_day, weigh_fields):
        found = weigh(own, treasury, rules)
        if found is None:
            return None
        score += found[0]
        classes += found[1]
        values |= found[2]
    score += _voucher(own, treasury)
    if own.amount == treasury.amount and own.project != treasury.project and common:
        # a round amount is paid in many projects
        score -= COMMON_AMOUNT * log2(max(1, common[abs(own.amount)] / 2))
    if score < ACCEPTED or not classes:
        return None
    return Candidate(
        (own,), (treasury,), score, tuple(sorted(classes, key=PRIORITY.get)), values
    )


Weighed = tuple[float, list[str], dict[str, Any]] | None


def _weigh_amount(own: Item, treasury: Item, _rules: Rules) -> Weighed:
    """Weigh the amounts."""
    if own.amount == treasury.amount:
        return AMOUNT_WEIGHTS["equal"], [], {}
    found = relation(own.amount, treasury.amount)
    if not found:
        return None
    name, values = found
    digits = len(str(max(abs(own.amount), abs(treasury.amount))).rstrip("0"))
    sure = min(MOST_DIGITS, DIGIT_WEIGHT * max(0, digits - CHANCE_DIGITS))
    return AMOUNT_WEIGHTS[name] + sure, [name], values


def _voucher(own: Item, treasury: Item) -> float:
    """Weigh the numbers of the vouchers; offices may number anew."""
    if not own.voucher or not treasury.voucher:
        return 0
    return SAME_VOUCHER if own.voucher == treasury.voucher else OTHER_VOUCHER


def _weigh_day(own: Item, treasury: Item, rules: Rules) -> Weighed:
    """Weigh the dates; a month's end between them explains more than some days."""
    if not own.date or not treasury.date or own.date == treasury.date:
        return (SAME_DAY if own.date and treasury.date else 0), [], {}
    gap = (treasury.date - own.date).days
    is_near = abs(gap) <= rules.tolerance_days
    is_same = bool(own.voucher) and own.voucher == treasury.voucher
    if _is_cut_off(own.date, treasury.date, rules):
        score, name = CUT_OFF + (NEAR_DAY / 2 if is_near else 0), "cut_off"
    elif is_near:
        closeness = 1 - abs(gap) / (2 * rules.tolerance_days)
        score, name = NEAR_DAY * closeness, "date_shift"
    elif is_same and abs(gap) <= LONGEST_GAP:
        score, name = FAR_WITH_VOUCHER, "date_shift"
    else:
        return None
    return score, [name], {"days": gap}


def _is_cut_off(own: date, treasury: date, rules: Rules) -> bool:
    """Tell two dates with the end of a month between them, or the payments of January.

    Work accepted by 31 December is paid until 31 January (NĐ 254/2025, article 12).
    """
    first, last = sorted((own, treasury))
    if (first.year, first.month) == (last.year, last.month):
        return False
    if first.month == DECEMBER and (last.year, last.month) == (first.year + 1, JANUARY):
        return (last - first).days <= JANUARY_DAYS + rules.cut_off_days
    return (last - first).days <= max(rules.tolerance_days, 2 * rules.cut_off_days)


def weigh_fields(
    own: Item, treasury: Item, rules: Rules
) -> tuple[float, list[str], dict[str, Any]]:
    """Weigh what the figures are about: score, classes of differences, values."""
    score, classes, values = 0.0, [], {}
    for name, (agree, differ) in FIELD_WEIGHTS.items():
        one, other = getattr(own, name), getattr(treasury, name)
        if not one or not other:
            continue
        if one == other:
            score += agree
            continue
        difference_class = _field_class(name, own, treasury, rules)
        score += RELATED_UNITS if difference_class == "predecessor_unit" else differ
        if name in CODES and are_alike(one, other):
            score += MISTYPED_CODE
            values["mistyped"] = name
        classes.append(difference_class)
        values |= {f"own_{name}": one, f"treasury_{name}": other}
    return score, classes, values


def _field_class(name: str, own: Item, treasury: Item, rules: Rules) -> str:
    """Name the difference of one field."""
    if name == "kind":
        is_known = {own.kind, treasury.kind} == {"advance", "completed"}
        return "advance_as_completed" if is_known else "wrong_kind"
    if name == "unit":
        dates = [item.date for item in (own, treasury) if item.date]
        is_late = not dates or max(dates) >= MERGER_DAY
        is_known = is_late and rules.are_related(own.unit, treasury.unit)
        return "predecessor_unit" if is_known else "wrong_unit"
    return FIELD_CLASSES[name]
