"""How a document came through the stages of its workflow, told from its events."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from .workflow import FINAL_KINDS, Definition, Transition


class Move(NamedTuple):
    """An event that took a document from one stage to another, or left it there."""

    date: datetime
    user: int
    stage_from: int
    stage_to: int


@dataclass
class Visit:
    """The stay of a document in a stage, all its stays together where it came back.

    ``entered`` is its last arrival and ``left`` its last departure, None while it is
    there; ``spent`` counts all stays that have ended, ``user`` moved it on last, and
    ``returns`` is how often it was sent back to this stage.
    """

    stage: int
    entered: datetime
    left: datetime | None = None
    user: int = 0
    spent: timedelta = field(default_factory=timedelta)
    returns: int = 0


def list_visits(start: int, created: datetime, moves: Iterable[Move]) -> list[Visit]:
    """Return the stages on the way to where a document is now, in that order.

    A return takes the stages behind it off the way: they are ahead again.

    :param start: the stage in which documents begin
    :param moves: oldest first

    >>> day = [datetime(2024, 3, d) for d in range(1, 9)]
    >>> there = [Move(day[1], 7, 10, 20), Move(day[3], 8, 20, 30)]
    >>> [(v.stage, v.user, v.spent.days) for v in list_visits(10, day[0], there)]
    [(10, 7, 1), (20, 8, 2), (30, 0, 0)]
    >>> back = [*there, Move(day[4], 9, 30, 20)]
    >>> [(v.stage, v.returns, v.left) for v in list_visits(10, day[0], back)][1:]
    [(20, 1, None)]
    """
    way = [Visit(start, created)]
    known = {start: way[0]}
    for move in moves:
        if move.stage_from == move.stage_to:
            continue
        here = way[-1]
        here.left, here.user = move.date, move.user
        here.spent += move.date - here.entered
        visit = known.setdefault(move.stage_to, Visit(move.stage_to, move.date))
        if visit in way:
            del way[way.index(visit) + 1 :]
            visit.returns += 1
        else:
            way.append(visit)
        visit.entered, visit.left = move.date, None
    return way


def list_ahead(
    definition: Definition,
    stage: int,
    find_route: Callable[[int, str], Transition | None],
    opened: Transition | None = None,
) -> list[int]:
    """Return the stages that a document has before it if nobody sends it back.

    :param stage: where it is now
    :param find_route: the transition of a kind that it would take from a stage
    :param opened: the transition whose approvers are asked now
    """
    ahead: list[int] = []
    transition = opened
    while definition.stage_of[stage].kind not in FINAL_KINDS:
        kind = "approve" if definition.stage_of[stage].kind == "review" else "submit"
        transition = transition or find_route(stage, kind)
        if transition is None or transition.stage_to in (stage, *ahead):
            break
        stage, transition = transition.stage_to, None
        ahead.append(stage)
    return ahead
