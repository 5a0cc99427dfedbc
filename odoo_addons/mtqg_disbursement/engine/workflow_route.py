"""The way that a document takes through a definition, if nobody sends it back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from .workflow import FINAL_KINDS, Definition, Transition


class Route(NamedTuple):
    """Where a document goes.

    :param hops: the transitions, in the order in which they are taken
    :param stage: where the way ends
    :param fault: why it ends before a final stage: no_way, loop; empty if it does not
    """

    hops: tuple[Transition, ...]
    stage: int
    fault: str = ""

    def list_stages(self, start: int) -> list[int]:
        """Return the stages of the way, with the one where it starts."""
        return [start, *(hop.stage_to for hop in self.hops)]


def walk(definition: Definition, stage: int, holds: Callable[[Any], bool]) -> Route:
    """Return the way from a stage to an end: of each table, the first row that holds.

    :param holds: tells whether a condition, or none at all, holds for the document

    >>> from .workflow import Stage
    >>> stages = (Stage(1, "start"), Stage(2, "done"))
    >>> way = walk(Definition(0, stages, (Transition(7, "submit", 1, 2),)), 1, bool)
    >>> way.stage, way.fault
    (1, 'no_way')
    """
    hops: list[Transition] = []
    seen: set[int] = set()
    while definition.stage_of[stage].kind not in FINAL_KINDS:
        if stage in seen:
            return Route(tuple(hops), stage, "loop")
        seen.add(stage)
        kind = "approve" if definition.stage_of[stage].kind == "review" else "submit"
        rows = definition.routes.get((stage, kind), ())
        hop = next((row for row in rows if holds(row.condition)), None)
        if hop is None:
            return Route(tuple(hops), stage, "no_way")
        hops.append(hop)
        stage = hop.stage_to
    return Route(tuple(hops), stage)


def straighten(path: Sequence[Any]) -> list[Any]:
    """Return a path without the detours: what was gone back over is left out.

    >>> straighten(["draft", "review", "draft", "review", "done"])
    ['draft', 'review', 'done']
    """
    straight: list[Any] = []
    for place in path:
        if place in straight:
            del straight[straight.index(place) + 1 :]
        else:
            straight.append(place)
    return straight
