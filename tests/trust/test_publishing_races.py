"""Who publishes a definition and who edits it at the same moment.

Each sees the draft as it was when he began, so neither would notice the other. The
trigger of a part really updates its version: whoever comes second starts again.
"""

from contextlib import closing

import psycopg2
from psycopg2.errors import SerializationFailure
from psycopg2.extensions import ISOLATION_LEVEL_REPEATABLE_READ

from odoo.sql_db import connection_info_for
from odoo.tests import BaseCase, tagged

from clones import clone

MAKE = """
WITH model AS (
    SELECT id FROM ir_model WHERE model = 'mtqg.decision'),
workflow AS (
    INSERT INTO mtqg_workflow (code, name, version, state, model_id, model)
    SELECT 'race', '{"en_US": "Race"}', 1, 'draft', id, 'mtqg.decision' FROM model
    RETURNING id)
INSERT INTO mtqg_workflow_stage (workflow_id, name, code, kind)
SELECT id, '{"en_US": "Draft"}', 'draft', 'start' FROM workflow
"""
WAY = """
INSERT INTO mtqg_workflow_transition
       (workflow_id, name, kind, stage_from_id, stage_to_id)
SELECT s.workflow_id, '{"en_US": "Way"}', 'submit', s.id, s.id
  FROM mtqg_workflow_stage s JOIN mtqg_workflow w ON w.id = s.workflow_id
 WHERE w.code = 'race'
"""
NOTICE = """
INSERT INTO mtqg_workflow_notice (transition_id, audience)
SELECT t.id, 'requester' FROM mtqg_workflow_transition t
  JOIN mtqg_workflow w ON w.id = t.workflow_id WHERE w.code = 'race'
"""
PUBLISH = "UPDATE mtqg_workflow SET state = 'published' WHERE code = 'race'"


@tagged("post_install", "-at_install")
class TestPublishingRaces(BaseCase):
    """Two managers at one draft."""

    def _race(self, first, second):
        """Do two things whose doers began together; the second one starts again."""
        with clone("publishing") as database:
            _name, info = connection_info_for(database)
            with (
                closing(psycopg2.connect(**info)) as one,
                closing(psycopg2.connect(**info)) as other,
            ):
                for connection in (one, other):
                    connection.set_session(ISOLATION_LEVEL_REPEATABLE_READ)
                self._do(one, MAKE)
                self._do(one, WAY)
                other.cursor().execute("SELECT COUNT(*) FROM mtqg_workflow")
                self._do(one, first)
                with self.assertRaises(SerializationFailure):
                    self._do(other, second)

    def _do(self, connection, query):
        with connection.cursor() as cursor:
            cursor.execute(query)
        connection.commit()

    def test_a_part_added_while_somebody_publishes_is_not_slipped_in(self):
        self._race(PUBLISH, WAY)
        self._race(PUBLISH, NOTICE)

    def test_what_changed_meanwhile_is_not_published_unchecked(self):
        self._race(WAY, PUBLISH)
        self._race(NOTICE, PUBLISH)
