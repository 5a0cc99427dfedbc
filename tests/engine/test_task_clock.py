"""The clock of an approval agrees with counting day by day, whatever interrupts it."""

import random
from datetime import date, timedelta
from itertools import pairwise

import pytest

from engine import task_clock
from engine.high_water import PATIENCE, Mark
from engine.workdays import WorkCalendar
from engine.workflow import Definition, Stage, Transition

RANDOM = random.Random(91_2015)
DAY = timedelta(days=1)
START, END = date(2023, 12, 1), date(2026, 3, 31)


def make_calendar():
    """Return Monday to Friday with random holidays, and Saturdays worked instead."""
    days = [START + n * DAY for n in range((END - START).days)]
    return WorkCalendar(
        frozenset(RANDOM.sample([d for d in days if d.weekday() < 5], 60)),
        frozenset(RANDOM.sample([d for d in days if d.weekday() >= 5], 20)),
    )


CALENDARS = [make_calendar() for _number in range(20)]


def random_day():
    return START + RANDOM.randrange(500) * DAY


def run_day_by_day(calendar, asked, limit, is_standing, until):
    """Return the working days left on a day, counted off one by one.

    The evening of a day decides whether the next day counts.
    """
    left, day = limit, asked
    while day < until:
        day += DAY
        left -= calendar.is_working(day) and not is_standing(day - DAY)
    return left


def random_pauses(asked):
    """Return days on which the clock is stopped and started, in turns."""
    days = sorted({asked + RANDOM.randrange(60) * DAY for _n in range(6)})
    return list(zip(days[::2], days[1::2], strict=False))


def test_what_is_left_is_counted_day_by_day():
    for _case in range(2_000):
        calendar, asked = RANDOM.choice(CALENDARS), random_day()
        limit, day = RANDOM.randrange(1, 30), asked + RANDOM.randrange(90) * DAY
        last = task_clock.last_day(calendar, asked, limit)
        expected = run_day_by_day(calendar, asked, limit, lambda _day: False, day)
        assert task_clock.days_left(calendar, day, last) == expected
        assert calendar.is_working(last)


def test_no_day_is_used_while_the_clock_stands():
    for _case in range(2_000):
        calendar, asked = RANDOM.choice(CALENDARS), random_day()
        limit, pauses = RANDOM.randrange(1, 20), random_pauses(asked)
        last = task_clock.last_day(calendar, asked, limit)
        for paused, resumed in pauses:
            last = task_clock.resume(calendar, last, paused, resumed)
        day = max([asked, *(resumed for _paused, resumed in pauses)])
        day += RANDOM.randrange(30) * DAY

        def is_standing(evening, pauses=pauses):
            return any(paused <= evening < resumed for paused, resumed in pauses)

        expected = run_day_by_day(calendar, asked, limit, is_standing, day)
        assert task_clock.days_left(calendar, day, last) == expected


def test_who_is_asked_again_has_what_was_left():
    for _case in range(2_000):
        calendar, day = RANDOM.choice(CALENDARS), random_day()
        limit = left = RANDOM.randrange(1, 12)
        for _run in range(4):
            last = task_clock.last_day(calendar, day, left)
            stopped = day + RANDOM.randrange(12) * DAY
            used = run_day_by_day(calendar, day, 0, lambda _day: False, stopped)
            again = task_clock.days_again(calendar, last, stopped)
            assert again == max(left + used, 1)
            assert again <= limit
            left, day = again, stopped + RANDOM.randrange(40) * DAY


def test_one_is_reminded_from_a_day_on_and_never_without_a_number():
    for _case in range(500):
        calendar, asked = RANDOM.choice(CALENDARS), random_day()
        limit, remind = RANDOM.randrange(1, 12), RANDOM.randrange(4)
        last = task_clock.last_day(calendar, asked, limit)
        days = [asked + number * DAY for number in range(60)]
        due = [task_clock.is_reminder_due(calendar, day, last, remind) for day in days]
        first = next((day for day in days if calendar.count(day, last) <= remind), None)
        assert due == [bool(remind) and day >= first for day in days]


