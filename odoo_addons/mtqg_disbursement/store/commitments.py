"""Commitments in the database: frozen versions, promises and what was disbursed.

A row of a commitment (its subject: program, origin year, nature, perhaps a project)
covers balances of the commitment's unit and plan year: with a project, the balances
of that project; without one, all the others of the program node that no row of the
same commitment names by their project. So every balance is covered once at most.
"""

from odoo.tools import SQL

from .ledger import sum_of

SUBJECT = ("program_id", "origin_year", "nature", "project_id")

# whether the row s of a commitment covers the balance a
_COVERS = """a.unit_id = s.unit_id AND a.plan_year = s.plan_year
         AND a.program_id = s.program_id AND a.origin_year = s.origin_year
         AND a.nature = s.nature
         AND (a.project_id = s.project_id OR s.project_id IS NULL AND (
              a.project_id IS NULL OR NOT EXISTS (
              SELECT 1 FROM mtqg_commitment_line named
               WHERE named.commitment_id = s.commitment_id
                 AND named.project_id = a.project_id
                 AND named.program_id = s.program_id AND named.nature = s.nature
                 AND named.origin_year = s.origin_year)))"""

# a month's promise is due on its last day; 13 is January of the next year
_DUE_DAY = """(make_date(c.plan_year, 1, 1)
              + make_interval(months => %s) - interval '1 day')::date"""

# the month of the plan year that an entry counts in, cut to 1..13
_ENTRY_MONTH = """LEAST(13, GREATEST(1, (EXTRACT(YEAR FROM e.date)::int - a.plan_year) * 12
                 + EXTRACT(MONTH FROM e.date)::int))"""

# a hand-over moves advances between units; nobody has paid anything by it
_PAID = "e.decision_id IS NULL"

_SIGNED = "CASE WHEN e.reversal_of_id IS NULL THEN e.amount ELSE -e.amount END"

# the version that nobody has replaced
_IS_CURRENT = """c.workflow_state = 'done' AND NOT EXISTS (
              SELECT 1 FROM mtqg_commitment later
               WHERE later.previous_id = c.id AND later.workflow_state = 'done')"""

# the real UPDATE makes whoever signs or submits at this moment start again
_GUARD_LINES = """
CREATE OR REPLACE FUNCTION mtqg_commitment_line_guard() RETURNS trigger
LANGUAGE plpgsql AS $mtqg$
BEGIN
    UPDATE mtqg_commitment c SET write_date = c.write_date
      FROM (SELECT id FROM mtqg_commitment
             WHERE id IN (SELECT commitment_id FROM fresh)
             ORDER BY id FOR NO KEY UPDATE) AS wanted
     WHERE c.id = wanted.id;
    IF EXISTS (SELECT 1 FROM fresh JOIN mtqg_commitment c ON c.id = fresh.commitment_id
                WHERE c.workflow_state = 'done') THEN
        RAISE EXCEPTION 'a signed commitment does not change'
            USING ERRCODE = 'check_violation', TABLE = 'mtqg_commitment_line',
                  CONSTRAINT = 'mtqg_commitment_line_posted';
    END IF;
    RETURN NULL;
END $mtqg$;
DROP TRIGGER IF EXISTS mtqg_commitment_line_added ON mtqg_commitment_line;
CREATE TRIGGER mtqg_commitment_line_added AFTER INSERT ON mtqg_commitment_line
    REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION mtqg_commitment_line_guard();
DROP TRIGGER IF EXISTS mtqg_commitment_line_moved ON mtqg_commitment_line;
CREATE TRIGGER mtqg_commitment_line_moved AFTER UPDATE ON mtqg_commitment_line
    REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION mtqg_commitment_line_guard();
"""

