"""The forecast: between nothing and all, better informed than a straight line."""

import random
from datetime import date, timedelta

import pytest

from engine.forecast import (
    BINS,
    Facts,
    History,
    elapsed,
    forecast,
    learn_all,
    learn_season,
    national_season,
    percentage_errors,
    share_at,
)

START, LAST = date(2024, 1, 1), date(2025, 1, 31)


def facts(**values):
    """Return a balance of 1,000 that has disbursed 300."""
    known = {"plan": 1_000, "disbursed": 300, "available": 700}
    return Facts(**{**known, "start": START, "last": LAST, **values})


def see(day=date(2024, 9, 1), **values):
    """Return its forecast by the national curve."""
    return forecast(facts(**values), national_season(), day)


def random_season(dice):
    """Return a curve learnt from a random past."""
    paid = tuple(dice.randint(0, 100) for _bin in range(BINS))
    history = History(paid, dice.randint(1, 5_000), dice.randint(1, 5))
    return learn_season(history, national_season())


def test_nothing_is_expected_beyond_what_is_there_or_below_zero():
    dice = random.Random(7)
    for _round in range(2_000):
        plan = dice.randint(1, 9 * 10**15)
        paid = dice.randint(0, plan)
        room = dice.choice([None, dice.randint(0, plan)])
        stage = dice.choice(["", "preparation", "no_contract", "stopped"])
        given = Facts(plan, paid, plan - paid, START, LAST, stage, room)
        day = START + timedelta(days=dice.randint(-30, 450))
        seen = forecast(given, random_season(dice), day)
        assert 0 <= seen.further <= given.available
        assert seen.further <= (given.available if room is None else room)
        assert seen.at_risk == given.available - seen.further
        assert seen.final == paid + seen.further <= plan
        assert paid <= seen.linear <= plan
        assert seen.capacity >= 0


def test_the_season_rises_from_nothing_to_all():
    dice = random.Random(8)
    for _round in range(200):
        season = random_season(dice)
        points = [share_at(season, k / 97) for k in range(98)]
        assert points == sorted(points)
        assert (points[0], points[-1]) == (0.0, 1.0)


def test_more_paid_by_now_is_more_in_the_end():
    finals = [
        see(disbursed=paid, available=1_000 - paid).final for paid in (0, 300, 600)
    ]
    assert finals == sorted(set(finals))


def test_days_lost_before_the_first_contract_lower_the_end():
    by_stage = [
        see(stage=stage).further for stage in ("", "no_contract", "preparation")
    ]
    assert by_stage == sorted(set(by_stage), reverse=True)
    assert see(stage="stopped").further == 0
    assert see(date(2025, 1, 10), stage="no_contract").further == 0


def test_after_the_last_day_all_that_is_left_is_lost():
    assert see(LAST).at_risk == see(LAST + timedelta(days=90)).at_risk == 700


def test_a_project_spends_no_more_than_it_needs():
    assert see(room=5).further == 5


def test_the_own_years_outweigh_the_country_in_time():
    late = (0,) * (BINS - 1) + (100,)
    shares = [
        share_at(learn_season(History(late, 100, years), national_season()), 0.5)
        for years in (1, 3, 9)
    ]
    assert shares == sorted(shares, reverse=True)
    assert shares[-1] < 0.06


def test_a_class_without_a_past_takes_after_its_nature_in_other_programs():
    late = History((0,) * (BINS - 1) + (100,), 100, 3)
    seasons = learn_all(
        {(1, "investment", False): late},
        [(2, "investment", False), (2, "recurrent", False)],
    )
    assert share_at(seasons[2, "investment", False], 0.5) < 0.2
    assert seasons[2, "recurrent", False] == national_season()


@pytest.mark.parametrize(
    ("day", "part"),
    [
        (date(2023, 12, 31), 0.0),
        (START, 1 / 397),
        (LAST, 1.0),
        (date(2026, 1, 1), 1.0),
    ],
)
def test_the_first_and_the_last_day_count(day, part):
    assert elapsed(START, LAST, day) == part


def test_a_season_that_is_not_even_is_foreseen_better_than_by_a_straight_line():
    """Balances that pay late every year; the past is known, this year is not."""
    dice = random.Random(9)
    weights = [1] * 16 + [8] * 8
    history = History(tuple(100 * w for w in weights), 9_000, 3)
    season = learn_season(history, national_season())
    day = START + timedelta(days=264)
    ours, linear = [], []
    for _balance in range(300):
        final = dice.randint(600, 1_000)
        paid = int(final * 16 / 80 * dice.uniform(0.7, 1.3))
        seen = forecast(facts(disbursed=paid, available=1_000 - paid), season, day)
        ours.append((seen.final, final))
        linear.append((seen.linear, final))
    error, naive = (sum(percentage_errors(pairs)) for pairs in (ours, linear))
    assert error < naive / 2
