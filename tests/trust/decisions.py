"""Eight people decide the same fifty documents at once, again and again.

Run by ``test_decision_races``; by hand: ``./mtqg python tests/trust/decisions.py
DATABASE``. Two of three leaders have to agree; two of the eight stand in for leaders
who decide as well. Prints what became of every call, and what is wrong.
"""

import argparse
import json
import multiprocessing
import random
import sys
import time
import traceback
from functools import partial
from itertools import pairwise

from psycopg2 import OperationalError

from odoo import sql_db
from odoo.api import SUPERUSER_ID, Environment
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.service import model as service
from odoo.tools import SQL

from clones import open_registry
from province import Province

BATCH = 50
# how the eight go at the fifty: one by one in one order, each in his own order, all in
# one call, in calls of ten; or some of them send back what others approve
WAYS = ("same", "shuffled", "bulk", "tens", "quarrel")


class World:
    """A commune with six leaders and two deputies, and decisions that wait for two."""

    def __init__(self, registry, rounds):
        self.registry = registry
        with registry.cursor() as cr:
            self.env = Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            self.province = Province(self.env).build(
                districts=1, communes=1, projects=0
            )
            self.place = self.province.root.below[0].below[0]
            self._publish()
            self.people = self._make_people()
            self.rounds = [self._submit(number) for number in range(rounds)]
            self.env = self.province = None

    def _publish(self):
        """Put a definition into force that wants two of the leaders of the unit."""
        workflow = self.env["mtqg.workflow"].create(
            {
                "code": "race",
                "name": "Race",
                "sequence": -1,
                "model_id": self.env["ir.model"]._get_id("mtqg.decision"),
            }
        )
        stages = {
            kind: self.env["mtqg.workflow.stage"].create(
                {
                    "workflow_id": workflow.id,
                    "code": kind,
                    "name": kind,
                    "kind": kind,
                    "sequence": number,
                }
            )
            for number, kind in enumerate(("start", "review", "done"))
        }
        self._join(workflow, stages)
        workflow.action_publish()

    def _join(self, workflow, stages):
        step = {
            "name": "Two leaders",
            "kind": "unit_leader",
            "quorum": "some",
            "needed": 2,
        }
        for kind, here, there in (
            ("submit", "start", "review"),
            ("approve", "review", "done"),
            ("return", "review", "start"),
        ):
            self.env["mtqg.workflow.transition"].create(
                {
                    "workflow_id": workflow.id,
                    "name": kind,
                    "kind": kind,
                    "stage_from_id": stages[here].id,
                    "stage_to_id": stages[there].id,
                    "step_ids": [Command.create(step)] if kind == "approve" else [],
                }
            )

    def _make_people(self):
        unit, make = self.place.unit, self.province._user
        leaders = [self.place.leader]
        leaders += [make(f"race_{n}", "leader", unit) for n in range(5)]
        deputies = [make(f"deputy_{n}", "viewer", unit) for n in range(2)]
        self.env["mtqg.workflow.delegation"].create(
            [
                {
                    "user_id": leader,
                    "delegate_id": deputy,
                    "date_to": "2099-12-31",
                    "reason": "leave",
                }
                for leader, deputy in zip(leaders, deputies, strict=False)
            ]
        )
        return [*leaders, *deputies]

    def _submit(self, number):
        """Submit fifty decisions, each for a balance of its own."""
        projects = [
            self.province._project(f"X{number}-{n}", self.place) for n in range(BATCH)
        ]
        line = {
            "unit_id": self.place.unit,
            "program_id": self.province.program,
            "nature": "investment",
            "source": "commune",
            "origin_year": 2024,
            "amount": 1_000,
        }
        decisions = self.env["mtqg.decision"].with_user(self.place.officer)
        made = decisions.create(
            [
                {
                    "number": f"{number}-{project}",
                    "date": "2024-01-15",
                    "kind": "assign",
                    "plan_year": 2024,
                    "unit_id": self.place.unit,
                    "line_ids": [Command.create({**line, "project_id": project})],
                }
                for project in projects
            ]
        )
        made.action_submit()
        return made.ids


class Decider:
    """One of the eight."""

    def __init__(self, world, number, options):
        self.registry, self.uid = world.registry, world.people[number]
        self.rng = random.Random(f"{options.seed}:{number}")
        self.number, self.done = number, []

    def decide(self, way, ids):
        """Go at the documents of one round."""
        ids, name = list(ids), "approve"
        if way != "same":
            self.rng.shuffle(ids)
        if way == "quarrel" and self.number % 4 == 0:
            name = "return"
        size = {"bulk": BATCH, "tens": 10}.get(way, 1)
        for start in range(0, len(ids), size):
            part = ids[start : start + size]
            self.done.append({"way": way, "name": name, **self._attempt(name, part)})

    def _attempt(self, name, ids):
        """Return what became of one call: how many documents moved, and the words."""
        try:
            moved, said = self._call(partial(self._move, name, ids))
        except UserError as error:
            return {"outcome": "refused", "moved": 0, "messages": [str(error)]}
        except OperationalError as error:
            return {"outcome": "gave_up", "moved": 0, "messages": [str(error)]}
        except Exception:  # noqa: BLE001  # what a user would see as a traceback
            told = [traceback.format_exc()]
            return {"outcome": "raw", "moved": 0, "messages": told}
        return {"outcome": "ok", "moved": moved, "messages": said}

    def _call(self, job):
        with self.registry.cursor() as cr:
            env = Environment(cr, self.uid, {})
            env.transaction.default_env = env
            return service.retrying(partial(job, env), env)

    def _move(self, name, ids, env):
        decisions = env["mtqg.decision"].browse(ids)
        if len(ids) == 1:
            getattr(decisions, f"action_{name}")("because")
            return 1, []
        result = decisions.action_bulk(name, "because")
        return len(result["done"]), [row["message"] for row in result["blocked"]]


