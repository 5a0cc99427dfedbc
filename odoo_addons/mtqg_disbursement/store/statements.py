"""Lines of Treasury statements: staged by COPY, checked and kept by one INSERT.

A line that is kept already, from whatever statement, is not kept twice: its digest and
the number of its occurrence are unique. A digest is of what the line says; of a line
without a day also of the period and office of its statement, because the same figure
may rightly come again next month.
"""

from odoo.tools import SQL

from ..engine.statement_lines import AMOUNTS, COLUMNS, SUBJECTS, WRITTEN

STAGED = "mtqg_statement_staged"
_TYPES = {
    "row": "int4",
    "origin_year": "int4",
    "plan_year": "int4",
    "is_carried": "bool",
    "date": "date",
    **dict.fromkeys(AMOUNTS, "int8"),
}
# the figure by which a line is counted in the sum of its statement
_LEADING = SQL(
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
    ADD COLUMN IF NOT EXISTS digest bytea NOT NULL,
    ADD COLUMN IF NOT EXISTS occurrence int4 NOT NULL DEFAULT 1;
CREATE UNIQUE INDEX IF NOT EXISTS mtqg_statement_line_once
    ON mtqg_statement_line (digest, occurrence);
CREATE INDEX IF NOT EXISTS mtqg_statement_line_by_statement
    ON mtqg_statement_line USING brin (statement_id) WITH (autosummarize = on);

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


def install_guards(env):
    """Create the keys of lines, and the triggers that keep them as they came."""
    env.cr.execute(SQL(_GUARDS))


def open_staging(env):
    """Make the empty table that lines are staged in, for this transaction."""
    columns = SQL(", ").join(
        SQL("%s %s", SQL.identifier(name), SQL(_TYPES.get(name, "text")))
        for name in COLUMNS
    )
    env.cr.execute(
        SQL(
            "DROP TABLE IF EXISTS pg_temp.%s; CREATE TEMP TABLE %s (%s) ON COMMIT DROP",
            SQL.identifier(STAGED),
            SQL.identifier(STAGED),
            columns,
        )
    )


def stage(env, stream):
    """Copy lines into the staging table.

    :param stream: a file of CSV rows, in the order of ``StatementLine``
    """
    env.cr.copy_expert(f"COPY {STAGED} FROM STDIN (FORMAT csv)", stream, 2**16)


def sum_up(env):
    """Return what is staged: number of lines, their sum in đồng."""
    [row] = env.execute_query(
        SQL(
            "SELECT count(*), COALESCE(sum(%s), 0)::int8 FROM %s",
            _LEADING,
            SQL.identifier(STAGED),
        )
    )
    return row


def keep_lines(env, statement_id, scope, tops):
    """Keep the staged lines that no statement has yet.

    :param scope: a ``Scope`` of the engine
    :param tops: ids of the units in whose subtrees codes are looked up
    :return: number of lines that are kept
    """
    env.cr.execute(_insert(statement_id, scope, tops, occurrence=False))
    kept = env.cr.rowcount
    staged = sum_up(env)[0]
    if kept < staged:
        # equal payments of one file; or lines that other statements have
        env.cr.execute(_insert(statement_id, scope, tops, occurrence=True))
        kept += env.cr.rowcount
    return kept


def count_kept(env, statement_id):
    """Return what a statement keeps.

    :return: dict ``lines``, ``amount`` (đồng), and how many lines have a code that the
        register does not know: ``project``, ``program``, ``unit``
    """
    [row] = env.execute_query_dict(
        SQL(
            """SELECT count(*) AS lines, COALESCE(sum(%s), 0)::int8 AS amount,
                      count(*) FILTER (WHERE COALESCE(project, project_name) <> ''
                                         AND project_id IS NULL) AS project,
                      count(*) FILTER (WHERE COALESCE(program, program_name) <> ''
                                         AND program_id IS NULL) AS program,
                      count(*) FILTER (WHERE COALESCE(unit, unit_name) <> ''
                                         AND unit_id IS NULL) AS unit
                 FROM mtqg_statement_line WHERE statement_id = %s""",
            _LEADING,
            statement_id,
        )
    )
    return row


def find_known(env, statement_id, scope, limit):
    """Return staged lines that other statements have.

    :return: list of (statement id, number of lines, names of some of them)
    """
    return env.execute_query(
        SQL(
            """WITH said AS (SELECT s.name, %s AS digest FROM %s s)
               SELECT l.statement_id, count(*)::int4, (array_agg(said.name))[:%s]
                 FROM said JOIN mtqg_statement_line l ON l.digest = said.digest
                WHERE l.occurrence = 1 AND l.statement_id <> %s
                GROUP BY 1 ORDER BY 2 DESC""",
            _digest(scope),
            SQL.identifier(STAGED),
            limit,
            statement_id,
        )
    )


# === The one statement === #


def _insert(statement_id, scope, tops, *, occurrence):
    """Return the INSERT; the second time, with what was left counted."""
    columns = SQL(", ").join(SQL.identifier(name) for name in COLUMNS)
    staged = SQL.identifier(STAGED)
    if occurrence:
        source = SQL(
            """(SELECT * FROM (
                    SELECT t.*, row_number() OVER (PARTITION BY digest ORDER BY line) AS occurrence
                      FROM (SELECT s.*, s.ctid AS line, %s AS digest FROM %s s) t) ranked
                 WHERE occurrence > 1)""",
            _digest(scope),
            staged,
        )
        key = SQL("s.digest, s.occurrence")
    else:
        source, key = staged, SQL("%s, 1", _digest(scope))
    return SQL(
        """WITH scope AS (%s), project AS (%s), program AS (%s), unit AS (%s)
           INSERT INTO mtqg_statement_line
                  (statement_id, %s, project_id, program_id, unit_id, digest, occurrence)
           SELECT %s, %s, project.id, program.id, unit.id, %s
             FROM %s s
             LEFT JOIN project ON project.key = COALESCE(s.project, lower(s.project_name))
             LEFT JOIN program ON program.key = COALESCE(s.program, lower(s.program_name))
             LEFT JOIN unit ON unit.key = COALESCE(s.unit, lower(s.unit_name))
               ON CONFLICT (digest, occurrence) DO NOTHING""",
        _scope(tops),
        _known_projects(),
        _known_programs(),
        _known_units(),
        columns,
        statement_id,
        SQL(", ").join(SQL.identifier("s", name) for name in COLUMNS),
        key,
        source,
    )


def _scope(tops):
    """Return the units below those in whose subtrees codes are looked up."""
    return SQL(
        """SELECT DISTINCT u.id, u.code, u.budget_code, u.name, u.date_to FROM mtqg_unit u
             JOIN mtqg_unit top ON top.id = ANY(%s)
              AND u.parent_path LIKE top.parent_path || '%%'""",
        list(tops),
    )


def _unambiguous(keys):
    """Return the keys that stand for one record only."""
    return SQL(
        """SELECT key, min(id) AS id FROM (%s) AS named
            WHERE key <> '' GROUP BY key HAVING count(DISTINCT id) = 1""",
        keys,
    )


def _known_projects():
    return _unambiguous(
        SQL(
            """SELECT key, p.id FROM mtqg_project p
                CROSS JOIN LATERAL (VALUES (p.code), (lower(p.name))) AS k(key)
                WHERE p.unit_id IN (SELECT id FROM scope)"""
        )
    )


def _known_programs():
    # a workbook keeps codes as numbers, which have five digits in the reading
    return _unambiguous(
        SQL(
            """SELECT key, p.id FROM mtqg_program p
                CROSS JOIN LATERAL (VALUES (p.code), (p.target_code),
                    (lpad(p.target_code, 5, '0')), (lower(p.name))) AS k(key)"""
        )
    )


def _known_units():
    """Return codes and names of units; of several with one, the only one that lives."""
    return SQL(
        """SELECT key, COALESCE(CASE WHEN count(DISTINCT id) = 1 THEN min(id) END,
                                CASE WHEN count(DISTINCT id) FILTER (WHERE date_to IS NULL) = 1
                                     THEN min(id) FILTER (WHERE date_to IS NULL) END) AS id
             FROM scope CROSS JOIN LATERAL
                  (VALUES (code), (budget_code), (lower(name))) AS k(key)
            WHERE key <> '' GROUP BY key"""
    )


def _digest(scope):
    """Return the expression of ``StatementLine.digest`` over a staged line ``s``."""
    subjects = SQL(", ").join(SQL.identifier("s", name) for name in SUBJECTS)
    return SQL(
        r"""substring(sha256(convert_to(concat_ws(E'\x1f', %s,
                CASE WHEN s.date IS NULL THEN %s END,
                CASE WHEN COALESCE(%s) IS NULL THEN %s END,
                %s), 'UTF8')) FOR 16)""",
        f"kind={scope.kind}",
        f"period={scope.period}",
        subjects,
        f"about={scope.about}",
        SQL(", ").join(_written(name) for name in WRITTEN),
    )


def _written(name):
    column, kind = SQL.identifier("s", name), _TYPES.get(name, "text")
    if kind == "bool":
        return SQL("CASE WHEN %s THEN %s END", column, f"{name}=1")
    if kind == "date":
        column = SQL("(%s - DATE '2000-01-01')", column)
    return SQL("%s || %s", f"{name}=", column)
