"""A promise that goes over adds up, month by month, whatever the shares."""

import random

from engine import hand_over
from engine.curve import MONTHS

RANDOM = random.Random(125_2025)
ROUNDS = 500


def random_promise():
    return {
        (program, 2025, nature, project): [
            RANDOM.randrange(10 ** RANDOM.randrange(16)) for _month in range(MONTHS)
        ]
        for program in (1, 2)
        for nature in ("investment", "recurrent")
        for project in (False, 7)
        if RANDOM.random() < 0.7
    }


def test_kept_and_taken_are_what_was_promised():
    for _round in range(ROUNDS):
        promise, over = random_promise(), RANDOM.randrange(MONTHS + 1)
        heirs = {
            heir: RANDOM.randrange(1, 99) for heir in range(RANDOM.randrange(1, 5))
        }
        kept, taken = hand_over.share_promise(
            promise, over, lambda subject, h=heirs: {3: 1} if subject[3] else h
        )
        whole = kept
        for part in taken.values():
            assert all(not any(row[:over]) for row in part.values())
            whole = hand_over.add_promises(whole, part)
        assert whole == {s: row for s, row in promise.items() if any(row)}
        assert all(not any(row[over:]) for row in kept.values())
        assert all(heir == 3 for heir, part in taken.items() for s in part if s[3])


def test_what_is_taken_back_leaves_what_was_there():
    for _round in range(ROUNDS):
        own, part = random_promise(), random_promise()
        both = hand_over.add_promises(own, part)
        assert hand_over.add_promises(both, part, -1) == {
            subject: row for subject, row in own.items() if any(row)
        }
