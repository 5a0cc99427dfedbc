"""Databases and processes of their own, for tests that commit, race and kill."""

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

from odoo import sql_db
from odoo.tools import SQL

HERE = Path(__file__).parent


@contextmanager
def clone(suffix):
    """Yield the name of a throw-away clone of the template database.

    :param str suffix: what the name ends in; ``./mtqg`` drops what a killed run left
    """
    name = f"{os.environ['MTQG_TEST_DB']}_{suffix}"
    template = os.environ["MTQG_TEMPLATE"]
    _run(SQL("DROP DATABASE IF EXISTS %s WITH (FORCE)", SQL.identifier(name)))
    _run(
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
        _run(SQL("DROP DATABASE IF EXISTS %s WITH (FORCE)", SQL.identifier(name)))


def run_program(name, *arguments, timeout=300):
    """Run a program of this folder and return the JSON that it prints last.

    :param str name: the file without ``.py``
    :raise AssertionError: with what it wrote, if it fails
    """
    done = subprocess.run(
        [sys.executable, str(HERE / f"{name}.py"), *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    assert done.returncode == 0, f"{name} failed:\n{done.stdout}\n{done.stderr}"
    return json.loads(done.stdout.splitlines()[-1])


def open_registry(database):
    """Return the registry of a database, in a program outside the test run."""
    from odoo.modules.registry import Registry
    from odoo.tools import config

    config.parse_config(["-d", database, "--log-level=critical"], setup_logging=True)
    return Registry(database)


def _run(statement):
    with sql_db.db_connect("postgres").cursor() as cr:
        cr._cnx.autocommit = True
        cr.execute(statement)
