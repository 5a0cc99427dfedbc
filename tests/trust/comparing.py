"""Kills a comparison in the background again and again; lets two people decide at once.

Run by ``test_comparing``. After every kill, once the database has noticed, a comparison
has written all of its differences and figures or none; the queue then completes it.
"""

import argparse
import json
import multiprocessing
import random
import sys
import time
from functools import partial

from crashes import SHORTER
from kills import kill_during

from odoo import sql_db
from odoo.api import SUPERUSER_ID, Environment
from odoo.exceptions import UserError
from odoo.service.model import retrying

from clones import open_registry
from province import Province

PAYMENTS = 3_000
# one payment of so many has another amount, one is missing at the Treasury
WRONG, MISSING = 10, 25

_ENTRIES = """INSERT INTO mtqg_entry
       (allocation_id, kind, amount, date, reference, user_id)
SELECT %s, 'completed', 1000003 + n * 104729, '2024-03-01'::date + n %% 31, 'V' || n, 1
  FROM generate_series(1, %s) n"""
_LINES = """INSERT INTO mtqg_statement_line
       (statement_id, row, project, program_id, unit_id, origin_year, nature, voucher,
        date, project_id, completed)
SELECT %s, 1, 'R', a.program_id, a.unit_id, a.origin_year, a.nature,
       e.reference, e.date, a.project_id,
       e.amount + CASE WHEN e.id %% %s = 0 THEN 9000 ELSE 0 END
  FROM mtqg_entry e JOIN mtqg_allocation a ON a.id = e.allocation_id
 WHERE a.id = %s AND e.kind = 'completed' AND e.id %% %s <> 0"""


class Office:
    """A commune with three thousand payments, and reconciliations of them."""

    def __init__(self, registry, count):
        self.registry = registry
        with registry.cursor() as cr:
            env = Environment(cr, SUPERUSER_ID, {})
            province = Province(env).build(districts=1, communes=1)
            place = next(p for p in province.places.values() if p.projects)
            self.officer = place.officer
            balance = self._open_balance(env, province, place)
            env.flush_all()
            cr.execute(_ENTRIES, (balance, PAYMENTS))
            statement = env["mtqg.statement"].create(
                {
                    "unit_id": place.unit,
                    "date_from": "2024-03-01",
                    "date_to": "2024-03-31",
                }
            )
            env.flush_all()
            cr.execute(_LINES, (statement.id, WRONG, balance, MISSING))
            statement.write({"state": "imported", "line_count": PAYMENTS})
            documents = env["mtqg.reconciliation"].create(
                [
                    {
                        "unit_id": place.unit,
                        "date_from": "2024-03-01",
                        "date_to": "2024-03-31",
                        "statement_ids": statement.ids,
                        "version": number + 1,
                    }
                    for number in range(count)
                ]
            )
            self.documents = documents.ids

    def _open_balance(self, env, province, place):
        """Return the id of a balance of a project, entered in TABMIS."""
        line = {
            "unit_id": place.unit,
            "program_id": province.program,
            "project_id": place.projects[0],
            "nature": "investment",
            "source": "central",
            "origin_year": 2024,
            "amount": 10**15,
        }
        decision = province.decide(province.root, [line])
        decision.with_user(province.root.leader).action_approve()
        balance = decision.line_ids.allocation_id
        balance.with_user(province.root.officer).enter_tabmis(date="2024-01-20")
        return balance.id

    def queue(self, document):
        """Put a comparison into the queue, as its officer does."""
        with self.registry.cursor() as cr:
            env = Environment(cr, self.officer, {})
            env["mtqg.reconciliation"].browse(document)._enqueue()

    def run_queue(self, started=lambda: None):
        """Work on the queue, as the scheduler does."""
        with self.registry.cursor() as cr:
            env = Environment(cr, SUPERUSER_ID, {})
            started()
            env["mtqg.reconciliation.job"]._run_queue()

    def look(self, document):
        """Return what a comparison has written, and whether it is in the queue."""
        with self.registry.cursor() as cr:
            # each kill is one of a process of its own, not of one bad comparison
            cr.execute("UPDATE mtqg_reconciliation_job SET attempts = 0")
            env = Environment(cr, SUPERUSER_ID, {})
            here = [("reconciliation_id", "=", document)]
            return [
                env["mtqg.reconciliation.line"].search_count(here),
                env["mtqg.reconciliation.item"].search_count(here),
                env["mtqg.reconciliation.figure"].search_count(here),
                bool(env["mtqg.reconciliation"].browse(document).date_run),
                env["mtqg.reconciliation.job"].search_count(here),
            ]


def crash(office, options):
    """Return what was seen after each kill, and in the end."""
    rng = random.Random(options.seed)
    first, *todo = office.documents
    office.queue(first)
    office.run_queue()
    whole = office.look(first)
    start = time.monotonic()
    office.queue(first)
    office.run_queue()
    duration = time.monotonic() - start
    assert whole[3] and not whole[4], f"the queue did nothing: {whole}"
    seen, hits = [], 0
    office.queue(todo[0])
    while todo and hits < options.kills and len(seen) < 4 * options.kills:
        was_killed = kill_during(
            office.registry, office.run_queue, duration * rng.random()
        )
        found = office.look(todo[0])
        seen.append(found)
        hits += was_killed and found != whole
        if found[3] and not found[4]:
            duration *= SHORTER
            todo.pop(0)
            if todo:
                office.queue(todo[0])
    office.run_queue()
    end = [office.look(document) for document in office.documents]
    return {"whole": whole, "seen": seen, "hits": hits, "end": end}


def decide(office, method, line, barrier, results):
    """Decide a difference as one remote call, at the same moment as somebody else."""
    with office.registry.cursor() as cr:
        env = Environment(cr, office.officer, {})
        env.transaction.default_env = env
        record = env["mtqg.reconciliation.line"].browse(line)
        _state = record.state
        barrier.wait()
        try:
            retrying(partial(getattr(record, method)), env)
            results.put([method, "ok"])
        except UserError:
            results.put([method, "refused"])


def race(office, rounds):
    """Return for each round who got through, and what the difference became."""
    document = office.documents[0]
    with office.registry.cursor() as cr:
        env = Environment(cr, SUPERUSER_ID, {})
        here = [("reconciliation_id", "=", document)]
        lines = env["mtqg.reconciliation.line"].search(here, limit=rounds).ids
    fork = multiprocessing.get_context("fork")
    seen = []
    for line in lines:
        sql_db.close_all()
        barrier, results = fork.Barrier(2), fork.Queue()
        pair = [
            fork.Process(target=decide, args=(office, method, line, barrier, results))
            for method in ("action_accept", "action_reject")
        ]
        for process in pair:
            process.start()
        outcomes = dict(results.get(timeout=60) for _process in pair)
        for process in pair:
            process.join()
        with office.registry.cursor(readonly=True) as cr:
            env = Environment(cr, SUPERUSER_ID, {})
            state = env["mtqg.reconciliation.line"].browse(line).state
        seen.append([outcomes, state])
    return seen


def main():
    """Print one line of JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("database")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=20, help="that strike")
    parser.add_argument("--rounds", type=int, default=5, help="of two deciding at once")
    options = parser.parse_args()
    office = Office(open_registry(options.database), 2 + options.kills)
    result = crash(office, options)
    result["decisions"] = race(office, options.rounds)
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
