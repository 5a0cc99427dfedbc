"""Who is asked about a document, and when a step has been agreed to.

Steps are asked in turns. A task of ``any`` needs one approval, of ``some`` several, of
``all`` those of everybody who holds the seat and is not barred. Whoever agrees is
barred from the other steps of the same round that say so; where nobody is left who may
decide, others are asked, so no document waits for nobody.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from .approvers import ANYWHERE, Asked, Claims, resolve
from .documents import Document, Facts, Task, Vote
from .seats import World, keep_readers
from .workflow import Step, Transition


def ask(
    document: Document, transition: Transition, facts: Facts, world: World
) -> Document:
    """Return the document when the approvers of a transition are asked, in turns."""
    document = replace(document, transition=transition.id)
    people, claims = keep_readers(world.people, facts.readers), Claims()
    for step in facts.list_steps(transition):
        barred, target = _list_barred(document, step), facts.get_target(step)
        found = resolve(step, document.unit, people, barred, target, claims)
        for rung, asked in enumerate(found):
            document = _add_task(document, step, asked, rung)
    return _start_turn(document)


def note_vote(document: Document, voted: Task, vote: Vote) -> Document:
    """Return the document when somebody has agreed to a task.

    Neither he nor the one for whom he did agrees to it again, nor to an open step that
    wants others than those who agreed earlier.
    """
    people = {vote.user, vote.principal}
    barring = [
        replace(task, barred=task.barred | people)
        for task in (*document.pending, *document.waiting)
        if task.number == voted.number or task.step.bar_earlier
    ]
    document = document.with_tasks(*barring)
    voted = document.tasks[voted.number]
    return document.with_tasks(replace(voted, votes=(*voted.votes, vote)))


def advance(document: Document, facts: Facts, world: World) -> Document:
    """Return the document when what has been agreed to is closed and the next is asked.

    Nothing is pending afterwards only if nothing is left to ask.
    """
    while True:
        for task in document.pending:
            document = _settle(document, task, facts, world)
        if document.pending or not document.waiting:
            return document
        document = _start_turn(document)


def is_agreed(task: Task, able: frozenset[int]) -> bool:
    """Tell whether a task has all the approvals it needs.

    :param able: those who hold the seat and are not barred

    >>> task = Task(0, Step(1, "group", quorum="all"), Asked(group=5, unit=1))
    >>> task = replace(task, votes=(Vote(7, 7),))
    >>> is_agreed(task, frozenset({8})), is_agreed(task, frozenset())
    (False, True)
    """
    if task.step.quorum == "all":
        return bool(task.votes) and not able
    return len(task.votes) >= task.needed


def _settle(document: Document, task: Task, facts: Facts, world: World) -> Document:
    """Close a task that has been agreed to, or that nobody is left to agree to."""
    able = world.find_holders(task.asked, facts) - task.barred
    if is_agreed(task, able):
        return document.with_tasks(replace(task, state="done"))
    wanted = 1 if task.step.quorum == "all" else task.needed - len(task.votes)
    if len(able) >= wanted:
        return document
    others = _find_others(document, task, wanted, facts, world)
    if others == [task.asked]:
        return document
    document = document.with_tasks(replace(task, state="cancelled"))
    for asked in others:
        document = _add_task(
            document,
            task.step,
            asked,
            task.rung,
            needed=wanted,
            barred=task.barred,
            state="pending",
        )
    return document


def _find_others(
    document: Document, task: Task, wanted: int, facts: Facts, world: World
) -> list[Asked]:
    """Return who is asked in place of people who can't decide any more.

    A rung of a climb is left out, as it is where a unit has no leader; if it is the
    only one, the fallback group is asked.
    """
    step = replace(task.step, needed=wanted)
    if step.kind != "climb":
        people = keep_readers(world.people, facts.readers)
        target = facts.get_target(step)
        return resolve(step, document.unit, people, task.barred, target)
    others = [
        other
        for other in document.tasks
        if (other.step.id, other.round) == (step.id, task.round)
        and other.number != task.number
        and other.state != "cancelled"
    ]
    return [] if others else [Asked(group=step.fallback_group, unit=ANYWHERE)]


def _list_barred(document: Document, step: Step) -> frozenset[int]:
    """Return whom separation of duties bars from a step before it is asked."""
    earlier = document.voters if step.bar_earlier else frozenset()
    return document.list_makers(step) | earlier


def _add_task(
    document: Document, step: Step, asked: Asked, rung: int, **values: Any
) -> Document:
    needed = values.pop("needed", step.needed)
    task = Task(
        number=len(document.tasks),
        step=step,
        asked=asked,
        # a person who is asked by name is the only one who can agree
        needed=1 if asked.user or step.quorum != "some" else needed,
        rung=rung,
        round=document.round,
        **{"barred": _list_barred(document, step), **values},
    )
    return document.with_tasks(task)


def _start_turn(document: Document) -> Document:
    """Return the document when those of the first turn are asked."""
    first = min(task.turn for task in document.waiting)
    return document.with_tasks(
        *(
            replace(task, state="pending")
            for task in document.waiting
            if task.turn == first
        )
    )
