"""Promise 13: a process killed while it loads a statement leaves all lines or none."""

import os

from statement_crashes import LINES

from odoo.tests import BaseCase, tagged

from clones import clone, run_program

SEED = int(os.environ.get("MTQG_SEED", "20260101"))
KILLS = int(os.environ.get("MTQG_KILLS", "20"))


@tagged("post_install", "-at_install")
class TestStatementCrash(BaseCase):
    """Kills anywhere in the loading of a large and of a small statement."""

    def test_nothing_is_half_loaded_and_the_next_run_loads_it(self):
        with clone("loading") as database:
            result = run_program(
                "statement_crashes", database, "--seed", SEED, "--kills", KILLS
            )
        for number, _was_killed, state, *found in result["seen"]:
            count = LINES[number]
            if state == "imported":
                self.assertEqual(found[:2], [count, count], result)
            else:
                self.assertIn(state, ("queued", "loading"), result)
                self.assertEqual(found, [0, 0, 1], result)
        struck = [row for row in result["seen"] if row[1] and row[2] != "imported"]
        self.assertEqual(len(struck), KILLS, result)
        ends = [[n, "imported", LINES[n], LINES[n], 0] for n in (0, 1)]
        self.assertEqual(result["end"], ends)
