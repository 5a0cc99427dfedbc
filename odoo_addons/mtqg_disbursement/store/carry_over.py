"""Posting a carry-over: out of one plan year, down again through all levels of the next.

A line that carries names the balance of the old year. Its twin stands for the same
unit, program, project, nature, source and origin year in the next plan year, under the
twin of its superior.
"""

from odoo.tools import SQL

from . import deadlines
from .ledger import DIMENSIONS, forget_balances

# lines that carry an existing balance over, of decisions not posted yet
_LINES = """SELECT l.id, l.allocation_id, l.amount, l.date_last, d.id AS decision_id,
                   d.date, d.number
              FROM mtqg_decision_line l
              JOIN mtqg_decision d ON d.id = l.decision_id
             WHERE d.id = ANY(%(decisions)s) AND d.kind = 'carry_over'
               AND l.carry_case IS NOT NULL AND l.allocation_id IS NOT NULL"""

# each carried balance and everything above it, with its twin where it is open already
_TWINS = """RECURSIVE line AS (%(lines)s),
           old AS (
               SELECT DISTINCT above.id::int4 AS id
                 FROM line JOIN mtqg_allocation a ON a.id = line.allocation_id
                CROSS JOIN LATERAL
                      unnest(string_to_array(rtrim(a.parent_path, '/'), '/')) AS above(id)),
           chain AS (
               SELECT a.* FROM mtqg_allocation a JOIN old USING (id)),
           twin AS (
               SELECT c.id, t.id AS twin_id
                 FROM chain c JOIN mtqg_allocation t ON %(same)s AND t.parent_id IS NULL
                WHERE c.parent_id IS NULL
               UNION ALL
               SELECT c.id, t.id
                 FROM twin above
                 JOIN chain c ON c.parent_id = above.id
                 JOIN mtqg_allocation t ON %(same)s AND t.parent_id = above.twin_id)"""

_SAME = """(t.unit_id, t.program_id, COALESCE(t.project_id, 0), t.nature, t.source,
            t.plan_year, t.origin_year)
         = (c.unit_id, c.program_id, COALESCE(c.project_id, 0), c.nature, c.source,
            c.plan_year + 1, c.origin_year)"""

_LAST_DAYS = """WITH asked AS (
               SELECT DISTINCT carried_to_id AS id FROM mtqg_decision_line
                WHERE decision_id = ANY(%(decisions)s) AND carried_to_id IS NOT NULL),
           allowed AS (
               SELECT l.carried_to_id AS id, max(l.date_last) AS day
                 FROM mtqg_decision_line l
                 JOIN asked ON asked.id = l.carried_to_id
                 JOIN mtqg_decision d ON d.id = l.decision_id
                WHERE (%(posting)s OR d.workflow_state = 'done' AND NOT EXISTS (
                          SELECT 1 FROM mtqg_decision r
                           WHERE r.reversal_of_id = d.id AND r.workflow_state = 'done'))
                  AND d.id <> ALL(%(reversed)s)
                GROUP BY 1),
           wanted AS (
               SELECT a.id, COALESCE(allowed.day, make_date(a.plan_year, 12, 31)) AS day
                 FROM asked JOIN mtqg_allocation a ON a.id = asked.id
                 LEFT JOIN allowed ON allowed.id = a.id)
           UPDATE mtqg_allocation a SET date_last = wanted.day
             FROM wanted
            WHERE a.id = wanted.id AND a.date_last IS DISTINCT FROM wanted.day
           RETURNING a.id"""


def post_carry_overs(env, decision_ids):
    """Append the entries of all lines that carry a balance into the next plan year.

    One ``carry_out`` on each balance; one ``carry_in`` on its twin and on every balance
    above the twin, which gets the sum of what comes down from it.
    """
    env.flush_all()
    while _open_twins(env, decision_ids):
        pass
    _name_twins(env, decision_ids)
    _post_entries(env, decision_ids)
    forget_balances(env)