def work(number, world, options, barrier, results):
    """Decide, round after round, and hand over what became of it."""
    # the pause before the next try is Odoo's; here it would only take time
    random.seed(f"{options.seed}:{number}")
    service.time.sleep = partial(_nap, time.sleep)
    decider = Decider(world, number, options)
    for count, ids in enumerate(world.rounds):
        barrier.wait()
        decider.decide(WAYS[count % len(WAYS)], ids)
    results.put(decider.done)


def _nap(sleep, seconds):
    sleep(seconds / 40)


# what must hold for every document, with its votes, events and entries
_READ = """
SELECT d.id, d.workflow_state,
       ARRAY(SELECT jsonb_build_array(e.name, e.stage_from_id <> e.stage_to_id)
               FROM mtqg_workflow_event e
              WHERE e.res_model = 'mtqg.decision' AND e.res_id = d.id
              ORDER BY e.sequence),
       ARRAY(SELECT jsonb_build_array(t.state, t.needed, t.vote_count)
               FROM mtqg_workflow_task t
              WHERE t.res_model = 'mtqg.decision' AND t.res_id = d.id),
       ARRAY(SELECT jsonb_build_array(v.user_id, v.principal_id)
               FROM mtqg_workflow_vote v JOIN mtqg_workflow_task t ON t.id = v.task_id
              WHERE t.res_model = 'mtqg.decision' AND t.res_id = d.id ORDER BY v.id),
       (SELECT count(*) FROM mtqg_entry n WHERE n.decision_id = d.id)
  FROM mtqg_decision d WHERE d.id = ANY(%s)
"""


def examine(world):
    """Return what is wrong with each document, and how many votes there are."""
    wrong, votes = [], 0
    with world.registry.cursor() as cr:
        ids = [id_ for round_ in world.rounds for id_ in round_]
        env = Environment(cr, SUPERUSER_ID, {})
        for id_, *row in env.execute_query(SQL(_READ, ids)):
            votes += len(row[3])
            if faults := find_faults(*row):
                wrong.append({"id": id_, "faults": faults, "row": row})
    return {"wrong": wrong, "votes": votes}


def find_faults(state, events, tasks, votes, entries):
    """Return what can't be true of one document that eight people decided."""
    names = [name for name, _moved in events]
    moves = [name for name, moved in events if moved]
    faults = {
        "posted once": entries == (state == "done"),
        "one task": len(tasks) == 1,
        "votes counted": tasks[0][2] == len(votes) == names.count("approve"),
        "nobody twice": not any(
            {*one} & {*other} for one, other in pairwise(map(tuple, votes))
        ),
        "ended once": moves
        == ["submit", {"done": "approve", "draft": "return"}.get(state)],
        "two agreed": (len(votes) == 2) == (state == "done"),
        "task closed": tasks[0][0] == ("done" if state == "done" else "cancelled"),
    }
    return [name for name, holds in faults.items() if not holds]


def forget_guards(registry):
    """Take away what makes two people who decide at once meet: the mutant."""
    from odoo.addons.mtqg_disbursement.store import move_writing

    with registry.cursor() as cr:
        cr.execute("DROP INDEX mtqg_workflow_vote_user_once")
        cr.execute("DROP INDEX mtqg_workflow_vote_principal_once")
    # a vote that is not the last one leaves its task alone
    move_writing._DECIDE_TASKS += " AND v.is_done"


def main():
    """Print one line: what became of the calls and what is wrong, as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("database")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--guard", choices=("all", "none"), default="all")
    options = parser.parse_args()
    registry = open_registry(options.database)
    world = World(registry, options.rounds)
    if options.guard == "none":
        forget_guards(registry)
    sql_db.close_all()
    fork = multiprocessing.get_context("fork")
    barrier, results = fork.Barrier(len(world.people)), fork.Queue()
    crowd = [
        fork.Process(target=work, args=(number, world, options, barrier, results))
        for number in range(len(world.people))
    ]
    for process in crowd:
        process.start()
    calls = [row for _process in crowd for row in results.get(timeout=240)]
    for process in crowd:
        process.join()
    sys.stdout.write(json.dumps({"calls": calls, **examine(world)}) + "\n")


if __name__ == "__main__":
    main()
