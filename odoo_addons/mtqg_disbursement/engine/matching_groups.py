"""Leftovers in groups of bounded size, so that many of them take no longer than few.

What the matching of sums looks at grows with the square of the figures about the same
thing. So a crowd is matched unit by unit first; what then stands alone is pooled, and
figures of the same digits meet again, whatever code they were booked under.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import (
    Callable,
    Hashable,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)

from .matching import match
from .matching_items import FIELDS, Item, Proposal, Rules, order_of

MOST = 2_000
SAID = (*FIELDS, "date")
Sides = tuple[list[Item], list[Item]]


def match_in_groups(
    own: Sequence[Item],
    treasury: Sequence[Item],
    rules: Rules | None = None,
    most: int = MOST,
) -> list[Proposal]:
    """Explain all that is left, however much it is.

    Up to ``most`` figures the result is that of ``match``.

    :return: proposals; each figure is in exactly one of them
    """
    rules = rules or Rules()
    if len(own) + len(treasury) <= most:
        return match(own, treasury, rules)
    found: list[Proposal] = []
    alone: Sides = ([], [])
    for group in _groups(own, treasury, _unit_key(rules), most, _project_key):
        proposals = match(*group, rules)
        both = [p for p in proposals if p.own and p.treasury]
        found += both
        _keep_rest(group, both, alone)
    for group in _chunks(*alone, most):
        found += match(*group, rules)
    return found


def match_what_is_said(
    own: Sequence[Item], treasury: Sequence[Item]
) -> tuple[list[tuple[Item, Item]], list[Item], list[Item]]:
    """Take out figures that agree in all that the Treasury says about them.

    A line of a statement may say no project, or no date: it agrees with a figure of
    the register when everything it does say agrees. Lines that say most come first,
    the same voucher before any other. A line that says neither voucher, date nor
    project is too vague to agree with anything.

    :return: the pairs, and what is left of each side

    >>> one = Item(1, 5_000_000, "advance", "7001234", origin_year=2025)
    >>> pairs, *rest = match_what_is_said([one], [one._replace(id=9, origin_year=0)])
    >>> len(pairs), rest
    (1, [[], []])
    """
    masks: dict[tuple[str, ...], list[Item]] = defaultdict(list)
    for item in sorted(treasury, key=order_of):
        said = tuple(name for name in SAID if getattr(item, name))
        if len(said) < len(SAID) and ({"date", "project"} & {*said} or item.voucher):
            masks[said].append(item)
    left = sorted(own, key=order_of)
    pairs: list[tuple[Item, Item]] = []
    for said in sorted(masks, key=lambda names: (-len(names), names)):
        for names in ((*said, "voucher"), said):
            fresh, left = _take(left, masks[said], names)
            pairs += fresh
            used = {other.id for _item, other in fresh}
            masks[said] = [item for item in masks[said] if item.id not in used]
    used = {other.id for _item, other in pairs}
    return pairs, left, [item for item in treasury if item.id not in used]


def match_whole_volume(
    own: Sequence[Item],
    treasury: Sequence[Item],
    recovered: Mapping[int | str, tuple[int, int | str | None]],
) -> list[tuple[tuple[Item, ...], Item]]:
    """Take out payments of which the Treasury gives the whole accepted volume.

    The register books what is paid in cash and what settles an advance as two entries;
    a statement may give their sum as the completed volume (NĐ 254/2025, form 03.a).

    :param recovered: of an own payment, what its voucher settled of an advance (đồng),
        and the id of that entry where it is left over too
    :return: the own figures, one or two, that are one of the Treasury

    >>> cash = Item(1, 900, "completed", "7001234")
    >>> whole = cash._replace(id=9, amount=1500)
    >>> found = match_whole_volume([cash], [whole], {1: (600, None)})
    >>> [one.id for _figures, one in found]
    [9]
    """
    by_id = {item.id: item for item in own}
    waiting: dict[int, list[Item]] = defaultdict(list)
    for item in sorted(treasury, key=order_of, reverse=True):
        if item.kind == "completed":
            waiting[item.amount].append(item)
    found = []
    for item in sorted((i for i in own if i.id in recovered), key=order_of):
        amount, other = recovered[item.id]
        others = waiting.get(item.amount + amount, [])
        match_ = next((one for one in reversed(others) if _agrees(item, one)), None)
        if match_:
            others.remove(match_)
            both = (item, by_id[other]) if other in by_id else (item,)
            found.append((both, match_))
    return found


def _agrees(own: Item, treasury: Item) -> bool:
    """Tell whether a line of the Treasury contradicts a payment in nothing it says."""
    names = ("project", "program", "unit", "origin_year", "nature", "date")
    said = [name for name in names if getattr(treasury, name)]
    is_same = all(getattr(own, name) == getattr(treasury, name) for name in said)
    return is_same and bool({"project", "date"} & {*said})


def _take(
    own: Sequence[Item], treasury: Sequence[Item], names: Sequence[str]
) -> tuple[list[tuple[Item, Item]], list[Item]]:
    """Pair what is equal in the amount and the named fields; give the rest of own."""

    def key(item: Item) -> tuple:
        return (item.amount, *(getattr(item, name) for name in names))

    waiting: dict[tuple, list[Item]] = defaultdict(list)
    for item in reversed(treasury):
        if "voucher" not in names or item.voucher:
            waiting[key(item)].append(item)
    pairs, rest = [], []
    for item in own:
        others = waiting.get(key(item))
        if others:
            pairs.append((item, others.pop()))
        else:
            rest.append(item)
    return pairs, rest


def _unit_key(rules: Rules) -> Callable[[Item], Hashable]:
    """Return what puts the units that follow each other into one group."""
    leader: dict[str, str] = {}

    def lead(unit: str) -> str:
        while leader.setdefault(unit, unit) != unit:
            unit = leader[unit]
        return unit

    for before in sorted(rules.succession):
        for after in sorted(rules.succession[before]):
            first, second = sorted((lead(before), lead(after)))
            leader[second] = first
    return lambda item: lead(item.unit)


def _project_key(item: Item) -> Hashable:
    """Return what a group that is too large is divided by."""
    return item.project


def _groups(
    own: Sequence[Item],
    treasury: Sequence[Item],
    key: Callable[[Item], Hashable],
    most: int,
    then: Callable[[Item], Hashable] | None = None,
) -> Iterator[Sides]:
    """Divide both sides by a key; what is too large is divided by the next one."""
    groups: dict[Hashable, Sides] = defaultdict(lambda: ([], []))
    for side, items in enumerate((own, treasury)):
        for item in items:
            groups[key(item)][side].append(item)
    for name in sorted(groups, key=str):
        group = groups[name]
        if len(group[0]) + len(group[1]) <= most:
            yield group
        elif then:
            yield from _groups(*group, then, most)
        else:
            yield from _chunks(*group, most)


def _chunks(
    own: Iterable[Item], treasury: Iterable[Item], most: int
) -> Iterator[Sides]:
    """Cut both sides into pieces; amounts with the same digits stay together."""
    by_digits: dict[str, Sides] = defaultdict(lambda: ([], []))
    for side, items in enumerate((own, treasury)):
        for item in items:
            by_digits[_digits(item)][side].append(item)
    piece: Sides = ([], [])
    for digits in sorted(by_digits):
        for place in (0, 1):
            piece[place].extend(by_digits[digits][place])
        if len(piece[0]) + len(piece[1]) >= most:
            yield piece
            piece = ([], [])
    if piece[0] or piece[1]:
        yield piece


def _digits(item: Item) -> str:
    """Return the digits of an amount but zeros, in order: swapped ones are equal."""
    return "".join(sorted(str(abs(item.amount)).replace("0", "")))


def _keep_rest(group: Sides, proposals: Sequence[Proposal], alone: Sides) -> None:
    """Note what no proposal has used."""
    for side, name in enumerate(("own", "treasury")):
        used = {id_ for proposal in proposals for id_ in getattr(proposal, name)}
        alone[side].extend(item for item in group[side] if item.id not in used)
