"""Evidence where people work at the same time, and where there is no browser.

What is committed here is committed to a database of its own.
"""

import os
import subprocess
import sys

from odoo import sql_db
from odoo.tests import BaseCase, tagged

from clones import clone, run_program


@tagged("post_install", "-at_install")
class TestEvidenceOutside(BaseCase):
    """One clone, worked on, verified and tampered with."""

    def test_working_together_and_the_command(self):
        with clone("evidence") as database:
            self._check_work(run_program("anchoring", database))
            self._check_command(database)

    def _check_work(self, result):
        # a number drawn before the anchor may be committed after it
        self.assertEqual(result["late"], [])
        self.assertEqual(result["twice"], "mtqg_workflow_anchor_number_unique")
        # who deletes has not seen the event, and is refused all the same
        self.assertEqual(result["named"], "mtqg_workflow_event_mention_unit_id_fkey")

    def _check_command(self, database):
        code, text = self._verify(database)
        self.assertEqual(code, 0, text)
        self.assertIn("events are whole", text)
        digest = text.split()[-1]
        self.assertEqual(self._verify(database, "--digest", digest.upper())[0], 0)
        self.assertEqual(self._verify(database, "--digest", "0" * 64)[0], 1)
        id_ = self._tamper(database)
        code, text = self._verify(database)
        self.assertEqual(code, 1)
        self.assertIn(f"mtqg.test 2, event 1 (id {id_}): changed", text)
        self.assertIn('"reason": "changed"', self._verify(database, "--json")[1])

    def _tamper(self, database):
        """Change an event as the owner of its table; return its id."""
        with sql_db.db_connect(database).cursor() as cr:
            cr.execute("ALTER TABLE mtqg_workflow_event DISABLE TRIGGER USER")
            cr.execute(
                "UPDATE mtqg_workflow_event SET comment = 'other'"
                " WHERE res_model = 'mtqg.test' AND res_id = 2 RETURNING id"
            )
            return cr.fetchone()[0]

    def _verify(self, database, *options):
        """Run the command; return (exit code, what it printed)."""
        program = os.path.join(os.path.dirname(sys.executable), "odoo")
        done = subprocess.run(
            [program, "mtqg_verify", "-d", database, *options],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        self.assertFalse("Traceback" in done.stderr, done.stderr)
        return done.returncode, done.stdout
