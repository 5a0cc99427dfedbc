"""The moves of a document under workflow: the specification that others are held to.

A document goes from stage to stage of its definition. Out of a stage of kind start or
work it is *submitted*; a move with approver steps waits until they have agreed. In a
stage of kind review it waits from the moment it gets there. While it waits,

- each of those who are asked *approves*, unless separation of duties bars him;
- each of those who are asked, barred or not, sends it back (*return*) or refuses it
  (*reject*): that is no approval of one's own work;
- whoever made or submitted it takes it back (*withdraw*).

Nothing else moves it. One call may move many documents: all of them, or none.

``move`` answers for one document, ``move_all`` for many; ``find_reasons`` says in
advance what keeps a document where it is. The codes are those of ``get_blockers()``:
access, waiting, ended, role, no_way, paper, not_waiting, maker, earlier_approver,
requester, reason, stage, and those of the content.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from .asking import advance, ask, note_vote
from .documents import Document, Event, Facts, Task, Vote
from .seats import World, is_free
from .verdict import Reason
from .workflow import Transition

MOVES = ("submit", "approve", "return", "reject", "withdraw")


@dataclass(frozen=True)
class Move:
    """What somebody wants: the name of the move, his number, and his words.

    :param reason: code of a return reason
    :param stage: code of the earlier stage to which a document is returned
    """

    name: str
    user: int
    comment: str = ""
    reason: str = ""
    stage: str = ""


@dataclass(frozen=True)
class Outcome:
    """The document after a move, or as it was and the reasons why it stayed."""

    document: Document
    reasons: tuple[Reason, ...] = ()

    @property
    def codes(self) -> list[str]:
        """Return the codes of the reasons."""
        return [reason.code for reason in self.reasons]


def move(wanted: Move, document: Document, facts: Facts, world: World) -> Outcome:
    """Return what a move makes of a document.

    >>> from .approvers import People
    >>> from .workflow import Definition, Stage, Step
    >>> stages = (Stage(1, "start"), Stage(2, "review"), Stage(3, "done"))
    >>> steps = (Step(1, "user", user=8),)
    >>> submit = Transition(1, "submit", 1, 2)
    >>> ways = (submit, Transition(2, "approve", 2, 3, steps=steps))
    >>> world = World(People({}, {}, lambda group: {0: frozenset({7, 8})}, 5, 6))
    >>> facts = Facts(readers=frozenset({7, 8}), writers=frozenset({7}))
    >>> draft = Document(1, Definition(1, stages, ways), unit=1, creator=7, stage=1)
    >>> asked = move(Move("submit", 7), draft, facts, world).document
    >>> move(Move("approve", 7), asked, facts, world).codes
    ['waiting']
    >>> move(Move("approve", 8), asked, facts, world).document.state
    'done'
    """
    reasons = tuple(_find_obstacles(wanted, document, facts, world))
    if reasons:
        return Outcome(document, reasons)
    act = {"submit": _submit, "approve": _approve}.get(wanted.name, _leave)
    return Outcome(act(wanted, document, facts, world))


def move_all(
    wanted: Move, many: Iterable[tuple[Document, Facts]], world: World
) -> list[Outcome]:
    """Return what a move makes of many documents: of all of them, or of none."""
    pairs = list(many)
    outcomes = [move(wanted, document, facts, world) for document, facts in pairs]
    if any(outcome.reasons for outcome in outcomes):
        return [
            Outcome(document, outcome.reasons)
            for (document, _facts), outcome in zip(pairs, outcomes, strict=True)
        ]
    return outcomes


def find_reasons(
    user: int, document: Document, facts: Facts, world: World
) -> list[Reason]:
    """Return what keeps a document from going on, for the user who asks."""
    if user not in facts.readers:
        return [Reason("access")]
    if document.transition:
        return list(_find_approve_reasons(user, document, facts, world))
    return list(_find_submit_reasons(user, document, facts))


def edit(user: int, document: Document, facts: Facts) -> Outcome:
    """Return the document after somebody changed its content: he is its editor now."""
    if user in facts.readers and document.is_locked:
        return Outcome(document, (Reason("locked"),))
    if user not in facts.writers:
        return Outcome(document, (Reason("access"),))
    return Outcome(replace(document, editor=user))


# === WHY NOT === #


def _find_obstacles(
    wanted: Move, document: Document, facts: Facts, world: World
) -> Iterator[Reason]:
    user = wanted.user
    if user not in facts.readers:
        yield Reason("access")
    elif wanted.name == "submit":
        if user not in facts.writers:
            yield Reason("access")
        else:
            yield from _find_submit_reasons(user, document, facts)
    elif wanted.name == "approve":
        yield from _find_approve_reasons(user, document, facts, world)
    else:
        yield from _find_leave_reasons(wanted, document, facts, world)


def _find_submit_reasons(
    user: int, document: Document, facts: Facts
) -> Iterator[Reason]:
    if document.transition:
        yield Reason("waiting")
        return
    if document.is_ended:
        yield Reason("ended")
        return
    if user not in facts.writers:
        yield Reason("role")
    for code in facts.faults:
        yield Reason(code)
    transition = document.find_route("submit", facts)
    yield from _find_way_reasons(transition, facts)
    if transition and not facts.list_steps(transition):
        yield from _find_pass_reasons(transition.stage_to, document, facts)


def _find_approve_reasons(
    user: int, document: Document, facts: Facts, world: World
) -> Iterator[Reason]:
    if not document.transition:
        yield Reason("not_waiting")
        return
    seats = list(world.list_seats(document, facts, user))
    if not seats:
        yield Reason("waiting")
    elif not any(is_free(task, user, principal) for task, principal in seats):
        task, principal = seats[0]
        is_maker = {user, principal} & document.list_makers(task.step)
        yield Reason("maker" if is_maker else "earlier_approver")
    else:
        transition = document.open_transition
        yield from _find_way_reasons(transition, facts)
        yield from _find_pass_reasons(transition.stage_to, document, facts)


def _find_way_reasons(transition: Transition | None, facts: Facts) -> Iterator[Reason]:
    """Yield that there is no transition, or which papers it lacks."""
    if transition is None:
        yield Reason("no_way")
        return
    for paper_type in facts.list_missing(transition):
        yield Reason("paper", {"paper_type": paper_type})


def _find_pass_reasons(
    stage_to: int, document: Document, facts: Facts
) -> Iterator[Reason]:
    """Yield what is missing in the stages that ask nobody, from one stage on."""
    for passed in _list_passes(stage_to, document, facts):
        yield from _find_way_reasons(passed, facts)


def _find_leave_reasons(
    wanted: Move, document: Document, facts: Facts, world: World
) -> Iterator[Reason]:
    is_silent = wanted.name != "withdraw" and not wanted.comment.strip()
    if is_silent or wanted.reason not in {"", *world.reasons}:
        yield Reason("reason")
    elif not document.transition:
        yield Reason("not_waiting")
    elif wanted.name == "withdraw":
        if wanted.user not in {document.requester, document.creator}:
            yield Reason("requester")
        else:
            yield from _find_exit_reasons(wanted, document, facts)
    elif not any(world.list_seats(document, facts, wanted.user)):
        yield Reason("waiting")
    else:
        yield from _find_exit_reasons(wanted, document, facts)


def _find_exit_reasons(
    wanted: Move, document: Document, facts: Facts
) -> Iterator[Reason]:
    transition = document.find_route(wanted.name, facts)
    if transition is None:
        yield Reason("no_way")
    elif wanted.stage and not _find_target(wanted, document, transition):
        yield Reason("stage")
    else:
        stage_to = _find_target(wanted, document, transition) or transition.stage_to
        yield from _find_pass_reasons(stage_to, document, facts)


def _find_target(wanted: Move, document: Document, transition: Transition) -> int:
    """Return the stage to which a document goes back, 0 if that is not allowed."""
    allowed = [document.definition.stage_of[transition.stage_to]]
    if transition.any_earlier:
        allowed += document.list_earlier_stages()
    return next((stage.id for stage in allowed if stage.code == wanted.stage), 0)


# === WHAT HAPPENS === #


def _submit(wanted: Move, document: Document, facts: Facts, world: World) -> Document:
    document = replace(document, requester=wanted.user, round=document.round + 1)
    transition = document.find_route("submit", facts)
    told = _tell(wanted, document, transition)
    if facts.list_steps(transition):
        document = ask(document, transition, facts, world)
        return document.add_event(replace(told, stage_to=document.stage))
    return _go(document, told, facts, world)


def _approve(wanted: Move, document: Document, facts: Facts, world: World) -> Document:
    task, principal = _find_seat(wanted.user, document, facts, world)
    document = note_vote(document, task, Vote(wanted.user, principal))
    document = advance(document, facts, world)
    told = _tell(wanted, document, document.open_transition, task, principal)
    if document.pending:
        return document.add_event(replace(told, stage_to=document.stage))
    return _go(document, told, facts, world)


def _leave(wanted: Move, document: Document, facts: Facts, world: World) -> Document:
    transition = document.find_route(wanted.name, facts)
    told = _tell(wanted, document, transition)
    if wanted.name != "withdraw":
        seat = _find_seat(wanted.user, document, facts, world)
        told = _tell(wanted, document, transition, *seat)
    if target := _find_target(wanted, document, transition):
        told = replace(told, stage_to=target)
    return _go(document, told, facts, world)


def _find_seat(
    user: int, document: Document, facts: Facts, world: World
) -> tuple[Task, int]:
    """Return the first seat on which a user may agree, or the first that is asked."""
    seats = list(world.list_seats(document, facts, user))
    free = (seat for seat in seats if is_free(seat[0], user, seat[1]))
    return next(free, seats[0])


def _go(document: Document, told: Event, facts: Facts, world: World) -> Document:
    """Return the document in another stage, and on through stages that ask nobody.

    Approvals given before it was sent back do not count any more: where it lands in a
    review, a new round begins.
    """
    document = replace(document.close_tasks().add_event(told), transition=0)
    for passed in _list_passes(told.stage_to, document, facts):
        document = document.add_event(
            Event("pass", told.user, passed.stage_from, passed.stage_to, passed.id)
        )
    stage = document.definition.stage_of[document.events[-1].stage_to]
    document = replace(document, stage=stage.id)
    if stage.kind != "review":
        return document
    if told.name not in {"submit", "approve"}:
        document = replace(document, round=document.round + 1)
    return ask(document, document.find_route("approve", facts), facts, world)


def _list_passes(
    stage_id: int, document: Document, facts: Facts
) -> Iterator[Transition | None]:
    """Yield the moves through reviews that ask nobody; None where there is no way on.

    >>> from .workflow import Definition, Stage
    >>> stages = (Stage(1, "review"), Stage(2, "done"))
    >>> flow = Definition(1, stages, (Transition(5, "approve", 1, 2),))
    >>> document = Document(1, flow, unit=1, creator=7, stage=1)
    >>> [passed.id for passed in _list_passes(1, document, Facts())]
    [5]
    """
    seen: set[int] = set()
    while document.definition.stage_of[stage_id].kind == "review":
        transition = document.find_route("approve", facts, stage_id)
        if transition is None or stage_id in seen:
            yield None
            return
        if facts.list_steps(transition):
            return
        yield transition
        seen.add(stage_id)
        stage_id = transition.stage_to


def _tell(
    wanted: Move,
    document: Document,
    transition: Transition,
    task: Task | None = None,
    principal: int = 0,
) -> Event:
    """Return the event of a move along a transition, on a seat."""
    return Event(
        wanted.name,
        wanted.user,
        document.stage,
        transition.stage_to,
        transition=transition.id,
        step=task.step.id if task else 0,
        principal=principal if principal != wanted.user else 0,
        comment=wanted.comment.strip(),
        reason=wanted.reason,
    )
