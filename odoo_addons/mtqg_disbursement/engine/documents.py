"""A document under workflow as its moves see it: what waits, who agreed, what happened.

Everything here is a value: a move gives another document and leaves the old one as it
was. ``moves`` says which one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .approvers import NOBODY, Asked
from .workflow import Definition, Stage, Step, Transition, find_state

OPEN = frozenset({"waiting", "pending"})


@dataclass(frozen=True)
class Vote:
    """That a user agreed, on the seat of a principal (his own: himself)."""

    user: int
    principal: int


@dataclass(frozen=True)
class Task:
    """One approval that a document waits for, or waited for.

    :param number: place among the tasks of the document
    :param asked: a user, or a group in a unit
    :param needed: how many must agree; for the quorum ``all``, everybody
    :param rung: place among the units that one step climbs
    :param round: number of the submission, or of the return into a review, since which
        approvals count
    :param barred: who may not agree: makers, and those who have agreed before
    """

    number: int
    step: Step
    asked: Asked
    needed: int = 1
    rung: int = 0
    round: int = 1
    state: str = "waiting"
    barred: frozenset[int] = frozenset()
    votes: tuple[Vote, ...] = ()
    kind: str = "approve"

    @property
    def turn(self) -> tuple[int, int]:
        """Tasks of one turn are asked side by side, turns one after the other."""
        return self.step.sequence, self.rung

    @property
    def voters(self) -> frozenset[int]:
        """Return who agreed, and for whom."""
        return frozenset(u for v in self.votes for u in (v.user, v.principal))


@dataclass(frozen=True)
class Event:
    """What happened: one for every move, whether the stage changed or not.

    :param name: the move, or ``pass`` where a stage asks nobody
    :param principal: on whose behalf, 0 where the user spoke for himself
    """

    name: str
    user: int
    stage_from: int
    stage_to: int
    transition: int = 0
    step: int = 0
    principal: int = 0
    comment: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Paper:
    """A paper that lies with a document."""

    type: int
    has_number: bool = True
    has_file: bool = True
    is_expired: bool = False


@dataclass(frozen=True)
class Facts:
    """What holds for a document whoever moves it; others find it out.

    :param holds: the conditions of the definition that hold
    :param faults: codes of what its content lacks
    :param readers: users who may open it
    :param writers: users who may change it while it is open for editing
    :param targets: for steps of kind ``field``, by the name of the field: the user or
        the unit in it
    """

    holds: frozenset[Any] = frozenset()
    papers: tuple[Paper, ...] = ()
    faults: tuple[str, ...] = ()
    readers: frozenset[int] = frozenset()
    writers: frozenset[int] = frozenset()
    targets: Mapping[str, Asked] = field(default_factory=dict)

    def hold(self, part: Any) -> bool:
        """Tell whether a transition, a step or a requirement applies."""
        return not part.condition or part.condition in self.holds

    def list_steps(self, transition: Transition) -> list[Step]:
        """Return the steps of a transition that are asked."""
        return [step for step in transition.steps if self.hold(step)]

    def list_missing(self, transition: Transition) -> list[int]:
        """Return the types of paper that a transition asks for and that lack.

        >>> from .workflow import Requirement
        >>> asks = Transition(1, "submit", 1, 2, requirements=(Requirement(1, 7),))
        >>> Facts().list_missing(asks), Facts(papers=(Paper(7),)).list_missing(asks)
        ([7], [])
        """
        return [
            wanted.paper_type
            for wanted in transition.requirements
            if self.hold(wanted)
            and not any(
                paper.type == wanted.paper_type
                and (paper.has_file or (paper.has_number and not wanted.needs_file))
                and not (wanted.needs_validity and paper.is_expired)
                for paper in self.papers
            )
        ]

    def get_target(self, step: Step) -> Asked:
        """Return whom or where the field of a step names."""
        return self.targets.get(step.field_name, NOBODY)


@dataclass(frozen=True)
class Document:
    """A document and its history.

    :param transition: the move whose approvers are asked, 0 when none are
    :param tasks: all it ever waited for, in the order in which they were given

    >>> flow = Definition(1, (Stage(1, "start"), Stage(2, "done")))
    >>> Document(7, flow, unit=1, creator=3, stage=1).state
    'draft'
    """

    id: int
    definition: Definition
    unit: int
    creator: int
    stage: int
    editor: int = 0
    requester: int = 0
    round: int = 0
    transition: int = 0
    tasks: tuple[Task, ...] = ()
    events: tuple[Event, ...] = ()

    # === WHERE IT IS === #

    @property
    def state(self) -> str:
        """What other models see of the stage."""
        kind = self.definition.stage_of[self.stage].kind
        return find_state(kind, is_open=bool(self.transition))

    @property
    def is_ended(self) -> bool:
        """Tell whether it can never move again."""
        return self.state not in {"draft", "running"}

    @property
    def is_locked(self) -> bool:
        """Tell whether its content may not change now."""
        return bool(self.transition) or self.is_ended

    @property
    def open_transition(self) -> Transition:
        """Return the move whose approvers are asked."""
        return self.definition.transition_of[self.transition]

    def find_route(self, kind: str, facts: Facts, stage: int = 0) -> Transition | None:
        """Return the first row of the stage's decision table that applies, or None."""
        rows = self.definition.routes.get((stage or self.stage, kind), ())
        return next((row for row in rows if facts.hold(row)), None)

    def list_earlier_stages(self) -> list[Stage]:
        """Return the stages before this one that it came through."""
        here = self.definition.stage_of[self.stage]
        seen = {id_ for e in self.events for id_ in (e.stage_from, e.stage_to)}
        return [
            stage
            for stage in self.definition.stages
            if stage.id in seen
            and stage.kind in {"start", "work", "review"}
            and stage.sequence < here.sequence
        ]

    # === WHO DECIDES === #

    @property
    def pending(self) -> list[Task]:
        """Return the approvals that it waits for now, in the order of their turns."""
        found = [t for t in self.tasks if t.state == "pending" and t.kind == "approve"]
        return sorted(found, key=lambda task: task.turn)

    @property
    def waiting(self) -> list[Task]:
        """Return the approvals that are asked later."""
        return [t for t in self.tasks if t.state == "waiting" and t.kind == "approve"]

    @property
    def voters(self) -> frozenset[int]:
        """Return who has agreed since it was submitted, or came back, and for whom."""
        now = [task.voters for task in self.tasks if task.round == self.round]
        return frozenset().union(*now)

    def list_makers(self, step: Step) -> frozenset[int]:
        """Return the makers whom a step does not let agree."""
        barred = {self.requester} if step.bar_requester else set()
        if step.bar_editor:
            barred |= {self.editor, self.creator}
        return frozenset(barred - {0})

    # === WHAT BECOMES OF IT === #

    def with_tasks(self, *changed: Task) -> Document:
        """Return the document with these tasks in the places of their numbers."""
        tasks = list(self.tasks)
        for task in changed:
            tasks[task.number : task.number + 1] = [task]
        return replace(self, tasks=tuple(tasks))

    def close_tasks(self) -> Document:
        """Return the document when nobody is asked any more."""
        still_open = [task for task in self.tasks if task.state in OPEN]
        return self.with_tasks(*(replace(t, state="cancelled") for t in still_open))

    def add_event(self, event: Event) -> Document:
        """Return the document with one more event."""
        return replace(self, events=(*self.events, event))
