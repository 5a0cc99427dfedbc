"""Whether the approver steps of a definition find somebody, before it is published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from .approvers import ANYWHERE, NOBODY, Asked, Claims, People, resolve
from .verdict import Reason
from .workflow import Step

# as many units as a sentence names
_NAMED = 3


@dataclass(frozen=True)
class Case:
    """An approver step, and the units whose documents could ask it.

    :param names: what the field of a step of kind ``field`` names: user, unit, or
        nothing that a step could ask
    :param targets: the units that such a field may name
    :param hidden: of ``units``, those whose documents the named user cannot see
    """

    step: Step
    units: tuple[int, ...] = ()
    names: str = ""
    targets: tuple[int, ...] = ()
    hidden: tuple[int, ...] = ()


class Open(NamedTuple):
    """A task that waits, as the database keeps it; 0 for a user, group or unit: none.

    :param votes: how many have agreed
    :param barred: who may not decide any more
    :param guests: who holds a seat that was forwarded to him
    :param passed: members who handed their seat on
    """

    id: int
    user: int = 0
    group: int = 0
    unit: int = 0
    quorum: str = "any"
    needed: int = 1
    votes: int = 0
    barred: Sequence[int] = ()
    guests: Sequence[int] = ()
    passed: Sequence[int] = ()


def find_people_faults(cases: Sequence[Case], people: People) -> Iterator[Reason]:
    """Yield why the steps of one transition would be left without approvers.

    A step must find enough people for every unit, those aside whom the steps before it
    take, or name a fallback group that has enough. Steps with a condition do not count
    for others: not all of them are asked.

    :param cases: in the order in which they are asked

    >>> people = People({2: 1, 1: 0}, {}, lambda group: {}, 5, 6)
    >>> case = Case(Step(3, "unit_leader"), units=(2, 1))
    >>> [(r.code, r.values["units"]) for r in find_people_faults([case], people)]
    [('nobody', (2, 1))]
    """
    claims: dict[int, Claims] = defaultdict(Claims)
    strict = replace(people, managers=0)
    for case in cases:
        yield from _find_naming_faults(case, people)
        own = defaultdict(Claims) if case.step.condition else claims
        lost = list(_find_lost(case, strict, own))
        if lost and not _has_fallback(case.step, people):
            yield _blame(case.step, "nobody", lost)


def find_stuck(tasks: Iterable[Open], people: People) -> list[int]:
    """Return the ids of the tasks that wait for more people than may still decide.

    >>> people = People({}, {}, lambda group: {1: frozenset({7})}, 5, 6)
    >>> fine = Open(1, group=5, unit=1)
    >>> find_stuck([fine, fine._replace(id=2, barred=[7])], people)
    [2]
    """
    return [task.id for task in tasks if _is_stuck(task, people)]


def _is_stuck(task: Open, people: People) -> bool:
    who = Asked(task.user, task.group, task.unit)
    left = people.find_asked(who, task.guests, task.passed).difference(task.barred)
    return len(left) < (1 if task.quorum == "all" else task.needed - task.votes)


def _find_naming_faults(case: Case, people: People) -> Iterator[Reason]:
    step = case.step
    if step.kind == "user":
        if not people.find_asked(Asked(user=step.user)):
            yield _blame(step, "blind", ())
        elif case.hidden and not step.condition:
            yield _blame(step, "blind", case.hidden)
    elif step.kind == "field":
        if not case.names:
            yield _blame(step, "field", ())
        elif case.names == "unit" and not step.group:
            yield _blame(step, "field_group", ())


def _find_lost(
    case: Case, people: People, claims: defaultdict[int, Claims]
) -> Iterator[int]:
    """Yield the units from which a step without its fallback finds nobody."""
    step = replace(case.step, fallback_group=0)
    for unit in case.units:
        if NOBODY in resolve(step, unit, people, claims=claims[unit]):
            yield unit
    for unit in case.targets:
        if NOBODY in resolve(step, unit, people, target=Asked(unit=unit)):
            yield unit


def _has_fallback(step: Step, people: People) -> bool:
    needed = step.needed if step.quorum == "some" else 1
    return len(people.find_members(step.fallback_group, ANYWHERE)) >= needed


def _blame(step: Step, code: str, units: Sequence[int]) -> Reason:
    named = tuple(units[:_NAMED])
    return Reason(code, {"step": step.id, "units": named, "count": len(units)})
