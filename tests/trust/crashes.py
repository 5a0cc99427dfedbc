"""Kills a process with signal 9 while it posts a large decision, again and again.

Run by ``test_crash``. After every kill, once the database has noticed, the decision is
posted whole or not at all.
"""

import argparse
import json
import random
import sys
import time
from functools import partial

from kills import kill_during

from odoo.api import SUPERUSER_ID, Environment
from odoo.service.model import retrying

from clones import open_registry
from province import Province

LINES = 2_000
DECISIONS = 6
SHORTER = 0.7


class Office:
    """A province whose leader signs decisions of 2,000 lines."""

    def __init__(self, registry):
        self.registry = registry
        with registry.cursor() as cr:
            province = Province(Environment(cr, SUPERUSER_ID, {})).build()
            balance = province.give(10**15)
            places = [place for place in province.places.values() if not place.below]
            lines = [
                {
                    "parent_id": balance,
                    "unit_id": places[number % len(places)].unit,
                    "program_id": province.program,
                    "amount": 1_000 + number,
                }
                for number in range(LINES)
            ]
            self.leader = province.root.leader
            self.decisions = [
                province.decide(province.root, lines).id for _n in range(DECISIONS)
            ]

    def approve(self, decision, started=lambda: None, commit=True):
        """Sign a decision as one remote call."""
        with self.registry.cursor() as cr:
            env = Environment(cr, self.leader, {})
            env.transaction.default_env = env
            document = env["mtqg.decision"].browse(decision)
            if commit:
                retrying(partial(self._sign, document, started), env)
            else:
                self._sign(document, started)
                cr.rollback()

    def _sign(self, document, started):
        document.exists()
        started()
        document.action_approve()

    def look(self, decision):
        """Return what a decision is: its state, entries, open tasks and events."""
        with self.registry.cursor(readonly=True) as cr:
            env = Environment(cr, SUPERUSER_ID, {})
            here = [("res_model", "=", "mtqg.decision"), ("res_id", "=", decision)]
            return [
                env["mtqg.decision"].browse(decision).workflow_state,
                env["mtqg.entry"].search_count([("decision_id", "=", decision)]),
                env["mtqg.workflow.task"].search_count(
                    [*here, ("state", "=", "pending")]
                ),
                env["mtqg.workflow.event"].search_count(here),
            ]


def time_posting(office):
    """Return how long a signature takes, in seconds; nothing is kept of it."""
    start = time.monotonic()
    office.approve(office.decisions[0], commit=False)
    return time.monotonic() - start


def count_hits(seen):
    """Return how many kills struck before the posting was complete."""
    return sum(was_killed and state == "running" for was_killed, state, *_rest in seen)


def crash(options):
    """Return what was seen after each kill, and what is wrong in the end."""
    office = Office(open_registry(options.database))
    rng = random.Random(options.seed)
    # the second time, with warm caches, is the time of those that will be killed
    duration = [time_posting(office) for _time in range(2)][-1]
    seen = []
    todo = list(office.decisions)
    while todo and count_hits(seen) < options.kills:
        # anywhere in the posting, its commit included
        signing = partial(office.approve, todo[0])
        was_killed = kill_during(office.registry, signing, duration * rng.random())
        seen.append([was_killed, *office.look(todo[0])])
        if seen[-1][1] == "done":
            # too late: the next one is killed earlier
            duration *= SHORTER
            todo.pop(0)
    for decision in todo:
        office.approve(decision)
    from ledger_checks import examine

    return {
        "seconds": duration,
        "seen": seen,
        "end": [office.look(decision) for decision in office.decisions],
        "wrong": examine(office.registry),
    }


def main():
    """Print one line of JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("database")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=15, help="that strike")
    sys.stdout.write(json.dumps(crash(parser.parse_args())) + "\n")


if __name__ == "__main__":
    main()
