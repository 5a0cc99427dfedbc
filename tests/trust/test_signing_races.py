"""Promise 6 for commitments: who changes a row and who signs at the same moment.

Each sees the register as it was when he began, so neither would notice the other. The
row's trigger really updates its commitment: whoever comes second starts again.
"""

from contextlib import closing

import psycopg2
from psycopg2.errors import SerializationFailure
from psycopg2.extensions import ISOLATION_LEVEL_REPEATABLE_READ

from odoo.sql_db import connection_info_for
from odoo.tests import BaseCase, tagged

from clones import clone

MAKE = """
WITH unit AS (
    INSERT INTO mtqg_unit (name, code, kind) VALUES ('Unit', 'R-1', 'commune')
    RETURNING id)
INSERT INTO mtqg_commitment
       (number, date, unit_id, plan_year, version, month_locked, workflow_state)
SELECT 'RACE', '2024-04-05', id, 2024, 1, 0, 'running' FROM unit
"""
PROMISE = """
INSERT INTO mtqg_commitment_line
       (commitment_id, program_id, origin_year, nature, month, amount)
SELECT c.id, p.id, 2024, 'investment', 3, 5
  FROM mtqg_commitment c, (SELECT MIN(id) AS id FROM mtqg_program) p
 WHERE c.number = 'RACE'
"""
SIGN = "UPDATE mtqg_commitment SET workflow_state = 'done' WHERE number = 'RACE'"


@tagged("post_install", "-at_install")
class TestSigningRaces(BaseCase):
    """Two people at one commitment."""

    def _race(self, first, second):
        """Do two things whose doers began together; return the error of the second."""
        with clone("signing") as database:
            _name, info = connection_info_for(database)
            with (
                closing(psycopg2.connect(**info)) as one,
                closing(psycopg2.connect(**info)) as other,
            ):
                for connection in (one, other):
                    connection.set_session(ISOLATION_LEVEL_REPEATABLE_READ)
                self._do(one, MAKE)
                other.cursor().execute("SELECT COUNT(*) FROM mtqg_commitment_line")
                self._do(one, first)
                with self.assertRaises(SerializationFailure):
                    self._do(other, second)

    def _do(self, connection, query):
        with connection.cursor() as cursor:
            cursor.execute(query)
        connection.commit()

    def test_a_row_added_while_the_leader_signs_is_not_slipped_in(self):
        self._race(SIGN, PROMISE)

    def test_the_leader_does_not_sign_what_changed_meanwhile(self):
        self._race(PROMISE, SIGN)
