"""Promise 6 for minutes: who compares and who signs at the same moment.

Each sees the reconciliation as it was when he began: a draft, unsigned. The trigger of
its rows really updates the reconciliation, so whoever comes second starts again.
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
INSERT INTO mtqg_reconciliation
       (number, date_from, date_to, unit_id, version, workflow_state)
SELECT 'RACE', '2024-01-01', '2024-03-31', id, 1, 'draft' FROM unit
"""
COMPARE = """
INSERT INTO mtqg_reconciliation_figure
       (reconciliation_id, measure, span, amount_own, amount_treasury)
SELECT id, 'completed', 'period', 1, 2 FROM mtqg_reconciliation WHERE number = 'RACE'
"""
SIGN = "UPDATE mtqg_reconciliation SET workflow_state = 'done' WHERE number = 'RACE'"


@tagged("post_install", "-at_install")
class TestMinutesRaces(BaseCase):
    """Two people at one reconciliation."""

    def _race(self, first, second):
        """Do two things whose doers began together; the second starts again."""
        with clone("minutes") as database:
            _name, info = connection_info_for(database)
            with (
                closing(psycopg2.connect(**info)) as one,
                closing(psycopg2.connect(**info)) as other,
            ):
                for connection in (one, other):
                    connection.set_session(ISOLATION_LEVEL_REPEATABLE_READ)
                self._do(one, MAKE)
                other.cursor().execute("SELECT COUNT(*) FROM mtqg_reconciliation")
                self._do(one, first)
                with self.assertRaises(SerializationFailure):
                    self._do(other, second)

    def _do(self, connection, query):
        with connection.cursor() as cursor:
            cursor.execute(query)
        connection.commit()

    def test_a_figure_compared_while_both_sides_sign_is_not_slipped_in(self):
        self._race(SIGN, COMPARE)

    def test_what_is_compared_meanwhile_is_not_signed_unseen(self):
        self._race(COMPARE, SIGN)
