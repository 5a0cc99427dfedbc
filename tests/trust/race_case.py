"""Two people whose transactions began together, at one document."""

from contextlib import closing

import psycopg2
from psycopg2.errors import SerializationFailure
from psycopg2.extensions import ISOLATION_LEVEL_REPEATABLE_READ

from odoo.sql_db import connection_info_for
from odoo.tests import BaseCase

from clones import clone


class RaceCase(BaseCase):
    """A race on a clone of its own; ``make`` is SQL for what is raced for."""

    clone_name = ""
    make = ()

    def assert_second_starts_again(self, first, second):
        """Do two things whose doers began together: the second has to start again."""
        with clone(self.clone_name) as database:
            _name, info = connection_info_for(database)
            with (
                closing(psycopg2.connect(**info)) as one,
                closing(psycopg2.connect(**info)) as other,
            ):
                for connection in (one, other):
                    connection.set_session(ISOLATION_LEVEL_REPEATABLE_READ)
                for query in self.make:
                    self._do(one, query)
                # a snapshot is taken with the first query
                other.cursor().execute("SELECT COUNT(*) FROM mtqg_unit")
                self._do(one, first)
                with self.assertRaises(SerializationFailure):
                    self._do(other, second)

    def _do(self, connection, query):
        with connection.cursor() as cursor:
            cursor.execute(query)
        connection.commit()
