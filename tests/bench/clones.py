"""Databases of their own for benches, so that none measures what another left."""

import shutil
from contextlib import contextmanager

from odoo import sql_db
from odoo.tools import SQL, config


@contextmanager
def cloned(template, name):
    """Yield ``name``, a throw-away clone of a database that nobody is connected to."""
    _execute(SQL("DROP DATABASE IF EXISTS %s WITH (FORCE)", SQL.identifier(name)))
    _execute(
        SQL(
            "CREATE DATABASE %s TEMPLATE %s",
            SQL.identifier(name),
            SQL.identifier(template),
        )
    )
    try:
        yield name
    finally:
        sql_db.close_db(name)
        _execute(SQL("DROP DATABASE IF EXISTS %s WITH (FORCE)", SQL.identifier(name)))
        shutil.rmtree(config.filestore(name), ignore_errors=True)


def _execute(statement):
    with sql_db.db_connect("postgres").cursor() as cr:
        cr._cnx.autocommit = True
        cr.execute(statement)
