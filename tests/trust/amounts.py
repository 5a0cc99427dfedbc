"""The amounts of money that every path has to carry unchanged."""

import random

MOST = 9_000_000_000_000_000
COUNT = 10_000
EDGES = (
    1,
    2,
    999,
    2**31 - 1,
    2**31,
    2**32,
    # where rounding to cents by a float begins to change whole numbers
    527_765_581_332_481,
    527_765_581_332_482,
    563_000_000_000_001,
    10**15 - 1,
    10**15,
    10**15 + 1,
    2**52 - 1,
    2**52 + 1,
    MOST - 1,
    MOST,
)


def draw_amounts(seed, count=COUNT):
    """Return amounts in whole đồng: the edges, and as many small ones as large ones.

    >>> len(draw_amounts(1)), max(draw_amounts(1)) == MOST
    (10000, True)
    """
    rng = random.Random(seed)
    amounts = list(EDGES)
    while len(amounts) < count:
        digits = rng.randint(1, 16)
        amounts.append(min(rng.randint(10 ** (digits - 1), 10**digits), MOST))
        amounts.append(rng.randint(1, MOST))
    return amounts[:count]
