"""How a bench measures: our way against its floor, interleaved, medians.

Times on a shared machine wander. A ratio of two medians that were taken in turns in
the same process wanders far less, so that is what a goal is set on.
"""

import time
from contextlib import contextmanager
from statistics import median

from odoo.tools import SQL


def seconds(job):
    """Return how long ``job()`` takes, in seconds."""
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


def measure(ours, floor, rounds=5):
    """Return the median seconds of ``ours()`` and of ``floor()``, run in turns.

    :param ours: the job as the product does it
    :param floor: the least that any solution has to do
    :param rounds: how often each is run; the first, uncounted round warms the caches
    :return: (seconds of ours, seconds of the floor)
    """
    ours(), floor()
    times = [(seconds(ours), seconds(floor)) for _round in range(rounds)]
    return tuple(median(column) for column in zip(*times, strict=True))


@contextmanager
def undone(env):
    """Take back what the block writes: every round starts from the same data."""
    env.flush_all()
    with env.cr.savepoint(flush=False) as savepoint:
        yield
        env.flush_all()
        savepoint.rollback()
    env.invalidate_all(flush=False)


def tidy(env, table):
    """Do at once what autovacuum does soon after a table was written to; commits."""
    env.cr.commit()
    with env.registry.cursor() as cr:
        cr._cnx.autocommit = True
        cr.execute(SQL("VACUUM (ANALYZE) %s", SQL.identifier(table)))


def queries(env, job):
    """Return how many SQL statements ``job()`` sends."""
    env.flush_all()
    before = env.cr.sql_log_count
    job()
    env.flush_all()
    return env.cr.sql_log_count - before


def row(bench, case, times, goal=None, queries=None):
    """Return one line of the result.

    :param times: what ``measure`` returned
    :param goal: the ratio that is promised, if one is
    """
    ours, floor = times
    return {
        "bench": bench,
        "case": case,
        "ours_s": round(ours, 6),
        "floor_s": round(floor, 6),
        "ratio": round(ours / floor, 3),
        "goal": goal,
        "queries": queries,
    }


def compare(bench, case, ratio, goal=None):
    """Return a line that compares two figures that are no times, by their ratio."""
    return {
        "bench": bench,
        "case": case,
        "ours_s": None,
        "floor_s": None,
        "ratio": round(ratio, 3),
        "goal": goal,
        "queries": None,
    }
