"""Of matches that share figures, those that together explain most.

Matches that compete for figures form small groups. Within a group the best set is
searched for; a group too large for that is served best first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from .matching_items import order_of
from .matching_pairs import Candidate

Member = tuple[str, int | str]

# what a match must be worth before two of it are better than one that is sure
WORTHLESS = 40
MOST_SEARCHED = 40
MOST_STEPS = 3_000


def members(candidate: Candidate) -> Iterator[Member]:
    """Give the figures of a candidate, each with its side."""
    for item in candidate.own:
        yield "own", item.id
    for item in candidate.treasury:
        yield "treasury", item.id


def rank(candidate: Candidate) -> tuple:
    """Sort the best first; equals by the figures themselves."""
    figures = [order_of(item) for item in (*candidate.own, *candidate.treasury)]
    return -candidate.score, len(candidate.classes), figures


def choose(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Take candidates so that no figure is used twice and most is explained.

    :return: the chosen ones; the same for any order of the input
    """
    chosen = []
    for group in _groups(sorted(candidates, key=rank)):
        chosen += _Search(group).best if len(group) > 1 else group
    return chosen


def _groups(candidates: Sequence[Candidate]) -> list[list[Candidate]]:
    """Sort candidates into groups that share no figure."""
    leader: dict[Member, Member] = {}

    def lead(member: Member) -> Member:
        while leader.setdefault(member, member) != member:
            leader[member] = leader[leader[member]]
            member = leader[member]
        return member

    for candidate in candidates:
        first, *others = members(candidate)
        for other in others:
            leader[lead(other)] = lead(first)
    groups: dict[Member, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        groups[lead(next(members(candidate)))].append(candidate)
    return list(groups.values())


class _Search:
    """Looks for the best set in one group, the best candidates first."""

    def __init__(self, group: Sequence[Candidate]) -> None:
        self.group = group
        self.used = [frozenset(members(candidate)) for candidate in group]
        self.worth = [candidate.score - WORTHLESS for candidate in group]
        self.steps = 0
        self.best = self._greedy()
        self.best_worth = sum(one.score - WORTHLESS for one in self.best)
        if len(group) <= MOST_SEARCHED:
            self._look(0, frozenset(), [], 0.0)

    def _greedy(self) -> list[Candidate]:
        """Take the best first."""
        taken: set[Member] = set()
        chosen = []
        for candidate, used in zip(self.group, self.used, strict=True):
            if not taken & used:
                taken |= used
                chosen.append(candidate)
        return chosen

    def _look(
        self, place: int, taken: frozenset, chosen: list[Candidate], worth: float
    ) -> None:
        """Try to take a candidate, then to leave it."""
        self.steps += 1
        if worth > self.best_worth:
            self.best, self.best_worth = list(chosen), worth
        free = [i for i in range(place, len(self.group)) if not self.used[i] & taken]
        if not free or self.steps > MOST_STEPS:
            return
        if worth + sum(self.worth[i] for i in free) <= self.best_worth:
            return
        first = free[0]
        with_first = [*chosen, self.group[first]]
        self._look(
            first + 1, taken | self.used[first], with_first, worth + self.worth[first]
        )
        self._look(first + 1, taken, chosen, worth)
