"""Random documents by many processes at once, each step as one remote call.

Run by ``test_races``; by hand: ``./mtqg python tests/trust/races.py DATABASE``. The
choices follow from the seed; which process is faster does not.
"""

import argparse
import json
import multiprocessing
import random
import sys
import time
import traceback
from functools import partial

from psycopg2 import OperationalError

from odoo import sql_db
from odoo.api import SUPERUSER_ID, Environment
from odoo.exceptions import UserError
from odoo.service.model import retrying

from clones import open_registry
from province import CAPITAL, Province


class Caller:
    """Makes one remote call after the other, as Odoo's RPC makes them.

    Each gets a cursor of its own and up to five tries. A moment passes between the
    first read and the work, as in any real request: that is where old snapshots come
    from.
    """

    def __init__(self, registry, rng, late):
        self.registry, self.rng, self.late = registry, rng, late
        self.tries = 0

    def __call__(self, uid, job):
        """Return what ``job(env)`` returns, committed."""
        with self.registry.cursor() as cr:
            env = Environment(cr, uid, {})
            env.transaction.default_env = env
            return retrying(partial(self._late, job, env), env)

    def _late(self, job, env):
        self.tries += 1
        env.cr.execute("SELECT 1 FROM mtqg_allocation LIMIT 1")
        time.sleep(self.rng.uniform(0, self.late))
        return job(env)


def attempt(operations, caller, kind):
    """Return what became of one operation: ok, none, refused, gave_up or raw."""
    caller.tries, start = 0, time.monotonic()
    outcome, message = "ok", ""
    try:
        if getattr(operations, kind)() is None:
            outcome = "none"
    except UserError as error:
        outcome, message = "refused", str(error)
    except OperationalError as error:
        outcome, message = "gave_up", str(error)
    except Exception:  # noqa: BLE001  # what a user would see as a traceback
        outcome, message = "raw", traceback.format_exc()
    seconds = round(time.monotonic() - start, 3)
    return {"kind": kind, "outcome": outcome, "message": message, "seconds": seconds}


def work(number, world, options, barrier, results):
    """Do the operations of one process, and hand over what became of them."""
    rng = random.Random(f"{options.seed}:{number}")
    random.seed(rng.random())
    registry = world.registry
    caller = Caller(registry, rng, options.late)
    operations = world.operations(world, rng, caller)
    barrier.wait()
    done = [
        {"process": number, **attempt(operations, caller, operations.choose())}
        for _number in range(options.operations)
    ]
    results.put(done)


class World:
    """What every process knows before it starts: the province, and no figure of it."""

    def __init__(self, registry):
        self.registry = registry
        with registry.cursor() as cr:
            province = Province(Environment(cr, SUPERUSER_ID, {})).build(
                districts=3, communes=3
            )
            self.balance = province.give()
            province.spread(self.balance, province.root, CAPITAL)
        self.opening, self.places = province.opening, province.places
        self.program, self.treasurer = province.program, province.treasurer
        # the addons can be imported once there is a registry
        from operations import Operations

        self.operations = Operations


def race(options):
    """Run all processes; return what became of every operation, and what is wrong."""
    registry = open_registry(options.database)
    world = World(registry)
    if options.guard == "python":
        import python_sums

        python_sums.replace_guard(registry)
    sql_db.close_all()
    fork = multiprocessing.get_context("fork")
    barrier, results = fork.Barrier(options.processes), fork.Queue()
    crowd = [
        fork.Process(target=work, args=(number, world, options, barrier, results))
        for number in range(options.processes)
    ]
    for process in crowd:
        process.start()
    done = [row for _process in crowd for row in results.get(timeout=240)]
    for process in crowd:
        process.join()
    from ledger_checks import examine

    return {"operations": done, "wrong": examine(registry)}


def main():
    """Print one line: what became of the operations, as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("database")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=8)
    parser.add_argument("--operations", type=int, default=40)
    parser.add_argument("--late", type=float, default=0.03, help="seconds")
    parser.add_argument("--guard", choices=("database", "python"), default="database")
    sys.stdout.write(json.dumps(race(parser.parse_args())) + "\n")


if __name__ == "__main__":
    main()
