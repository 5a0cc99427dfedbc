"""Minutes of a reconciliation in the database: numbers, content, and the lock.

What both sides signed never changes, not even for raw SQL: the document itself by
``documents.protect_posted``, its rows here. The guards look at whole statements, so a
comparison that writes a hundred thousand rows asks once.
"""

from odoo.tools import SQL

from ..engine.ledger import signs_of
from ..engine.minutes_figures import Own, Said
from .reconciliation_scope import held_by, paid_by, payment_signs
from .sums import sign_of

# rows of a signed reconciliation: table, column that names it
_PARTS = (
    ("mtqg_reconciliation_line", "reconciliation_id"),
    ("mtqg_reconciliation_item", "reconciliation_id"),
    ("mtqg_reconciliation_figure", "reconciliation_id"),
    ("mtqg_reconciliation_mtqg_statement_rel", "mtqg_reconciliation_id"),
)
# statement of SQL -> names of the rows it touches
_EVENTS = {
    "INSERT": ("NEW TABLE AS fresh", ("fresh",)),
    "UPDATE": ("NEW TABLE AS fresh OLD TABLE AS stale", ("fresh", "stale")),
    "DELETE": ("OLD TABLE AS stale", ("stale",)),
}

# the real UPDATE makes whoever signs at this moment start again, with these rows
_GUARD = """
CREATE OR REPLACE FUNCTION %(function)s() RETURNS trigger LANGUAGE plpgsql AS $mtqg$
BEGIN
    UPDATE mtqg_reconciliation r SET write_date = r.write_date
      FROM (SELECT id FROM mtqg_reconciliation WHERE id IN (%(touched)s)
             ORDER BY id FOR NO KEY UPDATE) AS wanted
     WHERE r.id = wanted.id;
    IF EXISTS (SELECT 1 FROM mtqg_reconciliation r
                WHERE r.workflow_state = 'done' AND r.id IN (%(touched)s)) THEN
        RAISE EXCEPTION 'signed minutes do not change'
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME,
                  CONSTRAINT = TG_TABLE_NAME || '_signed';
    END IF;
    RETURN NULL;
END $mtqg$;
DROP TRIGGER IF EXISTS %(function)s ON %(table)s;
CREATE TRIGGER %(function)s AFTER %(event)s ON %(table)s REFERENCING %(rows)s
    FOR EACH STATEMENT EXECUTE FUNCTION %(function)s();
"""

_NUMBER = """
UPDATE mtqg_reconciliation r
   SET number = fresh.prefix || lpad((fresh.place + COALESCE((
           SELECT MAX(substring(o.number FROM length(fresh.prefix) + 1)::int)
             FROM mtqg_reconciliation o
            WHERE starts_with(o.number, fresh.prefix)
              AND substring(o.number FROM length(fresh.prefix) + 1) ~ '^[0-9]{1,6}$'
           ), 0))::text, 2, '0')
  FROM (SELECT n.id, n.prefix,
               row_number() OVER (PARTITION BY n.prefix ORDER BY n.id) AS place
          FROM (SELECT d.id, 'ĐC-' || u.code || '-' || EXTRACT(YEAR FROM d.date_to)
                             || '/' AS prefix
                  FROM mtqg_reconciliation d JOIN mtqg_unit u ON u.id = d.unit_id
                 WHERE d.id = ANY(%s)) n) fresh
 WHERE r.id = fresh.id
"""

# what the register holds, since the beginning; plan passed on counts where it arrived
_OWN = """WITH held AS MATERIALIZED (%(held)s),
     move AS (
         SELECT h.id, e.kind, SUM(%(signed)s) AS amount, e.date >= %(first)s AS is_new,
                %(is_paid)s AS is_paid, h.parent_id
           FROM mtqg_entry e JOIN held h ON h.id = e.allocation_id %(office)s
          WHERE e.date <= %(last)s
          GROUP BY h.id, e.kind, is_new, is_paid, h.parent_id),
     part AS (
         SELECT id, kind, amount, is_new, is_paid FROM move
          UNION ALL
         SELECT m.parent_id, 'passed', -%(plan)s, FALSE, FALSE
           FROM move m JOIN held above ON above.id = m.parent_id)
SELECT COALESCE(p.code, ''), g.code, h.plan_year, h.origin_year, h.nature,
       SUM(CASE WHEN m.kind = 'passed' THEN m.amount ELSE %(plan)s END)::int8,
       %(paid)s
  FROM part m
  JOIN held h ON h.id = m.id
  JOIN mtqg_program g ON g.id = h.own_program_id
  LEFT JOIN mtqg_project p ON p.id = NULLIF(h.project_id, 0)
 GROUP BY 1, 2, 3, 4, 5
 ORDER BY 1, 2, 3, 4, 5"""

