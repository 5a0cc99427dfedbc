"""Working days agree with a naive count, for every day from 2021 to 2027."""

from datetime import date, timedelta

import holidays
import pytest

from engine.workdays import WorkCalendar

FIRST, LAST = date(2021, 1, 1), date(2027, 12, 31)
# decided for one year and not in the library
EXTRA_OFF, EXTRA_WORKED = date(2026, 1, 2), date(2026, 1, 10)


def make_calendar():
    """Return the days that the product's calendar is made of."""
    known = holidays.country_holidays("VN", years=range(2020, 2029))
    return WorkCalendar(
        frozenset({*known, EXTRA_OFF}),
        frozenset({*known.weekend_workdays, EXTRA_WORKED}),
    )


CALENDAR = make_calendar()


def naive_days():
    """Return {day: is it worked}, written out day by day from the calendar's words."""
    known = holidays.country_holidays("VN", years=range(2020, 2029))
    worked = {}
    day = date(2020, 1, 1)
    while day <= date(2028, 12, 31):
        if day in known.weekend_workdays or day == EXTRA_WORKED:
            worked[day] = True
        elif day.strftime("%a") in ("Sat", "Sun") or day in known or day == EXTRA_OFF:
            worked[day] = False
        else:
            worked[day] = True
        day += timedelta(days=1)
    return worked


NAIVE = naive_days()
DAYS = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]


def test_every_day_is_worked_or_off_as_counted():
    assert [CALENDAR.is_working(day) for day in DAYS] == [NAIVE[day] for day in DAYS]


@pytest.mark.parametrize("count", [1, 2, 5, 15, 22])
def test_adding_working_days_to_every_day(count):
    ordered = sorted(NAIVE)
    place = {day: number for number, day in enumerate(ordered)}
    for day in DAYS:
        later = [other for other in ordered[place[day] + 1 :][:80] if NAIVE[other]]
        assert CALENDAR.add(day, count) == later[count - 1], day
        earlier = [
            other
            for other in ordered[max(0, place[day] - 80) : place[day]]
            if NAIVE[other]
        ]
        assert CALENDAR.add(day, -count) == earlier[-count], day


def test_counting_is_adding_turned_around():
    total = 0
    for day in DAYS[1:]:
        total += NAIVE[day]
        assert CALENDAR.count(FIRST, day) == total
        assert CALENDAR.count(day, FIRST) == -total


def test_next_and_previous_working_day():
    for day in DAYS:
        after, before = day, day
        while not NAIVE[after]:
            after += timedelta(days=1)
        while not NAIVE[before]:
            before -= timedelta(days=1)
        assert CALENDAR.next_working(day) == after
        assert CALENDAR.previous_working(day) == before


@pytest.mark.parametrize(
    ("event", "count", "due"),
    [
        # Tết 2024: off from Thursday 08/02 to Wednesday 14/02
        (date(2024, 2, 7), 1, date(2024, 2, 15)),
        (date(2024, 2, 7), 2, date(2024, 2, 16)),
        # 29/04/2024 off, Saturday 04/05/2024 worked instead
        (date(2024, 4, 26), 1, date(2024, 5, 2)),
        (date(2024, 5, 3), 1, date(2024, 5, 4)),
        # Friday 02/01/2026 off, Saturday 10/01/2026 worked instead
        (date(2025, 12, 31), 1, date(2026, 1, 5)),
        (date(2026, 1, 9), 1, date(2026, 1, 10)),
    ],
)
def test_days_that_were_decided(event, count, due):
    assert CALENDAR.add(event, count) == due
