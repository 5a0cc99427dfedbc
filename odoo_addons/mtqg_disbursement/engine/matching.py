"""What is left after exact keys: which figures belong together, and why they differ.

The engine proposes and explains; a person decides. It takes the best match first, uses
no figure twice, and gives the same result in whatever order its input comes. What
meets nothing is on one side only, with the reason that its date or kind suggests.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from math import exp

from .matching_choice import choose, members
from .matching_items import (
    FIELDS,
    REFUNDS,
    Item,
    Proposal,
    Rules,
    order_of,
)
from .matching_pairs import JANUARY, Candidate, find_pairs
from .matching_sums import find_sums

# how a score becomes a confidence, and what a rival of nearly the same score takes
EVEN, STEEPNESS = 55, 9
RIVAL, RIVAL_FACTOR = 6, 0.6
ALONE = {"refund_missed": 0.8, "cut_off": 0.7, "only_own": 0.6, "only_treasury": 0.6}


def match(
    own: Iterable[Item], treasury: Iterable[Item], rules: Rules | None = None
) -> list[Proposal]:
    """Explain all that is left on both sides.

    :param own: figures of the register that no exact key matched; ids are unique
    :param treasury: the same of the Treasury
    :return: proposals; each figure is in exactly one of them

    >>> one = Item(1, 5_000_000, "advance", "7001234", date=date(2025, 5, 6))
    >>> other = one._replace(id=9, kind="completed")
    >>> [(p.difference_class, p.own, p.treasury) for p in match([one], [other])]
    [('advance_as_completed', (1,), (9,))]
    """
    rules = rules or Rules()
    left, right = sorted(own, key=order_of), sorted(treasury, key=order_of)
    found: list[Proposal] = []
    for candidates in (_simple, _compound):
        chosen = _proposals(list(candidates(left, right, rules)))
        found += chosen
        left, right = _rest(left, right, chosen)
    found += [_alone(item, "own", rules) for item in left]
    found += [_alone(item, "treasury", rules) for item in right]
    return found


def match_exactly(
    own: Iterable[Item], treasury: Iterable[Item]
) -> tuple[list[tuple[Item, Item]], list[Item], list[Item]]:
    """Take out the figures that agree in all but the number of the voucher.

    The reference that exact matching in the database must agree with: of several
    equal figures each is used once, those with the same voucher first.

    :return: the pairs, and what is left of each side
    """
    left, right = sorted(own, key=order_of), sorted(treasury, key=order_of)
    pairs: list[tuple[Item, Item]] = []
    for with_voucher in (True, False):
        waiting: dict[tuple, list[Item]] = defaultdict(list)
        for item in reversed(right):
            waiting[_exact_key(item, with_voucher)].append(item)
        unmatched = []
        for item in left:
            others = waiting.get(_exact_key(item, with_voucher))
            if others:
                pairs.append((item, others.pop()))
            else:
                unmatched.append(item)
        used = {other.id for _item, other in pairs}
        left = unmatched
        right = [item for item in right if item.id not in used]
    return pairs, left, right


def _exact_key(item: Item, with_voucher: bool) -> tuple:
    """Return all of an item but its id, and perhaps its voucher."""
    return item[1:] if with_voucher else item[1:-1]


def _simple(
    own: Sequence[Item], treasury: Sequence[Item], rules: Rules
) -> Iterator[Candidate]:
    """Give pairs, and sums of figures about the same thing."""
    yield from find_pairs(own, treasury, rules)
    yield from find_sums(own, treasury, rules)


def _compound(
    own: Sequence[Item], treasury: Sequence[Item], rules: Rules
) -> Iterator[Candidate]:
    """Give sums whose parts differ from the whole in one field as well."""
    for name in FIELDS:
        yield from find_sums(own, treasury, rules, without=name)


def _proposals(candidates: Sequence[Candidate]) -> list[Proposal]:
    """Choose among candidates and make proposals of them."""
    rivals: dict[tuple, list[float]] = defaultdict(list)
    for candidate in candidates:
        for member in members(candidate):
            rivals[member].append(candidate.score)
    return [
        _proposal(candidate, [rivals[member] for member in members(candidate)])
        for candidate in choose(candidates)
    ]


def _proposal(candidate: Candidate, scores: Sequence[Sequence[float]]) -> Proposal:
    """Make a proposal, less confident where another match is nearly as good."""
    score = candidate.score
    has_rival = any(
        sum(other >= score - RIVAL for other in member) > 1 for member in scores
    )
    confidence = 1 / (1 + exp((EVEN - score) / STEEPNESS))
    return Proposal(
        candidate.classes[0],
        tuple(item.id for item in candidate.own),
        tuple(item.id for item in candidate.treasury),
        sum(i.amount for i in candidate.treasury)
        - sum(i.amount for i in candidate.own),
        round(confidence * (RIVAL_FACTOR if has_rival else 1), 3),
        candidate.values,
        candidate.classes[1:],
    )


def _rest(
    own: Sequence[Item], treasury: Sequence[Item], chosen: Sequence[Proposal]
) -> tuple[list[Item], list[Item]]:
    """Give what no proposal has used."""
    own_used = {id_ for proposal in chosen for id_ in proposal.own}
    treasury_used = {id_ for proposal in chosen for id_ in proposal.treasury}
    return (
        [item for item in own if item.id not in own_used],
        [item for item in treasury if item.id not in treasury_used],
    )


# === On one side only === #


def _alone(item: Item, side: str, rules: Rules) -> Proposal:
    """Explain a figure that the other side does not have."""
    name = f"only_{side}"
    if item.kind in REFUNDS or item.amount < 0:
        name = "refund_missed"
    elif item.date and _may_be_cut_off(item, item.date, side, rules):
        name = "cut_off"
    values = {"side": side, "amount": item.amount, "kind": item.kind}
    own, treasury = ((item.id,), ()) if side == "own" else ((), (item.id,))
    difference = -item.amount if side == "own" else item.amount
    return Proposal(name, own, treasury, difference, ALONE[name], values)


def _may_be_cut_off(item: Item, day: date, side: str, rules: Rules) -> bool:
    """Tell a figure that the other side may have in the period before or after.

    The unit books first: its last days may come to the Treasury in the next period,
    and what the Treasury has in its first days the unit booked before. In January the
    Treasury still pays the plan of the year before.
    """
    if not rules.period:
        return False
    first, last = rules.period
    margin = timedelta(days=rules.cut_off_days - 1)
    if side == "own":
        return last - margin <= day <= last
    is_last_year = day.month == JANUARY and item.origin_year == day.year - 1
    return first <= day <= first + margin or is_last_year
