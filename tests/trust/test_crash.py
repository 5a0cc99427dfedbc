"""Promise 13: a process killed with signal 9 leaves a document whole or untouched."""

import os

from odoo.tests import BaseCase, tagged

from clones import clone, run_program

SEED = int(os.environ.get("MTQG_SEED", "20260101"))
LINES = 2_000
KILLS = 15
# state, entries, open tasks, events
UNTOUCHED = ["running", 0, 1, 1]
WHOLE = ["done", LINES, 0, 2]


@tagged("post_install", "-at_install")
class TestCrash(BaseCase):
    """Fifteen kills while a decision of 2,000 lines is signed."""

    def test_nothing_is_half_posted_and_the_next_try_works(self):
        with clone("crash") as database:
            result = run_program("crashes", database, "--seed", SEED, "--kills", KILLS)
        for _was_killed, *found in result["seen"]:
            self.assertIn(found, (UNTOUCHED, WHOLE), result)
        hit = [row for row in result["seen"] if row == [True, *UNTOUCHED]]
        self.assertEqual(len(hit), KILLS, result)
        self.assertEqual(set(map(tuple, result["end"])), {tuple(WHOLE)})
        self.assertFalse({kind: rows for kind, rows in result["wrong"].items() if rows})
