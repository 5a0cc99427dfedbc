"""What a workflow definition is, and what it must be before any document runs on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

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
    code: str = ""
    sequence: int = 0
    is_outside: bool = False


@dataclass(frozen=True)
class Step:
    """Approvers of a transition: who is asked, and how many of them must agree.

    ``condition`` is opaque here: whoever evaluates it says whether it holds.
    """

    id: int
    kind: str = "user"
    sequence: int = 10
    quorum: str = "any"
    needed: int = 1
    level: str = ""
    user: int = 0
    group: int = 0
    field_name: str = ""
    fallback_group: int = 0
    bar_requester: bool = True
    bar_editor: bool = True
    bar_earlier: bool = True
    limit_days: int = 0
    condition: Any = None


@dataclass(frozen=True)
class Requirement:
    """A paper that a transition asks for, where its condition holds."""

    id: int
    paper_type: int
    needs_file: bool = False
    needs_validity: bool = False
    condition: Any = None


@dataclass(frozen=True)
class Transition:
    """A way from one stage to another; ``kind`` says which action follows it."""

    id: int
    kind: str
    stage_from: int
    stage_to: int
    sequence: int = 10
    condition: Any = None
    steps: tuple[Step, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    limit_days: int = 0
    any_earlier: bool = False


@dataclass(frozen=True)
class Definition:
    """One version of a workflow, read once and shared by all its documents."""

    id: int
    stages: tuple[Stage, ...] = ()
    transitions: tuple[Transition, ...] = field(default=())

    @cached_property
    def stage_of(self) -> dict[int, Stage]:
        """Stages by their id."""
        return {stage.id: stage for stage in self.stages}

    @cached_property
    def transition_of(self) -> dict[int, Transition]:
        """Transitions by their id."""
        return {transition.id: transition for transition in self.transitions}

    @cached_property
    def routes(self) -> dict[tuple[int, str], tuple[Transition, ...]]:
        """Transitions by (stage they leave, kind), in the order they are tried."""
        found: dict[tuple[int, str], list[Transition]] = {}
        for transition in sorted(self.transitions, key=lambda t: (t.sequence, t.id)):
            found.setdefault((transition.stage_from, transition.kind), []).append(
                transition
            )
        return {key: tuple(transitions) for key, transitions in found.items()}

    @cached_property
    def conditions(self) -> tuple[Any, ...]:
        """Every condition of the version that may not hold, each once."""
        parts = [
            part
            for transition in self.transitions
            for part in (transition, *transition.steps, *transition.requirements)
        ]
        return tuple(dict.fromkeys(part.condition for part in parts if part.condition))


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
    start and has a way on that reaches an end (a review is left by approval, what is
    worked on by submission), what is submitted or approved always finds a way (the last
    row of a decision table has no condition) and no row stands behind one without
    condition.

    >>> two = [Stage(1, "start"), Stage(2, "done")]
    >>> find_faults(two, [Transition(1, "submit", 1, 2)])
    []
    >>> [fault.code for fault in find_faults(two, [])]
    ['unreachable', 'dead_end']
    >>> [f.code for f in find_faults(two, [Transition(1, "submit", 1, 2, condition=3)])]
    ['table_open']
    """
    moves = list(transitions)
    return [
        *_find_missing_ends(stages),
        *_find_wrong_joints({stage.id: stage for stage in stages}, moves),
        *_find_lost_stages(stages, moves),
        *_find_table_faults(moves),
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
    onward = _list_usable(stages, moves)
    reached = _reach(starts, onward)
    ending = _reach(ends, [(after, before) for before, after in onward])
    return [
        Reason(code, {"stage": stage.id})
        for code, found in (("unreachable", reached), ("dead_end", ending))
        for stage in stages
        if stage.id not in found
    ]


def _list_usable(
    stages: Sequence[Stage], moves: Sequence[Transition]
) -> list[tuple[int, int]]:
    """Return the joints that documents can take: out of stages that they can leave."""
    wrong = {s.id: "submit" if s.kind == "review" else "approve" for s in stages}
    leading = [m for m in moves if wrong.get(m.stage_from) not in {m.kind, None}]
    left = {m.stage_from for m in leading if m.kind in {"submit", "approve"}}
    return [(m.stage_from, m.stage_to) for m in leading if m.stage_from in left]


def _find_table_faults(moves: Sequence[Transition]) -> Iterator[Reason]:
    for rows in Definition(0, transitions=tuple(moves)).routes.values():
        always = [row for row in rows if not row.condition]
        if not always and rows[0].kind in {"submit", "approve"}:
            yield Reason("table_open", {"stage": rows[0].stage_from})
        for row in rows[rows.index(always[0]) + 1 :] if always else ():
            yield Reason("table_hidden", {"transition": row.id})


def _reach(seeds: Iterable[int], arrows: Iterable[tuple[int, int]]) -> set[int]:
    reached = set(seeds)
    pairs = list(arrows)
    grown = True
    while grown:
        fresh = {after for before, after in pairs if before in reached} - reached
        reached |= fresh
        grown = bool(fresh)
    return reached
