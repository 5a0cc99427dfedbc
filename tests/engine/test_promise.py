"""What is spread adds up to the đồng; windows and milestones hold on every day."""

import random
from datetime import date, timedelta

import pytest

from engine import curve, promise

RANDOM = random.Random(58_2024)
YEAR = 2024
EVERY_DAY = [date(2023, 12, 1) + timedelta(days=n) for n in range(460)]


def random_amount():
    """Return an amount of any size up to the largest one."""
    return RANDOM.randrange(10 ** RANDOM.randrange(1, 16)) * RANDOM.choice((1, 9))


def random_periods():
    """Return contracts that lie anywhere around the plan year, some without days."""
    return [
        (
            RANDOM.choice((None, *EVERY_DAY)),
            RANDOM.choice((None, *EVERY_DAY)),
            random_amount(),
        )
        for _contract in range(RANDOM.randrange(4))
    ]


@pytest.mark.parametrize("method", curve.METHODS)
def test_what_is_spread_adds_up_and_keeps_its_months(method):
    for _case in range(1_000):
        first, last = sorted(RANDOM.choices(range(1, 14), k=2))
        amount = random_amount()
        row = curve.spread(amount, method, YEAR, first, last, random_periods())
        assert len(row) == curve.MONTHS
        assert sum(row) == amount
        assert min(row) >= 0
        assert not any(row[: first - 1])
        assert not any(row[last:])


def test_an_s_curve_is_even_handed_and_rises_to_its_middle():
    for count in range(1, 14):
        weights = curve.s_curve_weights(count)
        assert weights == weights[::-1]
        assert sum(weights) == count**3
        rising = weights[: (count + 1) // 2]
        assert rising == sorted(rising)


def test_an_unknown_way_is_refused():
    with pytest.raises(ValueError, match="random"):
        curve.spread(1, "random", YEAR, 1, 13)


def test_a_filled_row_keeps_the_past_and_spends_the_capital():
    for _case in range(1_000):
        first = RANDOM.randrange(1, 14)
        past = [random_amount() for _month in range(first - 1)]
        capital = random_amount()
        row = curve.fill_row(
            past,
            capital,
            lambda rest, first=first: curve.spread(rest, "even", YEAR, first, 13),
        )
        assert row[: len(past)] == past
        assert sum(row) == max(capital, sum(past))


def test_months_agree_with_the_calendar():
    for day in EVERY_DAY:
        ended = [m for m in range(1, 14) if curve.month_end(YEAR, m) < day]
        assert curve.months_past(YEAR, day) == len(ended)
    for month in range(1, 14):
        start, end = curve.month_start(YEAR, month), curve.month_end(YEAR, month)
        assert curve.month_of(YEAR, start) == curve.month_of(YEAR, end) == month
        assert (end + timedelta(days=1)).day == start.day == 1


def test_every_day_is_in_a_window_or_before_the_next():
    known = promise.windows(YEAR, 1, 10)
    for day in EVERY_DAY:
        is_open = day.year == YEAR and day.month in {1, 4, 7, 10} and day.day <= 10
        assert bool(promise.open_window(day, known)) == is_open
        coming = promise.next_window(day, known)
        assert coming is None or coming.start > day
        assert (coming is None) == (day >= date(YEAR, 10, 1))


def test_a_promise_in_time_misses_nothing_and_a_late_one_misses_itself():
    for _case in range(1_000):
        amounts = [random_amount() for _month in range(13)]
        month = RANDOM.randrange(1, 14)
        due = curve.month_end(YEAR, month)
        row = promise.Row(2022, sum(amounts), due, amounts)
        late = sum(amounts[month:])
        found = promise.find_shortfalls([row], [], YEAR, "law")
        assert [one.asked - one.promised for one in found] == ([late] if late else [])


def test_one_subject_does_not_make_good_for_another():
    end = date(YEAR, 12, 31)
    rows = [
        promise.Row(2022, 100, end, [200] + [0] * 12),
        promise.Row(2022, 100, end, [0] * 13),
    ]
    milestone = promise.Milestone(date(YEAR, 6, 30), 2022, 50, "campaign")
    (first, _law) = promise.find_shortfalls(rows, [milestone], YEAR, "law")
    assert (first.asked, first.promised) == (50, 0)


def test_a_milestone_of_another_origin_year_is_not_asked():
    row = promise.Row(2024, 100, date(2025, 12, 31), [0] * 13)
    milestone = promise.Milestone(date(YEAR, 6, 30), 2022, 100, "campaign")
    assert promise.find_shortfalls([row], [milestone], YEAR, "law") == []


def test_capital_is_covered_once_and_whole():
    day = date(YEAR, 12, 31)
    for _case in range(500):
        held = {
            (RANDOM.randrange(3), 2024, "investment", RANDOM.choice((False, 1, 2))): (
                promise.Capital(random_amount(), random_amount(), day)
            )
            for _balance in range(6)
        }
        rows = RANDOM.choices(
            [(p, 2024, "investment", j) for p in range(3) for j in (False, 1, 2)], k=3
        )
        covered = promise.cover(rows, held)
        assert set(rows) <= set(covered)
        assert sum(c.total for c in covered.values()) == sum(
            c.total for c in held.values()
        )