def _with_twins(decision_ids):
    lines = SQL(_LINES, decisions=list(decision_ids))
    return SQL(_TWINS, lines=lines, same=SQL(_SAME))


def _open_twins(env, decision_ids):
    """Open one level of missing twins, superiors first; return how many."""
    values = {
        "plan_year": SQL("c.plan_year + 1"),
        "parent_id": SQL("above.twin_id"),
    }
    env.cr.execute(
        SQL(
            """WITH %(twins)s
               INSERT INTO mtqg_allocation
                      (%(columns)s, create_uid, create_date, write_uid, write_date)
               SELECT %(values)s, %(uid)s, now() AT TIME ZONE 'UTC',
                      %(uid)s, now() AT TIME ZONE 'UTC'
                 FROM chain c
                 LEFT JOIN twin above ON above.id = c.parent_id
                WHERE (c.parent_id IS NULL OR above.twin_id IS NOT NULL)
                  AND c.id NOT IN (SELECT id FROM twin)
                ORDER BY c.id
               ON CONFLICT DO NOTHING""",
            twins=_with_twins(decision_ids),
            columns=SQL(", ").join(map(SQL.identifier, DIMENSIONS)),
            values=SQL(", ").join(
                values.get(name, SQL.identifier("c", name)) for name in DIMENSIONS
            ),
            uid=env.uid,
        )
    )
    return env.cr.rowcount


def _name_twins(env, decision_ids):
    """Note on each line where its capital continues, and until which day."""
    env.cr.execute(
        SQL(
            """WITH %s
               UPDATE mtqg_decision_line l SET carried_to_id = twin.twin_id
                 FROM line JOIN twin ON twin.id = line.allocation_id
                WHERE l.id = line.id""",
            _with_twins(decision_ids),
        )
    )
    _set_last_days(env, decision_ids, SQL("d.id = ANY(%s)", list(decision_ids)))


def restore_last_days(env, reversed_ids):
    """Give balances the last day that is left when decisions are being reversed."""
    _set_last_days(env, reversed_ids, SQL("FALSE"), reversed_ids)


def _set_last_days(env, decision_ids, posting, reversed_ids=()):
    """Let what decisions carried over be spent until the latest day that one allows.

    :param SQL posting: condition on decisions that count though they are not done yet
    :param reversed_ids: decisions that do not count any more
    """
    env.cr.execute(
        SQL(
            _LAST_DAYS,
            decisions=list(decision_ids),
            posting=posting,
            reversed=list(reversed_ids),
        )
    )
    if moved := [id_ for (id_,) in env.cr.fetchall()]:
        deadlines.move_last_days(env, moved)


def _post_entries(env, decision_ids):
    env.cr.execute(
        SQL(
            """WITH %(twins)s,
               carried AS (
                   SELECT line.*, above.id::int4 AS above_id
                     FROM line JOIN mtqg_allocation a ON a.id = line.allocation_id
                    CROSS JOIN LATERAL
                          unnest(string_to_array(rtrim(a.parent_path, '/'), '/')) AS above(id))
               INSERT INTO mtqg_entry
                      (allocation_id, kind, amount, date, reference, decision_id, user_id)
               SELECT allocation_id, 'carry_out', amount, date, number, decision_id, %(uid)s
                 FROM line
               UNION ALL
               SELECT twin.twin_id, 'carry_in', SUM(carried.amount)::int8, carried.date,
                      carried.number, carried.decision_id, %(uid)s
                 FROM carried JOIN twin ON twin.id = carried.above_id
                GROUP BY twin.twin_id, carried.date, carried.number, carried.decision_id
                ORDER BY 1, 2
               RETURNING allocation_id, kind, date, reversal_of_id""",
            twins=_with_twins(decision_ids),
            uid=env.uid,
        )
    )
    deadlines.follow_entries(env, env.cr.fetchall())