# attachments have their own doors: what is or was to be signed is closed there too
_GUARD_FILES = """
CREATE OR REPLACE FUNCTION mtqg_commitment_file_guard() RETURNS trigger
LANGUAGE plpgsql AS $mtqg$
BEGIN
    IF to_regclass('mtqg_commitment') IS NULL THEN
        RETURN COALESCE(NEW, OLD);  -- the addon is gone, attachments are not
    END IF;
    IF TG_OP = 'UPDATE' AND (OLD.checksum, OLD.res_model, OLD.res_field, OLD.res_id)
       IS NOT DISTINCT FROM (NEW.checksum, NEW.res_model, NEW.res_field, NEW.res_id) THEN
        RETURN NEW;
    END IF;
    IF EXISTS (
        SELECT 1 FROM mtqg_commitment c
         WHERE (c.workflow_transition_id IS NOT NULL
                OR c.workflow_state NOT IN ('draft', 'running'))
           AND ((TG_OP <> 'INSERT' AND OLD.res_model = 'mtqg.commitment'
                 AND OLD.res_field = 'file' AND OLD.res_id = c.id)
             OR (TG_OP <> 'DELETE' AND NEW.res_model = 'mtqg.commitment'
                 AND NEW.res_field = 'file' AND NEW.res_id = c.id))) THEN
        RAISE EXCEPTION 'the file of a signed commitment is not exchanged'
            USING ERRCODE = 'check_violation', TABLE = 'mtqg_commitment',
                  CONSTRAINT = 'mtqg_commitment_file_kept';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $mtqg$;
DROP TRIGGER IF EXISTS mtqg_commitment_file_guard ON ir_attachment;
CREATE TRIGGER mtqg_commitment_file_guard BEFORE INSERT OR UPDATE OR DELETE
    ON ir_attachment FOR EACH ROW EXECUTE FUNCTION mtqg_commitment_file_guard();
"""


_CELL = "program_id, origin_year, nature, project_id, month, amount"

_DROP_CELLS = """
DELETE FROM mtqg_commitment_line l
 WHERE l.commitment_id = %(commitment)s AND NOT EXISTS (
       SELECT 1 FROM %(wanted)s
        WHERE (w.program_id, w.origin_year, w.nature, w.month)
            = (l.program_id, l.origin_year, l.nature, l.month)
          AND w.project_id IS NOT DISTINCT FROM l.project_id)
"""

_PUT_CELLS = """
INSERT INTO mtqg_commitment_line AS l
       (commitment_id, %(cell)s, create_uid, create_date, write_uid, write_date)
SELECT %(commitment)s, w.*, %(uid)s, now() AT TIME ZONE 'UTC',
       %(uid)s, now() AT TIME ZONE 'UTC'
  FROM %(wanted)s
ON CONFLICT (commitment_id, program_id, origin_year, nature, COALESCE(project_id, 0),
             month)
DO UPDATE SET amount = EXCLUDED.amount, write_uid = EXCLUDED.write_uid,
              write_date = EXCLUDED.write_date
 WHERE l.amount <> EXCLUDED.amount
"""

# the rows of the commitments that are asked about
_ROWS = """(SELECT MIN(l.id) AS row_id, c.id AS commitment_id, c.unit_id, c.leader_id,
                  c.plan_year, l.program_id, l.origin_year, l.nature, l.project_id
             FROM mtqg_commitment c
             JOIN mtqg_commitment_line l ON l.commitment_id = c.id
            WHERE %(which)s
            GROUP BY 2, 3, 4, 5, 6, 7, 8, 9)"""

_ROW = """commitment_id, unit_id, leader_id, plan_year, program_id, origin_year, nature,
          project_id"""

# every column that may be filtered by is in each GROUP BY and in the window, so that
# PostgreSQL filters before it adds up
_DEVIATION = """
SELECT row_id::int8 * 16 + month AS id, %(row)s, month, %(due)s AS date,
       amount_committed, amount_actual,
       amount_actual - amount_committed AS amount_difference,
       (SUM(amount_committed) OVER w)::int8 AS amount_committed_total,
       (SUM(amount_actual) OVER w)::int8 AS amount_actual_total,
       (SUM(amount_actual - amount_committed) OVER w)::int8 AS amount_difference_total
  FROM (SELECT %(row)s, month, MAX(row_id) AS row_id,
               SUM(promised)::int8 AS amount_committed,
               (%(spent)s)::int8 AS amount_actual
          FROM (SELECT s.*, n.month, 0 AS promised, NULL AS kind, 0 AS amount
                  FROM %(rows)s s CROSS JOIN generate_series(1, 13) AS n(month)
                 UNION ALL
                SELECT NULL, c.id, c.unit_id, c.leader_id, c.plan_year, l.program_id,
                       l.origin_year, l.nature, l.project_id, l.month, l.amount, NULL, 0
                  FROM mtqg_commitment c
                  JOIN mtqg_commitment_line l ON l.commitment_id = c.id
                 WHERE %(which)s
                 UNION ALL
                SELECT s.*, %(month)s, 0, e.kind, %(signed)s
                  FROM %(rows)s s JOIN mtqg_allocation a ON %(covers)s
                  JOIN mtqg_entry e ON e.allocation_id = a.id AND %(paid)s) AS move
         GROUP BY %(row)s, month) AS c
WINDOW w AS (PARTITION BY %(row)s ORDER BY month)
"""