_SAID = """
SELECT COALESCE(f.grain, 0), COALESCE(p.code, ''), COALESCE(g.code, ''),
       COALESCE(f.plan_year, 0), COALESCE(f.origin_year, 0), COALESCE(f.nature, ''),
       f.measure, f.span, f.amount_treasury, f.amount_national
  FROM mtqg_reconciliation_figure f
  JOIN mtqg_project p ON p.id = f.project_id
  LEFT JOIN mtqg_program g ON g.id = f.program_id
 WHERE f.reconciliation_id = %s AND f.amount_treasury IS NOT NULL
 ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, f.id
"""

_PROJECTS = """
SELECT p.code, p.name, u.name
  FROM mtqg_project p JOIN mtqg_unit u ON u.id = p.unit_id
 WHERE p.code = ANY(%s)
 ORDER BY p.code, p.id
"""

_PROGRAMS = """
SELECT g.code, g.name, COALESCE(g.target_code, '')
  FROM mtqg_program g
 WHERE g.code = ANY(%s)
 ORDER BY g.code, g.id
"""

# who agreed last before the one who decides now, in this submission
_EARLIER = """
SELECT COALESCE(e.on_behalf_id, e.user_id), date_trunc('second', e.date)
  FROM mtqg_workflow_event e
  JOIN mtqg_workflow_transition t ON t.id = e.transition_id
  JOIN mtqg_workflow_stage s ON s.id = t.stage_to_id
 WHERE e.res_model = 'mtqg.reconciliation' AND e.res_id = %(id)s
   AND e.name = 'approve' AND s.kind <> 'done'
   AND e.sequence > (SELECT MAX(b.sequence) FROM mtqg_workflow_event b
                      WHERE b.res_model = 'mtqg.reconciliation' AND b.res_id = %(id)s
                        AND b.name = 'submit')
 ORDER BY e.sequence DESC LIMIT 1
"""


def protect_signed(env):
    """Close the rows of signed minutes; safe to run again."""
    for table, column in _PARTS:
        for event, (rows, names) in _EVENTS.items():
            env.cr.execute(_guard(table, column, event, rows, names))


def _guard(table, column, event, rows, names):
    touched = SQL(" UNION ").join(
        SQL("SELECT %s FROM %s", SQL.identifier(column), SQL.identifier(name))
        for name in names
    )
    return SQL(
        _GUARD,
        function=SQL.identifier(f"{table}_{event.lower()}_signed"),
        table=SQL.identifier(table),
        event=SQL(event),
        rows=SQL(rows),
        touched=touched,
    )


def number_reconciliations(env, ids):
    """Give new documents their numbers, by unit and year of the last day."""
    env.cr.execute(SQL(_NUMBER, list(ids)))
    env["mtqg.reconciliation"].browse(ids).invalidate_recordset(["number"])


def read_own(env, scope):
    """Return what the register holds in a scope, as ``engine.minutes_figures.Own``.

    :param scope: of ``reconciliation_scope.read_scope``
    """
    env.flush_all()
    office, is_paid = paid_by(scope)
    rows = env.execute_query(
        SQL(
            _OWN,
            held=held_by(scope, {id_: id_ for id_ in scope.programs}),
            signed=SQL(
                "CASE WHEN e.reversal_of_id IS NULL THEN e.amount ELSE -e.amount END"
            ),
            first=scope.date_from,
            last=scope.date_to,
            is_paid=is_paid,
            office=office,
            plan=_amount_of(signs_of("assigned")),
            paid=SQL(", ").join(
                SQL(
                    "SUM(CASE WHEN m.is_paid AND %s THEN %s ELSE 0 END)::int8",
                    span,
                    _amount_of(payment_signs(measure)),
                )
                for span in (SQL("TRUE"), SQL("m.is_new"))
                for measure in ("advance", "completed", "recovered")
            ),
        )
    )
    return [Own(*row) for row in rows]


def _amount_of(signs):
    """Return the SQL of what an entry ``m`` adds, by the signs of its kinds."""
    return SQL("(m.amount * %s)", sign_of(signs, SQL("m.kind")))


def read_said(env, reconciliation_id):
    """Return what statements say of projects, as ``engine.minutes_figures.Said``."""
    env.flush_all()
    return [Said(*row) for row in env.execute_query(SQL(_SAID, reconciliation_id))]


def read_names(env, projects, programs):
    """Return dict ``projects`` and ``programs``: codes and what they stand for.

    Lists of ``[code, name, owner]`` and ``[code, name, target code]``.
    """
    return {
        "projects": _read(env, SQL(_PROJECTS, list(projects))),
        "programs": _read(env, SQL(_PROGRAMS, list(programs))),
    }


def _read(env, query):
    return [list(row) for row in env.execute_query(query)]


def find_earlier_approval(env, reconciliation_id):
    """Return (user id, moment in UTC) of the side that signed first, or (None, None)."""
    rows = env.execute_query(SQL(_EARLIER, id=reconciliation_id))
    return rows[0] if rows else (None, None)
