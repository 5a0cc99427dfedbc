"""What a workflow definition must be, before any document runs on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from .verdict import Reason

FINAL_KINDS = frozenset({"done", "rejected", "cancelled"})

# the state that people and other models see, by the kind of the stage
STATE_OF_KIND = {
    "start": "draft",
    "work": "running",
    "review": "running",
    "done": "done",
    "rejected": "rejected",
    "cancelled": "cancelled",
}


@dataclass(frozen=True)
class Stage:
    """A place where a document can be."""

    id: int
    kind: str


@dataclass(frozen=True)
class Transition:
    """A way from one stage to another; ``kind`` says which action follows it."""

    id: int
    kind: str
    stage_from: int
    stage_to: int


def find_state(stage_kind: str, is_open: bool) -> str:
    """Return the workflow state of a document in a stage.

    :param is_open: a move out of the stage waits for approval

    >>> find_state("start", is_open=False), find_state("start", is_open=True)
    ('draft', 'running')
    """
    state = STATE_OF_KIND[stage_kind]
    return "running" if is_open and state == "draft" else state


def find_faults(
    stages: Sequence[Stage], transitions: Iterable[Transition]
) -> list[Reason]:
    """Return why a definition cannot be published; nothing when it can.

    Checked: exactly one start, at least one end, every transition joins two stages of
    the definition, no transition leaves an end, every stage can be reached from the
    start and has a way on that reaches an end.

    >>> two = [Stage(1, "start"), Stage(2, "done")]
    >>> find_faults(two, [Transition(1, "submit", 1, 2)])
    []
    >>> [fault.code for fault in find_faults(two, [])]
    ['unreachable', 'dead_end']
    """
    moves = list(transitions)
    return [
        *_find_missing_ends(stages),
        *_find_wrong_joints({stage.id: stage for stage in stages}, moves),
        *_find_lost_stages(stages, moves),
    ]


def _find_missing_ends(stages: Sequence[Stage]) -> list[Reason]:
    starts = sum(stage.kind == "start" for stage in stages)
    faults = [] if starts == 1 else [Reason("one_start", {"count": starts})]
    if not any(stage.kind in FINAL_KINDS for stage in stages):
        faults.append(Reason("no_end"))
    return faults


def _find_wrong_joints(
    known: Mapping[int, Stage], moves: Sequence[Transition]
) -> Iterator[Reason]:
    for move in moves:
        if move.stage_from not in known or move.stage_to not in known:
            yield Reason("foreign_stage", {"transition": move.id})
        elif known[move.stage_from].kind in FINAL_KINDS:
            yield Reason("leaves_end", {"transition": move.id})


def _find_lost_stages(
    stages: Sequence[Stage], moves: Sequence[Transition]
) -> list[Reason]:
    starts = [stage.id for stage in stages if stage.kind == "start"]
    ends = [stage.id for stage in stages if stage.kind in FINAL_KINDS]
    onward = [(move.stage_from, move.stage_to) for move in moves]
    reached = _reach(starts, onward)
    ending = _reach(ends, [(after, before) for before, after in onward])
    return [
        Reason(code, {"stage": stage.id})
        for code, found in (("unreachable", reached), ("dead_end", ending))
        for stage in stages
        if stage.id not in found
    ]


def _reach(seeds: Iterable[int], arrows: Iterable[tuple[int, int]]) -> set[int]:
    reached = set(seeds)
    pairs = list(arrows)
    grown = True
    while grown:
        fresh = {after for before, after in pairs if before in reached} - reached
        reached |= fresh
        grown = bool(fresh)
    return reached