def test_each_rung_is_passed_on_its_day():
    for _case in range(500):
        calendar, last = RANDOM.choice(CALENDARS), random_day()
        ladder = [RANDOM.randrange(1, 15) for _rung in range(RANDOM.randrange(4))]
        days = [last + (number - 10) * DAY for number in range(60)]
        passed = [task_clock.count_rungs(calendar, day, last, ladder) for day in days]
        assert passed == sorted(passed)
        assert passed[0] == 0
        for (before, after), (low, high) in zip(
            pairwise(days), pairwise(passed), strict=True
        ):
            late = run_day_by_day(calendar, last, 0, lambda _day: False, after)
            is_working = calendar.is_working(after)
            rungs = ladder.count(-late) if is_working and before >= last else 0
            assert high - low == rungs


@pytest.mark.parametrize(
    ("asked", "days", "last"),
    [
        # Tết 2024: off from Thursday 08/02 to Wednesday 14/02
        (date(2024, 2, 6), 2, date(2024, 2, 15)),
        # 29/04/2024 off, Saturday 04/05/2024 worked instead
        (date(2024, 4, 26), 3, date(2024, 5, 4)),
    ],
)
def test_days_that_were_decided(asked, days, last):
    off = {date(2024, 2, 8) + n * DAY for n in range(7)} | {
        date(2024, 4, 29),
        date(2024, 4, 30),
        date(2024, 5, 1),
    }
    calendar = WorkCalendar(frozenset(off), frozenset({date(2024, 5, 4)}))
    assert task_clock.last_day(calendar, asked, days) == last


def test_no_limit_no_last_day():
    assert task_clock.last_day(WorkCalendar(), START, 0) is None


# === HOW FAR EVENTS ARE READ === #


def test_every_number_is_read_once_in_whatever_order_it_appears():
    for _case in range(300):
        hidden = RANDOM.sample(range(1, 60), 59)
        mark, read, written = Mark(), [], []
        for _run in range(10):
            appearing = RANDOM.randrange(8)
            written += hidden[:appearing]
            del hidden[:appearing]
            seen = [number for number in written if is_wanted(mark, number)]
            read += seen
            mark = mark.advance(seen, START)
        assert sorted(read) == sorted(written)


def is_wanted(mark, number):
    """Tell whether a number lies above the mark or in one of its gaps."""
    return number > mark.top or any(
        gap.first <= number <= gap.last for gap in mark.gaps
    )


def test_what_never_appears_is_forgotten():
    mark = Mark(10).advance([20], START)
    assert is_wanted(mark.advance([], START + PATIENCE), 15)
    assert not is_wanted(mark.advance([], START + PATIENCE + DAY), 15)


# === WHO CAN BE ASKED TWICE === #


def random_definition():
    """Return a few stages with random ways between them."""
    kinds = ["start", *RANDOM.choices(["work", "review"], k=5), "done"]
    stages = tuple(
        Stage(number, kind, sequence=number) for number, kind in enumerate(kinds)
    )
    moves = tuple(
        Transition(
            number,
            RANDOM.choice(["submit", "approve", "approve", "return"]),
            RANDOM.randrange(6),
            RANDOM.randrange(7),
            any_earlier=RANDOM.random() < 0.1,
        )
        for number in range(7)
    )
    return Definition(0, stages, moves)


def close_transitively(definition):
    """Return the pairs of stages joined by ways without a submission (Warshall)."""
    pairs = set()
    for move in definition.transitions:
        if move.kind != "submit":
            pairs.add((move.stage_from, move.stage_to))
        if move.kind != "submit" and move.any_earlier:
            pairs |= {(move.stage_from, earlier) for earlier in range(move.stage_from)}
    for between in range(7):
        pairs |= {
            (before, after)
            for before, one in pairs
            for two, after in pairs
            if one == two == between
        }
    return pairs


def test_a_stage_comes_back_where_ways_lead_to_it_again():
    answers = set()
    for _case in range(400):
        definition, stage = random_definition(), RANDOM.randrange(6)
        found = (stage, stage) in close_transitively(definition)
        assert task_clock.comes_back(definition, stage) == found
        answers.add(found)
    assert answers == {True, False}
