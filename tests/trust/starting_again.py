"""Two whose transactions began together submit, and approve, the same document.

Run by ``test_decision_races``. Prints which error the second of them gets, as the
register writes moves, and where what is added does not wait for the updates.
"""

import argparse
import json
import sys
from unittest.mock import patch

from decisions import World
from psycopg2 import Error

from odoo.api import Environment
from odoo.tools import SQL

from clones import open_registry


def race(registry, id_, first, second):
    """Let two users move a document at once; return the error of the second one.

    :param first: user and name of his move; ``second`` is the same
    """
    with registry.cursor() as one, registry.cursor() as other:
        # a snapshot is taken with the first query
        other.execute("SELECT count(*) FROM mtqg_workflow_event")
        _move(one, id_, *first)
        one.commit()
        try:
            _move(other, id_, *second)
        except Error as error:
            other.rollback()
            return type(error).__name__
        other.rollback()
        return ""


def _move(cr, id_, uid, name):
    documents = Environment(cr, uid, {})["mtqg.decision"]
    getattr(documents.browse(id_), f"action_{name}")("because")


def try_moves(world, id_):
    """Race for a document that waits for two, and for it again as a new one."""
    officer, (first, second, *_others) = world.place.officer, world.people
    with world.registry.cursor() as cr:
        _move(cr, id_, first, "return")
        cr.commit()
    return {
        "submit": race(world.registry, id_, (officer, "submit"), (officer, "submit")),
        "approve": race(world.registry, id_, (first, "approve"), (second, "approve")),
    }


def main():
    """Print one line: the errors with the guard and without, as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("database")
    registry = open_registry(parser.parse_args().database)
    from odoo.addons.mtqg_disbursement.store import move_writing

    world = World(registry, 1)
    kept = try_moves(world, world.rounds[0][0])
    with patch.object(move_writing, "_UPDATED", SQL("TRUE")):
        taken = try_moves(world, world.rounds[0][1])
    sys.stdout.write(json.dumps({"kept": kept, "taken": taken}) + "\n")


if __name__ == "__main__":
    main()
