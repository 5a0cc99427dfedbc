"""Transfers: nothing is overdrawn, nothing leaves its tree, every sum is exact."""

import random
from collections import Counter
from datetime import date

from engine.transfer import (
    STEP,
    Balance,
    adjustment_limit,
    common_ancestor,
    lines_of,
    match,
)


def random_forest(dice):
    """Return the leaves of some random trees of three levels."""
    leaves, number = [], 100
    for root in range(1, dice.randint(2, 4)):
        for middle in range(dice.randint(1, 3)):
            for _leaf in range(dice.randint(1, 4)):
                number += 1
                path = (root, 10 * root + middle, number)
                risk = dice.choice([0, dice.randint(0, 5 * STEP)])
                leaves.append(Balance(path, risk, dice.randint(0, 5 * STEP)))
    dice.shuffle(leaves)
    return leaves


def test_no_balance_gives_or_takes_too_much_or_both():
    dice = random.Random(67)
    for _round in range(1_000):
        leaves = {leaf.key: leaf for leaf in random_forest(dice)}
        given, taken = Counter(), Counter()
        for move in match(leaves.values()):
            assert move.amount >= STEP and move.amount % STEP == 0
            given[move.donor] += move.amount
            taken[move.receiver] += move.amount
        assert not given.keys() & taken.keys()
        assert all(amount <= leaves[key].at_risk for key, amount in given.items())
        assert all(amount <= leaves[key].capacity for key, amount in taken.items())


def test_nothing_leaves_its_tree_and_the_lowest_balance_above_decides():
    dice = random.Random(68)
    for _round in range(1_000):
        paths = {leaf.key: leaf.path for leaf in random_forest(dice)}
        for move in match(random_forest(random.Random(_round))):
            assert move.donor != move.receiver
        leaves = [
            Balance(path, 3 * STEP * (key % 2), STEP) for key, path in paths.items()
        ]
        for move in match(leaves):
            pair = [paths[move.donor], paths[move.receiver]]
            assert common_ancestor(pair) == move.above


def test_what_is_given_is_what_is_taken_at_every_level():
    dice = random.Random(69)
    for _round in range(1_000):
        leaves = random_forest(dice)
        paths = {leaf.key: leaf.path for leaf in leaves}
        found = match(leaves)
        lines = lines_of(found, paths)
        assert sum(lines[key] for key in lines if key in paths) == 0
        for node, amount in lines.items():
            below = sum(lines.get(key, 0) for key in paths if paths[key][-2] == node)
            assert node in paths or amount == below


def test_no_pair_is_left_that_could_still_exchange():
    dice = random.Random(70)
    for _round in range(300):
        leaves = random_forest(dice)
        moved = Counter()
        for move in match(leaves):
            moved[move.donor] += move.amount
            moved[move.receiver] += move.amount
        for donor in leaves:
            for receiver in leaves:
                if donor.path[0] != receiver.path[0] or receiver.at_risk >= STEP:
                    continue
                left = donor.at_risk - moved[donor.key]
                open_ = receiver.capacity - moved[receiver.key]
                assert min(left, open_) < STEP


def test_the_same_balances_in_any_order_make_the_same_transfers():
    dice = random.Random(71)
    for _round in range(200):
        leaves = random_forest(dice)
        assert match(leaves) == match(reversed(leaves))


def test_capital_stays_near_where_it_can():
    near, far = Balance((1, 2, 5), capacity=STEP), Balance((1, 3, 6), capacity=9 * STEP)
    (first, second) = match([Balance((1, 2, 4), at_risk=2 * STEP), near, far])
    assert (first.receiver, first.above, second.above) == (5, 2, 1)


def test_the_day_before_which_plans_are_adjusted():
    assert adjustment_limit(2024) == date(2024, 11, 15)
    assert adjustment_limit(2027) == date(2027, 12, 15)
