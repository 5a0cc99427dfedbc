"""Lines of Treasury statements: staged by COPY, kept by one INSERT.

A line that is kept already, from whatever statement, is not kept twice: its digest and
the number of its occurrence are unique (with its voucher, of which the digest tells). A digest is of what the line says; of a line
without a day also of the period and office of its statement, because the same figure
may rightly come again next month.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

import psycopg2.errors

from odoo.tools import SQL

from ..engine.statement_lines import AMOUNTS, COLUMNS, CUT, SAID, SUBJECTS, Scope
from .statement_codes import (
    known_programs,
    known_projects,
    known_units,
    units_below,
)

STAGED = "mtqg_statement_staged"
TYPES = {
    "row": "int4",
    "origin_year": "int4",
    "plan_year": "int4",
    "is_carried": "bool",
    "date": "date",
    **dict.fromkeys(AMOUNTS, "int8"),
}
# what a line of the table takes from a line of the engine
KEPT = (*SAID, "groups", *AMOUNTS)
# the figure by which a line is counted in the sum of its statement
LEADING = SQL(
    """COALESCE(disbursed,
                CASE WHEN advance IS NULL THEN completed
                     ELSE advance + COALESCE(completed, 0) END,
                recovered, refunded, disbursed_cumulative,
                CASE WHEN advance_cumulative IS NULL THEN completed_cumulative
                     ELSE advance_cumulative + COALESCE(completed_cumulative, 0) END,
                recovered_cumulative, refunded_cumulative, assigned, allocated, entered)"""
)

_GUARDS = """
ALTER TABLE mtqg_statement_line
    ADD COLUMN IF NOT EXISTS digest int8,
    ADD COLUMN IF NOT EXISTS occurrence int4 DEFAULT 1;
-- the voucher first: a file lists vouchers in order, and digests alone would each go to
-- another page of the index
CREATE UNIQUE INDEX IF NOT EXISTS mtqg_statement_line_said_once
    ON mtqg_statement_line (COALESCE(voucher, '') COLLATE "C", digest, occurrence);
CREATE INDEX IF NOT EXISTS mtqg_statement_line_by_statement
    ON mtqg_statement_line (statement_id);

DROP TRIGGER IF EXISTS mtqg_statement_line_append_only ON mtqg_statement_line;
CREATE TRIGGER mtqg_statement_line_append_only BEFORE UPDATE OR TRUNCATE
    ON mtqg_statement_line FOR EACH STATEMENT EXECUTE FUNCTION mtqg_refuse_change();

-- lines go with their statement, and in no other way
CREATE OR REPLACE FUNCTION mtqg_drop_statement_lines() RETURNS trigger LANGUAGE plpgsql AS $mtqg$
BEGIN
    DELETE FROM mtqg_statement_line WHERE statement_id = OLD.id;
    RETURN NULL;
END $mtqg$;
DROP TRIGGER IF EXISTS mtqg_drop_statement_lines ON mtqg_statement;
CREATE TRIGGER mtqg_drop_statement_lines AFTER DELETE ON mtqg_statement
    FOR EACH ROW EXECUTE FUNCTION mtqg_drop_statement_lines();
DROP TRIGGER IF EXISTS mtqg_statement_line_with_statement ON mtqg_statement_line;
CREATE TRIGGER mtqg_statement_line_with_statement BEFORE DELETE ON mtqg_statement_line
    FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION mtqg_refuse_change();
