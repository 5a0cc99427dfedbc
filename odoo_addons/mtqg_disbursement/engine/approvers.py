"""Who is asked by an approver step: a person, or the members of a group in a unit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
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
    :param holders: group -> {unit: active users of the group there, who may see
        documents}; all of them under ``ANYWHERE``
    :param leaders: the group of leaders
    :param readers: the group that everybody who may see documents is in
    :param managers: the group that is asked where even a fallback has nobody
    """

    parents: Mapping[int, int]
    kinds: Mapping[int, str]
    holders: Callable[[int], Holders]
    leaders: int
    readers: int
    managers: int = 0

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

    def find_readers(self, users: Iterable[int]) -> frozenset[int]:
        """Return those users who are active and may see documents."""
        return self.find_members(self.readers, ANYWHERE).intersection(users)

    def find_asked(
        self, asked: Asked, guests: Iterable[int] = (), passed: Iterable[int] = ()
    ) -> frozenset[int]:
        """Return the active users whom a task asks.

        :param guests: who holds a seat that was forwarded to him
        :param passed: members who handed their seat on
        """
        if asked.user:
            members = self.find_readers((asked.user,))
        else:
            members = self.find_members(asked.group, asked.unit).difference(passed)
        return members | self.find_readers(guests) if guests else members


@dataclass(slots=True)
class Claim:
    """What one task takes of the people whom the others ask, too.

    :param order: when it is asked; tasks of the same order stand side by side
    :param used: how many of its members may agree, and so be lost to other tasks
    :param slack: how many of its members may be lost to others
    :param bars: whoever has agreed to another task may not agree to this one
    :param is_whole: all of its members have to agree
    """

    order: tuple[int, int]
    members: frozenset[int]
    used: int
    slack: int
    bars: bool
    is_whole: bool

    def count_taken(self, other: Claim) -> int:
        """Return how many members another task may lose to this one."""
        if not other.bars or self.order > other.order:
            return 0
        shared = len(self.members & other.members)
        if shared and other.is_whole and self.order == other.order:
            # nobody is left to complete it if the last one agrees beside it
            return len(other.members)
        return min(self.used, shared)


@dataclass(slots=True)
class Claims:
    """Whom the steps of one submission ask, so that none of them runs out of people.

    Where nobody may approve twice, the leader who signs the first step is lost to the
    second one. A step asks people only if they are enough whoever signs the others.
    """

    rows: list[Claim] = field(default_factory=list)

    def add(self, step: Step, members: frozenset[int], rung: int = 0) -> None:
        """Note whom a step asks."""
        self._keep(self._make(step, members, rung))

    def try_add(self, step: Step, members: frozenset[int], rung: int = 0) -> bool:
        """Note whom a step asks, if all steps still find enough; tell whether they do.

        >>> first, second = Step(1, sequence=1), Step(2, sequence=2)
        >>> claims = Claims()
        >>> [claims.try_add(s, frozenset({7})) for s in (first, second)]
        [True, False]
        >>> claims.try_add(second, frozenset({7, 8}))
        True
        """
        fresh = self._make(step, members, rung)
        if fresh.slack < 0:
            return False
        for row in self.rows:
            taken = fresh.count_taken(row)
            if taken and row.slack < taken:
                return False
        self._keep(fresh)
        return True

    def _make(self, step: Step, members: frozenset[int], rung: int) -> Claim:
        needed = _count_needed(step)
        fresh = Claim(
            order=(step.sequence, rung),
            members=members,
            used=len(members) if step.quorum == "all" else needed,
            slack=len(members) - needed,
            bars=step.bar_earlier,
            is_whole=step.quorum == "all",
        )
        if fresh.bars:
            fresh.slack -= sum(row.count_taken(fresh) for row in self.rows)
        return fresh

    def _keep(self, fresh: Claim) -> None:
        for row in self.rows:
            row.slack -= fresh.count_taken(row)
        self.rows.append(fresh)


def _count_needed(step: Step) -> int:
    return step.needed if step.quorum == "some" else 1