_PROGRESS = """
SELECT c.id, COALESCE(due.amount, 0), COALESCE(paid.amount, 0)
  FROM mtqg_commitment c
  LEFT JOIN (SELECT c.id, SUM(l.amount) AS amount
               FROM mtqg_commitment c
               JOIN mtqg_commitment_line l ON l.commitment_id = c.id
              WHERE %(which)s AND %(due)s <= %(date)s GROUP BY c.id) due ON due.id = c.id
  LEFT JOIN (SELECT commitment_id AS id, %(spent)s AS amount
               FROM (SELECT s.commitment_id, e.kind, %(signed)s AS amount
                       FROM %(rows)s s JOIN mtqg_allocation a ON %(covers)s
                       JOIN mtqg_entry e ON e.allocation_id = a.id AND %(paid)s
                      WHERE e.date <= %(date)s) AS move
              GROUP BY commitment_id) paid ON paid.id = c.id
 WHERE %(which)s
"""


def protect_lines(env):
    """Refuse rows added or moved to a signed commitment, even by raw SQL."""
    env.cr.execute(_GUARD_LINES)


def protect_files(env):
    """Refuse to exchange the file of a commitment that waits or is signed."""
    env.cr.execute(_GUARD_FILES)


def save_lines(env, commitment_id, rows):
    """Make the rows of a commitment these and no others, in two statements.

    :param list rows: (program, origin year, nature, project or None, month, đồng);
        a month of zero đồng has no row
    """
    env.flush_all()
    kinds = ("int4", "int4", "varchar", "int4", "int4", "int8")
    columns = list(zip(*(row for row in rows if row[-1]), strict=True)) or [()] * 6
    cells = SQL(", ").join(
        SQL("%s::%s[]", list(column), SQL(kind))
        for column, kind in zip(columns, kinds, strict=True)
    )
    values = {
        "wanted": SQL("unnest(%s) AS w(%s)", cells, SQL(_CELL)),
        "commitment": commitment_id,
        "cell": SQL(_CELL),
        "uid": env.uid,
    }
    env.cr.execute(SQL(_DROP_CELLS, **values))
    env.cr.execute(SQL(_PUT_CELLS, **values))
    env["mtqg.commitment.line"].invalidate_model()


def copy_lines(env, from_id, to_id):
    """Copy the rows of a commitment to its next version, in one statement."""
    env.flush_all()
    env.cr.execute(
        SQL(
            """INSERT INTO mtqg_commitment_line
                      (commitment_id, program_id, origin_year, nature, project_id,
                       month, amount, create_uid, create_date, write_uid, write_date)
               SELECT %s, program_id, origin_year, nature, project_id, month, amount,
                      %s, now() AT TIME ZONE 'UTC', %s, now() AT TIME ZONE 'UTC'
                 FROM mtqg_commitment_line WHERE commitment_id = %s""",
            to_id,
            env.uid,
            env.uid,
            from_id,
        )
    )
    env["mtqg.commitment.line"].invalidate_model()


def disbursed_by_month(env, allocations):
    """Return what was disbursed from balances, by subject and month of the plan year.

    Advances and completed volume, less refunds and reversals (NĐ 254/2025 article 3).

    :param Query allocations: the balances that are asked about
    :return: dict (unit, plan year, program, origin year, nature, project or False) ->
        dict month (1..13) -> whole đồng
    """
    env.flush_all()
    found = {}
    for *key, project, month, amount in env.execute_query(
        SQL(
            """SELECT unit_id, plan_year, program_id, origin_year, nature, project_id,
                      month, %(spent)s
                 FROM (SELECT a.unit_id, a.plan_year, a.program_id, a.origin_year,
                              a.nature, a.project_id, e.kind, %(month)s AS month,
                              %(signed)s AS amount
                         FROM mtqg_allocation a
                         JOIN mtqg_entry e ON e.allocation_id = a.id AND %(paid)s
                        WHERE a.id IN %(picked)s) AS move
                GROUP BY 1, 2, 3, 4, 5, 6, 7""",
            spent=_spent(),
            month=SQL(_ENTRY_MONTH),
            paid=SQL(_PAID),
            signed=SQL(_SIGNED),
            picked=allocations.subselect(),
        )
    ):
        if amount:
            found.setdefault((*key, project or False), {})[month] = int(amount)
    return found


