"""What changed from one version of a definition to the next, part by part.

Both versions come in the shape of ``workflow_file``, complete. Stages are the same
when their codes are; a transition is the same when it joins the same stages for the
same action, by its name where there are several; steps by their names, papers by their
codes.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Any, NamedTuple

Part = dict[str, Any]

# what only says in which order parts stand; their order itself is compared
_ORDER_KEYS = frozenset({"sequence"})
_PART_KEYS = {
    "steps": "step",
    "papers": "paper",
    "escalations": "escalation",
    "notices": "notice",
}


class Change(NamedTuple):
    """One difference.

    :param kind: added, removed, changed, order
    :param part: workflow, stage, transition, step, paper, escalation, notice
    :param owner: the transition that a step or paper belongs to, or the part itself
    :param item: the part that was added, removed or changed, as it is now
    :param key: for “changed”: the key of the file
    """

    kind: str
    part: str
    owner: Part
    item: Part
    key: str = ""
    before: Any = None
    after: Any = None


def compare(old: Part, new: Part) -> list[Change]:
    """Return the differences, from the whole to its parts, in the order of the new one.

    >>> compare({"stages": [], "transitions": [], "condition": []},
    ...         {"stages": [], "transitions": [], "condition": [["a", "=", 1]]})[0].key
    'condition'
    """
    lists = {"stages", "transitions"}
    return [
        *_compare_values("workflow", old, new, {}, lists | {"code", "sequence"}),
        *_compare_parts("stage", old["stages"], new["stages"], _same_code),
        *_compare_transitions(old["transitions"], new["transitions"]),
    ]


def _same_code(stage: Part) -> Hashable:
    return stage["code"]


def _compare_transitions(old: Sequence[Part], new: Sequence[Part]) -> Iterator[Change]:
    pairs = _pair(
        old,
        new,
        lambda t: (t["from"], t["to"], t["kind"], _name_of(t)),
        lambda t: (t["from"], t["to"], t["kind"]),
        lambda t: (t["from"], t["kind"], _name_of(t)),
    )
    for before, after in pairs:
        yield from _compare_part("transition", before, after, {}, _PART_KEYS)
        if before and after:
            for key, part in _PART_KEYS.items():
                yield from _compare_parts(
                    part, before[key], after[key], *_SAME[part], owner=after
                )
    yield from _compare_order(pairs)


def _compare_order(pairs: Sequence[tuple[Part, Part]]) -> Iterator[Change]:
    """Yield the rows that are tried at another place of their decision table."""
    kept = [(before, after) for before, after in pairs if before and after]
    tables: dict[Hashable, list[tuple[Part, Part]]] = {}
    for before, after in kept:
        tables.setdefault((after["from"], after["kind"]), []).append((before, after))
    for rows in tables.values():
        # the pairs stand in the new order
        was = sorted(rows, key=lambda row: row[0]["sequence"])
        for place, (before, after) in enumerate(rows):
            if was.index((before, after)) > place:
                yield Change("order", "transition", {}, after)


def _compare_parts(
    part: str,
    old: Sequence[Part],
    new: Sequence[Part],
    *same: Callable[[Part], Hashable],
    owner: Part | None = None,
) -> Iterator[Change]:
    for before, after in _pair(old, new, *same):
        yield from _compare_part(part, before, after, owner or {}, ())


def _compare_part(
    part: str, before: Part, after: Part, owner: Part, skipped: Any
) -> Iterator[Change]:
    if not before:
        yield Change("added", part, owner, after)
    elif not after:
        yield Change("removed", part, owner, before)
    else:
        kept = _ORDER_KEYS if part in {"stage", "transition"} else ()
        yield from _compare_values(part, before, after, owner, {*skipped, *kept})


def _compare_values(
    part: str, before: Part, after: Part, owner: Part, skipped: Any
) -> Iterator[Change]:
    for key, value in after.items():
        if key not in skipped and before[key] != value:
            yield Change("changed", part, owner, after, key, before[key], value)


def _name_of(part: Part) -> str:
    name = part["name"]
    return name["en_US"] if isinstance(name, dict) else name


# by what a part is found again, the surest way first
_SAME: dict[str, tuple[Callable[[Part], Hashable], ...]] = {
    "step": (_name_of, lambda s: (s["kind"], s["sequence"])),
    "paper": (
        lambda p: (p["paper"], str(p["condition"])),
        lambda p: p["paper"],
    ),
    "escalation": (lambda e: (e["days"], e["kind"]), lambda e: e["days"]),
    "notice": (lambda n: (n["audience"], str(n["group"])),),
}


def _pair(
    old: Sequence[Part], new: Sequence[Part], *same: Callable[[Part], Hashable]
) -> list[tuple[Part, Part]]:
    """Return (before, after) of all parts; an empty one for what is not there.

    >>> _pair([{"code": 1}], [{"code": 2}], lambda part: part["code"])
    [({}, {'code': 2}), ({'code': 1}, {})]
    """
    rest = list(old)
    found: dict[int, Part] = {}
    for key in same:
        for place, after in enumerate(new):
            if place in found:
                continue
            before = next((b for b in rest if key(b) == key(after)), None)
            if before is not None:
                found[place] = before
                rest.remove(before)
    pairs = [(found.get(place, {}), after) for place, after in enumerate(new)]
    return pairs + [(before, {}) for before in rest]
