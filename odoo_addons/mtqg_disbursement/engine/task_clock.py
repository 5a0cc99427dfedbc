"""The clock of an approval: working days that run, stand still, and run out.

A limit of two working days that starts on a Monday ends on Wednesday: the day on which
somebody is asked does not count (Bộ luật Dân sự 91/2015/QH13 article 147), and the last
day ends with its midnight in Hanoi. While the document is back with its maker or waits
for an outside body no day is used. So the last day says it all: what is left on a day
is the number of working days up to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from .workdays import WorkCalendar
from .workflow import FINAL_KINDS, Definition, Transition

# who is asked again has a working day at least, however long the first time took
LEAST_DAYS = 1


def last_day(calendar: WorkCalendar, asked: date, days: int) -> date | None:
    """Return the last day of a limit that starts on a day; None without a limit.

    >>> last_day(WorkCalendar(), date(2024, 6, 28), 2)  # asked on a Friday
    datetime.date(2024, 7, 2)
    """
    return calendar.add(asked, days) if days else None


def days_left(calendar: WorkCalendar, day: date, last: date) -> int:
    """Return the working days that are left on a day; negative: days late.

    >>> days_left(WorkCalendar(), date(2024, 6, 28), date(2024, 7, 2))
    2
    >>> days_left(WorkCalendar(), date(2024, 7, 3), date(2024, 7, 2))
    -1
    """
    return calendar.count(day, last)


def days_again(calendar: WorkCalendar, last: date, stopped: date) -> int:
    """Return the limit of somebody who is asked again about the same document.

    It is what was left of his limit when the document was sent back.

    :param last: the last day that he had
    :param stopped: the day on which his clock stopped

    >>> days_again(WorkCalendar(), date(2024, 7, 5), date(2024, 7, 2))
    3
    >>> days_again(WorkCalendar(), date(2024, 7, 5), date(2024, 7, 31))
    1
    """
    return max(days_left(calendar, stopped, last), LEAST_DAYS)


def resume(calendar: WorkCalendar, last: date, paused: date, resumed: date) -> date:
    """Return the last day after the clock stood still: as many days later as it stood.

    What is left, or how late it is, is the same when it starts again.

    >>> resume(WorkCalendar(), date(2024, 7, 2), date(2024, 7, 1), date(2024, 7, 8))
    datetime.date(2024, 7, 9)
    """
    return calendar.add(last, calendar.count(paused, resumed))


def is_reminder_due(
    calendar: WorkCalendar, day: date, last: date, remind_days: int
) -> bool:
    """Tell whether it is time to remind: so many working days are left, or fewer.

    >>> is_reminder_due(WorkCalendar(), date(2024, 6, 28), date(2024, 7, 1), 1)
    True
    >>> is_reminder_due(WorkCalendar(), date(2024, 6, 28), date(2024, 7, 1), 0)
    False
    """
    return bool(remind_days) and days_left(calendar, day, last) <= remind_days


def count_rungs(
    calendar: WorkCalendar, day: date, last: date, ladder: Sequence[int]
) -> int:
    """Return how many rungs of a ladder are passed on a day.

    :param ladder: working days late at which somebody is told

    >>> count_rungs(WorkCalendar(), date(2024, 7, 4), date(2024, 7, 2), [1, 2, 5])
    2
    """
    late = -days_left(calendar, day, last)
    return sum(0 < rung <= late for rung in ladder)


def comes_back(definition: Definition, stage: int) -> bool:
    """Tell whether a document can come to a stage twice without a new submission.

    Where it cannot, nobody was asked there before the first time, and nobody needs to
    look.

    >>> from .workflow import Stage, Transition
    >>> stages = (Stage(1, "start"), Stage(2, "review"), Stage(3, "review", sequence=9))
    >>> ahead = (Transition(1, "submit", 1, 2), Transition(2, "approve", 2, 3))
    >>> comes_back(Definition(0, stages, (*ahead, Transition(3, "return", 3, 1))), 3)
    False
    >>> comes_back(Definition(0, stages, (*ahead, Transition(3, "return", 3, 2))), 3)
    True
    """
    reached: set[int] = set()
    fresh = {stage}
    while fresh:
        fresh = {
            onward
            for move in definition.transitions
            if move.stage_from in fresh and move.kind != "submit"
            for onward in _list_targets(definition, move)
        } - reached
        reached |= fresh
    return stage in reached


def _list_targets(definition: Definition, move: Transition) -> list[int]:
    """Return the stages to which a transition may lead."""
    if not move.any_earlier:
        return [move.stage_to]
    place = definition.stage_of[move.stage_from].sequence
    return [
        move.stage_to,
        *(
            stage.id
            for stage in definition.stages
            if stage.sequence < place and stage.kind not in FINAL_KINDS
        ),
    ]
