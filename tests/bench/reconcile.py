"""A million entries against a million lines of a statement.

The floor is one FULL JOIN of both sides on the same keys, equal ones told apart by
row_number, that keeps what stands on one side only. It has no voucher, no reversal and
no name of anything; it reads the same rows under the same conditions.
"""

from odoo.tools import SQL

from odoo.addons.mtqg_disbursement.store import reconciliation_scope, reconciliations

from measure import measure, queries, row, seconds
from province import make_units, silent_triggers

SIZE = 1_000_000
PROJECTS = 20_000
FIRST, LAST = "2025-05-01", "2025-05-31"

_BALANCES = """WITH project AS (
         INSERT INTO mtqg_project (name, code, kind, unit_id, program_id,
                                   workflow_state, workflow_id, stage_id)
         SELECT 'Project ' || n, 'RECON-' || n, 'normal',
                (%(units)s::int4[])[1 + n %% %(count)s], %(program)s, 'draft',
                %(workflow)s, %(stage)s
           FROM generate_series(1, %(size)s) n
         RETURNING id, unit_id),
     fresh AS MATERIALIZED (
         SELECT nextval('mtqg_allocation_id_seq')::int4 AS id, p.id AS project_id,
                p.unit_id
           FROM project p)
INSERT INTO mtqg_allocation
       (id, unit_id, program_id, project_id, nature, source, plan_year, origin_year,
        amount_assigned, amount_allocated, amount_tabmis, amount_completed,
        amount_advance, amount_carried, amount_cancelled, date_last, parent_path)
SELECT id, unit_id, %(program)s, project_id, 'investment', 'central', 2025, 2025,
       10000000000000, 0, 10000000000000, 0, 0, 0, 0, '2026-01-31', id || '/'
  FROM fresh
RETURNING id"""
_ENTRIES = """INSERT INTO mtqg_entry
       (allocation_id, kind, amount, date, reference, user_id)
SELECT (%(balances)s::int4[])[1 + (n * 7919::int8) %% %(count)s],
       CASE WHEN n %% 5 = 0 THEN 'advance' ELSE 'completed' END,
       1000000 + (n * 2654435761) %% 1000000007, %(first)s::date + (n %% 31)::int4,
       'GRV' || n, 1
  FROM generate_series(1, %(size)s) n"""
# 1 % missing, 1 % of an unknown project, 1 % of another amount
_LINES = """INSERT INTO mtqg_statement_line
       (statement_id, row, project, program, unit, origin_year, nature,
        voucher, date, project_id, program_id, unit_id, advance, completed)
SELECT %(statement)s, e.id, p.code, g.code, u.code, a.origin_year,
       a.nature, e.reference, e.date, CASE WHEN e.id %% 100 <> 1 THEN a.project_id END,
       a.program_id, a.unit_id, CASE e.kind WHEN 'advance' THEN x.amount END,
       CASE e.kind WHEN 'completed' THEN x.amount END
  FROM mtqg_entry e
  JOIN mtqg_allocation a ON a.id = e.allocation_id
  JOIN mtqg_project p ON p.id = a.project_id
  JOIN mtqg_program g ON g.id = a.program_id
  JOIN mtqg_unit u ON u.id = a.unit_id
 CROSS JOIN LATERAL (
       SELECT e.amount + CASE WHEN e.id %% 100 = 2 THEN 1000 ELSE 0 END AS amount) x
 WHERE a.id = ANY(%(balances)s) AND e.id %% 100 <> 0
 ORDER BY e.id"""
_FLOOR = """CREATE TEMP TABLE floor ON COMMIT DROP AS
WITH own AS (
         SELECT e.id, a.project_id, a.program_id, a.unit_id, a.origin_year, a.nature,
                e.kind, e.amount, e.date, row_number() OVER (
                    PARTITION BY a.project_id, a.program_id, a.unit_id, a.origin_year,
                                 a.nature, e.kind, e.amount, e.date
                    ORDER BY e.id) AS place
           FROM mtqg_entry e
           JOIN mtqg_allocation a ON a.id = e.allocation_id
          WHERE a.unit_id = ANY(%(units)s) AND e.date BETWEEN %(first)s AND %(last)s
            AND e.kind IN ('advance', 'completed')),
     treasury AS (
         SELECT l.id, l.project_id, l.program_id, l.unit_id, l.origin_year, l.nature,
                v.kind, v.amount, l.date, row_number() OVER (
                    PARTITION BY l.project_id, l.program_id, l.unit_id, l.origin_year,
                                 l.nature, v.kind, v.amount, l.date
                    ORDER BY l.id) AS place
           FROM mtqg_statement_line l
          CROSS JOIN LATERAL (
                VALUES ('advance', l.advance), ('completed', l.completed)
                ) AS v(kind, amount)
          WHERE l.statement_id = %(statement)s AND v.amount <> 0)
SELECT o.id AS entry_id, t.id AS line_id
  FROM own o
  FULL JOIN treasury t USING (project_id, program_id, unit_id, origin_year, nature,
                              kind, amount, date, place)
 WHERE o.id IS NULL OR t.id IS NULL"""


