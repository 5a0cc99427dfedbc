"""One figure on one side, its parts on the other: sums of few figures, found in bounds.

Parts are looked for among figures about the same thing, near in time, and the search
gives up after so many steps; what it gives does not depend on the order of anything.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from math import comb, gcd, log10
from typing import Any

from .matching_items import FIELDS, Item, Rules, day_of
from .matching_pairs import (
    AMOUNT_WEIGHTS,
    SAME_DAY,
    Candidate,
    weigh_fields,
)

MOST_CANDIDATES = 16
FEWEST_PARTS = 2
MORE_PARTS = 5  # each part beyond two makes chance likelier
SAME_VOUCHER = 15
# a sum is found by chance: from this many expected on, it loses weight
LIKELY_CHANCE = 0.001
CHANCE_WEIGHT = 8


def find_sums(
    own: Sequence[Item],
    treasury: Sequence[Item],
    rules: Rules,
    without: str = "",
) -> Iterator[Candidate]:
    """Give figures of one side that are the sum of some of the other side.

    :param without: a field in which the parts, all alike, differ from the whole
    """
    for wholes, parts, name in ((own, treasury, "split"), (treasury, own, "merged")):
        buckets: dict[Hashable, list[Item]] = defaultdict(list)
        for item in parts:
            buckets[_group(item, without)].append(item)
        for whole in wholes:
            bucket = buckets.get(_group(whole, without), ())
            for found in _sums_of(whole, bucket, rules, without):
                yield _candidate(whole, *found, name, rules)


def _group(item: Item, without: str) -> tuple:
    """Return what a figure and its parts have in common."""
    return tuple(getattr(item, name) for name in FIELDS if name != without)


def _sums_of(
    whole: Item, bucket: Sequence[Item], rules: Rules, without: str
) -> Iterator[tuple[tuple[Item, ...], int]]:
    """Give the sets of parts that add up to a figure, with how many were tried."""
    near = [
        item
        for item in bucket
        if 0 < abs(item.amount) < abs(whole.amount)
        and (item.amount < 0) == (whole.amount < 0)
        and _is_near(whole, item, rules)
    ]
    alike: dict[Any, list[Item]] = defaultdict(list)
    for item in near:
        value = getattr(item, without) if without else ""
        if not without or value != getattr(whole, without):
            alike[value].append(item)
    for value in sorted(alike, key=str):
        items = sorted(
            alike[value], key=lambda i: (abs(day_of(i) - day_of(whole)), _tie(i))
        )[:MOST_CANDIDATES]
        parts = _subset(abs(whole.amount), items, rules.most_parts)
        if parts:
            yield parts, len(items)


def _is_near(whole: Item, part: Item, rules: Rules) -> bool:
    """Tell whether a part may belong to a figure by its date."""
    if not whole.date or not part.date:
        return True
    return abs(day_of(whole) - day_of(part)) <= rules.sum_days


def _tie(item: Item) -> tuple:
    """Sort items of one day."""
    return -abs(item.amount), item.voucher, str(item.id)


def _subset(target: int, items: Sequence[Item], most: int) -> tuple[Item, ...] | None:
    """Find the fewest items that add up to a target, the nearest in time first.

    Each half of the items gives its sums; a sum of one half asks the other for the
    rest, so that 2 × 2^8 steps do for sixteen items.
    """
    half = len(items) // 2
    low = _all_sums(items, range(half), target, most)
    high = _all_sums(items, range(half, len(items)), target, most)
    best: tuple[int, tuple[int, ...]] | None = None
    for amount, (count, places) in low.items():
        rest = high.get(target - amount)
        if rest and FEWEST_PARTS <= count + rest[0] <= most:
            found = count + rest[0], places + rest[1]
            best = min(best, found) if best else found
    return tuple(items[place] for place in best[1]) if best else None


def _all_sums(
    items: Sequence[Item], places: range, target: int, most: int
) -> dict[int, tuple[int, tuple[int, ...]]]:
    """Give each sum that some items make, with the fewest and first that make it."""
    sums: dict[int, tuple[int, tuple[int, ...]]] = {0: (0, ())}
    for place in places:
        amount = abs(items[place].amount)
        for before, (count, used) in list(sums.items()):
            after, found = before + amount, (count + 1, (*used, place))
            if after <= target and count < most:
                sums[after] = min(sums.get(after, found), found)
    return sums


def _candidate(
    whole: Item, parts: tuple[Item, ...], tried: int, name: str, rules: Rules
) -> Candidate:
    """Weigh a sum; what its parts are about is the same for all of them."""
    own, treasury = ((whole,), parts) if name == "split" else (parts, (whole,))
    agreement, classes, values = weigh_fields(own[0], treasury[0], rules)
    score = AMOUNT_WEIGHTS["equal"] + agreement
    gaps = [abs(day_of(whole) - day_of(p)) for p in parts if whole.date and p.date]
    if gaps:
        score += SAME_DAY * (1 - sum(gaps) / len(gaps) / (2 * rules.sum_days))
        values["days"] = max(gaps)
    if whole.voucher and all(part.voucher == whole.voucher for part in parts):
        score += SAME_VOUCHER
    score -= MORE_PARTS * (len(parts) - 2) + _chance(whole, parts, tried)
    values["count"] = len(parts)
    return Candidate(own, treasury, score, (name, *classes), values)


def _chance(whole: Item, parts: Sequence[Item], tried: int) -> float:
    """Give what a sum loses because round amounts add up by chance."""
    grain = gcd(abs(whole.amount), *(abs(part.amount) for part in parts))
    expected = comb(tried, len(parts)) * grain / abs(whole.amount)
    return max(0.0, CHANCE_WEIGHT * log10(expected / LIKELY_CHANCE))
