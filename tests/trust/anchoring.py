"""Anchors and deletions among those who work, in a database of its own.

Prints as JSON what happened: faults found, and what was refused.
"""

import json
import sys
from contextlib import contextmanager

import psycopg2

from odoo.api import SUPERUSER_ID, Environment

from clones import open_registry


def main(database):
    """Run all, and print the results by their names."""
    registry = open_registry(database)
    from odoo.addons.mtqg_disbursement.store import anchors, events

    @contextmanager
    def worker():
        """Yield an environment whose transaction is not committed for it."""
        with registry.cursor() as cr:
            yield Environment(cr, SUPERUSER_ID, {})
            cr.rollback()

    def append(env, res_id, **values):
        row = {"res_model": "mtqg.test", "name": "answer", "res_id": res_id}
        events.append_events(env, [row | values])

    def look(env):
        """Fix what a transaction sees: the register as it is now."""
        env["mtqg.workflow.anchor"].search_count([])

    result = {
        "late": commit_late(worker, append, anchors),
        "twice": anchor_twice(worker, look, anchors),
        "named": delete_whom_somebody_names(worker, look, append),
    }
    sys.stdout.write(json.dumps(result))


def commit_late(worker, append, anchors):
    """Return faults after an event was begun before an anchor, and committed after."""
    with worker() as slow, worker() as quick:
        append(slow, 1)
        append(quick, 2)
        quick.cr.commit()
        anchors.make_anchor(quick)
        quick.cr.commit()
        slow.cr.commit()
    found = []
    with worker() as env:
        found += env["mtqg.workflow.event"].verify()
        anchors.make_anchor(env)
        env.cr.commit()
        found += env["mtqg.workflow.event"].verify()
    return found


def anchor_twice(worker, look, anchors):
    """Return how the second of two anchors at once was refused."""
    with worker() as first, worker() as second:
        look(second)
        anchors.make_anchor(first)
        first.cr.commit()
        return refusal(lambda: anchors.make_anchor(second))


def delete_whom_somebody_names(worker, look, append):
    """Return how the deletion was refused of a unit that an unseen event names."""
    with worker() as env, worker() as other:
        values = {"code": "T-RACE", "name": "Unit", "kind": "commune"}
        unit = env["mtqg.unit"].create(values)
        env.cr.commit()
        look(other)
        append(env, 3, unit_id=unit.id)
        env.cr.commit()
        statement = "DELETE FROM mtqg_unit WHERE id = %s"
        return refusal(lambda: other.cr.execute(statement, [unit.id]))


def refusal(job):
    """Return the constraint that refused a job, or nothing."""
    try:
        job()
    except psycopg2.IntegrityError as error:
        return error.diag.constraint_name
    return None


if __name__ == "__main__":
    main(sys.argv[1])
