"""Article 9 of NĐ 254/2025: what is left, who guarantees it, when it is overdue."""

import random
from datetime import date, timedelta

import pytest

from engine import advance
from engine.advance import Guarantee, Move, Payment, State, Terms

DAY = date(2024, 3, 1)


@pytest.mark.parametrize(
    ("start", "months", "last"),
    [
        (date(2023, 11, 30), 3, date(2024, 2, 29)),
        (date(2024, 11, 30), 3, date(2025, 2, 28)),
        (date(2024, 8, 31), 6, date(2025, 2, 28)),
        (date(2024, 10, 1), 3, date(2025, 1, 1)),
        (date(2024, 12, 31), 6, date(2025, 6, 30)),
    ],
)
def test_terms_of_months_end_on_the_same_day_or_the_last(start, months, last):
    assert advance.add_months(start, months) == last


@pytest.mark.parametrize(
    ("kind", "last"),
    [
        ("construction", date(2025, 2, 28)),
        ("equipment", date(2025, 2, 28)),
        ("clearance", date(2024, 6, 1)),
        ("no_contract", date(2024, 11, 30)),
    ],
)
def test_the_last_day_in_time_is_not_overdue_and_the_next_is(kind, last):
    """An extension of no_contract is the contract date here, later than six months."""
    terms = Terms(kind, 4_000, recovery=date(2024, 11, 30))
    moves = [Move(DAY, 100, 0, 100)]
    assert advance.watch(terms, moves, [], last).overdue == 0
    state = advance.watch(terms, moves, [], last + timedelta(days=1))
    assert (state.overdue, state.date_overdue) == (100, last)


def test_six_months_without_a_contract_run_from_each_advance():
    moves = [Move(DAY, 70, 0, 70), Move(date(2024, 5, 1), 30, 0, 30)]
    terms = Terms("no_contract", 0)
    assert advance.watch(terms, moves, [], date(2024, 9, 1)).overdue == 0
    assert advance.watch(terms, moves, [], date(2024, 9, 2)).overdue == 70
    assert advance.watch(terms, moves, [], date(2024, 11, 2)).overdue == 100


def test_what_waits_at_a_bank_for_its_owners_is_not_overdue():
    terms = Terms("clearance", 0, at_bank=60)
    moves = [Move(DAY, 100, 10, 100)]
    state = advance.watch(terms, moves, [], date(2025, 1, 1))
    assert (state.outstanding, state.overdue) == (90, 30)


def test_nothing_is_overdue_before_it_was_advanced_or_once_it_is_recovered():
    terms = Terms("construction", 4_000, recovery=date(2024, 1, 1))
    assert advance.watch(terms, [], [], date(2030, 1, 1)) == State()
    moves = [Move(DAY, 100, 0, 100), Move(date(2024, 9, 1), 0, 100, 0)]
    assert advance.watch(terms, moves, [], date(2024, 8, 31)).overdue == 100
    assert advance.watch(terms, moves, [], date(2024, 9, 1)).overdue == 0


def test_a_recovery_settles_the_oldest_advance_first():
    """Against a count đồng by đồng."""
    dice = random.Random(254)
    for _round in range(300):
        moves, queue = [], []
        for number in range(dice.randint(1, 8)):
            day = DAY + timedelta(days=number)
            queue += [day] * (paid := dice.randint(0, 5))
            settled = dice.randint(0, len(queue))
            del queue[:settled]
            moves.append(Move(day, paid, settled, paid))
        left = [
            day for day, amount in advance.open_advances(moves) for _ in range(amount)
        ]
        assert left == queue


@pytest.mark.parametrize(
    ("kind", "needed"),
    [
        ("construction", True),
        ("equipment", True),
        ("consulting", True),
        ("clearance", False),
        ("management", False),
        ("no_contract", False),
        ("community", False),
        ("self_performed", False),
    ],
)
def test_a_guarantee_is_needed_above_one_billion_but_not_of_everybody(kind, needed):
    assert not advance.needs_guarantee(Terms(kind, 0, agreed=10**9))
    assert advance.needs_guarantee(Terms(kind, 0, agreed=10**9 + 1)) is needed


def test_clearance_that_builds_works_is_guaranteed_like_construction():
    assert advance.needs_guarantee(
        Terms("clearance", 0, agreed=2 * 10**9, builds_works=True)
    )


def test_a_guarantee_covers_what_is_left_until_it_ends():
    terms = Terms("construction", 10**10, agreed=2 * 10**9)
    paper = [Guarantee(15 * 10**8, DAY, date(2024, 12, 31))]
    paid = [Move(DAY, 2 * 10**9, 0, 2 * 10**9)]
    part = [*paid, Move(date(2024, 5, 1), 0, 5 * 10**8, 0)]
    found = {
        (day, len(moves)): advance.watch(terms, moves, paper, day).guarantee_state
        for moves in (paid, part)
        for day in (date(2024, 6, 1), date(2024, 12, 1), date(2024, 12, 2))
    }
    assert found[date(2024, 6, 1), 1] == "too_small"
    assert found[date(2024, 6, 1), 2] == "valid"
    assert found[date(2024, 12, 1), 2] == "valid"
    assert found[date(2024, 12, 2), 2] == "expires_soon"
    whole = [*part, Move(date(2024, 7, 1), 0, 15 * 10**8, 0)]
    assert advance.watch(terms, whole, [], date(2025, 1, 1)).guarantee_state == (
        "not_needed"
    )


def test_before_the_first_advance_the_agreed_one_is_to_be_guaranteed():
    state = advance.watch(Terms("construction", 10**10, agreed=2 * 10**9), [], [], DAY)
    assert (state.guarantee_state, state.guarantee_needed) == ("missing", 2 * 10**9)


@pytest.mark.parametrize(
    ("growth", "recovered", "codes"),
    [
        (1_299, 0, []),
        (1_300, 0, ["recovery"]),
        (1_300, 600, []),
        (1_300, 599, ["recovery"]),
        (-5, 0, []),
    ],
)
def test_at_eighty_percent_nothing_of_the_advance_may_be_left(growth, recovered, codes):
    """Of 4,000 are 1,900 disbursed, 600 of the advance are left; 80 % are 3,200."""
    terms, state = Terms("construction", 4_000), State(1_900, 600)
    payment = Payment(DAY, growth, -recovered)
    reasons = advance.check_payment(terms, state, payment)
    assert [reason.code for reason in reasons] == codes


@pytest.mark.parametrize("kind", ["clearance", "equipment", "management"])
def test_other_rules_of_recovery_know_no_eighty_percent(kind):
    payment = Payment(DAY, 3_000, 0)
    assert not advance.check_payment(Terms(kind, 4_000), State(500, 500), payment)


def test_no_day_is_too_late_to_ask():
    terms = Terms("construction", 9, agreed=2 * 10**9, recovery=date.max)
    paid = [Move(DAY, 2 * 10**9, 0, 2 * 10**9)]
    state = advance.watch(terms, paid, [Guarantee(2 * 10**9)], date.max)
    assert (state.date_overdue, state.guarantee_state) == (date.max, "valid")
