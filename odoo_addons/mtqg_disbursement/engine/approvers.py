"""Who is asked by an approver step: a person, or the members of a group in a unit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from .workflow import Step

# in place of a unit: everybody in the group, wherever he works
ANYWHERE = 0

Holders = Mapping[int, frozenset[int]]


class Asked(NamedTuple):
    """One task to be given: to a user, or to a group in a unit (0: in any unit)."""

    user: int = 0
    group: int = 0
    unit: int = 0


NOBODY = Asked()


@dataclass(frozen=True)
class People:
    """Units with their superiors, and who holds which group in which unit.

    :param parents: superior of each unit, 0 at the top
    :param kinds: kind of each unit
    :param holders: group -> {unit: active users of the group there}; all of them
        under ``ANYWHERE``
    :param leaders: the group of leaders
    :param readers: the group that everybody who may see documents is in
    """

    parents: Mapping[int, int]
    kinds: Mapping[int, str]
    holders: Callable[[int], Holders]
    leaders: int
    readers: int

    def climb(self, unit: int) -> Iterator[int]:
        """Yield a unit and its superiors, from the lowest to the highest."""
        while unit:
            yield unit
            unit = self.parents.get(unit, 0)

    def get_path(self, unit: int) -> str:
        """Return the ids of the superiors and of the unit, from the top, as a path."""
        return "".join(f"{place}/" for place in reversed(list(self.climb(unit))))

    def find_members(self, group: int, unit: int) -> frozenset[int]:
        """Return the active users of a group in a unit."""
        return self.holders(group).get(unit, frozenset())


def resolve(
    step: Step,
    unit: int,
    people: People,
    barred: frozenset[int] = frozenset(),
    target: Asked = NOBODY,
) -> list[Asked]:
    """Return who is asked by a step, one after the other; never nobody.

    Where a unit has not enough people who may decide, its superior is asked; where no
    superior has, the fallback group of the step is.

    :param unit: the unit of the document
    :param barred: users who may not decide: makers of the document
    :param target: for a step of kind ``field``: the user or the unit in the field

    >>> people = People({2: 1, 1: 0}, {}, lambda group: {1: frozenset({7})}, 5, 6)
    >>> resolve(Step(1, "unit_leader", fallback_group=9), 2, people)
    [Asked(user=0, group=5, unit=1)]
    >>> resolve(Step(1, "unit_leader", fallback_group=9), 2, people, frozenset({7}))
    [Asked(user=0, group=9, unit=0)]
    """
    needed = step.needed if step.quorum == "some" else 1
    asked = list(_find(step, unit, people, barred, target, needed))
    return asked or [Asked(group=step.fallback_group, unit=ANYWHERE)]


def _find(
    step: Step,
    unit: int,
    people: People,
    barred: frozenset[int],
    target: Asked,
    needed: int,
) -> Iterator[Asked]:
    group, levels = step.group, [unit]
    match step.kind:
        case "user":
            yield from _ask_person(step.user, people, barred)
            return
        case "field" if target.user:
            yield from _ask_person(target.user, people, barred)
            return
        case "field":
            levels = [target.unit or unit]
        case "group":
            pass
        case "climb":
            group, levels = people.leaders, _list_levels(unit, step.level, people)
        case _:
            group = people.leaders
            levels = [_find_start(step, unit, people)]
    for level in levels:
        yield from _ask_nearest(
            group, level, people, barred, needed, is_only=step.kind == "climb"
        )


def _find_start(step: Step, unit: int, people: People) -> int:
    """Return the unit from which leaders are looked for, upwards."""
    superiors = list(people.climb(unit))[1:]
    match step.kind:
        case "superior_leader":
            return superiors[0] if superiors else unit
        case "level_leader":
            found = (u for u in superiors if people.kinds.get(u) == step.level)
            return next(found, 0)
    return unit


def _list_levels(unit: int, level: str, people: People) -> list[int]:
    """Return the superiors of a unit, up to the first of a kind, or to the top."""
    levels = []
    for superior in list(people.climb(unit))[1:]:
        levels.append(superior)
        if people.kinds.get(superior) == level:
            break
    return levels


def _ask_person(user: int, people: People, barred: frozenset[int]) -> Iterator[Asked]:
    if user in people.find_members(people.readers, ANYWHERE) - barred:
        yield Asked(user=user)


def _ask_nearest(
    group: int,
    unit: int,
    people: People,
    barred: frozenset[int],
    needed: int,
    is_only: bool,
) -> Iterator[Asked]:
    for place in [unit] if is_only else people.climb(unit):
        if len(people.find_members(group, place) - barred) >= needed:
            yield Asked(group=group, unit=place)
            return