def run(env):
    """Yield the lines of exact keys, and of the whole comparison."""
    # both sides get the same memory, and no compiler
    env.cr.execute("SET LOCAL work_mem = '64MB'; SET LOCAL jit = off")
    reconciliation = _make(env)

    def ours():
        _leave_exceptions(env, reconciliation)

    def floor():
        _join(env, reconciliation)

    count = queries(env, ours)
    times = measure(ours, floor, rounds=3)
    yield row("treasury", f"exact keys, {SIZE:,} x {SIZE:,}", times, 1.5, count)
    lines = _read_versions(env, reconciliation)
    spent = []
    count = queries(env, lambda: spent.append(seconds(reconciliation._run)))
    assert _read_versions(env, reconciliation) == lines, "statement rows were written"
    found = len(reconciliation.line_ids)
    assert found > SIZE // 100
    case = f"whole comparison, {found:,} differences"
    yield row("treasury", case, (spent[0], times[1]), queries=count)


def _leave_exceptions(env, reconciliation):
    """Find what exact keys leave, as a comparison does."""
    scope = reconciliation_scope.read_scope(
        env,
        reconciliation.unit_id.id,
        None,
        reconciliation.date_from,
        reconciliation.date_to,
        reconciliation.statement_ids.ids,
    )
    said, _programs = reconciliations.read_said(env, scope)
    reconciliations.find_left(env, scope, said)


def _join(env, reconciliation):
    """Keep what one join leaves."""
    inside = [("id", "child_of", reconciliation.unit_id.id)]
    env.cr.execute(
        SQL(
            _FLOOR,
            units=env["mtqg.unit"].search(inside).ids,
            first=FIRST,
            last=LAST,
            statement=reconciliation.statement_ids.id,
        )
    )
    env.cr.execute("DROP TABLE floor")


def _make(env):
    """Return a reconciliation of a province with a million payments."""
    province, _middle, communes = make_units(env, "RECON", 3, 300)
    program = env.ref("mtqg_disbursement.program_ntm_02")
    with silent_triggers(env):
        balances = _make_balances(env, communes, program)
        env.cr.execute(
            SQL(_ENTRIES, balances=balances, count=PROJECTS, first=FIRST, size=SIZE)
        )
        statement = env["mtqg.statement"].create(
            {"unit_id": province.id, "date_from": FIRST, "date_to": LAST}
        )
        env.flush_all()
        env.cr.execute(SQL(_LINES, statement=statement.id, balances=balances))
        statement.write({"state": "imported", "line_count": SIZE})
        env.flush_all()
        env.cr.execute("ANALYZE mtqg_statement_line, mtqg_project")
    return env["mtqg.reconciliation"].create(
        {
            "unit_id": province.id,
            "date_from": FIRST,
            "date_to": LAST,
            "statement_ids": statement.ids,
        }
    )


def _make_balances(env, communes, program):
    """Return the ids of the balances: one for each project."""
    workflow, _condition, stage = env["mtqg.workflow"]._list_published("mtqg.project")[
        0
    ]
    return [
        id_
        for (id_,) in env.execute_query(
            SQL(
                _BALANCES,
                units=communes.ids,
                count=len(communes),
                program=program.id,
                workflow=workflow,
                stage=stage,
                size=PROJECTS,
            )
        )
    ]


def _read_versions(env, reconciliation):
    """Return a digest of the physical places of the statement's rows."""
    return env.execute_query(
        SQL(
            """SELECT count(*), sum(hashtext(ctid::text)::int8), sum(xmin::text::int8)
                 FROM mtqg_statement_line WHERE statement_id = %s""",
            reconciliation.statement_ids.id,
        )
    )