"""


class Goal(NamedTuple):
    """Where lines go: the statement, what tells its lines apart, where codes count.

    ``tops`` are ids of the units in whose subtrees codes are looked up.
    """

    statement_id: int
    scope: Scope
    tops: tuple[int, ...]


@dataclass
class Source:
    """Staged lines ``s``: how each field is read from them.

    ``joins`` brings in what the expressions need; ``said_amounts`` writes the
    amounts, where that is simpler than one by one. ``odd`` tells the rows that are not
    to be read this way.
    """

    relation: SQL
    fields: dict[str, SQL]
    row: SQL
    cell_column: SQL
    joins: SQL = field(default_factory=SQL)
    said_amounts: SQL | None = None
    odd: SQL | None = None
    count: int = 0
    # of rows that are numbered while they are read
    first_row: int = 0


def install_guards(env):
    """Create the keys of lines, and the triggers that keep them as they came."""
    env.cr.execute(SQL(_GUARDS))


def stage(env, stream):
    """Stage lines that Python has read, for this transaction.

    :param stream: a file of CSV rows, in the order of ``StatementLine``
    :return: the ``Source``
    """
    staged = SQL.identifier(STAGED)
    columns = SQL(", ").join(
        SQL("%s %s", SQL.identifier(name), SQL(TYPES.get(name, "text")))
        for name in COLUMNS
    )
    env.cr.execute(
        SQL(
            "DROP TABLE IF EXISTS pg_temp.%s; CREATE TEMP TABLE %s (%s) ON COMMIT DROP",
            staged,
            staged,
            columns,
        )
    )
    env.cr.copy_expert(f"COPY {STAGED} FROM STDIN (FORMAT csv)", stream, 2**16)
    return Source(
        relation=staged,
        fields={name: SQL.identifier("s", name) for name in KEPT},
        row=SQL("s.row"),
        cell_column=SQL("rtrim(s.cell, '0123456789')"),
        count=env.cr.rowcount,
    )


def sum_up(env):
    """Return the sum, in đồng, of the lines that Python has staged."""
    [[amount]] = env.execute_query(
        SQL(
            "SELECT COALESCE(sum(%s), 0)::int8 FROM %s", LEADING, SQL.identifier(STAGED)
        )
    )
    return amount


def check_lines(env, source):
    """Look through staged lines.

    :return: number of odd ones, their sum in đồng, and the sum of all signs taken away
    """
    lines = SQL(
        """SELECT %s FROM (SELECT %s) nothing, LATERAL (SELECT x.* FROM (%s) x) x""",
        SQL(
            """count(*) FILTER (WHERE x.odd), COALESCE(sum(%s), 0)::int8,
               COALESCE(sum(abs(%s)), 0)::int8""",
            LEADING,
            LEADING,
        ),
        SQL(", ").join(
            SQL("NULL::int8 AS %s", SQL.identifier(name))
            for name in AMOUNTS
            if name not in source.fields
        ),
        _read(source, with_ids=False),
    )
    [row] = env.execute_query(lines)
    return row


def keep_lines(env, source, goal):
    """Keep the staged lines that no statement has yet.

    :return: number of lines that are kept
    """
    try:
        with env.cr.savepoint(flush=False):
            return keep_all(env, source, goal)
    except psycopg2.errors.UniqueViolation:
        return keep_new(env, source, goal)


def keep_all(env, source, goal):
    """Keep staged lines of which none is there already.

    :raise psycopg2.errors.UniqueViolation: if one is, or comes twice
    """
    query = insert_lines(source, goal)
    env.cr.execute(_numbered(source, query), log_exceptions=False)
    return env.cr.rowcount


def keep_new(env, source, goal):
    """Keep staged lines that are new, and those that occur once more than before."""
    kept = 0
    for way in ("once", "more"):
        env.cr.execute(_numbered(source, insert_lines(source, goal, way)))
        kept += env.cr.rowcount
    return kept


def _numbered(source, query):
    """Let rows be counted from the first again."""
    if not source.first_row:
        return query
    restart = "SELECT setval('pg_temp.mtqg_statement_row', %s, FALSE)"
    return SQL("%s; %s", SQL(restart, source.first_row), query)


def count_kept(env, statement_id):
    """Return what a statement keeps.

    :return: dict ``lines``, ``amount`` (đồng), ``weight`` (without signs), and how many lines have a code that the
        register does not know: ``project``, ``program``, ``unit``
    """
    [row] = env.execute_query_dict(
        SQL(
            """SELECT count(*) AS lines, COALESCE(sum(%s), 0)::int8 AS amount,
                      COALESCE(sum(abs(%s)), 0)::int8 AS weight,
                      count(*) FILTER (WHERE COALESCE(project, project_name) <> ''
                                         AND project_id IS NULL) AS project,
                      count(*) FILTER (WHERE COALESCE(program, program_name) <> ''
                                         AND program_id IS NULL) AS program,
                      count(*) FILTER (WHERE COALESCE(unit, unit_name) <> ''
                                         AND unit_id IS NULL) AS unit
                 FROM mtqg_statement_line WHERE statement_id = %s""",
            LEADING,
            LEADING,
            statement_id,
        )
    )
    return row


def find_known(env, source, goal, limit):
    """Return staged lines that other statements have.

    :return: list of (statement id, number of lines, rows of some of them)
    """
    query = SQL(
        """WITH said AS (SELECT x.row, %s AS voucher, %s AS digest FROM (%s) x)
           SELECT l.statement_id, count(*)::int4,
                  (array_agg(said.row ORDER BY said.row))[:%s]
             FROM said
             JOIN mtqg_statement_line l
               ON COALESCE(l.voucher, '') COLLATE "C" = COALESCE(said.voucher, '')
              AND l.digest = said.digest
            WHERE l.occurrence = 1 AND l.statement_id <> %s
            GROUP BY 1 ORDER BY 2 DESC, 1""",
        SQL("x.voucher" if "voucher" in source.fields else "NULL::text"),
        _digest(goal.scope, source),
        _read(source, with_ids=False),
        limit,
        goal.statement_id,
    )
    return env.execute_query(_numbered(source, query))


# === The one statement === #


def insert_lines(source, goal, way="all"):
    """Return the INSERT of staged lines.

    :param way: ``all`` at once, which fails if one is there already; ``once``: each the
        first time it occurs, if it is new; ``more``: those that occur again
    """
    names = [*source.fields, "project_id", "program_id", "unit_id"]
    lines = SQL(
        "SELECT x.*, %s AS digest, 1 AS occurrence FROM (%s) x%s",
        _digest(goal.scope, source),
        _read(source),
        SQL(" WHERE NOT x.odd") if source.odd else SQL(),
    )
    if way == "more":
        lines = SQL(
            """SELECT * FROM (
                   SELECT l.*, row_number() OVER (PARTITION BY digest ORDER BY row, cell_column)
                               AS place FROM (%s) l) ranked WHERE place > 1""",
            lines,
        )
    return SQL(
        """WITH scope AS (%s), project AS (%s), program AS (%s), unit AS (%s)
           INSERT INTO mtqg_statement_line
                  (statement_id, row, cell_column, %s, digest, occurrence)
           SELECT %s, row, cell_column, %s, digest, %s FROM (%s) y%s""",
        units_below(goal.tops),
        known_projects(),
        known_programs(),
        known_units(),
        SQL(", ").join(map(SQL.identifier, names)),
        goal.statement_id,
        SQL(", ").join(map(SQL.identifier, names)),
        SQL("place" if way == "more" else "occurrence"),
        lines,
        SQL() if way == "all" else SQL(" ON CONFLICT DO NOTHING"),
    )


def _read(source, *, with_ids=True):
    """Return the SELECT of the fields of staged lines, with what they say as a text."""
    ids, joins = SQL(), SQL()
    if with_ids:
        ids = SQL(
            ", project.id AS project_id, program.id AS program_id, unit.id AS unit_id"
        )
        joins = SQL(
            """LEFT JOIN project ON project.key = %s
               LEFT JOIN program ON program.key = %s
               LEFT JOIN unit ON unit.key = %s""",
            *(_key(source, name) for name in ("project", "program", "unit")),
        )
    if source.odd:
        # a fence: each row is tested once
        joins = SQL("%s OFFSET 0", joins)
        ids = SQL("%s, (%s) IS TRUE AS odd", ids, source.odd)
    return SQL(
        "SELECT %s, %s AS said, %s AS row, %s AS cell_column%s FROM %s s %s %s",
        SQL(", ").join(
            SQL("%s AS %s", value, SQL.identifier(name))
            for name, value in source.fields.items()
        ),
        _said(source),
        source.row,
        source.cell_column,
        ids,
        source.relation,
        source.joins,
        joins,
    )


def _key(source, name):
    """Return what a record is looked up by: its code, else its name."""
    code, title = source.fields.get(name), source.fields.get(f"{name}_name")
    named = SQL("lower(%s)", title) if title else SQL("NULL::text")
    return SQL("COALESCE(%s, %s)", code, named) if code else named


def _said(source):
    """Return the text of ``StatementLine.written`` over staged lines."""
    fields, parts, cuts = source.fields, [], ""
    for name in SAID:
        if name in fields:
            parts += [SQL("%s", cuts)] if cuts else []
            parts.append(_written(name, fields[name]))
            cuts = ""
        cuts += CUT
    parts.append(SQL("%s", cuts))
    if source.said_amounts:
        parts.append(source.said_amounts)
    else:
        parts += [
            SQL("%s || %s || %s", f"{name}=", fields[name], CUT)
            for name in AMOUNTS
            if name in fields
        ]
    return SQL("concat(%s)", SQL(", ").join(parts))


def _written(name, value):
    if TYPES.get(name) == "bool":
        return SQL("CASE WHEN %s THEN '1' END", value)
    return SQL("%s - DATE '2000-01-01'", value) if name == "date" else value


def _digest(scope, source):
    """Return the expression of ``StatementLine.digest`` over lines ``x``."""
    subjects = [SQL.identifier("x", n) for n in SUBJECTS if n in source.fields]
    is_named = SQL("COALESCE(%s) IS NOT NULL", SQL(", ").join(subjects))
    if not subjects:
        is_named = SQL("FALSE")
    is_dated = SQL("x.date IS NOT NULL" if "date" in source.fields else "FALSE")
    seeds = [
        scope.seed(is_dated=dated, is_named=named)
        for dated in (True, False)
        for named in (True, False)
    ]
    return SQL(
        """hashtextextended(x.said, CASE WHEN %s
               THEN CASE WHEN %s THEN %s ELSE %s END
               ELSE CASE WHEN %s THEN %s ELSE %s END END)""",
        is_dated,
        is_named,
        *seeds[:2],
        is_named,
        *seeds[2:],
    )
