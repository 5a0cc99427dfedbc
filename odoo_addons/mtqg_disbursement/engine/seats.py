"""On which seats somebody decides: his own, and those of people he stands in for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from .approvers import ANYWHERE, Asked, People
from .documents import Document, Facts, Task


@dataclass(frozen=True)
class Delegation:
    """Somebody is absent now, and another decides in his place.

    :param units: the documents of which units, None for all
    """

    absent: int
    delegate: int
    units: frozenset[int] | None = None


@dataclass(frozen=True)
class World:
    """Who there is: units and people, who stands in for whom now, words of returns.

    :param reasons: codes of the reasons that a return may give
    """

    people: People
    delegations: tuple[Delegation, ...] = ()
    reasons: frozenset[str] = frozenset()

    def list_principals(self, user: int, unit: int) -> list[int]:
        """Return for whom a user decides on documents of a unit, himself first.

        What was delegated to an absent person stays with him: there are no chains.

        >>> people = People({}, {}, lambda group: {0: frozenset({1, 2, 3})}, 5, 6)
        >>> world = World(people, (Delegation(1, 2), Delegation(2, 3)))
        >>> world.list_principals(3, unit=9), world.list_principals(1, unit=9)
        ([3, 2], [1])
        """
        active = self.people.find_members(self.people.readers, ANYWHERE)
        return [user] + [
            d.absent
            for d in self.delegations
            if d.delegate == user
            and d.absent in active
            and (d.units is None or unit in d.units)
        ]

    def find_holders(self, asked: Asked, facts: Facts) -> frozenset[int]:
        """Return who holds a seat that is asked, and may open the document."""
        return self.people.find_asked(asked) & facts.readers

    def list_seats(
        self, document: Document, facts: Facts, user: int
    ) -> Iterator[tuple[Task, int]]:
        """Yield (task, principal) of the seats of a user that are asked now."""
        if user not in facts.readers:
            return
        for task in document.pending:
            holders = self.find_holders(task.asked, facts)
            for principal in self.list_principals(user, document.unit):
                if principal in holders:
                    yield task, principal


def is_free(task: Task, user: int, principal: int) -> bool:
    """Tell whether a user may agree to a task on a seat: neither is barred."""
    return not task.barred & {user, principal}


def keep_readers(people: People, readers: frozenset[int]) -> People:
    """Return the same people, of whom only some hold any seat.

    Whoever may not open a document is not asked about it, and does not count.

    >>> people = People({}, {}, lambda group: {1: frozenset({7, 8})}, 5, 6)
    >>> sorted(keep_readers(people, frozenset({8, 9})).find_members(5, 1))
    [8]
    """
    return replace(people, holders=lambda g: _Kept(people.holders(g), readers))


def find_above(people: People, group: int, unit: int) -> frozenset[int]:
    """Return the users of a group in a unit and in its superiors.

    >>> people = People({2: 1, 1: 0}, {}, lambda group: {1: frozenset({7})}, 5, 6)
    >>> sorted(find_above(people, 5, 2))
    [7]
    """
    places = (people.find_members(group, place) for place in people.climb(unit))
    return frozenset().union(*places)


class _Kept(Mapping):
    """The holders of a group, each set of them cut down when it is asked for."""

    def __init__(
        self, holders: Mapping[int, frozenset[int]], kept: frozenset[int]
    ) -> None:
        self.holders, self.kept = holders, kept

    def __getitem__(self, unit: int) -> frozenset[int]:
        return self.holders[unit] & self.kept

    def __iter__(self) -> Iterator[int]:
        return iter(self.holders)

    def __len__(self) -> int:
        return len(self.holders)