def committed_in_scope(env, allocations, date, known_at=None):
    """Return what was promised to be disbursed by a date, over a scope of balances.

    A promise counts where its row covers one of the balances or one below them, and
    then whole: a row does not tell sources apart. Of each unit and plan year the
    version counts that was in force: the last one dated on or before the date and, if
    a moment is given, signed by then. The promise of a month is due on its last day.

    :param Query allocations: the balances that were asked for
    :return: whole đồng
    """
    env.flush_all()
    ((amount,),) = env.execute_query(
        SQL(
            """WITH picked AS (SELECT id FROM mtqg_allocation WHERE id IN %(picked)s),
                    c AS (%(in_force)s),
                    s AS (SELECT c.unit_id, c.plan_year, l.*
                            FROM c JOIN mtqg_commitment_line l ON l.commitment_id = c.id
                           WHERE %(due)s <= %(date)s)
               SELECT COALESCE(SUM(s.amount), 0) FROM s
                WHERE EXISTS (
                      SELECT 1 FROM mtqg_allocation a
                       CROSS JOIN LATERAL unnest(string_to_array(
                             rtrim(a.parent_path, '/'), '/')::int4[]) AS above(id)
                        JOIN picked p ON p.id = above.id
                       WHERE %(covers)s)""",
            picked=allocations.subselect(),
            in_force=_in_force(date, known_at),
            due=SQL(_DUE_DAY, SQL("l.month")),
            date=date,
            covers=SQL(_COVERS),
        )
    )
    return int(amount)


def find_progress(env, date, commitment_ids=None):
    """Return what commitments promise by a date, and what was disbursed until then.

    :param commitment_ids: of these commitments; of the versions in force if None
    :return: dict commitment id -> (promised, disbursed), whole đồng
    """
    env.flush_all()
    which = (
        SQL(_IS_CURRENT)
        if commitment_ids is None
        else SQL("c.id = ANY(%s)", list(commitment_ids))
    )
    found = env.execute_query(
        SQL(
            _PROGRESS,
            due=SQL(_DUE_DAY, SQL("l.month")),
            date=date,
            which=which,
            rows=SQL(_ROWS, which=which),
            covers=SQL(_COVERS),
            paid=SQL(_PAID),
            signed=SQL(_SIGNED),
            spent=_spent(),
        )
    )
    return {id_: (int(promised), int(paid)) for id_, promised, paid in found}


def deviation_query():
    """Return the query of promised and disbursed amounts by row and month.

    Of the versions in force; a month in which nothing was promised or disbursed has a
    row too, for its running totals.
    """
    return SQL(
        _DEVIATION,
        row=SQL(_ROW),
        rows=SQL(_ROWS, which=SQL(_IS_CURRENT)),
        which=SQL(_IS_CURRENT),
        due=SQL(_DUE_DAY, SQL("month")),
        month=SQL(_ENTRY_MONTH),
        paid=SQL(_PAID),
        signed=SQL(_SIGNED),
        covers=SQL(_COVERS),
        spent=_spent(),
    )


def _in_force(date, known_at):
    """Return the query of the version of each unit and plan year that counts."""
    return SQL(
        """SELECT DISTINCT ON (unit_id, plan_year) id, unit_id, plan_year
             FROM mtqg_commitment
            WHERE workflow_state = 'done' AND date <= %s %s
            ORDER BY unit_id, plan_year, version DESC""",
        date,
        SQL("AND date_signed <= %s", known_at) if known_at else SQL(""),
    )


def _spent():
    """Return the SQL sum of advances and completed volume, less what came back."""
    return SQL("%s + %s", sum_of("advance", "own"), sum_of("completed", "own"))