def resolve(
    step: Step,
    unit: int,
    people: People,
    barred: frozenset[int] = frozenset(),
    target: Asked = NOBODY,
    claims: Claims | None = None,
) -> list[Asked]:
    """Return who is asked by a step, one after the other; never nobody.

    Where a unit has not enough people who may decide, its superior is asked; where no
    superior has, the fallback group of the step is; where that has nobody, managers
    are.

    :param unit: the unit of the document
    :param barred: users who may not decide: makers of the document
    :param target: for a step of kind ``field``: the user or the unit in the field
    :param claims: whom the steps before this one ask; this one is added

    >>> people = People({2: 1, 1: 0}, {}, lambda group: {1: frozenset({7})}, 5, 6)
    >>> resolve(Step(1, "unit_leader", fallback_group=9), 2, people)
    [Asked(user=0, group=5, unit=1)]
    >>> resolve(Step(1, "unit_leader", fallback_group=9), 2, people, frozenset({7}))
    [Asked(user=0, group=9, unit=0)]
    """
    search = _Search(step, unit, people, barred, target, claims or Claims())
    return search.run()


@dataclass(slots=True)
class _Search:
    """The search for those whom one step asks on one document."""

    step: Step
    unit: int
    people: People
    barred: frozenset[int]
    target: Asked
    claims: Claims

    def run(self) -> list[Asked]:
        if self.step.kind == "climb":
            return self._climb()
        found = self._find()
        return [found or self._find_fallback()]

    def _find(self) -> Asked | None:
        step, people = self.step, self.people
        match step.kind:
            case "user":
                return self._try(Asked(user=step.user))
            case "field" if self.target.user:
                return self._try(Asked(user=self.target.user))
            case "field":
                return self._find_nearest(step.group, self.target.unit or self.unit)
            case "group":
                return self._find_nearest(step.group, self.unit)
        return self._find_nearest(people.leaders, self._find_start())

    def _find_start(self) -> int:
        """Return the unit from which leaders are looked for, upwards."""
        superiors = list(self.people.climb(self.unit))[1:]
        match self.step.kind:
            case "superior_leader":
                return superiors[0] if superiors else self.unit
            case "level_leader":
                kinds = self.people.kinds
                found = (u for u in superiors if kinds.get(u) == self.step.level)
                return next(found, 0)
        return self.unit

    def _climb(self) -> list[Asked]:
        """Ask each superior up to the level; only the last one has to be there."""
        *lower, last = self._list_levels() or [0]
        leaders = self.people.leaders
        asked = []
        for unit in lower:
            asked += filter(None, [self._try(Asked(group=leaders, unit=unit), asked)])
        found = self._find_nearest(leaders, last, asked)
        return [*asked, found or self._find_fallback(asked)]

    def _list_levels(self) -> list[int]:
        """Return the superiors of a unit, up to the first of a kind, or to the top."""
        levels = []
        for superior in list(self.people.climb(self.unit))[1:]:
            levels.append(superior)
            if self.people.kinds.get(superior) == self.step.level:
                break
        return levels

    def _find_nearest(
        self, group: int, unit: int, before: list[Asked] | None = None
    ) -> Asked | None:
        for place in self.people.climb(unit):
            if found := self._try(Asked(group=group, unit=place), before):
                return found
        return None

    def _try(self, asked: Asked, before: list[Asked] | None = None) -> Asked | None:
        """Return whom to ask, if they are enough, those before them aside."""
        members = self.people.find_asked(asked) - self.barred
        if len(members) < _count_needed(self.step):
            return None
        is_taken = self.claims.try_add(self.step, members, len(before or ()))
        return asked if is_taken else None

    def _find_fallback(self, before: list[Asked] | None = None) -> Asked:
        """Return the fallback group of the step, or managers where it has nobody."""
        asked = Asked(group=self.step.fallback_group, unit=ANYWHERE)
        members = self.people.find_asked(asked) - self.barred
        if self.people.managers and len(members) < _count_needed(self.step):
            asked = Asked(group=self.people.managers, unit=ANYWHERE)
            members = self.people.find_asked(asked) - self.barred
        self.claims.add(self.step, members, len(before or ()))
        return asked
